"""What stands between the claims and the page: classes of shades, and what is loaded for them."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from command import ENVIRONMENT
from mapping.compose import source_classes


@pytest.mark.parametrize(
    ("sources", "classes"),
    [
        ([0, 0], [1]),
        ([1, 2, 3, 3], [1, 2, 3]),
        ([1, 1, 7, 7, 20], [1, 7, 20]),  # few distinct counts are classes of their own
        ([4, 9], [1, 9]),
        (list(range(1, 101)), [1, 21, 41, 61, 81]),
        ([*[1] * 90, *range(2, 12)], [1, 2]),  # ties leave fewer classes, without a warning
    ],
)
def test_classes_follow_the_counts(sources: list[int], classes: list[int]) -> None:
    assert source_classes(pd.Series(sources)) == classes


@pytest.mark.second_tier
def test_a_map_of_few_counts_loads_no_classifier() -> None:
    script = (
        "import sys; from geodata import sample_claims_path; from mapping import explore; "
        "explore(sample_claims_path(), as_of='2024-06-30'); "
        "print({'mapclassify', 'sklearn', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
