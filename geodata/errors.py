"""The errors that this package raises: one base class, and one class a cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geodata.report import Fault, Report


class ClaimatlasError(Exception):
    """Base of every error that claimatlas raises on purpose.

    Its message says what to do, so a notebook shows that alone, and not where in the
    package it was found.
    """

    def _render_traceback_(self) -> list[str]:
        """Give the lines that IPython shows instead of a traceback."""
        text = f"{type(self).__name__}: {self}"
        # What a terminal would obey, such as an escape from a file, is written out.
        return [
            "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
            for line in text.split("\n")
        ]


class ClaimsError(ClaimatlasError, ValueError):
    """A claims table has faults; ``report`` holds all of them."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.describe())
        self.report = report


class BoundariesError(ClaimatlasError, ValueError):
    """A boundary file cannot be used, or a frame of boundaries is not one.

    ``faults`` holds what is wrong with a file, each with its feature and column.
    """

    def __init__(self, message: str, *, faults: tuple[Fault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class PlaceError(ClaimatlasError, LookupError):
    """A name resolves to no place, or to several.

    ``suggestions`` holds what the name may have meant, nearest first.
    """

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class QuantityError(ClaimatlasError, ValueError):
    """A text is not a number as people write them.

    ``suggestions`` holds how it may have been meant, in a form that is understood.
    """

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class DateError(ClaimatlasError, ValueError):
    """A text is not a date in EDTF.

    ``suggestions`` holds how it may have been meant, in a form that is understood.
    """

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class ArgumentError(ClaimatlasError, ValueError):
    """An argument has a value that the function does not know."""


class PageError(ClaimatlasError, ValueError):
    """A page cannot be made as asked, such as one that would need the network."""


class SurroundingsError(ClaimatlasError, OSError):
    """The machine fails, not the input: a full disk, a missing browser."""
