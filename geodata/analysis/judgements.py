"""What days, words and sides of two claims say of whether they tell one statement.

Claims are rows of `geodata.analysis.similarity.traits`.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from geodata.analysis.opposites import opposed

# Texts of claims without a figure are at least as alike as this, in per cent.
SAME_WORDS: Final = 60
ALMOST_SAME: Final = 85
# What a text that says the opposite leaves of a score, where the figures are the same.
OPPOSED: Final = 0.5
# Retellings do turn "over" into "up to", if rarely.
OTHER_BOUND: Final = 0.85
# What is left if two events have days that are known, and are not one.
OTHER_DAY: Final = 0.5
# The same for states: a day may be that of another time zone.
OTHER_STATE: Final = 0.85
# What is left of the score if not one word of two texts is the same; they may be translated.
OTHER_WORDS: Final = 0.85
# Each day between two days of statement that are known leaves so much less.
DAY_COST: Final = 0.025
# What one outlet tells of two events, or an event somewhere in the country, is worth that much.
EVENT_DOUBT: Final = 0.65

_DAY: Final = np.timedelta64(1, "D")


class Verdict(NamedTuple):
    """A score up to 1, and the reasons for it."""

    score: float
    reasons: tuple[str, ...]


def judge_events(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict:
    """Doubt that two events are one: many are alike, of one place, day and number of dead."""
    score, reasons = 1.0, list[str]()
    if one["class"] != "event":
        return Verdict(score, ())
    if isinstance(one["outlet"], str) and one["outlet"] == other["outlet"]:
        score, reasons = EVENT_DOUBT * score, [*reasons, "two events of one outlet"]
    if not one["area"] & other["area"]:
        score, reasons = EVENT_DOUBT * score, [*reasons, "an event somewhere in the country"]
    return Verdict(score, tuple(reasons))


def judge_days(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
    """Doubt claims that are true of days that are known, and not one; and such events."""
    said = ("first", "last")
    event = one["class"] == "event"
    for first, last in (
        (("true_first", "true_last"), said) if event else (("true_first", "true_last"),)
    ):
        ends = (one[first], one[last], other[first], other[last])
        if any(pd.isna(end) for end in ends):
            continue
        if ends[0] <= ends[3] and ends[2] <= ends[1]:
            break
        if (first, last) != said and (ends[0] < ends[1] or ends[2] < ends[3]):
            return None  # other months or years, of which time zones are no excuse
        return Verdict(OTHER_DAY if event else OTHER_STATE, ("days that differ",))
    return Verdict(1.0, ())


def judge_sides(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
    """Doubt claims whose texts take different sides; without a figure they are two."""
    topic = opposed(one["stance"], other["stance"])
    bounds = {one["modifier"], other["modifier"]}
    if "up_to" in bounds and bounds & {"over", "at_least"}:
        return Verdict(OTHER_BOUND, ("one bounds from above, the other from below",))
    if topic is None:
        return Verdict(1.0, ())
    if not one["figure"]:
        return None
    return Verdict(OPPOSED, (f"texts that are opposed ({topic})",))


def compare_words(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
    """Compare claims without a figure: the same kind and places, and much the same words."""
    if one["area"] != other["area"] or one["kind"] != other["kind"]:
        return None
    alike = fuzz.token_sort_ratio(one["text"], other["text"])
    if alike < SAME_WORDS:
        return None
    if one["numbers"] != other["numbers"]:
        return Verdict(OPPOSED, ("texts with other numbers",))
    said = "almost the same words" if alike >= ALMOST_SAME else "words in common"
    return Verdict((alike / 100) ** 2, (said,))


def compare_dates(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict:
    """Compare days of statement that are known."""
    if (one["first"], one["last"]) == (other["first"], other["last"]):
        return Verdict(1.0, ("same date",))
    gap = float(max(one["first"] - other["last"], other["first"] - one["last"]) / _DAY)
    if gap <= 0:
        return Verdict(0.95, ("dates that can be one",))
    return Verdict(0.95 - DAY_COST * gap, (f"dates {gap:.0f} days apart",))


def judge_words(one: dict[Any, Any], other: dict[Any, Any]) -> Verdict:
    """Weigh the words of claims that share a figure: a paraphrase or translation may have none."""
    if not one["figure"]:
        return Verdict(1.0, ())
    alike = max(fuzz.token_set_ratio(one[name], other[name]) for name in ("text", "paraphrase"))
    return Verdict(OTHER_WORDS + (1 - OTHER_WORDS) * alike / 100, ())
