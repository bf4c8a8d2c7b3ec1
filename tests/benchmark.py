"""Our page beside `geopandas.explore()`, a layer an actor, on the same claims in the same run.

Run it with ``python tests/benchmark.py`` after ``pip install -e .[benchmark]``. The peer draws
Natural Earth's admin-1 as published, which is what its users take: ``--natural-earth FILE`` names
the table, else it is taken out of ``giso`` from PyPI, as ``geodata/data/make_world.py`` does it
(and with what that needs). ``--world`` adds 100,000 claims over all provinces of the world for
ours; the peer takes minutes there and does not draw.

It prints one table. Both pages are opened in turn, run after run. The peer's page is what
`explore()` makes unless told otherwise, a legend a layer; the scripts and styles that it asks
its hosts for come from this machine, from packages on PyPI, as if those hosts were near.
Timings depend on the machine, which is why they stand here and not in the tests.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, distribution
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import rjsmin
from playwright.sync_api import Browser, Page, Route, sync_playwright

from geodata import builtin_boundaries, read_claims
from geodata.schema import KINDS, MODIFIERS
from mapping import chromium, explore
from mapping.page import bundle

ACTORS = tuple(f"Group {letter}" for letter in "ABCDEFGHIJKL")
RUNS = 7
BUILDS = 3
# Zoom levels from where the page starts, there and back; steps of the list, in pixels.
ZOOMS = (1, 2, 1, 0, -1, 0)
SCROLLS = 60
SCROLL_PIXELS = 900
WORDS = (
    "fighters", "militants", "border", "district", "camp", "checkpoint", "convoy", "said",
    "reported", "officials", "near", "province", "village", "attack", "presence", "trained",
    "moved", "weapons", "cross", "river", "valley", "road", "school",
)  # fmt: skip
# What a reader does: each changes filter, date or place, and the page is drawn anew.
STEPS = ("actor=Group%20A", "actor=Group%20B&kind=attack", "asof=2023-06-01", "q=convoy", "")


@dataclass
class Figures:
    """What one page cost, each run's times in milliseconds."""

    name: str
    build: Callable[[Path], None]
    mark: str
    target: Path
    builds: list[float] = field(default_factory=list)
    readies: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    zooms: list[float] = field(default_factory=list)
    blocks: list[float] = field(default_factory=list)

    def row(self) -> dict[str, float | str | None]:
        """One line of the table."""
        return {
            "page": self.name,
            "build ms": statistics.median(self.builds),
            "MB": self.target.stat().st_size / 1e6,
            "ready ms": statistics.median(self.readies),
            "update ms": statistics.median(self.updates) if self.updates else None,
            "update p95": float(np.percentile(self.updates, 95)) if self.updates else None,
            "zoom step ms": statistics.median(self.zooms) if self.zooms else None,
            "zoom worst": max(self.zooms, default=None),
            "scroll block ms": max(self.blocks, default=None),
        }


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


def natural_earth(path: str | None, countries: list[str] | None) -> gpd.GeoDataFrame:
    """Natural Earth's admin-1 as published: every vertex, every column."""
    if path is None:
        # Here, since it needs what only those who change the built-in boundaries install.
        from geodata.data.make_world import source_table

        table = source_table(None)
    else:
        table = gpd.read_parquet(path)
    if countries is not None:
        table = table[table["adm0_a3"].isin(countries)]
    return table


def build_peer(claims: pd.DataFrame, places: gpd.GeoDataFrame, target: Path) -> None:
    """A choropleth of claims for each actor: what geopandas users do today.

    `explore()` embeds every column of a table; who loads one and calls it gets this.
    """
    m = folium.Map(tiles=None)
    for actor, told in claims.groupby("actor"):
        counts = told.groupby("places").size().rename("claims")
        layer = places.merge(counts, left_on="iso_3166_2", right_index=True)
        layer.explore("claims", m=m, name=str(actor))
    folium.LayerControl().add_to(m)
    m.save(target)


def measure(pages: list[Figures], browser: Browser) -> None:
    """Build and open the pages several times, in turn, so that all meet the same load."""
    for _ in range(BUILDS):
        for figures in pages:
            start = time.perf_counter()
            figures.build(figures.target)
            figures.builds.append(1000 * (time.perf_counter() - start))
    for _ in range(RUNS):
        for figures in pages:
            with _opened(browser) as page:
                page.goto(figures.target.as_uri(), timeout=180_000)
                figures.readies.append(_time_to(page, figures.mark))
                if figures.mark == READY:
                    _measure_use(page, figures)


def _measure_use(page: Page, figures: Figures) -> None:
    # A reader looks before they act; what the page prepares in that time is prepared.
    page.wait_for_timeout(1000)
    figures.updates.extend(_time_updates(page))
    figures.zooms.extend(_time_zooms(page))
    figures.blocks.append(_longest_block_while_scrolling(page))


@contextmanager
def _opened(browser: Browser) -> Iterator[Page]:
    """A page in a process of its own, as a link opens it: nothing is compiled or cached."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page.route("https://**/*", _answer)
    page.add_init_script(_MARK_DRAWN)
    yield page
    page.close()


def _time_to(page: Page, mark: str) -> float:
    page.wait_for_function(
        "mark => performance.getEntriesByName(mark).length", arg=mark, timeout=60_000
    )
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


READY = "claimatlas:ready"
DRAWN = "benchmark:drawn"
# The peer says nothing: Leaflet draws on the frame after its layers were added.
_MARK_DRAWN = """addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(
    () => performance.mark("benchmark:drawn"))))"""
# What a step of the zoom takes until it is drawn, without Leaflet's animation.
_ZOOM = """async (steps) => {
    const { map: name } = JSON.parse(document.getElementById("claimatlas-meta").textContent);
    const map = window[name], home = map.getZoom(), times = [];
    const drawn = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    }));
    for (const step of steps) {
        // A reader pauses between steps.
        await new Promise((done) => setTimeout(done, 300));
        await drawn();
        const start = performance.now();
        map.setZoom(home + step, { animate: false });
        await drawn();
        times.push(performance.now() - start);
    }
    return times;
}"""
# The longest task while the list is scrolled, frame after frame; browsers tell those of 50 ms on.
_SCROLL = """async ([steps, pixels]) => {
    const list = document.querySelector(".ca-scroll");
    let longest = 0;
    const observer = new PerformanceObserver((entries) => {
        for (const entry of entries.getEntries()) longest = Math.max(longest, entry.duration);
    });
    await new Promise((done) => setTimeout(done, 500));
    observer.observe({ type: "longtask" });
    for (let step = 0; step < steps; step++) {
        list.scrollTop += pixels;
        await new Promise((done) => requestAnimationFrame(done));
    }
    list.scrollTop = list.scrollHeight / 2;
    await new Promise((done) => setTimeout(done, 200));
    observer.disconnect();
    return longest;
}"""


def _time_zooms(page: Page) -> list[float]:
    return [float(duration) for duration in page.evaluate(_ZOOM, list(ZOOMS))]


def _longest_block_while_scrolling(page: Page) -> float:
    return float(page.evaluate(_SCROLL, [SCROLLS, SCROLL_PIXELS]))


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Chromium without a window."""
    found = chromium.named_or_on_path()
    if found is None:
        message = f"no Chromium on PATH; name one in {chromium.VARIABLE}"
        raise SystemExit(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.FLAGS))
        yield browser
        browser.close()


def _answer(route: Route) -> None:
    """Give the peer its scripts and styles from this machine, as if its hosts were near."""
    name = route.request.url.rsplit("/", 1)[-1]
    route.fulfill(
        body=_peer_files().get(name, ""),
        content_type="text/javascript" if name.endswith(".js") else "text/css",
    )


@cache
def _peer_files() -> dict[str, str]:
    """What folium's pages load, by its name; the small styles that no package carries are empty."""
    bootstrap, icons, d3 = (
        distribution(name)
        for name in ("django-js-lib-bootstrap5", "xstatic-font-awesome", "xstatic-d3")
    )
    return {
        "leaflet.js": bundle.leaflet_script(),
        "leaflet.css": bundle.leaflet_style(),
        "jquery-3.7.1.min.js": bundle.jquery(),
        "bootstrap.bundle.min.js": _carried(bootstrap, "js/bootstrap.bundle.min.js"),
        "bootstrap.min.css": _carried(bootstrap, "css/bootstrap.min.css"),
        "all.min.css": _carried(icons, "css/all.min.css"),
        "d3.min.js": str(rjsmin.jsmin(_carried(d3, "d3.js"))),
    }


def _carried(package: Distribution, path: str) -> str:
    found = next(file for file in package.files or () if str(file).endswith(path))
    return Path(str(package.locate_file(found))).read_text(encoding="utf-8")


def compare(
    title: str, count: int, countries: list[str] | None, *, peer: gpd.GeoDataFrame | None
) -> list[dict[str, float | str | None]]:
    """Measure our page, and the peer's on its own geometry where that is given."""
    places = builtin_boundaries(level=1, countries=countries)
    raw = made_up_claims(count, places)
    claims = read_claims(raw)
    with tempfile.TemporaryDirectory() as name, started_browser() as browser:
        folder = Path(name)
        pages = [
            Figures(
                f"claimatlas, {title}",
                lambda target: build_ours(claims, target),
                READY,
                folder / "ours.html",
            )
        ]
        if peer is not None:
            pages.append(
                Figures(
                    f"geopandas.explore, {title}",
                    lambda target: build_peer(raw, peer, target),
                    DRAWN,
                    folder / "peer.html",
                )
            )
        measure(pages, browser)
        rows = [figures.row() for figures in pages]
    return rows if peer is None else [*rows, ratio(*rows)]


def ratio(
    ours: dict[str, float | str | None], peer: dict[str, float | str | None]
) -> dict[str, float | str | None]:
    """Ours as a share of the peer's, where both have the figure."""
    pairs = ((key, value, peer[key]) for key, value in ours.items())
    return {"page": "ours / peer"} | {
        key: a / b for key, a, b in pairs if isinstance(a, float) and isinstance(b, float)
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--natural-earth", metavar="FILE", help="admin-1 as GeoParquet, as giso has it"
    )
    parser.add_argument("--world", action="store_true", help="add the world, 100,000 claims")
    parser.add_argument("--world-peer", action="store_true", help="… and the peer on it, minutes")
    options = parser.parse_args()
    peer = natural_earth(options.natural_earth, ["AFG"])
    rows = compare("Afghanistan 10,000", 10_000, ["AFG"], peer=peer)
    if options.world or options.world_peer:
        world = natural_earth(options.natural_earth, None) if options.world_peer else None
        rows += compare("world 100,000", 100_000, None, peer=world)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, na_rep="", float_format=lambda number: f"{number:,.2f}"))


if __name__ == "__main__":
    main()
