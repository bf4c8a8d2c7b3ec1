"""The column ``protect``, and what a protected claim gives away all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import pandas as pd

from geodata import schema
from geodata.text.folding import fold_letters
from geodata.text.quoting import quoted

if TYPE_CHECKING:
    from geodata.validate.faults import Faults

_WORDS: Final = {
    **dict.fromkeys(("yes", "y", "true", "1", "1.0"), schema.PROTECTED),
    **dict.fromkeys(("no", "n", "false", "0", "0.0"), None),
}
# Where the name of a speaker may stand again.
_TELLING: Final = (
    "text", "title", "note", "tags", "url", "archive_url", "outlet", "affiliation", "claim_id",
    "origin_id",
)  # fmt: skip
_SHORTEST: Final = 4  # letters of a name that stands for its bearer by itself


def read_protect(texts: pd.Series, faults: Faults) -> pd.Series:
    """Read ``protect``: ``yes``, or missing; what is neither yes nor no is an error.

    Spreadsheets and programs write TRUE, FALSE, 1 and 0.
    """
    found = {text: text.strip().casefold() for text in texts.dropna().unique()}
    faults.error(
        texts.isin([text for text, word in found.items() if word not in _WORDS]),
        "protect",
        lambda value: (
            f"{quoted(value)} is neither yes nor no: write yes where nobody may learn who said "
            "it, else leave the cell empty"
        ),
        suggest=lambda _: (schema.PROTECTED,),
    )
    return texts.map({text: _WORDS.get(word) for text, word in found.items()}).astype("str")


def without_withheld(given: pd.DataFrame, protect: pd.Series) -> pd.DataFrame:
    """Blank what is withheld of protected claims, such as before an id is made of a row.

    An id made of a name lets everybody try out names.
    """
    rows = protect.notna()
    if not rows.any():
        return given
    return given.assign(
        **{name: given[name].mask(rows) for name in given.columns.intersection(_WITHHELD)}
    )


_WITHHELD: Final = list(schema.WITHHELD_COLUMNS)


def warn_of_names(given: pd.DataFrame, typed: dict[str, pd.Series], faults: Faults) -> None:
    """Warn where a protected claim, or another telling of it, names the speaker all the same."""
    rows = typed["protect"].notna() & given["speaker"].notna()
    if not rows.any():
        return
    speakers = given.loc[rows, "speaker"]
    keys = {speaker: fold_letters(speaker) for speaker in speakers.unique()}
    for column in _TELLING:
        cells = given.loc[rows, column]
        named = [
            isinstance(cell, str) and _names(cell, keys[speaker])
            for cell, speaker in zip(cells, speakers, strict=True)
        ]
        mask = pd.Series(named, index=cells.index, dtype=bool)
        faults.warning(
            mask.reindex(given.index, fill_value=False),
            column,
            "this names the speaker of a protected claim, and goes out as it stands: reword it",
        )
    hidden = set(zip(typed["origin_id"][rows], speakers.map(keys), strict=True))
    others = given["speaker"].notna() & typed["protect"].isna()
    others &= typed["origin_id"].isin([origin for origin, _ in hidden])
    told = [
        (origin, fold_letters(speaker)) in hidden
        for origin, speaker in zip(
            typed["origin_id"][others], given.loc[others, "speaker"], strict=True
        )
    ]
    mask = pd.Series(told, index=given.index[others], dtype=bool)
    faults.warning(
        mask.reindex(given.index, fill_value=False),
        "protect",
        "another telling of this origin is protected, and this one names its speaker: protect "
        "it too",
    )


def _names(cell: str, name: str) -> bool:
    """Whether a text holds a name, or the last word of it."""
    words = f" {fold_letters(unquote(cell))} "
    last = name.rsplit(maxsplit=1)[-1] if name else ""
    return bool(name) and (
        f" {name} " in words or (len(last) >= _SHORTEST and f" {last} " in words)
    )
