"""Names that mean more than the one place that a table could lead to: "Sahel", "Kurdistan"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from geodata.places.gazetteer.tables import parts_of, read_csv
from geodata.text.folding import fold

READINGS: Final = ("refused", "nowhere", "warned", "taken")
REFUSED: Final = ("refused", "nowhere")


@dataclass(frozen=True)
class VagueName:
    """A name of many meanings, and what is done with it where no country is given.

    ``reading`` is "refused" (an error: it needs a country), "nowhere" (an error: no outline
    is built in), "warned" (the usual meaning, with a warning) or "taken" (the usual
    meaning). ``instead`` lists ids of places and regions to write instead.
    """

    reading: str
    meaning: str
    instead: tuple[str, ...]


@cache
def builtin_vague_names() -> Mapping[str, VagueName]:
    """Give the names of many meanings by their folded keys.

    >>> builtin_vague_names()["sahel"].reading
    'refused'
    """
    found: dict[str, VagueName] = {}
    for row in read_csv("vague_names.csv"):
        vague = VagueName(row["reading"], row["meaning"], parts_of(row["instead"]))
        for name in parts_of(row["names"]):
            found[fold(name)] = vague
    return found
