"""Tables whose columns are called otherwise: the file that maps them, and a proposal of one.

A map is a YAML or JSON object, ``column of the claims table: column of the file``. What it
does not name keeps its own name. `proposed_map` makes one of a header in which other names
of the same things are found; whether "group" means the actor is for the user to say, so
that a proposal is printed, and never applied.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import pandas as pd
import yaml
from rapidfuzz import fuzz, process

from geodata.quoting import quoted, shortened
from geodata.readers.cells import RefusedError
from geodata.readers.file_bytes import check_file, load_bytes
from geodata.readers.limits import LIMITS, Limits
from geodata.report import Fault
from geodata.schema import CLAIM_COLUMNS

ColumnMap: TypeAlias = Mapping[str, str]

_NEAR: Final = 70.0  # rapidfuzz ratio from which a column's name is worth suggesting
_LONGEST: Final = 200  # characters of a header that a proposal repeats


def column_name(name: str) -> str:
    """Return a column's name as the claims table writes it.

    >>> column_name(" Speaker-Role ")
    'speaker_role'
    """
    return re.sub(r"[\s\-_\u2010-\u2015]+", "_", name.strip("\ufeff\u200b \t\r\n").casefold())


def suggest_columns(name: str) -> tuple[str, ...]:
    """Return the columns of the claims table that ``name`` may mean, nearest first.

    >>> suggest_columns("speakerrole")
    ('speaker_role', 'speaker')
    """
    other = _other_names().get(name)
    if other is not None:
        return (other,)
    near = process.extract(
        name[:100], CLAIM_COLUMNS, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2
    )
    return tuple(str(match[0]) for match in near)


def proposed_map(header: Iterable[str]) -> dict[str, str]:
    """Map columns of a file that look like those of the claims table; others are left out.

    >>> proposed_map(["Armed group", "Statement", "Province", "country", "Colour"])
    {'actor': 'Armed group', 'text': 'Statement', 'places': 'Province'}
    """
    names = [name for name in header if name.strip() and len(name) <= _LONGEST]
    known = {column_name(name) for name in names} & set(CLAIM_COLUMNS)
    found: dict[str, str] = {}
    for name in names:
        near = suggest_columns(column_name(name))
        if near and column_name(name) not in known and near[0] not in known | found.keys():
            found[near[0]] = " ".join(name.split())
    return dict(sorted(found.items(), key=lambda pair: CLAIM_COLUMNS.index(pair[0])))


def map_text(mapping: ColumnMap) -> str:
    """Write a map as the file that `read_column_map` reads.

    >>> print(map_text({"actor": "Armed group", "note": "no"}), end="")
    actor: Armed group
    note: 'no'
    """
    return str(yaml.safe_dump(dict(mapping), allow_unicode=True, sort_keys=False, width=10_000))


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
    from geodata.readers.yaml_events import parse_yaml  # noqa: PLC0415 - which reads tables too

    return parse_yaml(text, limits)


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


@cache
def _other_names() -> dict[str, str]:
    """Return the table of names that other tables give to these columns, read once."""
    with (files("geodata") / "data" / "column_names.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str")
    return dict(zip(table["name"], table["column"], strict=True))
