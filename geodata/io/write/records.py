"""Claims → JSON, JSON Lines and YAML: records without their empty fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from geodata.io.write.values import claim_records, value_text

if TYPE_CHECKING:
    from geodata.io.write.values import Columns


def json_bytes(columns: Columns) -> bytes:
    """Write a list of records, a line each.

    Examples
    --------
    >>> print(json_bytes({"actor": ["ISKP"], "value": [5]}).decode(), end="")
    [
    {"actor": "ISKP", "value": 5}
    ]
    """
    lines = map(_line, claim_records(columns))
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")


def json_lines_bytes(columns: Columns) -> bytes:
    r"""Write a record a line.

    Examples
    --------
    >>> json_lines_bytes({"actor": ["ISKP"], "value": [None]})
    b'{"actor": "ISKP"}\n'
    """
    return "".join(f"{_line(record)}\n" for record in claim_records(columns)).encode("utf-8")


def yaml_bytes(columns: Columns) -> bytes:
    """Write a list of records; what would read as a number or a date elsewhere is quoted.

    Examples
    --------
    >>> print(yaml_bytes({"actor": ["ISKP"], "as_of": ["2023-02"], "value": [5]}).decode(), end="")
    - actor: ISKP
      as_of: 2023-02
      value: 5
    """
    records = [
        # Floats as plain decimals: 1e-07 is a text to YAML 1.1.
        {name: _Number(value_text(value)) if isinstance(value, float) else value
         for name, value in record.items()}
        for record in claim_records(columns)
    ]  # fmt: skip
    text = yaml.dump(records, Dumper=_DUMPER, allow_unicode=True, sort_keys=False, width=1_000_000)
    return bytes(text, "utf-8")


class _Number(str):
    """The text of a number, which stands without quotes."""

    __slots__ = ()


_BASE = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_BASE):  # type: ignore[misc, valid-type] # C or Python, as YAML was built
    """Writes no anchors: a text that repeats is written again."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the method of PyYAML
        """Whether a value that repeats is written out."""
        return True


def _represent_number(dumper: yaml.SafeDumper, number: _Number) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:float", str(number))


_Dumper.add_representer(_Number, _represent_number)
_DUMPER = _Dumper


def _line(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, allow_nan=False)
