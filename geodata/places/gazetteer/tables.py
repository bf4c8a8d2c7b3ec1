"""The tables behind the gazetteer: units, spellings, contained units, regions."""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from geodata.places.gazetteer.search import OrderedNames

_SEPARATOR = ";"


@dataclass(frozen=True)
class Unit:
    """A place, without its geometry."""

    place_id: str
    name: str
    level: int
    country: str
    parent: str | None

    def __str__(self) -> str:
        """Id and name."""
        return f"{self.place_id} {self.name}"


@dataclass(frozen=True)
class Spelling:
    """One way to write a place's name."""

    place_id: str
    name: str
    lang: str
    how: str
    kind: str


@dataclass(frozen=True)
class Contained:
    """A unit without geometry of its own, and the place that contains it."""

    place_id: str
    name: str
    country: str
    container: str
    reason: str


@dataclass(frozen=True)
class Region:
    """A named set of places with soft edges."""

    id: str
    name: str
    names: tuple[str, ...]
    country: str
    members: tuple[str, ...]
    reason: str


class SpellingTable:
    """The built-in spellings, sorted by folded key; rows stay in Arrow until one is asked for."""

    def __init__(self, table: pa.Table) -> None:
        self._rows = table.select(["place_id", "name", "lang", "how", "kind"])
        self._keys = table["key"].to_numpy()
        self._search = table["search"].to_numpy()

    def __getitem__(self, key: str) -> list[Spelling]:
        """Give all spellings with this folded key; an empty list where there is none."""
        start = bisect_left(self._keys, key)
        rows = self._rows.slice(start, bisect_right(self._keys, key, lo=start) - start)
        return [Spelling(**row) for row in rows.to_pylist()]

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Give every folded key with each of its places; codes are left out."""
        take = self._rows
        columns = (self._keys, take["place_id"].to_pylist(), take["how"].to_pylist())
        for key, place_id, how in zip(*columns, strict=True):
            if how != "code":
                yield key, place_id

    def searched(self, places: Collection[str], *, each: int) -> dict[str, OrderedNames]:
        """Give the names of places that a search needs, so many of each at most.

        `geodata.places.gazetteer.search` says which come first.
        """
        asked = pc.is_in(self._rows["place_id"], pa.array(places, self._rows["place_id"].type))
        needed = np.flatnonzero(
            asked.to_numpy() & (self._search != 0) & (np.abs(self._search) <= each)
        )
        needed = needed[np.argsort(np.abs(self._search[needed]), kind="stable")]
        rows = self._rows.select(["place_id", "name"]).take(needed)
        columns = (rows["place_id"].to_pylist(), rows["name"].to_pylist())
        found: dict[str, OrderedNames] = {}
        for place, name, rank in zip(*columns, self._search[needed].tolist(), strict=True):
            found.setdefault(place, []).append((name, rank < 0))
        return found

    def of_place(self, place_id: str) -> list[Spelling]:
        """Give all spellings of one place, in the order of their keys."""
        rows = self._rows.filter(pc.equal(self._rows["place_id"], place_id))
        return [Spelling(**row) for row in rows.to_pylist()]


def _read_parquet(name: str, columns: list[str]) -> pa.Table:
    """Read columns of one of the package's tables."""
    # `read_table` would load all of pyarrow's data sets first, for half a second.
    with as_file(files("geodata") / "data" / name) as path, pq.ParquetFile(path) as file:
        return file.read(columns=columns)


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """Read the rows of one of the package's tables."""
    with (files("geodata") / "data" / name).open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, strict=True)


def parts_of(text: str) -> tuple[str, ...]:
    """Give the entries of a cell that lists several."""
    return tuple(part.strip() for part in text.split(_SEPARATOR) if part.strip())


@cache
def builtin_units() -> dict[str, Unit]:
    """Give the built-in places of both levels, by id."""
    columns = ["place_id", "name", "level", "country", "parent"]
    units: dict[str, Unit] = {}
    for level in (0, 1):
        table = _read_parquet(f"admin{level}.parquet", columns)
        units |= {row["place_id"]: Unit(**row) for row in table.to_pylist()}
    return units


@cache
def builtin_spellings() -> SpellingTable:
    """Give the built-in spellings, by folded key."""
    return SpellingTable(
        _read_parquet("names.parquet", ["place_id", "name", "lang", "how", "key", "kind", "search"])
    )


@cache
def builtin_contained() -> dict[str, Contained]:
    """Give the units without geometry of their own, by id."""
    return {
        row["place_id"]: Contained(
            row["place_id"], row["name"], row["country"], row["contained_in"], row["reason"]
        )
        for row in read_csv("places_without_geometry.csv")
    }


@cache
def builtin_regions() -> dict[str, Region]:
    """Give the regions made by hand, and the units of ISO that consist of several places."""
    regions: dict[str, Region] = {}
    for name in ("regions.csv", "iso_groups.csv"):
        for row in read_csv(name):
            names = parts_of(row["names"])
            regions[row["region_id"]] = Region(
                row["region_id"],
                names[0],
                names,
                row["country"],
                parts_of(row["members"]),
                row["reason"],
            )
    return regions
