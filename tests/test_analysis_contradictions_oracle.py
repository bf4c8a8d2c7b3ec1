"""Contradictions against brute force: every set of figures tried, province by province."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[import-untyped]  # SciPy ships no annotations

from common import SOAK, claims
from geodata import find_contradictions

pytestmark = pytest.mark.second_tier

PLACES = ("AF-KDZ", "AF-TAK", "AF-BDS")
SETS = [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2), ()]
UNITS = ("fighters", "fighters and family members")
DAYS = ("2023-01-01", "2023-06-01", "2024-01-02")
# Fighters in each of three provinces and elsewhere; then their families in the same four.
WIDTH = 8


@st.composite
def figures(draw: st.DrawFn) -> dict[str, Any]:
    places = draw(st.sampled_from(SETS))
    unit = draw(st.sampled_from(UNITS))
    return {
        "affiliation": draw(st.sampled_from(["S", "S2", "S3", "S4"])),
        "place_ids": tuple(PLACES[at] for at in places),
        "country": "AFG",
        "extent": draw(st.sampled_from(["each", "joint", "within"])) if places else "nationwide",
        "value": draw(st.integers(0, 9)),
        "modifier": draw(st.sampled_from(["exact", "exact", "up_to", "over"])),
        "unit": unit,
        "unit_family": unit,
        "stated": draw(st.sampled_from(DAYS)),
        "reported": "2024-02-02",
        "supersedes": None,
    }


def inequalities(row: dict[str, Any]) -> list[tuple[np.ndarray, float]]:
    """Write a figure as sums of eight numbers that are at most something."""
    groups = [[PLACES.index(name)] for name in row["place_ids"]]
    if not groups:
        groups = [[0, 1, 2, 3]]
    elif row["extent"] != "each":
        groups = [[at for group in groups for at in group]]
    low = 0 if row["modifier"] == "up_to" else row["value"]
    high = np.inf if row["modifier"] == "over" else row["value"]
    found = []
    for group in groups:
        line = np.zeros(WIDTH)
        line[group] = 1
        if row["unit"] == UNITS[1]:
            line[[at + 4 for at in group]] = 1
        found += [(line, high), (-line, -low)]
    return [(line, limit) for line, limit in found if np.isfinite(limit)]


def fits(rows: list[dict[str, Any]]) -> bool:
    lines = [line for row in rows for line in inequalities(row)]
    if not lines:
        return True
    matrix, limits = (np.array(column) for column in zip(*lines, strict=True))
    return bool(linprog(np.zeros(WIDTH), A_ub=matrix, b_ub=limits).status == 0)


def of_one_time(rows: list[dict[str, Any]]) -> bool:
    days = [np.datetime64(row["stated"]) for row in rows]
    return bool(max(days) - min(days) <= np.timedelta64(365, "D"))


def expected(rows: list[dict[str, Any]]) -> set[frozenset[str]]:
    """Every set that cannot hold, of which each that lacks one can."""
    found: list[frozenset[int]] = []
    for size in range(2, len(rows) + 1):
        for chosen in combinations(range(len(rows)), size):
            members = [rows[at] for at in chosen]
            if any(clash <= set(chosen) for clash in found) or not of_one_time(members):
                continue
            if not fits(members):
                found.append(frozenset(chosen))
    several = [one for one in found if len({rows[at]["affiliation"] for at in one}) > 1]
    return {frozenset(f"c{at + 1}" for at in one) for one in several}


@settings(max_examples=60 * SOAK, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(figures(), min_size=2, max_size=6))
def test_all_minimal_sets_are_found(rows: list[dict[str, Any]]) -> None:
    # One figure a source, place and unit, so that none replaces another.
    keys = [(row["affiliation"], row["place_ids"], row["unit"]) for row in rows]
    rows = [row for at, row in enumerate(rows) if keys[at] not in keys[:at]]
    found = find_contradictions(claims(*rows), as_of="2024-06-01")
    found = found[found["what"] != "close in time"]
    assert found.attrs["all_sets_searched"]
    told = {frozenset(origins) for origins in found["origins"]}
    if found.attrs["sets_left_out"]:
        assert told <= expected(rows)
    else:
        assert told == expected(rows)
    assert (found["distance"] > 0).all()
