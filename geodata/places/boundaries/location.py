"""Where the units of a file lie: countries, parents, and shares of overlap."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import PlaceError
from geodata.places.boundaries.axes import exchanged, vet_axes
from geodata.places.boundaries.findings import Findings, rows_text
from geodata.places.boundaries.limits import refusal
from geodata.places.builtin import builtin_boundaries

# Areas are compared in a cylindrical equal-area projection of the whole world.
EQUAL_AREA: Final = "EPSG:6933"


def overlap_shares(units: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> pd.DataFrame:
    """How much of each unit lies in which of some other places.

    Parameters
    ----------
    units, others
        areas in any CRS; `others` has ``place_id``.

    Returns
    -------
    DataFrame
        ``row`` (index value of the unit), ``place_id`` of the other, ``share``
        of the unit's area (0–1, to about 1 %, on an equal-area projection),
        the largest share of each unit first.
    """
    others = others.to_crs(units.crs)
    boxes = shapely.STRtree(units.geometry.to_numpy())
    near = np.unique(boxes.query(others.geometry.to_numpy())[0])  # most of the world is not
    others = others.iloc[near]
    mine, theirs = _coarse(units), _coarse(others)
    tree = shapely.STRtree(mine)
    # Trees are asked with the larger polygons: those are prepared once.
    whole = tree.query(theirs, predicate="contains")
    touched = tree.query(theirs, predicate="intersects")
    pairs = pd.DataFrame({"other": touched[0], "unit": touched[1]})
    inside = pd.MultiIndex.from_arrays(whole)
    pairs["share"] = np.where(pd.MultiIndex.from_frame(pairs).isin(inside), 1.0, np.nan)
    part = pairs.index[pairs["share"].isna()]
    cut = shapely.intersection(mine[pairs.loc[part, "unit"]], theirs[pairs.loc[part, "other"]])
    area = np.maximum(shapely.area(mine), np.finfo(float).tiny)
    pairs.loc[part, "share"] = shapely.area(cut) / area[pairs.loc[part, "unit"]]
    shares = pd.DataFrame(
        {
            "row": units.index.to_numpy()[pairs["unit"]],
            "place_id": others["place_id"].to_numpy()[pairs["other"]],
            "share": pairs["share"].to_numpy(),
        }
    )
    return shares.sort_values(["row", "share"], ascending=[True, False], ignore_index=True)


def _coarse(places: gpd.GeoDataFrame) -> Any:  # noqa: ANN401  # shapely is untyped
    """Geometries on an equal-area plane, with no more detail than shares need."""
    shapes = places.geometry.to_crs(EQUAL_AREA).to_numpy()
    simple = shapely.simplify(shapes, np.sqrt(shapely.area(shapes)) * 0.005)
    return shapely.make_valid(simple)


def choose_countries(
    areas: gpd.GeoDataFrame, texts: pd.DataFrame, option: str | None, findings: Findings
) -> pd.Series[Any]:
    """ISO 3166-1 alpha-3 of each unit: by the file's columns, the option, or where it lies.

    Where the file holds several countries, the one of the option among them, those of the file
    are returned, and units without one have none.
    """
    found = pd.Series(None, areas.index, dtype=object)
    for column in texts.columns:
        ids = {text: _country_id(text) for text in texts[column].dropna().unique()}
        found = found.where(found.notna(), texts[column].astype(object).map(ids))
    if option is None:
        return _locate_countries(areas, found, findings)
    asked = _country_id(option)
    if asked is None:
        message = f"--country {option!r} is no country; give its ISO 3166-1 code"
        raise refusal(findings.file, message)
    if found.nunique() > 1 and (found == asked).any():
        return found  # a file of several countries, of which one is wanted
    for country, rows in found.groupby(found).groups.items():
        if country != asked:
            message = f"{rows_text(rows)}: the file says {country}, the option says {asked}"
            findings.error(message, column=str(texts.columns[0]))
    return found.where(found.notna(), asked)


def _country_id(text: str) -> str | None:
    # Inside: a gazetteer is built upon boundaries.
    from geodata.places.gazetteer import Gazetteer  # noqa: PLC0415  # see above

    try:
        return str(Gazetteer.builtin().resolve_country(text))
    except PlaceError:
        return None


def _locate_countries(
    areas: gpd.GeoDataFrame, known: pd.Series[Any], findings: Findings
) -> pd.Series[Any]:
    """Fill in the countries that are not known: the one that each unit overlaps most."""
    unknown = known.index[known.isna()]
    if not len(unknown):
        return known
    shares = overlap_shares(areas.loc[unknown], builtin_boundaries(level=0))
    largest = shares.drop_duplicates("row").set_index("row")["place_id"]
    at_sea = unknown.difference(largest.index)
    if len(at_sea):
        findings.error(
            f"{rows_text(at_sea)}: in no country; the CRS or the order of the axes is wrong, "
            "else say --country"
        )
    elif len(unknown) < len(known):
        findings.warn(f"{rows_text(unknown)}: country taken from where the unit lies")
    found = known.fillna(largest.astype(object))
    vet_axes(areas, found, unknown, findings)
    return found


def vet_countries(units: gpd.GeoDataFrame, findings: Findings) -> None:
    """Refuse units that lie nowhere near their country, as with swapped axes.

    Some may, if others do not and to swap the axes would not help: islands far from
    the mainland, for one.
    """
    countries = builtin_boundaries(level=0).set_index("place_id").geometry
    for country, group in units.groupby("country"):
        if country not in countries.index:
            continue
        land = shapely.box(*countries[country].bounds)
        shapes = group.geometry.to_numpy()
        away = ~shapely.intersects(shapes, land)
        helps = away & shapely.intersects(exchanged(shapes), land)
        if away.all():
            why = (
                "but would with latitude and longitude exchanged: swap the axes"
                if helps.any()
                else "nor with its axes swapped: check the CRS and the country"
            )
            findings.error(f"{rows_text(group.index)}: none lies in {country}, {why}")
        elif helps.any():
            findings.error(
                f"{rows_text(group.index[helps])}: not in {country}, as the others are, but would "
                "be with latitude and longitude exchanged: swap the axes"
            )


def locate_parents(units: gpd.GeoDataFrame, findings: Findings) -> pd.Series[Any]:
    """Find the built-in province of its country that each unit overlaps most, else the country."""
    parents: pd.Series[Any] = units["country"].astype(object)
    provinces = builtin_boundaries(level=1)
    for country, group in units.groupby("country"):
        shares = overlap_shares(group, provinces[provinces["country"] == country])
        largest = shares.drop_duplicates("row").set_index("row")["place_id"]
        parents.loc[largest.index] = largest
        outside = group.index.difference(largest.index)
        if len(outside):
            findings.warn(f"{rows_text(outside)}: in no province of {country}; put under it")
    return parents
