"""Wrong and hostile boundaries, each with the message that it must give on the command line."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from command import invoke

pytestmark = pytest.mark.second_tier

SQUARE: Final = [[[68, 36], [69, 36], [69, 37], [68, 37], [68, 36]]]
VRT: Final = (
    "<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc/passwd</SrcDataSource>"
    "</OGRVRTLayer></OGRVRTDataSource>"
)


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    """A feature that is called Kunduz unless it is called otherwise."""
    return {
        "type": "Feature",
        "properties": {"shapeName": "Kunduz", **properties},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def crs(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def ring(*points: tuple[float, float]) -> list[list[tuple[float, float]]]:
    return [[*points, points[0]]]


SURROGATE: Final = collection(feature(SQUARE, x="SURROGATE")).replace("SURROGATE", "\\ud800")
METRES: Final = ring((500_000, 4_000_000), (600_000, 4_000_000), (600_000, 4_100_000))

GEOJSON: Final[list[tuple[str, str, str]]] = [
    ("empty", "", ": is empty"),
    ("words", "hello", ": its name says GeoJSON, its content is something else"),
    ("list", "[]", ": its name says GeoJSON, its content is something else"),
    ("vrt", VRT, ": its name says GeoJSON, its content is XML or HTML (a VRT, a KML"),
    ("nothing", collection(), ": holds no features"),
    ("cut", collection(feature(SQUARE))[:-30], ": is not valid JSON: Expecting value"),
    ("deep", '{"features":' + "[" * 100_000, ": nests 100,001 levels deep; at most 32 are read"),
    ("other", '{"type": "Topology"}', ": is no GeoJSON FeatureCollection: it has no list of"),
    ("texts", collection("x"), ": feature 1: '\"x\"' where a Feature belongs; leave it out"),
    ("nulls", collection(feature(SQUARE), None, None), ": features 2, 3: 'null' where a Feature"),
    (
        "link",
        collection(feature(SQUARE), crs={"type": "link", "properties": {"href": "http://x"}}),
        ": its crs member",
    ),
    (
        "file",
        collection(feature(SQUARE), crs=crs("/etc/passwd")),
        ": its CRS '/etc/passwd' is neither",
    ),
    ("zone", collection(feature(SQUARE), crs=crs("EPSG:32642")), ": feature 1: none lies in AFG"),
    (
        "null",
        collection({"type": "Feature", "properties": {}, "geometry": None}),
        ": holds no areas",
    ),
    ("hollow", collection(feature([])), ": holds no areas"),
    (
        "points",
        collection(feature([68, 36], "Point")),
        ": feature 1: point where boundaries are areas",
    ),
    (
        "lines",
        collection(feature([[68, 36], [69, 37]], "LineString")),
        ": feature 1: linestring where",
    ),
    (
        "open",
        collection(feature([[[68, 36], [69, 36], [69, 37]]])),
        ":1: geometry: is not a GeoJSON",
    ),
    ("letters", collection(feature([[["a", "b"]] * 4])), ":1: geometry: is not a GeoJSON geometry"),
    (
        "nan",
        collection(feature(ring((float("nan"), 36), (69, 36), (69, 37)))),
        ": is not valid JSON: NaN is no JSON number",
    ),
    ("huge", collection(feature(SQUARE)).replace("68", "1e999"), ":1: geometry: is not a GeoJSON"),
    (
        "swapped",
        collection(feature(ring((36, 68), (36, 69), (37, 69)))),
        ": feature 1: none lies in AFG, but would with latitude and longitude exchanged",
    ),
    (
        "metres",
        collection(feature(METRES)),
        ": feature 1: coordinates such as (500000, 4000000) are no",
    ),
    (
        "nameless",
        collection({**feature(SQUARE), "properties": {}}),
        ": which column holds the names?",
    ),
    ("unnamed", collection(feature(SQUARE, shapeName=None)), ":1: shapeName: a unit needs a name"),
    ("spaces", collection(feature(SQUARE, shapeName=" ")), ":1: shapeName: a unit needs a name"),
    ("objects", collection(feature(SQUARE, shapeName={})), ":1: shapeName: a unit needs a name"),
    (
        "story",
        collection(feature(SQUARE, shapeName="x" * 9000)),
        ":1: shapeName: the name has 9,000",
    ),
    ("half", SURROGATE, ":1: x: '\\\\ud800' holds half of a surrogate pair"),
]


@pytest.fixture(autouse=True)
def _in_a_folder(claims_folder: Path) -> None:
    """Work where the good claims are."""


def told(path: str, *options: str) -> str:
    """The first line of a failing check; a build ends likewise, and writes nothing."""
    arguments = ("good.csv", "--boundaries", path, "--country", "AFG", *options)
    checked, built = invoke("check", *arguments), invoke("build", *arguments)
    assert (checked.exit_code, built.exit_code) == (1, 1), (checked.stderr, built.stderr)
    assert "fault of the program" not in checked.stderr + built.stderr
    assert max(map(len, checked.stderr.splitlines())) < 2000
    assert not Path("map.html").exists()
    return checked.stderr.splitlines()[0]


@pytest.mark.parametrize(("name", "text", "said"), GEOJSON, ids=[one[0] for one in GEOJSON])
def test_geojson(name: str, text: str, said: str) -> None:
    Path(f"{name}.geojson").write_text(text, encoding="utf-8")
    assert told(f"{name}.geojson").startswith(f"{name}.geojson{said}")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.shp", VRT.encode(), "its name says shapefile, its content is XML or HTML"),
        ("a.gpkg", VRT.encode(), "its name says GeoPackage, its content is XML or HTML"),
        ("a.fgb", b"fgb\x03fgb\0" + VRT.encode(), "is not a readable FlatGeobuf: it is damaged"),
        ("b.fgb", b"fgb\x03fgb\0", "is not a readable FlatGeobuf: it is damaged or cut short"),
        ("a.parquet", b"PAR1" + b"x" * 99, "is not a readable GeoParquet file"),
        ("a.zip", b"PK\3\4 x", "is not a complete zip"),
        ("b.gpkg", b"SQLite format 3\0" + bytes(200), "its content is a SQLite database"),
        ("a.kml", b"<kml/>", "'.kml' is not the ending of a boundary format"),
        ("a.csv", b"a,b\n", "'.csv' is not the ending of a boundary format"),
        ("a", b"x", "'' is not the ending of a boundary format"),
        ("b.shp", b"x", "its name says shapefile, its content is something else"),
        ("c.geojson", "{}".encode("utf-16"), "its content is something else"),
        ("d.geojson", b'{"features": ["\xfc"]}', "is not valid JSON"),
    ],
)
def test_content_that_is_not_what_its_name_says(name: str, content: bytes, said: str) -> None:
    Path(name).write_bytes(content)
    line = told(name)
    assert line.startswith(f"{name}: ")
    assert said in line


def test_what_is_no_file() -> None:
    Path("folder.shp").mkdir()
    Path("loop.shp").symlink_to("loop.shp")
    for path, said in (
        ("folder.shp", "is a folder"),
        ("loop.shp", "is a symbolic link that leads back to itself"),
        ("missing.gpkg", "there is no such file"),
        ("/vsicurl/http://example.org/a.shp", "addresses, /vsi paths and driver prefixes"),
        ("https://example.org/a.geojson", "addresses, /vsi paths and driver prefixes"),
        ("/dev/zero.shp", "there is no such file"),
    ):
        assert said in told(path)


# --- shapefiles ----------------------------------------------------------------------------------


def parts() -> dict[str, bytes]:
    """The parts of a shapefile of one square, by their endings."""
    frame = gpd.GeoDataFrame({"shapeName": ["Kunduz"]}, geometry=[box(68, 36, 69, 37)], crs=4326)
    frame.to_file("square.shp")
    return {path.suffix[1:]: path.read_bytes() for path in Path().glob("square.*")}


def zipped(members: dict[str, bytes]) -> str:
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return "a.zip"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shx": None}, "lacks its .shx; keep the parts together"),
        ({"dbf": None}, "lacks its .dbf; keep the parts together"),
        ({"prj": None}, "declares no CRS; say which with --crs"),
        ({"prj": b"hello"}, "its CRS 'hello' is neither a known code nor WKT; use --crs"),
        ({"prj": b"/etc/passwd"}, "its CRS '/etc/passwd' is neither"),
        ({"dbf": b"\x03" + b"\xff" * 99}, "which column holds the names?"),
        ({"dbf": b"x"}, "its .dbf is not a dBASE table"),
        ({"shp": b"x"}, "its .shp is not a shapefile's"),
        ({"shx": VRT.encode()}, "its .shx is not a shapefile's"),
    ],
)
def test_shapefiles(changes: dict[str, bytes | None], said: str) -> None:
    members = {f"a.{end}": content for end, content in {**parts(), **changes}.items() if content}
    assert said in told(zipped(members))


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "holds 0 shapefiles (none)"),
        ({"a.txt": b"x"}, "holds 0 shapefiles (none)"),
        ({"../a.shp": b"x"}, "its entry '../a.shp' points outside of the zip"),
        ({"/a.shp": b"x"}, "points outside of the zip"),
        ({"a.shp": bytes(2**24)}, "unpacks to more than 200 times its size"),
        ({f"{n}.txt": b"" for n in range(501)}, "holds 501 entries; at most 500 are read"),
    ],
)
def test_archives(members: dict[str, bytes], said: str) -> None:
    assert said in told(zipped(members))


def test_a_zip_of_two_needs_the_layer() -> None:
    members = {f"{name}.{end}": content for end, content in parts().items() for name in "ab"}
    path = zipped(members)
    assert "holds 2 shapefiles ('a', 'b'); choose one with --layer" in told(path)
    arguments = ("good.csv", "--boundaries", path, "--country", "AFG", "--layer", "b")
    assert invoke("check", *arguments).exit_code == 0


def test_parquet_without_shapes() -> None:
    pd.DataFrame({"a": [1]}).to_parquet("a.parquet")
    assert "is Parquet, but no GeoParquet" in told("a.parquet")


# --- chance --------------------------------------------------------------------------------------


def whole(ending: str) -> bytes:
    """A good file of boundaries in a format."""
    frame = gpd.GeoDataFrame({"shapeName": ["Kunduz"]}, geometry=[box(68, 36, 69, 37)], crs=4326)
    if ending == "zip":
        return Path(zipped({f"a.{end}": content for end, content in parts().items()})).read_bytes()
    if ending == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        return buffer.getvalue()
    frame.to_file(f"whole.{ending}")
    return Path(f"whole.{ending}").read_bytes()


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "parquet", "zip"])
def test_changed_bytes_end_in_a_message_or_in_areas(ending: str) -> None:
    chance = random.Random(ending)  # noqa: S311 - chance, no secret
    content = whole(ending)
    for _ in range(6):
        changed = bytearray(content)
        for _ in range(chance.randint(1, 12)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        Path(f"m.{ending}").write_bytes(changed)
        result = invoke("check", "good.csv", "--boundaries", f"m.{ending}", "--country", "AFG")
        assert result.exit_code in {0, 1}
        assert "fault of the program" not in result.stderr
        assert result.exit_code == 0 or result.stderr
