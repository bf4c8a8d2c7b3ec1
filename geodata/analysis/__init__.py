"""What claims add up to: origins, drift, parts, contradictions, bounds, modelled splits.

All of it holds for any day (``as_of``). Where figures are compared, ``window_days`` says how
far apart in time they may be, and ``tolerance`` by how much one that is ``about`` may miss.
"""

from __future__ import annotations

from geodata.analysis.bounds import bound_places
from geodata.analysis.contradictions import find_contradictions
from geodata.analysis.drift import find_drift
from geodata.analysis.origins import apply_origins, score_suggestions, suggest_origins
from geodata.analysis.parts import find_residuals, part_tree
from geodata.analysis.splits import split_totals

__all__ = [
    "apply_origins",
    "bound_places",
    "find_contradictions",
    "find_drift",
    "find_residuals",
    "part_tree",
    "score_suggestions",
    "split_totals",
    "suggest_origins",
]
