"""Pairs of figures that cannot both hold, found by sorting and without a solver.

Of two figures that exclude each other there are two ways to. What one says of blocks inside a
block of the other is together more than that may be; or the blocks of one that cover a block of
the other leave it less than it must be. Where both say one sum, the two are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geodata.analysis.figures import Block, Cell, Figures

    Numbers = NDArray[np.int64]


def clashing_pairs(
    figures: Figures, *, window_days: int, wholes: frozenset[tuple[int, int]]
) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """List pairs of figures of different sources that exclude each other at one time.

    ``wholes`` are pairs of a part and its whole, which are never compared with each other.

    Returns
    -------
    The figures of each pair, the smaller number first, in order, and by how much the figures as
    stated are apart.
    """
    found = [*_too_much_inside(figures, window_days), *_too_little_around(figures, window_days)]
    if not found:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    one, other, gap = (np.concatenate(column) for column in zip(*found, strict=True))
    a, b = np.minimum(one, other), np.maximum(one, other)
    # Of a pair that clashes in several places, the widest gap.
    order = np.lexsort((-gap, b, a))
    a, b, gap = a[order], b[order], gap[order]
    kept = np.ones(len(a), dtype=bool)
    kept[1:] = (a[1:] != a[:-1]) | (b[1:] != b[:-1])
    if wholes:
        named = zip(figures.origin[a].tolist(), figures.origin[b].tolist(), strict=True)
        kept &= np.array([(x, y) not in wholes and (y, x) not in wholes for x, y in named])
    return a[kept], b[kept], gap[kept]


def _near(figures: Figures, one: int, others: Numbers, window_days: int) -> NDArray[np.bool_]:
    """Mark figures of other sources and origins that stand on a day with one, of one time."""
    held = np.abs(figures.day[others] - figures.day[one]) <= window_days
    held &= (figures.source[others] != figures.source[one]) & (
        figures.origin[others] != figures.origin[one]
    )
    starts = np.maximum(figures.first[others], figures.first[one])
    near: NDArray[np.bool_] = held & (
        starts < np.minimum(figures.until[others], figures.until[one])
    )
    return near


_Found = tuple["Numbers", "Numbers", "NDArray[np.float64]"]


def _too_much_inside(figures: Figures, window_days: int) -> list[_Found]:
    """Find what is more than the block around it may be."""
    bounded = np.isfinite(figures.high)
    outer = np.unique(figures.block[bounded])
    floors = figures.low > 0
    inner, around = _inside(figures, np.unique(figures.block[floors]), outer)
    # What each figure says of all of its blocks inside one, together.
    starts = np.searchsorted(inner, figures.block[floors], side="left")
    ends = np.searchsorted(inner, figures.block[floors], side="right")
    which, at = _repeated(starts, ends)
    lines = np.flatnonzero(floors)[which]
    order = np.lexsort((figures.figure[lines], around[at]))
    lines, block = lines[order], around[at][order]
    if not len(lines):
        return []
    figure = figures.figure[lines]
    begins = np.flatnonzero(np.r_[True, (block[1:] != block[:-1]) | (figure[1:] != figure[:-1])])
    least, stated = (
        np.asarray(np.add.reduceat(floor[lines], begins), dtype=np.float64)
        for floor in (figures.low, figures.stated_low)
    )
    return _crossing(
        figures,
        (block[begins], figure[begins], np.round(least, 9), stated),
        (figures.block[bounded], figures.figure[bounded], figures.high[bounded],
         figures.stated_high[bounded]),
        window_days,
    )  # fmt: skip


def _too_little_around(figures: Figures, window_days: int) -> list[_Found]:
    """Find what is less than a block must be that several blocks of one figure cover."""
    count = np.bincount(figures.figure[np.isfinite(figures.high)], minlength=len(figures))
    several = np.flatnonzero(count > 1)
    if not len(several):
        return []
    lines_of: dict[int, list[int]] = {}
    for line in np.flatnonzero(np.isfinite(figures.high)).tolist():
        if count[figures.figure[line]] > 1:
            lines_of.setdefault(int(figures.figure[line]), []).append(line)
    unions: dict[tuple[int, ...], list[int]] = {}
    for figure, lines in lines_of.items():
        unions.setdefault(tuple(figures.block[lines].tolist()), []).append(figure)
    holders: dict[Cell, list[int]] = {}
    keys = list(unions)
    for number, blocks in enumerate(keys):
        for block in blocks:
            for cell in figures.blocks[block]:
                holders.setdefault(cell, []).append(number)
    floors = figures.low > 0
    under, over = list[np.ndarray](), list[np.ndarray]()
    lines_on = _lines_on(figures.block, floors)
    for block in np.unique(figures.block[floors]).tolist():
        for number in _holding(figures.blocks[block], figures.above, holders):
            hit = {
                part
                for cell in figures.blocks[block]
                for part in keys[number]
                if not figures.blocks[part].isdisjoint(figures.above[cell])
            }
            if len(hit) < 2:  # noqa: PLR2004 - one block around another was compared already
                continue
            own_lines = lines_on[block]
            under.append(
                np.column_stack([np.full(len(own_lines), len(over)), figures.figure[own_lines],
                                 figures.low[own_lines], figures.stated_low[own_lines]])
            )  # fmt: skip
            own = unions[keys[number]]
            hit_lines = {at: [n for n in lines_of[at] if figures.block[n] in hit] for at in own}
            sums = [(len(over), at, *_added_up(figures, hit_lines[at])) for at in own]
            over.append(np.array(sums, dtype=float))
    if not over:
        return []
    floors_at, ceilings_at = np.vstack(under), np.vstack(over)
    return _crossing(
        figures,
        (floors_at[:, 0].astype(np.int64), floors_at[:, 1].astype(np.int64), *floors_at[:, 2:].T),
        (ceilings_at[:, 0].astype(np.int64), ceilings_at[:, 1].astype(np.int64),
         np.round(ceilings_at[:, 2], 9), ceilings_at[:, 3]),
        window_days,
    )  # fmt: skip


def _added_up(figures: Figures, lines: list[int]) -> tuple[float, float]:
    """Add up the ceilings of some lines: loosened, and as stated."""
    return float(figures.high[lines].sum()), float(figures.stated_high[lines].sum())


def _crossing(
    figures: Figures,
    floors: tuple[Numbers, Numbers, NDArray[np.float64], NDArray[np.float64]],
    ceilings: tuple[Numbers, Numbers, NDArray[np.float64], NDArray[np.float64]],
    window_days: int,
) -> list[_Found]:
    """Pair floors and ceilings of one key where a floor is above a ceiling."""
    if not len(floors[0]) or not len(ceilings[0]):
        return []
    order = np.lexsort((ceilings[2], ceilings[0]))
    key, figure = ceilings[0][order], ceilings[1][order]
    high, stated = ceilings[2][order], ceilings[3][order]
    begin = np.searchsorted(key, floors[0], side="left")
    end = np.searchsorted(key, floors[0], side="right")
    lowest = np.where(end > begin, high[np.minimum(begin, len(high) - 1)], np.inf)
    found: list[_Found] = []
    for at in np.flatnonzero(floors[2] > lowest).tolist():
        upto = begin[at] + np.searchsorted(high[begin[at] : end[at]], floors[2][at], side="left")
        others, one = figure[begin[at] : upto], int(floors[1][at])
        hits = np.flatnonzero(_near(figures, one, others, window_days))
        if len(hits):
            gap = floors[3][at] - stated[begin[at] : upto][hits]
            found.append((np.full(len(hits), one), others[hits], gap))
    return found


def _inside(figures: Figures, inner: Numbers, outer: Numbers) -> tuple[Numbers, Numbers]:
    """Pairs of blocks of which the first lies in the second, in the order of the first."""
    holders: dict[Cell, list[int]] = {}
    for block in outer.tolist():
        for cell in figures.blocks[block]:
            holders.setdefault(cell, []).append(block)
    found = [
        (block, holder)
        for block in inner.tolist()
        for holder in sorted(_holding(figures.blocks[block], figures.above, holders))
    ]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _holding(
    block: Block, above: Mapping[Cell, tuple[Cell, ...]], holders: dict[Cell, list[int]]
) -> set[int]:
    """Find the sets of cells that hold each cell of a block, or one that it lies in."""
    held: set[int] | None = None
    for cell in block:
        own = {number for up in above[cell] for number in holders.get(up, ())}
        held = own if held is None else held & own
        if not held:
            return set()
    return held or set()


def _lines_on(block: Numbers, chosen: NDArray[np.bool_]) -> dict[int, Numbers]:
    """Give the numbers of the chosen lines about each block."""
    lines = np.flatnonzero(chosen)
    lines = lines[np.argsort(block[lines], kind="stable")]
    cuts = np.flatnonzero(np.diff(block[lines])) + 1
    return {int(block[own[0]]): own for own in np.split(lines, cuts) if len(own)}


def _repeated(starts: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """Give the number of each of several ranges, and of what lies in them, one after the other."""
    lengths = ends - starts
    which = np.repeat(np.arange(len(starts)), lengths)
    inside = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return which, np.repeat(starts, lengths) + inside
