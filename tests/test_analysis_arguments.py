"""What the analyses are given: whatever it is, it works or says what is valid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import pytest

from common import claims, squares
from geodata import ArgumentError, BoundariesError, currency_at, estimate_places, join_claims
from geodata.analysis import (
    apply_origins,
    bound_places,
    find_contradictions,
    find_drift,
    find_residuals,
    part_tree,
    score_suggestions,
    split_totals,
    suggest_origins,
)

pytestmark = pytest.mark.second_tier

CLAIMS: Final = claims({"value": 5, "affiliation": "S", "country": "AFG", "stated": "2023-06-01"})
SQUARES: Final = squares()
JOINED: Final = join_claims(CLAIMS, SQUARES)
GROUP: Final = pd.DataFrame({"origin_id": ["c1"], "claim_ids": [("c1",)]})
WRONG: Final[tuple[Any, ...]] = (
    None,
    5,
    "claims.csv",
    [],
    {},
    pd.DataFrame(),
    pd.DataFrame({"a": [1]}),
    SQUARES,
)

OF_CLAIMS: dict[str, Callable[..., object]] = {
    "find_contradictions": find_contradictions,
    "find_drift": find_drift,
    "find_residuals": find_residuals,
    "part_tree": part_tree,
    "suggest_origins": suggest_origins,
    "apply_origins": lambda frame: apply_origins(frame, GROUP),
    "score_suggestions": lambda frame: score_suggestions(GROUP, frame),
}
OF_JOINED: dict[str, Callable[..., object]] = {
    "bound_places": lambda frame: bound_places(frame, SQUARES),
    "estimate_places": estimate_places,
    "split_totals": lambda frame: split_totals(frame, SQUARES, by="equal"),
}
OF_BOUNDARIES: dict[str, Callable[..., object]] = {
    "bound_places": lambda frame: bound_places(JOINED, frame),
    "estimate_places": lambda frame: estimate_places(
        JOINED, boundaries=pd.DataFrame() if frame is None else frame
    ),
    "split_totals": lambda frame: split_totals(JOINED, frame, by="equal"),
}
WITH_OPTIONS: dict[str, Callable[..., object]] = {
    "bound_places": lambda **options: bound_places(JOINED, SQUARES, **options),
    "estimate_places": lambda **options: estimate_places(JOINED, **options),
    "find_contradictions": lambda **options: find_contradictions(CLAIMS, **options),
    "find_residuals": lambda **options: find_residuals(CLAIMS, **options),
    "suggest_origins": lambda **options: suggest_origins(CLAIMS, **options),
}


@pytest.mark.parametrize("name", OF_CLAIMS)
@pytest.mark.parametrize("frame", WRONG, ids=str)
def test_claims_that_are_none(name: str, frame: Any) -> None:
    with pytest.raises(ArgumentError, match=r"claims: .*read_claims"):
        OF_CLAIMS[name](frame)


@pytest.mark.parametrize("name", OF_JOINED)
@pytest.mark.parametrize("frame", [*WRONG, CLAIMS], ids=str)
def test_claims_that_are_not_joined(name: str, frame: Any) -> None:
    with pytest.raises(ArgumentError, match=r"joined: .*call join_claims"):
        OF_JOINED[name](frame)


@pytest.mark.parametrize("name", OF_BOUNDARIES)
@pytest.mark.parametrize("frame", WRONG[:-1], ids=str)
def test_boundaries_that_are_none(name: str, frame: Any) -> None:
    with pytest.raises(BoundariesError, match=r"boundaries: .*builtin_boundaries"):
        OF_BOUNDARIES[name](frame)


@pytest.mark.parametrize("name", WITH_OPTIONS)
@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("window_days", value) for value in ("9", None, -1, np.nan, np.inf, True, [9], 10**12)),
        *(("tolerance", value) for value in ("0.1", None, -0.1, np.nan, 1, True, [0.1])),
        *(("as_of", value) for value in (2023, np.nan, True, pd.NaT, "soon", "", ["2023"])),
    ],
    ids=str,
)
def test_options_that_make_no_sense(name: str, option: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=option):
        WITH_OPTIONS[name](**{option: value})


@pytest.mark.parametrize("name", WITH_OPTIONS)
def test_options_of_numpy(name: str) -> None:
    options = {"window_days": np.int64(10_000_000), "tolerance": np.float32(0.1)}
    WITH_OPTIONS[name](as_of="2023-12-31", **options)


@pytest.mark.parametrize("value", ["1", None, -1, np.nan, 2, True, False])
def test_scores_that_make_no_sense(value: Any) -> None:
    with pytest.raises(ArgumentError, match="min_score"):
        suggest_origins(CLAIMS, min_score=value)


@pytest.mark.parametrize("value", ["1", None, -1, np.nan, True])
@pytest.mark.parametrize("option", ["fresh_days", "stale_days"])
def test_ages_that_make_no_sense(option: str, value: Any) -> None:
    with pytest.raises(ArgumentError, match=option):
        currency_at(CLAIMS, "2023", **{option: value})


@pytest.mark.parametrize("by", ["people", None, 5, np.nan, ["area"], "place_id", "level"])
def test_splits_that_make_no_sense(by: Any) -> None:
    with pytest.raises(ArgumentError, match="by="):
        split_totals(JOINED, SQUARES, by=by)


@pytest.mark.parametrize(
    "frame",
    [
        *WRONG,
        # As a table gives them back: letters would be taken for claims.
        pd.DataFrame({"origin_id": ["c1"], "claim_ids": ["('c1', 'c2')"]}),
        pd.DataFrame({"origin_id": ["c1"], "claim_ids": [None]}),
        pd.DataFrame({"origin_id": ["c1"], "claim_ids": [(1, 2)]}),
        pd.DataFrame({"origin_id": [None], "claim_ids": [("c1",)]}),
    ],
    ids=str,
)
def test_proposals_that_are_none(frame: Any) -> None:
    with pytest.raises(ArgumentError, match=r"suggested: .*(suggest_origins|ids of claims)"):
        apply_origins(CLAIMS, frame)
    if isinstance(frame, pd.DataFrame) and ("c1",) in list(frame.get("claim_ids", [])):
        return  # scores ask for no origin
    with pytest.raises(ArgumentError, match=r"suggested: .*(suggest_origins|ids of claims)"):
        score_suggestions(frame, CLAIMS)


def test_proposals_of_other_claims() -> None:
    other = pd.DataFrame({"origin_id": ["x"], "claim_ids": [("x", "y")]})
    with pytest.raises(ArgumentError, match="'x' is none of the claims"):
        score_suggestions(other, CLAIMS)
    # What was proposed for more claims than these may be applied to them.
    assert apply_origins(CLAIMS, other)["origin_id"].tolist() == ["c1"]
