"""Names as people search and sort them, the same on every database."""

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher

from django.db import models

# Letters that Unicode does not take apart into a base letter and a mark.
_BY_HAND = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "’": "'"})
# An apostrophe, and the words 't and d'.
# From here on two words are one word spelt differently: Mohamed and Mohammed (0.93), Yilmaz and Yılmas (0.83).
_SPELT_ALIKE = 0.8
# Words in a name that many people share, and that one clerk writes and the next leaves out.
_ARTICLES = {"van", "von", "der", "den", "de", "het", "ten", "ter", "te", "la", "le", "du", "di", "da", "dos"}
_ARTICLES |= {"el", "al", "ben", "bin", "ibn"}
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


def are_similar_names(first: str, second: str) -> bool:
    """Whether two names may be of one person; meant for the few people who share a birth date.

    One word that both have is enough, in any order and spelt a little differently: a nickname, a surname, or half of a
    double one. Accents, articles, prefixes and initials do not count, so "J. de Vries" is similar to "Jan d. Vries".
    """
    others = _telling_words(second)
    return any(_is_same_word(word, other) for word in _telling_words(first) for other in others)


def _telling_words(name: str) -> set[str]:
    words = {word for word in re.split(r"[^\w]+", fold(name)) if len(word) > 1}
    return words - _ARTICLES or words


def _is_same_word(first: str, second: str) -> bool:
    if first == second:
        return True
    short, long = sorted((first, second), key=lambda word: (len(word), word))
    if len(short) < 4:
        return False  # Jan and Jans differ; Ali and Ella even more
    return short in long or SequenceMatcher(None, short, long, autojunk=False).ratio() >= _SPELT_ALIKE


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
