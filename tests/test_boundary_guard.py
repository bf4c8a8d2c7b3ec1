"""Hostile boundary files: nothing is fetched, nothing is disclosed, and each gets a sentence."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import struct
import threading
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import box

from geodata.errors import BoundariesError
from geodata.places.boundaries import BoundariesWarning, read_boundaries
from geodata.places.boundaries.guard import FORMATS, guarded, vet_json_depth
from geodata.places.boundaries.limits import LIMITS

pytestmark = pytest.mark.second_tier

DISCLOSED = "words of another file"
KUNDUZ = box(68.6, 36.6, 69.1, 37.0)
_numbers = count()


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """GDAL writes the GeoPackages of these tests; nobody needs them after a power cut."""
    monkeypatch.setenv("OGR_SQLITE_SYNCHRONOUS", "OFF")


@dataclass
class Listener:
    """A server on this machine that notes every request."""

    address: str
    requests: list[str] = field(default_factory=list)

    def url(self) -> str:
        """A new address each time: GDAL remembers those that failed."""
        return f"{self.address}/{next(_numbers)}.geojson"


@pytest.fixture
def listener() -> Iterator[Listener]:
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def handle(self) -> None:
            heard.append(repr(self.request.recv(200)))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Listener(f"http://127.0.0.1:{server.server_port}", heard)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"shapeName": ["Kunduz"], "shapeISO": ["AF-KDZ"]},
                            geometry=[KUNDUZ], crs="EPSG:4326")  # fmt: skip


def vrt(source: str) -> bytes:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{source}</SrcDataSource>'
        "<SrcLayer>a</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    ).encode()


def refused(path: Path | str, **options: object) -> str:
    """The message of the refusal, which names the file and holds no secret."""
    with pytest.raises(BoundariesError) as caught:
        read_boundaries(path, **options)  # type: ignore[arg-type]  # hostile on purpose
    message = str(caught.value)
    assert str(path).replace("\0", "\\x00") in message
    assert DISCLOSED not in message
    return message


def write_zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def shapefile_parts(layer: gpd.GeoDataFrame, folder: Path, name: str = "a") -> dict[str, bytes]:
    folder.mkdir()
    layer.to_file(folder / f"{name}.shp")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# --- VRT, links, addresses ---------------------------------------------------


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_vrt_under_any_name_is_not_followed(
    suffix: str, tmp_path: Path, listener: Listener
) -> None:
    secret = tmp_path / "secret.geojson"
    secret.write_text(json.dumps({"type": "FeatureCollection", "features": [], "x": DISCLOSED}))
    path = tmp_path / f"layer{suffix}"
    for source in (f"/vsicurl/{listener.url()}", str(secret)):
        path.write_bytes(vrt(source))
        assert "its content is XML" in refused(path)
    assert listener.requests == []


def test_a_vrt_behind_the_magic_bytes_of_flatgeobuf_is_not_followed(
    tmp_path: Path, listener: Listener
) -> None:
    path = tmp_path / "layer.fgb"
    path.write_bytes(b"fgb\x03fgb\x01" + vrt(f"/vsicurl/{listener.url()}") + b" " * 200)
    refused(path)
    assert listener.requests == []
    # GDAL itself follows it, which shows that the listener hears and the shield is needed.
    with contextlib.suppress(pyogrio.errors.DataSourceError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.read_info(path)
    assert listener.requests != []


def test_a_vrt_in_the_unused_header_of_a_shapefile_is_not_followed(
    tmp_path: Path, listener: Listener, layer: gpd.GeoDataFrame
) -> None:
    parts = shapefile_parts(layer, tmp_path / "shp")
    path = tmp_path / "shp" / "a.shp"
    path.write_bytes(parts["a.shp"][:4] + b"<VRTDataset>  <OGR" + parts["a.shp"][22:])
    (tmp_path / "shp" / "a.qix").write_bytes(vrt(f"/vsicurl/{listener.url()}"))
    (tmp_path / "shp" / "a.shp.aux.xml").write_bytes(vrt(f"/vsicurl/{listener.url()}"))
    assert list(read_boundaries(path)["place_id"]) == ["AF-KDZ"]
    assert listener.requests == []


def test_a_geojson_crs_link_is_refused(tmp_path: Path, listener: Listener) -> None:
    path = tmp_path / "layer.geojson"
    for crs in (
        {"type": "link", "properties": {"href": listener.url(), "type": "proj4"}},
        {"type": "name", "properties": {"name": listener.url()}},
        {"type": "name", "properties": {"name": f"+init={tmp_path}/x:1"}},
        {"type": "name", "properties": {}},
        listener.url(),
    ):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [], "crs": crs}))
        assert "crs" in refused(path).casefold()
    assert listener.requests == []


def test_addresses_and_driver_prefixes_are_refused(listener: Listener) -> None:
    url = listener.url()
    for name in (
        url, f"/vsicurl/{url}", f"/VSICURL/{url}", f"//vsizip/{url}", f"GeoJSON:{url}",
        f"ESRI Shapefile:{url}", "GPKG:/etc/passwd.gpkg", "WFS:" + url, f"file://{url}",
    ):  # fmt: skip
        assert "give a local file" in refused(name)
    assert listener.requests == []


@pytest.mark.parametrize("grid", ["+nadgrids=/etc/hostname", "+geoidgrids=http://127.0.0.1/g.tif"])
def test_a_prj_that_names_a_file_is_refused(
    grid: str, tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    shapefile_parts(layer, tmp_path / "shp")
    wkt = layer.crs.to_wkt("WKT1_GDAL")
    (tmp_path / "shp" / "a.prj").write_text(f'{wkt[:-1]},EXTENSION["PROJ4","{grid}"]]')
    assert "names another file" in refused(tmp_path / "shp" / "a.shp")


# --- paths -------------------------------------------------------------------


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    fifo, loop, device = (tmp_path / f"{name}.geojson" for name in ("fifo", "loop", "device"))
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    device.symlink_to("/dev/zero")
    (tmp_path / "folder.gpkg").mkdir()
    (tmp_path / "empty.shp").touch()
    assert "give a regular file" in refused(fifo)
    assert "leads back to itself" in refused(loop)
    assert "give a regular file" in refused(device)
    assert "give a regular file" in refused(tmp_path / "folder.gpkg")
    assert "is empty" in refused(tmp_path / "empty.shp")
    assert "no such file" in refused(tmp_path / "none.gpkg")
    assert "is a folder" in refused(tmp_path)
    assert "'.kml' is not the ending" in refused(tmp_path / "a.kml")
    assert "NUL" in refused("a\0.geojson")


def test_a_file_above_the_limits_is_not_read(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    path = tmp_path / "layer.gpkg"
    layer.to_file(path)
    small = replace(LIMITS, file_bytes=1000)
    assert "at most 1,000 are read" in refused(path, limits=small)
    for name, word in (("features", "features"), ("vertices", "vertices"), ("columns", "columns")):
        assert word in refused(path, limits=replace(LIMITS, **{name: 0}))


def test_only_vetted_parts_reach_the_private_copy_and_it_is_removed(
    tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    shapefile_parts(layer, tmp_path / "shp")
    for extra in ("a.qix", "a.sbn", "a.shp.aux.xml", "a.vrt", "b.shp"):
        (tmp_path / "shp" / extra).write_text("x")
    with guarded(tmp_path / "shp" / "a.shp") as vetted:
        found = sorted(path.name for path in vetted.path.parent.iterdir())
        assert found == ["layer.dbf", "layer.shp", "layer.shx"]
        assert vetted.path.parent.stat().st_mode & 0o077 == 0
        assert vetted.prj is not None
        assert vetted.prj.startswith("GEOGCS")
        assert vetted.encoding == "utf-8"
    assert not vetted.path.parent.exists()


def test_what_is_not_what_its_name_says_is_told(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_file(tmp_path / "a.gpkg")
    (tmp_path / "a.gpkg").rename(tmp_path / "a.geojson")
    message = refused(tmp_path / "a.geojson")
    assert "its name says GeoJSON, its content is GeoPackage; rename it" in message
    sqlite3.connect(tmp_path / "b.gpkg").executescript("CREATE TABLE t (a); VACUUM").close()
    assert "its content is a SQLite database" in refused(tmp_path / "b.gpkg")


def test_gdal_has_no_part_in_geojson_geopackage_and_geoparquet(
    tmp_path: Path, layer: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer.to_file(tmp_path / "a.gpkg")
    layer.to_parquet(tmp_path / "a.parquet")
    layer.to_file(tmp_path / "a.geojson")

    def no_gdal(*_: object, **__: object) -> None:
        pytest.fail("GDAL was asked")

    for name in ("read_info", "read_dataframe"):
        monkeypatch.setattr(pyogrio, name, no_gdal)
    for suffix in ("gpkg", "parquet", "geojson"):
        assert list(read_boundaries(tmp_path / f"a.{suffix}")["place_id"]) == ["AF-KDZ"]


# --- JSON --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('{"a":' * 100_000, "levels deep"),
        ('{"features": [' + "[" * 5000 + "]" * 5000 + "]}", "levels deep"),
        ('{"features": [{"geometry": null, "n": NaN}]}', "NaN is no JSON number"),
        ('{"features": ' + "9" * 5000 + "}", "is not valid JSON"),
        ('{"features": [1]}', "feature 1: '1' where a Feature belongs"),
        ('{"a": "\udcff"}', "is not valid JSON"),
        ('{"features": [{"geometry": {"type": "Polygon", "coordinates": [[["a"]]]}}]}',
         ":1: geometry: is not a GeoJSON geometry"),
        ('{"features": [{"geometry": 5}]}', ":1: geometry: is not a GeoJSON geometry"),
        ('{"features": []}', "holds no"),
    ],
)  # fmt: skip
def test_broken_json_gets_a_sentence(text: str, word: str, tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert word in refused(path)


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(), inner, max_size=3)))  # fmt: skip
def test_depth_of_json_is_counted_outside_of_strings(value: object) -> None:
    def depth(item: object) -> int:
        inner = item.values() if isinstance(item, dict) else item
        nested = isinstance(item, dict | list)
        return 1 + max(map(depth, inner), default=0) if nested else 0  # type: ignore[call-overload]  # a collection here

    content = json.dumps(value).encode()
    vet_json_depth("f", content, replace(LIMITS, json_depth=depth(value)))
    if depth(value):
        with pytest.raises(BoundariesError, match="levels deep"):
            vet_json_depth("f", content, replace(LIMITS, json_depth=depth(value) - 1))


# --- GeoPackage --------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "word"),
    [
        ("ALTER TABLE a RENAME TO b; CREATE VIEW a AS SELECT * FROM b", "is no stored table"),
        ("DROP TABLE a; CREATE VIRTUAL TABLE a USING fts5(geom)", "is no stored table"),
        ("ALTER TABLE a ADD COLUMN x AS (hex(zeroblob(1000)))", "is no stored table"),
        ("ALTER TABLE gpkg_geometry_columns RENAME TO c;"
         "CREATE VIEW gpkg_geometry_columns AS SELECT 'a' AS table_name",
         "has no table gpkg_geometry_columns"),
        ("PRAGMA writable_schema = ON;"
         "UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'a'",
         "not a readable GeoPackage"),
    ],
)  # fmt: skip
def test_nothing_runs_in_a_hostile_geopackage(
    script: str, word: str, tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "a.gpkg"
    layer.to_file(path, SPATIAL_INDEX="NO")  # its triggers need functions of GDAL's
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    assert word in refused(path)


def test_triggers_and_foreign_tables_of_a_geopackage_stay_asleep(
    tmp_path: Path, listener: Listener, layer: gpd.GeoDataFrame
) -> None:
    path = tmp_path / "a.gpkg"
    layer.to_file(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA writable_schema = ON")
    far = f'CREATE VIRTUAL TABLE far USING VirtualOGR("/vsicurl/{listener.url()}")'
    connection.execute(
        "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, 0, ?)",
        ("table", "far", "far", far),
    )
    connection.commit()
    connection.close()
    assert list(read_boundaries(path)["place_id"]) == ["AF-KDZ"]
    assert listener.requests == []


# --- zip ---------------------------------------------------------------------


def test_a_zip_may_not_reach_outside_of_itself(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    parts = shapefile_parts(layer, tmp_path / "shp")
    path = tmp_path / "a.zip"
    for name in ("../a.shp", "/tmp/a.shp", "x/../../a.shp", "C:\\a.shp", "..\\a.shp"):  # noqa: S108  # never written
        write_zip(path, {**parts, name: b"x"})
        assert "points outside of the zip" in refused(path)
    link = zipfile.ZipInfo("b.shp")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link or device" in refused(path)
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.zip", "shp"}


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    parts = shapefile_parts(layer, tmp_path / "shp")
    path = write_zip(tmp_path / "a.zip", {**parts, "a.dbf": bytes(20 * 2**20)})
    assert "unpacks to more than 200 times" in refused(path)
    assert "at most 5 are read" not in refused(path, limits=replace(LIMITS, zip_entries=5))
    assert "holds 5 entries; at most 4" in refused(path, limits=replace(LIMITS, zip_entries=4))
    assert "unpacks to" in refused(
        path, limits=replace(LIMITS, unzipped_bytes=1000, zip_ratio=10**6)
    )


def test_a_zip_that_understates_its_size_is_cut_and_refused(
    tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    parts = shapefile_parts(layer, tmp_path / "shp")
    whole = write_zip(tmp_path / "a.zip", {**parts, "a.dbf": bytes(2**20)}).read_bytes()
    size = struct.pack("<I", 2**20)
    assert whole.count(size) == 2  # in the entry and in the directory
    (tmp_path / "a.zip").write_bytes(whole.replace(size, struct.pack("<I", 100)))
    assert "is not a readable zip" in refused(tmp_path / "a.zip")


def test_the_shapefile_of_a_zip_is_chosen(tmp_path: Path, layer: gpd.GeoDataFrame) -> None:
    first, second = (shapefile_parts(layer, tmp_path / name, name) for name in ("one", "two"))
    path = write_zip(tmp_path / "a.zip", {f"sub/{k}": v for k, v in {**first, **second}.items()})
    assert "holds 2 shapefiles ('sub/one', 'sub/two')" in refused(path)
    assert list(read_boundaries(path, layer="two")["place_id"]) == ["AF-KDZ"]
    assert "holds 2 shapefiles" in refused(path, layer="three")
    write_zip(path, {"readme.txt": b"hello"})
    assert "holds 0 shapefiles" in refused(path)
    write_zip(path, {name: content for name, content in first.items() if name != "one.shx"})
    assert "lacks its .shx" in refused(path)


# --- whatever bytes ----------------------------------------------------------


@pytest.mark.parametrize("suffix", [".shp", ".zip", ".gpkg", ".geojson", ".fgb", ".parquet"])
def test_damaged_files_get_a_sentence_or_are_read(
    suffix: str, tmp_path: Path, layer: gpd.GeoDataFrame
) -> None:
    path = tmp_path / f"a{suffix}"
    if suffix == ".parquet":
        layer.to_parquet(path)
    elif suffix == ".zip":
        write_zip(path, shapefile_parts(layer, tmp_path / "shp"))
    else:
        layer.to_file(path)
    whole = path.read_bytes()
    damaged = [whole[: len(whole) * part // 8] for part in (1, 3, 5, 7)]
    half = len(whole) // 2
    damaged.append(whole[:half] + bytes(range(256)) + whole[half + 256 :])
    told = [message for content in damaged if (message := outcome(path, content))]
    assert len(told) >= 3
    assert all(str(path) in message for message in told)


def outcome(path: Path, content: bytes) -> str:
    """What reading says, or nothing where it works; whatever else it raises fails the test."""
    path.write_bytes(content)
    try:
        read_boundaries(path)
    except (BoundariesError, BoundariesWarning) as error:
        return str(error)
    return ""
