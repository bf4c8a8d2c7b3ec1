"""What follows for a place from all figures together: from the analysis to the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from common import claims, squares
from geodata import builtin_boundaries, join_claims, sample_claims, sample_claims_path
from geodata.analysis import bound_places
from mapping import explore
from mapping.page.bounds_table import bound_table

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from playwright.sync_api import Locator, Page

    from conftest import OfflinePage

AS_OF = "2023-06-30"
KUNDUZ = {"place_ids": ("AF-KDZ",), "reported": "2023-05-01", "stated": "2023-05-01"}


def clashing() -> pd.DataFrame:
    """Figures that clash in Kunduz, and bound Takhar loosely and Badakhshan from below."""
    takhar, badakhshan = KUNDUZ | {"place_ids": ("AF-TAK",)}, KUNDUZ | {"place_ids": ("AF-BDS",)}
    return claims(
        {"claim_id": "low", "value": 100.0, "modifier": "up_to", "outlet": "A", **KUNDUZ},
        {"claim_id": "high", "value": 900.0, "modifier": "over", "outlet": "B", **KUNDUZ},
        {"claim_id": "about", "value": 500.0, "modifier": "about", "low": 500.0, "high": 500.0,
         "outlet": "A", **takhar},
        {"claim_id": "near", "value": 480.0, "modifier": "up_to", "outlet": "B", **takhar},
        {"claim_id": "least", "value": 1.0, "modifier": "at_least", "outlet": "A", **badakhshan},
    )  # fmt: skip


def test_the_table_keeps_what_says_something_about_the_places_of_the_map() -> None:
    typed = clashing()
    bounds = bound_places(join_claims(typed, squares()), squares(), as_of=AS_OF)
    places = {place: at for at, place in enumerate([*squares()["place_id"], "AFG"])}
    origins = {name: code for code, name in enumerate(typed["origin_id"])}

    table = bound_table(bounds, places=places, origins=origins)
    alone = bound_table(bounds, places={"AF-BDS": 0}, origins=origins)

    columns = table["columns"]
    assert columns["place"]["v"][:3] == [0, 1, 2]
    assert columns["low"]["v"][:3] == [None, 450, 1]
    assert columns["high"]["v"][:3] == [None, 480, None]
    assert [columns["fit"]["v"][code] for code in columns["fit"]["c"][:3]] == [
        "clash", "within tolerance", "as stated",
    ]  # fmt: skip
    assert columns["clash"]["n"][:3] == [2, 0, 0]
    assert alone["n"] == 1
    assert alone["columns"]["place"]["v"] == [0]


def test_bounds_that_say_nothing_stay_behind() -> None:
    typed = claims({"value": 5.0, "modifier": "over", "extent": "joint",
                    **KUNDUZ, "place_ids": ("AF-KDZ", "AF-TAK")})  # fmt: skip
    bounds = bound_places(join_claims(typed, squares()), squares(), as_of=AS_OF)
    places = {place: at for at, place in enumerate(squares()["place_id"])}

    assert bound_table(bounds, places=places, origins={"c1": 0})["n"] == 0


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.html"
    explore(sample_claims_path(), as_of=AS_OF).save(path)
    return path


def compared(page: Page) -> Locator:
    page.get_by_role("tab", name="Compare").click()
    return page.locator(".ca-bounds")


def test_a_place_says_what_the_analysis_computed_and_from_what(
    offline_page: OfflinePage, demo: Path
) -> None:
    provinces = builtin_boundaries(countries=["AFG", "TJK"])
    expected = bound_places(join_claims(sample_claims(), provinces), provinces, as_of=AS_OF)
    kunduz = expected[(expected["place_id"] == "AF-KDZ") & (expected["fit"] == "as stated")]
    iskp = kunduz.set_index("actor").loc["ISKP"]
    assert (iskp["low"], iskp["high"]) == (0, 4000)

    page = offline_page.open(demo, "#place=AF-KDZ")
    page.get_by_role("button", name="What the figures leave open here").click()
    box = page.locator(".ca-bounds")
    expect(box).to_contain_text("Taken together, as of 30 Jun 2023")
    expect(box.locator("li")).to_have_count(len(kunduz))
    row = box.locator("li", has_text="ISKP")
    expect(row).to_contain_text("ISKP · strength: 0 to 4,000 fighters.")
    expect(row).to_contain_text("No more than that can be said.")
    expect(row.get_by_role("button")).to_have_count(len(iskp["origin_ids"]))
    row.get_by_role("button", name=re.compile("CSTO, up to 4,000")).click()
    expect(page.locator(".ca-linked")).to_have_attribute("data-claim-id", "tass-2023-02-north")
    # A country's own figure keeps its wording.
    page.evaluate("location.hash = '#place=AFG&actor=ISKP'")
    expect(compared(page).locator("li")).to_have_count(1)
    expect(page.locator(".ca-bounds li")).to_contain_text("about 6,500 fighters. It rests on")
    assert offline_page.errors == []


@pytest.mark.second_tier
def test_on_another_day_the_page_says_that_it_does_not_know(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, "#place=AF-KDZ&asof=2023-03-01")
    box = compared(page)
    expect(box).to_contain_text("known for 30 Jun 2023 only, not for 1 Mar 2023")
    expect(box).not_to_contain_text("4,000")
    page.evaluate("location.hash = '#place=AF-KDZ'")
    expect(box).to_contain_text("0 to 4,000 fighters")


@pytest.mark.second_tier
def test_where_figures_clash_there_is_no_bound_but_those_that_clash(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    target = tmp_path / "clash.html"
    explore(clashing(), as_of=AS_OF, boundaries=squares()).save(target)

    page = offline_page.open(target, "#place=AF-KDZ")
    box = compared(page)
    expect(box.locator("li")).to_contain_text(
        "nothing follows, since these figures clash: "
        "B, over 900 (1 May 2023); A, up to 100 (1 May 2023)"
    )
    page.evaluate("location.hash = '#place=AF-TAK'")
    expect(box).to_contain_text("450 to 480 fighters. This holds only if figures with “about”")
    page.evaluate("location.hash = '#place=AF-BDS'")
    expect(box).to_contain_text("1 or more fighters.")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.locator(".ca-print .ca-bounds")).to_contain_text("From: A, at least 1 (1 May 2023)")
