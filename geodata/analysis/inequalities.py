"""Inequalities of sums that are not negative, and what their solver says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult  # type: ignore[import-untyped]  # SciPy ships no annotations

# The solver's tolerance is absolute, 1e-7: figures beyond this are scaled down to it.
_LARGEST: Final = 1e6
# A marginal of less is none but for floating point.
_NOTHING: Final = 1e-9


@dataclass(frozen=True)
class Inequalities:
    """Inequalities ``matrix @ x <= limits`` of cells that are not negative, and who says each."""

    matrix: np.ndarray
    limits: np.ndarray
    said_by: list[frozenset[int]]

    @property
    def scale(self) -> float:
        """By how much figures are scaled down for the solver."""
        return max(1.0, float(np.abs(self.limits).max(initial=0.0)) / _LARGEST)

    def optimum(
        self, cost: np.ndarray, matrix: np.ndarray | None = None
    ) -> tuple[float, list[int]] | None:
        """Give the least cost and the inequalities that it leans on; None where nothing fits."""
        if not len(self.limits):
            return 0.0, []
        matrix = self.matrix if matrix is None else matrix
        result = least_cost(cost, matrix, self.limits / self.scale)
        return None if result.x is None else (float(result.fun) * self.scale, leaned_on(result))

    def behind(self, inequalities: list[int]) -> frozenset[int]:
        """Name the origins of some inequalities."""
        return frozenset[int]().union(*(self.said_by[at] for at in inequalities))


def leaned_on(result: OptimizeResult) -> list[int]:
    """Give the inequalities on which an optimum rests: without them it would be another."""
    marginals = np.abs(result.ineqlin.marginals)
    leaned: list[int] = np.flatnonzero(marginals > _NOTHING).tolist()
    return leaned


def least_cost(cost: np.ndarray, matrix: np.ndarray, limits: np.ndarray) -> OptimizeResult:
    """Minimise a cost over cells that are not negative."""
    from scipy.optimize import linprog  # noqa: PLC0415 - takes 0.2 s, and events need no bounds

    return linprog(cost, A_ub=matrix, b_ub=limits, method="highs")
