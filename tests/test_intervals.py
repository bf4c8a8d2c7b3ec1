from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.rules.intervals import claim_intervals, share
from geodata.schema import EXTENTS, MODIFIERS

INF = math.inf
Ends = tuple[float | None, float | None]

# Rule 2: what each modifier makes of its figure: value, value_low, value_high → low, high.
FIGURES = {
    "exact": ((100, None, None), (100, 100)),
    "about": ((100, None, None), (100, 100)),
    "about with ends": ((None, 80, 120), (80, 120)),
    "about with value and ends": ((100, 80, 120), (80, 120)),
    "up_to": ((100, None, None), (0, 100)),
    "over": ((100, None, None), (100, INF)),
    "at_least": ((100, None, None), (100, INF)),
    "between": ((None, 80, 120), (80, 120)),
    "no figure": ((None, None, None), (None, None)),
}

# Rule 1: whether the low end holds in each single place and for each single actor.
# Columns: one actor, two actors.
LOW_HOLDS = {
    ("each", "1"): (True, False),
    ("each", "3"): (True, False),
    ("each", "region"): (False, False),
    ("joint", "1"): (True, False),
    ("joint", "3"): (False, False),
    ("joint", "region"): (False, False),
    ("within", "1"): (True, False),
    ("within", "3"): (False, False),
    ("within", "region"): (False, False),
    ("nationwide", "1"): (False, False),
    ("nationwide", "3"): (False, False),
    ("nationwide", "region"): (False, False),
}

# The same, spelled out: modifier, extent, places → the claim's interval, then that of
# each place for one actor, and that of each place and actor for two.
GOLDEN = [
    ("exact", "each", "1", (100, 100), (100, 100), (0, 100)),
    ("exact", "each", "3", (100, 100), (100, 100), (0, 100)),
    ("exact", "each", "region", (100, 100), (0, 100), (0, 100)),
    ("exact", "joint", "1", (100, 100), (100, 100), (0, 100)),
    ("exact", "joint", "3", (100, 100), (0, 100), (0, 100)),
    ("exact", "joint", "region", (100, 100), (0, 100), (0, 100)),
    ("exact", "within", "1", (100, 100), (100, 100), (0, 100)),
    ("exact", "within", "3", (100, 100), (0, 100), (0, 100)),
    ("exact", "within", "region", (100, 100), (0, 100), (0, 100)),
    ("exact", "nationwide", "1", (100, 100), (0, 100), (0, 100)),
    ("about", "each", "1", (100, 100), (100, 100), (0, 100)),
    ("about", "each", "3", (100, 100), (100, 100), (0, 100)),
    ("about", "joint", "1", (100, 100), (100, 100), (0, 100)),
    ("about", "joint", "3", (100, 100), (0, 100), (0, 100)),
    ("about", "within", "3", (100, 100), (0, 100), (0, 100)),
    ("about", "within", "region", (100, 100), (0, 100), (0, 100)),
    ("about", "nationwide", "1", (100, 100), (0, 100), (0, 100)),
    ("about with ends", "each", "1", (80, 120), (80, 120), (0, 120)),
    ("about with ends", "joint", "3", (80, 120), (0, 120), (0, 120)),
    ("up_to", "each", "1", (0, 100), (0, 100), (0, 100)),
    ("up_to", "each", "3", (0, 100), (0, 100), (0, 100)),
    ("up_to", "joint", "3", (0, 100), (0, 100), (0, 100)),
    ("up_to", "within", "region", (0, 100), (0, 100), (0, 100)),
    ("up_to", "nationwide", "1", (0, 100), (0, 100), (0, 100)),
    ("over", "each", "1", (100, INF), (100, INF), (0, INF)),
    ("over", "each", "3", (100, INF), (100, INF), (0, INF)),
    ("over", "joint", "1", (100, INF), (100, INF), (0, INF)),
    ("over", "joint", "3", (100, INF), (0, INF), (0, INF)),
    ("over", "within", "region", (100, INF), (0, INF), (0, INF)),
    ("over", "nationwide", "1", (100, INF), (0, INF), (0, INF)),
    ("at_least", "each", "1", (100, INF), (100, INF), (0, INF)),
    ("at_least", "joint", "3", (100, INF), (0, INF), (0, INF)),
    ("at_least", "within", "3", (100, INF), (0, INF), (0, INF)),
    ("at_least", "nationwide", "1", (100, INF), (0, INF), (0, INF)),
    ("between", "each", "1", (80, 120), (80, 120), (0, 120)),
    ("between", "each", "3", (80, 120), (80, 120), (0, 120)),
    ("between", "joint", "1", (80, 120), (80, 120), (0, 120)),
    ("between", "joint", "3", (80, 120), (0, 120), (0, 120)),
    ("between", "joint", "region", (80, 120), (0, 120), (0, 120)),
    ("between", "within", "3", (80, 120), (0, 120), (0, 120)),
    ("between", "nationwide", "1", (80, 120), (0, 120), (0, 120)),
    ("no figure", "each", "3", (None, None), (None, None), (None, None)),
    ("no figure", "nationwide", "1", (None, None), (None, None), (None, None)),
    ("no figure", "joint", "region", (None, None), (None, None), (None, None)),
]

PLACES = {"1": (1, False), "3": (3, False), "region": (1, True)}


def claim(figure: str) -> pd.DataFrame:
    value, low, high = FIGURES[figure][0]
    modifier = None if figure == "no figure" else figure.partition(" ")[0]
    row = {"value": value, "value_low": low, "value_high": high, "modifier": modifier}
    return pd.DataFrame([row], index=[7])


def shared(figure: str, extent: str, places: str, n_actors: int) -> tuple[float, float]:
    own = claim_intervals(claim(figure))
    n_places, region = PLACES[places]
    low, high = share(
        own["low"],
        own["high"],
        # A region is some of several places, whatever the extent, as geodata.places.georeference.
        extent=["within" if region else extent],
        n_places=[max(n_places, 2) if region else n_places],
        n_actors=[n_actors],
    )
    return float(low[0]), float(high[0])


def same(found: tuple[float, float], expected: Ends) -> bool:
    return all(
        math.isnan(number) if end is None else number == end
        for number, end in zip(found, expected, strict=True)
    )


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: "-".join(case[:3]))
def test_golden_table(case: tuple[str, str, str, Ends, Ends, Ends]) -> None:
    figure, extent, places, own, one_actor, two_actors = case
    intervals = claim_intervals(claim(figure))
    assert same((intervals["low"].item(), intervals["high"].item()), own)
    assert same(shared(figure, extent, places, 1), one_actor)
    assert same(shared(figure, extent, places, 2), two_actors)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize(("extent", "places"), LOW_HOLDS)
@pytest.mark.parametrize("n_actors", [1, 2])
def test_every_combination(figure: str, extent: str, places: str, n_actors: int) -> None:
    low, high = FIGURES[figure][1]
    holds = LOW_HOLDS[extent, places][n_actors - 1]
    expected = (low if holds or low is None else 0, high)
    assert same(shared(figure, extent, places, n_actors), expected)


def test_the_tables_are_complete() -> None:
    assert {figure.partition(" with")[0] for figure in FIGURES} == {*MODIFIERS, "no figure"}
    assert {extent for extent, _ in LOW_HOLDS} == set(EXTENTS)
    assert {row[0] for row in GOLDEN} >= {*MODIFIERS, "no figure"}


def test_a_new_frame_with_the_index_kept_and_the_input_unchanged() -> None:
    claims = pd.concat([claim("up_to"), claim("over")]).set_axis(pd.Index([3, 1], name="claim"))
    before = claims.copy()
    intervals = claim_intervals(claims)
    pd.testing.assert_frame_equal(claims, before)
    expected = pd.DataFrame({"low": [0.0, 100.0], "high": [100.0, INF]}, index=claims.index)
    pd.testing.assert_frame_equal(intervals, expected)


def test_share_works_on_columns_and_single_numbers_alike() -> None:
    low, high = share(
        pd.Series([4000.0, 4000.0, np.nan]),
        pd.Series([4000.0, INF, np.nan]),
        extent=pd.Series(["joint", "each", "joint"]),
        n_places=3,
        n_actors=1,
    )
    np.testing.assert_array_equal(low, [0.0, 4000.0, np.nan])
    np.testing.assert_array_equal(high, [4000.0, INF, np.nan])


@given(
    st.tuples(st.floats(0, 1e9), st.floats(0, 1e9)),
    st.sampled_from(EXTENTS),
    st.tuples(st.integers(0, 5), st.integers(1, 3)),
)
def test_a_share_never_says_more_than_the_claim(
    ends: tuple[float, float], extent: str, counts: tuple[int, int]
) -> None:
    low, high = sorted(ends)
    n_places, n_actors = counts
    left, right = share([low], [high], extent=[extent], n_places=[n_places], n_actors=[n_actors])
    assert right[0] == high
    assert left[0] in {0.0, low}
