"""STIX 2.1 bundles → claims.

Types, properties and vocabularies follow the OASIS standard "STIX Version 2.1" (10 June
2021). A claim is made of

- each ``report`` that refers to a ``threat-actor`` or ``intrusion-set``: its actors, its
  ``location`` objects, its description; ``created_by_ref`` is the outlet, ``published`` the day.
  Each ``located-at`` relationship that it refers to is a ``presence`` of that actor at that
  location, and then its other actors and locations make none; without one the report is
  an ``assessment``;
- each ``located-at`` relationship that is in no report: a ``presence``;
- each ``opinion``, for each of these claims that it is about: an ``assessment``, or a
  ``denial`` where it disagrees.

``confidence`` (0 to 100) becomes credibility by the table of the standard's appendix A
("Admiralty Credibility"); without one a claim stays unrated. A report that `geodata.writers`
wrote carries its claim as a property extension, which is read instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geodata.datasets.base import as_one, joined
from geodata.datasets.stix_objects import Bundle, Fields, called, day, text, texts
from geodata.errors import PlaceError

if TYPE_CHECKING:
    from collections.abc import Mapping

# UUID version 5 of the name "claimatlas:claim" in the namespace of URLs.
EXTENSION: Final = "extension-definition--b24cc720-4c50-5c3b-924a-e704e6c8dcbf"
EXTENSION_KEY: Final = "claim"

_ACTOR_TYPES: Final = ("threat-actor", "intrusion-set")
_LOCATED: Final = "located-at"
_DISAGREES: Final = ("strongly-disagree", "disagree")
# Appendix A: the least confidence of each credibility.
CONFIDENCE: Final = ((80, "1"), (60, "2"), (40, "3"), (20, "4"), (0, "5"))
_USED: Final = frozenset(
    {
        *_ACTOR_TYPES, "report", "relationship", "opinion", "location", "identity",
        "marking-definition", "extension-definition",
    }
)  # fmt: skip


@dataclass(frozen=True)
class _Link:
    """A ``located-at`` relationship whose ends are an actor and a location of the bundle."""

    number: int
    one: Mapping[str, Any]
    actor: Mapping[str, Any]
    place: Mapping[str, Any]


def is_bundle(document: object) -> bool:
    """Whether a JSON document is a STIX bundle.

    >>> is_bundle({"type": "bundle", "objects": []}), is_bundle({"claims": []})
    (True, False)
    """
    return isinstance(document, dict) and document.get("type") == "bundle"


def read_bundle(document: Mapping[str, Any]) -> Bundle:
    """Make claims of the objects of a bundle.

    Parameters
    ----------
    document
        A bundle, as parsed from JSON. Numbers may be texts.

    Returns
    -------
    Bundle
        ``claims``: the number of the object, counted from 1, and the fields of its claim;
        ``notes``: what was not read, and why.

    Examples
    --------
    >>> bundle = read_bundle({"type": "bundle", "objects": [
    ...     {"type": "threat-actor", "id": "threat-actor--1", "name": "ISKP"},
    ...     {"type": "location", "id": "location--1", "country": "AF"},
    ...     {"type": "report", "id": "report--1", "name": "ISKP grows", "confidence": 85,
    ...      "object_refs": ["threat-actor--1", "location--1"]}]})
    >>> number, claim = bundle.claims[0]
    >>> number, claim["actor"], claim["country"], claim["credibility"], claim["kind"]
    (3, 'ISKP', 'AF', '1', 'assessment')
    """
    objects = document.get("objects")
    listed = objects if isinstance(objects, list) else []
    bundle = Bundle([one if isinstance(one, dict) else {} for one in listed])
    if not listed:
        bundle.note(None, None, "the bundle has no objects")
    links = _links(bundle)
    reported: set[str] = set()
    made: dict[str, list[Fields]] = {}
    for number, one in enumerate(bundle.objects, start=1):
        if text(one, "type") == "report":
            reported |= set(texts(one, "object_refs"))
            _read_report(bundle, made, links, one, number)
    for name, link in links.items():
        if name not in reported:
            claim = _relationship(bundle, link)
            made[name] = bundle.add(link.number, [claim])
    for number, one in enumerate(bundle.objects, start=1):
        if text(one, "type") == "opinion":
            opinions = bundle.add(number, _opinions(bundle, made, one, number))
            # An opinion on an opinion is about one of them, lest a chain of them doubles.
            made[text(one, "id") or ""] = opinions[:1]
    bundle.claims.sort(key=lambda claim: claim[0])
    _note_unread(bundle)
    return bundle


def credibility(confidence: str | None) -> str | None:
    """Return the Admiralty credibility of a confidence; ``None`` where none is stated.

    >>> credibility("85"), credibility("50"), credibility(None)
    ('1', '3', None)
    """
    if confidence is None or not confidence.isdecimal():
        return None
    number = min(int(confidence), 100) if len(confidence) <= 3 else 100  # noqa: PLR2004 - digits
    return next(code for least, code in CONFIDENCE if number >= least)


def _own_claim(report: Mapping[str, Any]) -> Fields | None:
    """Return the claim that a report carries as an extension, if we wrote it."""
    extensions = report.get("extensions")
    ours = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    claim = ours.get(EXTENSION_KEY) if isinstance(ours, dict) else None
    return claim if isinstance(claim, dict) else None


def _links(bundle: Bundle) -> dict[str, _Link]:
    """Find the relationships that say where an actor is; the others are noted."""
    links: dict[str, _Link] = {}
    for number, one in enumerate(bundle.objects, start=1):
        if text(one, "type") != "relationship" or text(one, "relationship_type") != _LOCATED:
            continue
        ends = [
            _end(bundle, one, number, "source_ref", _ACTOR_TYPES),
            _end(bundle, one, number, "target_ref", ("location",)),
        ]
        if ends[0] is not None and ends[1] is not None:
            links[text(one, "id") or f"#{number}"] = _Link(number, one, ends[0], ends[1])
    return links


def _end(
    bundle: Bundle, link: Mapping[str, Any], number: int, key: str, types: tuple[str, ...]
) -> Mapping[str, Any] | None:
    ref = text(link, key) or ""
    found = bundle.named([ref], types)
    if found:
        return found[0]
    why = f"is no {' or '.join(types)}" if ref in bundle.by_id else "is not in the bundle"
    message = f"the {key} of this {_LOCATED} relationship {why}: it makes no presence"
    bundle.note(number, ref or None, message)
    return None


def _read_report(
    bundle: Bundle,
    made: dict[str, list[Fields]],
    links: Mapping[str, _Link],
    report: Mapping[str, Any],
    number: int,
) -> None:
    """Add the claims of a report: our own, a presence for each relationship, or an assessment."""
    mine = {name: links[name] for name in texts(report, "object_refs") if name in links}
    own = _own_claim(report)
    if own is not None:
        claims = [own]
    elif mine:
        _note_left_out(bundle, report, number, list(mine.values()))
        claims = [_told_link(bundle, report, link) for link in mine.values()]
    else:
        claims = _assessments(bundle, report, number)
    added = bundle.add(number, claims)
    made[text(report, "id") or ""] = added
    if own is None:
        for name, claim in zip(mine, added, strict=False):  # fewer where there was no room
            made.setdefault(name, []).append(claim)


def _told_link(bundle: Bundle, report: Mapping[str, Any], link: _Link) -> Fields:
    """Return the presence that a report tells by one of its relationships."""
    of_report, of_link = _about(bundle, report), _common(bundle, link.one)
    closer = ("credibility", "status", "status_date")  # what the relationship says of itself
    return {
        **of_report,
        **{column: of_link[column] for column in closer if of_link[column]},
        **_presence(link),
        "note": text(link.one, "description"),
    }


def _note_left_out(
    bundle: Bundle, report: Mapping[str, Any], number: int, links: list[_Link]
) -> None:
    """Say which actors and locations of a report none of its relationships joins."""
    refs = texts(report, "object_refs")
    for types, ends, what in (
        (("location",), [link.place for link in links], "put an actor at these locations"),
        (_ACTOR_TYPES, [link.actor for link in links], "say where these actors are"),
    ):
        joined_ids = {text(one, "id") for one in ends}
        left = [one for one in bundle.named(refs, types) if text(one, "id") not in joined_ids]
        if left:
            message = f"the relationships of the report do not {what}: no claim is made of them"
            bundle.note(number, called(left), message)


def _assessments(bundle: Bundle, report: Mapping[str, Any], number: int) -> list[Fields]:
    """Return what a report says of its actors that no relationship puts anywhere."""
    refs = texts(report, "object_refs")
    broken = [
        text(one, "source_ref") or ""
        for one in bundle.named(refs, ("relationship",))
        if text(one, "relationship_type") == _LOCATED
    ]
    actors = bundle.named([*refs, *broken], _ACTOR_TYPES)
    if not actors:
        message = "the report refers to no threat-actor or intrusion-set: no claim is made of it"
        bundle.note(number, text(report, "name"), message)
        return []
    claim = {
        **_about(bundle, report),
        "actor": joined(as_one(text(one, "name")) for one in actors),
        "kind": "assessment",
    }
    return [{**claim, **_where(bundle.named(refs, ("location",)))}]


def _about(bundle: Bundle, report: Mapping[str, Any]) -> Fields:
    """Return what a report says of itself."""
    return {
        **_common(bundle, report),
        "text": text(report, "description") or text(report, "name"),
        "title": text(report, "name"),
        "reported": day(report, "published"),
        "tags": joined([*texts(report, "report_types"), *texts(report, "labels")]),
    }


def _relationship(bundle: Bundle, link: _Link) -> Fields:
    """Return the presence that a relationship outside of all reports states."""
    words = [text(link.actor, "name"), _LOCATED, text(link.place, "name")]
    return {
        **_common(bundle, link.one),
        "text": text(link.one, "description") or joined(words, " "),
        "reported": day(link.one, "created"),
        "tags": joined(texts(link.one, "labels")),
        **_presence(link),
    }


def _presence(link: _Link) -> Fields:
    """Return who is where by a relationship."""
    return {
        "actor": as_one(text(link.actor, "name")),
        "kind": "presence",
        **_where([link.place]),
    }


def _opinions(
    bundle: Bundle, made: Mapping[str, list[Fields]], opinion: Mapping[str, Any], number: int
) -> list[Fields]:
    """Return an opinion on each of the claims that it is about."""
    refs = dict.fromkeys(texts(opinion, "object_refs"))
    about = {id(claim): claim for one in refs for claim in made.get(one, ())}
    word = text(opinion, "opinion")
    if not about:
        message = "the opinion is about nothing that is a claim: no claim is made of it"
        bundle.note(number, word, message)
    denies = word in _DISAGREES
    shared = ("actor", "places", "country", "latitude", "longitude", "where_precision")
    return [
        {
            **{column: claim.get(column) for column in shared},
            **_common(bundle, opinion),
            "kind": "denial" if denies else "assessment",
            "text": text(opinion, "explanation") or f"opinion: {word}",
            "denies": claim.get("claim_id") if denies else None,
            "speaker": joined(texts(opinion, "authors"), ", "),
            "reported": day(opinion, "created"),
            "tags": f"opinion-{word}" if word else None,
        }
        for claim in about.values()
    ]


def _common(bundle: Bundle, one: Mapping[str, Any]) -> Fields:
    """Return what every object says of itself: id, author, link, confidence, end."""
    author = bundle.by_id.get(text(one, "created_by_ref") or "", {})
    references = one.get("external_references")
    first = references[0] if isinstance(references, list) and references else {}
    cited = first if isinstance(first, dict) else {}
    revoked = one.get("revoked") is True
    return {
        "claim_id": text(one, "id"),
        "outlet": text(author, "name") or text(cited, "source_name"),
        "url": text(cited, "url"),
        "credibility": credibility(text(one, "confidence")),
        "lang": text(one, "lang") if text(one, "type") == "report" else None,
        "status": "retracted" if revoked else None,
        "status_date": day(one, "modified") if revoked else None,
    }


def _where(locations: list[Mapping[str, Any]]) -> Fields:
    """Return the place of a claim: units by name or code, one point, or countries."""
    units = [unit for one in locations if (unit := _unit(one))]
    countries = joined(text(one, "country") for one in locations)
    if units:
        return {"places": joined(map(as_one, units)), "country": countries}
    points = [one for one in locations if text(one, "latitude") and text(one, "longitude")]
    if len(points) == 1 and len(locations) == 1:
        point = {key: text(points[0], key) for key in ("latitude", "longitude")}
        return {**point, "country": countries}
    return {"country": countries}


def _unit(location: Mapping[str, Any]) -> str | None:
    """Return the unit that a location is in: its administrative area, or a name that is one."""
    area, name = text(location, "administrative_area"), text(location, "name")
    if area or not name:
        return area
    country = text(location, "country")
    if not country and not text(location, "latitude"):
        return name
    from geodata.gazetteer import Gazetteer  # noqa: PLC0415 - it loads the tables of names

    gazetteer = Gazetteer.builtin()
    try:
        iso3 = gazetteer.resolve_country(country) if country else None
        return name if gazetteer.resolve(name, country=iso3).how != "country" else None
    except PlaceError:
        return None


def _note_unread(bundle: Bundle) -> None:
    """Say which types of objects no claim is made of."""
    types = Counter(text(one, "type") or "(none)" for one in bundle.objects)
    unread = [f"{kind} ({count})" for kind, count in types.items() if kind not in _USED]
    if unread:
        message = f"objects of these types are not read: {', '.join(sorted(unread))}"
        bundle.note(None, None, message)
