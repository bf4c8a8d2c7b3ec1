"""Says in a notebook that work on very many claims goes on, until it is done."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fewer take no longer than a reader waits without wondering.
MANY_ROWS: Final = 20_000


@contextmanager
def working(what: str, rows: int) -> Iterator[None]:
    """Show a line below the cell while the block runs, where there are many rows.

    Outside notebooks, and for few rows, nothing is shown: a terminal has its own way, see
    `mapping.cli.console.working`.

    Examples
    --------
    >>> with working("mapping", 100_000):
    ...     pass
    """
    line = _line(f"{what} {rows:,} claims …") if rows >= MANY_ROWS else None
    try:
        yield
    finally:
        if line is not None:
            line.update({"text/plain": ""}, raw=True)


def _line(text: str) -> Any:  # noqa: ANN401 - a handle of IPython, which has no types
    """Display a text that can be replaced; None outside of a notebook."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython  # noqa: PLC0415 - who runs no notebook need not have it
    from IPython.display import display  # noqa: PLC0415 - as above

    if not hasattr(get_ipython(), "kernel"):
        return None
    return display(  # type: ignore[no-untyped-call]  # IPython's own
        {"text/plain": text}, raw=True, display_id=True
    )
