"""Claims → a STIX 2.1 bundle: a report a claim, its actors, its places, its outlet.

The standard: OASIS, "STIX Version 2.1", 10 June 2021. What STIX has a property for stands in
it, so that other tools can use the bundle; the whole claim stands in a property extension of
the report, so that nothing is lost. Ids are made from what they identify (UUID version 5),
and the same claims make the same bundle. Credibility becomes confidence by the table of
appendix A; an unrated claim, and one whose truth cannot be judged, have none.
"""

from __future__ import annotations

import json
import uuid
from functools import cache
from itertools import product
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, Final

from geodata.io.datasets.stix import EXTENSION, EXTENSION_KEY
from geodata.io.write.values import claim_records
from geodata.places.builtin import builtin_boundaries
from geodata.places.gazetteer.index import ISO3_LENGTH
from geodata.places.gazetteer.tables import builtin_spellings

if TYPE_CHECKING:
    import pandas as pd

    from geodata.io.write.values import Columns, Value

_CONFIDENCE: Final = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
_NEVER: Final = "1970-01-01T00:00:00.000Z"
_TOOL: Final = "claimatlas"
_TITLE: Final = 100  # characters of a text that stand for a title
_EXTENSION_SCHEMA: Final = (
    "The property 'claim' of a report holds one row of a claimatlas claims table: an object whose "
    "keys are the columns of the table and whose values are texts or numbers."
)

Object = dict[str, Any]


def stix_bytes(columns: Columns, claims: pd.DataFrame) -> tuple[bytes, list[str]]:
    """Write a bundle; returns it and what STIX has no room for.

    Parameters
    ----------
    columns
        The values of the claims, as `geodata.io.write.values.claim_columns` gives them.
    claims
        The typed claims: their ``actor_ids``, ``place_ids`` and days.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> from geodata.io.write.values import claim_columns
    >>> claims = sample_claims().query("claim_id == 'tass-2023-02-north'")
    >>> bundle = json.loads(stix_bytes(claim_columns(claims), claims)[0])
    >>> [one["name"] for one in bundle["objects"] if one["type"] == "threat-actor"]
    ['ISKP']
    """
    objects: dict[str, Object] = {}
    tool = _put(objects, "identity", _TOOL, name=_TOOL, identity_class="system")
    objects[EXTENSION] = _extension(tool)
    undated = 0
    found = claims[["actor_ids", "place_ids", "country", "reported_last", "stated_last"]]
    for record, row in zip(
        claim_records(columns), found.itertuples(index=False, name=None), strict=True
    ):
        actors, places, country, reported, stated = row
        published = _timestamp(reported) or _timestamp(stated)
        undated += published is None
        refs = [_actor(objects, name, tool) for name in actors]
        refs += _locations(objects, record, places, country, tool)
        _add_report(objects, record, refs, tool=tool, published=published or _NEVER)
    losses = []
    if undated:
        losses.append(
            "published: a STIX report needs a day, and "
            f"{undated:,} claim{' has' if undated == 1 else 's have'} none: 1970-01-01 stands for "
            "it, except in the extension"
        )
    bundle = {
        "type": "bundle",
        "id": f"bundle--{_uuid('bundle', *sorted(objects))}",
        "objects": list(objects.values()),
    }
    text = json.dumps(bundle, ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode(), losses


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "\x1f".join(("claimatlas", *parts))))


def _put(objects: dict[str, Object], kind: str, key: str, **properties: Any) -> str:  # noqa: ANN401 - any property
    """Add an object unless it is there; returns its id."""
    name = f"{kind}--{_uuid(kind, key)}"
    if name not in objects:
        objects[name] = {
            "type": kind,
            "spec_version": "2.1",
            "id": name,
            "created": _NEVER,
            "modified": _NEVER,
            **properties,
        }
    return name


def _extension(tool: str) -> Object:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": EXTENSION,
        "created_by_ref": tool,
        "created": _NEVER,
        "modified": _NEVER,
        "name": "claimatlas claim",
        "description": "The row of a claims table that a report was made of.",
        "schema": _EXTENSION_SCHEMA,
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }


def _actor(objects: dict[str, Object], name: str, tool: str) -> str:
    return _put(objects, "threat-actor", name, created_by_ref=tool, name=name)


def _locations(
    objects: dict[str, Object],
    record: dict[str, Value],
    places: tuple[str, ...],
    country: object,
    tool: str,
) -> list[str]:
    refs = []
    point = {key: record[key] for key in ("latitude", "longitude") if key in record}
    lands = [part for part in str(country).split("; ") if part] if isinstance(country, str) else []
    if len(point) > 1 and not places:
        code = _alpha2(lands[0]) if len(lands) == 1 else None
        land = {} if code is None else {"country": code}
        key = f"{point}{land}"
        return [_put(objects, "location", key, created_by_ref=tool, **point, **land)]
    for place in places or lands:
        code = _alpha2(_country_of(place))
        unit = {"administrative_area": place} if place != _country_of(place) else {}
        name = {"name": place, "country": code} if code else {"name": place, "region": place}
        refs.append(_put(objects, "location", place, created_by_ref=tool, **name, **unit))
    return refs


def _add_report(
    objects: dict[str, Object],
    record: dict[str, Value],
    refs: list[str],
    *,
    tool: str,
    published: str,
) -> None:
    outlet = record.get("outlet")
    author = tool
    if outlet is not None:
        properties = {"name": outlet, "identity_class": "organization"}
        author = _put(objects, "identity", f"outlet {outlet}", **properties)
    title = str(record.get("title") or record["text"])
    tags = [tag for tag in map(str.strip, str(record.get("tags", "")).split(";")) if tag]
    optional: Object = {
        "lang": record.get("lang"),
        "labels": [str(record["kind"]), *tags],
        "confidence": _CONFIDENCE.get(str(record.get("credibility"))),
        "revoked": True if record.get("status") == "retracted" else None,
        "external_references": _references(record),
    }
    report = _put(
        objects,
        "report",
        str(record["claim_id"]),
        created_by_ref=author,
        name=title if len(title) <= _TITLE or "title" in record else f"{title[: _TITLE - 1]}…",
        description=record["text"],
        published=published,
        object_refs=list(dict.fromkeys(refs)),
        **{key: value for key, value in optional.items() if value is not None},
        extensions={EXTENSION: {"extension_type": "property-extension", EXTENSION_KEY: record}},
    )
    objects[report] |= {"created": published, "modified": published}


def _references(record: dict[str, Value]) -> list[Object] | None:
    """Return where a claim was published; an outlet alone is no reference, and the author already.

    The standard (section 2.5.2) wants a description, a link or an id beside the name.
    """
    more: Object = {"url": record.get("url"), "description": record.get("title")}
    more = {key: value for key, value in more.items() if value is not None}
    name = record.get("outlet") or record.get("affiliation") or record.get("speaker")
    return [{"source_name": name or _TOOL, **more}] if more else None


def _timestamp(day: Any) -> str | None:  # noqa: ANN401 - a day, or pandas' lack of one
    text = str(day)[:10]
    return f"{text}T00:00:00.000Z" if text[:1].isdigit() else None


@cache
def _countries() -> dict[str, str]:
    """Return the ISO 3166-1 alpha-2 code of each country."""
    spellings = builtin_spellings()
    codes: dict[str, str] = {}
    for pair in map("".join, product(ascii_lowercase, repeat=2)):
        for one in spellings[pair]:
            # "UK" and "US" are names as well: a code comes before these.
            if len(one.place_id) == ISO3_LENGTH and (
                one.how == "code" or one.place_id not in codes
            ):
                codes[one.place_id] = pair.upper()
    return codes


def _alpha2(iso3: str) -> str | None:
    return _countries().get(iso3)


@cache
def _units() -> dict[str, str]:
    units = builtin_boundaries(level=1)
    return dict(zip(units["place_id"], units["country"], strict=True))


def _country_of(place: str) -> str:
    return place if "-" not in place else _units().get(place, place[:2])
