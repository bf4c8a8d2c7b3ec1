"""JSON, JSON Lines and GeoJSON → the raw frame; and what YAML shares with them.

A document holds a list of records, or a *report*: ``report`` with what its
claims share, and ``claims``, a list. A claim's own field, even an empty one,
stands in place of the shared one.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from geodata.io.datasets import recognise, stix
from geodata.io.read.cells import BadLiteral, RefusedError, cell_text, number_text, unreadable
from geodata.io.read.column_names import column_name, proposed_map
from geodata.io.read.columns import (
    Findings,
    RawTable,
    Shared,
    own_columns,
    require_mapped,
    table_of_texts,
    warn_unknown,
)
from geodata.io.read.foreseen import expect_json
from geodata.io.read.hashtags import without_tags
from geodata.schema import CLAIM_COLUMNS
from geodata.text.quoting import printable, quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

_KNOWN: Final = frozenset(CLAIM_COLUMNS)
_MAX_DIGITS: Final = 300  # more than any number that a float can hold


class Object(dict[str, Any]):
    """An object of a document, which knows its repeated keys and its line.

    ``line`` is ``None`` where the format does not count lines, and ``lines`` of its keys
    are known for few objects.
    """

    __slots__ = ("line", "lines", "repeated")

    def __init__(
        self,
        pairs: Iterable[tuple[str, Any]],
        *,
        line: int | None = None,
        lines: dict[str, int] | None = None,
    ) -> None:
        pairs = list(pairs)
        super().__init__(pairs)
        self.line = line
        self.lines = lines or {}
        self.repeated: tuple[str, ...] = ()
        if len(self) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.repeated = tuple(key for key, count in counts.items() if count > 1)


# --- JSON ----------------------------------------------------------------------


def _integer(literal: str) -> str | BadLiteral:
    # As text: Python refuses to convert more than 4300 digits, and a float rounds.
    if len(literal) > _MAX_DIGITS:
        return BadLiteral(
            literal, f"{quoted(literal)} has {len(literal):,} digits, more than a number can have"
        )
    return literal


def _decimal(literal: str) -> str | BadLiteral:
    number = float(literal)
    if math.isinf(number):
        return BadLiteral(literal, f"{quoted(literal)} is larger than a number can be")
    return number_text(number)


def _constant(literal: str) -> BadLiteral:
    return BadLiteral(literal, f"{quoted(literal)} is no number: write null where none is known")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=Object,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_constant,
)


def _parse_json(text: str, findings: Findings) -> Any:  # noqa: ANN401 - whatever the document holds
    expect_json(text, findings.memory)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        # ``value`` quotes the place: a position alone is hard to find.
        near = text[error.pos : error.pos + 20]
        msg = f"not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        msg += f", before {quoted(near)}" if near else ", where the text ends"
        if error.msg == "Extra data":
            msg += "; one object a line is JSON Lines (.jsonl)"
        raise RefusedError(msg, value=shortened(near) or None) from error
    except RecursionError as error:
        msg = (
            "the brackets are nested too deep for a list of claims: write one flat record a "
            "claim, or a GeoJSON feature with a point"
        )
        raise RefusedError(msg) from error


def read_json(text: str, findings: Findings) -> RawTable:
    """Read a JSON or GeoJSON document; rows count its records from 1.

    Raises
    ------
    RefusedError
        Not JSON, or neither a list of records, a report, a FeatureCollection nor a STIX bundle.
    """
    document = _parse_json(text, findings)
    if isinstance(document, Object) and document.get("type") == "Feature":
        document = Object([("type", "FeatureCollection"), ("features", [document])])
    if isinstance(document, Object) and document.get("type") == "FeatureCollection":
        return _records_table(_features(document, findings), findings)
    if stix.is_bundle(document):
        return _bundle_table(document, findings)
    return read_document(document, findings, format_="JSON")


def read_json_lines(text: str, findings: Findings) -> RawTable:
    """Read JSON Lines; rows count the lines, blank ones included.

    Raises
    ------
    RefusedError
        The content is one JSON document instead.
    """
    if text.lstrip()[:1] == "[":
        msg = "the content is a JSON list, not JSON Lines: name its format json"
        raise RefusedError(msg)
    records: list[tuple[int, Any]] = []
    # Not splitlines(): a JSON text may hold U+2028 and the like as they are.
    for row, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            records.append((row, _parse_json(line, findings)))
        except RefusedError as refusal:
            message = refusal.message.replace("at line 1, column", "at column")
            findings.error(message, row=row, value=refusal.value)
            if not records and len(findings.errors) > findings.limits.columns:
                msg = "none of the first lines is JSON: one object a line is expected"
                raise RefusedError(msg, row=row) from refusal
    return _records_table(records, findings)


# --- documents: a list, or a report ----------------------------------------------


def read_document(document: Any, findings: Findings, *, format_: str) -> RawTable:  # noqa: ANN401 - JSON of any kind
    """Read a parsed document: a list of records, or a report with ``claims``.

    Rows are the lines of the records where they know them, else their count from 1.

    Raises
    ------
    RefusedError
        The document is neither.
    """
    shared: dict[str, str | None] = {}
    claims = document
    if isinstance(document, Object):
        if _is_answer(document):
            return read_document(document["data"], findings, format_=format_)
        if "claims" not in document:
            keys = ", ".join(map(quoted, list(document)[:6])) or "nothing"
            msg = (
                f"the {format_} holds one object with {keys}: expected a list of claims, or "
                "'claims' with such a list, and 'report' with what they share"
            )
            raise RefusedError(msg, row=document.line)
        claims = document["claims"]
        shared = _shared_fields(document, findings)
    if claims is None:
        claims = []
    if not isinstance(claims, list):
        what = "'claims'" if claims is not document else f"the {format_}"
        msg = f"{what} holds no list of claims but {quoted(claims)}"
        raise RefusedError(msg, value=shortened(claims))
    lines = getattr(claims, "lines", None) or range(1, len(claims) + 1)
    tagged = without_tags(claims)
    if tagged is not None:
        claims = [Object(row.items()) if isinstance(row, dict) else row for row in tagged[0]]
        lines = lines[tagged[1] :]
    return _records_table(zip(lines, claims, strict=True), findings, shared=shared)


def _is_answer(document: Object) -> bool:
    """Whether a document is what the web service of a data set answers: its rows in ``data``."""
    rows = document.get("data")
    first = rows[0] if isinstance(rows, list) and rows else None
    return isinstance(first, Object) and recognise(map(column_name, first)) is not None


def _bundle_table(bundle: Object, findings: Findings) -> RawTable:
    """Read the claims that a STIX bundle makes; rows count its objects from 1."""
    found = stix.read_bundle(bundle)
    for note in found.notes:
        findings.warn(note.message, row=note.row, value=shortened(note.value or "") or None)
    claims = ((number, Object(fields.items())) for number, fields in found.claims)
    return _records_table(claims, findings)


def _shared_fields(document: Object, findings: Findings) -> dict[str, str | None]:
    for key in document.repeated:
        findings.error(f"the key {quoted(key)} stands twice: keep one", row=document.line)
    for key in document:
        if key not in {"report", "claims"}:
            findings.warn(
                f"{quoted(key)} beside 'report' and 'claims' is not read: "
                "what all claims share belongs into 'report'",
                row=document.line,
                column=printable(key),
            )
    report = document.get("report")
    if report is None:
        return {}
    if not isinstance(report, Object):
        findings.error(
            "'report' must hold fields and their values, such as outlet and url",
            row=document.line,
            column="report",
            value=shortened(report),
        )
        return {}
    unknown: dict[str, int | None] = {}
    texts = _record_texts(report, report.line, findings, unknown)
    for name, row in unknown.items():
        warn_unknown(findings, name, row=report.lines.get(name, row))
    for name, text in (texts or {}).items():
        if text and (what := unreadable(text)):
            msg = f"{quoted(text)} holds {what}, which is not text: remove it"
            findings.error(msg, row=report.line, column=name, value=text)
            return {}
    places = {name: report.lines.get(key) for key in report for name in findings.targets(key)}
    findings.shared = {
        name: Shared(places.get(name) or report.line, frozenset()) for name in texts or {}
    }
    return texts or {}


def _records_table(
    records: Iterable[tuple[int, Any]],
    findings: Findings,
    *,
    shared: dict[str, str | None] | None = None,
) -> RawTable:
    texts: list[dict[str, str | None]] = []
    rows: list[int] = []
    unknown: dict[str, int | None] = {}
    heirs: dict[str, list[int]] = defaultdict(list)
    records = list(records)
    example = next((record for _, record in records if isinstance(record, Object)), None)
    data_set = findings.recognised(example or {})
    for row, record in records:
        if not isinstance(record, Object):
            findings.error(
                f"{quoted(record)} is no claim: a claim has fields such as actor and text",
                row=row,
                value=shortened(record),
            )
            continue
        fields = _record_texts(record, row, findings, unknown)
        if fields is not None:
            for name in (shared or {}).keys() - fields.keys():
                heirs[name].append(row)
            texts.append({**shared, **fields} if shared else fields)
            rows.append(row)
    most = findings.limits.columns
    if len(unknown) > most:
        msg = f"the records name more than {most:,} fields that no claim has"
        raise RefusedError(msg, row=next(iter(unknown.values())))
    for name, first in unknown.items():
        warn_unknown(findings, name, row=first)
    findings.shared = {
        name: replace(one, rows=frozenset(heirs[name])) for name, one in findings.shared.items()
    }
    present = {name for fields in texts for name in fields}
    if data_set is None and not findings.mapping:
        findings.proposal = proposed_map([*unknown, *present])
    if texts:
        require_mapped(findings, present, list(unknown), row=None)
    columns: dict[str, list[str | None]] = {
        name: [fields.get(name) for fields in texts]
        for name in (CLAIM_COLUMNS if data_set is None else sorted(data_set.columns))
        if name in present
    }
    return table_of_texts(columns, rows, findings)


def _record_texts(
    record: Object, row: int | None, findings: Findings, unknown: dict[str, int | None]
) -> dict[str, str | None] | None:
    """Return the texts of a record by column, or ``None`` after an error in it."""
    good = not record.repeated
    for key in record.repeated:
        findings.error(
            f"the field {quoted(key)} stands twice in one claim: keep one",
            row=row,
            column=printable(key),
        )
    texts: dict[str, str | None] = {}
    known = _KNOWN if findings.data_set is None else findings.data_set.columns
    for key, value in record.items():
        plain = key in known and not findings.mapping
        names = [key] if plain else findings.targets(key)
        if not known.intersection(names):
            if findings.data_set is None and key not in own_columns(record):
                unknown.setdefault(key, row)
            continue
        for name in names:
            if name in texts:
                good = False
                findings.error(
                    f"the field {quoted(key)} is another spelling of {name!r}, which the claim "
                    "has already: keep one",
                    row=row,
                    column=name,
                )
                continue
            try:
                texts[name] = value if type(value) is str else cell_text(value)
            except RefusedError as refusal:
                good = False
                findings.error(refusal.message, row=row, column=name, value=refusal.value)
    return texts if good else None


# --- GeoJSON -----------------------------------------------------------------------


def _features(collection: Object, findings: Findings) -> list[tuple[int, Any]]:
    """Return the properties of each feature as a record, its point as coordinates."""
    _require_wgs84(collection)
    features = collection.get("features")
    if not isinstance(features, list):
        msg = "the FeatureCollection has no list of 'features'"
        raise RefusedError(msg)
    records: list[tuple[int, Any]] = []
    unread: dict[str, int] = {}
    for row, feature in enumerate(features, start=1):
        properties = feature.get("properties") if isinstance(feature, Object) else None
        if not isinstance(properties, Object):
            records.append((row, feature))
            continue
        point = _point(feature, row, findings, unread)
        if point is None:
            continue
        if point and not {"latitude", "longitude"} & set(map(column_name, properties)):
            properties.update(point)
        if feature.get("id") is not None:
            properties.setdefault("claim_id", feature["id"])
        records.append((row, properties))
    for kind, row in unread.items():
        findings.warn(
            f"only points are read: the geometry {quoted(kind)} is not, here and in later "
            "features; name the claim's places instead",
            row=row,
            value=shortened(kind),
        )
    return records


def _require_wgs84(collection: Object) -> None:
    # RFC 7946 knows WGS 84 only; the older form could name, or link to, another CRS.
    declared = collection.get("crs")
    if declared is None:
        return
    properties = declared.get("properties") if isinstance(declared, Object) else None
    name = properties.get("name") if isinstance(properties, Object) else None
    if not isinstance(name, str) or not name.upper().endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        msg = "the GeoJSON declares a CRS other than WGS 84: reproject it to EPSG:4326"
        raise RefusedError(msg, value=shortened(name if isinstance(name, str) else declared))


def _point(
    feature: Object, row: int, findings: Findings, unread: dict[str, int]
) -> dict[str, Any] | None:
    """Return a point as coordinates: none for another geometry, ``None`` after an error."""
    geometry = feature.get("geometry")
    if geometry is None:
        return {}
    kind = geometry.get("type") if isinstance(geometry, Object) else None
    if not isinstance(geometry, Object) or kind != "Point":
        # A claim that names places is drawn as these, in what the page downloads too.
        fields = feature["properties"].items()
        if not any(value and "places" in findings.targets(key) for key, value in fields):
            unread.setdefault(shortened(kind), row)
        return {}
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) < 2:  # noqa: PLR2004 - longitude, latitude
        findings.error(
            "the point has no longitude and latitude", row=row, value=shortened(position)
        )
        return None
    return {"longitude": position[0], "latitude": position[1]}
