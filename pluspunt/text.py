"""Names as people search and sort them, the same on every database."""

import re
import unicodedata
from collections.abc import Callable

from django.db import models

# Letters that Unicode does not take apart into a base letter and a mark.
_BY_HAND = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "’": "'"})
# An apostrophe, and the words 't and d'.
_SKIPPED_IN_LISTS = re.compile(r"(?:['‘’]t |d['‘’]|['‘’]+|) *", re.IGNORECASE)


def fold(text: str) -> str:
    """`text` in lower case, without accents, with single spaces: "Öztürk  Şen" and "ozturk sen" become the same."""
    # Twice, as Unicode asks for comparing without case: taking a letter apart may bring out a capital.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.translate(_BY_HAND).split())


def fold_to_sort(text: str) -> str:
    """`fold(text)` without what lists skip at the beginning: "'t Erve" stands at the E, "d' Heripon" at the H."""
    _, rest = split_surname(fold(text))
    return rest


def split_surname(text: str) -> tuple[str, str]:
    """What lists skip at the beginning of a surname, and the rest: "'t Erve" becomes "'t" and "Erve"."""
    end = _SKIPPED_IN_LISTS.match(text).end()
    return text[:end].strip(), text[end:]


class FoldedField(models.CharField):
    """A column that holds the folded text of other fields; computed whenever the row is written.

    Which function folds is no part of the column: changing it needs no migration, and a row that stands already gets
    its new text when it is written again.
    """

    def __init__(self, *args, sources: tuple[str, ...] = (), folded_by: Callable[[str], str] = fold, **kwargs):
        self.sources = sources
        self.folded_by = folded_by
        kwargs.update(editable=False, default="", max_length=kwargs.get("max_length", 250))
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "sources": self.sources}

    def pre_save(self, model_instance, add):
        folded = self.folded_by(" ".join(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, folded[: self.max_length])
        return getattr(model_instance, self.attname)
