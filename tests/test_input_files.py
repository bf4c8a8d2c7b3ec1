"""No command and no map writes over a file that it read, whatever it is called."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from command import ENVIRONMENT, GOOD, invoke
from geodata.check import check_claims, read_claims
from geodata.errors import ArgumentError
from geodata.io.input_files import InputFiles
from geodata.io.save import save_file
from geodata.samples import sample_claims_path
from mapping import explore
from mapping.snapshot import take_snapshot

PARTS = ("shp", "shx", "dbf", "prj", "cpg")


@pytest.fixture
def folder(claims_folder: Path) -> Path:
    """Claims whose columns are called otherwise, their map, and boundaries in three formats."""
    Path("alt.csv").write_text(GOOD.replace("actor", "Group"), encoding="utf-8")
    Path("map.yaml").write_text("actor: Group\n", encoding="utf-8")
    units = gpd.GeoDataFrame(
        {"ADM1_EN": ["Kunduz"], "ADM1_PCODE": ["AF17"]},
        geometry=[box(68, 36, 69.5, 37.3)],
        crs="EPSG:4326",
    )
    units.to_file("u.shp", encoding="utf-8")
    units.to_file("u.gpkg")
    units.to_file("u.geojson")
    return claims_folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


UNITS = ("--boundaries", "u.shp", "--country", "AFG")


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "good.csv", "-o", "good.csv"),
        ("build", "good.csv", "-o", "./x/../good.csv"),
        ("build", "alt.csv", "--columns", "map.yaml", "-o", "map.yaml"),
        ("build", "alt.csv", "--columns", "map.yaml", "-o", "link.yaml"),
        ("build", "alt.csv", "--columns", "link.yaml", "-o", "map.yaml"),
        ("build", "alt.csv", "--columns", "map.yaml", "-o", "hard.yaml"),
        ("convert", "alt.csv", "--columns", "map.yaml", "map.yaml"),
        ("convert", "alt.csv", "--columns", "map.yaml", "alt.csv"),
        ("convert", "good.csv", "--boundaries", "u.geojson", "u.geojson"),
        ("convert", "good.csv", "--boundaries", "u.gpkg", "u.gpkg"),
        *(("build", "good.csv", *UNITS, "-o", f"u.{part}") for part in PARTS),
        ("build", "good.csv", *UNITS, "-o", "u.qix"),  # an index that would be, and lie
        ("build", "good.csv", *UNITS, "-o", "U.DBF"),
        ("build", "good.csv", *UNITS, "-o", "u.shp.xml"),
        ("build", "good.csv", *UNITS, "-o", "link.dbf"),
        ("build", "good.csv", "--boundaries", "u.gpkg", "-o", "u.gpkg-wal"),
        ("build", "good.csv", "--boundaries", "u.gpkg", "-o", "u.gpkg-journal"),
        ("convert", "good.csv", "--boundaries", "u.gpkg", "u.gpkg-shm", "--to", "csv"),
        ("snapshot", "page.html", "-o", "page.html"),
        ("snapshot", "page.png"),
    ],
)  # fmt: skip
def test_no_command_writes_over_what_it_reads(folder: Path, arguments: tuple[str, ...]) -> None:
    Path("x").mkdir()
    Path("link.yaml").symlink_to("map.yaml")
    Path("link.dbf").symlink_to("u.dbf")
    os.link("map.yaml", "hard.yaml")
    Path("page.html").write_text("<html>", encoding="utf-8")
    Path("page.png").write_text("<html>", encoding="utf-8")
    before = contents(folder)
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert "input" in result.stderr
    assert "would be overwritten: name another file\n" in result.stderr
    assert result.stderr.count("\n") == 1
    assert contents(folder) == before


def test_a_workbook_is_known_without_its_sheet(folder: Path) -> None:
    assert invoke("convert", "good.csv", "good.xlsx").exit_code == 0
    before = contents(folder)
    result = invoke("convert", "good.xlsx[claims]", "good.xlsx")
    assert (result.exit_code, "'good.xlsx' is an input" in result.stderr) == (2, True)
    assert contents(folder) == before


def test_the_file_behind_standard_input_is_an_input(folder: Path) -> None:
    command = [sys.executable, "-m", "mapping.cli"]
    with Path("good.csv").open("rb") as stdin:
        done = subprocess.run(
            [*command, "convert", "-", "good.csv", "--from", "csv"],
            stdin=stdin, env=ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "OUT 'good.csv' is an input (standard input)" in done.stderr
    assert Path("good.csv").read_text(encoding="utf-8") == GOOD


def test_the_programs_own_data_are_no_output() -> None:
    sample = sample_claims_path()
    before = sample.read_bytes()
    result = invoke("demo", "-o", sample.with_name("sample_events.csv"))
    assert (result.exit_code, "is part of the program" in result.stderr) == (2, True)
    assert sample.read_bytes() == before


def test_names_that_only_look_alike_are_written(folder: Path) -> None:
    for name in ("u.html", "good.html", "map.yml", "u2.dbf"):
        result = invoke("build", "good.csv", *UNITS, "-o", name)
        assert result.exit_code == 0, result.stderr
    Path("sub").mkdir()
    shutil.copy("u.dbf", "sub/u.dbf")
    assert invoke("build", "good.csv", *UNITS, "-o", "sub/u.dbf").exit_code == 0


def test_a_map_is_not_saved_over_what_it_was_made_from(folder: Path) -> None:
    m = explore("good.csv", boundaries="u.shp", countries="AFG")
    before = contents(folder)
    for name in ("good.csv", "u.shp", "u.dbf"):
        with pytest.raises(ArgumentError, match=r"input.*name another file"):
            m.save(name)
        with pytest.raises(ArgumentError, match=r"input.*name another file"):
            m.save(os.fsencode(name))
    assert contents(folder) == before
    m.save("map.html")
    m.save("map.html")


def test_frames_know_their_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    maps = [explore(read_claims("good.csv")), explore(check_claims("good.csv").claims)]
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    for m in maps:
        with pytest.raises(ArgumentError, match="is an input"):
            m.save("../good.csv")


def test_a_picture_is_not_taken_over_its_page(folder: Path) -> None:
    explore("good.csv").save("page.html")
    before = contents(folder)
    with pytest.raises(ArgumentError, match="is an input"):
        take_snapshot("page.html", "page.html")
    assert contents(folder) == before


def test_the_one_that_writes_asks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with path.open("rb") as stream:
        for inputs in (InputFiles.of(stream), InputFiles.of([path]), InputFiles.of(str(path))):
            with pytest.raises(ArgumentError, match="is an input"):
                save_file(path, b"new", inputs=InputFiles.of(io.BytesIO()) | inputs)
    assert path.read_bytes() == b"old"


def test_a_link_that_leads_elsewhere_later_still_protects_what_was_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to("one")
    inputs = InputFiles.of(link)
    link.unlink()
    link.symlink_to("two")
    for name in ("one", "two", "link"):
        with pytest.raises(ArgumentError, match="is an input"):
            inputs.refuse(tmp_path / name)


def test_a_new_file_is_no_input_though_it_took_the_number_of_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    inputs = InputFiles.of(path)
    number = path.stat().st_ino
    path.unlink()
    made = (tmp_path / str(attempt) for attempt in range(50))
    for new in made:
        new.write_bytes(b"")
        inputs.refuse(new)
        if new.stat().st_ino == number:
            break
