"""What words do to a number: "over" in several languages → the code ``over``.

The words stand in ``data/modifiers.csv``; ``…`` is the place of the number, which
else follows the word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import pandas as pd

from geodata.errors import QuantityError
from geodata.schema import MODIFIERS
from geodata.text.numerals import normalise

_SLOT: Final = "…"


@dataclass(frozen=True)
class Modifiers:
    """The wordings, normalised: where they stand, and which modifier they are."""

    before: dict[str, str]
    after: dict[str, str]
    around: tuple[tuple[str, str, str], ...]  # opening, closing, modifier
    ranges: tuple[tuple[str, str, str], ...]  # opening, link, closing
    by_word: dict[str, str]


@cache
def modifiers() -> Modifiers:
    """Return the table of wordings, read once."""
    path = files("geodata") / "data" / "modifiers.csv"
    with path.open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    around: list[tuple[str, str, str]] = []
    ranges: list[tuple[str, str, str]] = []
    for word, modifier in zip(table["word"].map(normalise), table["modifier"], strict=True):
        parts = [part.strip() for part in word.split(_SLOT)]
        match parts:
            case [opening]:
                before.setdefault(opening, modifier)
            case ["", closing]:
                after.setdefault(closing, modifier)
            case [opening, closing]:
                around.append((opening, closing, modifier))
            case [opening, link, closing]:
                ranges.append((opening, link, closing))
    by_word = {modifier: modifier for modifier in MODIFIERS}
    by_word |= {modifier.replace("_", " "): modifier for modifier in MODIFIERS}
    by_word |= after | before
    # The longest wording first: "from … to …" before "… to …".
    around.sort(key=lambda words: -len(words[0]) - len(words[1]))
    ranges.sort(key=lambda words: -len(words[0]) - len(words[2]))
    return Modifiers(before, after, tuple(around), tuple(ranges), by_word)


def modifier_of(word: str) -> str | None:
    """Return the modifier that a word stands for, or None.

    Knows the codes of `geodata.schema.MODIFIERS` and the words of
    ``data/modifiers.csv``, in any case.

    Examples
    --------
    >>> modifier_of("Nearly")
    'about'
    >>> modifier_of("свыше")
    'over'
    """
    try:
        return modifiers().by_word.get(normalise(word))
    except QuantityError:
        return None
