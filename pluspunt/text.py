"""Names as people search and sort them, the same on every database."""

import unicodedata

from django.db import models

# Letters that Unicode does not take apart into a base letter and a mark.
_BY_HAND = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "’": "'"})


def fold(text: str) -> str:
    """`text` in lower case, without accents, with single spaces: "Öztürk  Şen" and "ozturk sen" become the same."""
    # Twice, as Unicode asks for comparing without case: taking a letter apart may bring out a capital.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_BY_HAND).split())


class FoldedField(models.CharField):
    """A column that holds the folded text of other fields; computed whenever the row is written."""

    def __init__(self, *args, sources: tuple[str, ...] = (), **kwargs):
        self.sources = sources
        kwargs.update(editable=False, default="", max_length=kwargs.get("max_length", 250))
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance, add):
        folded = fold(" ".join(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, folded[: self.max_length])
        return getattr(model_instance, self.attname)
