"""Builders that all tests share: tiny typed claims, and boundaries of three squares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from geodata import schema

SHARED_DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"

# How much longer the dear properties are tried than by default: CLAIMATLAS_SOAK=10 for a soak.
SOAK = int(os.environ.get("CLAIMATLAS_SOAK", "1"))

TUPLES = ("actor_ids", "place_ids", "region_ids")
FLOATS = (*schema.NUMBER_COLUMNS, "latitude", "longitude", "low", "high")
DATES = tuple(f"{column}_{end}" for column in schema.DATE_COLUMNS for end in ("first", "last"))
COLUMNS = (*schema.CLAIM_COLUMNS, *schema.PROVENANCE_COLUMNS, *schema.DERIVED_COLUMNS)

# Three squares side by side, west to east, each a degree wide.
SQUARES = ("AF-KDZ", "AF-TAK", "AF-BDS")
NAMES = {"AF-KDZ": "Kunduz", "AF-TAK": "Takhar", "AF-BDS": "Badakhshan"}


def claims(*rows: dict[str, Any]) -> pd.DataFrame:
    """Typed claims from the few fields that a test is about.

    Dates are given as text (``"2023"``, ``"2023-02"``, ``"2023-02-14"``); tuples, intervals
    and whatever else a test leaves out follow from the rest in the simplest way.
    """
    filled = [_fill(dict(row), at) for at, row in enumerate(rows)]
    frame = pd.DataFrame({column: [row.get(column) for row in filled] for column in COLUMNS})
    for column in COLUMNS:
        if column in TUPLES:
            frame[column] = frame[column].astype(object)
        elif column in FLOATS:
            frame[column] = pd.to_numeric(frame[column]).astype("float64")
        elif column in DATES:
            frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
        elif column in ("row", "where_precision"):
            frame[column] = frame[column].astype("Int64")
        else:
            frame[column] = frame[column].astype("str")
    return frame


def _fill(row: dict[str, Any], at: int) -> dict[str, Any]:
    row.setdefault("claim_id", f"c{at + 1}")
    row.setdefault("origin_id", row["claim_id"])
    row.setdefault("actor", "ISKP")
    row.setdefault("actor_ids", tuple(part.strip() for part in row["actor"].split(";")))
    row.setdefault("text", "A statement")
    row.setdefault("place_ids", ())
    row.setdefault("region_ids", ())
    row.setdefault("status", "current")
    row.setdefault("kind", "strength" if {"value", "low"} & set(row) else "presence")
    row.setdefault("file", "claims.csv")
    row.setdefault("row", at + 2)
    spoken = (row.get("affiliation"), row.get("speaker"), row.get("outlet"))
    row.setdefault("source", next((name for name in spoken if name), None))
    _fill_figure(row)
    many = len(row["place_ids"]) > 1
    located = bool(row["place_ids"]) or "latitude" in row
    row.setdefault("extent", ("joint" if many else "each") if located else "nationwide")
    for column in schema.DATE_COLUMNS:
        if row.get(column):
            period = pd.Period(str(row[column]).rstrip("~"))
            row[f"{column}_first"] = period.start_time.normalize()
            row[f"{column}_last"] = period.end_time.normalize()
    return row


def _fill_figure(row: dict[str, Any]) -> None:
    value = row.get("value")
    if value is None and "low" not in row:
        return
    row.setdefault("modifier", "exact")
    row.setdefault("unit", "fighters")
    row.setdefault("unit_family", row["unit"])
    open_below, open_above = row["modifier"] == "up_to", row["modifier"] in ("over", "at_least")
    row.setdefault("low", 0.0 if open_below else value)
    row.setdefault("high", np.inf if open_above else value)


def squares() -> gpd.GeoDataFrame:
    """Boundaries of level 1: Kunduz, Takhar and Badakhshan as squares at 36-37 N, 68-71 E."""
    return _boundaries(
        [(place, NAMES[place], 1, "AFG", "AFG", box(68 + at, 36, 69 + at, 37))
         for at, place in enumerate(SQUARES)]
    )  # fmt: skip


def countries() -> gpd.GeoDataFrame:
    """Boundaries of level 0: Afghanistan, which holds the squares, and Tajikistan above it."""
    return _boundaries(
        [
            ("AFG", "Afghanistan", 0, "AFG", None, box(68, 36, 71, 37)),
            ("TJK", "Tajikistan", 0, "TJK", None, box(68, 37, 71, 38)),
        ]
    )


def districts() -> gpd.GeoDataFrame:
    """Boundaries of level 2: two districts in each of the three squares."""
    rows = []
    for at, place in enumerate(SQUARES):
        for part, south in enumerate((36.0, 36.5), start=1):
            shape = box(68 + at, south, 69 + at, south + 0.5)
            rows.append((f"{place}-{part}", f"{NAMES[place]} {part}", 2, "AFG", place, shape))
    return _boundaries(rows)


def _boundaries(rows: list[tuple[Any, ...]]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(rows, columns=list(schema.BOUNDARY_COLUMNS))
    frame = frame.astype({"place_id": "str", "name": "str", "country": "str", "parent": "str"})
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=schema.CRS)
