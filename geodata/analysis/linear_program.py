"""What sums of unknowns can be, given intervals for other sums: small linear programmes.

The unknowns, called cells, are not negative. A row says in which interval the sum of some
cells lies, as stated and loosely, and which origins say so. Rows that share no cell,
directly or by others, are solved apart. The solver is HiGHS, as SciPy ships it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import inf, nan, prod
from typing import Final, Generic, TypeAlias, TypeVar

import numpy as np

from geodata.analysis.inequalities import Inequalities, leaned_on, least_cost

Cell = TypeVar("Cell", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Interval: TypeAlias = tuple[float, float]

UNKNOWN: Final[Interval] = (nan, nan)
ANY: Final[Interval] = (0.0, inf)

# So many ways to resolve clashes are tried before a place loses its bound.
_MOST_WAYS: Final = 8
# Above so many origins, those that clash are first narrowed down by one programme.
_MANY: Final = 8
# So much is done for figures that hang together: thousands that contradict each other would take
# minutes. So many clashes of figures for different sums are looked for, then all that is left
# clashes; of up to so many suspects each is tried for whether the others clash without it.
_MOST_CLASHES: Final = 12
_MOST_SUSPECTS: Final = 24


@dataclass(frozen=True)
class Row(Generic[Cell]):
    """The sum of some cells lies in an interval, as some origins say together."""

    cells: tuple[Cell, ...]
    stated: Interval
    loose: Interval
    origins: frozenset[int]

    def __post_init__(self) -> None:
        # A sum counts no cell twice, however often a claim names it.
        object.__setattr__(self, "cells", tuple(dict.fromkeys(self.cells)))


@dataclass(frozen=True)
class Solution:
    """What a sum of cells can be; both ends missing where that does not follow.

    ``rest`` is what follows loosely without the origins that clash. ``origins`` say something
    about one of the cells, or an end of the bound rests on them; ``above`` leaves out those
    that bear on the low end alone.
    """

    stated: Interval = ANY
    loose: Interval = ANY
    rest: Interval = ANY
    clash: frozenset[int] = frozenset()
    origins: frozenset[int] = frozenset()
    above: frozenset[int] = frozenset()

    def plus(self, other: Solution) -> Solution:
        """Add what an independent sum can be."""
        return Solution(
            _added(self.stated, other.stated),
            _added(self.loose, other.loose),
            _added(self.rest, other.rest),
            self.clash | other.clash,
            self.origins | other.origins,
            self.above | other.above,
        )


def solve(rows: Sequence[Row[Cell]], asked: Mapping[Key, Sequence[Cell]]) -> dict[Key, Solution]:
    """Bound each of the sums that are asked for.

    Examples
    --------
    >>> both = Row(("a", "b"), (100.0, 100.0), (100.0, 100.0), frozenset({1}))
    >>> one = Row(("a",), (30.0, inf), (30.0, inf), frozenset({2}))
    >>> solve([both, one], {"b": ["b"]})["b"].stated
    (0.0, 70.0)
    """
    systems = _systems(rows)
    found: dict[Key, Solution] = {}
    for key, cells in asked.items():
        parts: dict[int, list[Cell]] = {}
        free = False
        for cell in dict.fromkeys(cells):
            system = systems.get(cell)
            if system is None:
                free = True
            else:
                parts.setdefault(id(system), []).append(cell)
        nothing = (0.0, inf) if free else (0.0, 0.0)
        solution = Solution(nothing, nothing, nothing)
        for part in parts.values():
            solution = solution.plus(systems[part[0]].solution(part))
        found[key] = solution
    return found


def _added(one: Interval, other: Interval) -> Interval:
    return one[0] + other[0], one[1] + other[1]


def _systems(rows: Sequence[Row[Cell]]) -> dict[Cell, _System[Cell]]:
    """Part the rows into systems that share no cell; give the system of each cell."""
    parent: dict[Cell, Cell] = {}

    def root(cell: Cell) -> Cell:
        while parent.setdefault(cell, cell) != cell:
            parent[cell] = cell = parent[parent[cell]]
        return cell

    for row in rows:
        for cell in row.cells:
            parent[root(cell)] = root(row.cells[0])
    members: dict[Cell, list[Row[Cell]]] = {}
    for row in rows:
        if row.cells:
            members.setdefault(root(row.cells[0]), []).append(row)
    systems = {top: _System(group) for top, group in members.items()}
    return {cell: systems[root(cell)] for cell in list(parent)}


@dataclass
class _System(Generic[Cell]):
    """Rows that hang together; what was found of them is kept."""

    rows: list[Row[Cell]]
    origins: frozenset[int] = field(init=False)
    _columns: dict[Cell, int] = field(init=False)
    _sums: dict[tuple[Cell, ...], frozenset[Cell]] = field(init=False)
    _rows_of: dict[int, list[int]] = field(init=False)
    _touching: dict[Cell, set[int]] = field(init=False)
    _fits: dict[tuple[frozenset[int], bool], bool] = field(init=False, default_factory=dict)
    _programmes: dict[tuple[frozenset[int], bool], Inequalities] = field(
        init=False, default_factory=dict
    )
    _solved: dict[frozenset[Cell], Solution] = field(init=False, default_factory=dict)
    _clashes: list[frozenset[int]] | None = field(init=False, default=None)
    _ways: list[frozenset[int]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        cells = dict.fromkeys(cell for row in self.rows for cell in row.cells)
        self._columns = {cell: at for at, cell in enumerate(cells)}
        self._sums = {row.cells: frozenset(row.cells) for row in self.rows}
        self._rows_of, self._touching = {}, {cell: set() for cell in cells}
        for at, row in enumerate(self.rows):
            for origin in row.origins:
                self._rows_of.setdefault(origin, []).append(at)
            for cell in row.cells:
                self._touching[cell] |= row.origins
        self.origins = frozenset(self._rows_of)

    def solution(self, cells: Sequence[Cell]) -> Solution:
        """Bound a sum of cells of this system."""
        key = frozenset(cells)
        if key not in self._solved:
            self._solved[key] = self._solve(cells)
        return self._solved[key]

    def _solve(self, cells: Sequence[Cell]) -> Solution:
        everyone, nobody = self.origins, frozenset[int]()
        touching = nobody.union(*(self._touching[cell] for cell in cells))
        if self.fits(everyone, loose=True):
            loose, why = self._bound(everyone, cells, loose=True)
            stated: Interval = UNKNOWN
            if all(row.stated == row.loose for row in self.rows):
                stated = loose
            elif self.fits(everyone, loose=False):
                stated, why = self._bound(everyone, cells, loose=False)
            return Solution(
                stated, loose, loose, nobody, touching | why[0] | why[1], touching | why[1]
            )
        clash = nobody.union(*self.clashes())
        rest, why = self._bound(everyone - clash, cells, loose=True)
        stated, loose = (self._whichever(cells, loose=flag) for flag in (False, True))
        behind, above = touching | why[0] | why[1], touching | why[1]
        if not np.isnan(loose[0]):
            return Solution(stated, loose, loose, nobody, behind, above)
        return Solution(UNKNOWN, UNKNOWN, rest, clash, behind | clash, above | clash)

    def fits(self, origins: frozenset[int], *, loose: bool) -> bool:
        """Whether what some of the origins say can all hold."""
        key = (origins, loose)
        if key not in self._fits:
            self._fits[key] = self._feasible(origins, loose=loose)
        return self._fits[key]

    def clashes(self) -> list[frozenset[int]]:
        """Find sets of origins that cannot all hold, each minimal; together the rest can.

        Where figures contradict each other without end, the last set is all that is left.
        """
        if self._clashes is None:
            self._clashes = self._opposed()
            left, looked = self.origins.difference(*self._clashes), 0
            while not self.fits(left, loose=True):
                looked += 1
                clash = left
                if looked <= _MOST_CLASHES:
                    clash = self._minimal(self._narrowed(left) if len(left) > _MANY else left)
                self._clashes.append(clash)
                left -= clash
        return self._clashes

    # --- clashes ---------------------------------------------------------------

    def _opposed(self) -> list[frozenset[int]]:
        """Find figures for one sum that exclude each other, which needs no solver.

        Of each sum the highest floor and the lowest ceiling are set aside together as long as
        they exclude each other. What is set aside for one sum opens no other that was done.
        """
        by_sum: dict[frozenset[Cell], list[Row[Cell]]] = {}
        for row in self.rows:
            by_sum.setdefault(self._sums[row.cells], []).append(row)
        found, left = list[frozenset[int]](), set(self.origins)
        for rows in by_sum.values():
            floors = sorted(rows, key=lambda row: -row.loose[0])[::-1]
            ceilings = sorted(rows, key=lambda row: row.loose[1])[::-1]
            while True:
                for ends in (floors, ceilings):
                    while ends and not ends[-1].origins <= left:
                        ends.pop()
                if not floors or not ceilings or floors[-1].loose[0] <= ceilings[-1].loose[1]:
                    break
                found.append(self._minimal(floors[-1].origins | ceilings[-1].origins))
                left -= found[-1]
        return found

    def _minimal(self, kept: frozenset[int]) -> frozenset[int]:
        """Drop one origin after the other as long as the others still clash."""
        if len(kept) > _MOST_SUSPECTS:
            return kept
        for origin in sorted(kept):
            if not self._feasible(kept - {origin}, loose=True):
                kept -= {origin}
        return kept

    def _narrowed(self, origins: frozenset[int]) -> frozenset[int]:
        """Find origins that clash by themselves: those on which the largest misfit leans.

        If each figure may miss by the same amount, the inequalities that keep it from being
        less are a vertex of the dual, and so a least set that cannot hold (Gleeson and Ryan
        1990, https://doi.org/10.1287/ijoc.2.1.61): a handful, however many clash.
        """
        programme = self._programme(origins, loose=True)
        matrix, limits = programme.matrix, programme.limits
        amount = np.append(np.zeros(matrix.shape[1]), 1.0)
        result = least_cost(
            amount, np.hstack([matrix, -np.ones((len(limits), 1))]), limits / programme.scale
        )
        found = programme.behind(leaned_on(result))
        return origins if self._feasible(found, loose=True) else found

    def _whichever(self, cells: Sequence[Cell], *, loose: bool) -> Interval:
        """Bound a sum if the bound is the same whichever clashing origins are wrong."""
        ways = self._resolutions()
        if not ways or not all(self.fits(way, loose=loose) for way in ways):
            return UNKNOWN
        first = self._bound(ways[0], cells, loose=loose)[0]
        same = all(self._bound(way, cells, loose=loose)[0] == first for way in ways[1:])
        return first if same else UNKNOWN

    def _resolutions(self) -> list[frozenset[int]]:
        """Find the largest sets of origins that fit; none where there may be others.

        If each choice of one origin from each clash leaves others that fit, then there is no
        further clash: it would survive a choice that spares it. So these are all.
        """
        if self._ways is None:
            clashes = self.clashes()
            self._ways = []
            if prod(map(len, clashes)) <= _MOST_WAYS:
                ways = [self.origins - set(out) for out in product(*map(sorted, clashes))]
                if all(self.fits(way, loose=True) for way in ways):
                    self._ways = ways
        return self._ways

    # --- programmes ------------------------------------------------------------

    def _active(self, origins: frozenset[int], *, loose: bool) -> list[tuple[Row[Cell], Interval]]:
        rows = self.rows
        if len(origins) < len(self.origins):
            ats = {at for origin in origins for at in self._rows_of[origin]}
            rows = [rows[at] for at in sorted(ats) if rows[at].origins <= origins]
        return [(row, row.loose if loose else row.stated) for row in rows]

    def _programme(self, origins: frozenset[int], *, loose: bool) -> Inequalities:
        """Write what some origins say as inequalities; those asked for last are kept."""
        key = (origins, loose)
        if key not in self._programmes:
            if len(self._programmes) >= 2 * _MOST_WAYS:
                self._programmes.clear()
            self._programmes[key] = self._inequalities(origins, loose=loose)
        return self._programmes[key]

    def _inequalities(self, origins: frozenset[int], *, loose: bool) -> Inequalities:
        lines = [
            (row, sign, limit)
            for (_, sign), (row, limit) in self._tightest(origins, loose=loose).items()
        ]
        matrix = np.zeros((len(lines), len(self._columns)))
        for at, (row, sign, _) in enumerate(lines):
            matrix[at, [self._columns[cell] for cell in row.cells]] = sign
        limits = np.array([limit for *_, limit in lines])
        return Inequalities(matrix, limits, [row.origins for row, *_ in lines])

    def _tightest(
        self, origins: frozenset[int], *, loose: bool
    ) -> dict[tuple[frozenset[Cell], float], tuple[Row[Cell], float]]:
        """Give each sum's lowest ceiling (sign 1) and highest floor (-1, negated), if any."""
        tightest: dict[tuple[frozenset[Cell], float], tuple[Row[Cell], float]] = {}
        for row, (low, high) in self._active(origins, loose=loose):
            for sign, limit in ((1.0, high), (-1.0, -low)):
                key = (self._sums[row.cells], sign)
                if limit < (inf if sign > 0 else 0.0) and (
                    key not in tightest or limit < tightest[key][1]
                ):
                    tightest[key] = (row, limit)
        return tightest

    def _feasible(self, origins: frozenset[int], *, loose: bool) -> bool:
        if len(self._columns) == 1:
            (low, high), _ = self._crossing(origins, loose=loose)
            return low <= high
        tightest = self._tightest(origins, loose=loose)
        floors = {cells: -limit for (cells, sign), (_, limit) in tightest.items() if sign < 0}
        ceilings = {cells: limit for (cells, sign), (_, limit) in tightest.items() if sign > 0}
        if any(floors[cells] > ceilings[cells] for cells in floors.keys() & ceilings.keys()):
            return False
        sums = floors.keys() | ceilings.keys()
        apart = sum(map(len, sums)) == len(frozenset().union(*sums))
        # Nothing at all, or any number, in each cell; or each sum by itself.
        if not floors or not ceilings or apart:
            return True
        programme = self._programme(origins, loose=loose)
        used = programme.matrix[:, programme.matrix.any(axis=0)]
        return programme.optimum(np.zeros(used.shape[1]), used) is not None

    def _bound(
        self, origins: frozenset[int], cells: Sequence[Cell], *, loose: bool
    ) -> tuple[Interval, tuple[frozenset[int], frozenset[int]]]:
        """Bound a sum by origins that fit, and name those on which each end rests."""
        if len(self._columns) == 1:
            return self._crossing(origins, loose=loose)
        programme = self._programme(origins, loose=loose)
        matrix, limits = programme.matrix, programme.limits
        cost = np.zeros(matrix.shape[1])
        cost[[self._columns[cell] for cell in cells]] = 1.0
        least, below = 0.0, list[int]()
        if (limits < 0).any():  # a row from below
            least, below = programme.optimum(cost) or (0.0, [])
        most, above = inf, list[int]()
        # All terms are positive, so a cell that no row bounds from above is free to grow.
        if (matrix[:, cost > 0] > 0).any(axis=0).all():
            lowest, above = programme.optimum(-cost) or (-inf, [])
            most = -lowest
        return (_tidy(least), _tidy(most)), (programme.behind(below), programme.behind(above))

    def _crossing(
        self, origins: frozenset[int], *, loose: bool
    ) -> tuple[Interval, tuple[frozenset[int], frozenset[int]]]:
        """Intersect what is said of a single cell, which needs no solver."""
        said = self._active(origins, loose=loose)
        low = max((ends[0] for _, ends in said), default=0.0)
        high = min((ends[1] for _, ends in said), default=inf)
        nobody = frozenset[int]()
        below = nobody.union(*(row.origins for row, ends in said if 0 < ends[0] == low))
        above = nobody.union(*(row.origins for row, ends in said if inf > ends[1] == high))
        return (low, high), (below, above)


def _tidy(value: float) -> float:
    """Take off what the solver's floating point adds: figures are no finer than a millionth."""
    return abs(round(value, 6))
