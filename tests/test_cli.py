"""The command line, as a person or a script meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from command import ENVIRONMENT, FAULTY, GOOD, HEADER, invoke
from geodata.samples import sample_claims_path, sample_report_path
from geodata.schema import CLAIM_COLUMNS

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import OfflinePage

# --- help and usage -----------------------------------------------------------


def test_help_names_the_commands() -> None:
    result = invoke("--help")
    assert result.exit_code == 0
    for command in ("demo", "build", "check", "places"):
        assert f"\n  {command} " in result.stdout


def test_version() -> None:
    result = invoke("--version")
    assert (result.exit_code, result.stdout) == (0, "claimatlas 0.1.0\n")


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom mapping.cli import app\n"
        "try: app(['build', '--help'])\nexcept SystemExit: pass\n"
        "print({'pandas', 'folium', 'geopandas', 'numpy'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True,
        env=ENVIRONMENT,
    )  # fmt: skip
    assert "--as-of" in done.stdout
    assert done.stderr == "set()\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "nonsense"),
        (["check"], "CLAIMS"),
        (["check", "--nonsense", "good.csv"], "--nonsense"),
        (["check", "good.csv", "--format", "xml"], "xml"),
        (["check", "-"], "--from"),
        (["check", "-", "-", "--from", "csv"], "once"),
        (["check", "good.csv", "--from", "docx"], "docx"),
        (["check", "good.csv", "--name-column", "n"], "--boundaries"),
        (["build", "good.csv", "--theme", "pink"], "pink"),
        (["build", "good.csv", "--level", "3"], "3"),
        (["build", "good.csv", "--level", "2"], "level 2"),
        (["build", "good.csv", "--as-of", "yesterday"], "yesterday"),
        (["build", "good.csv", "--as-of", "2024-02-30"], "2024-02-30"),
        (["build", "good.csv", "--country", "Atlantis"], "Atlantis"),
        (["build", "good.csv", "--tiles", "Nowhere"], "Nowhere"),
        (["build", "good.csv", "--tiles", "Thunderforest.OpenCycleMap"], "key"),
        (["build", "good.csv", "-o", "."], "folder"),
        (["build", "good.csv", "-o", "-"], "map.html"),
        (["build", "good.csv", "-o", "missing/map.html"], "missing"),
        (["build", "good.csv", "-o", "/dev/null"], "/dev/null"),
        (["build", "good.csv", "-o", "./good.csv"], "input"),
        (["build", "good.csv[Sheet]", "-o", "good.csv"], "input"),
        (["build", "good.csv", "--boundaries", "b.geojson", "-o", "b.geojson"], "input"),
        (["places"], "NAME"),
        (["places", "Kunduz", "--country", "Atlantis"], "Atlantis"),
    ],
)
def test_wrong_usage_is_told_and_changes_nothing(
    claims_folder: Path, arguments: list[str], told: str
) -> None:
    (claims_folder / "b.geojson").write_text("{}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in claims_folder.iterdir()}
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("claimatlas")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in claims_folder.iterdir()} == before


# --- check ---------------------------------------------------------------------


def test_check_lists_all_faults_with_file_row_and_column(claims_folder: Path) -> None:
    result = invoke("check", "faulty.csv")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    for start_of_line in (
        "faulty.csv:2: value: ",
        "faulty.csv:3: kind: ",
        "faulty.csv:3: places: ",
    ):
        assert any(line.startswith(start_of_line) for line in lines), start_of_line
    assert result.stdout == "0 claims of 0 origins, 3 errors, 0 warnings\n"


def test_check_of_good_claims(claims_folder: Path) -> None:
    result = invoke("check", "good.csv")
    assert (result.exit_code, result.stdout) == (
        0,
        "1 claim of 1 origin, 0 errors, 0 warnings\n",
    )


def test_warnings_leave_the_status_zero(claims_folder: Path) -> None:
    text = f"{HEADER}\n2023-02-14,ISKP,,seen,Kunduz,AFG,,,S\n"
    (claims_folder / "w.csv").write_text(text, encoding="utf-8")
    result = invoke("check", "w.csv")
    assert result.exit_code == 0
    assert result.stderr.startswith("w.csv:2: kind: warning: ")
    assert result.stdout.endswith("1 warning\n")


def test_missing_file_is_a_fault_of_the_file(claims_folder: Path) -> None:
    result = invoke("check", "good.csv", "none.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.csv: ")


def test_several_files_are_one_table(claims_folder: Path) -> None:
    (claims_folder / "more.csv").write_text(GOOD.replace("6500", "4000"), encoding="utf-8")
    result = invoke("check", "good.csv", "more.csv", "--format", "json")
    rows = json.loads(result.stdout)["rows"]
    assert [row["value"] for row in rows] == [6500, 4000]


def test_json_of_the_samples() -> None:
    result = invoke("check", sample_claims_path(), "--format", "json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found) == ["claims", "errors", "warnings", "rows"]
    assert (found["claims"], len(found["rows"]), found["errors"]) == (80, 80, [])
    assert len({row["origin_id"] for row in found["rows"]}) == 64
    assert set(found["rows"][0]) >= {*CLAIM_COLUMNS, "place_ids", "low", "high"}
    paktia = [row for row in found["rows"] if "Paktia" in (row["places"] or "")]
    assert paktia
    assert all("AF-PIA" in row["place_ids"] for row in paktia)


def test_json_of_the_report_file() -> None:
    result = invoke("check", sample_report_path(), "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["claims"]) == (0, 10)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("empty.json", b""),
        ("zeros.csv", b"\0" * 1000),
        ("bytes.csv", bytes(range(256)) * 4),
        ("quote.csv", b'actor,text,places\nISKP,"open,Kunduz\n'),
        ("nan.json", b'[{"actor": "ISKP", "text": "t", "places": "Kunduz", "value": NaN}]'),
        ("deep.json", b"[" * 100_000),
        ("deep.yaml", b"[" * 100_000),
        ("html.csv", b"<!DOCTYPE html><title>404</title>"),
        ("zip.xlsx", b"PK\x03\x04 not a workbook"),
        ("tail.parquet", b"PAR1 not a table"),
        ("half.jsonl", b'{"actor": "\\ud800", "text": "t", "places": "Kunduz"}\n{'),
    ],
)
def test_json_is_one_object_whatever_the_input(
    claims_folder: Path, name: str, content: bytes
) -> None:
    (claims_folder / name).write_bytes(content)
    result = invoke("check", name, "--format", "json")
    found = json.loads(result.stdout)
    assert list(found) == ["claims", "errors", "warnings", "rows"]
    assert found["errors"]
    assert set(found["errors"][0]) == {
        "file", "row", "column", "value", "message", "suggestions",
    }  # fmt: skip
    assert found["errors"][0]["file"] == name
    assert "please report" not in result.stdout
    assert result.exit_code == 1


@pytest.mark.parametrize("name", ["none.csv", ".", "b.geojson"])
def test_json_of_what_is_no_claims_file(claims_folder: Path, name: str) -> None:
    (claims_folder / "b.geojson").write_text("{}", encoding="utf-8")
    result = invoke("check", name, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["errors"][0]["file"]) == (1, name)


def test_json_of_boundaries_that_cannot_be_read(claims_folder: Path) -> None:
    (claims_folder / "b.geojson").write_text("<OGRVRTDataSource/>", encoding="utf-8")
    result = invoke("check", "good.csv", "--boundaries", "b.geojson", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["claims"], found["errors"][0]["file"]) == (1, 0, "b.geojson")


# --- standard input --------------------------------------------------------------


def test_standard_input(claims_folder: Path) -> None:
    result = invoke("check", "-", "--from", "csv", stdin=GOOD)
    assert (result.exit_code, result.stderr) == (0, "")


def test_faults_of_standard_input_are_named_so(claims_folder: Path) -> None:
    result = invoke("check", "-", "--from", "csv", stdin=FAULTY)
    assert result.exit_code == 1
    assert all(line.startswith("-:") for line in result.stderr.splitlines())


def test_standard_input_beside_a_file(claims_folder: Path) -> None:
    more = json.dumps([{"actor": "TTP", "text": "t", "places": "Kunar", "speaker": "S"}])
    result = invoke("check", "good.csv", "-", "--from", "json", "--format", "json", stdin=more)
    found = json.loads(result.stdout)
    assert [row["place_ids"] for row in found["rows"]] == [["AF-KDZ"], ["AF-KNR"]]


def test_format_of_a_file_whose_name_does_not_tell(claims_folder: Path) -> None:
    (claims_folder / "claims.txt").write_text(GOOD, encoding="utf-8")
    assert invoke("check", "claims.txt").exit_code == 1
    assert invoke("check", "claims.txt", "--from", "csv").exit_code == 0


# --- places ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Kunduz", "Кундуз", "کندز", "Kunduz Province", "AF-KDZ"])
def test_places_says_id_name_and_country(name: str) -> None:
    result = invoke("places", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name}: AF-KDZ Kunduz (AFG)")


def test_places_lists_a_region_with_its_reason() -> None:
    result = invoke("places", "northern Afghanistan")
    assert result.exit_code == 0
    assert "AF-KDZ" in result.stdout
    assert "region" in result.stdout


def test_homonym_needs_a_country() -> None:
    assert invoke("places", "Badakhshan").exit_code == 1
    result = invoke("places", "Badakhshan", "--country", "TJK")
    assert result.stdout.startswith("Badakhshan: TJ-GB")


def test_unknown_name_fails_with_suggestions_and_the_rest_is_answered() -> None:
    result = invoke("places", "Kundusch", "Kunar")
    assert result.exit_code == 1
    assert result.stdout.startswith("Kunar: AF-KNR")
    assert result.stderr.startswith("Kundusch: ")
    assert "Kunduz" in result.stderr


# --- build and demo ------------------------------------------------------------------


def test_build_writes_one_page(claims_folder: Path, offline_page: OfflinePage) -> None:
    result = invoke("build", "good.csv", "--title", "<b>T</b> & ${1}", "--as-of", "2024-06-30")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "map.html: 1 claim of 1 origin, 0 errors, 0 warnings\n"
    assert {path.name for path in claims_folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}
    page = offline_page.open(claims_folder / "map.html")
    assert "<b>T</b> & ${1}" in page.title()
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_failed_build_leaves_the_old_page(claims_folder: Path) -> None:
    (claims_folder / "map.html").write_text("old", encoding="utf-8")
    result = invoke("build", "good.csv", "faulty.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "faulty.csv:2: value: " in result.stderr
    assert (claims_folder / "map.html").read_text(encoding="utf-8") == "old"
    assert {path.name for path in claims_folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}


@pytest.mark.filterwarnings("default")
def test_tiles_name_their_hosts(claims_folder: Path) -> None:
    result = invoke("build", "good.csv", "--tiles", "Esri WorldGrayCanvas")
    assert result.exit_code == 0
    told = "map.html: the page loads from https://server.arcgisonline.com"
    assert result.stderr.count(told) == result.stderr.count("arcgisonline") == 1


def test_missing_boundaries_are_a_fault_of_the_input(claims_folder: Path) -> None:
    result = invoke("build", "good.csv", "--boundaries", "none.gpkg")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.gpkg: ")


def test_boundaries_of_ones_own(claims_folder: Path) -> None:
    square = [[[68, 36], [69, 36], [69, 37], [68, 37], [68, 36]]]
    feature = {
        "type": "Feature",
        "properties": {"land": "Kunduz"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    own = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (claims_folder / "own.geojson").write_text(own, encoding="utf-8")
    result = invoke(
        "build", "good.csv", "--boundaries", "own.geojson", "--name-column", "land",
        "--country", "AFG",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert (claims_folder / "map.html").stat().st_size > 100_000


def test_demo_maps_the_samples(claims_folder: Path) -> None:
    result = invoke("demo", "-o", "d.html")
    assert result.exit_code == 0
    assert result.stdout.startswith("d.html: 80 claims of 64 origins, 0 errors")
    assert (claims_folder / "d.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


# --- hostile text --------------------------------------------------------------------


def test_control_characters_are_made_visible(claims_folder: Path) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07[bold red]\u202eKunduz"
    name = "e\x1b[31mvil[red].csv"
    (claims_folder / name).write_text(
        f"{HEADER}\n2023-02-14,ISKP,presence,t,{evil},AFG,,,S\n", encoding="utf-8"
    )
    result = invoke("check", name)
    assert result.exit_code == 1
    assert result.stderr.startswith("e\\x1b[31mvil[red].csv:2: places: ")
    assert "[bold red]" in result.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stderr)
