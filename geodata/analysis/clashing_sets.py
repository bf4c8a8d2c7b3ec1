"""Sets of three figures and more that cannot all hold, each needed for it: certificates.

Figures that hang together make a component. Those of it that are of one time are a linear
programme; where they do not fit, the inequalities that keep the largest misfit from being less
are a least set that cannot hold (Gleeson and Ryan 1990, https://doi.org/10.1287/ijoc.2.1.61).
Leaving out one of its figures after the other leads to all further sets (Reiter 1987,
https://doi.org/10.1016/0004-3702(87)90062-2). Pairs are known before and skipped.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geodata.analysis.inequalities import least_cost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geodata.analysis.figures import Cell, Figures

# So many sets of a component and day are listed, and the rest counted.
MOST_SETS: Final = 12
# Of a component of up to so many figures all sets are looked for; of a larger one, among figures
# of which no two clash, chosen in a few orders, of a few windows of time.
_SMALL: Final = 10
_MOST_WINDOWS: Final = 4
# So many programmes are solved for a component and day.
_MOST_PROGRAMMES: Final = 200
_MOST_IN_LARGE: Final = 32
# So many in all, of which a thousand take about a third of a second.
_MOST_IN_ALL: Final = 6_000
# Programmes are handed to the solver so many at once, which spares the cost of calling it.
_AT_ONCE: Final = 200
_MISFIT: Final = 1e-6
# A marginal of less is none but for floating point.
_NOTHING: Final = 1e-9
_LARGEST: Final = 1e6

Members = frozenset[int]


class FoundSets(NamedTuple):
    """The sets of a component and day, and how many more there are, at least where not ``all``."""

    sets: tuple[Members, ...]
    left_out: int
    all: bool


def components(figures: Figures) -> list[list[int]]:
    """Part figures into those that hang together, by what lies in the same country."""
    parent: dict[object, object] = {}

    def root(key: object) -> object:
        while parent.setdefault(key, key) != key:
            parent[key] = key = parent[parent[key]]
        return key

    keys = [
        sorted({figures.above[cell][-1] for cell in block if not cell[-1].startswith("~")})
        for block in figures.blocks
    ]
    first: dict[int, object] = {}
    for figure, block in zip(figures.figure.tolist(), figures.block.tolist(), strict=True):
        for key in keys[block]:
            parent[root(key)] = root(first.setdefault(figure, key))
    found: dict[object, list[int]] = {}
    for figure, key in sorted(first.items()):
        found.setdefault(root(key), []).append(figure)
    return [members for members in found.values() if len(members) > 2]  # noqa: PLR2004 - pairs are known


@dataclass
class SetSearch:
    """Looks for sets among figures of which the clashing pairs are known."""

    figures: Figures
    pairs: Iterable[tuple[int, int]]
    window_days: int
    wholes: frozenset[tuple[int, int]]
    _rivals: dict[int, set[int]] = field(init=False)
    _lines: dict[int, list[int]] = field(init=False)
    _solved: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._rivals, self._lines = {}, {}
        for a, b in self.pairs:
            self._rivals.setdefault(a, set()).add(b)
            self._rivals.setdefault(b, set()).add(a)
        for line, figure in enumerate(self.figures.figure.tolist()):
            self._lines.setdefault(figure, []).append(line)

    def find(self, groups: Sequence[Sequence[int]]) -> list[FoundSets]:
        """Look for the sets of several groups of figures, each of one component and day."""
        searches = [_Search(self, members) for members in groups]
        running = [search for search in searches if search.waiting]
        while running:
            each = max(1, min(MOST_SETS, (_MOST_IN_ALL - self._solved) // len(running)))
            asked = [(search, node) for search in running for node in search.next_nodes(each)]
            answers = self.misfits([node for _, node in asked])
            clashing = [
                (search, node, clash)
                for (search, node), clash in zip(asked, answers, strict=True)
                if clash is not None and not search.knows(node)
            ]
            least = self.minimal([clash for *_, clash in clashing])
            for (search, node, _), clash in zip(clashing, least, strict=True):
                search.answer(node, clash)
            running = [search for search in running if search.waiting]
            if self._solved > _MOST_IN_ALL:
                for search in running:
                    search.stop()
                break
        return [search.found() for search in searches]

    # --- programmes ------------------------------------------------------------

    def rivals(self, figure: int) -> set[int]:
        """Give the figures that clash with one as a pair."""
        return self._rivals.get(figure, set())

    def misfits(self, groups: Sequence[Members]) -> list[Members | None]:
        """Say of groups of figures which of them cannot hold together; None where all can."""
        self._solved += len(groups)
        found: list[Members | None] = []
        for at in range(0, len(groups), _AT_ONCE):
            found += self._misfits([sorted(group) for group in groups[at : at + _AT_ONCE]])
        return found

    def _misfits(self, groups: list[list[int]]) -> list[Members | None]:
        programme = _Programme(self.figures, self._lines)
        for group in groups:
            programme.add(group, apart=False)
        amounts, leaned = programme.solve()
        return [
            frozenset(said) if amount > _MISFIT else None
            for amount, said in zip(amounts, leaned, strict=True)
        ]

    def distances(self, groups: Sequence[Members]) -> list[float]:
        """Say by how much the figures of each group would have to give in, taken together."""
        found: list[float] = []
        for at in range(0, len(groups), _AT_ONCE):
            programme = _Programme(self.figures, self._lines, stated=True)
            for group in groups[at : at + _AT_ONCE]:
                programme.add(sorted(group), apart=True)
            found += [round(amount, 6) for amount in programme.solve()[0]]
        return found

    def minimal(self, clashes: Sequence[Members]) -> list[Members]:
        """Drop figures from groups that clash as long as the others still do."""
        least = list(clashes)
        open_ones = [at for at, clash in enumerate(least) if not self._surely_minimal(clash)]
        while open_ones:
            asked = [(at, least[at] - {one}) for at in open_ones for one in sorted(least[at])]
            smaller: dict[int, Members] = {}
            answers = self.misfits([group for _, group in asked])
            for (at, _), clash in zip(asked, answers, strict=True):
                if clash is not None:
                    smaller.setdefault(at, clash)
            for at, clash in smaller.items():
                least[at] = clash
            open_ones = [at for at in smaller if not self._surely_minimal(least[at])]
        return least

    def _surely_minimal(self, clash: Members) -> bool:
        """Whether a clash has three figures, of which no two clash.

        Pairs are known to fit, but those of one source, or of a part and its whole.
        """
        sources = {int(self.figures.source[figure]) for figure in clash}
        apart = len(sources) == len(clash) and self.counts(clash)
        return len(clash) <= 3 and apart  # noqa: PLR2004 - pairs

    def counts(self, clash: Members) -> bool:
        """Whether a set is of two sources at least, and holds no whole beside a part of it."""
        figures = self.figures
        if len({int(figures.source[figure]) for figure in clash}) < 2:  # noqa: PLR2004 - pairs
            return False
        origins = [int(figures.origin[figure]) for figure in clash]
        return not any((a, b) in self.wholes for a in origins for b in origins)


class _Search:
    """The search in one component on one day."""

    def __init__(self, owner: SetSearch, members: Sequence[int]) -> None:
        self.owner = owner
        self.known: list[Members] = []
        self.waiting: deque[Members] = deque()
        self.seen: set[Members] = set()
        self.complete = True
        self.programmes = 0
        self.small = len(members) <= _SMALL
        windows = list(self._windows(sorted(members)))
        if not self.small and len(windows) > _MOST_WINDOWS:
            chosen = np.linspace(0, len(windows) - 1, _MOST_WINDOWS).round().astype(int)
            windows, self.complete = [windows[at] for at in chosen], False
        for window in windows:
            for seed in self._seeds(window):
                self._push(seed)

    def _windows(self, members: list[int]) -> Iterator[list[int]]:
        """Give the largest groups of figures of one time."""
        days = self.owner.figures.day[members]
        ends = -1
        for start in np.unique(days).tolist():
            end = int(days[(days >= start) & (days <= start + self.owner.window_days)].max())
            if end > ends:
                inside = (days >= start) & (days <= end)
                yield np.array(members)[inside].tolist()
                ends = end

    def _seeds(self, window: list[int]) -> Iterator[Members]:
        """Give the figures of a window; of many, some of which no two clash."""
        rivals, days = self.owner.rivals, self.owner.figures.day
        if self.small or not any(rivals(figure) for figure in window):
            yield frozenset(window)
            return
        inside = frozenset(window)
        if not any(rivals(figure) & inside for figure in window):
            yield inside
            return
        self.complete = False
        for order in (window, window[::-1], sorted(window, key=lambda one: (-days[one], one))):
            kept: set[int] = set()
            for figure in order:
                if kept.isdisjoint(rivals(figure)):
                    kept.add(figure)
            yield frozenset(kept)

    def _push(self, node: Members) -> None:
        if len(node) > 2 and node not in self.seen:  # noqa: PLR2004 - pairs are known
            self.seen.add(node)
            self.waiting.append(node)

    def next_nodes(self, most: int) -> list[Members]:
        """Give some groups to solve next; what a known clash parts is parted without solving."""
        found: list[Members] = []
        limit = _MOST_PROGRAMMES if self.small else _MOST_IN_LARGE
        while self.waiting and len(found) < most:
            if self.programmes >= limit or len(self.seen) > 20 * limit:
                self.stop()
                break
            node = self.waiting.popleft()
            clash = self._known_in(node)
            if clash is None:
                self.programmes += 1
                found.append(node)
            else:
                self._part(node, clash)
        return found

    def _known_in(self, node: Members) -> Members | None:
        for figure in sorted(node):
            rival = min(self.owner.rivals(figure) & node, default=None)
            if rival is not None:
                return frozenset((figure, rival))
        return next((clash for clash in self.known if clash <= node), None)

    def _part(self, node: Members, clash: Members) -> None:
        for figure in sorted(clash):
            self._push(node - {figure})

    def knows(self, node: Members) -> bool:
        """Part a group by a clash that is known by now, if any is in it."""
        known = self._known_in(node)
        if known is not None:
            self._part(node, known)
        return known is not None

    def answer(self, node: Members, clash: Members) -> None:
        """Take in which figures of a group clash."""
        if clash not in self.known:
            self.known.append(clash)
        self._part(node, clash)

    def stop(self) -> None:
        """Look no further."""
        self.waiting.clear()
        self.complete = False

    def found(self) -> FoundSets:
        """Give the sets to list, the smallest first."""
        sets = sorted(
            filter(self.owner.counts, self.known), key=lambda one: (len(one), sorted(one))
        )
        return FoundSets(tuple(sets[:MOST_SETS]), max(len(sets) - MOST_SETS, 0), self.complete)


class _Programme:
    """Several small programmes as one: each minimises by how much its figures misfit."""

    def __init__(
        self, figures: Figures, lines: dict[int, list[int]], *, stated: bool = False
    ) -> None:
        self.figures, self.lines_of = figures, lines
        # As lists, whose single cells are read many times as fast.
        self.low = (figures.stated_low if stated else figures.low).tolist()
        self.high = (figures.stated_high if stated else figures.high).tolist()
        self.block = figures.block.tolist()
        self.least = [-low for low in self.low]
        self.entries: list[tuple[int, int, float]] = []
        self.limits: list[float] = []
        self.said_by: list[tuple[int, int]] = []
        self.cost: list[float] = []
        self.owner: list[int] = []
        self.scales: list[float] = []

    def add(self, group: list[int], *, apart: bool) -> None:
        """Add the figures of a group; each misfits by its own amount, or all by the same."""
        figures, number = self.figures, len(self.scales)
        lines = [line for figure in group for line in self.lines_of[figure]]
        cells = sorted({cell for line in lines for cell in figures.blocks[self.block[line]]})
        start = len(self.cost)
        inside: dict[Cell, list[int]] = {}
        for at, cell in enumerate(cells):
            for up in figures.above[cell]:
                inside.setdefault(up, []).append(start + at)
        slack = {figure: start + len(cells) + at * apart for at, figure in enumerate(group)}
        slacks = len(group) if apart else 1
        self.cost += [0.0] * len(cells) + [1.0] * slacks
        self.owner += [number] * (len(cells) + slacks)
        ends = [end for line in lines for end in (self.low[line], self.high[line])]
        scale = max(1.0, max((end for end in ends if np.isfinite(end)), default=1.0) / _LARGEST)
        self.scales.append(scale)
        for line in self._tightest(lines) if not apart else lines:
            figure = int(figures.figure[line])
            columns = sorted(
                {at for cell in figures.blocks[self.block[line]] for at in inside[cell]}
            )
            for sign, limit in ((1.0, self.high[line]), (-1.0, -self.low[line])):
                if np.isfinite(limit) and (sign > 0 or limit < 0):
                    row = len(self.limits)
                    self.entries += [(row, at, sign) for at in columns]
                    self.entries.append((row, slack[figure], -1.0))
                    self.limits.append(limit / scale)
                    self.said_by.append((number, figure))

    def _tightest(self, lines: list[int]) -> list[int]:
        """Of lines about one block those that bound it most; without them the others hold."""
        most: dict[tuple[int, int], int] = {}
        for line in lines:
            block = self.block[line]
            for sign, end in enumerate((self.least, self.high)):
                best = most.setdefault((block, sign), line)
                if end[line] < end[best]:
                    most[block, sign] = line
        return sorted(set(most.values()))

    def solve(self) -> tuple[list[float], list[set[int]]]:
        """Give the misfit of each programme, and the figures on which it leans."""
        from scipy.sparse import (  # type: ignore[import-untyped]  # noqa: PLC0415 - as the solver
            csr_matrix,
        )

        leaned: list[set[int]] = [set() for _ in self.scales]
        if not self.limits:
            return [0.0] * len(self.scales), leaned
        rows, columns, signs = zip(*self.entries, strict=True)
        shape = (len(self.limits), len(self.cost))
        matrix = csr_matrix((signs, (rows, columns)), shape=shape)
        cost = np.array(self.cost)
        result = least_cost(cost, matrix, np.array(self.limits))
        amounts = np.bincount(self.owner, result.x * cost, minlength=len(self.scales))
        for row in np.flatnonzero(np.abs(result.ineqlin.marginals) > _NOTHING).tolist():
            number, figure = self.said_by[row]
            leaned[number].add(figure)
        return (amounts * np.array(self.scales)).tolist(), leaned
