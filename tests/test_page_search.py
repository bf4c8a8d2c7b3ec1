"""What a reader types or follows: searches in any script, and links that name what is not there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from conftest import OfflinePage
from mapping import explore

AS_OF = "2024-11-30"
SAID = "tass-2023-02-north"


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Claims whose numbers are written in several ways, or in no digits at all."""
    written = {
        "comma": "There are 4,000 of them",
        "narrow": "There are 4\u202f000 of them",
        "persian": "تعداد آنان ۴٬۰۰۰ نفر است",
        "words": "There are four thousand of them",
        "longer": "There are 14,000 of them",
        "ten times": "There are 40,000 of them",
        "range": "There are some thousands of them",
    }
    values = {"words": 4000, "longer": 14000, "ten times": 40000, "range": "6,000–6,500"}
    claims = pd.DataFrame(
        {
            "claim_id": name, "actor": "ISKP", "text": text, "places": "Kunduz", "country": "AFG",
            "value": values.get(name), "unit": "fighters" if name in values else None,
            "kind": "strength" if name in values else "presence",
            "outlet": "O", "reported": "2024-01-01",
        }
        for name, text in written.items()
    )  # fmt: skip
    path = tmp_path_factory.mktemp("numbers") / "numbers.html"
    explore(claims, as_of=AS_OF).save(path)
    return path


def found(page: Page, query: str) -> set[str]:
    """Type a query, and give the statements that the list then holds."""
    page.fill(".ca-query", query)
    items = page.locator(".ca-item")
    expect(page.locator(".ca-chips")).to_contain_text(query)
    if page.locator(".ca-empty").is_visible():
        return set()
    expect(items).to_have_count(int(items.first.get_attribute("aria-setsize") or 0))
    return set(
        page.eval_on_selector_all(".ca-list .ca-card", "all => all.map(e => e.dataset.claimId)")
    )


def test_a_number_is_found_however_it_is_written_and_is_no_part_of_another(
    offline_page: OfflinePage, numbers: Path
) -> None:
    page = offline_page.open(numbers)
    same = {"comma", "narrow", "persian", "words"}
    for query in ("4000", "4,000", "۴۰۰۰", "٤٠٠٠", "4 000", "4\u202f000"):
        assert found(page, query) == same, query
    assert found(page, "14000") == {"longer"}
    assert found(page, "000") == set()


@pytest.mark.second_tier
def test_a_claim_is_found_by_any_name_of_its_actor_or_place(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    iskp = {SAID, "un-2024-01-iskp-strength"} & found(page, "ISKP")
    assert SAID in iskp
    for query in (
        "Daesh Khorasan", "ИГИЛ-Хорасан", "ISIL-K", "داعش خراسان",
        "Бадахшан", "بدخشان", "Kunduz Province", "ولایت کندوز", "Афганистан",
    ):  # fmt: skip
        assert SAID in found(page, query), query
    assert SAID not in found(page, "Jundullah")
    # A region has other names too.
    regional = found(page, '"северный Афганистан"')
    assert regional
    assert SAID not in regional


@pytest.mark.second_tier
def test_signs_around_words_do_not_hide_what_is_there(
    offline_page: OfflinePage, numbers: Path
) -> None:
    page = offline_page.open(numbers)
    everything = found(page, "Kunduz")
    for query in ("Kunduz,", "Kunduz; ISKP", '"Kunduz".', "(kunduz)"):
        assert found(page, query) == everything, query
    assert everything >= {"words", "range"}
    # Both ends of a range, and a phrase that ends with a number.
    for query in ("6,000–6,500", "6000-6500"):
        assert found(page, query) == {"range"}, query
    assert found(page, "6,000-7,000") == set()
    assert found(page, "four-thousand") == {"words"}
    assert found(page, '"are 4,000"') == {"comma", "narrow"}
    assert found(page, '"are 4"') == set()


@pytest.mark.second_tier
def test_an_actor_in_an_address_may_go_by_another_name(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, "#actor=Daesh%20Khorasan")
    expect(page.locator(".ca-chip")).to_have_count(1)
    expect(page.locator(".ca-chip")).to_contain_text("ISKP")
    expect(page.locator(".ca-lost")).to_be_hidden()


def test_a_filter_is_found_by_another_name(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    page.get_by_role("tab", name="Filters").click()
    facet = page.locator(".ca-facet", has_text="Place")
    facet.locator("summary").click()
    page.get_by_label("Find in Place").fill("كندز")
    expect(facet.locator("li")).to_have_count(1)
    expect(facet.get_by_role("checkbox", name="Kunduz")).to_be_visible()


def test_a_link_says_what_it_names_in_vain_until_the_notice_is_dismissed(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(
        demo, "#actor=TTP&actor=%3Cb%3ENobody&claim=gone-1&place=XX-1&set=AF-KAB%2BAF-KDZ"
    )
    notice = page.locator(".ca-lost")
    expect(notice).to_contain_text(
        "This map does not hold what the link names: "
        "Actor “<b>Nobody”, Place “XX-1”, Places together “AF-KAB+AF-KDZ” and Claim “gone-1”."
    )
    expect(page.locator(".ca-live")).to_contain_text("gone-1")
    # What it does hold is shown.
    expect(page.locator(".ca-chip")).to_have_count(1)
    page.get_by_role("button", name="Dismiss this notice").click()
    expect(notice).to_be_hidden()
    expect(page.locator(".ca-selection-title")).to_be_focused()
    page.evaluate("location.hash = '#kind=nothing'")
    expect(notice).to_contain_text("Kind “nothing”")
    page.evaluate("location.hash = '#kind=attack'")
    expect(notice).to_be_hidden()
    assert offline_page.errors == []
