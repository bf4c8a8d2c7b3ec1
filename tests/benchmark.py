"""Our page beside `geopandas.explore()`, a layer an actor, on the same claims in the same run.

Run it with ``python tests/benchmark.py`` after ``pip install -e .[benchmark]``; ``--world`` adds 100,000 claims over all
provinces of the world, on which the peer takes minutes and does not draw. It prints one
table. Timings depend on the machine, which is why they stand here and not in the tests.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from playwright.sync_api import Page, Route, sync_playwright

import chromium
from geodata import builtin_boundaries, read_claims
from geodata.schema import KINDS, MODIFIERS
from mapping import bundle, explore

ACTORS = tuple(f"Group {letter}" for letter in "ABCDEFGHIJKL")
RUNS = 5
WORDS = (
    "fighters", "militants", "border", "district", "camp", "checkpoint", "convoy", "said",
    "reported", "officials", "near", "province", "village", "attack", "presence", "trained",
    "moved", "weapons", "cross", "river", "valley", "road", "school",
)  # fmt: skip
# What a reader does: each changes filter, date or place, and the page is drawn anew.
STEPS = ("actor=Group%20A", "actor=Group%20B&kind=attack", "asof=2023-06-01", "q=convoy", "")


@dataclass(frozen=True)
class Figures:
    """What one page cost; times in milliseconds, medians over the runs."""

    name: str
    build: float
    megabytes: float
    ready: float | None
    update: float | None = None
    update_95: float | None = None


def made_up_claims(count: int, places: gpd.GeoDataFrame, *, seed: int = 1) -> pd.DataFrame:
    """A raw claims table: 12 actors, two in three claims retold, texts of 8 to 30 words."""
    rng = np.random.default_rng(seed)
    origin = rng.integers(0, max(count // 3, 1), count)
    at = rng.integers(0, len(places), count)
    day = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 1400, count), unit="D")
    lengths = rng.integers(8, 31, count)
    value = np.where(rng.random(count) < 0.5, rng.integers(10, 5000, count).astype(str), "")
    return pd.DataFrame(
        {
            "claim_id": [f"c{number}" for number in range(count)],
            "origin_id": [f"o{number}" for number in origin],
            "actor": rng.choice(ACTORS, count),
            "kind": np.where(value == "", "presence", rng.choice(KINDS[:1], count)),
            "text": [" ".join(rng.choice(WORDS, length)) for length in lengths],
            "places": places["place_id"].to_numpy()[at],
            "country": places["country"].to_numpy()[at],
            "extent": "each",
            "value": value,
            "modifier": np.where(value == "", "", rng.choice(MODIFIERS[:5], count)),
            "unit": np.where(value == "", "", "fighters"),
            "affiliation": [f"Source {number}" for number in rng.integers(0, 60, count)],
            "outlet": [f"Outlet {number}" for number in rng.integers(0, 200, count)],
            "url": [f"https://example.org/{number}" for number in range(count)],
            "stated": day.strftime("%Y-%m-%d"),
            "reported": day.strftime("%Y-%m-%d"),
        }
    ).replace("", None)


def build_ours(claims: pd.DataFrame, target: Path) -> None:
    explore(claims, as_of="2024-12-31").save(target)


def build_peer(claims: pd.DataFrame, places: gpd.GeoDataFrame, target: Path) -> None:
    """A choropleth of claims for each actor: what geopandas users do today."""
    m = folium.Map(tiles=None)
    for actor, told in claims.groupby("actor"):
        counts = told.groupby("places").size().rename("claims")
        layer = places.merge(counts, left_on="place_id", right_index=True)
        layer[["name", "claims", "geometry"]].explore("claims", m=m, name=str(actor), legend=False)
    folium.LayerControl().add_to(m)
    m.save(target)


def measure(
    name: str, build: Callable[[Path], None], page: Page, folder: Path, *, ready: str | None
) -> Figures:
    """Build and open a page several times; ``ready`` is what tells that it has drawn."""
    target = folder / f"{name}.html"
    builds, readies = [], []
    for _ in range(RUNS):
        start = time.perf_counter()
        build(target)
        builds.append(1000 * (time.perf_counter() - start))
    updates: list[float] = []
    for _ in range(RUNS):
        readies.append(_time_to_ready(page, target, ready))
        if ready is not None:
            updates.extend(_time_updates(page))
    return Figures(
        name,
        statistics.median(builds),
        target.stat().st_size / 1e6,
        statistics.median(readies),
        statistics.median(updates) if updates else None,
        float(np.percentile(updates, 95)) if updates else None,
    )


def _time_to_ready(page: Page, target: Path, mark: str | None) -> float:
    page.goto("about:blank")
    page.goto(target.as_uri(), timeout=180_000)
    if mark is None:
        # Leaflet draws on the frame after its layers were added.
        return float(
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
                "() => done(performance.now()))))"
            )
        )
    page.wait_for_selector("html[data-claimatlas=ready]", state="attached", timeout=60_000)
    return float(page.evaluate("mark => performance.getEntriesByName(mark)[0].startTime", mark))


def _time_updates(page: Page) -> list[float]:
    for step in STEPS:
        before = page.evaluate("() => performance.getEntriesByName('claimatlas:update').length")
        page.evaluate("hash => { location.hash = hash; }", step)
        page.wait_for_function(
            "before => performance.getEntriesByName('claimatlas:update').length > before",
            arg=before,
        )
    return [
        float(duration)
        for duration in page.evaluate(
            "() => performance.getEntriesByName('claimatlas:update').map(each => each.duration)"
        )
    ]


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page in which the peer finds its scripts on this machine, as if its hosts were near."""
    found = chromium.named_or_on_path()
    if found is None:
        message = f"no Chromium on PATH; name one in {chromium.VARIABLE}"
        raise SystemExit(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page.route("https://**/*", _answer)
        yield page
        browser.close()


def _answer(route: Route) -> None:
    name = route.request.url.rsplit("/", 1)[-1]
    known = {"leaflet.js": bundle.leaflet_script, "leaflet.css": bundle.leaflet_style}
    if name.startswith("jquery"):
        route.fulfill(body=bundle.jquery(), content_type="text/javascript")
    elif name in known:
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        route.fulfill(body=known[name](), content_type=kind)
    else:
        route.fulfill(body="")


def compare(title: str, count: int, countries: list[str] | None, *, peer: bool) -> list[Figures]:
    places = builtin_boundaries(level=1, countries=countries)
    raw = made_up_claims(count, places)
    claims = read_claims(raw)
    with tempfile.TemporaryDirectory() as name, browser_page() as page:
        folder = Path(name)
        rows = [
            measure(
                f"claimatlas, {title}",
                lambda target: build_ours(claims, target),
                page,
                folder,
                ready="claimatlas:ready",
            )
        ]
        if peer:
            rows.append(
                measure(
                    f"geopandas.explore, {title}",
                    lambda target: build_peer(raw, places, target),
                    page,
                    folder,
                    ready=None,
                )
            )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", action="store_true", help="add the world, 100,000 claims")
    parser.add_argument("--world-peer", action="store_true", help="… and the peer on it, minutes")
    options = parser.parse_args()
    rows = compare("Afghanistan 10,000", 10_000, ["AFG"], peer=True)
    if options.world:
        rows += compare("world 100,000", 100_000, None, peer=options.world_peer)
    table = pd.DataFrame(
        {
            "page": [row.name for row in rows],
            "build ms": [row.build for row in rows],
            "MB": [row.megabytes for row in rows],
            "ready ms": [row.ready for row in rows],
            "update ms": [row.update for row in rows],
            "update 95 % ms": [row.update_95 for row in rows],
        }
    )
    print(table.to_string(index=False, float_format=lambda number: f"{number:,.2f}"))


if __name__ == "__main__":
    main()
