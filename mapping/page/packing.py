"""Tables of columns → few bytes: numbers as planes of bytes, texts as the words that they share.

JSON spells each number out, and gzip sees only what stands within 32 KB. So what repeats over
a whole table is taken out before gzip: a column that follows from another is a small map; equal
streams of numbers stand once; texts are numbers in a vocabulary; ids are a stem and a number.
The measured gain on 100,000 claims stands in ``tests/benchmark.py``'s table. The browser's half
is ``assets/core/unpack.js``; the layout is: length of the header (4 bytes, little endian), the
header (JSON), the streams one after the other.
"""

from __future__ import annotations

import json
import zlib
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mapping.page.columns import Column, as_texts, plain_number
from mapping.page.vocabulary import Words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

# What usually follows from what: tried, and used where it holds for every row.
FOLLOWS = {
    "actors": "actor",
    "country": "place",
    "family": "unit",
    "affiliation": "source",
    "low": "modifier",
    "high": "modifier",
}
# Texts of free words, and identifiers that often end with a number.
WORDED = ("text", "quote", "note")
NUMBERED = ("claim_id", "url", "archive_url", "supersedes")
MOST_DECIMALS = 6
# Numbers are 32-bit integers in the browser; doubles hold whole numbers up to this exactly.
LARGEST = 2**31
EXACT = 2.0**53
# A bound is what a figure is, or a share of it that the wording says: this many ways at most.
MOST_SHARES = 24


def pack_data(data: Mapping[str, Any]) -> bytes:
    """Write a page's data, as `mapping.page.payload.project` gathers them, as bytes."""
    streams = _Streams()
    places = data["places"]
    header = dict(data) | {
        "claims": _pack_table(data["claims"], streams),
        "places": _pack_table({"n": places["n"], "columns": places["columns"]}, streams)
        | {"shapes": _pack_shapes(places["shapes"], streams)},
        "bounds": None if data.get("bounds") is None else _pack_table(data["bounds"], streams),
        "contradictions": None
        if data.get("contradictions") is None
        else dict(data["contradictions"]) | _pack_table(data["contradictions"], streams),
        "streams": streams.layout,
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    head = text.encode("utf-8")
    return b"".join([len(head).to_bytes(4, "little"), head, *streams.content])


class _Streams:
    """Streams of whole numbers ≥ 0, each distinct one once.

    A stream is written plane by plane: the low bytes of all its numbers, then the next ones.
    gzip codes single bytes by how often they come, and each plane has its own habits.
    """

    def __init__(self) -> None:
        self.layout: list[list[int]] = []
        self.content: list[bytes] = []
        self._known: dict[bytes, int] = {}

    def add(
        self, numbers: Sequence[int] | NDArray[np.integer[Any]], *, ordered: bool = True
    ) -> int:
        """Keep a stream; the answer is its number.

        The words of texts, by far the longest stream, are not ``ordered``: steps would not help.
        """
        values = np.asarray(numbers, dtype=np.int64)
        key = blake2b(values.tobytes()).digest()
        if key not in self._known:
            self._known[key] = len(self.layout)
            content, is_stepped = _planes(values), False
            if ordered:
                # Dates in order, codes of what appears anew: steps are smaller than the numbers.
                stepped = _planes(_steps(values))
                is_stepped = len(zlib.compress(stepped, 1)) < len(zlib.compress(content, 1))
                content = stepped if is_stepped else content
            width = len(content) // len(values) if len(values) else 0
            self.layout.append([len(values), width, int(is_stepped)])
            self.content.append(content)
        return self._known[key]


def zigzag(numbers: Numbers) -> Numbers:
    """Whole numbers as whole numbers ≥ 0: small ones stay small, whatever their sign."""
    return (numbers << 1) ^ (numbers >> 63)


def _steps(values: Numbers) -> Numbers:
    return zigzag(np.diff(values, prepend=0))


def _planes(values: Numbers) -> bytes:
    highest = int(values.max()) if len(values) else 0
    width = max(1, (highest.bit_length() + 7) // 8)
    return b"".join(((values >> (8 * k)) & 255).astype(np.uint8).tobytes() for k in range(width))


def _pack_table(table: Mapping[str, Any], streams: _Streams) -> dict[str, Any]:
    columns: dict[str, Column] = table["columns"]
    texts = {name: as_texts(columns[name]["v"]) for name in WORDED if name in columns}
    words = Words.of(texts)
    rows: dict[str, Numbers] = {}
    packed: dict[str, Column] = {}
    # What others follow from comes first.
    for name in sorted(columns, key=lambda name: name in FOLLOWS):
        column = columns[name]
        if name in WORDED:
            lengths, codes = words.lengths[name], words.codes[name]
            packed[name] = {
                "t": "words",
                "n": streams.add(lengths),
                "c": streams.add(codes, ordered=False),
            }
        elif name in NUMBERED:
            packed[name] = {"t": "names"} | _pack_names(column["v"], streams)
        else:
            packed[name], rows[name] = _pack_column(name, columns)
            packed[name] |= _pack_rows(name, rows, streams)
            if name == "origin":
                packed[name]["v"] = _pack_names(column["v"], streams)
    _share_values(packed)
    return {"n": table["n"], "columns": packed, "words": words.vocabulary}


def _pack_column(name: str, columns: Mapping[str, Column]) -> tuple[Column, Numbers]:
    """Describe a column, and give each of its rows a number ≥ 0."""
    column = columns[name]
    if column["t"] == "dict":
        return {"t": "dict", "v": column["v"]}, np.asarray(column["c"], dtype=np.int64) + 1
    if column["t"] == "list":
        return _distinct_lists(column)
    values = column["v"]
    is_text = isinstance(values, list) or values.dtype == object
    if is_text and any(isinstance(value, str) for value in values):
        return _distinct_values(np.asarray(values, dtype=object))
    figures = _figures(values)
    if name in ("low", "high") and "value" in columns:
        shares = _shares(figures, columns)
        if shares is not None:
            return shares
    return _scaled(figures)


def _figures(values: Sequence[float | None] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Give numbers as an array, missing ones as NaN."""
    if isinstance(values, np.ndarray):
        return values.astype(float)
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _pack_rows(name: str, rows: Mapping[str, Numbers], streams: _Streams) -> Column:
    other = FOLLOWS.get(name)
    if other is not None and other in rows:
        of, numbers = rows[other], rows[name]
        table = np.zeros(int(of.max(initial=0)) + 1, dtype=np.int64)
        table[of] = numbers
        if np.array_equal(table[of], numbers):
            return {"of": other, "m": table.tolist()}
    return {"s": streams.add(rows[name])}


def _share_values(columns: dict[str, Column]) -> None:
    """Where two columns have the same values, as dates often do, the second names the first."""
    known: dict[tuple[Any, ...], str] = {}
    for name, column in columns.items():
        if column["t"] == "dict" and isinstance(column["v"], list) and column["v"]:
            first = known.setdefault(tuple(column["v"]), name)
            if first != name:
                column["v"] = first


def _distinct_lists(column: Column) -> tuple[Column, Numbers]:
    """Tell apart the lists of codes, of which many rows have the same ones."""
    lengths = np.asarray(column["n"], dtype=np.int64)
    codes = np.asarray(column["c"], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    # A list of one is told by its code, none by 0; the few longer ones by a number below that.
    keys = np.zeros(len(lengths), dtype=np.int64)
    single = lengths == 1
    keys[single] = codes[starts[single]] + 1
    longer: dict[tuple[int, ...], int] = {}
    for row in np.flatnonzero(lengths > 1).tolist():
        named = tuple(codes[starts[row] : starts[row] + lengths[row]].tolist())
        keys[row] = -1 - longer.setdefault(named, len(longer))
    numbers, distinct = pd.factorize(keys)
    known = list(longer)
    lists = [known[-1 - key] if key < 0 else [key - 1][: int(key > 0)] for key in distinct.tolist()]
    flat = {"n": [len(row) for row in lists], "c": [code for row in lists for code in row]}
    return {"t": "list", "v": column["v"], **flat}, numbers.astype(np.int64)


def _distinct_values(values: NDArray[Any]) -> tuple[Column, Numbers]:
    codes, distinct = pd.factorize(values)
    plain = [plain_number(v) if isinstance(v, float) else v for v in distinct.tolist()]
    return {"t": "dict", "v": plain}, codes.astype(np.int64) + 1


def _scaled(figures: NDArray[np.float64]) -> tuple[Column, Numbers]:
    """Numbers as whole ones: so many decimals, counted from the least; 0 is missing."""
    given = ~np.isnan(figures)
    known = figures[given]
    largest = float(np.abs(known).max(initial=0))
    for decimals in range(MOST_DECIMALS + 1):
        scale = 10.0**decimals
        if largest >= EXACT / scale:
            break
        whole = np.round(known * scale)
        least = whole.min() if len(whole) else 0
        if np.array_equal(whole / scale, known) and np.ptp(np.append(whole, least)) < LARGEST - 1:
            numbers = np.zeros(len(figures), dtype=np.int64)
            numbers[given] = (whole - least).astype(np.int64) + 1
            return {"t": "num", "least": int(least), "d": decimals}, numbers
    return _distinct_values(figures)


def _shares(
    target: NDArray[np.float64], columns: Mapping[str, Column]
) -> tuple[Column, Numbers] | None:
    """Bounds as shares of the figures that they come from; none where that explains not all."""
    numbers = np.where(np.isnan(target), 0, np.where(target == 0, 1, -1))
    ways: list[list[Any]] = [["", 0], ["", 0]]
    for name in ("value", "value_low", "value_high"):
        if name not in columns:
            continue
        figures = _figures(columns[name]["v"])
        open_rows = (numbers < 0) & (figures != 0) & ~np.isnan(figures)
        shares = np.round(target[open_rows] / figures[open_rows], MOST_DECIMALS)
        distinct, first, counts = np.unique(shares, return_index=True, return_counts=True)
        # The most frequent first; of equal counts what comes first.
        for at in np.lexsort((first, -counts))[:MOST_SHARES].tolist():
            share = float(distinct[at])
            fits = (numbers < 0) & (figures * share == target)
            if fits.any() and len(ways) < MOST_SHARES:
                numbers[fits] = len(ways)
                ways.append([name, share])
    if (numbers < 0).any():
        return None
    return {"t": "share", "ways": ways}, numbers.astype(np.int64)


def _pack_names(values: Sequence[str | None] | pa.Array, streams: _Streams) -> Column:
    """Part identifiers into a stem and the number at their end; 0 is missing or no number."""
    names = as_texts(values)
    parts = pc.extract_regex(names, _NAME)
    number = pc.struct_field(parts, "number").fill_null("-1").cast(pa.int64())
    stems = pc.coalesce(pc.struct_field(parts, "stem"), names).dictionary_encode()
    return {
        "stems": stems.dictionary.to_pylist(),
        "s": streams.add(stems.indices.fill_null(-1).to_numpy() + 1),
        "k": streams.add(number.to_numpy() + 1),
    }


# A number that reads back as it was: no zeros before it, no sign, and not too large.
_NAME = r"(?s)\A(?P<stem>(?:.*[^0-9])?)(?P<number>0|[1-9][0-9]{0,8})\z"


def _pack_shapes(shapes: Sequence[Sequence[Sequence[int]]], streams: _Streams) -> list[int]:
    rings = [ring for shape in shapes for ring in shape]
    arcs = np.array([arc for ring in rings for arc in ring], dtype=np.int64)
    return [
        streams.add([len(shape) for shape in shapes]),
        streams.add([len(ring) for ring in rings]),
        streams.add(zigzag(arcs)),
    ]
