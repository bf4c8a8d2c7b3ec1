r"""Cells that a spreadsheet would run: marked when written, and unmarked when read.

A text that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet, whatever
its quotes (OWASP, "CSV Injection"), also in full width and behind white space and control
characters; and so is what follows a tab or the end of a line, where a program takes these
for the end of a cell. An apostrophe before the whole makes it text. So that every text comes
back as it was, one that begins with apostrophes before such a text gets one more, and
reading takes one away. Plain numbers, such as the longitude -70.5, are left alone: they
compute nothing. The page writes CSV by the same rule (``tests/data/formula_cases.json``).
"""

from __future__ import annotations

import re
from typing import Final

# What NFKC turns into a text that begins with one of the four signs.
SIGNS: Final = "=+\\-@⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫＋－＝＠"
_ENDS: Final = "\t\r\n"
# White space of Unicode, control characters, the byte order mark.
_SPACES: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SIGN: Final = f"[{_ENDS}{_SPACES}]*[{SIGNS}]"
# A run of blanks is looked at once, from what stands before it: one of 100,000 takes no time.
_RUNS: Final = f"(?:'*{_SIGN}|(?s:.*?)[^{_ENDS}{_SPACES}][{_SPACES}]*[{_ENDS}]{_SIGN})"
MARKED: Final = f"^'({_RUNS})"  # what a reader unmarks: RE2 and Python read it alike
_RISKY: Final = re.compile(_RUNS)
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def marked(text: str) -> str:
    r"""Return a text as a cell in which nothing runs.

    >>> marked("=1+1"), marked("'=1+1"), marked("-70.5"), marked("Kunduz"), marked("a\t＝1")
    ("'=1+1", "''=1+1", '-70.5', 'Kunduz', "'a\t＝1")
    """
    return f"'{text}" if _RISKY.match(text) and not _NUMBER.fullmatch(text) else text


def unmarked(text: str) -> str:
    """Return a text as it was before it was marked.

    >>> unmarked("'=1+1"), unmarked("''=1+1"), unmarked("'Kunduz'")
    ('=1+1', "'=1+1", "'Kunduz'")
    """
    return re.sub(MARKED, r"\1", text)
