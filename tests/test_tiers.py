"""The long checks come last, keep a file's tests together, and do not start after a failure."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import tiers


def item(nodeid: str, *, second: bool = False) -> Any:
    return SimpleNamespace(
        nodeid=nodeid,
        path=Path(nodeid.partition("::")[0]),
        get_closest_marker=lambda name: name if second else None,
    )


def test_the_second_tier_comes_last_and_lint_first() -> None:
    items = [
        item("a.py::1"),
        item("a.py::2", second=True),
        item("test_lint.py::1"),
        item("z.py::1"),
    ]
    tiers.put_in_order(items)
    assert [each.nodeid for each in items] == ["test_lint.py::1", "a.py::1", "z.py::1", "a.py::2"]


def test_a_worker_takes_neighbours_of_a_file_and_not_too_many() -> None:
    many = [f"a.py::{at}" for at in range(tiers.MOST + 1)]
    scheduler: Any = tiers.InOrderByFile.__new__(tiers.InOrderByFile)
    scheduler.scopes = {}
    scheduler.collection = [*many, "b.py::1", "a.py::last"]
    taken = [scheduler._split_scope(each) for each in scheduler.collection]
    assert len(set(taken[: tiers.MOST])) == 1
    assert len(set(taken)) == 4


def report(*, second: bool = False, failed: bool = False) -> Any:
    return SimpleNamespace(keywords={tiers.SECOND: 1} if second else {}, failed=failed)


@pytest.mark.parametrize(
    ("reports", "stops"),
    [
        ([report(), report(second=True)], False),
        ([report(), report(failed=True)], False),
        ([report(failed=True), report(), report(second=True)], True),
        ([report(second=True, failed=True), report(second=True)], False),
    ],
)
def test_a_failure_of_the_first_tier_ends_the_run_before_the_second(
    reports: list[Any], stops: bool
) -> None:
    session: Any = SimpleNamespace(shouldstop=False)
    config: Any = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin={}.get))
    gate = tiers.Gate(config)
    gate.pytest_sessionstart(session)
    for each in reports:
        gate.pytest_runtest_logreport(each)
    assert bool(session.shouldstop) == stops
