"""Cells that no spreadsheet may run: the cases by which the page's scripts are tested too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geodata.io.formulas import marked, unmarked

CASES = json.loads(
    (Path(__file__).parent / "data" / "formula_cases.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("text", "guarded"), CASES)
def test_a_cell_is_marked_and_read_back(text: str, guarded: str) -> None:
    assert marked(text) == guarded
    assert unmarked(guarded) == text
