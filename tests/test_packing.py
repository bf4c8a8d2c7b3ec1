from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapping.page.packing import pack_data
from mapping.page.text91 import ALPHABET, encode_text91


def decoded91(text: str) -> bytes:
    """Bytes of a text, as the browser's half reads them: bit by bit."""
    bits = ""
    for at in range(0, len(text) - 1, 2):
        bits += f"{ALPHABET.index(text[at]) * 91 + ALPHABET.index(text[at + 1]):013b}"
    if len(text) % 2:
        bits += f"{ALPHABET.index(text[-1]):06b}"
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) // 8 * 8, 8))


@given(st.binary(max_size=60))
def test_text91_is_printable_and_reads_back(content: bytes) -> None:
    text = encode_text91(content)

    assert decoded91(text) == content
    assert not set(text) & set('<&" \n\r')


class Packed:
    """A packed block, read as mapping/assets/core/unpack.js reads it."""

    def __init__(self, block: bytes) -> None:
        start = 4 + int.from_bytes(block[:4], "little")
        self.header: dict[str, Any] = json.loads(block[4:start])
        self.streams = []
        for count, width, stepped in self.header["streams"]:
            planes = np.frombuffer(block, np.uint8, count * width, start).reshape(width, count)
            numbers = np.zeros(count, dtype=np.int64)
            for k, plane in enumerate(planes):
                numbers += plane.astype(np.int64) << (8 * k)
            if stepped:
                numbers = np.cumsum((numbers >> 1) ^ -(numbers & 1))
            self.streams.append(numbers.tolist())
            start += count * width

    def rows(self, name: str) -> list[int]:
        column = self.header["claims"]["columns"][name]
        if "of" in column:
            return [column["m"][row] for row in self.rows(column["of"])]
        return list(self.streams[column["s"]])

    def names(self, column: dict[str, Any]) -> list[str | None]:
        pairs = zip(self.streams[column["s"]], self.streams[column["k"]], strict=True)
        return [
            column["stems"][stem - 1] + (str(number - 1) if number else "") if stem else None
            for stem, number in pairs
        ]

    def texts(self, name: str) -> list[str | None]:
        column = self.header["claims"]["columns"][name]
        codes = iter(self.streams[column["c"]])
        words = self.header["claims"]["words"]
        rows = [[words[next(codes)] for _ in range(n)] for n in self.streams[column["n"]]]
        return [" ".join(row) if row else None for row in rows]


def packed(**columns: Any) -> Packed:
    count = max(len(column.get("v") or column.get("c") or ()) for column in columns.values())
    return Packed(
        pack_data(
            {
                "claims": {"n": count, "columns": columns},
                "places": {"n": 1, "columns": {}, "shapes": [[[0, ~1], [2]], []]},
                "sets": [],
                "regions": {},
            }
        )
    )


IDS = [None, "c1", "c10", "x007", "", "۷", "7", "v-1", "c4294967296", "c1"]


def test_identifiers_read_back_whatever_number_they_end_with() -> None:
    block = packed(claim_id={"t": "raw", "v": IDS})

    assert block.names(block.header["claims"]["columns"]["claim_id"]) == IDS


@given(st.lists(st.none() | st.text(max_size=12), min_size=1, max_size=8))
def test_texts_keep_every_space_and_line(texts: list[str | None]) -> None:
    assert packed(text={"t": "raw", "v": texts}).texts("text") == texts


def numbers_of(block: Packed, name: str) -> list[float | None]:
    column = block.header["claims"]["columns"][name]
    rows = block.rows(name)
    if column["t"] == "dict":
        return [None if row == 0 else column["v"][row - 1] for row in rows]
    scale = 10.0 ** column["d"]
    return [None if row == 0 else (row - 1 + column["least"]) / scale for row in rows]


@given(
    st.lists(
        st.none()
        | st.integers(-(2**40), 2**40)
        | st.floats(-180, 180).map(lambda degrees: round(degrees, 5))
        | st.floats(allow_nan=False, allow_infinity=False),
        min_size=1,
        max_size=6,
    )
)
def test_numbers_read_back_exactly(values: list[float | None]) -> None:
    assert numbers_of(packed(value={"t": "raw", "v": values}), "value") == values


def test_a_column_that_follows_from_another_is_a_map_and_else_a_stream_of_its_own() -> None:
    unit = {"t": "dict", "v": ["fighters", "men", "rifles"], "c": [0, 1, -1, 2, 0]}
    follows = {"t": "dict", "v": ["people", "arms"], "c": [0, 0, -1, 1, 0]}
    block = packed(unit=unit, family=follows)
    own = packed(unit=unit, family=follows | {"c": [0, 0, -1, 1, 1]})

    assert block.header["claims"]["columns"]["family"]["of"] == "unit"
    assert block.rows("family") == [1, 1, 0, 2, 1]
    assert "of" not in own.header["claims"]["columns"]["family"]
    assert own.rows("family") == [1, 1, 0, 2, 2]


def test_bounds_are_shares_of_their_figure_only_where_that_is_exact() -> None:
    modifier = {"t": "dict", "v": ["about", "up_to"], "c": [0, 1, 0]}
    value = {"t": "raw", "v": [100, 40, 30]}
    exact = packed(modifier=modifier, value=value, low={"t": "raw", "v": [80.0, 0, 24.0]})
    other = packed(modifier=modifier, value=value, low={"t": "raw", "v": [80.0, 0, None]})
    column = exact.header["claims"]["columns"]["low"]

    assert [column["ways"][row] for row in exact.rows("low")] == [
        ["value", 0.8],
        ["", 0],
        ["value", 0.8],
    ]
    assert other.rows("low") == [2, 1, 0]


def test_rings_and_equal_streams_stand_once() -> None:
    codes = [0, 1, 0, 2]
    block = packed(
        stated={"t": "dict", "v": ["2021", "2022", "2023"], "c": codes},
        reported={"t": "dict", "v": ["2021", "2022", "2023"], "c": codes},
    )
    columns = block.header["claims"]["columns"]
    shapes = [block.streams[number] for number in block.header["places"]["shapes"]]

    assert columns["reported"]["s"] == columns["stated"]["s"]
    assert columns["reported"]["v"] == "stated"
    assert shapes == [[2, 0], [2, 1], [0, 3, 4]]
