"""Several files at once: one that is given twice is one error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from command import invoke
from geodata.check import check_claims

HEADER = "claim_id,actor,text,places,kind,speaker"
TABLE = f"{HEADER}\na,ISKP,x,Kunar,presence,UN\nb,ISKP,y,Kunar,presence,UN\n"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("s.csv").write_text(TABLE, encoding="utf-8")


def test_a_file_given_twice_is_one_error() -> None:
    result = invoke("check", "s.csv", "./s.csv")
    assert result.exit_code == 1
    told = result.stderr.splitlines()
    assert told[0] == "s.csv: the file is given twice, also as './s.csv': name it once"
    assert told[1:] == []


def test_by_the_same_name_by_links_and_three_times() -> None:
    Path("soft.csv").symlink_to("s.csv")
    os.link("s.csv", "hard.csv")
    said = {
        ("s.csv", "s.csv"): "the file is given twice: name it once",
        ("s.csv", "soft.csv"): "the file is given twice, also as 'soft.csv': name it once",
        (Path("s.csv"), "hard.csv", "s.csv"): (
            "the file is given 3 times, also as 'hard.csv': name it once"
        ),
    }
    for names, message in said.items():
        report = check_claims(list(names))
        assert [(one.file, one.row, one.message) for one in report.errors] == [
            ("s.csv", None, message)
        ]
        assert report.claims["claim_id"].tolist() == ["a", "b"]


def test_another_file_of_the_same_content_has_claims_of_its_own() -> None:
    Path("t.csv").write_text(TABLE, encoding="utf-8")
    assert {one.column for one in check_claims(["s.csv", "t.csv"]).errors} == {"claim_id"}


def test_a_file_that_is_missing_is_told_each_time() -> None:
    report = check_claims(["no.csv", "no.csv", "s.csv"])
    assert [one.file for one in report.errors] == ["no.csv", "no.csv"]
