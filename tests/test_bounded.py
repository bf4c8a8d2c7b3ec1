"""Small files that would become large, or deep: refused before they do, by every way in.

Each is tried in a process of its own, with two gigabytes of address space, so that what fails is
a test and not the machine.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.places.boundaries.wkb import Size, size_of_wkb

ROOT = Path(__file__).parents[1]
ADDRESSES = 3 * 2**30  # more than memory: libraries reserve what they never use
RESIDENT = 2**30
GOOD = "actor,text,places\nISKP,Seen,Kunduz\n"
LONG = "x" * 1_000_000
POINT = struct.pack("<BIdd", 1, 1, 68.9, 36.7)
MEMORY = "would take more memory than the limit of 640 MB"
DEEP = r"the geometry of feature 1 nests more than \d+ levels deep: write its parts out"

_RUN = r"""
import pathlib, re, sys
from mapping.cli import main
try:
    main()
finally:
    # Not `ru_maxrss`, in which the peak of the parent before the fork counts too.
    peak = re.search(r"VmHWM:\s*(\d+)", pathlib.Path("/proc/self/status").read_text())[1]
    print(f"peak={peak}", file=sys.stderr)
"""


def run(*arguments: str, folder: Path) -> tuple[int, str, int]:
    """Run the command; returns its exit code, what it said, and the most memory that it took."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES)),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=240,
        check=False,
    )
    peak = re.search(r"^peak=(\d+)$", done.stderr, re.MULTILINE)
    return done.returncode, done.stderr, int(peak[1]) * 1024 if peak else 2**62


def assert_refused(folder: Path, name: str, said: str, *, boundaries: bool = False) -> None:
    """The file is refused in a sentence with its name and a remedy; nothing is written."""
    (folder / "good.csv").write_text(GOOD)
    before = sorted(folder.iterdir())
    ways = [("check", name), ("build", name, "-o", "m.html")]
    if boundaries:
        ways = [("build", "good.csv", "--boundaries", name, "-o", "m.html")]
    for way in ways:
        code, told, peak = run(*way, folder=folder)
        assert code == 1, (way, code, told[-1500:])
        assert re.match(rf"{re.escape(name)}(\[\w+\])?: {said}", told), told[:500]
        assert peak < RESIDENT, (way, peak)
    assert sorted(folder.iterdir()) == before


# --- depth ---------------------------------------------------------------------------------------


def nested(code: int, levels: int, *, order: str = "<") -> bytes:
    """A point within so many collections; ``*`` takes the byte orders in turn."""
    one = {sign: struct.pack(sign + "BII", sign == "<", code, 1) for sign in "<>"}
    if order == "*":
        return (one["<"] + one[">"]) * (levels // 2) + POINT
    return one[order] * levels + POINT


def geo(blobs: list[bytes] | pa.Array, **columns: object) -> pa.Table:
    about = {"encoding": "WKB", "geometry_types": []}
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": about}}
    count = len(blobs)
    columns = {"actor": ["ISKP"] * count, "text": ["t"] * count, "name": ["x"] * count, **columns}
    table = pa.table({**columns, "country": ["AFG"] * count, "geometry": blobs})
    return table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})


def geopackage(path: Path, blob: bytes) -> None:
    shape = shapely.GeometryCollection([shapely.box(68, 36, 69, 37)])
    frame = gpd.GeoDataFrame(
        {"actor": ["ISKP"], "text": ["t"], "country": ["AFG"], "name": ["x"]},
        geometry=[shape],
        crs=4326,
    )
    frame.to_file(path, driver="GPKG", layer="mine", geometry_type="Unknown", SPATIAL_INDEX="NO")
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE mine SET geom = ?", (b"GP\0\1" + struct.pack("<i", 4326) + blob,))
    connection.commit()
    connection.close()


KINDS = {
    "collection": (7, "<"),
    "compound-curve": (9, "<"),
    "curve-polygon": (10, "<"),
    "multi-surface": (12, "*"),
    "iso-zm": (3007, ">"),
    "ewkb-z": (0x80000007, "<"),
}


@pytest.mark.parametrize("boundaries", [True, False], ids=["boundaries", "claims"])
@pytest.mark.parametrize("kind", KINDS)
def test_nested_geometries(kind: str, boundaries: bool, tmp_path: Path) -> None:
    code, order = KINDS[kind]
    blob = nested(code, 100_000, order=order)
    pq.write_table(geo([blob]), tmp_path / "a.parquet")
    assert_refused(tmp_path, "a.parquet", DEEP, boundaries=boundaries)
    if kind == "collection":
        geopackage(tmp_path / "a.gpkg", blob)
        assert_refused(tmp_path, "a.gpkg", DEEP, boundaries=boundaries)


@pytest.mark.parametrize("sign", "<>")
def test_sizes_of_geometries_are_those_that_they_have(sign: str) -> None:
    order = int(sign == "<")
    polygon = shapely.Point(1, 2).buffer(1)
    ring = shapely.Polygon(polygon.exterior.coords, [shapely.Point(1, 2).buffer(0.5).exterior])
    for shape, parts in (
        (shapely.Point(1, 2), 1),
        (shapely.LineString([(0, 0), (1, 1)]), 1),
        (polygon, 2),
        (ring, 3),
        (shapely.MultiPolygon([polygon, shapely.box(5, 5, 6, 6)]), 5),
        (shapely.GeometryCollection([shapely.Point(1, 2), polygon]), 4),
        (shapely.force_3d(ring), 3),
        (shapely.Polygon(), 1),
    ):
        for flavor in ("iso", "extended"):
            blob = shapely.to_wkb(
                shapely.set_srid(shape, 4326),
                byte_order=order,
                flavor=flavor,
                include_srid=flavor == "extended",
            )
            found = size_of_wkb(blob)
            assert found is not None
            assert found[:2] == (shapely.get_num_coordinates(shape), parts), shape
            assert size_of_wkb(b"??" + blob, 2) == found
            assert all(size_of_wkb(blob[:cut]) is None for cut in range(len(blob)))


def test_counts_that_the_bytes_cannot_hold_are_none() -> None:
    for code in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 17):
        assert size_of_wkb(struct.pack("<BII", 1, code, 2**32 - 1) + POINT * 3) is None
    assert size_of_wkb(struct.pack("<BII", 1, 99, 1) + POINT) is None
    assert size_of_wkb(struct.pack("<BII", 2, 7, 1) + POINT) is None


@given(st.binary(max_size=200), st.integers(1, 17), st.integers(0, 3))
def test_whatever_the_bytes_are_the_vetting_ends(noise: bytes, kind: int, axes: int) -> None:
    for data in (noise, struct.pack("<BI", 1, axes * 1000 + kind) + noise):
        found = size_of_wkb(data)
        assert found is None or isinstance(found, Size)
        if found is None or found.depth < 30:
            shapely.from_wkb(data, on_invalid="ignore")


# --- what repeats --------------------------------------------------------------------------------


def shared_texts(path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"

    def related(*targets: tuple[str, str]) -> str:
        listed = (
            f'<Relationship Id="r{at}" Type="{office}/{kind}" Target="{target}"/>'
            for at, (kind, target) in enumerate(targets)
        )
        return f'<Relationships xmlns="{links}">{"".join(listed)}</Relationships>'

    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{"ABC"[at]}{row}" t="s"><v>{at + 3 * (row > 1)}</v></c>' for at in range(3)
        )
        + "</row>"
        for row in range(1, 4002)
    )
    texts = ("actor", "text", "places", "ISKP", LONG * 2, "Kunduz")
    parts = {
        "_rels/.rels": related(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">'
        + "".join(f"<si><t>{text}</t></si>" for text in texts)
        + "</sst>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)


def repeated_text(path: Path) -> None:
    count = 150_000
    long = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), ["x" * 40_000])
    pq.write_table(geo([shapely.to_wkb(shapely.box(68, 36, 69, 37))] * count, text=long, name=long),
                   path)  # fmt: skip


def repeated_shape(path: Path) -> None:
    shape = shapely.to_wkb(shapely.Point(68, 36).buffer(1, quad_segs=1000))
    pq.write_table(geo([shape] * 100_000), path, compression="zstd")


def aliases(path: Path) -> None:
    claim = "- {actor: ISKP, places: Kunduz, text: *a}\n"
    path.write_text(f"- actor: ISKP\n  places: Kunduz\n  text: &a {LONG}\n{claim * 2500}")


def aliases_in_a_list(path: Path) -> None:
    tags = ", ".join(["*a"] * 2500)
    path.write_text(
        f"- actor: ISKP\n  places: Kunduz\n  text: t\n  note: &a {LONG}\n  tags: [{tags}]\n"
    )


def shared_report(path: Path) -> None:
    claims = [{"actor": "ISKP", "places": "Kunduz"}] * 2500
    path.write_text(json.dumps({"report": {"text": LONG}, "claims": claims}))


def numbers_in_a_list(path: Path) -> None:
    claim = '{"actor":"ISKP","text":"t","places":"Kunduz","tags":['
    path.write_text(f"[{claim}{'11,' * 20_000_000}1]}}]")


def empty_objects(path: Path) -> None:
    path.write_text(f"[{'{},' * 4_000_000}{{}}]")


CLAIMS: dict[str, Callable[[Path], None]] = {
    "shared.xlsx": shared_texts,
    "repeated.parquet": repeated_text,
    "shapes.parquet": repeated_shape,
    "aliases.yaml": aliases,
    "list.yaml": aliases_in_a_list,
    "report.json": shared_report,
    "numbers.json": numbers_in_a_list,
    "objects.json": empty_objects,
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims_that_would_grow(name: str, tmp_path: Path) -> None:
    CLAIMS[name](tmp_path / name)
    assert_refused(tmp_path, name, MEMORY)


def test_blank_lines_are_cells(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("actor,text,places\n" + "\n" * 9_000_000)
    code, told, peak = run("check", "a.csv", folder=tmp_path)
    assert code == 1
    assert "the table has more than 24,000,000 cells, blank ones included" in told
    assert peak < RESIDENT


def index_of_one_record(path: Path) -> None:
    angles = np.linspace(0, 2 * np.pi, 50_000)
    ring = np.c_[68 + np.cos(angles), 36 + np.sin(angles)]
    ring[-1] = ring[0]
    frame = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.Polygon(ring)], crs=4326)
    frame.to_file(path)
    index = path.with_suffix(".shx").read_bytes()
    path.with_suffix(".shx").write_bytes(index[:100] + index[100:] * 1000)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    (header,) = struct.unpack_from("<H", table, 8)
    struct.pack_into("<I", table, 4, 1000)
    path.with_suffix(".dbf").write_bytes(table[:header] + table[header:].rstrip(b"\x1a") * 1000)


def many_numbers(path: Path) -> None:
    shape = '{"type":"Polygon","coordinates":[[' + "[1,2]," * 10_000_000 + "[1,2]]]}"
    feature = f'{{"type":"Feature","properties":{{"name":"x"}},"geometry":{shape}}}'
    path.write_text(f'{{"type":"FeatureCollection","features":[{feature}]}}')


def many_points(path: Path) -> None:
    count = 8_000_000
    ring = np.zeros((count, 2))
    frame = gpd.GeoDataFrame({"name": ["x"]}, geometry=[shapely.Polygon(ring)], crs=4326)
    frame.to_file(path, driver="FlatGeobuf", SPATIAL_INDEX="YES")


BOUNDARIES: dict[str, Callable[[Path], None]] = {
    "repeated.parquet": repeated_text,
    "shapes.parquet": repeated_shape,
    "index.shp": index_of_one_record,
    "numbers.geojson": many_numbers,
    "points.fgb": many_points,
}


@pytest.mark.parametrize("name", BOUNDARIES)
def test_boundaries_that_would_grow(name: str, tmp_path: Path) -> None:
    BOUNDARIES[name](tmp_path / name)
    assert_refused(tmp_path, name, MEMORY, boundaries=True)


def test_a_limit_can_be_raised_and_lowered(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(GOOD)
    code, told, _ = run("check", "a.csv", "--limit", "memory=10", folder=tmp_path)
    assert code == 1
    assert "a.csv: would take more memory than the limit of 10 bytes" in told, told
    code, told, _ = run("check", "a.csv", "--limit", "memory=1G", folder=tmp_path)
    assert code == 0, told
