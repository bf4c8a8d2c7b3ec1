"""GeoPackage and GeoParquet as tables of claims: layers, points, and files that would harm."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.io.read import RawTable, read_raw
from geodata.io.write import write_claims
from geodata.samples import sample_claims

CLAIM = {"actor": ["ISKP"], "text": ["Seen"], "value": [5]}


def layer(crs: str = "EPSG:4326", shape: str = "POINT (68.9 36.7)", **columns: Any) -> Any:
    frame = pd.DataFrame(CLAIM | columns)
    return gpd.GeoDataFrame(frame, geometry=[shapely.from_wkt(shape)] * len(frame), crs=crs)


def geopackage(path: Path, **layers: Any) -> Path:
    for name, frame in layers.items():
        frame.to_file(path, layer=name, driver="GPKG")
    return path


def geoparquet(frame: Any) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    return buffer.getvalue()


def changed(path: Path, *statements: str) -> Path:
    connection = sqlite3.connect(path)
    # They call functions that only GDAL has.
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in triggers.fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


def only_error(table: RawTable) -> str:
    assert len(table.errors) == 1, table.errors
    assert table.frame.empty
    return table.errors[0].message


def test_points_become_coordinates(tmp_path: Path) -> None:
    for table in (
        read_raw(geopackage(tmp_path / "a.gpkg", mine=layer())),
        read_raw(io.BytesIO(geoparquet(layer())), format="parquet"),
    ):
        assert (table.errors, table.warnings) == ((), ())
        row = table.frame.iloc[0]
        assert row[["latitude", "longitude", "value"]].tolist() == ["36.7", "68.9", "5"]
    assert read_raw(tmp_path / "a.gpkg").frame["file"].tolist() == [f"{tmp_path}/a.gpkg[mine]"]


def test_columns_of_coordinates_stand_before_points(tmp_path: Path) -> None:
    frame = layer(latitude=[1.0], longitude=[2.0])
    for table in (
        read_raw(geopackage(tmp_path / "a.gpkg", mine=frame)),
        read_raw(io.BytesIO(geoparquet(frame)), format="parquet"),
    ):
        assert table.frame[["latitude", "longitude"]].iloc[0].tolist() == ["1", "2"]


def test_areas_are_no_points(tmp_path: Path) -> None:
    frame = layer(shape="POLYGON ((0 0, 1 0, 1 1, 0 0))", places=["Kunduz"])
    for table in (
        read_raw(geopackage(tmp_path / "a.gpkg", mine=frame)),
        read_raw(io.BytesIO(geoparquet(frame)), format="parquet"),
    ):
        assert table.frame["latitude"].isna().all()
        assert "the geometry 'Polygon' is not" in table.warnings[0].message


def test_another_crs_is_refused(tmp_path: Path) -> None:
    frame = layer("EPSG:32642", "POINT (500000 4000000)")
    assert "EPSG:32642: reproject" in only_error(
        read_raw(geopackage(tmp_path / "a.gpkg", mine=frame))
    )
    assert "other than WGS 84" in only_error(
        read_raw(io.BytesIO(geoparquet(frame)), format="parquet")
    )


def test_the_layer_with_claims_is_read(tmp_path: Path) -> None:
    other = layer().rename(columns={"text": "remark"})
    path = geopackage(tmp_path / "a.gpkg", roads=other, mine=layer(places=["Kunduz"]))
    assert read_raw(path).frame["places"].tolist() == ["Kunduz"]
    geopackage(path, also=layer(places=["Takhar"]))
    assert "'also' and 'mine': name the layer (--sheet)" in only_error(read_raw(path))
    assert read_raw(path, sheet="also").frame["places"].tolist() == ["Takhar"]
    assert "has no layer 'none'; it has 'also'" in only_error(read_raw(path, sheet="none"))


def sample() -> bytes:
    return write_claims(sample_claims(), format="gpkg").content


@pytest.mark.parametrize("kept", [100, 5000, 60_000])
def test_cut_geopackages(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(sample()[:kept])
    assert only_error(read_raw(path))


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["ALTER TABLE claims RENAME TO c", "CREATE VIEW claims AS SELECT * FROM c"], "computed"),
        (["DROP TABLE gpkg_contents"], "no table gpkg_contents"),
        (["DELETE FROM gpkg_contents"], "no layers"),
        (["ALTER TABLE claims DROP COLUMN text"], "lacks 'text'"),
        (["UPDATE gpkg_contents SET table_name = 'sqlite_master'"], ""),
        (["UPDATE gpkg_contents SET table_name = 'x\"; DROP TABLE claims; --'"], ""),
        (["ALTER TABLE claims ADD COLUMN u AS (hex(zeroblob(900000)))"], "computed"),
    ],
)
def test_hostile_geopackages(tmp_path: Path, statements: list[str], said: str) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(sample())
    assert said in only_error(read_raw(changed(path, *statements)))


def test_cells_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(sample())
    changed(path, "UPDATE claims SET text = x'ff00' WHERE rowid = 1")
    table = read_raw(path)
    assert [(fault.row, fault.column) for fault in table.errors] == [(1, "text")]
    assert len(table.frame) == 79
