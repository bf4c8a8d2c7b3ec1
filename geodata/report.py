"""What a check of claims found: faults, warnings, and the claims without errors."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from geodata.text.quoting import as_text, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

# A notebook shows so many faults of each sort; more are for a program to go through.
MOST_SHOWN: Final = 100
_HEADS: Final = ("", "File", "Row", "Column", "Value", "What is wrong", "Perhaps")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or doubtful, in one place of one file.

    ``row`` counts as the format counts: records with the header as row 1 for
    tables, lines for YAML and JSON Lines, records from 1 for JSON. ``None``
    where the fault is the file's.

    Examples
    --------
    >>> print(Fault("claims.csv", 7, "places", "Paktja", "no known place", ("Paktia",)))
    claims.csv:7: places: no known place
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

    ``claims`` holds the claims without errors, typed as `geodata.check_claims` says; ``errors``
    and ``warnings`` are in the order of files and rows. ``proposals`` maps, by file, columns
    that look like those of the claims table: what ``columns=`` takes. In a notebook it shows
    as one table of faults.

    Examples
    --------
    >>> from geodata import check_claims
    >>> check_claims(pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Kundizz"]}))
    <Report: 0 claims, 1 error, 2 warnings>
    """

    claims: pd.DataFrame
    errors: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = field(default=())
    proposals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether there are no errors; warnings leave a report good."""
        return not self.errors

    def describe(self) -> str:
        """All errors, a line each, after a line that counts them.

        Examples
        --------
        >>> fault = Fault("claims.csv", 7, "places", "Paktja", "no known place")
        >>> print(Report(pd.DataFrame(), errors=(fault,)).describe())
        1 fault in the claims:
        claims.csv:7: places: no known place
        """
        count = len(self.errors)
        head = f"{count} fault{'' if count == 1 else 's'} in the claims"
        return "\n".join([f"{head}:", *map(str, self.errors)])

    def __repr__(self) -> str:
        return f"<Report: {self._counts()}>"

    def _repr_html_(self) -> str:
        """Show the faults as a table; whatever stands in a file is text in it."""
        head = f"<p>{self._counts()}</p>"
        if not (self.errors or self.warnings):
            return head
        names = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
        rows = "".join((*_rows("error", self.errors), *_rows("warning", self.warnings)))
        return f"{head}<table><thead><tr>{names}</tr></thead><tbody>{rows}</tbody></table>"

    def _counts(self) -> str:
        parts = (("claim", self.claims), ("error", self.errors), ("warning", self.warnings))
        return ", ".join(
            f"{len(found):,} {noun}{'' if len(found) == 1 else 's'}" for noun, found in parts
        )

    def to_frame(self) -> pd.DataFrame:
        """Errors, then warnings, a row each: ``severity`` and the fields of a `Fault`.

        Returns
        -------
        DataFrame
            ``severity``, ``file``, ``column``, ``value``, ``message`` and ``suggestions``
            (``; `` between them) are ``str``, ``row`` is ``Int64``; on a RangeIndex.

        Examples
        --------
        >>> report = Report(pd.DataFrame(), errors=(Fault("a.csv", 2, "lang", "xx", "is none"),))
        >>> report.to_frame()[["severity", "row", "column"]].values.tolist()
        [['error', 2, 'lang']]
        """
        told = [("error", one) for one in self.errors] + [("warning", one) for one in self.warnings]
        columns: dict[str, list[Any]] = {"severity": [severity for severity, _ in told]}
        for name in ("file", "row", "column", "value", "message"):
            columns[name] = [getattr(fault, name) for _, fault in told]
        columns["suggestions"] = ["; ".join(fault.suggestions) for _, fault in told]
        frame = pd.DataFrame(columns).astype({"row": "Int64"})
        return frame.astype({name: "str" for name in columns if name != "row"})

    def faults_as_dicts(self) -> dict[str, list[dict[str, Any]]]:
        """Errors and warnings as plain records, for JSON.

        Examples
        --------
        >>> fault = Fault("claims.csv", 7, "places", "Paktja", "no known place")
        >>> Report(pd.DataFrame(), errors=(fault,)).faults_as_dicts()["errors"][0]["row"]
        7
        """
        return {
            "errors": [asdict(fault) for fault in self.errors],
            "warnings": [asdict(fault) for fault in self.warnings],
        }


def _rows(sort: str, faults: tuple[Fault, ...]) -> Iterator[str]:
    for fault in faults[:MOST_SHOWN]:
        row = "" if fault.row is None else f"{fault.row:,}"
        value = "" if fault.value is None else shortened(fault.value)
        cells = (
            sort, fault.file, row, fault.column or "", value, fault.message,
            "; ".join(fault.suggestions),
        )  # fmt: skip
        # Names in any script stand in cells of their own, each in its own direction.
        yield "".join(
            (
                "<tr>",
                *(f'<td dir="auto">{html.escape(as_text(cell))}</td>' for cell in cells),
                "</tr>",
            )
        )
    if len(faults) > MOST_SHOWN:
        more = f"… and {len(faults) - MOST_SHOWN:,} more {sort}s"
        yield f'<tr><td colspan="{len(_HEADS)}">{more}</td></tr>'
