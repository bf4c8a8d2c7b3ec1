"""What holds on a day: which claims are visible, current and count, and how old they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata import schema
from geodata.rules.areas import totals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.corpus import Corpus

    Rows = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class OnDay:
    """The claims of a corpus as of a day, by row; `geodata.rules.dating` has the words."""

    corpus: Corpus
    day: pd.Timestamp

    @cached_property
    def visible(self) -> Rows:
        """Which claims are out."""
        return np.asarray(self.corpus.validity.visible_from <= self._day, dtype=bool)

    @cached_property
    def current(self) -> Rows:
        """Which are visible and have not ended."""
        validity = self.corpus.validity
        held = self.visible & ~(validity.current_until <= self._day)
        for row in np.flatnonzero(validity.suspended.astype(bool)).tolist():
            held[row] &= not any(a <= self.day < b for a, b in validity.suspended[row])
        return held

    @cached_property
    def forecast(self) -> Rows:
        """Which are out, have not ended, and speak of a day that has not come."""
        validity = self.corpus.validity
        ahead = self.visible & (validity.forecast_until > self._day)
        return np.asarray(ahead & ~(validity.current_until <= self._day), dtype=bool)

    @cached_property
    def status(self) -> pd.Series:
        """The status of each claim, so far as it was known: ``current`` before it begins."""
        status = self.corpus.claims["status"].fillna("current")
        return status.mask(self.corpus.validity.status_from > self._day, "current").astype("str")

    @cached_property
    def counts(self) -> Rows:
        """Which telling stands for its origin, of those that are visible."""
        ranks, origin = self.corpus.validity.precedence, self.corpus.origin
        lowest = np.full(len(self.corpus.origin_ids), np.iinfo(np.int64).max)
        np.minimum.at(lowest, origin[self.visible], ranks[self.visible])
        return np.asarray(self.visible & (ranks == lowest[origin]))

    @cached_property
    def told(self) -> Rows:
        """Which tellings are out, those without a date among them."""
        return np.asarray(self.visible | np.isnat(self.corpus.validity.visible_from))

    @cached_property
    def stands(self) -> Rows:
        """Which telling's figures are the origin's, of those that are told."""
        corpus = self.corpus
        # Of an origin that nobody dated, the canonical telling stands.
        canonical = self.told & (corpus.validity.precedence == 0)
        stands = self.counts | (canonical & ~self._with_any(self.counts))
        # It may be missing where it comes later and another one has no date: take the first.
        bare = np.flatnonzero((self.told & ~self._with_any(stands))[corpus.by_id])
        rows = corpus.by_id[bare]
        _, first = np.unique(corpus.origin[rows], return_index=True)
        stands[rows[first]] = True
        return np.asarray(stands)

    def _with_any(self, rows: Rows) -> Rows:
        """Mark the claims of which any telling is marked."""
        marked = np.zeros(len(self.corpus.origin_ids), dtype=bool)
        marked[self.corpus.origin[rows]] = True
        return np.asarray(marked[self.corpus.origin], dtype=bool)

    @cached_property
    def standing(self) -> NDArray[np.int64]:
        """The rows that stand for the origins that are current, in the order of their origins."""
        rows = self.corpus.by_id[(self.current & self.counts)[self.corpus.by_id]]
        names = self.corpus.claims["origin_id"].iloc[rows]
        return np.asarray(rows[names.array.argsort(kind="stable")])

    @cached_property
    def published(self) -> NDArray[np.int64]:
        """The rows that are told, in the order of their ids."""
        return self.corpus.by_id[self.told[self.corpus.by_id]]

    # --- age -------------------------------------------------------------------

    @cached_property
    def age_days(self) -> NDArray[np.float64]:
        """How many days ago each claim was first true, or a forecast said; NaN where unknown."""
        validity = self.corpus.validity
        days = (self._day - validity.aged_from) / np.timedelta64(1, "D")
        # Of tellings that contradict each other in their dates some are true of a later day.
        return np.where(np.isnat(validity.visible_from), np.nan, np.maximum(np.floor(days), 0))

    def age_codes(
        self, *, fresh_days: int = schema.FRESH_DAYS, stale_days: int = schema.STALE_DAYS
    ) -> NDArray[np.int64]:
        """Give the age of each claim, as a position in `schema.AGES`."""
        days = self.age_days
        known = [days <= fresh_days, days <= stale_days, days > stale_days]
        return np.select(known, [0, 1, 2], default=3)

    # --- frames ----------------------------------------------------------------

    def columns(
        self,
        index: pd.Index,
        *,
        fresh_days: int = schema.FRESH_DAYS,
        stale_days: int = schema.STALE_DAYS,
    ) -> dict[str, pd.Series]:
        """Give the columns that `geodata.currency_at` adds to those of `geodata.date_claims`."""
        ages = np.array(schema.AGES, dtype=object)
        codes = self.age_codes(fresh_days=fresh_days, stale_days=stale_days)
        return {
            "visible": pd.Series(self.visible, index=index),
            "current": pd.Series(self.current, index=index),
            "counts": pd.Series(self.counts, index=index),
            "forecast": pd.Series(self.forecast, index=index),
            "status_then": self.status.set_axis(index),
            "age_days": pd.Series(self.age_days, index=index).astype("Int64"),
            "age": pd.Series(ages[codes], index=index, dtype="str"),
        }

    def frame(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        """Give rows of the claims with the columns of `geodata.currency_at`, and a RangeIndex."""
        claims = self.corpus.claims
        columns = self.corpus.validity.columns(claims.index) | self.columns(claims.index)
        taken = {name: column.iloc[rows].reset_index(drop=True) for name, column in columns.items()}
        return claims.take(rows).reset_index(drop=True).assign(**taken)

    def standing_frame(self, rows: NDArray[np.int64] | None = None) -> pd.DataFrame:
        """Give one row an origin, see `geodata.analysis.statements.standing`."""
        taken = self.standing if rows is None else rows
        frame = self.frame(taken)
        low, high = totals(frame)
        return frame.assign(
            source_key=self.corpus.source_key.iloc[taken].reset_index(drop=True),
            area=self.corpus.areas.iloc[taken].reset_index(drop=True),
            total_low=low,
            total_high=high,
        )

    @property
    def _day(self) -> np.datetime64:
        return self.day.to_datetime64()
