"""Whether two names are spellings of one: Shoigu, Shoygu and Шойгу."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz

# Spellings of one name keep its consonants, and are about as alike as this, in per cent.
_ALIKE: Final = 65
# Ways to write one consonant in Latin letters, and those that some spellings leave out: h and j,
# and w and v, which the Arabic script writes for vowels too.
_CONSONANTS: Final = (
    ("shch", "s"), ("sch", "s"), ("tch", "c"), ("sh", "s"), ("ch", "s"), ("ph", "v"), ("f", "v"),
    ("ck", "k"), ("ts", "c"), ("tz", "c"), ("ks", "x"), ("q", "k"), ("th", "t"), ("dh", "d"),
    ("kh", "h"), ("gh", "g"), ("dzh", "j"), ("zh", "j"), ("dj", "j"),
)  # fmt: skip
_VOWELS: Final = re.compile("[aeiouyhjwv'`]")
# The Arabic script writes و and ی for u and i.
_SOUNDS: Final = str.maketrans("wyq", "uik")
_TWICE: Final = re.compile(r"(.)\1+")
_WORD: Final = re.compile(r"[a-z0-9']+")
_SHORTEST: Final = 4  # letters of a name whose spelling may vary: UN and UAE are no names
_LONGEST: Final = 200


def romanised(text: object) -> str:
    """Write a name in Latin letters, so that Рахмон and Rahmon are near.

    >>> romanised("Сергей  Шойгу")
    'sergey shoygu'
    """
    return " ".join(anyascii(str(text)).casefold().split())


@lru_cache(maxsize=100_000)
def _words(name: str) -> tuple[tuple[str, str], ...]:
    """Return the consonants of each word, and the word as it sounds, sorted by the former."""
    words = _WORD.findall(romanised(name[:_LONGEST]))
    return tuple(sorted((_consonants(word), word.translate(_SOUNDS)) for word in words))


def skeleton(name: str) -> str:
    """Return the consonants of a name's words, in alphabetical order; short words as they are.

    >>> skeleton("Sergei Shoigu") == skeleton("Шойгу, Сергей")
    True
    """
    return " ".join(consonants for consonants, _ in _words(name))


def surname_keys(name: str) -> tuple[str, ...]:
    """Return what spellings of a name share at least one of, a surname alone included.

    >>> surname_keys("Sergei Shoigu")
    ('sg', 'srg')
    """
    return tuple(dict.fromkeys(one for one, _ in _words(name) if len(one) > 1))


def _consonants(word: str) -> str:
    if len(word) < _SHORTEST:
        return word
    for written, sound in _CONSONANTS:
        word = word.replace(written, sound)
    left = _TWICE.sub(r"\1", _VOWELS.sub("", word))
    return left if len(left) > 1 else word


def one_name(one: str, other: str, *, in_part: bool = False) -> bool:
    """Whether two names are spellings of one; ``in_part`` takes a surname alone for its bearer.

    >>> one_name("Sergei Shoigu", "Sergey Shoygu"), one_name("Oman", "Yemen")
    (True, False)
    >>> one_name("Шойгу", "Sergueï Choïgou", in_part=True)
    True
    """
    if one == other:
        return True
    left, right = dict(_words(one)), dict(_words(other))
    shared = sorted(left.keys() & right.keys())
    if not shared or not (left.keys() == right.keys() or (in_part and _part(left, right))):
        return False
    said = [" ".join(words[consonants] for consonants in shared) for words in (left, right)]
    return fuzz.ratio(*said) >= _ALIKE


def _part(left: dict[str, str], right: dict[str, str]) -> bool:
    """Whether all words of one name are among those of the other, and one is long enough."""
    small, large = sorted((left.keys(), right.keys()), key=len)
    return small <= large and any(len(words) > 1 for words in small)


def other_names(one: str, other: str) -> bool:
    """Whether each of two names has a word that begins as none of the other's does.

    >>> other_names("Mohammad Rahimi", "Mohammad Karimi"), other_names("A. Sidorov", "Sidorov")
    (True, False)
    """
    left, right = dict(_words(one)), dict(_words(other))
    alone = [{sound[0] for sound in names.keys() - rest.keys() if len(sound) > 1}
             for names, rest in ((left, right), (right, left))]  # fmt: skip
    return bool(alone[0]) and bool(alone[1]) and alone[0].isdisjoint(alone[1])
