"""STIX 2.1 bundles → claims.

Types, properties and vocabularies follow the OASIS standard "STIX Version 2.1" (10 June
2021). A claim is made of

- each ``report`` that refers to a ``threat-actor`` or ``intrusion-set``: its actors, its
  ``location`` objects, its description; ``created_by_ref`` is the outlet, ``published`` the day.
  Each ``located-at`` relationship that it refers to is a ``presence`` of that actor at that
  location, and then its other actors and locations make none; without one the report is
  an ``assessment``, and one more for each location that is but a point;
- each ``located-at`` relationship that is in no report: a ``presence``;
- each ``opinion``, for each of these claims that it is about: an ``assessment``, or a
  ``denial`` where it disagrees.

``start_time`` and ``stop_time`` of a relationship become ``as_of``, the ``precision`` of a point
``where_precision`` (`geodata.io.datasets.stix_places`).

``confidence`` (0 to 100) becomes credibility by the table of the standard's appendix A
("Admiralty Credibility"); without one a claim stays unrated. A report that `geodata.io.write`
wrote carries its claim as a property extension, which is read instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from geodata.errors import DateError
from geodata.io.datasets.base import as_one, joined, note_of
from geodata.io.datasets.stix_objects import Bundle, Fields, called, day, text, texts
from geodata.io.datasets.stix_places import wheres
from geodata.text.dates import parse_date

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
            # An opinion on an opinion is about one of them, or each of a chain would double them.
            made[text(one, "id") or ""] = opinions[:1]
    bundle.claims.sort(key=lambda claim: claim[0])
    bundle.notes = list(dict.fromkeys(bundle.notes))  # two reports may tell one relationship
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
        **_presence(bundle, link, of_report["reported"], text(link.one, "description")),
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
    places = wheres(bundle, number, bundle.named(refs, ("location",)))
    return [{**claim, **where} for where in places]


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
    created = day(link.one, "created")
    return {
        **_common(bundle, link.one),
        "text": text(link.one, "description") or joined(words, " "),
        "reported": created,
        "tags": joined(texts(link.one, "labels")),
        **_presence(bundle, link, created, None),
    }


def _presence(bundle: Bundle, link: _Link, reported: str | None, note: str | None) -> Fields:
    """Return who is where and when by a relationship."""
    as_of, unsaid = _as_of(bundle, link, reported)
    return {
        "actor": as_one(text(link.actor, "name")),
        "kind": "presence",
        "as_of": as_of,
        "note": note_of((note, unsaid)),
        **wheres(bundle, link.number, [link.place])[0],
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


def _as_of(bundle: Bundle, link: _Link, reported: str | None) -> tuple[str | None, str | None]:
    """Return the days for which a relationship is stated, in EDTF, and what they leave unsaid.

    Nobody knows on the day of a report what holds later: a ``stop_time`` after it ends there.
    One without an end is true of its first day at least, and older is the safe side.
    """
    start, stop = (_known_day(bundle, link, key) for key in ("start_time", "stop_time"))
    if start and stop and stop < start:
        bundle.note(link.number, stop, f"stop_time lies before start_time {start}: both left out")
        return None, None
    unsaid = f"since {start}, without an end" if start and not stop else None
    if stop and reported and max(start or "", reported) < stop and (start or "") <= reported:
        unsaid, stop = f"stop_time {stop} lies after the day of publication", reported
    days = [one for one in dict.fromkeys((start, stop)) if one]
    return "/".join(days) or None, unsaid


def _known_day(bundle: Bundle, link: _Link, key: str) -> str | None:
    found = day(link.one, key)
    if found is None:
        return None
    try:
        parse_date(found)
    except DateError:
        bundle.note(link.number, text(link.one, key), f"{key} names no day that is read: left out")
        return None
    return found


def _note_unread(bundle: Bundle) -> None:
    """Say which types of objects no claim is made of."""
    types = Counter(text(one, "type") or "(none)" for one in bundle.objects)
    unread = [f"{kind} ({count})" for kind, count in types.items() if kind not in _USED]
    if unread:
        message = f"objects of these types are not read: {', '.join(sorted(unread))}"
        bundle.note(None, None, message)
