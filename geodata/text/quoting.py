"""Values of strangers as a message may show them: short, printable, and marked as quoted."""

from __future__ import annotations

from typing import Final

LONGEST_QUOTE: Final = 60
_SHOWN: Final = 80


def quoted(value: object) -> str:
    """Quote a value for a message: its `repr`, shortened in the middle where it is long.

    Examples
    --------
    >>> quoted("Paktia")
    "'Paktia'"
    """
    text = as_text(value)
    if len(text) > LONGEST_QUOTE:
        half = LONGEST_QUOTE // 2
        return f"{text[:half] + '…' + text[-half:]!r} ({len(text):,} characters)"
    return repr(text)


def as_text(value: object) -> str:
    """Return a value as text that can be printed and written as JSON."""
    try:
        text = str(value)
    except RecursionError:  # lists nested as deep as the parser can just take
        text = f"a deeply nested {type(value).__name__}"
    # A lone surrogate could be neither.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def shortened(value: object) -> str:
    """Return a value as text, cut to a length that a message can hold."""
    text = as_text(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def printable(text: str) -> str:
    r"""Return a name from a file as it may stand in a terminal: nothing in it acts there.

    >>> printable("speaker"), printable("\x1b[2J")
    ('speaker', '\\x1b[2J')
    """
    short = shortened(text)
    return short if short.isprintable() else repr(short)[1:-1]
