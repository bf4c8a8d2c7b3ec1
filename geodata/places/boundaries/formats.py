"""One layer of a vetted file, whatever its format; GDAL sees shapefiles and FlatGeobuf only."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.types as pt
import pyogrio
import pyproj
import shapely

from geodata.errors import BoundariesError
from geodata.io.parquet_file import is_blob, open_parquet, read_counted, values_of
from geodata.places.boundaries.crs import crs_from_text, crs_of_geojson, vet_crs
from geodata.places.boundaries.findings import Findings, rows_text
from geodata.places.boundaries.flatgeobuf import vet_features
from geodata.places.boundaries.geopackage import fetch_rows, is_plain_table, quoted_name, shapes_of
from geodata.places.boundaries.guard import Vetted, open_geopackage, vet_json_depth
from geodata.places.boundaries.limits import refusal
from geodata.schema import CRS
from geodata.text.quoting import as_text, quoted, shortened

# JSON can spell it, and no text can hold it.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class RawLayer:
    """One layer as its file holds it.

    The index of ``frame`` is the feature's number from 1. ``crs`` is `None`
    where the file declares none, ``assumed`` where it is the format's default.
    """

    frame: gpd.GeoDataFrame
    crs: pyproj.CRS | None
    assumed: bool = False
    notes: tuple[str, ...] = ()


def _frame(columns: dict[str, Any] | pd.DataFrame, geometry: object) -> gpd.GeoDataFrame:
    """Attributes and shapes, with the feature's number as index and no CRS yet."""
    table = pd.DataFrame(columns)
    table.columns = [str(column) for column in table.columns]
    shapes = np.asarray(geometry, dtype=object)
    index = pd.RangeIndex(1, len(shapes) + 1)
    table = table.set_axis(index, axis=0) if len(table.columns) else pd.DataFrame(index=index)
    # The attribute of that name, if any, would be taken for the shapes.
    table = table.drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=index))


def _only_layer(vetted: Vetted, layer: str | None) -> None:
    if layer is not None:
        message = f"{vetted.format} has a single layer; leave out the layer {layer!r}"
        raise refusal(vetted.file, message)


def _read_geojson(vetted: Vetted, layer: str | None) -> RawLayer:
    file = vetted.file
    _only_layer(vetted, layer)
    content = vetted.path.read_bytes()
    vetted.memory.take(_json_size(content))
    vet_json_depth(file, content, vetted.limits)
    try:
        document = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refusal(file, f"is not valid JSON: {error}") from error
    if document.get("type") == "Feature":
        document = {"features": [document], "crs": document.get("crs")}
    features = document.get("features")
    if not isinstance(features, list):
        raise refusal(file, 'is no GeoJSON FeatureCollection: it has no list of "features"')
    wrong = [row for row, item in enumerate(features, 1) if not isinstance(item, dict)]
    if wrong:
        found = quoted(json.dumps(features[wrong[0] - 1], ensure_ascii=False))
        raise refusal(file, f"{rows_text(wrong)}: {found} where a Feature belongs; leave it out")
    if len(features) > vetted.limits.features:
        most = f"{vetted.limits.features:,} are read: raise the limit 'features'"
        raise refusal(file, f"has {len(features):,} features; at most {most}")
    findings = Findings(file)
    crs = crs_of_geojson(file, document.get("crs"))
    shapes = [_geojson_shape(row, item, findings) for row, item in enumerate(features, 1)]
    records = [_properties(row, item, findings) for row, item in enumerate(features, 1)]
    findings.stop()
    names = list(dict.fromkeys(key for record in records for key in record))
    if len(names) > vetted.limits.columns:
        most = f"{vetted.limits.columns} are read: raise the limit 'columns'"
        raise refusal(file, f"has {len(names):,} columns; at most {most}")
    columns = {name: [record.get(name) for record in records] for name in names}
    return RawLayer(_frame(columns, shapes), crs or pyproj.CRS(CRS), assumed=crs is None)


def _json_size(content: bytes) -> int:
    """Return what JSON takes: the text itself, and then its marks or its lists and numbers."""
    parsed = 72 * content.count(b"[") + 400 * content.count(b"{") + 40 * content.count(b",")
    return 2 * len(content) + max(4 * len(content), parsed)


def _no_constant(name: str) -> float:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _properties(row: int, feature: dict[str, Any], findings: Findings) -> dict[str, Any]:
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        return {}
    for name, value in properties.items():
        if _SURROGATE.search(name) or (isinstance(value, str) and _SURROGATE.search(value)):
            message = (
                f"{quoted(value)} holds half of a surrogate pair, which is not text: remove it"
            )
            findings.error(message, row=row, column=as_text(name))
    return properties


def _geojson_shape(
    row: int, feature: dict[str, Any], findings: Findings
) -> shapely.Geometry | None:
    geometry = feature.get("geometry")
    if geometry is None:
        return None
    shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    if shape is None:
        findings.error(
            "is not a GeoJSON geometry (closed rings of numbers)", row=row, column="geometry"
        )
    return shape


_PARQUET_FAULTS: Final = (
    pa.ArrowException,
    shapely.GEOSException,
    AttributeError,
    KeyError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _read_parquet(vetted: Vetted, layer: str | None) -> RawLayer:
    file, limits = vetted.file, vetted.limits
    _only_layer(vetted, layer)
    try:
        with pa.memory_map(str(vetted.path)) as stream, open_parquet(stream) as content:
            rows = content.metadata.num_rows
            if rows > limits.features:
                most = f"{limits.features:,} are read: raise the limit 'features'"
                raise refusal(file, f"has {rows:,} features; at most {most}")
            geo = _geo_metadata(vetted, content.schema_arrow)
            shapes, attributes = _columns_to_read(vetted, content.schema_arrow, geo)
            table = read_counted(content, [*shapes, *attributes], vetted.memory)
            for name in shapes:
                _vet_shapes(vetted, table.column(name))
        with vetted.path.open("rb") as stream:
            frame = gpd.read_parquet(stream, columns=table.column_names)
        # Text that is no UTF-8 shows only when it is taken out of Arrow.
        records = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    except BoundariesError:
        raise
    except _PARQUET_FAULTS as error:
        raise refusal(file, f"is not a readable GeoParquet file: {error}") from error
    return RawLayer(_frame(records, frame.geometry.to_numpy()), frame.crs)


def _geo_metadata(vetted: Vetted, schema: pa.Schema) -> dict[str, Any]:
    """Return what GeoParquet says of its columns, whose CRS geopandas builds, every one."""
    file = vetted.file
    text = (schema.metadata or {}).get(b"geo", b"{}")
    vet_json_depth(file, text, vetted.limits)
    geo: dict[str, Any] = json.loads(text)
    if not geo:
        raise refusal(file, "is Parquet, but no GeoParquet: it has no `geo` metadata")
    for column in geo["columns"].values():
        if column.get("crs") is not None:
            crs_from_text(file, json.dumps(column["crs"], ensure_ascii=False))
    return geo


def _columns_to_read(
    vetted: Vetted, schema: pa.Schema, geo: dict[str, Any]
) -> tuple[list[str], list[str]]:
    """Return the columns of shapes, and those that can hold names or codes.

    Shapes as lists of coordinates are not read: no length that they give can be checked before.
    """
    shapes = [str(name) for name in geo["columns"] if name in schema.names]
    for name in shapes:
        kind = schema.field(name).type
        kind = kind.value_type if pt.is_dictionary(kind) else kind
        if not (pt.is_binary(kind) or pt.is_large_binary(kind)):
            message = (
                f"its column {quoted(name)} holds shapes as {shortened(kind)}: write it again "
                "with the encoding WKB"
            )
            raise refusal(vetted.file, message)
    attributes = [
        field.name
        for field in schema
        if field.name not in shapes and not (pt.is_nested(field.type) or is_blob(field.type))
    ]
    if len(attributes) > vetted.limits.columns:
        most = f"{vetted.limits.columns} are read: raise the limit 'columns'"
        raise refusal(vetted.file, f"has {len(attributes):,} columns; at most {most}")
    return shapes, attributes


def _vet_shapes(vetted: Vetted, column: pa.ChunkedArray) -> None:
    """Refuse shapes that would harm GEOS; what is no shape is left to it."""
    geometries = vetted.geometries()
    for blob, row, times in values_of(column):
        if isinstance(blob, bytes) and not geometries.is_sound(blob, 0, row, times=times):
            raise refusal(vetted.file, f"feature {row:,}: its geometry is no sound WKB: repair it")


def _read_geopackage(vetted: Vetted, layer: str | None) -> RawLayer:
    file = vetted.file
    with open_geopackage(vetted) as connection:
        for name in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"):
            if not is_plain_table(connection, name):
                raise refusal(file, f"is no GeoPackage of features: it has no table {name}")
        layers = {
            str(name): (str(column), str(kind).upper(), srs)
            for name, column, kind, srs in connection.execute(
                "SELECT table_name, column_name, geometry_type_name, srs_id"
                " FROM gpkg_geometry_columns LIMIT 1000"
            )
        }
        name = _choose_layer(file, {name: kind for name, (_, kind, _) in layers.items()}, layer)
        if not is_plain_table(connection, name):
            raise refusal(
                file,
                f"its layer {name!r} is no stored table (but computed, as a view is); export it",
            )
        column, _, srs = layers[name]
        query = f"SELECT * FROM {quoted_name(name)} LIMIT ?"  # noqa: S608  # no parameter can be a name
        cursor = connection.execute(query, (vetted.limits.features + 1,))
        names = [str(about[0]) for about in cursor.description]
        if column not in names or len(names) > vetted.limits.columns:
            raise refusal(file, f"its layer {name!r} lacks {column!r} or has too many columns")
        rows = fetch_rows(vetted, cursor)
        systems = connection.execute(
            "SELECT organization, organization_coordsys_id, definition"
            " FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
            (srs,),
        ).fetchall()
    values = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    blobs = values.pop(column, ())
    findings = Findings(file)
    shapes = shapes_of(vetted, blobs)
    _note_missing(shapes, blobs, "is not a GeoPackage geometry", findings)
    return RawLayer(_frame(values, shapes), _gpkg_crs(file, srs, systems))


_AREA_TYPES: Final = {"POLYGON", "MULTIPOLYGON", "CURVEPOLYGON", "MULTISURFACE", "SURFACE"}


_ANY_TYPES: Final = {"GEOMETRY", "GEOMETRYCOLLECTION"}


def _choose_layer(file: str, kinds: dict[str, str], layer: str | None) -> str:
    """Take the named layer, or the only one of areas."""
    told = ", ".join(f"{name!r} ({kind.casefold()})" for name, kind in kinds.items()) or "none"
    if layer is not None:
        if layer not in kinds:
            raise refusal(file, f"has no layer {layer!r}; its layers: {told}")
        return layer
    for types in (_AREA_TYPES, _AREA_TYPES | _ANY_TYPES):
        fitting = [name for name, kind in kinds.items() if kind in types]
        if len(fitting) == 1:
            return fitting[0]
    problem = "choose the layer with --layer (layer=)" if fitting else "has no layer of areas"
    raise refusal(file, f"{problem}; its layers: {told}")


def _note_missing(
    shapes: Sequence[object], blobs: Iterable[object], message: str, findings: Findings
) -> None:
    """Stop where a feature has something else in place of its geometry."""
    for row, (shape, blob) in enumerate(zip(shapes, blobs, strict=True), 1):
        if shape is None and blob is not None:
            findings.error(message, row=row, column="geometry")
    findings.stop()


def _gpkg_crs(file: str, srs: object, systems: list[tuple[object, ...]]) -> pyproj.CRS | None:
    organization, code, definition = systems[0] if systems else (None, None, "undefined")
    # -1 and 0 in the standard; GDAL adds one of its own.
    if srs in {-1, 0} or "undefined" in str(definition)[:40].casefold():
        return None
    if str(organization).upper() in {"EPSG", "ESRI"}:
        return crs_from_text(file, f"{organization}:{code}")
    return crs_from_text(file, str(definition))


def _read_with_gdal(vetted: Vetted, layer: str | None) -> RawLayer:
    """Shapefile or FlatGeobuf: the private copy, by the driver that it is for."""
    file, source = vetted.file, str(vetted.path)
    if not file.casefold().endswith(".zip"):
        _only_layer(vetted, layer)
    driver = "ESRI Shapefile"
    if vetted.format == "FlatGeobuf":
        driver = "FlatGeobuf"
        vet_features(file, vetted.path, vetted.memory, vetted.limits)
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            about = pyogrio.read_info(source, encoding=vetted.encoding)
            if about["driver"] != driver or about["features"] > vetted.limits.features:
                message = f"{about['driver']} with {about['features']:,} features is not read"
                raise refusal(file, message)
            frame = pyogrio.read_dataframe(source, encoding=vetted.encoding, on_invalid="ignore")
    except BoundariesError:
        raise
    except (IndexError, RuntimeError, ValueError, shapely.GEOSException) as error:
        # An IndexError is pyogrio's way to say that there is no layer.
        reason = "it is damaged or cut short" if isinstance(error, IndexError) else str(error)
        raise refusal(file, f"is not a readable {vetted.format}: {reason}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise refusal(file, "has no geometry")
    notes = tuple(dict.fromkeys(str(item.message).replace(source, file) for item in told))
    crs = None if frame.crs is None else vet_crs(file, frame.crs)
    if vetted.prj:
        crs = crs_from_text(file, vetted.prj)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return RawLayer(_frame(attributes, frame.geometry.to_numpy()), crs, notes=notes)


_READERS: Final[dict[str, Callable[[Vetted, str | None], RawLayer]]] = {
    "shapefile": _read_with_gdal,
    "GeoJSON": _read_geojson,
    "GeoPackage": _read_geopackage,
    "FlatGeobuf": _read_with_gdal,
    "GeoParquet": _read_parquet,
}


def read_layer(vetted: Vetted, layer: str | None) -> RawLayer:
    """Read the layer that was chosen, or the only one of areas.

    Raises
    ------
    BoundariesError
        If the file is damaged, or it is not clear which layer is meant.
    """
    return _READERS[vetted.format](vetted, layer)
