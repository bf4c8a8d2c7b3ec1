"""The page's main tasks in Firefox and WebKit, as people have them who have no Chromium."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import Engine, Firefox, NotInstalledError, WebKit, with_collector
from geodata import sample_claims_path
from mapping import explore

SAID = "tass-2023-02-north"
SMALL = ((240, 200), (320, 256), (360, 300), (480, 270), (640, 400), (720, 450), (390, 844))
COUNTS = ".ca-counts"
COVERED = """
  const [canvas, map] = [".ca-canvas-fills", ".ca-map"].map((name) => document.querySelector(name));
  return parseFloat(canvas.style.width) >= map.clientWidth;
"""
SHOWN = """
  const cards = document.querySelectorAll(".ca-item [data-claim-id]");
  return [...cards].map((card) => card.dataset.claimId);
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the sample claims, which keeps its own faults."""
    path = tmp_path_factory.mktemp("engines") / "map.html"
    explore(sample_claims_path(), as_of="2024-11-30").save(path)
    return with_collector(path)


@pytest.fixture(scope="module", params=[WebKit, Firefox], ids=lambda engine: str(engine.name))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A browser of each kind; where one is missing the tests say so, and fail where CI is set."""
    try:
        engine: Engine = request.param(tmp_path_factory.mktemp(request.param.name))
    except NotInstalledError as error:
        if os.environ.get("CI", "").lower() not in ("", "0", "false"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    yield engine
    engine.close()


def changed(engine: Engine, counts: str) -> str:
    """Wait until other counts are shown; give them."""
    now = "document.querySelector(arguments[0]).textContent"
    return str(engine.wait(f"return {now} !== arguments[1] && {now}", COUNTS, counts))


def painted(engine: Engine) -> int:
    """Count the colours on the map's own canvas: nothing drawn is one."""
    body = """
    const canvas = document.querySelector(".ca-canvas-fills");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
    """
    return int(engine.run(body))


def test_it_draws_map_list_and_timeline(engine: Engine, page: Path) -> None:
    engine.open(page)

    assert painted(engine) > 3
    assert engine.count(".ca-label") > 5
    assert engine.count(".ca-item") > 10
    assert "claims" in engine.text(COUNTS)
    assert engine.run("return document.querySelector('.ca-bars').getAttribute('d').length") > 50
    assert engine.faults() == []


def test_filter(engine: Engine, page: Path) -> None:
    engine.open(page)
    before = engine.text(COUNTS)

    engine.click("#ca-tab-filters")
    engine.click("#ca-panel-filters .ca-facet-list input")
    fewer = changed(engine, before)

    assert int(fewer.split()[0]) < int(before.split()[0])
    assert engine.count(".ca-chip") == 1
    engine.click(".ca-chip")
    assert changed(engine, fewer) == before
    assert engine.faults() == []


def test_search(engine: Engine, page: Path) -> None:
    engine.open(page)
    before = engine.text(COUNTS)

    engine.type(".ca-query", "Sidorov 4,000")
    changed(engine, before)

    engine.click("#ca-tab-claims")
    assert SAID in engine.run(SHOWN)
    assert "up to 4,000 fighters" in engine.text(f"[data-claim-id='{SAID}']")
    assert engine.faults() == []


def test_choose_a_place_by_the_map_and_by_the_table(engine: Engine, page: Path) -> None:
    engine.open(page)
    engine.click(".ca-label-country")
    engine.wait("return location.hash.includes('place=AFG')")
    assert "Afghanistan" in engine.text(".ca-selection-title")

    engine.click("#ca-tab-places")
    engine.click("[data-place-id='AF-KDZ'] button")
    engine.wait("return location.hash.includes('place=AF-KDZ')")
    assert engine.text(".ca-selection-title") == "Kunduz, Afghanistan"
    assert engine.faults() == []


def test_step_a_date(engine: Engine, page: Path) -> None:
    engine.open(page)
    before = engine.text(COUNTS)

    engine.click(".ca-step")
    fewer = changed(engine, before)
    told = engine.text(".ca-sub")

    assert int(fewer.split()[0]) < int(before.split()[0])
    assert engine.run("return location.hash").startswith("#asof=2024-")
    engine.click(".ca-step:last-child")
    engine.wait("return document.querySelector('.ca-sub').textContent !== arguments[0]", told)
    assert engine.faults() == []


def test_a_link_opens_its_state(engine: Engine, page: Path) -> None:
    engine.open(page, f"#asof=2023-06-01&actor=ISKP&claim={SAID}&at=36.5,69.5,7")

    assert "as of 1 Jun 2023" in engine.text(".ca-sub")
    assert engine.count(".ca-chip") == 2
    linked = engine.run("return document.querySelector('.ca-linked').dataset.claimId")
    assert linked == SAID
    inside = """
    const card = document.querySelector(".ca-linked").getBoundingClientRect();
    const list = document.querySelector(".ca-scroll").getBoundingClientRect();
    return card.top >= list.top && card.top < list.bottom;
    """
    assert engine.run(inside)
    assert painted(engine) > 3
    assert engine.faults() == []


def test_in_a_frame_of_a_notebook(engine: Engine, page: Path) -> None:
    """A frame by ``srcdoc``, whose address is the notebook's but for its hash."""
    engine.open_within(page.read_text(encoding="utf-8"))
    before = engine.text(COUNTS)

    engine.click("[data-claim-id] a[href^='#claim=']")
    engine.wait("return location.hash.startsWith('#claim=')")
    engine.click("#ca-tab-filters")
    engine.click("#ca-panel-filters .ca-facet-list input")
    changed(engine, before)

    assert engine.run("return location.href").startswith("about:srcdoc#")
    assert engine.count(".ca-chip") == 1
    assert painted(engine) > 3
    assert engine.faults() == []


def test_download(engine: Engine, page: Path) -> None:
    engine.open(page, "#place=AF-KDZ")

    engine.click("#ca-tab-table")
    engine.click("#ca-panel-table .ca-button")
    rows = list(csv.DictReader(io.StringIO(engine.downloaded("claims.csv").decode("utf-8-sig"))))

    assert SAID in [row["claim_id"] for row in rows]
    assert {"actor", "text", "places", "reported"} <= set(rows[0])
    assert engine.faults() == []


def test_on_paper(engine: Engine, page: Path) -> None:
    engine.open(page, "#place=AF-KDZ")

    engine.show_as_paper()
    display = "return getComputedStyle(document.querySelector(arguments[0])).display"
    engine.wait(f"{display} === 'block'", ".ca-print")

    assert engine.run(display, ".ca-panel") == "none"
    assert "up to 4,000 fighters" in engine.text(".ca-print")
    assert engine.run("return document.querySelector('.ca-legend').offsetHeight") > 50
    assert engine.faults() == []


@pytest.mark.parametrize(("width", "height"), SMALL)
def test_a_small_window(engine: Engine, page: Path, width: int, height: int) -> None:
    engine.open_framed(page, width, height)

    assert engine.run("return [innerWidth, innerHeight]") == [width, height]
    assert painted(engine) > 1
    assert engine.run("return document.querySelector('.ca-scroll').clientHeight") >= 150
    # Where the window is low the page scrolls; to the side it never does.
    root = "document.documentElement"
    scrolls = engine.run(f"return {root}.scrollHeight > innerHeight")
    assert scrolls == (height < 500)
    assert engine.run(f"return {root}.scrollWidth") <= width
    assert engine.faults() == []


def test_a_window_that_changes(engine: Engine, page: Path) -> None:
    engine.open_framed(page, 844, 390)
    for width, height in ((390, 844), (240, 200), (1200, 800), (320, 256)):
        engine.resize_frame(width, height)
        engine.wait(COVERED)
        assert painted(engine) > 1
    assert engine.faults() == []
