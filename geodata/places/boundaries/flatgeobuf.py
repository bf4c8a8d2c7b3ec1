"""A FlatGeobuf's features, counted before GDAL reads them.

Within a feature each offset may lead to the same coordinates, so that a kilobyte of parts stands
for a thousand copies of them. Only what says how many there are is read here; GDAL verifies the
rest, as each of its buffers.
"""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING, Final

from geodata.io.memory import Memory, TooMuchError
from geodata.places.boundaries.limits import Limits, refusal
from geodata.places.boundaries.wkb import A_PART, A_VERTEX, DEEPEST

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC: Final = 8
_NODE: Final = 40  # bytes of a node of the index
# Places of the fields in the schema of FlatGeobuf 3.
_FEATURES, _NODE_SIZE = 8, 9
_GEOMETRY, _PROPERTIES = 0, 1
_ENDS, _XY, _PARTS = 0, 1, 7

_U16: Final = struct.Struct("<H")
_U32: Final = struct.Struct("<I")
_I32: Final = struct.Struct("<i")
_U64: Final = struct.Struct("<Q")


def vet_features(file: str, path: Path, memory: Memory, limits: Limits) -> None:
    """Count the vertices and parts of each feature, as often as they are referred to.

    Raises
    ------
    BoundariesError
        It is damaged, or has too many features.
    TooMuchError
        They nest too deep, or there is no room for them.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            at = _first_feature(data)
            features = 0
            while at < len(data):
                features += 1
                if features > limits.features:
                    most = f"{limits.features:,} are read: raise the limit 'features'"
                    raise refusal(
                        file, f"has more than {limits.features:,} features; at most {most}"
                    )
                _count(data, at + 4, memory, min(limits.json_depth, DEEPEST), features)
                at += 4 + _U32.unpack_from(data, at)[0]
        except struct.error as error:
            message = "is not a readable FlatGeobuf: it is damaged or cut short"
            raise refusal(file, message) from error


def _first_feature(data: mmap.mmap) -> int:
    header = _MAGIC + 4 + _U32.unpack_from(data, _MAGIC + 4)[0]
    at = _field(data, header, _FEATURES)
    count = _U64.unpack_from(data, at)[0] if at else 0
    at = _field(data, header, _NODE_SIZE)
    width = _U16.unpack_from(data, at)[0] if at else 16
    end: int = _MAGIC + 4 + _U32.unpack_from(data, _MAGIC)[0]
    if count == 0 or width < 2:  # noqa: PLR2004 - without an index
        return end
    nodes = level = count
    while nodes == count or level > 1:  # a single feature has a level above it, too
        level = -(-level // width)
        nodes += level
    return int(end + nodes * _NODE)


def _count(data: mmap.mmap, start: int, memory: Memory, depth: int, row: int) -> None:
    root = start + _U32.unpack_from(data, start)[0]
    held = _field(data, root, _PROPERTIES)
    memory.take(2 * _length(data, held))
    first = _field(data, root, _GEOMETRY)
    left = [(first + _U32.unpack_from(data, first)[0], 1)] if first else []
    while left:
        table, level = left.pop()
        if level > depth:
            raise TooMuchError(
                f"the geometry of feature {row:,} nests more than {depth} levels deep: write its "
                "parts out, or raise the limit 'depth'"
            )
        numbers = _length(data, _field(data, table, _XY))
        ends = _length(data, _field(data, table, _ENDS))
        memory.take(numbers // 2 * A_VERTEX + (ends + 1) * A_PART)
        parts = _field(data, table, _PARTS)
        if not parts:
            continue
        number = _length(data, parts)
        memory.take(number * A_PART)
        begin = parts + _U32.unpack_from(data, parts)[0] + 4
        places = range(begin, begin + 4 * number, 4)
        left.extend((at + _U32.unpack_from(data, at)[0], level + 1) for at in places)


def _field(data: mmap.mmap, table: int, number: int) -> int:
    """Return where a table's field stands, 0 where the table has none."""
    kinds = table - _I32.unpack_from(data, table)[0]
    if kinds < 0:
        raise struct.error("an offset leads out of the file")
    if 4 + 2 * number >= _U16.unpack_from(data, kinds)[0]:
        return 0
    offset = _U16.unpack_from(data, kinds + 4 + 2 * number)[0]
    return table + offset if offset else 0


def _length(data: mmap.mmap, field: int) -> int:
    """Return the number of items of a vector that a field refers to."""
    if not field:
        return 0
    length: int = _U32.unpack_from(data, field + _U32.unpack_from(data, field)[0])[0]
    if length > len(data):
        raise struct.error("a vector is longer than the file")
    return length
