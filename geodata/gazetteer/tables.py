"""The tables behind the gazetteer: units, spellings, contained units, regions."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import pyarrow.parquet as pq

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
    """The built-in spellings; rows stay in columns until a key asks for them."""

    def __init__(self, columns: dict[str, np.ndarray]) -> None:
        self._columns = columns
        keys = columns["key"]  # sorted
        starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
        ends = np.r_[starts[1:], len(keys)]
        self._spans = dict(zip(keys[starts], zip(starts, ends, strict=True), strict=True))

    def __getitem__(self, key: str) -> list[Spelling]:
        """Give all spellings with this folded key; an empty list where there is none."""
        start, end = self._spans.get(key, (0, 0))
        return [self._at(row) for row in range(int(start), int(end))]

    def _at(self, row: int) -> Spelling:
        take = self._columns
        return Spelling(
            take["place_id"][row],
            take["name"][row],
            take["lang"][row],
            take["how"][row],
            take["kind"][row],
        )

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Give every folded key with each of its places; codes are left out."""
        take = self._columns
        for key, place_id, how in zip(take["key"], take["place_id"], take["how"], strict=True):
            if how != "code":
                yield key, place_id

    def of_place(self, place_id: str) -> list[Spelling]:
        """Give all spellings of one place, in the order of their keys."""
        rows = np.flatnonzero(self._columns["place_id"] == place_id)
        return [self._at(int(row)) for row in rows]


def _read_parquet(name: str, columns: list[str]) -> dict[str, np.ndarray]:
    """Read columns of one of the package's tables, as arrays of objects."""
    # `read_table` would load all of pyarrow's data sets first, for half a second.
    with as_file(files("geodata") / "data" / name) as path, pq.ParquetFile(path) as file:
        table = file.read(columns=columns)
    return {column: table[column].to_numpy() for column in columns}


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
        for row in zip(*table.values(), strict=True):
            units[row[0]] = Unit(row[0], row[1], int(row[2]), row[3], row[4])
    return units


@cache
def builtin_spellings() -> SpellingTable:
    """Give the built-in spellings, by folded key."""
    return SpellingTable(
        _read_parquet("names.parquet", ["place_id", "name", "lang", "how", "key", "kind"])
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
