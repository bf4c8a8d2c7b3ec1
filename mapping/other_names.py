"""The other names of places that a page carries, so that its search finds them.

A gazetteer knows some twenty names of each province. The search looks for each word of a query
by itself, so a name of which every word stands in another need not travel; a page of the whole
world takes a few for each place, one from each script before a second from any, and none that
only says "province" in one more language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from geodata.folding import LETTER_VARIANTS, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# All names of 4,600 provinces take 0.9 MB; of 34 provinces all stay.
MOST_NAMES = 16_000
# Where each place takes fewer names than this, none is spent on "province" in one more language.
EACH_FOR_FORMS = 10
# The page's search folds as assets/core/fold.js does, held to the same by tests/vectors.py: less
# than the gazetteer, since texts are searched by it too.
_VARIANTS = str.maketrans(LETTER_VARIANTS | {"ß": "ss"})
_IGNORED = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_GROUPED = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:[,٬،' ][0-9]{3})+(?![0-9])")
_APOSTROPHES = re.compile("['’‘ʼʻ`´]")
_DASHES = re.compile("[-‐‑‒–—―−]+")
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


@lru_cache(maxsize=65536)
def folded_for_search(text: str) -> str:
    """Fold a text as the page's search does: each word of a query is looked for in this form.

    >>> folded_for_search("Pul-e-Khumrī"), folded_for_search("قلعهٔ نو")
    ('pul e khumri', 'قلعه نو')
    """
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _IGNORED.sub("", text)).translate(_VARIANTS)
        text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
        text = "".join(str(int(c)) if c in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹" else c for c in text)
    text = _GROUPED.sub(lambda number: re.sub(r"[^0-9]", "", number[0]), text)
    return _DASHES.sub(" ", _APOSTROPHES.sub("", text))


def _choose(name: str, others: Iterable[str], *, forms: bool) -> list[str]:
    """Names that hold a word of their own, in turn from each script.

    ``forms`` are names with a further word, such as "province". What dashes join is one word of a
    query, "Pul-e-Khumri", and is found only where it stands so.
    """
    words, keys, chosen = folded_for_search(name), [fold(name)], []
    turns: Counter[str] = Counter()
    for other in sorted(others, key=len):
        key = fold(other)
        if all(folded_for_search(word) in words for word in other.split()):
            continue
        is_form = any(known in key for known in keys)
        if is_form and not forms:
            continue
        words += f"\n{folded_for_search(other)}"
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
