r"""Cells that a spreadsheet would run: marked when written, and unmarked when read.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return is a formula to a
spreadsheet, whatever its quotes (OWASP, "CSV Injection"). An apostrophe before it makes it
text. So that every text comes back as it was, a text that begins with apostrophes before
such a sign gets one more, and reading takes one away. Plain numbers, such as the
longitude -70.5, are left alone: they compute nothing.
"""

from __future__ import annotations

import re
from typing import Final

MARKED: Final = "^'('*[=+\\-@\t\r])"  # what a reader unmarks: RE2 and Python read it alike
_RISKY: Final = re.compile("'*[=+\\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def marked(text: str) -> str:
    """Return a text as a cell in which nothing runs.

    >>> marked("=1+1"), marked("'=1+1"), marked("-70.5"), marked("Kunduz")
    ("'=1+1", "''=1+1", '-70.5', 'Kunduz')
    """
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def unmarked(text: str) -> str:
    """Return a text as it was before it was marked.

    >>> unmarked("'=1+1"), unmarked("'Kunduz'")
    ('=1+1', "'Kunduz'")
    """
    return re.sub(MARKED, r"\1", text)
