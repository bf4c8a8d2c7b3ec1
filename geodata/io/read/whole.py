"""What is wrong with several files together: nothing in them, one twice, and what is said once."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from geodata.io.read.columns import NO_CLAIMS
from geodata.io.read.sheets import split_sheet
from geodata.report import Fault
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geodata.io.read.columns import RawTable, Shared

Source = TypeVar("Source")

REMEDY: Final = "write at least one, or name another file"


def read_once(parts: Sequence[Source]) -> tuple[list[Source], list[Fault]]:
    """Leave out files that are given before, by any name; returns the rest, and an error each.

    Read twice, each of their claims would repeat another's id: many faults for one cause.
    """
    once: list[Source] = []
    known: dict[object, tuple[str, list[str]]] = {}
    for part in parts:
        name = _name(part)
        key = None if name is None else _identity(name)
        if key is None or key not in known:
            once.append(part)
        if name is not None and key is not None:
            known.setdefault(key, (name, []))[1].append(name)
    return once, [_repeated(first, names) for first, names in known.values() if len(names) > 1]


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


def _name(part: object) -> str | None:
    return os.fspath(part) if isinstance(part, str | os.PathLike) else None


def _identity(name: str) -> object:
    """Tell a regular file, or a sheet of it, from all others; ``None`` for what is none."""
    path, sheet = split_sheet(name)
    try:
        found = os.stat(path)  # noqa: PTH116 - a name need not be one that Path takes
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino, sheet) if stat.S_ISREG(found.st_mode) else None


def _repeated(first: str, names: Sequence[str]) -> Fault:
    times = "twice" if len(names) == 2 else f"{len(names):,} times"  # noqa: PLR2004 - as it says
    others = [name for name in dict.fromkeys(names) if name != first]
    also = f", also as {' and '.join(map(quoted, others))}" if others else ""
    file = first.encode("utf-8", "replace").decode("utf-8")
    return Fault(file, None, None, None, f"the file is given {times}{also}: name it once")


def _at_report(fault: Fault, field: Shared) -> Fault:
    count = len(field.rows)
    claims = "1 claim has" if count == 1 else f"{count:,} claims have"
    message = f"{fault.message} (in 'report': {claims} it from there)"
    return replace(fault, row=field.line, message=message)
