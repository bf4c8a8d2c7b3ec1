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
        find_contradictions,
        find_drift,
        find_residuals,
        part_tree,
        score_suggestions,
        split_totals,
        suggest_origins,
    )
    from geodata.boundaries import builtin_boundaries, read_boundaries
    from geodata.check import check_claims, read_claims
    from geodata.currency import currency_at, date_claims
    from geodata.errors import (
        ArgumentError,
        BoundariesError,
        ClaimatlasError,
        ClaimsError,
        PlaceError,
    )
    from geodata.estimates import estimate_places
    from geodata.gazetteer import Gazetteer
    from geodata.join import join_claims
    from geodata.report import Fault, Report
    from geodata.samples import (
        sample_claims,
        sample_claims_path,
        sample_events_path,
        sample_report_path,
    )
    from geodata.summarise import joint_totals, national_totals, summarise_claims

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
        "apply_origins bound_places find_contradictions find_drift find_residuals part_tree "
        "score_suggestions split_totals suggest_origins"
    ),
    "boundaries": "builtin_boundaries read_boundaries",
    "check": "check_claims read_claims",
    "currency": "currency_at date_claims",
    "errors": "ArgumentError BoundariesError ClaimatlasError ClaimsError PlaceError",
    "gazetteer": "Gazetteer",
    "join": "join_claims",
    "report": "Fault Report",
    "samples": "sample_claims sample_claims_path sample_events_path sample_report_path",
    "estimates": "estimate_places",
    "summarise": "joint_totals national_totals summarise_claims",
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
