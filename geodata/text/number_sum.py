"""Adds up number words: hundreds within thousands within millions."""

from __future__ import annotations

from typing import Final

_HUNDRED: Final = 100.0
_TWENTY: Final = 20.0


class NumberSum:
    """Adds up number words: hundreds within thousands within millions.

    Each step says whether the word fits what came before it.
    """

    def __init__(self, *, scale_alone: bool) -> None:
        self._scale_alone = scale_alone
        self._total = 0.0
        self._current: float | None = None
        self._room = 0.0  # what may still be added to the current number: 20 leaves room below 10
        self._last_scale = float("inf")

    def add_digits(self, value: float) -> bool:
        """Take a number in digits, which none comes before."""
        if self._current is not None:
            return False
        self._current, self._room = value, 0.0
        return True

    def add_number(self, value: float) -> bool:
        """Take a word such as "five", where there is room for it."""
        if self._current is not None and value >= self._room:
            return False
        self._current = (self._current or 0.0) + value
        self._room = _HUNDRED if value >= _HUNDRED else 10.0 if value >= _TWENTY else 0.0
        return True

    def add_half(self, *, last: bool, scale_follows: bool) -> bool:
        """Add a half: to the number (six and a half thousand), or of the scale (a million …)."""
        if self._current is not None:
            self._current, self._room = self._current + 0.5, 0.0
            return last or scale_follows
        if not self._total or not last:
            return False
        self._total += self._last_scale / 2
        return True

    def multiply(self, scale: float, *, needs_number: bool) -> bool:
        """Take a scale, which multiplies the number before it."""
        if self._current is None:
            if needs_number or not self._scale_alone or self._total:
                return False
            self._current = 1.0
        if scale <= _HUNDRED:  # stays within thousands: two hundred thousand
            if self._current >= _TWENTY:
                return False
            self._current = self._current * scale
            self._room = scale if scale == _HUNDRED else 0.0
            return True
        if scale >= self._last_scale:
            return False
        self._total += round(self._current * scale, 6)
        self._current, self._room, self._last_scale = None, 0.0, scale
        return True

    def result(self) -> float | None:
        """Return the sum; None where the last number is too large for its place."""
        if self._current is not None and self._current >= self._last_scale:
            return None
        return self._total + (self._current or 0.0)
