"""Signs in texts that nobody sees and that change what is read: taken out, and told.

A right-to-left override before "NU" shows "UN": what a claim says, and who said it, must
not depend on them. Joiners and the marks LRM and RLM stay, since Persian is written with
them, and so do tabs and the ends of lines.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pandas as pd

from geodata import schema
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from geodata.validate.faults import Faults

# Overrides, embeddings and isolates of the writing direction, which end lines later than they
# seem to; and what C0 and C1 hold beside tab and the ends of lines.
_SIGNS: Final = "\u202a-\u202e\u2066-\u2069\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_SIGN: Final = re.compile(f"[{_SIGNS}]")
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Programs write these between words, which must not grow together.
_BREAK: Final = re.compile("[\x0b\x0c\x85]")
# Quotation marks, dashes and bullets of cp1252 whose bytes somebody took for Latin-1.
_MARKS: Final = {
    ord(bytes([byte]).decode("latin-1")): bytes([byte]).decode("cp1252")
    for byte in (0x82, 0x84, 0x8B, 0x9B, *range(0x91, 0x98))
}
_MARK: Final = re.compile(f"[{''.join(map(chr, _MARKS))}]")
_MOST_TOLD: Final = 4  # code points in a message

# A link with such a sign is refused as a whole, and what is read as a number or a day passes
# over them by itself.
_TEXTS: Final = tuple(
    name
    for name in schema.CLAIM_COLUMNS
    if name
    not in {
        *schema.URL_COLUMNS, *schema.NUMBER_COLUMNS, *schema.DATE_COLUMNS,
        "latitude", "longitude", "where_precision",
    }
)  # fmt: skip


def without_controls(raw: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Take the signs out of the text columns.

    Returns
    -------
    The frame without them; and, by column that had any, which rows did, as masks.

    Examples
    --------
    >>> clean, held = without_controls(pd.DataFrame({"speaker": ["\u202eNU", "UN"]}))
    >>> clean["speaker"].tolist(), held["speaker"].tolist()
    (['NU', 'UN'], [True, False])
    """
    held: dict[str, pd.Series] = {}
    clean: dict[str, pd.Series] = {}
    for name in map(str, raw.columns.intersection(list(_TEXTS))):
        texts = raw[name].astype("str")
        found = texts.str.contains(_SIGN.pattern).fillna(False).astype(bool)
        if found.any():
            held[name] = found
            clean[name] = texts.mask(found, texts[found].map(_clean))
    return raw.assign(**clean), held


def note_controls(raw: pd.DataFrame, held: dict[str, pd.Series], faults: Faults) -> None:
    """Warn of each text of ``raw`` that held signs, naming them by their code points."""
    for name, rows in held.items():
        faults.warning(rows, name, _said, values=raw[name])


def _clean(text: str) -> str:
    return _SIGN.sub("", _BREAK.sub(" ", text.translate(_MARKS))).strip()


def _said(text: str) -> str:
    if not _SIGN.search(text.translate(_MARKS)):
        marks = "".join(dict.fromkeys(_MARK.findall(text)))
        codes = ", ".join(f"U+{ord(mark):04X}" for mark in marks[:_MOST_TOLD])
        meant = marks[:_MOST_TOLD].translate(_MARKS)
        return f"{quoted(text)} holds {codes}, written in Windows-1252: read as {meant}"
    text = text.translate(_MARKS)
    signs = list(dict.fromkeys(_SIGN.findall(text)))
    one = len(signs) == 1
    told = ", ".join(f"U+{ord(sign):04X}" for sign in signs[:_MOST_TOLD])
    more = f" and {len(signs) - _MOST_TOLD} more" if len(signs) > _MOST_TOLD else ""
    turns = "turns the text round" if one else "turn the text round"
    effect = turns if _DIRECTION.search(text) else "cannot be seen"
    return f"{quoted(text)} holds {told}{more}, which {effect}: removed"
