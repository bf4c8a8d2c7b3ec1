"""What is wrong with several files together: nothing in them, and what a report says once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from geodata.readers.columns import NO_CLAIMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geodata.readers.columns import RawTable, Shared
    from geodata.report import Fault

REMEDY: Final = "write at least one, or name another file"


def read_faults(tables: Sequence[RawTable]) -> tuple[list[Fault], list[Fault]]:
    """Return errors and warnings of the readers; files without a single claim are an error.

    Beside others that have claims, a file without any is but a warning.
    """
    errors = [fault for table in tables for fault in table.errors]
    warnings = [fault for table in tables for fault in table.warnings]
    if errors or any(len(table.frame) for table in tables):
        return errors, warnings
    empty = [fault for fault in warnings if fault.message == NO_CLAIMS]
    errors = [replace(fault, message=f"{NO_CLAIMS}: {REMEDY}") for fault in empty]
    return errors, [fault for fault in warnings if fault.message != NO_CLAIMS]


def told_once(faults: Iterable[Fault], tables: Sequence[RawTable]) -> list[Fault]:
    """Tell what is wrong with a field that a report's claims share once, where it stands."""
    shared = {(table.file, column): one for table in tables for column, one in table.shared.items()}
    if not shared:
        return list(faults)
    told: list[Fault] = []
    known: set[tuple[str, str | None, str]] = set()
    for fault in faults:
        field = shared.get((fault.file, fault.column or ""))
        if field is None or fault.row not in field.rows:
            told.append(fault)
            continue
        key = (fault.file, fault.column, fault.message)
        if key not in known:
            known.add(key)
            told.append(_at_report(fault, field))
    return told


def _at_report(fault: Fault, field: Shared) -> Fault:
    count = len(field.rows)
    claims = "1 claim has" if count == 1 else f"{count:,} claims have"
    message = f"{fault.message} (in 'report': {claims} it from there)"
    return replace(fault, row=field.line, message=message)
