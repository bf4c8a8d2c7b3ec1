"""Attributed claims and the places that they speak of: read, check, join, summarise.

Names load when they are first used, so that a command's help need not wait for pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geodata.analysis import (
        apply_origins,
        bound_places,
        contradiction_bounds,
        find_contradictions,
        find_drift,
        find_residuals,
        part_tree,
        score_suggestions,
        split_totals,
        suggest_origins,
    )
    from geodata.check import check_claims, read_claims
    from geodata.errors import (
        ArgumentError,
        BoundariesError,
        ClaimatlasError,
        ClaimsError,
        PlaceError,
    )
    from geodata.places.boundaries import builtin_boundaries, read_boundaries
    from geodata.places.gazetteer import Gazetteer
    from geodata.report import Fault, Report
    from geodata.rules.dating import currency_at, date_claims
    from geodata.samples import (
        sample_claims,
        sample_claims_path,
        sample_events_path,
        sample_report_path,
    )
    from geodata.views.estimate import estimate_places
    from geodata.views.join import join_claims
    from geodata.views.summarise import joint_totals, national_totals, summarise_claims

__all__ = [
    "ArgumentError",
    "BoundariesError",
    "ClaimatlasError",
    "ClaimsError",
    "Fault",
    "Gazetteer",
    "PlaceError",
    "Report",
    "apply_origins",
    "bound_places",
    "builtin_boundaries",
    "check_claims",
    "contradiction_bounds",
    "currency_at",
    "date_claims",
    "estimate_places",
    "find_contradictions",
    "find_drift",
    "find_residuals",
    "join_claims",
    "joint_totals",
    "national_totals",
    "part_tree",
    "read_boundaries",
    "read_claims",
    "sample_claims",
    "sample_claims_path",
    "sample_events_path",
    "sample_report_path",
    "score_suggestions",
    "split_totals",
    "suggest_origins",
    "summarise_claims",
]

_NAMES = {
    "analysis": (
        "apply_origins bound_places contradiction_bounds find_contradictions find_drift "
        "find_residuals part_tree score_suggestions split_totals suggest_origins"
    ),
    "places.boundaries": "builtin_boundaries read_boundaries",
    "check": "check_claims read_claims",
    "rules.dating": "currency_at date_claims",
    "errors": "ArgumentError BoundariesError ClaimatlasError ClaimsError PlaceError",
    "places.gazetteer": "Gazetteer",
    "views.join": "join_claims",
    "report": "Fault Report",
    "samples": "sample_claims sample_claims_path sample_events_path sample_report_path",
    "views.estimate": "estimate_places",
    "views.summarise": "joint_totals national_totals summarise_claims",
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
