"""What ISO 3166-2 lists, and how the built-in places differ from it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pycountry
from shapely.geometry import Point

from geodata.text.folding import fold_letters, fold_name

HERE = Path(__file__).parent
# The countries whose units are compared one by one.
COMPARED = [
    "AFG",
    "TJK",
    "UZB",
    "TKM",
    "IRN",
    "PAK",
    "CHN",
    "KGZ",
    "KAZ",
    "RUS",
    "ARM",
    "BLR",
    "SYR",
    "IRQ",
]
ARABIC = {
    "AE",
    "BH",
    "DZ",
    "EG",
    "IQ",
    "JO",
    "KW",
    "LB",
    "LY",
    "MA",
    "MR",
    "OM",
    "PS",
    "QA",
    "SA",
    "SD",
    "SY",
    "TN",
    "YE",
}
NEAR = 0.5  # degrees: how far a published centre may lie off its country's shape


def iso3_of(alpha_2: str) -> str:
    """Give the alpha-3 code for an alpha-2 code."""
    country = pycountry.countries.get(alpha_2=alpha_2)
    if country is None:
        raise SystemExit(f"{alpha_2!r} is no country of ISO 3166-1")
    return str(country.alpha_3)


@cache
def listed() -> dict[str, dict[str, Any]]:
    """Read every unit of ISO 3166-2: pycountry's entry and that of ``iso3166-2``."""
    text = (files("iso3166_2") / "iso3166-2.json").read_text(encoding="utf-8")
    extra = {code: unit for units in json.loads(text).values() for code, unit in units.items()}
    return {
        unit.code: {
            "name": unit.name.removesuffix(" †"),
            "type": unit.type,
            "parent": unit.parent_code,
            "country": iso3_of(unit.country_code),
            "local": extra[unit.code]["localOtherName"] or "",
            "point": extra[unit.code]["latLng"],
        }
        for unit in pycountry.subdivisions
    }


def name_of(place_id: str) -> str | None:
    """Give the name in ISO's list, without notes in brackets."""
    unit = listed().get(place_id)
    return None if unit is None else re.split(r" [\[(]", str(unit["name"]))[0]


def type_of(place_id: str) -> str | None:
    """Give the type in ISO's list, such as "Region" or "City"."""
    unit = listed().get(place_id)
    return None if unit is None else str(unit["type"])


def names_of(place_id: str) -> list[tuple[str, str]]:
    """Give the names and their languages (ISO 639-3 where told)."""
    unit = listed().get(place_id)
    if unit is None:
        return []
    plain = [(part.strip(" ])"), "") for part in re.split(r"[\[(]", str(unit["name"]))]
    plain = [(re.sub(rf" {place_id[:2]}-\w+$", "", name), lang) for name, lang in plain]
    local = re.findall(r"\s*([^,()]+?)\s*\((\w{3})\)", str(unit["local"]))
    return [pair for pair in plain + local if not pair[0].startswith("EH")]


def part_id(country: str, name: object) -> str | None:
    """Make the id of a part that was dissolved into an ISO unit; none for unnamed parts."""
    if not isinstance(name, str):
        return None
    import anyascii  # noqa: PLC0415 - a slug needs it, nothing else does

    slug = re.sub(r"[^a-z0-9]+", "-", anyascii.anyascii(fold_letters(name))).strip("-")
    return f"x-{country}-{slug}"


def _parts(
    units: gpd.GeoDataFrame, names: dict[str, str], is_whole: Callable[[object, str], bool]
) -> list[dict[str, Any]]:
    """List the named parts that were dissolved into a unit of another name."""
    found = []
    for unit in units[units["place_id"].duplicated(keep=False)].itertuples():
        if is_whole(unit, names[unit.place_id]) or not isinstance(unit.name, str):
            continue
        same = fold_name(unit.name).key == fold_name(names[unit.place_id]).key
        kind = str(unit.type_en).split("|")[0].split()[-1]
        found.append(
            {
                "place_id": part_id(unit.country, unit.name),
                "name": f"{unit.name} {kind}" if same else unit.name,
                "country": unit.country,
                "contained_in": unit.place_id,
                "reason": f"The source draws it; it is a part of {names[unit.place_id]}.",
            }
        )
    return found


def _container(code: str, level1: gpd.GeoDataFrame) -> tuple[str, str] | None:
    """Find the place that contains a listed unit, by its parent, else by its centre."""
    unit = listed()[code]
    own = level1[level1["country"] == unit["country"]]
    if unit["parent"] in set(own["place_id"]):
        return str(unit["parent"]), "ISO lists it as a part of this unit."
    if unit["point"] is None or own.empty:
        return None
    latitude, longitude = unit["point"]
    distance = own.distance(Point(longitude, latitude))
    if distance.min() > NEAR:
        return None
    reason = "ISO lists it; the source does not draw it: its centre lies in this unit."
    return str(own.loc[distance.idxmin(), "place_id"]), reason


def children(code: str, place_ids: set[str]) -> list[str]:
    """List the built-in places that ISO lists under a unit, over any number of steps."""
    found: list[str] = []
    for child, unit in listed().items():
        if unit["parent"] == code:
            found += [child] if child in place_ids else children(child, place_ids)
    return sorted(set(found))


def contained_units(
    units: gpd.GeoDataFrame,
    level1: gpd.GeoDataFrame,
    names: dict[str, str],
    is_whole: Callable[[object, str], bool],
) -> pd.DataFrame:
    """List the units without geometry of their own, and the place that contains each."""
    by_hand = pd.read_csv(HERE / "contained_units.csv", dtype=str).set_index("place_id")
    told = {
        code: (str(row["contained_in"]), str(row["reason"])) for code, row in by_hand.iterrows()
    }
    common = pd.read_csv(HERE / "place_aliases.csv", dtype=str).query("how == 'display'")
    common_names = dict(zip(common["place_id"], common["names"], strict=True))
    place_ids = set(level1["place_id"])
    rows: list[dict[str, Any]] = _parts(units, names, is_whole)
    for code, unit in listed().items():
        if code in place_ids or children(code, place_ids) or code in GROUPS:
            continue
        container = told.get(code) or _container(code, level1)
        if container is None:
            print(f"no container for {code} {unit['name']}")
            continue
        row = {"place_id": code, "name": common_names.get(code, name_of(code))}
        row["country"] = unit["country"]
        rows.append(row | {"contained_in": container[0], "reason": container[1]})
    table = pd.DataFrame(rows).drop_duplicates("place_id")
    return table[~table["place_id"].isin(place_ids)].sort_values("place_id", ignore_index=True)


# Units that ISO lists beside their parts without saying so.
GROUPS = {"IQ-KR": ["IQ-AR", "IQ-DA", "IQ-SU"]}


def write_groups(place_ids: set[str]) -> None:
    """Write the units of ISO that are made of several places, as regions with hard members."""
    rows = []
    for code, unit in listed().items():
        members = GROUPS.get(code) or children(code, place_ids)
        if code in place_ids or not members:
            continue
        names = dict.fromkeys(name for name, _ in names_of(code) if fold_name(name).key)
        rows.append(
            {
                "region_id": code,
                "names": "; ".join(names),
                "country": unit["country"],
                "members": "; ".join(members),
                "reason": f"ISO 3166-2 lists these units as parts of {name_of(code)}.",
            }
        )
    table = pd.DataFrame(rows).sort_values("region_id")
    table.to_csv(HERE / "iso_groups.csv", index=False, lineterminator="\n")


def write_differences(level1: gpd.GeoDataFrame, contained: pd.DataFrame) -> None:
    """Write where the places of the compared countries differ from ISO, with the reason."""
    repairs = pd.read_csv(HERE / "repairs.csv", dtype=str).set_index("place_id")["reason"]
    where = contained.set_index("place_id")
    rows = []
    for country in COMPARED:
        ours = set(level1.loc[level1["country"] == country, "place_id"])
        theirs = {code for code, unit in listed().items() if unit["country"] == country}
        for code in sorted(theirs - ours):
            reason = where["reason"].get(code) or "Made of several places: see iso_groups.csv."
            rows.append((country, code, name_of(code), "only in ISO", reason))
        for code in sorted(ours - theirs):
            name = level1.set_index("place_id")["name"][code]
            rows.append((country, code, name, "only built in", repairs[code]))
    columns = ["country", "place_id", "name", "difference", "reason"]
    table = pd.DataFrame(rows, columns=columns)
    table.to_csv(HERE / "iso_differences.csv", index=False, lineterminator="\n")
