"""Claims → GeoJSON, GeoPackage and GeoParquet: a point where a claim has one."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata.io.write.values import FLOATS, INTEGERS, claim_records, value_text
from geodata.schema import CRS

if TYPE_CHECKING:
    import geopandas as gpd

    from geodata.io.write.values import Columns, Value

LAYER: Final = "claims"


def geojson_bytes(columns: Columns) -> bytes:
    """Write a FeatureCollection (RFC 7946), a feature a line, the claim as its properties.

    Examples
    --------
    >>> content = geojson_bytes({"claim_id": ["a"], "latitude": [36.7], "longitude": [68.9]})
    >>> json.loads(content)["features"][0]["geometry"]
    {'type': 'Point', 'coordinates': [68.9, 36.7]}
    """
    lines = [
        json.dumps(_feature(record), ensure_ascii=False, allow_nan=False)
        for record in claim_records(columns)
    ]
    text = '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
    return text.encode("utf-8")


def geopackage_bytes(columns: Columns) -> bytes:
    """Write a GeoPackage of one layer, ``claims``."""
    from pyogrio import write_dataframe  # noqa: PLC0415 - loads GDAL

    buffer = io.BytesIO()
    write_dataframe(
        claims_frame(columns),
        buffer,
        layer=LAYER,
        driver="GPKG",
        geometry_type="Point",
        # A column of the claims table could be called as the format calls its own.
        layer_options={"FID": "fid_", "GEOMETRY_NAME": "geometry"},
        use_arrow=False,
    )
    return buffer.getvalue()


def geoparquet_bytes(columns: Columns) -> bytes:
    """Write GeoParquet 1.1, zstd."""
    buffer = io.BytesIO()
    claims_frame(columns).to_parquet(buffer, compression="zstd", index=False)
    return buffer.getvalue()


def lost_outlines(columns: Columns) -> list[str]:
    """Say how many claims have no geometry, since places and countries are names alone.

    >>> lost_outlines({"places": ["Kunduz"], "latitude": [None], "longitude": [None]})[0][:40]
    'geometry: 1 of 1 claim has none, since a'
    """
    count = len(next(iter(columns.values()), []))
    nothing: list[Value] = [None] * count
    pairs = zip(columns.get("latitude", nothing), columns.get("longitude", nothing), strict=True)
    bare = sum(latitude is None or longitude is None for latitude, longitude in pairs)
    if not bare:
        return []
    verb = "has" if bare == 1 else "have"
    return [
        f"geometry: {bare:,} of {count:,} claim{'' if count == 1 else 's'} {verb} none, since a "
        "point alone is one: the outlines of places and countries are not written; join `places` "
        "with boundaries to draw them"
    ]


def claims_frame(columns: Columns) -> gpd.GeoDataFrame:
    """Return the columns as a frame with a point, or no geometry, a claim; EPSG:4326.

    Numbers are float64, ``where_precision`` Int64, all else ``str``. A column of numbers
    in which one must be a text (`geodata.io.write.values`) is one of texts.

    Examples
    --------
    >>> frame = claims_frame({"actor": ["ISKP"], "latitude": [36.7], "longitude": [68.9]})
    >>> frame.geometry[0].wkt, frame.crs.to_string()
    ('POINT (68.9 36.7)', 'EPSG:4326')
    """
    import geopandas as gpd  # noqa: PLC0415 - loads GDAL

    data = {name: _typed(name, values) for name, values in columns.items()}
    count = len(next(iter(columns.values()), []))
    x, y = (
        np.array([_number(value) for value in columns.get(name, [None] * count)], dtype="float64")
        for name in ("longitude", "latitude")
    )
    points = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=CRS)
    points[np.isnan(x) | np.isnan(y)] = None
    return gpd.GeoDataFrame(pd.DataFrame(data), geometry=points, crs=CRS)


def _feature(record: dict[str, Value]) -> dict[str, object]:
    point = None
    if "latitude" in record and "longitude" in record:
        point = {"type": "Point", "coordinates": [record["longitude"], record["latitude"]]}
    feature: dict[str, object] = {"type": "Feature", "geometry": point, "properties": record}
    return {**feature, "id": record["claim_id"]} if "claim_id" in record else feature


def _typed(name: str, values: list[Value]) -> pd.Series:
    texts = any(isinstance(value, str) for value in values)
    if name in INTEGERS:
        return pd.Series(values, dtype="Int64")
    if name in FLOATS and not texts:
        return pd.Series([_number(value) for value in values], dtype="float64")
    return pd.Series(
        [None if value is None else value_text(value) for value in values], dtype="str"
    )


def _number(value: Value) -> float:
    return np.nan if value is None else float(value)
