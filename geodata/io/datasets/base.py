"""What the data sets of the field share: how one is told, and how its rows become claims.

A data set is known by its columns. Its rows, as texts, become rows of the claims
table as texts, which then go through the same gate as any other claim. What the
data set says of its own precision and doubt is kept; nothing is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pandas as pd
import pyarrow as pa

from geodata.errors import PlaceError
from geodata.inferred import REPORTED_INFERRED, with_reports
from geodata.report import Fault
from geodata.schema import CLAIM_COLUMNS, LIST_SEPARATOR, PROVENANCE_COLUMNS, UNSPECIFIED_ACTOR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The first-level unit that a data set names beside its coordinates. It stands in
# the raw frame beside the columns of the claims table, so that the two can be compared.
STATED_UNIT: Final = "stated_unit"
FATALITIES: Final = "fatalities"
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

MAX_CHARACTERS: Final = 1 << 30  # of all claims: an event with many sources grows with each
_LONG: Final = 100_000  # characters of a text that is packed at once
_CHUNK: Final = 2000  # rows that are objects at a time
_WHOLE: Final = re.compile(r"(-?[0-9]+)\.0+")
_PARENTHESIS: Final = re.compile(r"\s*\(.*?\)\s*")

Row = dict[str, str | None]
AddEvent = Callable[["Claims", int, Row, "Mapping[str, str]"], None]


@dataclass(frozen=True)
class Converted:
    """Claims as texts, each row knowing the row that it comes from, and what was doubtful."""

    frame: pd.DataFrame
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class DataSet:
    """A published table: the columns that tell it, and what makes claims of its rows.

    ``required`` must all be there for a table to be this data set, ``optional`` are
    read where they are there, and other columns are left alone without a word.
    """

    name: str
    required: frozenset[str]
    optional: frozenset[str]
    convert: Callable[[pd.DataFrame], Converted]

    @property
    def columns(self) -> frozenset[str]:
        """The columns that are read."""
        return self.required | self.optional


@dataclass
class Claims:
    """Collects the claims that are made of a data set's rows, a column of texts at a time."""

    source: pd.DataFrame
    warnings: list[Fault] = field(default_factory=list)
    errors: list[Fault] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)
    _positions: list[int] = field(default_factory=list)
    _parts: dict[str, list[pa.Array]] = field(default_factory=dict)
    _count: int = 0
    _size: int = 0

    def add(self, position: int, row: Row) -> None:
        """Add a claim made of the row at a position, as long as there is room."""
        if self._size > MAX_CHARACTERS:
            return
        self._rows.append(row)
        self._positions.append(position)
        if len(self._rows) == _CHUNK or len(row.get("text") or "") > _LONG:
            self._pack()

    def warn(
        self, position: int | None, column: str | None, value: str | None, message: str
    ) -> None:
        """Note what is doubtful in the row at a position, or, without one, in the file."""
        self.warnings.append(self._fault(position, column, value, message))

    def error(self, position: int, column: str | None, value: str | None, message: str) -> None:
        """Note what keeps the row at a position from being a claim."""
        self.errors.append(self._fault(position, column, value, message))

    def file_fault(self, message: str) -> Fault:
        """Return a fault of the file as a whole."""
        return self._fault(None, None, None, message)

    def converted(self) -> Converted:
        """Build the raw frame; a RangeIndex, ``file`` and ``row`` those of the source."""
        self._pack()
        columns = {
            name: pd.array(pa.chunked_array(parts, pa.large_string()), dtype="str")
            for name, parts in self._parts.items()
            if any(part.null_count < len(part) for part in parts)
        }
        frame = pd.DataFrame(columns, index=pd.RangeIndex(self._count), copy=False)
        for name in PROVENANCE_COLUMNS:
            column = self.source[name].take(self._positions)
            frame[name] = column.reset_index(drop=True)
        return Converted(frame, self.errors, self.warnings)

    def _pack(self) -> None:
        """Move the rows into columns: as objects they take five times the memory."""
        room = self._size <= MAX_CHARACTERS
        for name in (*CLAIM_COLUMNS, STATED_UNIT):
            texts = [row.get(name) or None for row in self._rows]
            self._size += sum(len(text) for text in texts if text)
            self._parts.setdefault(name, []).append(pa.array(texts, pa.large_string()))
        self._count += len(self._rows)
        self._rows.clear()
        if room and self._size > MAX_CHARACTERS:
            self.errors.append(
                self.file_fault(
                    f"the claims of these events would hold more than {MAX_CHARACTERS:,} "
                    "characters, since each source repeats the event: split the file"
                )
            )

    def _fault(
        self, position: int | None, column: str | None, value: str | None, message: str
    ) -> Fault:
        at = position or 0  # `iloc` builds a whole row, a thousand times as slow
        row = None if position is None else int(self.source["row"].array[at])
        return Fault(str(self.source["file"].array[at]), row, column, value, message)


def cells(frame: pd.DataFrame, name: str) -> list[str | None]:
    """Return a column as texts, ``None`` where it is missing or absent."""
    if name not in frame.columns:
        return [None] * len(frame)
    return [text if isinstance(text, str) else None for text in frame[name].to_numpy(dtype=object)]


def records(frame: pd.DataFrame, names: Iterable[str]) -> Iterable[Row]:
    """Yield the rows as texts by column name, those of absent columns ``None``."""
    names = tuple(names)
    for start in range(0, len(frame), _CHUNK):
        part = frame.iloc[start : start + _CHUNK]
        for values in zip(*(cells(part, name) for name in names), strict=True):
            yield dict(zip(names, values, strict=True))


@lru_cache(maxsize=20_000)  # a data set repeats its codes and small numbers
def whole(text: str | None) -> str | None:
    """Return a whole number without the decimals that a float gave it.

    >>> whole("214797.0"), whole("35.5"), whole(None)
    ('214797', '35.5', None)
    """
    if text is None:
        return None
    match = _WHOLE.fullmatch(text)
    return match[1] if match else text


@lru_cache(maxsize=20_000)
def tidy(text: str | None) -> str | None:
    r"""Return a text on one line, its runs of spaces made one.

    >>> tidy("Syria hit\n\nAU \t\nRouba")
    'Syria hit AU Rouba'
    """
    return " ".join(text.split()) or None if text else None


def joined(parts: Iterable[str | None], separator: str = "; ") -> str | None:
    """Join the parts that say something, each once.

    >>> joined(["a", None, "b", "a"])
    'a; b'
    """
    return separator.join(dict.fromkeys(part for part in parts if part)) or None


def listed(text: str | None) -> list[str]:
    """Split a cell at ``;``.

    >>> listed("Reuters; SOHR;")
    ['Reuters', 'SOHR']
    """
    return [part for part in map(str.strip, (text or "").split(LIST_SEPARATOR)) if part]


def as_one(name: str | None) -> str | None:
    """Return a name that a list of names can hold: a ``;`` within it would part it.

    >>> as_one("Side A; allies")
    'Side A, allies'
    """
    return joined(listed(name), ", ") if name and LIST_SEPARATOR in name else name


def note_of(parts: Iterable[str | None]) -> str:
    """Join the parts of a note that say something."""
    return "; ".join(filter(None, parts))


def actors_of(names: Iterable[str | None], nobody: Callable[[str], bool]) -> str:
    """Return the actors that are named, each once; ``nobody`` tells names that name none.

    >>> actors_of(["Taliban", "Unknown; unclear", "Taliban"], lambda name: "unclear" in name)
    'Taliban'
    """
    named = (as_one(tidy(name)) for name in names if name)
    return joined(name for name in named if name and not nobody(name)) or UNSPECIFIED_ACTOR


def exact_fatalities(count: str | None) -> Row:
    """Return the figure of an event whose dead a data set gives as one number, or none."""
    return {"value": count, "unit": FATALITIES, "modifier": "exact"} if count else {}


def convert_events(
    frame: pd.DataFrame, names: Iterable[str], country: str, add: AddEvent
) -> Claims:
    """Let ``add`` make the claims of each row, of which it gets the columns that are named."""
    claims = Claims(frame)
    countries = resolved_countries(frame, country)
    for position, event in enumerate(records(frame, names)):
        add(claims, position, event, countries)
    return claims


def as_dated(claims: Claims) -> Converted:
    """Build the raw frame of events: those without a date of report are visible the day after."""
    converted = claims.converted()
    frame, filled = with_reports(converted.frame)
    if filled.any():
        claims.warn(
            None,
            "reported",
            None,
            f"{filled.sum():,} of {len(filled):,} claims give no date of report: they are visible "
            f"from the day after the event, and tagged {REPORTED_INFERRED!r}",
        )
    return replace(converted, frame=frame)


def country_of(
    claims: Claims, position: int, event: Row, column: str, countries: Mapping[str, str]
) -> str | None:
    """Return the country that an event names; one that is unknown is warned of."""
    name = event[column]
    if name and name not in countries:
        message = f"{name!r} is no known country: the coordinates alone place the event"
        claims.warn(position, column, name, message)
    return countries.get(name or "")


def add_tellings(
    claims: Claims, position: int, shared: Row, first: Row, tellings: Iterable[Row]
) -> None:
    """Add a claim for each telling of an event: the first carries what ``first`` says."""
    name = shared["claim_id"]
    for number, telling in enumerate(tellings, start=1):
        row = {**shared, **telling}
        if number == 1:
            row |= first
        else:
            row["claim_id"] = f"{name}-{number}" if name else None
            row["note"] = f"the figures of the event are in {name}"
        claims.add(position, row)


def resolved_countries(frame: pd.DataFrame, column: str) -> Mapping[str, str]:
    """Return the country, as ISO 3166-1 alpha-3, of each name in a column that is known.

    Data sets call countries by long names, such as "Yemen (North Yemen)": without
    what stands in brackets where the whole is unknown.
    """
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415 - it loads the tables of names
    from geodata.places.gazetteer.tables import read_csv  # noqa: PLC0415 - as above

    own = {row["name"]: row["country"] for row in read_csv("data_set_countries.csv")}
    gazetteer = Gazetteer.builtin()
    found: dict[str, str] = {}
    for name in {name for name in cells(frame, column) if name}:
        if name in own:
            found[name] = own[name]
            continue
        for spelling in (name, _PARENTHESIS.sub(" ", name).strip()):
            try:
                found[name] = gazetteer.resolve_country(spelling)
            except PlaceError:
                continue
            break
    return found
