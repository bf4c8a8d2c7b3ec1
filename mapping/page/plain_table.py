"""Claims in words, for readers whose browser runs no scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geodata.text.quantities import in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

# A page without scripts is a fallback: it holds the newest claims, not all texts twice.
MOST_ROWS = 30


def claim_rows(
    claims: pd.DataFrame, *, words: Mapping[str, str] | None = None, most: int = MOST_ROWS
) -> tuple[Mapping[str, str], ...]:
    """Put the newest claims into plain text, a mapping a claim.

    ``words`` is the page's catalogue, which knows how one of a unit is called.

    Returns
    -------
    Mappings with ``actor``, ``text``, ``quantity``, ``where``, ``who``, ``outlet``, ``when``,
    ``ratings`` and ``url``; what is missing is an empty text.
    """
    days = claims[["reported_last", "stated_last"]].reset_index(drop=True)
    newest = days.sort_values(
        ["reported_last", "stated_last"], ascending=False, na_position="last", kind="stable"
    )
    known = words or {}
    rows = claims.take(newest.index[:most].to_numpy())
    return tuple(_row(record, known) for record in rows.to_dict("records"))


def _row(claim: Mapping[Any, Any], words: Mapping[str, str]) -> dict[str, str]:
    given = {name: "" if _missing(value) else value for name, value in claim.items()}
    speaker = ", ".join(filter(None, [given["speaker"], given["speaker_role"]]))
    where = given["places"] or given["country"] or "a point"
    jointly = {"joint": "jointly in ", "within": "somewhere in ", "nationwide": "all of "}
    ratings = given["reliability"] + given["credibility"]
    return {
        "actor": given["actor"],
        "text": given["text"],
        "quantity": ""
        if _missing(claim["low"])
        else in_words(
            claim["value"],
            claim["value_low"],
            claim["value_high"],
            claim["modifier"],
            _unit(given["unit"], claim["value"], words),
        ),
        "where": jointly.get(given["extent"], "") + where,
        "who": speaker or given["affiliation"] or "not named",
        "outlet": given["outlet"],
        "when": given["reported"] or given["stated"] or "undated",
        "ratings": ratings or "unrated",
        "url": given["url"],
    }


def _unit(unit: str, value: object, words: Mapping[str, str]) -> str:
    return words.get(f"unit.{unit.lower()}.one", unit) if value == 1 else unit


def _missing(value: object) -> bool:
    return not isinstance(value, (str, tuple)) and bool(pd.isna(value))  # type: ignore[call-overload]  # any scalar
