"""Fold the spellings of a name to one key, in any script.

The table of names and what people type are folded by the same function, so that
"Kunduz Province", "KUNDUZ" and "Kundūz" meet in one key. Nothing is transliterated:
spellings in other scripts stand in the table of names.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

# Letters that people and keyboards use for one another. What NFKD takes apart by
# itself (ū, آ, ؤ) needs no line here.
_LETTERS: Final = {
    **dict.fromkeys("يىېۍےۑ", "ی"),
    **dict.fromkeys("كڪ", "ک"),
    **dict.fromkeys("ةۀەہھۂۃ", "ه"),
    **dict.fromkeys("ګݢ", "گ"),
    **dict.fromkeys("ڼںڻ", "ن"),
    "ړ": "ر",
    "ټ": "ت",
    "ډ": "د",
    "ٱ": "ا",
    "ё": "е",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ə": "a",
}
# Apostrophes of transliteration, joiners, kashida, full stops of abbreviations.
_DROPPED: Final = (
    "'`.\u00b4\u2018\u2019\u02b9\u02ba\u02bb\u02bc\u02be\u02bf\u2032"
    "\u00ad\u0640\u200b\u200c\u200d\u200e\u200f\ufeff"
)
_TABLE: Final = str.maketrans({**_LETTERS, **dict.fromkeys(_DROPPED, "")})
# A longer text is no name that another spelling could meet. One letter can unfold to 18 (U+FDFA),
# each of which costs time.
_LONGEST_NAME: Final = 500
_NOT_ASCII_WORD: Final = re.compile(r"[^a-z0-9]+")

# Canonical combining classes: from 10 up a mark sits on a letter of Hebrew, Arabic,
# Latin, Greek or Cyrillic; below that it makes another letter (が, ड़) or joins two.
_FIRST_MARK_CLASS: Final = 10
_BREVE: Final = "\u0306"


@dataclass(frozen=True)
class Folded:
    """A folded name: its ``key``, and the ``kind`` of unit that a generic word tells."""

    key: str
    kind: str


def _without_marks(text: str) -> str:
    """Drop the marks on letters; й stays й, since и is another letter."""
    kept: list[str] = []
    for char in text:
        if unicodedata.combining(char) < _FIRST_MARK_CLASS or (
            char == _BREVE and kept and kept[-1] == "и"
        ):
            kept.append(char)
    return "".join(kept)


def _words_only(text: str) -> str:
    """Blank what is no letter, digit or vowel sign; regular expressions split Indic words."""
    return "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in text)


def _once(text: str) -> str:
    """One pass of folding letters, without regard to words."""
    if text.isascii():
        return _NOT_ASCII_WORD.sub(" ", text.casefold().translate(_TABLE)).strip()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    bare = _without_marks(unicodedata.normalize("NFKD", decomposed))
    folded = unicodedata.normalize("NFKC", bare.translate(_TABLE))
    return " ".join(_words_only(folded).split())


def fold_letters(text: str) -> str:
    """Fold case, marks, letter variants and punctuation; keep every word.

    >>> fold_letters("Sar-e Pōl"), fold_letters("Йод") == fold_letters("Иод")
    ('sar e pol', False)
    """
    if len(text) > _LONGEST_NAME:
        return text.casefold()
    folded = _once(text)
    # A letter that folding brings out may itself fold (rare, beyond ASCII).
    while not folded.isascii() and (again := _once(folded)) != folded:
        folded = again
    return folded


# What the search of a page ignores, and what it reads as another letter or sign.
_IGNORED: Final = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SEARCHED: Final = str.maketrans({
    **_LETTERS, "\u0626": "\u06cc", "\u0624": "\u0648", "ß": "ss",
    **dict.fromkeys("\u0623\u0625\u0622", "\u0627"),
})  # fmt: skip
_GROUPED: Final = re.compile(r"(?<![\d.])\d{1,3}(?:[,\u066c\u060c' ]\d{3})+(?!\d)", re.ASCII)
_APOSTROPHES: Final = re.compile("['\u2019\u2018\u02bc\u02bb`\u00b4]")
_DASHES: Final = re.compile("[-\u2010-\u2015\u2212]+")


def search_form(text: str) -> str:
    """Give the form in which a page's search meets texts and queries.

    Unlike `fold_letters` it keeps signs, and takes all marks off: й and и are one. The page's
    ``assets/core/fold.js`` does the same.

    >>> search_form("Pul-e-Khumri, 4,000"), search_form("Йод") == search_form("иод")
    ('pul e khumri, 4000', True)
    """
    folded = text.lower()
    if not folded.isascii():
        folded = _IGNORED.sub("", folded).translate(_SEARCHED)
        folded = unicodedata.normalize("NFKD", folded)
        folded = "".join(
            str(unicodedata.digit(c)) if "\u0660" <= c <= "\u06f9" and c.isdigit() else c
            for c in folded
            if unicodedata.category(c)[0] != "M"
        )
    grouped = _GROUPED.sub(lambda number: re.sub(r"\D", "", number[0]), folded)
    return _DASHES.sub(" ", _APOSTROPHES.sub("", grouped))


@cache
def _generic_words() -> dict[str, str]:
    """Folded generic words ("province", "ولایت") and the kind of unit that they tell."""
    with (files("geodata") / "data" / "generic_words.csv").open(encoding="utf-8") as lines:
        return {fold_letters(row["word"]): row["kind"] for row in csv.DictReader(lines)}


@lru_cache(maxsize=65536)
def fold_name(text: str) -> Folded:
    """Fold a name and take generic words off its ends.

    >>> fold_name("Province of Kunduz")
    Folded(key='kunduz', kind='region')
    >>> fold_name("شهر کابل").kind
    'city'
    """
    generic = _generic_words()
    words = fold_letters(text).split()
    first, last = 0, len(words)
    kinds: list[str] = []
    while first < last and generic.get(words[last - 1], "link") != "link":
        last -= 1
        kinds.append(generic[words[last]])
    while first < last and generic.get(words[first], "link") != "link":
        kinds.append(generic[words[first]])
        first += 1
        while first < last and generic.get(words[first]) == "link":
            first += 1
    if first == last:  # nothing but such words: "Department of the Capital"
        return Folded(" ".join(words), "")
    special = [kind for kind in kinds if kind != "region"]
    return Folded(" ".join(words[first:last]), (special or kinds or [""])[0])


def fold(text: str) -> str:
    """Give the key under which a name is looked up.

    Case, diacritics, Arabic and Persian letter variants, joiners and punctuation are
    folded, and generic words such as "Province", "ولایت" or "область" are taken off
    the ends. The result is stable: ``fold(fold(x)) == fold(x)``.

    Parameters
    ----------
    text
        A name as people write it, in any script.

    Examples
    --------
    >>> fold("Kunduz Province"), fold("ولايت كندز") == fold("کندز")
    ('kunduz', True)
    >>> fold("Горный") == fold("Горныи")
    False
    """
    return fold_name(text).key
