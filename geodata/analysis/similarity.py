"""How alike two claims are: what speaks for it that they tell one statement, and what against."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isnan, log, log1p
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from geodata import schema
from geodata.analysis.judgements import (
    Verdict,
    compare_dates,
    compare_words,
    judge_days,
    judge_events,
    judge_sides,
    judge_words,
)
from geodata.analysis.opposites import numbers_in, stance
from geodata.analysis.spelling import one_name, other_names, romanised, skeleton, surname_keys
from geodata.rules.areas import areas
from geodata.rules.sources import source_key

# Claims are compared only where they share one of these.
BLOCK_COLUMNS: Final = ("by_source", "by_speaker")

# Days that tellings of one statement may be apart: time zones, or the day of the article.
SLACK_DAYS: Final = 7
# What is true of another day is another event, or another state; time zones apart.
TRUE_SLACK_DAYS: Final = 1
_SLACK: Final = np.array([SLACK_DAYS, TRUE_SLACK_DAYS])
# Names of one speaker are as alike as this, in per cent, whatever their alphabet.
SAME_SPEAKER: Final = 75

_DAY: Final = np.timedelta64(1, "D")
_KINDS: Final = {
    **dict.fromkeys(schema.STATES, "state"),
    **dict.fromkeys(schema.EVENTS, "event"),
    **dict.fromkeys(schema.SPEECH, "speech"),
}


# Class of kind, speaker and actors of a claim.
Who: TypeAlias = tuple[str, str, frozenset[str]]
# Places and countries of a claim.
Area: TypeAlias = tuple[frozenset[str], frozenset[str]]
# An outlet and a day.
Issue: TypeAlias = tuple[str, pd.Timestamp]


def traits(claims: pd.DataFrame, *, tolerance: float = 0.0) -> pd.DataFrame:
    """Give what claims are compared by, one row a claim, with a RangeIndex.

    ``by_source`` and ``by_speaker`` are tuples of keys: a voice, an actor, and a number or
    the places. Numbers that differ by no more than the tolerance share a key.

    >>> from geodata import sample_claims
    >>> traits(sample_claims()).loc[0, "class"]
    'speech'
    """
    claims = claims.reset_index(drop=True)
    numbers = claims[list(schema.NUMBER_COLUMNS)].to_numpy(dtype="float64").tolist()
    figures: list[object] = [_figure(row) for row in numbers]
    area = areas(claims)
    speaker = claims["speaker"].fillna("").map(romanised)
    said = claims["quote"].fillna(claims["text"]).fillna("")
    table = pd.DataFrame(
        {
            "claim_id": claims["claim_id"],
            "class": claims["kind"].map(_KINDS),
            "kind": claims["kind"],
            "source": source_key(claims["source"]),
            "speaker": speaker,
            "actors": claims["actor_ids"].map(frozenset),
            "figure": figures,
            "modifier": claims["modifier"],
            "unit": claims["unit_family"].fillna(""),
            "area": area.map(frozenset),
            "countries": [
                frozenset(filter(None, map(str.strip, text.split(schema.LIST_SEPARATOR))))
                for text in claims["country"].fillna("")
            ],
            "url": claims["url"],
            "outlet": source_key(claims["outlet"]),
            # An outlet tells a statement once a day, if it is not known in which articles.
            "issue": [
                (outlet, day) if isinstance(outlet, str) and day is not pd.NaT else None
                for outlet, day in zip(
                    source_key(claims["outlet"]), claims["reported_last"], strict=True
                )
            ],
            "text": said.map(romanised),
            "paraphrase": claims["text"].fillna("").map(romanised),
            "stance": (claims["text"].fillna("") + " . " + said).map(stance),
            "numbers": said.map(numbers_in),
            "part_of": claims["part_of"],
            "first": claims["stated_first"].to_numpy(dtype="datetime64[D]"),
            "last": claims["stated_last"].to_numpy(dtype="datetime64[D]"),
            "true_first": claims["as_of_first"].to_numpy(dtype="datetime64[D]"),
            "true_last": claims["as_of_last"].to_numpy(dtype="datetime64[D]"),
            "told": claims["reported_last"].to_numpy(dtype="datetime64[D]"),
            "day": claims["stated_first"].fillna(claims["reported_first"]),
        }
    )
    keys = [_keys(row, tolerance) for row in table.to_dict("records")]
    return table.assign(
        by_source=pd.Series([one for one, _ in keys], dtype=object),
        by_speaker=pd.Series([two for _, two in keys], dtype=object),
    )


def _figure(row: list[float]) -> tuple[float, ...]:
    """Give the numbers of a figure; one end beside a value only tells how loose that is."""
    known = [number for number in row if not isnan(number)]
    loose = not isnan(row[0]) and len(known) == 2  # noqa: PLR2004 - a value and one end
    return (row[0],) if loose else tuple(sorted(set(known)))


def _keys(row: dict[Any, Any], tolerance: float) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    numbers = {step for number in row["figure"] for step in _steps(number, tolerance)}
    what: list[Any] = sorted(numbers) or [tuple(sorted(row["area"]))]
    about = [(actor, row["class"], one) for actor in sorted(row["actors"]) for one in what]
    source = skeleton(row["source"]) if isinstance(row["source"], str) else None
    return (
        tuple((source, *key) for key in about if source),
        tuple((word, *key) for word in surname_keys(row["speaker"]) for key in about),
    )


def _steps(number: float, tolerance: float) -> tuple[float, ...]:
    """Give keys of which numbers within the tolerance of each other share one."""
    if not (number > 0 and tolerance):
        return (number,)
    # Steps are one tolerance wide, so near numbers are in one or in neighbouring ones.
    step = floor(log(number) / -log1p(-tolerance))
    return step, step + 1


def _one_article(one: dict[Any, Any], other: dict[Any, Any]) -> bool:
    """Whether two claims stand in one article, or seem to where that is not known."""
    if isinstance(one["url"], str) and isinstance(other["url"], str):
        return bool(one["url"] == other["url"])
    return one["issue"] is not None and one["issue"] == other["issue"]


def _share(one: Area, other: Area) -> bool:
    """Whether some places are shared, or one claim is about the country of the other."""
    (left, lands), (right, others) = one, other
    return (
        left == right
        or bool(left & right)
        or (lands == others and (left <= lands or right <= others))
    )


def _who(row: dict[Any, Any]) -> Who:
    return row["class"], row["speaker"], row["actors"]


def _days(column: pd.Series) -> np.ndarray:
    """Days as numbers, nan where unknown."""
    days = column.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), np.nan, days.astype("int64").astype("float64"))


@dataclass
class Bundle:
    """What keeps some claims apart from others: articles, wholes, speakers, days."""

    urls: set[str]
    issues: set[Issue]
    issues_without_url: set[Issue]
    areas: dict[Area, None]
    figures: dict[tuple[float, ...], None]
    claims: set[str]
    wholes: set[str]
    said: dict[Who, None]
    first: np.ndarray  # the latest first and earliest last day, of statement and of truth;
    last: np.ndarray  # nan where unknown

    def absorb(self, other: Bundle) -> None:
        """Take in another bundle."""
        self.urls |= other.urls
        self.issues |= other.issues
        self.issues_without_url |= other.issues_without_url
        self.areas |= other.areas
        self.figures |= other.figures
        self.claims |= other.claims
        self.wholes |= other.wholes
        self.said |= other.said
        self.first = np.fmax(self.first, other.first)
        self.last = np.fmin(self.last, other.last)


@dataclass
class Likeness:
    """Compares claims by their position in a table of `traits`."""

    table: pd.DataFrame
    window_days: int
    tolerance: float

    def __post_init__(self) -> None:
        self._rows = self.table.to_dict("records")
        self._first, self._last = (
            np.column_stack([_days(self.table[name]) for name in names])
            for names in (("first", "true_first"), ("last", "true_last"))
        )
        self._alike: dict[tuple[str, str], float] = {}

    def compare(self, first: int, second: int) -> Verdict | None:
        """Say how alike two claims are that are `near`; None if they tell two statements.

        Two claims of one article, or of which one is a part of the other, do.
        """
        one, other = self._rows[first], self._rows[second]
        article = _one_article(one, other)
        part = one["claim_id"] == other["part_of"] or other["claim_id"] == one["part_of"]
        if article or part or self._differ(_who(one), _who(other)):
            return None
        score = 1.0
        reasons: list[str] = []
        judges = (
            *(judge_sides, self._voice, self._figure, self._unit, self._places, self._dates),
            *(judge_events, judge_days, judge_words),
        )
        for judge in judges:
            verdict = judge(one, other)
            if verdict is None:
                return None
            score *= verdict.score
            reasons += verdict.reasons
        return Verdict(score, tuple(reasons))

    def bundle(self, members: list[int]) -> Bundle:
        """Gather what keeps claims from being tellings of other claims' statement."""
        rows = [self._rows[at] for at in members]
        return Bundle(
            urls={row["url"] for row in rows if isinstance(row["url"], str)},
            issues={row["issue"] for row in rows if row["issue"] is not None},
            issues_without_url={
                row["issue"]
                for row in rows
                if row["issue"] is not None and not isinstance(row["url"], str)
            },
            areas={(row["area"], row["countries"]): None for row in rows},
            figures={row["figure"]: None for row in rows},
            claims={row["claim_id"] for row in rows},
            wholes={row["part_of"] for row in rows if isinstance(row["part_of"], str)},
            said={_who(row): None for row in rows},
            first=np.fmax.reduce(self._first[members]),
            last=np.fmin.reduce(self._last[members]),
        )

    def bundles_apart(self, one: Bundle, other: Bundle) -> bool:
        """Whether any of some claims is another statement than any of the others."""
        # A day that is unknown keeps nothing apart: comparisons with nan are false.
        if (one.first - other.last > _SLACK).any() or (other.first - one.last > _SLACK).any():
            return True
        shared = not (
            one.urls.isdisjoint(other.urls)
            and one.issues_without_url.isdisjoint(other.issues)
            and other.issues_without_url.isdisjoint(one.issues)
        )
        part = not (one.wholes.isdisjoint(other.claims) and other.wholes.isdisjoint(one.claims))
        return (
            shared
            or part
            or any(self._differ(left, right) for left in one.said for right in other.said)
            or any(not _share(left, right) for left in one.areas for right in other.areas)
            or any(
                not self._figures_alike(left, right)
                for left in one.figures
                for right in other.figures
            )
        )

    def near(self, pairs: np.ndarray) -> np.ndarray:
        """Mark the pairs of positions whose dates can be one; all at once."""
        one, other = pairs[:, 0], pairs[:, 1]
        gaps = np.maximum(
            self._first[one] - self._last[other], self._first[other] - self._last[one]
        )
        near: np.ndarray = ~(gaps > _SLACK).any(axis=1)
        return near

    # --- what is compared ------------------------------------------------------

    def _differ(self, one: Who, other: Who) -> bool:
        """Whether claims are of other classes, actors or speakers."""
        return (
            one[0] != other[0]
            or one[2].isdisjoint(other[2])
            or bool(one[1] and other[1] and not self._same_speaker(one[1], other[1]))
        )

    def _same_speaker(self, one: str, other: str) -> bool:
        pair = (one, other)
        if pair not in self._alike:
            self._alike[pair] = (
                100.0
                if one_name(*pair, in_part=True)
                else 0.0
                if other_names(*pair)
                else fuzz.token_set_ratio(*pair)
            )
        return self._alike[pair] >= SAME_SPEAKER

    def _voice(self, one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
        named = isinstance(one["source"], str) and isinstance(other["source"], str)
        if named and one_name(one["source"], other["source"]):
            actor = 1.0 if one["actors"] == other["actors"] else 0.85
            if one["source"] != other["source"] and not (one["speaker"] and other["speaker"]):
                return Verdict(0.85 * actor, ("same source in another spelling",))
            if one["speaker"] and other["speaker"]:
                return Verdict(actor, ("same source and speaker",))
            return Verdict(0.9 * actor, ("same source",))
        if one["speaker"] and other["speaker"]:
            return Verdict(0.85, ("same speaker",))
        return None

    def _figure(self, one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
        left, right = one["figure"], other["figure"]
        if not left and not right:
            return compare_words(one, other)
        if not self._figures_alike(left, right):
            return None
        if not self._close(left, right):
            return Verdict(0.75, ("figures share an end",))
        if one["modifier"] == other["modifier"]:
            return Verdict(1.0, ("same figure",))
        return Verdict(0.95, ("same figure but for the modifier",))

    def _figures_alike(self, left: tuple[float, ...], right: tuple[float, ...]) -> bool:
        """Whether neither has a figure, or both share one."""
        if not left or not right:
            return not left and not right
        return any(self._close((a,), (b,)) for a in left for b in right)

    def _close(self, left: tuple[float, ...], right: tuple[float, ...]) -> bool:
        pairs = list(zip(left, right, strict=False))
        near = all(abs(a - b) <= self.tolerance * max(a, b) for a, b in pairs)
        return near and len(left) == len(right) > 0

    def _unit(self, one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
        left, right = one["unit"], other["unit"]
        kind = 1.0 if one["kind"] == other["kind"] else 0.9
        if left == right:
            return Verdict(kind, ("same unit",) if left else ())
        if not left or not right or set(left.split()) & set(right.split()):
            return Verdict(0.85 * kind, ("unit told in part",))
        return None

    def _places(self, one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
        left, right = one["area"], other["area"]
        if not _share((left, one["countries"]), (right, other["countries"])):
            return None
        if left == right:
            return Verdict(1.0, ("same places",))
        if left and right and (left < right or right < left):
            return Verdict(0.9, ("places of one among those of the other",))
        if left & right:
            share = len(left & right) / len(left | right)
            return Verdict(0.7 + 0.2 * share, ("some places shared",))
        return Verdict(0.85, ("places of one in the country of the other",))

    def _dates(self, one: dict[Any, Any], other: dict[Any, Any]) -> Verdict | None:
        if not (pd.isna(one["last"]) or pd.isna(other["last"])):
            return compare_dates(one, other)
        if not (pd.isna(one["true_last"]) or pd.isna(other["true_last"])):
            return Verdict(0.9, ("true of days that can be one",))
        dated = [row for row in (one, other) if not pd.isna(row["last"])]
        told = [row["told"] for row in (one, other) if pd.isna(row["last"])]
        told = [day for day in told if not pd.isna(day)]
        if not told:
            return Verdict(0.7, ("date lost",))
        # From the day of the statement to a telling that lost it, else between two tellings.
        days = [row["first"] for row in dated] + told
        gap = float((max(days) - min(days)) / _DAY)
        if gap > self.window_days or (dated and told[-1] < dated[0]["first"] - SLACK_DAYS * _DAY):
            return None
        late = 0.15 * gap / max(self.window_days, 1)
        return Verdict(0.95 - late, (f"date lost, told {gap:.0f} days later",))
