"""`claimatlas convert`: all checked, all written or nothing, losses told, exit statuses kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import GOOD, invoke
from geodata.check import check_claims
from geodata.schema import CLAIM_COLUMNS
from mapping.cli.exits import FAULTS, SURROUNDINGS, USAGE

DATA = Path(__file__).parent / "data"
READABLE = ("tsv", "xlsx", "json", "jsonl", "yaml", "geojson", "gpkg", "parquet",
            "stix.json", "hxl.csv")  # fmt: skip


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


@pytest.mark.parametrize("ending", [*READABLE, "json.gz", "csv.gz"])
def test_claims_there_and_back(ending: str, claims_folder: Path) -> None:
    there = invoke("convert", "good.csv", f"there.{ending}")
    assert (there.exit_code, there.stdout) == (
        0, f"there.{ending}: 1 claim of 1 origin, 0 errors, 0 warnings\n",
    )  # fmt: skip
    assert invoke("convert", f"there.{ending}", "back.csv").exit_code == 0
    columns = list(CLAIM_COLUMNS)
    found = check_claims("back.csv").claims[columns]
    wanted = check_claims("good.csv").claims[columns]
    assert found.drop(columns="claim_id").equals(wanted.drop(columns="claim_id"))


def test_several_files_become_one(claims_folder: Path) -> None:
    Path("more.csv").write_text(GOOD.replace("Kunduz", "Takhar"), encoding="utf-8")
    assert invoke("convert", "good.csv", "more.csv", "all.json").exit_code == 0
    places = [record["places"] for record in json.loads(Path("all.json").read_bytes())]
    assert places == ["Kunduz", "Takhar"]


def test_standard_input_and_a_named_format(claims_folder: Path) -> None:
    result = invoke("convert", "-", "a.txt", "--from", "csv", "--to", "jsonl", stdin=GOOD)
    assert result.exit_code == 0
    assert json.loads(Path("a.txt").read_bytes())["value"] == 6500


def test_a_data_set_becomes_claims(claims_folder: Path) -> None:
    assert invoke("convert", DATA / "ucdp_ged.csv", "a.jsonl").exit_code == 0
    first = json.loads(Path("a.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (first["claim_id"], first["outlet"], first["value_high"]) == ("ucdp-101", "SOHR", 9)


def test_faults_stop_it_and_leave_the_old_file(claims_folder: Path) -> None:
    Path("a.json").write_text("old", encoding="utf-8")
    result = invoke("convert", "good.csv", "faulty.csv", "a.json")
    assert result.exit_code == FAULTS
    assert "faulty.csv:2: value:" in result.stderr
    assert Path("a.json").read_text(encoding="utf-8") == "old"


def test_losses_are_told_and_leave_the_status_good(claims_folder: Path) -> None:
    Path("undated.csv").write_text(GOOD.replace("2023-02-14", ""), encoding="utf-8")
    result = invoke("convert", "undated.csv", "a.stix.json")
    assert result.exit_code == 0
    assert "a.stix.json: loss: published: a STIX report needs a day" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good.csv"], "add OUT after 'good.csv'"),
        (["good.csv", "good.csv"], "OUT 'good.csv' is an input"),
        (["good.csv", "./good.csv"], "is an input"),
        (["good.csv", "link.csv"], "is an input"),
        (["good.csv", "a"], "tells no format"),
        (["good.csv", "a.pdf"], "tells no format"),
        (["good.csv", "a.json", "--to", "pdf"], "--to 'pdf' is no format: use csv, tsv, xlsx"),
        (["good.csv", "-"], "'-' is none"),
        (["good.csv", "."], "OUT '.' is a folder"),
        (["good.csv", "none/a.json"], "there is no folder 'none'"),
        (["-", "a.json"], "--from says what it is"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, claims_folder: Path) -> None:
    Path("link.csv").symlink_to("good.csv")
    before = files()
    result = invoke("convert", *arguments)
    assert result.exit_code == USAGE
    assert said in result.stderr
    assert "--output" not in result.stderr
    assert files() == before
    assert Path("good.csv").read_text(encoding="utf-8") == GOOD


def test_a_missing_file_is_a_fault(claims_folder: Path) -> None:
    result = invoke("convert", "none.csv", "a.json")
    assert result.exit_code == FAULTS
    assert "none.csv: no such file" in result.stderr
    assert not Path("a.json").exists()


def test_a_place_that_cannot_be_written(
    claims_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    result = invoke("convert", "good.csv", "a.json")
    assert result.exit_code == SURROUNDINGS
    assert "No space left on device" in result.stderr
    assert files() == ["faulty.csv", "good.csv"]


def test_boundaries_that_cannot_be_read_stop_it(claims_folder: Path) -> None:
    result = invoke("convert", "good.csv", "a.json", "--boundaries", "none.geojson")
    assert result.exit_code == FAULTS
    assert not Path("a.json").exists()


@pytest.mark.usefixtures("claims_folder")
@pytest.mark.parametrize("target", ["a.geojson", "a.gpkg", "a.parquet"])
def test_claims_without_geometry_are_told(target: str) -> None:
    result = invoke("convert", "good.csv", target)
    assert result.exit_code == 0
    assert f"{target}: loss: geometry: 1 of 1 claim has none" in result.stderr
