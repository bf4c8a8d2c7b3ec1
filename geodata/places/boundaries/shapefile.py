"""A shapefile's records, counted before GDAL reads them.

The index may name one record a hundred thousand times, and a record may have millions of parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.places.boundaries.limits import Limits, refusal
from geodata.places.boundaries.wkb import A_PART, A_VERTEX

if TYPE_CHECKING:
    from pathlib import Path

    from geodata.io.memory import Memory

_HEADER: Final = 100
_COUNTS: Final = 44  # bytes from a record's start to the numbers of its parts and points


def vet_records(file: str, shp: Path, shx: Path, memory: Memory, limits: Limits) -> None:
    """Count parts and points, as often as the index names their record.

    Raises
    ------
    BoundariesError
        There are too many records.
    TooMuchError
        There is no room for them.
    """
    entries = np.fromfile(shx, dtype=">i4", offset=_HEADER)
    starts = entries[: len(entries) // 2 * 2 : 2].astype(np.int64) * 2
    if len(starts) > limits.features:
        most = f"{limits.features:,} are read: raise the limit 'features'"
        raise refusal(file, f"has {len(starts):,} features; at most {most}")
    content = np.memmap(shp, dtype=np.uint8, mode="r")
    inside = starts[(starts >= 0) & (starts + _COUNTS + 8 <= len(content))]
    where = inside[:, None] + np.arange(_COUNTS, _COUNTS + 8)
    counts = content[where].view("<i4").reshape(-1, 2).astype(np.int64).clip(min=0)
    # A count that the file cannot hold is damage, which GDAL finds.
    parts, points = np.minimum(counts, [len(content) // 4, len(content) // 16]).sum(axis=0)
    memory.take(int(points) * A_VERTEX + int(parts) * A_PART)
