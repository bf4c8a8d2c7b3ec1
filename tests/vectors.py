"""Golden vectors: what Python says of some claims, for the page's scripts to say the same in Node.

Rules that must live in the browser too (days, filters, counts, folding, words) are held by these:
``write`` puts them into a file that the tests in tests/js read. Nothing of them is committed.
"""

from __future__ import annotations

import itertools
import json
import math
import random
from typing import TYPE_CHECKING, Any

import pandas as pd

from common import SQUARES, claims, squares
from geodata import (
    builtin_boundaries,
    currency_at,
    date_claims,
    find_contradictions,
    join_claims,
    read_claims,
    sample_claims_path,
    schema,
    summarise_claims,
)
from geodata.places.gazetteer import Gazetteer
from geodata.places.gazetteer.tables import builtin_units
from geodata.rules.dating import source_key
from geodata.text.figures import interval_in_words
from geodata.text.folding import search_form
from geodata.text.quantities import in_words
from mapping import explore
from mapping.page import bundle
from mapping.page.columns import EPOCH
from mapping.page.document import PageFigure
from mapping.page.packing import pack_data
from mapping.page.search_names import search_names
from mapping.page.text91 import packed_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd

    from mapping.page.document import PageContent

# Enough for each rule of tellings, successors and retractions to meet each other.
RANDOM_CLAIMS = 240
SEED = 20230601
MOST_TURNS = 8
DAYS = ("2019-12-31", "2021-06-30", "2022-02-14", "2023-06-01", "2024-11-30")
STATUSES = (*["current"] * 6, "corrected", "retracted", "superseded")


def write(path: Path) -> Path:
    """Write all vectors as JSON."""
    names = list(_names())
    vectors = {
        "words": bundle.words("en"),
        "pages": [_page("sample", None), _page("random", random_claims())],
        "tables": [_table(columns) for columns in TABLES],
        "folding": [[text, search_form(text)] for text in _texts(names)],
        "names": names,
        "figures": list(_figures()),
        "intervals": [
            [low, None if high == math.inf else high, interval_in_words(low, high)]
            for low, high in itertools.product(NUMBERS, (*NUMBERS, math.inf))
        ],
    }
    path.write_text(json.dumps(vectors, ensure_ascii=False), encoding="utf-8")
    return path


# --- claims as of a day ------------------------------------------------------------------------


def random_claims() -> pd.DataFrame:
    """Make claims that retell, replace, correct and retract each other, by a fixed seed."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    rows: list[dict[str, Any]] = []
    for at in range(RANDOM_CLAIMS):
        row: dict[str, Any] = {
            "claim_id": f"c{at}",
            "actor": chance.choice(["ISKP", "TTP", "ISKP; TTP", "AQ"]),
            "text": f"Statement {at} of {chance.choice(['Café', 'Ерёма', 'کندز'])}",
            "outlet": chance.choice(["A", "B", "c", "C "]),
            "affiliation": chance.choice([None, "UN", "ООН", "UNAMA", "Russia"]),
            "place_ids": tuple(chance.sample(SQUARES, chance.choice([0, 1, 1, 2, 3]))),
            "status": chance.choice(STATUSES),
            "reported": _date(chance),
            "stated": _date(chance),
            "as_of": _date(chance) if chance.random() < 0.3 else None,
            "tags": chance.choice([None, None, "actor-targeted", "x; Actor-targeted"]),
            "reliability": chance.choice([None, "A", "C"]),
            "credibility": chance.choice([None, "2", "6"]),
        }
        row["country"] = None if row["place_ids"] else "AFG"
        if chance.random() < 0.5:
            row |= {"value": float(chance.randrange(0, 4) * 100), "kind": "strength"}
            row["modifier"] = chance.choice(["exact", "about", "up_to", "over"])
        else:
            row["kind"] = chance.choice(["presence", "attack", "assessment", "denial"])
        row["extent"] = (
            chance.choice(["each", "joint", "within"]) if row["place_ids"] else "nationwide"
        )
        if rows and chance.random() < 0.4:
            row["origin_id"] = chance.choice(rows)["claim_id"]
        if row["status"] != "current":
            row["status_date"] = _date(chance)
        rows.append(row)
    known = {row["claim_id"]: row for row in rows}
    for row in rows:  # of a telling's telling the origin is the first
        while known[row.get("origin_id", row["claim_id"])].get("origin_id"):
            row["origin_id"] = known[row["origin_id"]]["origin_id"]
    for at, row in enumerate(rows[1:], start=1):
        same = [one for one in rows[:at] if _origin(one) == _origin(row)]
        if row["status"] == "retracted":  # what it replaces counts again from then on
            row |= {"supersedes": chance.choice(rows[:at])["claim_id"], "reported": "2020-05"}
            row["status_date"] = f"2023-{chance.randrange(1, 13):02}-15"
        elif chance.random() < 0.4:
            row["supersedes"] = chance.choice(same or rows[:at])["claim_id"]
    return claims(*rows, *_set_that_clashes())


def _set_that_clashes() -> list[dict[str, Any]]:
    """Three figures of which any two can hold together, and not all three."""
    said = {
        "actor": "TTP", "text": "A figure", "kind": "strength", "status": "current",
        "reported": "2022-06-01", "stated": "2022-06-01",
    }  # fmt: skip
    west, middle = SQUARES[:2]
    figures = [
        {"place_ids": (west,), "value": 500.0, "extent": "each", "modifier": "exact"},
        {"place_ids": (middle,), "value": 500.0, "extent": "each", "modifier": "exact"},
        {"place_ids": (west, middle), "value": 800.0, "extent": "joint", "modifier": "up_to"},
    ]
    return [
        said | figure | {"claim_id": f"set{at}", "affiliation": f"Body {at}"}
        for at, figure in enumerate(figures)
    ]


def _origin(row: dict[str, Any]) -> str:
    return str(row.get("origin_id", row["claim_id"]))


def _date(chance: random.Random) -> str | None:
    year, month = chance.randrange(2019, 2025), chance.randrange(1, 13)
    forms = [
        None,
        f"{year}",
        f"{year}-{month:02}",
        *[f"{year}-{month:02}-{chance.randrange(1, 28):02}"] * 5,
    ]
    return chance.choice(forms)


def _page(name: str, frame: pd.DataFrame | None) -> dict[str, Any]:
    if frame is None:
        source: Any = sample_claims_path()
        typed, boundaries = read_claims(source), None
    else:
        source, typed, boundaries = frame, frame, squares()
    page = explore(source, boundaries=boundaries, as_of=DAYS[-1])
    figure = page.get_root()
    assert isinstance(figure, PageFigure)
    content = figure.content
    units = _units(content, boundaries)
    joined = join_claims(typed, units)
    return {
        "name": name,
        "meta": {key: value for key, value in content.meta.items() if key != "words"},
        "data": content.payload.packed_data(words=content.meta["words"]),
        "geometry": content.payload.packed_geometry(),
        "columns": _values(content.payload.data["claims"]),
        "shapes": content.payload.data["places"]["shapes"],
        "outlines": _outlines(units),
        "days": [_day(typed, joined, units, day) for day in _days(typed)],
        "filters": list(_filters(typed)),
    }


def _units(content: PageContent, boundaries: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    if boundaries is not None:
        return boundaries
    drawn = content.payload.data["places"]["columns"]
    ids = {
        place
        for place, role in zip(drawn["id"]["v"], drawn["role"]["c"], strict=True)
        if drawn["role"]["v"][role] == "unit"
    }
    world = builtin_boundaries(level=1)
    return world[world["place_id"].isin(ids)].reset_index(drop=True)


def _days(typed: pd.DataFrame) -> list[str]:
    """Days between, and some on which a claim appears, ends, is suspended or counts again."""
    dated = date_claims(typed)
    suspended = sorted({day for spans in dated["suspended"] for span in spans for day in span})
    turns: set[pd.Timestamp] = set()
    for column in ("visible_from", "current_until"):
        turns |= set(dated[column].dropna())
    chosen = random.Random(SEED).sample(sorted(turns), min(MOST_TURNS, len(turns)))  # noqa: S311 - nothing secret
    days = {day.strftime("%Y-%m-%d") for day in [*chosen, *suspended[-MOST_TURNS:]]}
    return [*sorted(days - {DAYS[-1]}), *DAYS]


def _outlines(units: gpd.GeoDataFrame) -> dict[str, dict[str, Any]]:
    """Give the bounds of each unit (west, south, east, north), and a point inside of it."""
    return {
        place: {
            "bounds": list(shape.bounds),
            "inside": list(shape.representative_point().coords[0]),
        }
        for place, shape in zip(units["place_id"], units.geometry, strict=True)
    }


def _contradictions(typed: pd.DataFrame, day: str) -> list[list[str]]:
    """What each is, and its claims, all in the order of the alphabet."""
    found = find_contradictions(typed, as_of=day)
    pairs = zip(found["what"], found["claims"], strict=True)
    return sorted([what, *sorted(members)] for what, members in pairs)


def _day(
    typed: pd.DataFrame, joined: gpd.GeoDataFrame, units: gpd.GeoDataFrame, day: str
) -> dict[str, Any]:
    at = currency_at(typed, day)
    seen = at[at["visible"]]
    places = summarise_claims(joined, units, as_of=day)
    return {
        "day": (pd.Timestamp(day) - EPOCH).days,
        "visible": seen["claim_id"].tolist(),
        "current": at.loc[at["current"], "claim_id"].tolist(),
        "counting": at.loc[at["counts"], "claim_id"].tolist(),
        "age": dict(zip(at["claim_id"], at["age"], strict=True)),
        "forecast": at.loc[at["forecast"], "claim_id"].tolist(),
        "status": dict(zip(at["claim_id"], at["status_then"], strict=True)),
        "contradictions": _contradictions(typed, day),
        "counts": {
            "claims": len(seen),
            "origins": seen["origin_id"].nunique(),
            "sources": _sources(seen),
        },
        "places": {
            row.place_id: {
                "sources": int(row.sources),
                "origins": int(row.origins),
                "soft": int(row.soft_origins),
                "age": None if pd.isna(row.age) else row.age,
            }
            for row in places.itertuples()
        },
    }


def _sources(frame: pd.DataFrame) -> int:
    return int(source_key(frame["source"]).nunique())


def _filters(typed: pd.DataFrame) -> Iterable[dict[str, Any]]:
    """What passes some filters on the last day."""
    seen = currency_at(typed, DAYS[-1])
    seen = seen[seen["visible"]]
    actor = seen["actor_ids"].explode().mode()[0]
    place = seen["place_ids"].explode().mode()[0]
    kinds = sorted(set(seen["kind"]))[:2]
    by_actor = seen["actor_ids"].map(lambda names: actor in names)
    tests = [
        ({"actor": [actor]}, by_actor),
        ({"kind": kinds}, seen["kind"].isin(kinds)),
        ({"place": [place]}, seen["place_ids"].map(lambda ids: place in ids)),
        ({"actor": [actor], "kind": kinds}, by_actor & seen["kind"].isin(kinds)),
        ({"rating": ["A"]}, seen["reliability"] == "A"),
        ({"rating": ["unrated"]}, seen["reliability"].isna() & seen["credibility"].isna()),
        ({"status": ["current"]}, (seen["status_then"] == "current") & ~seen["forecast"]),
        ({"status": ["forecast"]}, (seen["status_then"] == "current") & seen["forecast"]),
        ({"status": ["retracted"]}, seen["status_then"] == "retracted"),
    ]
    for state, passes in tests:
        yield {"state": state, "listed": seen.loc[passes, "claim_id"].tolist()}
    counted = seen["kind"].value_counts()
    yield {"state": {}, "listed": seen["claim_id"].tolist(), "kinds": counted.to_dict()}


# --- packed tables -----------------------------------------------------------------------------

TABLES: list[dict[str, dict[str, Any]]] = [
    {"claim_id": {"t": "raw", "v": [None, "c1", "c10", "x007", "", "۷", "7", "v-1", "c4294967296",
                                    "c1"]}},
    {"text": {"t": "raw", "v": ["", " ", "a  b", None, "\n", "a b\nc ", "\u2028", "a"]}},
    {"value": {"t": "raw", "v": [None, 0, -1, 2**31, 2**40, -(2**40), 1.5, 0.00001, 1e300,
                                 5e-324]}},
    {"lat": {"t": "raw", "v": [36.72905, -0.00001, 90, None, -90]}},
    {
        "unit": {"t": "dict", "v": ["fighters", "men", "rifles"], "c": [0, 1, -1, 2, 0]},
        "family": {"t": "dict", "v": ["people", "arms"], "c": [0, 0, -1, 1, 0]},
    },
    {
        "value": {"t": "raw", "v": [100, 200, None, 3]},
        "modifier": {"t": "dict", "v": ["up_to", "about"], "c": [0, 1, -1, 0]},
        "low": {"t": "raw", "v": [0, 180, None, 0]},
        "high": {"t": "raw", "v": [100, 220, None, 3]},
    },
    {"actors": {"t": "list", "v": ["a", "b", "é"], "n": [0, 2, 1, 3], "c": [0, 2, 1, 0, 1, 2]}},
    {"place": {"t": "list", "v": None, "n": [1, 0, 2], "c": [7, 0, 300]}},
]  # fmt: skip


def _table(columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    first = next(iter(columns.values()))
    count = len(first.get("n") or first.get("c") or first["v"])
    table = {"n": count, "columns": columns}
    shapes = [[[0, ~1], [2]], []]
    places = {"n": 1, "columns": {}, "shapes": shapes}
    data = {"claims": table, "places": places, "sets": [], "regions": {}}
    return {"data": packed_text(pack_data(data)), "columns": _values(table), "shapes": shapes}


def _values(table: dict[str, Any]) -> dict[str, list[Any]]:
    """What stands in each row of each column."""
    return {name: _column(column) for name, column in table["columns"].items()}


def _column(column: dict[str, Any]) -> list[Any]:
    values = column["v"]
    if column["t"] == "raw":
        return list(values)
    if column["t"] == "dict":
        return [None if code < 0 else values[code] for code in column["c"]]
    codes = iter(column["c"])
    rows = [[next(codes) for _ in range(count)] for count in column["n"]]
    return rows if values is None else [[values[code] for code in row] for row in rows]


# --- figures in words --------------------------------------------------------------------------

NUMBERS = (0.0, 1.0, 999.0, 1000.0, 20000.5, 0.125, 1.005, 1234567.891, 2.0**40)


def _figures() -> Iterable[dict[str, Any]]:
    """Every way of giving a figure, with and without a unit."""
    one = [(number, None, None) for number in NUMBERS]
    several = [(None, 50.0, None), (None, None, 60.0), (None, 50.0, 60.0), (55.0, 50.0, 60.0)]
    for value, low, high in [*one, *several, (None, None, None)]:
        for modifier in (None, *schema.MODIFIERS):
            yield {
                "row": {"value": value, "value_low": low, "value_high": high, "modifier": modifier},
                "number": in_words(value, low, high, modifier, None),
                "of_unit": in_words(value, low, high, modifier, "fighters"),
            }


# --- names -------------------------------------------------------------------------------------


STRANGE = (
    "4,000–6,000 men", "12 000", "٬٤٬٠٠٠", "٤,٠٠٠", "ЁЖИК Й", "Straße", "İI", "ﬁn", "ك\u200cي",
    "1.000", "ئاقسۇ", "ۀ ۂ ۓ ٱ أ ؤ", "Ǆ ½ ² Ⅷ", "a\u0301", "𝒜", "\u064a\u0654", "l'Oural",
    "d\u2019Ivoire",
)  # fmt: skip


def _texts(names: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Texts to fold: all names of the built-in tables, and what no table has."""
    yield from sorted({name for unit in names for name in unit["names"]})
    yield from STRANGE


def _names() -> Iterable[dict[str, Any]]:
    """Every place with what the page of its country has of its names, and all that it is called."""
    gazetteer = Gazetteer.builtin()
    by_country: dict[str, list[Any]] = {}
    for unit in builtin_units().values():
        if unit.level == 1:
            by_country.setdefault(unit.country, []).append(unit)
    for units in by_country.values():
        names = {unit.place_id: gazetteer.names(unit.place_id) for unit in units}
        carried = search_names([(unit.place_id, unit.name) for unit in units], names)
        for unit, others in zip(units, carried, strict=True):
            yield {
                "place": unit.place_id,
                "carried": f"{unit.name}\n{others}",
                "names": list(dict.fromkeys([unit.name, *names[unit.place_id]])),
            }
