"""What the command line says of faults: each of them, once, in an order that helps."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from command import GOOD, HEADER, invoke
from geodata.check import check_claims

KEYS = {"file", "row", "column", "value", "message", "suggestions"}


def write(name: str, *rows: str) -> None:
    Path(name).write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")


def rows(count: int) -> list[str]:
    """Claims that lack their kind."""
    return [f"2023-02-14,ISKP,,seen {number},Kunduz,AFG,,,S" for number in range(count)]


def test_a_header_alone_is_an_error_for_every_command(claims_folder: Path) -> None:
    write("header.csv")
    for command in (["check"], ["build"], ["convert"]):
        target = ["out.json"] if command == ["convert"] else []
        result = invoke(*command, "header.csv", *target)
        assert result.exit_code == 1
        assert result.stderr.startswith("header.csv: the file holds no claims: ")
    assert not (claims_folder / "map.html").exists()


def test_an_empty_file_beside_others_is_a_warning(claims_folder: Path) -> None:
    write("header.csv")
    result = invoke("check", "header.csv", "good.csv")
    assert (result.exit_code, result.stderr) == (
        0, "header.csv: warning: the file holds no claims\n",
    )  # fmt: skip


def test_errors_come_before_warnings(claims_folder: Path) -> None:
    write("w.csv", *rows(3), "2023-02-14,ISKP,presence,seen,Nowhere,AFG,,,S")
    lines = invoke("check", "w.csv").stderr.splitlines()
    assert lines[0].startswith("w.csv:5: places: ")
    assert [line.split(" ")[0] for line in lines[1:]] == ["w.csv:2:", "w.csv:3:", "w.csv:4:"]


def test_many_warnings_that_say_the_same_share_a_line(claims_folder: Path) -> None:
    write("w.csv", *rows(60))
    result = invoke("check", "w.csv")
    first, told = result.stderr.splitlines()
    assert first.startswith("w.csv:2: kind: warning: ")
    assert first.endswith("(60 rows: 2-61)")
    assert told == "60 faults in 1 line: --all lists each by itself, with its own value"
    assert result.stdout.endswith("60 warnings\n")
    every = invoke("check", "w.csv", "--all").stderr.splitlines()
    assert [line.split(":")[1] for line in every] == [str(row) for row in range(2, 62)]


def test_fifty_warnings_are_listed_one_by_one(claims_folder: Path) -> None:
    write("w.csv", *rows(50))
    assert invoke("check", "w.csv").stderr.count("\n") == 50


def test_each_row_with_an_error_is_named(claims_folder: Path) -> None:
    bad = "2023-02-14,ISKP,presence,,Kunduz,AFG,,,{}"
    good = "2023-02-14,ISKP,presence,t{},Kunduz,AFG,,,S"
    claims = [(bad.format(n), good.format(n)) for n in range(120)]
    write("e.csv", *itertools.chain.from_iterable(claims))
    line, _ = invoke("check", "e.csv").stderr.splitlines()
    assert line.startswith("e.csv:2: text: ")
    named = line.rpartition("rows: ")[2].rstrip(")").split(", ")
    assert named == [str(row) for row in range(2, 242, 2)]
    write("f.csv", *[one for one, _ in claims[:99]])
    assert invoke("build", "f.csv").stderr.count("\n") == 100  # and the summary


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "--format", "json"], 2),
        (["check", "good.csv", "--format", "json", "--bogus"], 2),
        (["check", "good.csv", "--format=json", "--level", "9"], 2),
        (["check", "good.csv", "--format", "json", "--from", "docx"], 2),
        (["check", "-", "--format", "json"], 2),
        (["check", "good.csv", "--format", "json", "--crs", "EPSG:4326"], 2),
        (["check", "good.csv", "--format", "json", "--country", "Atlantis"], 2),
        (["check", "good.csv", "--format", "json", "--limit", "bytes=much"], 2),
        (["check", "none.csv", "--format", "json"], 1),
        (["check", "good.csv", "--format", "json", "--columns", "none.yaml"], 1),
        (["check", "good.csv", "--format", "json", "--boundaries", "none.gpkg"], 1),
        (["check", "good.csv", "--format", "json", "--limit", "bytes=10"], 1),
    ],
)
def test_the_object_is_printed_whatever_is_wrong(
    claims_folder: Path, arguments: list[str], status: int
) -> None:
    result = invoke(*arguments)
    assert result.exit_code == status
    found = json.loads(result.stdout)
    assert list(found) == ["claims", "errors", "warnings", "rows"]
    assert (found["claims"], found["rows"]) == (0, [])
    assert len(found["errors"]) == 1
    assert set(found["errors"][0]) == KEYS


def test_other_wrong_usage_prints_no_object(claims_folder: Path) -> None:
    assert invoke("check", "good.csv", "--bogus").stdout == ""
    assert invoke("build", "good.csv", "--format", "json").stdout == ""


def test_a_fault_of_the_program_is_one_sentence(
    claims_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("x")

    monkeypatch.setattr("geodata.check.check_claims", fails)
    result = invoke("build", "good.csv")
    assert result.exit_code == 1
    assert "a fault of the program, not of yours (ZeroDivisionError: x)" in result.stderr
    monkeypatch.setenv("CLAIMATLAS_TRACEBACK", "1")
    assert isinstance(invoke("build", "good.csv").exception, ZeroDivisionError)


def test_what_is_wrong_in_the_shared_part_of_a_report_is_said_once(claims_folder: Path) -> None:
    claim = {"actor": "ISKP", "kind": "presence", "text": "t", "places": "Kunduz"}
    own = {**claim, "url": "javascript:alert(1)"}
    shared = {"outlet": "TASS", "url": "javascript:alert(1)"}
    Path("r.json").write_text(json.dumps({"report": shared, "claims": [claim, claim, own]}))
    assert [str(fault)[:14] for fault in check_claims("r.json").errors] == [
        "r.json: url: '", "r.json:3: url:",
    ]  # fmt: skip
    lines = ["report:", "  outlet: TASS", "  url: javascript:alert(1)", "claims:"]
    Path("r.yaml").write_text("\n".join([*lines, f"- {json.dumps(claim)}", f"- {json.dumps(own)}"]))
    report = check_claims("r.yaml")
    assert [(fault.row, fault.column) for fault in report.errors] == [(3, "url"), (6, "url")]
    assert report.errors[0].message.endswith("(in 'report': 1 claim has it from there)")
    assert len(report.claims) == 0


def test_notices_of_boundaries_are_counted(claims_folder: Path) -> None:
    bow = [[[68, 36], [69, 37], [69, 36], [68, 37], [68, 36]]]  # crosses itself
    feature = {
        "type": "Feature",
        "properties": {"shapeName": "Kunduz"},
        "geometry": {"type": "Polygon", "coordinates": bow},
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    Path("own.geojson").write_text(text, encoding="utf-8")
    arguments = ("good.csv", "--boundaries", "own.geojson", "--country", "AFG")
    checked = invoke("check", *arguments)
    notices = [line for line in checked.stderr.splitlines() if line.startswith("own.geojson")]
    assert notices
    assert all(": warning: " in line for line in notices)
    assert f"{len(notices)} warning" in checked.stdout
    built = invoke("build", *arguments)
    assert f"{len(notices)} warning" in built.stdout
    found = json.loads(invoke("check", *arguments, "--format", "json").stdout)
    assert len(found["warnings"]) == len(notices)
    assert {one["file"] for one in found["warnings"]} == {"own.geojson"}


def test_faults_of_boundaries_keep_their_feature_in_the_object(claims_folder: Path) -> None:
    feature = '{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon"}}'
    text = f'{{"type": "FeatureCollection", "features": [{feature}]}}'
    Path("own.geojson").write_text(text, encoding="utf-8")
    result = invoke("check", "good.csv", "--boundaries", "own.geojson", "--format", "json")
    (fault,) = json.loads(result.stdout)["errors"]
    assert (fault["file"], fault["row"], fault["column"]) == ("own.geojson", 1, "geometry")


@pytest.mark.parametrize("output", ["new/", "./", "good.csv/x.html", "x" * 300 + ".html", " "])
def test_outputs_that_are_no_file(claims_folder: Path, output: str) -> None:
    before = sorted(path.name for path in claims_folder.iterdir())
    for arguments in (["build", "good.csv", "-o", output], ["convert", "good.csv", output]):
        result = invoke(*arguments)
        assert result.exit_code == 2
        assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in claims_folder.iterdir()) == before


def test_a_map_is_proposed_and_used(claims_folder: Path) -> None:
    text = GOOD.replace("actor,", "Armed group,").replace(",text,", ",Statement,")
    Path("other.csv").write_text(text, encoding="utf-8")
    result = invoke("check", "other.csv")
    assert result.exit_code == 1
    proposal = result.stderr.partition("--columns map.yaml:\n")[2]
    assert proposal == "actor: Armed group\ntext: Statement\n"
    Path("map.yaml").write_text(proposal, encoding="utf-8")
    for arguments in (["check", "other.csv"], ["build", "other.csv"],
                      ["convert", "other.csv", "out.json"]):  # fmt: skip
        result = invoke(*arguments, "--columns", "map.yaml")
        assert result.exit_code == 0, result.stderr


def test_limits_are_raised_by_name(claims_folder: Path) -> None:
    assert "raise the limit 'bytes'" in invoke("check", "good.csv", "--limit", "bytes=20").stderr
    assert invoke("check", "good.csv", "--limit", "bytes=1K").exit_code == 0
    deep = "- actor: ISKP\n  text: " + "[" * 30 + "x" + "]" * 30 + "\n"
    Path("deep.yaml").write_text(deep, encoding="utf-8")
    assert "deeper than 20 levels" in invoke("check", "deep.yaml").stderr
    assert "deeper than" not in invoke("check", "deep.yaml", "--limit", "depth=40").stderr
