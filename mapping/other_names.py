"""The other names of places that a page carries, so that its search finds them.

A gazetteer knows some twenty names of each province. The search looks for each word of a query
by itself, so a name of which every word stands in another need not travel; a page of the whole
world takes a few for each place, one from each script before a second from any, and none that
only says "province" in one more language.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from geodata.folding import fold, search_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# All names of 4,600 provinces take 0.9 MB; of 34 provinces all stay.
MOST_NAMES = 16_000
# Where each place takes fewer names than this, none is spent on "province" in one more language.
EACH_FOR_FORMS = 10
# The scripts in which people search for what this project is about come first.
_SCRIPTS = ("ARABIC", "CYRILLIC", "LATIN")


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
    each = max(1, most // max(1, len(names)))
    chosen = (
        _choose(name, names.get(place, ()), forms=each >= EACH_FOR_FORMS) for place, name in places
    )
    return ["\n".join(others[:each]) for others in chosen]


def _choose(name: str, others: Iterable[str], *, forms: bool) -> list[str]:
    """Names that hold a word of their own, in turn from each script.

    ``forms`` are names with a further word, such as "province". What dashes join is one word of a
    query, "Pul-e-Khumri", and is found only where it stands so.
    """
    words, keys, chosen = search_form(name), [fold(name)], []
    turns: Counter[str] = Counter()
    for other in sorted(others, key=len):
        key = fold(other)
        if all(search_form(word) in words for word in other.split()):
            continue
        is_form = any(known in key for known in keys)
        if is_form and not forms:
            continue
        words += f"\n{search_form(other)}"
        keys.append(key)
        script = _script(other)
        turns[script] += 1
        rank = _SCRIPTS.index(script) if script in _SCRIPTS else 0
        is_other = script not in _SCRIPTS
        chosen.append((is_form, is_other, turns[script], rank, other))
    return [other for *_, other in sorted(chosen)]


def _script(text: str) -> str:
    """Name the script of the first letter, as Unicode's character names begin with it."""
    letter = next((character for character in text if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
