"""The file that maps the columns of a table which calls them otherwise.

A map is a YAML or JSON object, ``column of the claims table: column of the file``. What it
does not name keeps its own name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, TypeAlias

from geodata.io.memory import Memory, TooMuchError
from geodata.io.read.cells import RefusedError
from geodata.io.read.column_names import column_name, suggest_columns
from geodata.io.read.file_bytes import check_file, load_bytes
from geodata.io.read.limits import LIMITS, Limits
from geodata.io.read.yaml_events import parse_yaml
from geodata.report import Fault
from geodata.schema import CLAIM_COLUMNS
from geodata.text.quoting import quoted, shortened

ColumnMap: TypeAlias = Mapping[str, str]


def read_column_map(
    source: str | os.PathLike[str] | ColumnMap, *, limits: Limits = LIMITS
) -> tuple[dict[str, str], list[Fault]]:
    """Read a map from a file, or check one that is given; returns it, and what is wrong with it.

    Examples
    --------
    >>> read_column_map({"actor": "Group"})
    ({'actor': 'Group'}, [])
    >>> _, faults = read_column_map({"actr": "Group"})
    >>> faults[0].suggestions
    ('actor',)
    """
    file = "columns"
    try:
        if isinstance(source, Mapping):
            document: Any = dict(source)
        else:
            file = os.fspath(source).encode("utf-8", "replace").decode("utf-8")
            document = _document(source, limits)
        return _checked(document, file)
    except RefusedError as refusal:
        return {}, [Fault(file, refusal.row, None, refusal.value, refusal.message)]


def _document(path: str | os.PathLike[str], limits: Limits) -> Any:  # noqa: ANN401 - of any kind
    check_file(path)
    data = load_bytes(path, named=False, max_bytes=limits.bytes)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        msg = "the map of the columns is not UTF-8 text: save it as UTF-8"
        raise RefusedError(msg) from error
    try:
        return parse_yaml(text, limits, Memory(limits.memory))
    except TooMuchError as error:
        raise RefusedError(str(error)) from error


def _checked(document: Any, file: str) -> tuple[dict[str, str], list[Fault]]:  # noqa: ANN401 - as above
    example = "write a line for each, such as 'actor: Armed group'"
    if not isinstance(document, Mapping) or not document:
        msg = f"this maps no columns: {example}"
        return {}, [Fault(file, None, None, shortened(document), msg)]
    mapping: dict[str, str] = {}
    faults: list[Fault] = []
    lines = getattr(document, "lines", {})
    for key in getattr(document, "repeated", ()):
        msg = f"{quoted(key)} stands twice: keep one"
        faults.append(Fault(file, lines.get(key), shortened(key), shortened(key), msg))
    for key, value in document.items():
        line = lines.get(key)
        if key not in CLAIM_COLUMNS:
            near = suggest_columns(column_name(str(key)))
            turned = isinstance(value, str) and value in CLAIM_COLUMNS
            advice = (
                f"turn it round: {json.dumps(value)}: {json.dumps(str(key), ensure_ascii=False)}"
                if turned
                else f"did you mean {' or '.join(map(repr, near))}?"
                if near
                else f"use one of {', '.join(CLAIM_COLUMNS)}"
            )
            msg = f"{quoted(key)} is no column of the claims table: {advice}"
            faults.append(Fault(file, line, None, shortened(key), msg, near))
        elif not isinstance(value, str) or not value.strip():
            msg = f"{quoted(value)} is no name of a column: {example}"
            faults.append(Fault(file, line, str(key), shortened(value), msg))
        else:
            mapping[key] = value
    return mapping, faults
