"""The report of a check as one JSON object on standard output, whatever the input."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from geodata.check import report_to_json
from geodata.errors import ArgumentError, ClaimatlasError, SurroundingsError
from geodata.report import Fault
from mapping.console import heard_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geodata.report import Report


def print_object(
    find_faults: Callable[[], Report], *, names: Sequence[str], boundaries: str | None
) -> bool:
    """Print what a check finds as one object; whether there are no errors.

    An error that stops the check, such as boundaries that cannot be read, becomes a
    fault of its file. Wrong usage and failing surroundings have no input to speak
    of, and are raised.
    """
    try:
        with heard_warnings() as heard:
            result = report_to_json(find_faults())
        result["warnings"] = [*_faults(heard, boundaries), *result["warnings"]]
    except (ArgumentError, SurroundingsError):
        raise
    except ClaimatlasError as error:
        result = _stopped(_faults(str(error).splitlines(), boundaries or names[0]))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A program that reads the object must get one even where a reader has a bug.
        reason = f"the check failed ({type(error).__name__}: {error}): please report this file"
        result = _stopped(_faults([reason], ", ".join(names)))
    # ASCII alone, so that no terminal, pipe or half of a surrogate can break the object.
    sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")
    return not result["errors"]


def _stopped(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"claims": 0, "errors": errors, "warnings": [], "rows": []}


def _faults(messages: Sequence[str], file: str | None) -> list[dict[str, Any]]:
    name = file or ""
    return [
        asdict(Fault(name, None, None, None, message.removeprefix(f"{name}: ")))
        for message in messages
    ]
