"""What stands in a cell for numbers and is no count: shares, money, "unknown"."""

from __future__ import annotations

import unicodedata
from typing import Final

from geodata.errors import QuantityError
from geodata.text.quoting import quoted

_MISSING: Final = frozenset(
    {"nan", "na", "n/a", "none", "null", "-", "?", "unknown", "неизвестно", "نامعلوم"}
)
_INFINITE: Final = frozenset({"inf", "+ inf", "- inf", "-inf", "infinity", "-infinity", "∞"})
_PERCENT: Final = ("%", "٪", "percent", "per cent", "процент", "درصد", "فیصد")
_MONEY: Final = ("dollar", "usd", "euro", "afghani", "rupee", "rouble", "ruble", "доллар", "рубл")


def refuse_what_is_no_count(text: str, plain: str) -> None:
    """Raise `QuantityError` for a text that counts nothing; ``plain`` is its normalised form."""
    if not plain or plain in _MISSING:
        message = f"{quoted(text)} is no number: leave the cell empty where no figure is given"
    elif plain in _INFINITE:
        message = (
            f"{quoted(text)} is no number: for an open end write 'over' or 'at least' before "
            "the figure"
        )
    elif any(sign in plain for sign in _PERCENT):
        message = (
            f"{quoted(text)} is a share, not a count: leave the value empty and keep it in `text`"
        )
    elif any(unicodedata.category(sign) == "Sc" for sign in text) or any(
        word in plain for word in _MONEY
    ):
        message = (
            f"{quoted(text)} has a currency: write the bare number here and the currency in `unit`"
        )
    else:
        return
    raise QuantityError(message)
