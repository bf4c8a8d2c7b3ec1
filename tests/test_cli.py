"""The command line, as a person or a script meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from geodata.samples import sample_claims_path, sample_report_path
from geodata.schema import CLAIM_COLUMNS
from mapping.cli import app

if TYPE_CHECKING:
    from typer.testing import Result

    from conftest import OfflinePage

ROOT = Path(__file__).resolve().parents[1]
HEADER = "actor,kind,text,places,country,value,unit,speaker"
GOOD = f"{HEADER}\nISKP,strength,Some 6500 fighters,Kunduz,AFG,6500,fighters,S\n"
FAULTY = (
    f"{HEADER}\nISKP,strength,a,Paktia,AFG,many,fighters,S\n"
    "ISKP,rumour,b,Nowhere,AFG,1,fighters,S\n"
)


def invoke(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def start(*arguments: str | Path, folder: Path) -> subprocess.Popen[bytes]:
    """A real process, for what a test runner's streams cannot show."""
    return subprocess.Popen(
        [sys.executable, "-m", "mapping.cli", *map(str, arguments)],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with claims that are good and claims that are not."""
    monkeypatch.chdir(tmp_path)
    Path("good.csv").write_text(GOOD, encoding="utf-8")
    Path("faulty.csv").write_text(FAULTY, encoding="utf-8")
    return tmp_path


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
        env={**os.environ, "PYTHONPATH": str(ROOT)},
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
    folder: Path, arguments: list[str], told: str
) -> None:
    (folder / "b.geojson").write_text("{}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("claimatlas")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


# --- check ---------------------------------------------------------------------


def test_check_lists_all_faults_with_file_row_and_column(folder: Path) -> None:
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


def test_check_of_good_claims(folder: Path) -> None:
    result = invoke("check", "good.csv")
    assert (result.exit_code, result.stdout) == (
        0,
        "1 claim of 1 origin, 0 errors, 0 warnings\n",
    )


def test_warnings_leave_the_status_zero(folder: Path) -> None:
    text = f"{HEADER}\nISKP,,seen,Kunduz,AFG,,,S\n"
    (folder / "w.csv").write_text(text, encoding="utf-8")
    result = invoke("check", "w.csv")
    assert result.exit_code == 0
    assert result.stderr.startswith("w.csv:2: kind: warning: ")
    assert result.stdout.endswith("1 warning\n")


def test_missing_file_is_a_fault_of_the_file(folder: Path) -> None:
    result = invoke("check", "good.csv", "none.csv")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.csv: ")


def test_several_files_are_one_table(folder: Path) -> None:
    (folder / "more.csv").write_text(GOOD.replace("6500", "4000"), encoding="utf-8")
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
def test_json_is_one_object_whatever_the_input(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
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
def test_json_of_what_is_no_claims_file(folder: Path, name: str) -> None:
    (folder / "b.geojson").write_text("{}", encoding="utf-8")
    result = invoke("check", name, "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)["errors"][0]["file"]) == (1, name)


def test_json_of_boundaries_that_cannot_be_read(folder: Path) -> None:
    (folder / "b.geojson").write_text("<OGRVRTDataSource/>", encoding="utf-8")
    result = invoke("check", "good.csv", "--boundaries", "b.geojson", "--format", "json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["claims"], found["errors"][0]["file"]) == (1, 0, "b.geojson")


# --- standard input --------------------------------------------------------------


def test_standard_input(folder: Path) -> None:
    result = invoke("check", "-", "--from", "csv", stdin=GOOD)
    assert (result.exit_code, result.stderr) == (0, "")


def test_faults_of_standard_input_are_named_so(folder: Path) -> None:
    result = invoke("check", "-", "--from", "csv", stdin=FAULTY)
    assert result.exit_code == 1
    assert all(line.startswith("-:") for line in result.stderr.splitlines())


def test_standard_input_beside_a_file(folder: Path) -> None:
    more = json.dumps([{"actor": "TTP", "text": "t", "places": "Kunar", "speaker": "S"}])
    result = invoke("check", "good.csv", "-", "--from", "json", "--format", "json", stdin=more)
    found = json.loads(result.stdout)
    assert [row["place_ids"] for row in found["rows"]] == [["AF-KDZ"], ["AF-KNR"]]


def test_format_of_a_file_whose_name_does_not_tell(folder: Path) -> None:
    (folder / "claims.txt").write_text(GOOD, encoding="utf-8")
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


def test_build_writes_one_page(folder: Path, offline_page: OfflinePage) -> None:
    result = invoke("build", "good.csv", "--title", "<b>T</b> & ${1}", "--as-of", "2024-06-30")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "map.html: 1 claim of 1 origin, 0 errors, 0 warnings\n"
    assert {path.name for path in folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}
    page = offline_page.open(folder / "map.html")
    assert "<b>T</b> & ${1}" in page.title()
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_failed_build_leaves_the_old_page(folder: Path) -> None:
    (folder / "map.html").write_text("old", encoding="utf-8")
    result = invoke("build", "good.csv", "faulty.csv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "faulty.csv:2: value: " in result.stderr
    assert (folder / "map.html").read_text(encoding="utf-8") == "old"
    assert {path.name for path in folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}


def test_tiles_name_their_hosts(folder: Path) -> None:
    result = invoke("build", "good.csv", "--tiles", "Esri WorldGrayCanvas")
    assert result.exit_code == 0
    assert "arcgisonline.com" in result.stderr


def test_missing_boundaries_are_a_fault_of_the_input(folder: Path) -> None:
    result = invoke("build", "good.csv", "--boundaries", "none.gpkg")
    assert result.exit_code == 1
    assert result.stderr.startswith("none.gpkg: ")


def test_boundaries_of_ones_own(folder: Path) -> None:
    square = [[[68, 36], [69, 36], [69, 37], [68, 37], [68, 36]]]
    feature = {
        "type": "Feature",
        "properties": {"land": "Kunduz"},
        "geometry": {"type": "Polygon", "coordinates": square},
    }
    own = json.dumps({"type": "FeatureCollection", "features": [feature]})
    (folder / "own.geojson").write_text(own, encoding="utf-8")
    result = invoke(
        "build", "good.csv", "--boundaries", "own.geojson", "--name-column", "land",
        "--country", "AFG",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert (folder / "map.html").stat().st_size > 100_000


def test_demo_maps_the_samples(folder: Path) -> None:
    result = invoke("demo", "-o", "d.html")
    assert result.exit_code == 0
    assert result.stdout.startswith("d.html: 80 claims of 64 origins, 0 errors")
    assert (folder / "d.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


# --- hostile text, terminals, signals and full disks --------------------------------


def test_control_characters_are_made_visible(folder: Path) -> None:
    evil = "\x1b[2J\x1b]0;owned\x07[bold red]\u202eKunduz"
    name = "e\x1b[31mvil[red].csv"
    (folder / name).write_text(f"{HEADER}\nISKP,presence,t,{evil},AFG,,,S\n", encoding="utf-8")
    result = invoke("check", name)
    assert result.exit_code == 1
    assert result.stderr.startswith("e\\x1b[31mvil[red].csv:2: places: ")
    assert "[bold red]" in result.stderr
    assert not {"\x1b", "\x07", "\u202e"} & set(result.stderr)


def run_in_terminal(*arguments: str, folder: Path) -> str:
    """What a terminal shows of standard error."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "mapping.cli", *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:  # how Linux says that the other end has gone
        pass
    os.close(ours)
    process.wait(timeout=60)
    return shown.decode()


def test_terminal_gets_colour_and_no_markup(folder: Path) -> None:
    text = f"{HEADER}\nISKP,presence,t,[link=x]Nowhere[/link],AFG,,,S\n"
    (folder / "t.csv").write_text(text, encoding="utf-8")
    shown = run_in_terminal("check", "t.csv", folder=folder)
    assert "\x1b[1mt.csv:2: \x1b[0m" in shown
    assert "[link=x]Nowhere[/link]" in shown
    assert "Checking the claims" in shown


def test_reader_that_goes_away_is_no_error(folder: Path) -> None:
    with start("check", sample_claims_path(), "--format", "json", folder=folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


def test_interrupt_ends_quietly(folder: Path) -> None:
    with start("check", "-", "--from", "csv", folder=folder) as process:
        assert process.stdin is not None
        process.stdin.write(b"x" * 500_000)  # more than a pipe holds: it returns when most is read
        time.sleep(0.5)  # now the rest is read, and the command waits for more
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.communicate(timeout=60) == (b"", b"")


FULL_DISK = """
import resource, sys
from mapping.cli import main
import geopandas, folium  # what they write to caches comes before the limit
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv = ["claimatlas", *sys.argv[1:]]
main()
"""


def test_full_disk_is_status_three_and_keeps_the_old_page(folder: Path) -> None:
    (folder / "map.html").write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, "build", "good.csv"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "map.html" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "map.html").read_text(encoding="utf-8") == "old"
    assert {path.name for path in folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}


def test_full_standard_output_is_status_three(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:  # Linux has a device that is always full
        done = subprocess.run(
            [sys.executable, "-m", "mapping.cli", "check", "good.csv"],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (3, "claimatlas: No space left on device\n")
