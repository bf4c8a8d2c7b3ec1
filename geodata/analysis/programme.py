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
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult  # type: ignore[import-untyped]  # SciPy ships no annotations

Cell = TypeVar("Cell", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)
Interval: TypeAlias = tuple[float, float]

UNKNOWN: Final[Interval] = (nan, nan)
ANY: Final[Interval] = (0.0, inf)

# The solver's tolerance is absolute, 1e-7: figures beyond this are scaled down to it.
_LARGEST: Final = 1e6
# So many ways to resolve clashes are tried before a place loses its bound.
_MOST_WAYS: Final = 8
# Above so many origins, those that clash are first narrowed down by one programme.
_MANY: Final = 8
# So many clashes of figures for different sums are looked for in figures that hang together.
_MOST_CLASHES: Final = 12


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
    _columns: dict[Cell, int] = field(init=False)
    _sums: dict[tuple[Cell, ...], frozenset[Cell]] = field(init=False)
    _fits: dict[tuple[frozenset[int], bool], bool] = field(init=False, default_factory=dict)
    _solved: dict[frozenset[Cell], Solution] = field(init=False, default_factory=dict)
    _clashes: list[frozenset[int]] | None = field(init=False, default=None)
    _ways: list[frozenset[int]] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        cells = dict.fromkeys(cell for row in self.rows for cell in row.cells)
        self._columns = {cell: at for at, cell in enumerate(cells)}
        self._sums = {row.cells: frozenset(row.cells) for row in self.rows}

    @property
    def origins(self) -> frozenset[int]:
        return frozenset().union(*(row.origins for row in self.rows))

    def solution(self, cells: Sequence[Cell]) -> Solution:
        """Bound a sum of cells of this system."""
        key = frozenset(cells)
        if key not in self._solved:
            self._solved[key] = self._solve(cells)
        return self._solved[key]

    def _solve(self, cells: Sequence[Cell]) -> Solution:
        wanted, everyone, nobody = set(cells), self.origins, frozenset[int]()
        touching = nobody.union(*(row.origins for row in self.rows if wanted & set(row.cells)))
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
            self._clashes = []
            left, looked = self.origins, 0
            while not self.fits(left, loose=True):
                suspects = self._opposed(left)
                if suspects is None:
                    looked += 1
                    suspects = self._narrowed(left) if len(left) > _MANY else left
                clash = left if looked > _MOST_CLASHES else self._minimal(suspects)
                self._clashes.append(clash)
                left -= clash
        return self._clashes

    # --- clashes ---------------------------------------------------------------

    def _opposed(self, origins: frozenset[int]) -> frozenset[int] | None:
        """Find two rows for one sum that exclude each other, which needs no solver."""
        ends: dict[frozenset[Cell], tuple[Row[Cell], Row[Cell]]] = {}
        for row, _ in self._active(origins, loose=True):
            least, most = ends.get(self._sums[row.cells], (row, row))
            least = row if row.loose[0] > least.loose[0] else least
            most = row if row.loose[1] < most.loose[1] else most
            ends[self._sums[row.cells]] = (least, most)
        for least, most in ends.values():
            if least.loose[0] > most.loose[1]:
                return least.origins | most.origins
        return None

    def _minimal(self, kept: frozenset[int]) -> frozenset[int]:
        """Drop one origin after the other as long as the others still clash."""
        for origin in sorted(kept):
            if not self._feasible(kept - {origin}, loose=True):
                kept -= {origin}
        return kept

    def _narrowed(self, origins: frozenset[int]) -> frozenset[int]:
        """Find origins that clash by themselves: those that a least correction leans on."""
        matrix, limits, rows = self._inequalities(origins, loose=True)
        slack = np.hstack([matrix, -np.eye(len(limits))])
        cost = np.append(np.zeros(matrix.shape[1]), np.ones(len(limits)))
        result = _least_cost(cost, slack, limits)
        leaned = np.flatnonzero(np.abs(result.ineqlin.marginals) > 1e-9)  # noqa: PLR2004 - "not 0"
        found = frozenset().union(*(rows[at].origins for at in leaned.tolist()))
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
        return [
            (row, row.loose if loose else row.stated) for row in self.rows if row.origins <= origins
        ]

    def _inequalities(
        self, origins: frozenset[int], *, loose: bool
    ) -> tuple[np.ndarray, np.ndarray, list[Row[Cell]]]:
        """Give the rows as ``matrix @ x <= limits``, and the row of each inequality."""
        # Of several rows for one sum only the tightest count.
        tightest: dict[tuple[frozenset[Cell], float], tuple[Row[Cell], float]] = {}
        for row, (low, high) in self._active(origins, loose=loose):
            for sign, limit in ((1.0, high), (-1.0, -low)):
                key = (self._sums[row.cells], sign)
                if limit < (inf if sign > 0 else 0.0) and (
                    key not in tightest or limit < tightest[key][1]
                ):
                    tightest[key] = (row, limit)
        lines = [(row, sign, limit) for (_, sign), (row, limit) in tightest.items()]
        matrix = np.zeros((len(lines), len(self._columns)))
        for at, (row, sign, _) in enumerate(lines):
            matrix[at, [self._columns[cell] for cell in row.cells]] = sign
        return matrix, np.array([limit for *_, limit in lines]), [row for row, *_ in lines]

    def _feasible(self, origins: frozenset[int], *, loose: bool) -> bool:
        if len(self._columns) == 1:
            (low, high), _ = self._crossing(origins, loose=loose)
            return low <= high
        matrix, limits, _ = self._inequalities(origins, loose=loose)
        return self._optimum(np.zeros(matrix.shape[1]), matrix, limits) is not None

    def _bound(
        self, origins: frozenset[int], cells: Sequence[Cell], *, loose: bool
    ) -> tuple[Interval, tuple[frozenset[int], frozenset[int]]]:
        """Bound a sum by origins that fit, and name those on which each end rests."""
        if len(self._columns) == 1:
            return self._crossing(origins, loose=loose)
        matrix, limits, rows = self._inequalities(origins, loose=loose)
        cost = np.zeros(matrix.shape[1])
        cost[[self._columns[cell] for cell in cells]] = 1.0
        least, below = 0.0, list[int]()
        if (limits < 0).any():  # a row from below
            least, below = self._optimum(cost, matrix, limits) or (0.0, [])
        most, above = inf, list[int]()
        # All terms are positive, so a cell that no row bounds from above is free to grow.
        if (matrix[:, cost > 0] > 0).any(axis=0).all():
            lowest, above = self._optimum(-cost, matrix, limits) or (-inf, [])
            most = -lowest
        why = [
            frozenset[int]().union(*(rows[at].origins for at in leaned))
            for leaned in (below, above)
        ]
        return (_tidy(least), _tidy(most)), (why[0], why[1])

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

    @staticmethod
    def _optimum(
        cost: np.ndarray, matrix: np.ndarray, limits: np.ndarray
    ) -> tuple[float, list[int]] | None:
        """Give the least cost and the inequalities that it leans on; None where nothing fits."""
        if not len(limits):
            return 0.0, []
        scale = max(1.0, float(np.abs(limits).max()) / _LARGEST)
        result = _least_cost(cost, matrix, limits / scale)
        if result.x is None:
            return None
        leaned = np.flatnonzero(np.abs(result.ineqlin.marginals) > 1e-9)  # noqa: PLR2004 - "not 0"
        return float(result.fun) * scale, leaned.tolist()


def _tidy(value: float) -> float:
    """Take off what the solver's floating point adds: figures are no finer than a millionth."""
    return abs(round(value, 6))


def _least_cost(cost: np.ndarray, matrix: np.ndarray, limits: np.ndarray) -> OptimizeResult:
    """Minimise a cost over cells that are not negative."""
    from scipy.optimize import linprog  # noqa: PLC0415 - takes 0.2 s, and events need no bounds

    return linprog(cost, A_ub=matrix, b_ub=limits, method="highs")
