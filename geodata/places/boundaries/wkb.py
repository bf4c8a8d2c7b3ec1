"""Well-known binary from anywhere, looked through before GEOS, which recurses, is handed it.

A hundred thousand collections within each other end the process, and a count may promise more
than the bytes hold. Nothing here recurses, and coordinates are passed over.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from geodata.io.memory import Memory, TooMuchError

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPEST: Final = 500
"""Levels that GEOS, GDAL and Python bear on any stack; no limit is raised beyond it."""

# What they take from bytes to repaired areas, as measured; GEOS keeps objects for parts.
A_VERTEX: Final = 110
A_PART: Final = 400

_POINT: Final = 1
_LINES: Final = frozenset({2, 8})  # LineString, CircularString
_RINGED: Final = frozenset({3, 17})  # Polygon, Triangle
_COLLECTIONS: Final = frozenset({4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16})

_HAS_Z, _HAS_M, _HAS_SRID = 0x80000000, 0x40000000, 0x20000000  # of PostGIS's EWKB
_ISO_AXES: Final = {0: 0, 1: 1, 2: 1, 3: 2}  # the thousands of a type of ISO 13249-3: Z, M, ZM

_LEAST: Final = 9  # bytes of the smallest geometry: byte order, type, count
_HEADS: Final = (struct.Struct(">II"), struct.Struct("<II"))
_COUNTS: Final = (struct.Struct(">I"), struct.Struct("<I"))


class Size(NamedTuple):
    """What a geometry holds: its vertices, its parts (geometries and rings), its depth."""

    vertices: int
    parts: int
    depth: int


_ANY: Final = Size(2**62, 2**62, 2**62)


def size_of_wkb(  # noqa: PLR0911, PLR0912 - one loop over headers, called for each feature
    data: bytes, start: int = 0, *, most: Size = _ANY
) -> Size | None:
    """Return what the geometry at an offset holds, ``None`` where it is no sound WKB.

    WKB of ISO 13249-3 and PostGIS's EWKB are known, each part in a byte order of its own. Every
    count is held against the bytes that are left. Where it passes ``most``, the rest is not
    looked at.

    Examples
    --------
    >>> size_of_wkb(shapely.to_wkb(shapely.box(0, 0, 1, 1)))
    Size(vertices=5, parts=2, depth=1)
    >>> size_of_wkb(b"nonsense") is None
    True
    """
    at, end = start, len(data)
    vertices = parts = deepest = 0
    left = [1]  # geometries still to come, by level
    while left:
        if not left[-1]:
            left.pop()
            continue
        left[-1] -= 1
        parts += 1
        deepest = max(deepest, len(left))
        if deepest > most.depth or parts > most.parts or vertices > most.vertices:
            break
        # A point has no count; the bytes of its coordinates are read as one, and not used.
        if at + _LEAST > end or data[at] > 1:
            return None
        order = data[at]
        code, count = _HEADS[order].unpack_from(data, at + 1)
        at += 5
        if code & _HAS_SRID:
            at += 4
            if at + 4 > end:
                return None
            (count,) = _COUNTS[order].unpack_from(data, at)
        iso, kind = divmod(code & 0xFFFF, 1000)
        if iso not in _ISO_AXES:
            return None
        axes = _ISO_AXES[iso] or (bool(code & _HAS_Z) + bool(code & _HAS_M))
        width = 16 + 8 * axes
        if kind == _POINT:
            at += width
            vertices += 1
        elif kind in _LINES:
            at += 4 + count * width
            vertices += count
        elif kind in _RINGED:
            at += 4
            if count > (end - at) // 4:
                return None
            parts += count
            unpack = _COUNTS[order].unpack_from
            for _ in range(count):
                if at + 4 > end:
                    return None
                (points,) = unpack(data, at)
                at += 4 + points * width
                vertices += points
        elif kind in _COLLECTIONS:
            at += 4
            if count > (end - at) // _LEAST:
                return None
            left.append(count)
        else:
            return None
        if at > end:
            return None
    return Size(vertices, parts, deepest)


class Geometries:
    """Counts what the geometries of one file hold, and refuses what passes its limits.

    Parameters
    ----------
    memory
        The room that the file has.
    depth, vertices
        Limits of the same names: how deep a geometry nests, how many vertices all have.
    """

    def __init__(self, memory: Memory, *, depth: int, vertices: int) -> None:
        self._memory = memory
        self._depth = min(depth, DEEPEST)
        self._vertices = vertices
        self._left = vertices

    def from_wkb(self, blobs: Iterable[object]) -> np.ndarray[Any, Any]:
        """Return the shapes; ``None`` where there is none, or no sound one.

        Raises
        ------
        TooMuchError
            As `is_sound`.
        """
        kept = [
            blob if isinstance(blob, bytes) and self.is_sound(blob, 0, row) else None
            for row, blob in enumerate(blobs, 1)
        ]
        return np.asarray(shapely.from_wkb(kept, on_invalid="ignore"), dtype=object)

    def is_sound(self, data: bytes, start: int, row: int, *, times: int = 1) -> bool:
        """Count the geometry of one feature, or of several; false where it is no sound WKB.

        Raises
        ------
        TooMuchError
            It nests too deep, or those so far have too many vertices or take too much memory.
        """
        most = Size(self._left, self._memory.left // A_PART, self._depth)
        size = size_of_wkb(data, start, most=most)
        if size is None:
            return False
        if size.depth > self._depth:
            remedy = "" if self._depth == DEEPEST else ", or raise the limit 'depth'"
            raise TooMuchError(
                f"the geometry of feature {row:,} nests more than {self._depth} levels deep: "
                f"write its parts out{remedy}"
            )
        self._left -= size.vertices * times
        if self._left < 0:
            raise TooMuchError(
                f"has more than {self._vertices:,} vertices: simplify it, or raise the limit "
                "'vertices'"
            )
        self._memory.take(times * (size.vertices * A_VERTEX + size.parts * A_PART))
        return True
