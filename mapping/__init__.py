"""From frames of claims to a page: one HTML file, or a map in a notebook.

With it frames of pandas have ``.claims``: see `ClaimsAccessor`.
"""

from __future__ import annotations

import mapping.startup  # isort: skip  # noqa: F401 - before all that takes time to load
from importlib import import_module
from typing import TYPE_CHECKING, Any

from mapping.explore import explore
from mapping.notebook.registration import register_with_pandas

if TYPE_CHECKING:
    from mapping.notebook.accessor import ClaimsAccessor
    from mapping.notebook.plots import plot_ranges, plot_timeline

__all__ = ["ClaimsAccessor", "explore", "plot_ranges", "plot_timeline"]

register_with_pandas()


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the module exports
    """Load the others when they are first used: pandas is heavy, matplotlib optional (PEP 562)."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    module = "notebook.accessor" if name == "ClaimsAccessor" else "notebook.plots"
    return getattr(import_module(f"{__name__}.{module}"), name)
