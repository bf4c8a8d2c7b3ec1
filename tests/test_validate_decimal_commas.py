"""What "1,250" means depends on how its file writes numbers."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from geodata.check import check_claims
from geodata.report import Report
from geodata.validate.decimal_commas import _readings

pytestmark = pytest.mark.second_tier

SEMICOLONS = "since the columns are separated by semicolons, as where the comma is the decimal mark"


def checked(*values: str, separator: str = ",", column: str = "value") -> Report:
    header = ("actor", "text", "places", "kind", "unit", "speaker", column)
    rows = [("ISKP", str(n), "Kunar", "trafficking", "tonnes", "UN", f'"{value}"')
            for n, value in enumerate(values)]  # fmt: skip
    text = "\n".join(map(separator.join, [header, *rows]))
    return check_claims(io.BytesIO(text.encode()), format="csv")


def test_a_decimal_comma_in_the_column_makes_another_ambiguous() -> None:
    report = checked("0,75", "1,250")
    assert [(one.row, one.column, one.value, one.message) for one in report.errors] == [
        (3, "value", "1,250", "'1,250' can be read as 1250 or as 1.25, since '0,75' in the same "
         "file has a decimal comma: write the one that is meant")
    ]  # fmt: skip
    assert report.errors[0].suggestions == ("1250", "1.25")
    assert report.claims["value"].tolist() == [0.75]


def test_semicolons_between_columns_make_it_ambiguous() -> None:
    (error,) = checked("over 1,250", separator=";").errors
    assert error.message == (
        f"'over 1,250' can be read as over 1250 or as over 1.25, {SEMICOLONS}: "
        "write the one that is meant"
    )


@pytest.mark.parametrize("other", ["0,75", "2,5", "1 250,5", "1.250,75", "up to 7,5", "۲,۵"])
@pytest.mark.parametrize("doubtful", ["1,250", "1,250-1,500", "۱,۲۵۰"])
def test_ambiguous(other: str, doubtful: str) -> None:
    for column in ("value", "value_low"):
        report = checked(other, doubtful, column=column)
        assert doubtful in {one.value for one in report.errors if "can be read as" in one.message}


@pytest.mark.parametrize(
    "values",
    [["1,250"], ["1,250", "6.5"], ["1,250", "1,250,000"], ["1,250", "75"], ["۱٬۲۵۰", "0,75"],
     ["1250", "0,75"], ["1 250", "2,5"]],
)  # fmt: skip
def test_no_other_reading(values: list[str]) -> None:
    report = checked(*values)
    assert report.errors == ()
    assert report.warnings == ()
    assert report.claims["value"].iloc[0] == 1250


@pytest.mark.parametrize("other", ["1,250,000", "6.5", "1,250.75", "1,50,000"])
def test_english_figures_outweigh_semicolons(other: str) -> None:
    assert checked("1,250", other, separator=";").ok


def test_what_is_refused_already_is_told_once() -> None:
    (error,) = checked("0,75", "1,250 million").errors
    assert "since" not in error.message


def test_each_file_has_its_own_way_of_writing_numbers(tmp_path: Path) -> None:
    header = "actor,text,places,kind,unit,speaker,value\nISKP,"
    paths = (tmp_path / "a.csv", tmp_path / "b.csv")
    for path, value in zip(paths, ("0,75", "1,250"), strict=True):
        path.write_text(f'{header}{value[0]},Kunar,trafficking,tonnes,UN,"{value}"\n')
    report = check_claims(paths)
    assert report.ok
    assert report.claims["value"].tolist() == [0.75, 1250]


def test_readings_are_plain() -> None:
    assert _readings("1,250-1,500") == ("1250-1500", "1.25-1.5")
    assert _readings("about 2,000") == ("about 2000", "about 2")
