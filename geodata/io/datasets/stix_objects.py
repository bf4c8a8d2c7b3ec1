"""The objects of a STIX bundle by id, and what is collected from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from geodata.io.datasets.base import MAX_CHARACTERS, tidy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_LONGEST: Final = 20_001  # characters: more are refused in any cell, and a name may repeat
_OVERHEAD: Final = 1000  # characters that a claim counts for beside its text
_DAY: Final = 10  # characters of a timestamp

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
    _size: int = 0

    def __post_init__(self) -> None:
        """Index the objects; where an id repeats, the last version counts."""
        self.by_id = {text(one, "id") or "": one for one in self.objects}

    def named(self, ids: Iterable[str], types: Collection[str | None]) -> list[Mapping[str, Any]]:
        """Return the objects of some types among ids."""
        found = (self.by_id.get(one) for one in dict.fromkeys(ids))
        return [one for one in found if one is not None and text(one, "type") in types]

    def add(self, number: int, claims: Iterable[Fields]) -> list[Fields]:
        """Add the claims made of one object, as long as there is room; returns those added.

        All but the first get a claim id of their own, as the tellings of an event do.
        """
        added: list[Fields] = []
        for count, claim in enumerate(claims, start=1):
            # A report repeats its text for each of its relationships.
            if self._size > MAX_CHARACTERS:
                message = (
                    f"the claims would hold more than {MAX_CHARACTERS:,} characters: those of this "
                    "object and of later ones are left out; split the bundle"
                )
                self.note(number, None, message)
                break
            name = claim.get("claim_id")
            added.append({**claim, "claim_id": f"{name}-{count}"} if name and count > 1 else claim)
            self._size += _OVERHEAD + len(text(claim, "text") or "")
        self.claims.extend((number, claim) for claim in added)
        return added

    def note(self, row: int | None, value: str | None, message: str) -> None:
        """Note what was not read, and why."""
        self.notes.append(Note(row, value, message))


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


def day(one: Mapping[str, Any], key: str) -> str | None:
    """Return the day of a timestamp, as it is written."""
    return (text(one, key) or "")[:_DAY] or None


def called(objects: Iterable[Mapping[str, Any]]) -> str:
    """Return what objects are called, for a note: their names, else their ids."""
    return ", ".join(text(one, "name") or text(one, "id") or "(no name)" for one in objects)
