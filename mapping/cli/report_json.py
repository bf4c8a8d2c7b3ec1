"""The report of a check as one JSON object on standard output, whatever happens."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mapping.cli.console import heard_warnings
from mapping.cli.origin_lines import proposed_origins

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geodata.report import Report


def is_wanted(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for the object, be it right or wrong otherwise.

    >>> is_wanted(["check", "--format", "json", "a.csv"]), is_wanted(["build", "--format=json"])
    (True, False)
    """
    if list(arguments[:1]) != ["check"]:
        return False
    given = list(arguments)[: list(arguments).index("--") if "--" in arguments else None]
    named = [value for option, value in pairwise(given) if option == "--format"]
    named += [one.removeprefix("--format=") for one in given if one.startswith("--format=")]
    return any(name.casefold() == "json" for name in named)


def print_object(
    find_faults: Callable[[], Report],
    *,
    names: Sequence[str],
    boundaries: str | None,
    origins: bool = False,
) -> bool:
    """Print what a check finds as one object; whether there are no errors.

    ``origins`` adds a key of that name: which claims may tell one statement.

    An error that stops the check, such as boundaries that cannot be read, becomes a
    fault of its file. Wrong usage and failing surroundings are raised, and print an
    object where they end (`print_stopped`).
    """
    # Here, since a wrong option need not wait for pandas.
    from geodata.check import report_to_json  # noqa: PLC0415 -- see above
    from geodata.errors import (  # noqa: PLC0415 -- see above
        ArgumentError,
        BoundariesError,
        ClaimatlasError,
        SurroundingsError,
    )

    try:
        with heard_warnings() as heard:
            report = find_faults()
            result = report_to_json(report)
            if origins:
                result["origins"] = proposed_origins(report.claims)
        result["warnings"] = [*map(asdict, heard), *result["warnings"]]
    except (ArgumentError, SurroundingsError):
        raise
    except BoundariesError as error:
        result = _stopped(
            [asdict(one) for one in error.faults] or [_fault(str(error), boundaries or names[0])]
        )
    except ClaimatlasError as error:
        result = _stopped([_fault(line, names[0]) for line in str(error).splitlines()])
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        # A program that reads the object must get one even where a reader has a bug.
        reason = f"the check failed ({type(error).__name__}: {error}): please report this file"
        result = _stopped([_fault(reason, ", ".join(names))])
    if origins:
        result.setdefault("origins", [])
    _write(result)
    return not result["errors"]


def print_stopped(message: str) -> None:
    """Print the object of a check that never began, such as one with a wrong option."""
    _write(_stopped([_fault(line, "") for line in message.splitlines()]))


def _write(result: dict[str, Any]) -> None:
    # ASCII alone, so that no terminal, pipe or half of a surrogate can break the object.
    sys.stdout.write(json.dumps(result, allow_nan=False) + "\n")


def _stopped(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"claims": 0, "errors": errors, "warnings": [], "rows": []}


def _fault(message: str, file: str) -> dict[str, Any]:
    return {
        "file": file, "row": None, "column": None, "value": None,
        "message": message.removeprefix(f"{file}: "), "suggestions": [],
    }  # fmt: skip
