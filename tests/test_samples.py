"""The samples that ship with the package are what their page of sources says."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from geodata.samples import sample_events_path

FULL = Path(__file__).resolve().parents[2] / "shared" / "data" / "ucdp_ged_v19.1_syria.csv.gz"


def shipped() -> list[list[str]]:
    with sample_events_path().open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_sample_events_are_a_whole_week() -> None:
    header, *events = shipped()
    days = {event[header.index("date_start")][:10] for event in events}
    assert (len(header), len(events)) == (41, 160)
    assert days == {f"2017-04-0{day}" for day in range(1, 8)}


@pytest.mark.skipif(not FULL.exists(), reason="the whole data set is not here")
def test_sample_events_are_as_published() -> None:
    with gzip.open(FULL, "rt", encoding="utf-8", newline="") as file:
        header, *events = csv.reader(file)
    begin = header.index("date_start")
    week = [event for event in events if "2017-04-01" <= event[begin][:10] <= "2017-04-07"]
    assert shipped() == [header, *week]
