"""What is wrong with a boundary file, collected, then told at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from geodata.errors import BoundariesError
from geodata.report import Fault

_ROWS_TOLD: Final = 10


@dataclass
class Findings:
    """What is wrong, or was repaired, in one file; collected, then told at once."""

    file: str
    errors: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def error(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note what stands in the way of using the file."""
        self.errors.append(Fault(self.file, row, column, None, message))

    def warn(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note what was repaired, left out, or is doubtful."""
        self.warnings.append(Fault(self.file, row, column, None, message))

    def stop(self) -> None:
        """Raise all errors so far as one."""
        if self.errors:
            faults = tuple(self.errors)
            raise BoundariesError("\n".join(map(str, faults)), faults=faults)


def rows_text(rows: pd.Index | list[int]) -> str:
    """``feature 3`` or ``features 3, 5, 8 and 12 more``."""
    told = ", ".join(str(row) for row in rows[:_ROWS_TOLD])
    more = f" and {len(rows) - _ROWS_TOLD} more" if len(rows) > _ROWS_TOLD else ""
    return f"feature{'' if len(rows) == 1 else 's'} {told}{more}"
