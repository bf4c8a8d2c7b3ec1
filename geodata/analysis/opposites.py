"""Whether two texts say opposite things, as far as single words tell: "no camps", "camps".

The words stand in ``data/opposites.csv``: those of one topic exclude each other where they are
of different sides. Words of negation have one side, since a text without them affirms; an
``aside`` ("no more than") looks like negation and is none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

import pandas as pd

from geodata.text.folding import fold_letters

Stance: TypeAlias = Mapping[str, frozenset[str]]

_NEGATION: Final = "negation"
_ASIDE: Final = "aside"
_LONGEST: Final = 2000  # characters of a text that are looked at
_CLITIC: Final = re.compile(r"\b(n)['\u2019](?=\w)", re.IGNORECASE)  # n'a pas
_NUMBER: Final = re.compile(r"\d+")


@cache
def _table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str], re.Pattern[str]]:
    """Return topic and side of each word, and patterns of the words and of the asides."""
    with (files("geodata") / "data" / "opposites.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    table["word"] = table["word"].map(fold_letters)
    asides = table[table["topic"] == _ASIDE]
    words = table[table["topic"] != _ASIDE]
    sides = {
        word: (topic, side)
        for topic, side, word in words[["topic", "side", "word"]].itertuples(index=False)
    }

    def pattern(texts: pd.Series) -> re.Pattern[str]:
        longest_first = sorted(texts, key=len, reverse=True)
        return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest_first))})(?!\S)")

    return sides, pattern(words["word"]), pattern(asides["word"])


def stance(text: str) -> Stance:
    """Return the sides that a text takes, by topic.

    >>> stance("No camps are left in the north")["negation"]
    frozenset({'no'})
    >>> dict(stance("There are no more than ten camps"))
    {}
    """
    sides, words, asides = _table()
    plain = asides.sub(" ", fold_letters(_CLITIC.sub(r"\1 ", text[:_LONGEST])))
    found: dict[str, set[str]] = {}
    for match in words.finditer(plain):
        topic, side = sides[match[0]]
        found.setdefault(topic, set()).add(side)
    return {topic: frozenset(taken) for topic, taken in found.items()}


def opposed(one: Stance, other: Stance) -> str | None:
    """Name the topic on which two texts take different sides, or None.

    >>> opposed(stance("It opened two camps"), stance("It closed two camps"))
    'opening'
    >>> opposed(stance("no camps in Kunar"), stance("camps in Kunar"))
    'negation'
    >>> opposed(stance("camps in Kunar"), stance("bases in Kunar")) is None
    True
    """
    if (_NEGATION in one) != (_NEGATION in other):
        return _NEGATION
    shared = (one.keys() & other.keys()) - {_NEGATION}
    return next((topic for topic in sorted(shared) if one[topic].isdisjoint(other[topic])), None)


def numbers_in(text: str) -> frozenset[str]:
    """Return the numbers in a text, as texts; digits of every script alike.

    >>> sorted(numbers_in("on 14 February ۲۰۲۳"))
    ['14', '2023']
    """
    return frozenset(str(int(found)) for found in _NUMBER.findall(text[:_LONGEST]))
