"""Figures in words: the one phrasing of the page, its plain table, plots and summaries.

The words stand in ``data/figures.en.json``. The page takes them into its catalogue and puts them
together by the same rules (``assets/core/quantity.js``, held to these by tests/vectors.py).
"""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

_BOUNDS: Final = ("up_to", "over", "at_least")
_HUNDREDTH: Final = Decimal("0.01")
_EXACT: Final = Context(prec=400)  # the largest double has 309 digits before the point


@cache
def figure_phrases() -> Mapping[str, str]:
    """Give the phrases of figures and intervals by their key in the page's catalogue."""
    path = files("geodata") / "data" / "figures.en.json"
    phrases: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return phrases


def number_in_words(number: float) -> str:
    """Write a number with separators, rounded to two decimals, as browsers do.

    >>> number_in_words(6500), number_in_words(20000.5), number_in_words(1.005)
    ('6,500', '20,000.5', '1.01')
    """
    # Browsers round the shortest decimal that stands for a double, not the double: 1.005 is 1.01.
    rounded = Decimal(repr(float(number))).quantize(
        _HUNDREDTH, rounding=ROUND_HALF_UP, context=_EXACT
    )
    return f"{rounded:,f}".rstrip("0").rstrip(".")


def figure_in_words(
    value: float | None, low: float | None, high: float | None, modifier: str | None
) -> str:
    """Say a figure with what the wording does to it; empty where there is none.

    ``value``, ``low``, ``high`` and ``modifier`` are as the columns ``value``, ``value_low``,
    ``value_high`` and ``modifier`` of a claim hold them; None or NaN where missing.

    >>> figure_in_words(4000, None, None, "up_to"), figure_in_words(None, 50, 60, "between")
    ('up to 4,000', '50 to 60')

    A bound that is itself "about" has one end of its own:

    >>> figure_in_words(500, 450, None, "at_least")
    'at least about 500'
    """
    word = "exact" if is_missing(modifier) else str(modifier)
    is_range = is_missing(value) or word in ("between", "about")
    if is_range and not is_missing(low) and not is_missing(high):
        return _phrase(f"quantity.{'about_' * (word == 'about')}between", low=low, high=high)
    if not is_missing(value):
        written = number_in_words(float(value or 0))
        if word in _BOUNDS and is_missing(low) != is_missing(high):
            written = figure_phrases()["quantity.about"].format(value=written)
        return figure_phrases()[f"quantity.{'exact' if word == 'between' else word}"].format(
            value=written
        )
    if not is_missing(low):
        return _phrase("quantity.at_least", value=low)
    return "" if is_missing(high) else _phrase("quantity.up_to", value=high)


def interval_in_words(low: float, high: float) -> str:
    """Say what an interval leaves open; ``high`` may be infinite.

    >>> interval_in_words(0, 4000), interval_in_words(1000, float("inf"))
    ('0 to 4,000', '1,000 or more')
    """
    if high == float("inf"):
        return _phrase("interval.open", low=low) if low > 0 else _phrase("interval.any")
    if low == high:
        return number_in_words(low)
    return _phrase("interval.closed", low=low, high=high)


def is_missing(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN or NA."""
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 - NaN


def _phrase(key: str, **numbers: float | None) -> str:
    written = {
        name: number_in_words(number) for name, number in numbers.items() if number is not None
    }
    return figure_phrases()[key].format(**written)
