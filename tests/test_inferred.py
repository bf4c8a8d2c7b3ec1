"""Rule 5: a claim of an event without a date of report is visible from the day after."""

from __future__ import annotations

import pandas as pd
import pytest

from command import invoke
from geodata.check import check_claims
from geodata.rules.dating import date_claims

EVENT: dict[str, str] = {
    "actor": "ISKP",
    "text": "Blast",
    "places": "Kunduz",
    "speaker": "S",
    "kind": "attack",
}


@pytest.mark.parametrize(
    ("as_of", "reported"),
    [("2023-02-14", "2023-02-15"), ("2023-02", "2023-03-01"), ("2023", "2024-01-01"),
     ("2023-02-14/2023-02-20", "2023-02-21"), ("2023-02-14~", "2023-02-15")],
)  # fmt: skip
def test_an_event_is_visible_from_the_day_after(as_of: str, reported: str) -> None:
    claims = check_claims(pd.DataFrame([EVENT | {"as_of": as_of, "tags": "a"}])).claims
    assert claims["reported"].tolist() == [reported]
    assert claims["tags"].tolist() == ["a; reported-inferred"]
    assert date_claims(claims)["visible_from"].tolist() == [pd.Timestamp(reported)]


@pytest.mark.parametrize(
    "given",
    [
        {"as_of": "2023-02-14", "reported": "2023-03-01"},
        {"as_of": "2023-02-14", "stated": "2023-03-01"},
        {"as_of": "2023-02-14", "kind": "presence"},  # a state does not happen
        {},
    ],
)
def test_what_is_dated_and_what_does_not_happen_is_left_alone(given: dict[str, str]) -> None:
    claims = check_claims(pd.DataFrame([EVENT | given])).claims
    assert claims["tags"].isna().all()
    reported = claims["reported"].fillna("")[0]
    assert reported == given.get("reported", "")


def test_the_id_of_a_claim_is_what_it_was() -> None:
    """An inferred day is written out and read back: it is no part of what was given."""
    first = check_claims(pd.DataFrame([EVENT | {"as_of": "2023-02-14"}])).claims
    columns = ["claim_id", *EVENT, "as_of", "reported", "tags"]
    again = check_claims(first[columns]).claims
    assert again[columns].equals(first[columns])


def test_a_faulty_day_infers_nothing() -> None:
    report = check_claims(pd.DataFrame([EVENT | {"as_of": "soon"}]))
    assert [fault.column for fault in report.errors] == ["as_of"]


@pytest.mark.usefixtures("claims_folder")
def test_claims_that_count_nowhere_are_told_last() -> None:
    pd.DataFrame([EVENT, EVENT | {"text": "Two"}]).to_csv("a.csv", index=False)
    said = "2 of 2 claims are undated and count nowhere: give `reported` or `stated`"
    for command in (["check", "a.csv"], ["build", "a.csv"]):
        assert invoke(*command).stderr.splitlines()[-1] == said
    assert "undated" not in invoke("check", "good.csv").stderr
