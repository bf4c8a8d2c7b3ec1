"""The adjectives by which Russian and Ukrainian call a unit: "Кундузская область".

A rule, not a guess: the ending is taken off, and what remains is looked up as the noun
that such an adjective is made from. Where tables know several of these nouns, all of
their places are found, and the caller says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from geodata.text.folding import fold

# In the order of the cases; folding has made ё е, and left й and і as they are.
_ENDINGS: Final = {
    "ru": "ая|ой|ую|ою|ии|ий|ого|ому|им|ом|ое|ие|их|ими",
    "uk": "а|ої|ій|у|ою|ий|ого|ому|им|е|і|их|ими",
}
_ADJECTIVE: Final = re.compile(
    rf"(?P<stem>.*\w)(?:(?P<ru>[сц]к)(?:{_ENDINGS['ru']})|(?P<uk>[зсц]ьк)(?:{_ENDINGS['uk']}))"
)
_SHORTEST_STEM: Final = 2
# What a noun ends in that its adjective lacks: Хост, Пактика, Сумы.
_NOUN_ENDINGS: Final = ("", "а", "я", "ь", "ы", "и")


def names_behind(text: str) -> Iterator[list[str]]:
    """Give the folded names that a text may be the adjective of, the surest ones first.

    First the adjective as tables list it, in the first case; then the nouns.

    >>> [names[0] for names in names_behind("Кундузской области")]
    ['кундузская', 'кундуз']
    >>> "газни" in list(names_behind("Газнийская провинция"))[1]
    True
    >>> list(names_behind("Kunduz"))
    []
    """
    found = _ADJECTIVE.fullmatch(fold(text))
    if found is None or len(found["stem"].split()[-1]) < _SHORTEST_STEM:
        return
    stem, suffix = found["stem"], found["ru"] or found["uk"]
    first = ("ая", "ий", "ое") if found["ru"] else ("а", "ий", "е")
    yield [f"{stem}{suffix}{ending}" for ending in first]
    yield list(_nouns(stem, suffix))


def _nouns(stem: str, suffix: str) -> Iterator[str]:
    if suffix[0] == "ц":  # Донецк, not Доне
        stem += suffix
    if suffix[0] == "з":  # Кундуз: Ukrainian writes зьк for зськ
        stem += "з"
    yield from (stem + ending for ending in _NOUN_ENDINGS)
    if stem.endswith("ь"):  # Кабульская
        yield stem[:-1]
    if stem.endswith(("ий", "ій")):  # Газнийская, Пактийская
        yield stem[:-1]
        yield f"{stem[:-1]}я"
    if suffix == "ск":  # Омская, Брянская
        yield f"{stem}ск"
