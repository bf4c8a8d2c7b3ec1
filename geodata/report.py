"""What a check of claims found: faults, warnings, and the claims without errors."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or doubtful, in one place of one file.

    ``row`` counts as the format counts: records with the header as row 1 for
    tables, lines for YAML and JSON Lines, records from 1 for JSON. ``None``
    where the fault is the file's.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}:{self.row}"
        what = self.message if self.column is None else f"{self.column}: {self.message}"
        return f"{where}: {what}"


@dataclass(frozen=True)
class Report:
    """The outcome of a check.

    ``claims`` holds the claims without errors, typed as `geodata.validate`
    documents; ``errors`` and ``warnings`` are in the order of files and rows.
    """

    claims: pd.DataFrame
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether there are no errors; warnings leave a report good."""
        return not self.errors

    def describe(self) -> str:
        """All errors, a line each, after a line that counts them."""
        count = len(self.errors)
        head = f"{count} fault{'' if count == 1 else 's'} in the claims"
        return "\n".join([f"{head}:", *map(str, self.errors)])

    def faults_as_dicts(self) -> dict[str, list[dict[str, Any]]]:
        """Errors and warnings as plain records, for JSON."""
        return {
            "errors": [asdict(fault) for fault in self.errors],
            "warnings": [asdict(fault) for fault in self.warnings],
        }
