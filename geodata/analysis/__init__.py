"""What claims add up to: origins, drift, parts, contradictions, bounds, modelled splits.

Frames in, frames out, for any day. These options mean the same wherever they stand:

``as_of``
    The day for which it all holds, as `geodata.rules.dating.parse_as_of` takes it: a date, or a
    text in EDTF, of which the last day counts; today where it is ``None``. What is published
    later plays no part, and what has ended by then is not current.
``window_days``
    How far apart in time figures may be that are compared, by the days that they are true of;
    `geodata.schema.WINDOW_DAYS`, a year, unless set. Where all figures of a place are taken
    together, the window reaches back from ``as_of``: if it hung on the newest figure, a newer
    figure of one source would undo what older ones of others say.
``tolerance``
    By how much a figure that is ``about`` may miss another, as a share of it (rule 2);
    `geodata.schema.ABOUT_TOLERANCE`, a tenth, unless set.

Options that make no sense, and claims that are not typed, raise `geodata.ArgumentError`. Names load
when they are first used, since a map needs no solver.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.analysis.bounds import bound_places
    from geodata.analysis.contradictions import find_contradictions
    from geodata.analysis.drift import find_drift
    from geodata.analysis.giving_up import contradiction_bounds
    from geodata.analysis.origins import apply_origins, score_suggestions, suggest_origins
    from geodata.analysis.parts import find_residuals, part_tree
    from geodata.analysis.splits import split_totals

__all__ = [
    "apply_origins",
    "bound_places",
    "contradiction_bounds",
    "find_contradictions",
    "find_drift",
    "find_residuals",
    "part_tree",
    "score_suggestions",
    "split_totals",
    "suggest_origins",
]

_NAMES = {
    "bounds": "bound_places",
    "contradictions": "find_contradictions",
    "drift": "find_drift",
    "giving_up": "contradiction_bounds",
    "origins": "apply_origins score_suggestions suggest_origins",
    "parts": "find_residuals part_tree",
    "splits": "split_totals",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever a module exports
    """Load a public name from its module (PEP 562)."""
    if name not in _MODULES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
