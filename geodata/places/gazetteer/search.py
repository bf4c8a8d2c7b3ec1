"""The other names of places that a search needs, the most useful first.

A gazetteer knows some twenty names of each province. A search looks for each word of a query
by itself, so a name of which every word is found in another need not be kept. One name of each
script comes before a second from any, and last what only says "province" in one more language.
For the built-in places this is data: ``geodata/data/make_search.py`` writes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Final, TypeAlias

from geodata.text.folding import fold, search_form

# A name, and whether it only adds a word such as "province" to another.
OrderedNames: TypeAlias = list[tuple[str, bool]]

# More names than any place has.
MOST_NAMES: Final = 1000
# The scripts in which people search for what this project is about come first.
_SCRIPTS = ("ARABIC", "CYRILLIC", "LATIN")


def search_order(name: str, others: Iterable[str]) -> OrderedNames:
    """Choose the names that hold a word of their own, in turn from each script.

    Examples
    --------
    >>> search_order("Kunduz", ["Kunduz Province", "KUNDUZ", "Кундуз"])
    [('Кундуз', False), ('Kunduz Province', True)]
    """
    plain = whole = search_form(name)
    keys, chosen = [fold(name)], []
    turns: Counter[tuple[bool, str]] = Counter()
    for other in sorted(others, key=len):
        key = fold(other)
        is_form = any(known in key for known in keys)
        if is_found(other, whole if is_form else plain):
            continue
        whole += f"\n{search_form(other)}"
        if not is_form:
            plain += f"\n{search_form(other)}"
            keys.append(key)
        script = _script(other)
        turns[is_form, script] += 1
        rank = _SCRIPTS.index(script) if script in _SCRIPTS else 0
        chosen.append((is_form, script not in _SCRIPTS, turns[is_form, script], rank, other))
    return [(other, is_form) for is_form, *_, other in sorted(chosen)]


def is_found(name: str, text: str) -> bool:
    """Whether a search for a name finds a text in its `search_form`: each of its words does.

    >>> is_found("Kunduz (city)", "city of kunduz"), is_found("Pul-e Khumri", "khumri, pul i")
    (True, False)
    """
    words = filter(None, map(_word, name.split()))
    return all(_holds(text, word) for word in words)


def _word(token: str) -> str:
    """Fold a word of a query, and take the signs around it off."""
    word = search_form(token)
    edges = [at for at, character in enumerate(word) if not _is_sign(character)]
    return word[edges[0] : edges[-1] + 1] if edges else ""


def _is_sign(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")


def _holds(text: str, word: str) -> bool:
    """Whether a text holds a word; a number is no part of another."""
    if not word.isdigit():
        return word in text
    return re.search(rf"(?<!\d){word}(?!\d)", text) is not None


def _script(text: str) -> str:
    """Name the script of the first letter, as Unicode's character names begin with it."""
    letter = next((character for character in text if character.isalpha()), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""
