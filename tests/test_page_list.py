"""A long list of cards: few of them stand in the page, and nobody notices."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect

from conftest import OfflinePage
from mapping import explore
from mapping.page import bundle

AS_OF = "2024-11-30"
# As if browsers stopped scrolling there: the list of 2,000 is about three times as high.
FEW_PIXELS = 150_000
# The item at the top of the window, as a number with its fraction.
AT_TOP = """async (top) => {
    const list = document.querySelector(".ca-scroll"), edge = list.getBoundingClientRect().top;
    list.scrollTop = top;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (const item of list.querySelectorAll(".ca-item")) {
        const { top, bottom, height } = item.getBoundingClientRect();
        if (bottom > edge) return Number(item.dataset.position) + (edge - top) / height;
    }
}"""
# Whether cards stand down to the window's end.
IS_FILLED = """() => {
    const items = [...document.querySelectorAll(".ca-item")];
    const end = document.querySelector(".ca-scroll").getBoundingClientRect().bottom;
    return items.length > 0 && items.at(-1).getBoundingClientRect().bottom >= end;
}"""


def claims_of(count: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim_id": f"c{i}",
            "actor": ("ISKP", "TTP")[i % 2],
            "text": f"Statement {i} " + "with more words " * (i % 7),
            "places": ("Kunduz", "Takhar", "Herat")[i % 3],
            "country": "AFG",
            "kind": "presence",
            "outlet": f"Outlet {i % 4}",
            "reported": f"{2015 + i % 9}-0{1 + i % 9}-1{i % 10}",
        }
        for i in range(count)
    )


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 2,000 claims, of which a window holds few."""
    path = tmp_path_factory.mktemp("long") / "long.html"
    explore(claims_of(2000), as_of=AS_OF).save(path)
    return path


@pytest.fixture(scope="module")
def pressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in a browser that scrolls less far: the list is pressed into what it allows."""
    read, name = bundle.asset, "panel/list.js"
    assert read(name).count("MOST_PIXELS = 12e6") == 1
    less = read(name).replace("MOST_PIXELS = 12e6", f"MOST_PIXELS = {FEW_PIXELS}")
    path = tmp_path_factory.mktemp("pressed") / "pressed.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle, "asset", lambda other: less if other == name else read(other))
        for kept in ("_sources", "page_script", "packed_code"):
            patch.setattr(bundle, kept, getattr(bundle, kept).__wrapped__)
        explore(claims_of(2000), as_of=AS_OF).save(path)
    return path


def test_a_long_list_keeps_few_cards_and_is_walked_by_keys_to_its_end(
    offline_page: OfflinePage, long: Path
) -> None:
    page = offline_page.open(long)
    assert page.inner_text(".ca-counts").startswith("2,000 claims, 2,000 origins")
    page.locator('.ca-item[tabindex="0"]').focus()
    for _ in range(25):
        page.keyboard.press("ArrowDown")
    focused = page.locator(".ca-item:focus")
    expect(focused).to_have_attribute("aria-posinset", "26")
    expect(focused).to_be_in_viewport()
    page.keyboard.press("End")
    expect(focused).to_have_attribute("aria-posinset", "2000")
    expect(focused).to_have_attribute("aria-setsize", "2000")
    expect(focused).to_be_in_viewport()
    assert page.locator(".ca-item").count() < 80
    page.locator(".ca-scroll").evaluate("e => { e.scrollTop = 0 }")
    # What has the focus stays in the page, wherever it has been scrolled.
    expect(focused).to_have_attribute("aria-posinset", "2000")


def test_a_link_into_a_long_list_scrolls_to_its_claim(
    offline_page: OfflinePage, long: Path
) -> None:
    page = offline_page.open(long, "#claim=c1234")
    expect(page.locator(".ca-linked")).to_have_attribute("data-claim-id", "c1234")
    expect(page.locator(".ca-linked .ca-text")).to_be_in_viewport()
    page.fill(".ca-query", '"statement 1999"')
    expect(page.locator(".ca-counts")).to_have_text("1 claim, 1 origin, 1 source")


@pytest.mark.second_tier
def test_a_pressed_list_scrolls_without_jumps_and_keeps_the_focus_in_view(
    offline_page: OfflinePage, pressed: Path
) -> None:
    page = offline_page.open(pressed)
    high = page.locator(".ca-scroll").evaluate("e => e.scrollHeight")
    assert high < 1.1 * FEW_PIXELS
    # What stands above the list is not pressed: begin below it.
    start = page.locator(".ca-list").evaluate("e => e.offsetTop")
    tops = [page.evaluate(AT_TOP, start + step * 40) for step in range(1, 60)]
    steps = [after - before for before, after in itertools.pairwise(tops)]
    assert min(steps) > 0
    assert max(steps) < 2
    page.evaluate(AT_TOP, 0)
    page.locator('.ca-item[data-position="0"]').focus()
    focused = page.locator(".ca-item:focus")
    for position in range(2, 14):
        page.keyboard.press("ArrowDown")
        expect(focused).to_have_attribute("aria-posinset", str(position))
        expect(focused).to_be_in_viewport(ratio=0.9)


@pytest.mark.second_tier
def test_another_tab_comes_back_with_its_cards_and_a_higher_panel_is_filled(
    offline_page: OfflinePage, long: Path
) -> None:
    page = offline_page.open(long)
    page.get_by_role("tab", name="Table").click()
    page.evaluate("location.hash = 'q=statement'")
    expect(page.locator(".ca-query")).to_have_value("statement")
    # What is painted first is full: its cards are drawn before it, not after.
    filled = page.evaluate(
        f"""() => new Promise((done) => {{
            const isFilled = {IS_FILLED};
            document.querySelector(".ca-tabs [role=tab]").click();
            requestAnimationFrame(() => requestAnimationFrame(() => done(isFilled())));
        }})"""
    )
    assert filled
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.wait_for_function("document.querySelector('.ca-scroll').clientHeight > 1500")
    page.wait_for_function(IS_FILLED)
