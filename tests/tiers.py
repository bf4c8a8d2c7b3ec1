"""The order of the run: the long checks come last, and not at all after a failure before them."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

SECOND = "second_tier"
MOST = 250  # tests of a file that one worker takes at once


def is_second(item: pytest.Item) -> bool:
    return item.get_closest_marker(SECOND) is not None


def put_in_order(items: list[pytest.Item]) -> None:
    """Move the second tier to the end, and lint, whose one long test nobody may wait for, first."""
    items.sort(key=lambda item: (is_second(item), item.path.name != "test_lint.py"))


class InOrderByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands the tests out in their order, neighbours of one file together: they share fixtures."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.config.option.loadscopereorder = False
        self.scopes: dict[str, str] = {}

    def _split_scope(self, nodeid: str) -> str:
        if nodeid not in self.scopes:
            files = itertools.groupby(self.collection, key=lambda each: each.partition("::")[0])
            for number, (file, neighbours) in enumerate(files):
                for at, each in enumerate(neighbours):
                    self.scopes[each] = f"{number} {file} {at // MOST}"
        return self.scopes[nodeid]


class Gate:
    """Ends the run where the second tier begins and a test of the first has failed.

    What a worker has been handed by then it still runs.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if SECOND not in report.keywords:
            self.failed = self.failed or report.failed
        elif self.failed:
            # With xdist this process runs no tests itself: its plugin tells the workers.
            runner = self.config.pluginmanager.get_plugin("dsession") or self.session
            runner.shouldstop = "the first tier failed: the second is left out"

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.session = session
