"""Sums of unknowns: which figures clash, and how much work is done to find out."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import scipy.optimize  # type: ignore[import-untyped]  # SciPy ships no annotations
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.analysis import linear_program as programme
from geodata.analysis.linear_program import Row, solve

CELLS = "abcdefgh"


def said(at: int, cells: str, low: float, high: float) -> Row[str]:
    return Row(tuple(cells), (low, high), (low, high), frozenset({at}))


def drawn(chance: Random, size: int) -> list[Row[str]]:
    """Figures of which almost each contradicts some others."""
    rows = []
    for at in range(size):
        cells = "".join(sorted(chance.sample(CELLS, chance.randint(1, 3))))
        value = float(chance.randint(1, 1000))
        low, high = chance.choice([(value, value), (0.0, value), (value, float("inf"))])
        rows.append(said(at, cells, low, high))
    return rows


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of cells of each programme that is given to the solver."""
    sizes: list[int] = []
    linprog = scipy.optimize.linprog

    def counted(cost: Any, **given: Any) -> Any:
        sizes.append(len(cost))
        return linprog(cost, **given)

    monkeypatch.setattr(scipy.optimize, "linprog", counted)
    return sizes


def test_figures_for_one_sum_that_exclude_each_other_need_no_solver(solved: list[int]) -> None:
    rows = [said(at, "ab", at, at) for at in range(1, 101)]
    found = solve(rows, {"a": ["a"], "b": ["b"]})
    assert solved == []
    assert found["a"].clash == frozenset(range(1, 101))


def test_many_figures_that_clash_take_few_programmes(solved: list[int]) -> None:
    rows = drawn(Random(1), 400)  # noqa: S311 - the same figures each time, no secret
    found = solve(rows, {cell: [cell] for cell in CELLS})
    assert all(found[cell].clash for cell in CELLS)
    # For each of a dozen clashes whether there is one, which it is, and who is needed for it;
    # for each cell its ends.
    assert len(solved) < 200


def test_of_many_suspects_none_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nine floors of 20 and a ceiling of 100 for all: six of them would do.
    cells = "abcdefghi"
    rows = [said(at, cell, 20, float("inf")) for at, cell in enumerate(cells)]
    rows.append(said(9, cells, 0, 100))
    assert len(solve(rows, {"a": ["a"]})["a"].clash) == 7
    monkeypatch.setattr(programme, "_MOST_SUSPECTS", 5)
    assert len(solve(rows, {"a": ["a"]})["a"].clash) >= 7


@pytest.mark.second_tier
@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.randoms(use_true_random=False))
def test_each_clash_is_minimal_and_the_rest_fits(size: int, chance: Random) -> None:
    rows = drawn(chance, size)
    for system in {id(found): found for found in programme._systems(rows).values()}.values():
        clashes = system.clashes()
        for clash in clashes[: programme._MOST_CLASHES]:
            assert not system.fits(clash, loose=True)
            assert all(system.fits(clash - {origin}, loose=True) for origin in clash)
        assert system.fits(system.origins.difference(*clashes), loose=True)
        assert sum(map(len, clashes)) == len(frozenset().union(*clashes))
