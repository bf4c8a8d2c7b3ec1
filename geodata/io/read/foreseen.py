"""What a text of claims will take once it is parsed, told by counting its marks.

Brackets, commas and ends of lines are counted in the text before anything is made of them: two
bytes of JSON can be a value of seventy.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from geodata.io.memory import Memory

# Bytes of Python objects, as measured: an object or list with its first value, each further value.
_OBJECT: Final = 350
_LIST: Final = 100
_VALUE: Final = 72
_CELL: Final = 32  # of CSV, in Arrow

_LEAST_FIELDS: Final = 3  # of a claim: actor, text, and a location


def expect_text(data: bytes, kind: str, memory: Memory) -> None:
    """Count the bytes of a text and the records that it can hold; refuse it if it is too long.

    Raises
    ------
    TooMuchError
        There is no room for the text.
    """
    fields = data.count(b":") // _LEAST_FIELDS
    if kind in {"csv", "tsv"}:
        fields = max(map(data.count, (b",", b";", b"\t", b"|"))) // (_LEAST_FIELDS - 1)
        records = max(data.count(b"\n"), data.count(b"\r"))
        memory.take(_CELL * fields)
    elif kind == "yaml":
        records = data.count(b"- ") + data.count(b"-\n")
    else:
        records = data.count(b"{")
    memory.rows = min(records, fields)
    memory.take(2 * len(data))


def expect_width(text: str, size: int, memory: Memory) -> None:
    """Count what a text takes as Python holds it beyond its ``size`` as bytes.

    Raises
    ------
    TooMuchError
        There is no room for it.
    """
    memory.take(max(sys.getsizeof(text) - size, 0))


def expect_json(text: str, memory: Memory) -> None:
    """Count the objects and values of a JSON text.

    Raises
    ------
    TooMuchError
        There is no room for them.
    """
    memory.take(_OBJECT * text.count("{") + _LIST * text.count("[") + _VALUE * text.count(","))
