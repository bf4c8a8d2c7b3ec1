"""One voice under several names: which names are one source, and what follows from it."""

from __future__ import annotations

import csv
from importlib.resources import files

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import claims, squares
from geodata import currency_at, find_contradictions, join_claims, summarise_claims
from geodata.report import Report
from geodata.rules.sources import resolve_source, source_aliases, source_key, source_names
from geodata.text.actors import fold
from mapping.cli.console import print_joined_sources

ONE_BODY = (
    ("Taliban", "Taliban government", "Islamic Emirate", "Islamic Emirate of Afghanistan", "طالبان",
     "the Taliban", "امارت اسلامی", "Талибан"),
    ("UN", "United Nations", "ООН", "سازمان ملل", "U.N.", "united  nations", "United Nations (UN)"),
    ("TASS", "ТАСС", "tass"),
    ("CSTO", "ОДКБ", "Collective Security Treaty Organization"),
    ("ISPR", "Pakistan ISPR", "Inter-Services Public Relations"),
)  # fmt: skip
SEVERAL_BODIES = (
    ("UN", "UNAMA", "UN Security Council", "UNHCR", "UN Monitoring Team", "UN agency"),
    ("Russia", "FSB", "Security Council of Russia", "Kremlin", "TASS"),
    ("Taliban", "Taliban Interior Ministry", "TTP", "Taliban commander"),
    ("CSTO", "CSTO Joint Staff"),
    ("Islamic State", "ISKP", "Amaq"),
    ("United Nations (UNAMA)", "United Nations", "UNAMA"),
)


@pytest.mark.parametrize("names", ONE_BODY)
def test_names_of_one_body_are_one_source(names: tuple[str, ...]) -> None:
    assert source_key(pd.Series(names)).nunique() == 1
    assert source_names(pd.Series(names)).nunique() == 1


@pytest.mark.parametrize("names", SEVERAL_BODIES)
def test_a_part_of_a_body_is_another_source(names: tuple[str, ...]) -> None:
    assert source_key(pd.Series(names)).nunique() == len(names)


def test_the_table_is_one_of_bodies() -> None:
    with (files("geodata") / "data" / "sources.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    bodies = {row["source"] for row in rows}
    assert len(bodies) >= 60
    # No name stands for two bodies, nor twice for one; each body is known by its own name.
    assert len({fold(row["alias"]) for row in rows}) == len(rows)
    assert all(resolve_source(name) == name for name in bodies)
    assert all(resolve_source(row["alias"]) == row["source"] for row in rows)
    assert {"ru", "fa", "ar", "tg"} <= {row["lang"] for row in rows}


@given(st.text(max_size=30))
def test_a_key_is_the_same_for_the_name_that_it_gives(name: str) -> None:
    named = source_names(pd.Series([name], dtype=object))
    pair = pd.Series([name, named[0]], dtype=object)
    assert source_key(pair).nunique() == 1


def test_what_a_source_is_called_elsewhere() -> None:
    assert "ООН" in source_aliases(["United Nations"])["United Nations"]
    assert source_aliases(["Group 5"]) == {}


def test_several_names_shade_once_and_replace_and_do_not_contradict() -> None:
    frame = claims(
        {"affiliation": "Taliban government", "value": 100.0, "modifier": "exact",
         "stated": "2023-01-01", "place_ids": ("AF-KDZ",)},
        {"affiliation": "Islamic Emirate", "value": 500.0, "modifier": "exact",
         "stated": "2023-03-01", "place_ids": ("AF-KDZ",)},
        {"affiliation": "طالبان", "kind": "presence", "stated": "2023-02-01",
         "place_ids": ("AF-KDZ",)},
        {"affiliation": "UNAMA", "kind": "presence", "stated": "2023-02-01",
         "place_ids": ("AF-KDZ",)},
        {"affiliation": "ООН", "kind": "presence", "stated": "2023-02-01",
         "place_ids": ("AF-KDZ",)},
    )  # fmt: skip
    joined = join_claims(frame, squares())
    before = summarise_claims(joined, squares(), as_of="2023-02-28").set_index("place_id")
    assert before.loc["AF-KDZ", "source_names"] == ("Taliban", "UNAMA", "United Nations")
    at = currency_at(frame, "2023-03-01")
    assert at["current"].tolist() == [False, True, True, True, True]
    assert find_contradictions(joined, as_of="2023-02-28").empty


def test_check_tells_what_it_takes_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    frame = claims({"affiliation": "UN"}, {"affiliation": "ООН"}, {"affiliation": "TASS"})
    print_joined_sources(Report(frame))
    told = capsys.readouterr().err
    assert told == 'note: "UN", "ООН" are taken as one source, United Nations\n'
    print_joined_sources(Report(frame.head(1)))
    print_joined_sources(Report(frame.head(0)))
    assert capsys.readouterr().err == ""
