"""Numbers as people write them: "over 1,000", "~23,000", "4,000–6,000", "۶۵۰۰".

What a word does to a number stands in ``data/modifiers.csv`` (``…`` is the place
of the number, else it follows), numerals in words in ``data/numerals.csv``.

How digits are read:

- A comma, space or apostrophe before groups of three digits groups: 6,500 is
  six thousand five hundred. So do two or more dots (1.234.567), and commas as
  in South Asia (1,50,000). Before one or two digits a comma is decimal: 1,5.
- A single dot before exactly three digits, as in 6.500, is ambiguous and
  refused, unless a word of scale follows: 1.250 million is decimal. A single
  comma with three digits is ambiguous before such a word: 1,250 million. In a file
  whose commas are decimal marks it always is, which `geodata.validate` tells.
- In a range, a word of scale at the end holds for both: 15–20 thousand.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.errors import QuantityError
from geodata.text.figures import figure_in_words, figure_phrases, is_missing
from geodata.text.modifiers import modifiers
from geodata.text.no_count import refuse_what_is_no_count
from geodata.text.numerals import (
    LARGEST,
    after_a_bound,
    amount,
    is_approximate,
    is_vague,
    leading_number,
    normalise,
    spread_scale,
    sure_floor,
)
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 200
_BOUNDS: Final = ("over", "at_least", "up_to")
_MOST_WORDS: Final = 4  # of a modifier
_MOST_MODIFIERS: Final = 3  # of a number
# A word or two in Latin or Cyrillic letters, or a sign; then digits that have one reading.
_PLAIN_FORM: Final = (
    r"^([A-Za-z а-яА-Я~≈<>≤≥]{0,20}?) ?"
    r"([0-9]{1,12}|[0-9]+\.[0-9]{1,2}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})\Z"
)
# French words that lose their vowel before the next one: d'une centaine, jusqu'à.
_ELISION: Final = re.compile(r"\b(d|l|n|qu|jusqu)'(?=[^\W\d_])")
_EXPONENT: Final = re.compile(r"([0-9.]+) e (?:\+ )?([0-9]{1,2})")
_FORMS: Final = 'such as "6500", "6,500", "over 1,000", "up to 4,000" or "4,000-6,000"'


@dataclass(frozen=True)
class Quantity:
    """A number and what its wording does to it.

    ``value`` is the number, or None for a range; ``low`` and ``high`` are the ends of
    a range; ``modifier`` is one of `geodata.schema.MODIFIERS`. ``loose`` tells a bound that
    is itself "about", as in "at least about 500".
    """

    value: float | None
    low: float | None
    high: float | None
    modifier: str
    loose: bool = field(default=False, compare=False, repr=False)


def parse_quantity(text: str) -> Quantity:
    """Read a number as people write it, with the words that qualify it.

    Parameters
    ----------
    text
        Digits of any script or number words; ranges; words such as "over" in
        English, Russian, Dari and Persian, Pashto, Arabic and French.

    Raises
    ------
    QuantityError
        Where the text is no number, or can be read in two ways; negative, infinite
        and vague amounts ("dozens"), percentages and sums of money included.

    Examples
    --------
    >>> parse_quantity("over 1,000")
    Quantity(value=1000.0, low=None, high=None, modifier='over')
    >>> parse_quantity("4,000–6,000")
    Quantity(value=None, low=4000.0, high=6000.0, modifier='between')
    """
    if len(text) > LONGEST:
        message = f"{quoted(text)} is too long for a number: keep the words in `text`"
        raise QuantityError(message)
    plain = _ELISION.sub(r"\1' ", normalise(text)).rstrip(" .,;:")
    refuse_what_is_no_count(text, plain)
    found: list[str] = []
    rest = plain
    for _ in range(_MOST_MODIFIERS + 1):
        number = _number_or_range(after_a_bound(rest) if found else rest)
        if number is not None:
            if not found and is_approximate(rest):
                found.append("about")
            return _qualified(number, found, text)
        peeled = _peel(rest)
        if peeled is None:
            break
        modifier, rest = peeled
        found.append(modifier)
    floor = _floor_of(rest, found)
    raise QuantityError(
        _why_not(text, rest, floor),
        suggestions=() if floor is None else (f"at least {floor:.0f}",),
    )


def vague_quantity(text: str) -> Quantity | None:
    """Return what a vague number that counts something surely leaves: at least two of it.

    None for what is no such number. A bare plural ("dozens", "hundreds") is none either: it is
    as often a manner of speaking; `parse_quantity` refuses it and suggests what it leaves.

    Examples
    --------
    >>> vague_quantity("several hundred")
    Quantity(value=200.0, low=None, high=None, modifier='at_least')
    >>> vague_quantity("dozens") is None
    True
    """
    try:
        rest = _ELISION.sub(r"\1' ", normalise(text)).rstrip(" .,;:")
    except QuantityError:
        return None
    found: list[str] = []
    while (peeled := _peel(rest)) is not None and len(found) < _MOST_MODIFIERS:
        found.append(peeled[0])
        rest = peeled[1]
    floor = _floor_of(rest, found)
    if floor is None or len(rest.split()) == 1:
        return None
    return Quantity(floor, None, None, "at_least")


def is_loose(text: str) -> bool:
    """Whether a text gives a bound that is itself "about".

    >>> is_loose("at least about 500"), is_loose("about 500")
    (True, False)
    """
    try:
        return parse_quantity(text).loose
    except QuantityError:
        return False


def _floor_of(rest: str, found: list[str]) -> float | None:
    """Return what a vague number surely leaves, unless its modifiers take that away again."""
    return sure_floor(rest) if set(found) <= {"over", "at_least"} else None


def parse_quantities(texts: pd.Series) -> pd.DataFrame:
    """Read a column of numbers; each distinct text is read once.

    Parameters
    ----------
    texts
        Texts; missing stays missing.

    Returns
    -------
    DataFrame
        With the index of ``texts``: ``value``, ``value_low``, ``value_high`` (float,
        NaN where none), ``modifier`` and ``error`` (str, NaN where none) and
        ``suggestions`` (tuple).

    Examples
    --------
    >>> parse_quantities(pd.Series(["~23,000", "6.5k"]))[["value", "modifier"]]
         value modifier
    0  23000.0    about
    1   6500.0    exact
    """
    codes, distinct = pd.factorize(texts.astype("str"))
    numbers, plain_modifiers = _plain_numbers(pd.Series(distinct, dtype="str"))
    parsed = {
        "value": numbers,
        "value_low": np.full(len(distinct), np.nan),
        "value_high": np.full(len(distinct), np.nan),
        "modifier": plain_modifiers,
        "error": np.full(len(distinct), None, dtype=object),
        "suggestions": np.full(len(distinct), None, dtype=object),
    }
    for position in map(int, np.flatnonzero(np.isnan(numbers))):
        try:
            quantity = parse_quantity(distinct[position])
        except QuantityError as error:
            parsed["error"][position] = str(error)
            parsed["suggestions"][position] = error.suggestions
        else:
            for name, number in (
                ("value", quantity.value),
                ("value_low", quantity.low),
                ("value_high", quantity.high),
            ):
                parsed[name][position] = math.nan if number is None else number
            parsed["modifier"][position] = quantity.modifier
    # One row more for what is missing: factorize gives it the code -1, the last.
    frame = pd.DataFrame(parsed).reindex(range(len(distinct) + 1)).take(codes)
    frame["suggestions"] = [
        found if isinstance(found, tuple) else ()
        for found in frame["suggestions"].to_numpy(dtype=object)
    ]
    return frame.astype({"modifier": "str", "error": "str"}).set_axis(texts.index)


def in_words(
    value: float | None,
    low: float | None,
    high: float | None,
    modifier: str | None,
    unit: str | None,
) -> str:
    """Say a quantity as a reader expects it; empty where there is no figure.

    Parameters
    ----------
    value, low, high, modifier, unit
        As the columns ``value``, ``value_low``, ``value_high``, ``modifier`` and
        ``unit`` of a claim hold them; None or NaN where missing.

    Examples
    --------
    >>> in_words(4000, None, None, "up_to", "fighters")
    'up to 4,000 fighters'
    >>> in_words(None, 15000, 20000, "between", "militants")
    '15,000 to 20,000 militants'
    """
    number = figure_in_words(value, low, high, modifier)
    if not number or is_missing(unit):
        return number
    return figure_phrases()["quantity.of_unit"].format(number=number, unit=unit)


def _plain_numbers(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Read the plain forms, nearly all there are, as vectors: 6500, 6,500, over 6.5.

    Returns the numbers, NaN where the form is not plain, and their modifiers.
    """
    parts = texts.str.extract(_PLAIN_FORM)
    numbers = pd.to_numeric(parts[1].str.replace(",", "", regex=False)).astype("float64")
    before = modifiers().before
    words = {word: before.get(normalise(word)) for word in parts[0].dropna().unique()}
    found = parts[0].map({**words, "": "exact"}).to_numpy(dtype=object, copy=True)
    known = np.array([isinstance(modifier, str) for modifier in found], dtype=bool)
    plain = (numbers <= LARGEST).to_numpy(dtype=bool) & known
    found[~plain] = None
    return numbers.where(plain).to_numpy(dtype="float64", copy=True), found


def _number_or_range(text: str) -> tuple[float, float | None] | None:
    """Return a number and None, or the two ends of a range; None where the text is neither."""
    try:
        number = amount(text)
    except QuantityError:
        # "1.250-1.500 million" is ambiguous only until its range is seen.
        ends = _range(text)
        if ends is None:
            raise
        return ends
    return _range(text) if number is None else (number, None)


def _range(text: str) -> tuple[float, float] | None:
    readings = {ends for slots in _slots(text) if (ends := _ends(*slots)) is not None}
    if len(readings) > 1:
        message = f"{quoted(text)} can be read as several ranges: write it in digits, such as 50-60"
        raise QuantityError(message)
    for low, high in readings:
        if low > high:
            message = f"the range {quoted(text)} runs backwards: write the smaller number first"
            raise QuantityError(message)
        return low, high
    return None


def _slots(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of texts that a wording for ranges leaves for its two numbers."""
    for opening, link, closing in modifiers().ranges:
        start = f"{opening} " if opening else ""
        end = f" {closing}" if closing else ""
        if not (text.startswith(start) and text.endswith(end)):
            continue
        inner = text[len(start) : len(text) - len(end)]
        between = link if link == "-" else f" {link} "
        at = inner.find(between)
        seen = False
        while at >= 0:
            seen = True
            yield inner[:at].strip(), inner[at + len(between) :].strip()
            at = inner.find(between, at + 1)
        if seen and opening:
            return


def _ends(low_text: str, high_text: str) -> tuple[float, float] | None:
    high = amount(high_text, scale_alone=False)
    if high is None:
        return None
    spread = spread_scale(low_text, high_text)
    if spread != low_text:
        low = amount(spread, scale_alone=False)
        if low is not None and low <= high:
            return low, high
    low = amount(low_text, scale_alone=False)
    if low is None:
        return None
    if low < 1000 and "," in high_text and low < high / 1000:  # noqa: PLR2004 - thousands
        message = (
            f"{low_text}-{high_text} can mean {low:,.0f} or {low * 1000:,.0f} at its lower end: "
            "write both numbers in full, such as 4000-6000"
        )
        raise QuantityError(message, suggestions=(f"{low * 1000:.0f}-{high:.0f}",))
    return low, high


def _peel(text: str) -> tuple[str, str] | None:
    """Take one modifier off a text: the modifier, and the rest."""
    known = modifiers()
    words = text.split(" ")
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        modifier = known.before.get(" ".join(words[:count]))
        if modifier:
            return modifier, " ".join(words[count:])
        modifier = known.after.get(" ".join(words[-count:]))
        if modifier:
            return modifier, " ".join(words[:-count])
    for opening, closing, modifier in known.around:
        if text.startswith(f"{opening} ") and text.endswith(f" {closing}"):
            return modifier, text[len(opening) + 1 : -len(closing) - 1]
    return None


def _qualified(number: tuple[float, float | None], found: list[str], text: str) -> Quantity:
    first, second = number
    bounds = set(found) - {"about"}
    if second is not None:
        if bounds - {"between"}:
            message = (
                f"{quoted(text)} puts a bound on a range: write the range alone, such as 50-60, "
                "or the bound alone, such as 'up to 60'"
            )
            raise QuantityError(message)
        return Quantity(None, first, second, "about" if "about" in found else "between")
    if len(bounds) > 1 or ("exact" in bounds and "about" in found):
        message = f"{quoted(text)} qualifies its number in two ways: keep one of the words"
        raise QuantityError(message)
    # "up to about 4,000": the bound is what the wording commits to.
    loose = bool(bounds) and "about" in found
    modifier = bounds.pop() if bounds else "about" if "about" in found else "exact"
    return Quantity(first, None, None, modifier, loose=loose)


def _why_not(text: str, rest: str, floor: float | None) -> str:
    if floor is not None:
        return (
            f"{quoted(text)} is a vague number: write 'at least {floor:.0f}', which is what it "
            "surely leaves, or leave the value empty and keep the words in `text` or `quote`"
        )
    if is_vague(rest):
        return (
            f"{quoted(text)} names an amount that no figure holds: leave the value empty and keep "
            "the words in `text` or `quote`"
        )
    if rest.startswith("-") and any(map(str.isdigit, rest)):
        return f"{quoted(text)} is negative: values count what is there, so they are 0 or more"
    if _EXPONENT.fullmatch(rest):
        return f"{quoted(text)} is in scientific notation: write the number in full"
    digits = leading_number(rest)
    if digits:
        other = rest[len(digits) :].strip()
        return (
            f"{quoted(text)} holds more than a number ({quoted(other)}): write what is counted in "
            f"`unit`, and here only the number, {_FORMS}"
        )
    return f"{quoted(text)} is not a number: write it in digits, {_FORMS}, or leave the cell empty"
