"""The pictures of the rules and of the way of a claim, drawn from what the product itself says.

No figure in them is written by hand: intervals, counts, ages and changes are those that
`geodata` works out for the sample claims.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geodata import (
    builtin_boundaries,
    currency_at,
    find_contradictions,
    find_drift,
    join_claims,
    read_claims,
    sample_claims,
    schema,
    summarise_claims,
)
from svg import Sheet, box, in_metres, label, line, picture, text

AS_OF: Final = "2023-06-30"
NORTH: Final = ("AF-BDS", "AF-KDZ", "AF-TAK")
AROUND: Final = (*NORTH, "AF-BGL")
# Where the words of the first picture stand, from the middle of the province.
NAMES: Final = {"AF-BDS": (18, 34), "AF-KDZ": (-6, 16), "AF-TAK": (6, -6), "AF-BGL": (0, 12)}
FIGURES: Final = {"AF-BDS": (0, -6), "AF-KDZ": (-10, -12), "AF-TAK": (4, 16)}
CLASSES: Final = 5


def extent() -> str:
    """Draw the same words, covering the same provinces in four ways."""
    provinces = builtin_boundaries(countries=["AFG"])
    areas = in_metres(provinces)
    readings = {
        "each": "up to 4,000 in every one",
        "joint": "up to 4,000 together",
        "within": "up to 4,000 among them",
        "nationwide": "up to 4,000 in all of it",
    }
    drawn = []
    for number, (reading, meaning) in enumerate(readings.items()):
        x, y = 20 + number % 2 * 380, 34 + number // 2 * 250
        drawn += [text(reading, x, y - 12, class_="head"), text(meaning, x + 104, y - 12)]
        drawn += _reading(Sheet(areas.loc[list(AROUND)], x, y, 330), areas, reading)
    return picture(drawn, 740, 500, title="One figure over three provinces, read in four ways")


def _reading(sheet: Sheet, areas: pd.Series, reading: str) -> list[str]:
    places = None if reading == "nationwide" else "; ".join(NORTH)
    row = {"actor": "ISKP", "text": "…", "kind": "strength", "value": "up to 4,000"}
    claims = read_claims(
        pd.DataFrame([row | {"unit": "fighters", "places": places, "country": "AFG",
                             "extent": reading, "affiliation": "CSTO", "reported": "2023-02-14"}])
    )  # fmt: skip
    provinces = builtin_boundaries(countries=["AFG"])
    joined = join_claims(claims, provinces)
    summary = summarise_claims(joined, provinces, as_of=AS_OF).set_index("place_id")
    drawn = [
        sheet.path(shape, class_=f"unit shade-{min(summary['sources'][place], CLASSES)}")
        for place, shape in sheet.areas.items()
    ]
    drawn += [
        text(summary["name"][place], x + dx, y + dy, class_="name", anchor="middle")
        for place, (dx, dy) in NAMES.items()
        for x, y in [sheet.point(areas[place])]
    ]
    whole = shapely.union_all(areas.loc[list(NORTH)].to_numpy())
    high = joined["place_high"].iloc[0]
    if reading == "each":
        for place, (dx, dy) in FIGURES.items():
            x, y = sheet.point(areas[place])
            drawn.append(label([f"0–{high:,.0f}"], x + dx, y + dy))
    elif reading == "nationwide":
        drawn.append(label(["Afghanistan", f"up to {high:,.0f}"], sheet.x + 240, sheet.y + 172))
    else:
        style = "set" if reading == "joint" else "set loose"
        words = "jointly" if reading == "joint" else "somewhere among these"
        drawn += [
            sheet.path(whole, class_=style),
            label([f"up to {high:,.0f}", words], sheet.x + 240, sheet.y + 172),
        ]
    return drawn


def modifier() -> str:
    """Draw what six wordings leave open."""
    words = ["6,500", "about 6,500", "up to 4,000", "over 1,000", "at least 3,000", "4,000–6,000"]
    row = {"actor": "ISKP", "text": "…", "kind": "strength", "country": "AFG", "unit": "fighters"}
    claims = read_claims(pd.DataFrame([row | {"value": value} for value in words]))
    most, left, right, step = 8000, 250, 700, 44
    scale = (right - left) / most
    drawn = []
    for tick in range(0, most + 1, 2000):
        x = left + tick * scale
        drawn += [
            line(x, 20, x, 30 + step * len(words), class_="grid"),
            text(f"{tick:,}", x, 14, class_="muted", anchor="middle"),
        ]
    for number, claim in enumerate(claims.to_dict("records")):
        y = 50 + step * number
        low, high = left + claim["low"] * scale, left + min(claim["high"], most) * scale
        drawn += [text(f"“{words[number]}”", 8, y), text(claim["modifier"], 150, y, class_="head")]
        if claim["low"] == claim["high"]:
            soft = claim["modifier"] == "about"
            if soft:  # figures are compared with some play where one is "about"
                play = claim["low"] * schema.ABOUT_TOLERANCE * scale
                drawn.append(box(low - play, y - 13, 2 * play, 16, class_="soft", radius=8))
            drawn.append(box(low - 4, y - 13, 8, 16, class_="bar", radius=4))
        else:
            drawn.append(box(low, y - 13, high - low, 16, class_="bar", radius=2))
        if np.isinf(claim["high"]):
            drawn.append(text("→ open", right + 4, y, class_="muted"))
    return picture(drawn, 760, 40 + step * len(words), title="What six wordings leave open")


def shade() -> str:
    """Draw how many sources speak of each province."""
    provinces = builtin_boundaries(countries=["AFG"])
    joined = join_claims(sample_claims(), provinces)
    summary = summarise_claims(joined, provinces, as_of="2024-12-31").set_index("place_id")
    areas = in_metres(provinces)
    sheet = Sheet(areas, 10, 10, 520)
    drawn = [
        sheet.path(shape, class_=f"unit shade-{min(summary['sources'][place], CLASSES)}")
        for place, shape in areas.items()
    ]
    drawn.append(text("Sources that speak of it", 560, 40, class_="head"))
    for number in range(CLASSES + 1):
        count = f"{number}+" if number == CLASSES else str(number)
        known = int((summary["sources"].clip(upper=CLASSES) == number).sum())
        words = f"{count}: {known} province{'' if known == 1 else 's'}"
        words = words if number else f"nothing collected: {known}"
        drawn += [
            box(560, 60 + 30 * number, 26, 18, class_=f"unit shade-{number}"),
            text(words, 594, 74 + 30 * number),
        ]
    most = summary["sources"].idxmax()
    x, y = sheet.point(areas[most])
    drawn.append(label([summary["name"][most], f"{summary['sources'][most]} sources"], x, y))
    return picture(drawn, 760, int(sheet.height) + 20, title="Provinces by the number of sources")


def origins() -> str:
    """Draw one statement and its tellings, with what each of them changed."""
    claims = sample_claims()
    tellings = claims[claims["origin_id"] == "tass-2023-02-north"].sort_values("reported_last")
    drift = find_drift(claims, as_of="2024-12-31")
    changed = drift[drift["field"] == "modifier"].set_index("claim_id")["what"]
    step, top = 58, 20
    middle = top + step * (len(tellings) - 1) / 2 + 18
    first = tellings[tellings["claim_id"] == tellings["origin_id"]].iloc[0]
    drawn = [
        label(["one origin", f"up to {first['high']:,.0f} fighters", "counts once"], 90, middle)
    ]
    for number, claim in enumerate(tellings.to_dict("records")):
        y = top + step * number + 18
        said = f"{claim['high']:,.0f}" if claim["modifier"] == "exact" else (
            f"{claim['modifier'].replace('_', ' ')} {claim['high']:,.0f}"
        )  # fmt: skip
        what = changed.get(claim["claim_id"], "first telling" if number == 0 else "as it was said")
        loss = claim["claim_id"] in changed
        drawn += [
            line(168, middle, 300, y, class_="link lost" if loss else "link"),
            box(300, y - 20, 250, 40, class_="tag", radius=3),
            text(f"“{said}”", 312, y - 3, class_="strong"),
            text(f"{claim['outlet']}, {claim['reported']}", 312, y + 14, class_="muted"),
            text(what, 570, y + 5, class_="alarm" if loss else "muted"),
        ]
    height = int(top + step * len(tellings) + 10)
    return picture(drawn, 740, height, title="Five tellings of one statement")


def time() -> str:
    """Draw from when a claim is visible, and how it ages."""
    wanted = ["tass-2023-02-north", "un-2020-07-iskp", "etim-2022-size"]
    claims = sample_claims()
    dated = currency_at(claims, "2024-06-30").set_index("claim_id").loc[wanted]
    start, end, left, right = pd.Timestamp("2020-01-01"), pd.Timestamp("2025-12-31"), 20, 740
    scale = (right - left) / (end - start).days

    def at(day: pd.Timestamp) -> float:
        return float(left + (min(max(day, start), end) - start).days * scale)

    drawn = []
    for year in range(2020, 2027):
        x = at(pd.Timestamp(year, 1, 1))
        drawn += [line(x, 24, x, 310, class_="grid"), text(str(year), x + 4, 18, class_="muted")]
    for number, claim in enumerate(dated.to_dict("records")):
        y = 60 + 86 * number
        true = claim["true_of"]
        ages = [
            ("fresh", true, schema.FRESH_DAYS),
            ("ageing", true + pd.Timedelta(days=schema.FRESH_DAYS), schema.STALE_DAYS),
            ("stale", true + pd.Timedelta(days=schema.STALE_DAYS), None),
        ]
        words = f"{claim['source']}: {claim['text']}"
        drawn.append(text(words if len(words) < 96 else words[:94] + "…", left, y - 14))
        for age, begin, until in ages:
            stop = end if until is None else true + pd.Timedelta(days=until)
            stop = min(stop, claim["current_until"]) if pd.notna(claim["current_until"]) else stop
            begin = max(begin, claim["visible_from"])  # noqa: PLW2901 - not before it is out
            if begin < stop and at(begin) < at(stop):
                width = at(stop) - at(begin)
                drawn.append(box(at(begin), y, width, 18, class_=f"age {age}"))
                if width > 50:
                    drawn.append(text(age, at(begin) + 6, y + 13, class_=f"on-{age}"))
        drawn += [
            element_mark(at(true), y + 9),
            text(f"true of {true:%d %b %Y}", at(true), y + 34, class_="muted"),
        ]
        if pd.notna(claim["current_until"]) and claim["current_until"] < end:
            words = f"replaced {claim['current_until']:%d %b %Y}"
            drawn.append(text(words, at(claim["current_until"]) + 4, y + 13, class_="muted"))
    return picture(drawn, 760, 320, title="Three claims, from when they count and how they age")


def element_mark(x: float, y: float) -> str:
    """Give the mark of the day of which a claim is true."""
    return box(x - 5, y - 5, 10, 10, class_="mark", radius=5)


def comparison() -> str:
    """Draw what was said of ISKP in the whole country, and the two figures that clash."""
    claims = sample_claims()
    day = "2023-12-31"
    current = currency_at(claims, day)
    iskp = current["actor_ids"].map(lambda names: "ISKP" in names)
    nationwide = current["extent"].eq("nationwide") & current["kind"].eq("strength")
    said = claims[iskp & nationwide & current["counts"]].sort_values("stated_last")
    clashes = find_contradictions(claims, as_of=AS_OF, window_days=400)
    clash = clashes[(clashes["what"] == "figures") & clashes["actors"].map(lambda a: "ISKP" in a)]
    clashing = {*clash["claim_a"], *clash["claim_b"]}
    most, left, right, step = 8000, 270, 700, 46
    scale = (right - left) / most
    drawn = []
    for tick in range(0, most + 1, 2000):
        x = left + tick * scale
        drawn += [
            line(x, 20, x, 30 + step * len(said), class_="grid"),
            text(f"{tick:,}", x, 14, class_="muted", anchor="middle"),
        ]
    ends = {}
    for number, claim in enumerate(said.to_dict("records")):
        y = 48 + step * number
        low, high = left + claim["low"] * scale, left + claim["high"] * scale
        mark = claim["claim_id"] in clashing
        other = claim["unit_family"] != "fighters"
        when = claim["as_of"] if pd.notna(claim["as_of"]) else claim["stated"]
        style = "bar clash" if mark else "bar other" if other else "bar"
        drawn += [
            text(f"{claim['source']}, {when.replace('~', ' or so')}", 8, y - 4, class_="strong"),
            text(claim["unit"], 8, y + 12, class_="muted"),
            box(low - 4, y - 10, max(high - low, 0) + 8, 16, class_=style, radius=4),
        ]  # fmt: skip
        if mark:
            ends[claim["claim_id"]] = (low, y)
        if other:
            drawn.append(text("other unit: not compared", high + 14, y + 4, class_="muted"))
    (x1, y1), (x2, y2) = sorted(ends.values(), key=lambda end: end[1])
    drawn += [
        line(x1, y1 + 8, x1, y2, class_="link lost"),
        line(x1, y2, x2 - 6, y2, class_="link lost"),
        text(f"{clash['distance'].iloc[0]:,.0f} apart", (x1 + x2) / 2, y2 - 6, class_="alarm",
             anchor="middle"),
    ]  # fmt: skip
    return picture(drawn, 760, 40 + step * len(said), title="What sources said of ISKP's strength")


# The steps of a claim's way: a name, what comes out of it, and the packages that it lives in.
WAY: Final = (
    ("read", "rows of text", "geodata.io"),
    ("validate", "numbers, days, codes", "geodata.validate"),
    ("resolve places", "place ids", "geodata.places"),
    ("corpus", "dated, linked, counted once", "geodata.corpus"),
    ("page", "columns and arcs", "mapping.page"),
    ("save", "one HTML file", "geodata.io"),
)
VIEWS: Final = ("join_claims", "summarise_claims", "find_contradictions", "bound_places")


def way() -> str:
    """Draw the way of a claim from a file to the page, and the views beside it."""
    left, width, step, tall = 20, 250, 62, 40
    drawn = []
    for number, (name, result, package) in enumerate(WAY):
        y = 10 + number * step
        drawn += [
            box(left, y, width, tall, class_="tag", radius=4),
            text(name, left + 12, y + 17, class_="strong"),
            text(package, left + 12, y + 33, class_="muted"),
            text(result, left + width + 12, y + 25, class_="muted"),
        ]
        if number:
            drawn.append(line(left + 30, y - step + tall, left + 30, y, class_="link"))
    corpus = 10 + step * [name for name, *_ in WAY].index("corpus")
    aside = 520
    for number, view in enumerate(VIEWS):
        y = corpus - 74 + number * 46
        drawn += [
            line(aside - 28, corpus + 20, aside, y + 16, class_="link"),
            box(aside, y, 210, 32, class_="tag", radius=4),
            text(view, aside + 12, y + 21),
        ]
    return picture(drawn, 750, 20 + step * len(WAY), title="The way of a claim, from file to page")


PICTURES: Final[dict[str, Callable[[], str]]] = {
    "extent": extent,
    "modifier": modifier,
    "shade": shade,
    "origins": origins,
    "time": time,
    "comparison": comparison,
    "way": way,
}
