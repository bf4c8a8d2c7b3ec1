"""The other names of places that a page carries, so that its search finds them.

`geodata.places.gazetteer.search` orders them. A page of the whole world takes a few for each
place, and none that only says "province" in one more language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata.places.gazetteer.search import search_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geodata.places.gazetteer.search import OrderedNames

# All names of 4,600 provinces take 0.9 MB; of 34 provinces all stay.
MOST_NAMES = 16_000
# Where each place takes fewer names than this, none is spent on "province" in one more language.
EACH_FOR_FORMS = 10


def search_names(
    places: Sequence[tuple[str, str]],
    names: Mapping[str, Iterable[str]],
    *,
    most: int = MOST_NAMES,
) -> list[str]:
    r"""Choose the other names of places, each place's as one text with a name a line.

    ``places`` are ids and names; ``names`` holds the other names of an id.

    Examples
    --------
    >>> search_names([("AF-KDZ", "Kunduz")], {"AF-KDZ": ["Kunduz Province", "Кундуз"]})
    ['Кундуз\nKunduz Province']
    """
    ordered = {place: search_order(name, names[place]) for place, name in places if place in names}
    return carried_names([place for place, _ in places], ordered, of=len(names), most=most)


def carried_names(
    places: Sequence[str],
    ordered: Mapping[str, OrderedNames],
    *,
    of: int | None = None,
    most: int = MOST_NAMES,
) -> list[str]:
    """Cut the names of places to what a page carries, each place's as one text.

    ``of`` is how many places share ``most`` names; all that have names where ``None``.
    """
    each = names_each(len(ordered) if of is None else of, most=most)
    forms = each >= EACH_FOR_FORMS
    return [
        "\n".join([name for name, is_form in ordered.get(place, ()) if forms or not is_form][:each])
        for place in places
    ]


def names_each(count: int, *, most: int = MOST_NAMES) -> int:
    """Share the names that a page carries among so many places.

    >>> names_each(34), names_each(4_400)
    (470, 3)
    """
    return max(1, most // max(1, count))
