"""STIX 2.1 bundles → claims.

Types, properties and vocabularies follow the OASIS standard "STIX Version 2.1" (10 June
2021). A claim is made of

- each ``report`` that refers to a ``threat-actor`` or ``intrusion-set``: its actors, its
  ``location`` objects (its own, or those at which a ``located-at`` relationship that it refers
  to puts an actor), its description; ``created_by_ref`` is the outlet, ``published`` the day.
  It is of kind ``presence`` where such a relationship is in it, else an ``assessment``;
- each ``located-at`` relationship that is in no report: a ``presence``;
- each ``opinion`` on these: an ``assessment``, or a ``denial`` where it disagrees.

``confidence`` (0 to 100) becomes credibility by the table of the standard's appendix A
("Admiralty Credibility"); without one a claim stays unrated. A report that `geodata.writers`
wrote carries its claim as a property extension, which is read instead.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geodata.datasets.base import as_one, joined, tidy
from geodata.errors import PlaceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

# UUID version 5 of the name "claimatlas:claim" in the namespace of URLs.
EXTENSION: Final = "extension-definition--b24cc720-4c50-5c3b-924a-e704e6c8dcbf"
EXTENSION_KEY: Final = "claim"

_ACTOR_TYPES: Final = ("threat-actor", "intrusion-set")
_LOCATED: Final = "located-at"
_DISAGREES: Final = ("strongly-disagree", "disagree")
# Appendix A: the least confidence of each credibility.
CONFIDENCE: Final = ((80, "1"), (60, "2"), (40, "3"), (20, "4"), (0, "5"))
_LONGEST: Final = 20_001  # characters: more are refused in any cell, and a name may repeat
_DAY: Final = 10  # characters of a timestamp
_USED: Final = frozenset(
    {
        *_ACTOR_TYPES, "report", "relationship", "opinion", "location", "identity",
        "marking-definition", "extension-definition",
    }
)  # fmt: skip

Fields = dict[str, Any]


@dataclass(frozen=True)
class Note:
    """A doubt about an object, by its number in the bundle; ``None`` for the bundle's own."""

    row: int | None
    value: str | None
    message: str


@dataclass
class Bundle:
    """The objects of a bundle by id, and the claims that were made of them."""

    objects: list[Mapping[str, Any]]
    claims: list[tuple[int, Fields]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Index the objects; where an id repeats, the last version counts."""
        self.by_id = {text(one, "id") or "": one for one in self.objects}

    def named(self, ids: Iterable[str], types: Collection[str | None]) -> list[Mapping[str, Any]]:
        """Return the objects of some types among ids."""
        found = (self.by_id.get(one) for one in dict.fromkeys(ids))
        return [one for one in found if one is not None and text(one, "type") in types]


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
        bundle.notes.append(Note(None, None, "the bundle has no objects"))
    reported: set[str] = set()
    made: dict[str, Fields] = {}
    for number, one in enumerate(bundle.objects, start=1):
        if text(one, "type") == "report":
            claim = _own_claim(one) or _report(bundle, one, number)
            reported |= set(texts(one, "object_refs"))
            _keep(bundle, made, number, one, claim)
    for number, one in enumerate(bundle.objects, start=1):
        lone = text(one, "type") == "relationship" and text(one, "id") not in reported
        if lone and text(one, "relationship_type") == _LOCATED:
            _keep(bundle, made, number, one, _relationship(bundle, one))
    for number, one in enumerate(bundle.objects, start=1):
        if text(one, "type") == "opinion":
            _keep(bundle, made, number, one, _opinion(bundle, made, one, number))
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


def text(one: Mapping[str, Any], key: str) -> str | None:
    """Return a property that is a text or a number, as text."""
    value = one.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return tidy(str(value)[:_LONGEST])


def texts(one: Mapping[str, Any], key: str) -> list[str]:
    """Return a property that is a list of texts."""
    values = one.get(key)
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _keep(
    bundle: Bundle,
    made: dict[str, Fields],
    number: int,
    one: Mapping[str, Any],
    claim: Fields | None,
) -> None:
    if claim is not None:
        bundle.claims.append((number, claim))
        made[text(one, "id") or ""] = claim


def _own_claim(report: Mapping[str, Any]) -> Fields | None:
    """Return the claim that a report carries as an extension, if we wrote it."""
    extensions = report.get("extensions")
    ours = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
    claim = ours.get(EXTENSION_KEY) if isinstance(ours, dict) else None
    return claim if isinstance(claim, dict) else None


def _report(bundle: Bundle, report: Mapping[str, Any], number: int) -> Fields | None:
    refs = texts(report, "object_refs")
    links = [
        one
        for one in bundle.named(refs, ("relationship",))
        if text(one, "relationship_type") == _LOCATED
    ]
    ends = [text(one, end) or "" for one in links for end in ("source_ref", "target_ref")]
    actors = bundle.named([*refs, *ends], _ACTOR_TYPES)
    if not actors:
        message = "the report refers to no threat-actor or intrusion-set: no claim is made of it"
        bundle.notes.append(Note(number, text(report, "name"), message))
        return None
    places = bundle.named(refs, ("location",)) or bundle.named(ends, ("location",))
    return {
        **_common(bundle, report),
        "actor": joined(as_one(text(one, "name")) for one in actors),
        "kind": "presence" if links else "assessment",
        "text": text(report, "description") or text(report, "name"),
        "title": text(report, "name"),
        "reported": _day(report, "published"),
        "tags": joined([*texts(report, "report_types"), *texts(report, "labels")]),
        **_where(places),
    }


def _relationship(bundle: Bundle, link: Mapping[str, Any]) -> Fields | None:
    actors = bundle.named([text(link, "source_ref") or ""], _ACTOR_TYPES)
    places = bundle.named([text(link, "target_ref") or ""], ("location",))
    if not actors or not places:
        return None
    actor, place = text(actors[0], "name"), text(places[0], "name")
    return {
        **_common(bundle, link),
        "actor": as_one(actor),
        "kind": "presence",
        "text": text(link, "description") or joined([actor, _LOCATED, place], " "),
        "reported": _day(link, "created"),
        "tags": joined(texts(link, "labels")),
        **_where(places),
    }


def _opinion(
    bundle: Bundle, made: Mapping[str, Fields], opinion: Mapping[str, Any], number: int
) -> Fields | None:
    about = [one for one in texts(opinion, "object_refs") if one in made]
    word = text(opinion, "opinion")
    if not about:
        message = "the opinion is about nothing that is a claim: no claim is made of it"
        bundle.notes.append(Note(number, word, message))
        return None
    first = made[about[0]]
    denies = word in _DISAGREES
    shared = ("actor", "places", "country", "latitude", "longitude")
    return {
        **{column: first.get(column) for column in shared},
        **_common(bundle, opinion),
        "kind": "denial" if denies else "assessment",
        "text": text(opinion, "explanation") or f"opinion: {word}",
        "denies": joined(made[one].get("claim_id") for one in about) if denies else None,
        "speaker": joined(texts(opinion, "authors"), ", "),
        "reported": _day(opinion, "created"),
        "tags": f"opinion-{word}" if word else None,
    }


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
        "status_date": _day(one, "modified") if revoked else None,
    }


def _day(one: Mapping[str, Any], key: str) -> str | None:
    return (text(one, key) or "")[:_DAY] or None


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
        bundle.notes.append(Note(None, None, message))
