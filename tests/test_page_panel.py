"""The page's panel: what a reader does with the claims, from start to end, in a real browser."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect
from shapely.geometry import shape

from conftest import OfflinePage
from geodata import builtin_boundaries, read_claims, sample_claims, sample_claims_path
from mapping import explore
from mapping.page import bundle

AS_OF = "2024-11-30"
SAID = "tass-2023-02-north"
RETOLD = "kabulnow-2024-06-iskp-north"
EVIL = "</script><img src=x onerror=window.hacked=1>${window.hacked=1}`"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page whose every text tries to become markup, script, template or formula."""
    claims = pd.DataFrame(
        [
            {
                "claim_id": EVIL, "actor": EVIL, "text": f"=1+1 {EVIL}", "quote": EVIL,
                "lang": "fa", "places": "Kunduz", "country": "AFG", "value": 5, "unit": EVIL,
                "speaker": EVIL, "speaker_role": EVIL, "outlet": EVIL, "reported": "2024-01-01",
                "tags": EVIL, "note": EVIL, "url": "https://example.org/a?b=c&d=%24%7B1%7D",
            },
            {
                "claim_id": "rtl", "actor": "ISKP", "text": "متن", "quote": "تا چهار هزار نفر",
                "lang": "fa", "places": "Kunduz", "country": "AFG", "outlet": "Радио",
                "reported": "2024-01-02",
            },
        ]
    )  # fmt: skip
    path = tmp_path_factory.mktemp("hostile") / "hostile.html"
    explore(claims, as_of=AS_OF, title=EVIL).save(path)
    return path


def counts(page: Page) -> str:
    return page.inner_text(".ca-counts")


def claim_ids(page: Page) -> list[str]:
    """The statements of the list, from its top to its end: a short list is drawn as a whole."""
    items = page.locator(".ca-item")
    expect(items).to_have_count(int(items.first.get_attribute("aria-setsize") or 0))
    found: list[str] = page.eval_on_selector_all(
        ".ca-list .ca-card", "all => all.map(e => e.dataset.claimId)"
    )
    return found


def quiet(offline: OfflinePage) -> None:
    assert offline.requests == []
    assert offline.errors == []


# --- the panel --------------------------------------------------------------------


def test_opened_from_disk_the_page_lists_every_dated_claim_once(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    listed = claim_ids(page)
    assert len(listed) == len(set(listed))
    assert SAID in listed
    assert RETOLD not in listed
    # One tab stop for the whole list.
    expect(page.locator('.ca-item[tabindex="0"]')).to_have_count(1)
    quiet(offline_page)


def test_a_statement_told_in_five_articles_is_one_origin_of_up_to_4000(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, f"#claim={SAID}")
    shown = page.locator(f'.ca-list [data-claim-id="{SAID}"]')
    expect(shown.locator(".ca-figure")).to_contain_text(
        "up to 4,000 fighters jointly in Badakhshan, Kunduz and Takhar"
    )
    expect(shown.locator(".ca-chain")).to_contain_text(
        "Anatoly Sidorov, Chief of the CSTO Joint Staff → TASS (+3 more)"
    )
    expect(shown.locator(".ca-dates")).to_contain_text("said 14 Feb 2023 · published 14 Feb 2023")
    expect(shown.locator(".ca-rating")).to_have_text("Source and claim unrated")
    expect(shown.locator(".ca-quote q")).to_have_text("up to 4,000")
    fold = shown.locator(".ca-fold")
    expect(fold).to_have_text("5 tellings in 4 outlets, 1 origin")
    fold.press("Enter")
    retold = page.locator(f'.ca-list [data-claim-id="{RETOLD}"]')
    expect(retold).to_contain_text("says 4,000 fighters, not up to 4,000 fighters")
    expect(retold).to_contain_text("dates the statement 2023, not 14 Feb 2023")
    expect(page.locator(".ca-list .ca-fold[aria-expanded=true]")).to_be_focused()


@pytest.mark.second_tier
@pytest.mark.parametrize("place", ["AF-BDS", "AF-KDZ", "AF-TAK"])
def test_a_places_list_marks_the_joint_total_and_gives_the_place_no_number_of_its_own(
    offline_page: OfflinePage, demo: Path, place: str
) -> None:
    page = offline_page.open(demo, f"#place={place}")
    assert SAID in claim_ids(page)
    page.evaluate("hash => { location.hash = hash }", f"#place={place}&claim={SAID}")
    shown = page.locator(f'.ca-list [data-claim-id="{SAID}"]')
    expect(shown.locator(".ca-included")).to_contain_text(
        "Included in a joint total: up to 4,000 fighters over Badakhshan, Kunduz and Takhar."
    )
    expect(shown.locator(".ca-included")).to_contain_text("alone this leaves 0 to 4,000")
    expect(shown.locator(".ca-figure")).to_have_count(0)
    everything = " ".join(page.locator(".ca-figure strong").all_inner_texts())
    assert "4,000" not in everything
    assert "1,333" not in page.content()


def test_the_link_of_a_retelling_opens_its_statement_and_marks_it(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, f"#claim={RETOLD}")
    expect(page.locator(".ca-linked")).to_have_attribute("data-claim-id", SAID)
    expect(page.locator(".ca-telling-linked")).to_have_attribute("data-claim-id", RETOLD)
    expect(page.locator(".ca-telling-linked")).to_be_visible()
    expect(page.locator(".ca-linked .ca-figure")).to_be_in_viewport()


@pytest.mark.second_tier
def test_a_linked_claim_outside_the_filters_is_shown_and_said_to_be_outside(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, f"#actor=TTP&claim={SAID}")
    expect(page.locator(".ca-item").first).to_contain_text("The filters or the day leave it out")
    expect(page.locator(".ca-item").first.locator(".ca-linked")).to_have_attribute(
        "data-claim-id", SAID
    )


# --- time --------------------------------------------------------------------------


def test_as_of_june_2023_hides_what_was_published_later(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, "#asof=2023-06-01")
    before = claim_ids(page)
    assert SAID in before
    expect(page.locator(f'.ca-list [data-claim-id="{SAID}"] .ca-fold')).to_have_text(
        "4 tellings in 4 outlets, 1 origin"
    )
    assert not [claim for claim in before if "2024-0" in claim and "undated" not in claim]
    expect(page.locator(".ca-sub")).to_contain_text("1 Jun 2023")
    expect(page.locator(".ca-handle")).to_have_attribute(
        "aria-valuetext", re.compile("^1 Jun 2023: ")
    )


@pytest.mark.second_tier
def test_the_handle_steps_by_keys_and_the_date_can_be_typed(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    page.focus(".ca-handle")
    for key, day in (
        ("ArrowLeft", "2024-11-29"),
        ("PageUp", "2024-12-29"),
        ("PageDown", "2024-11-29"),
        ("ArrowRight", AS_OF),
    ):
        page.keyboard.press(key)
        expect(page.locator(".ca-date")).to_have_value(day)
    page.keyboard.press("Home")
    assert counts(page).startswith("0 claims")
    page.keyboard.press("End")
    page.fill(".ca-date", "2023-06-01")
    page.locator(".ca-date").dispatch_event("change")
    page.wait_for_url("**#asof=2023-06-01")
    page.go_back()
    expect(page.locator(".ca-date")).not_to_have_value("2023-06-01")
    page.go_forward()
    expect(page.locator(".ca-date")).to_have_value("2023-06-01")


@pytest.mark.second_tier
def test_a_page_opened_long_after_its_day_says_so(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    expect(page.locator(".ca-notice")).to_contain_text("As of 30 Nov 2024, ")


# --- filters and search ---------------------------------------------------------------


def test_filters_count_what_the_other_filters_leave_and_can_be_taken_back(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    everything = counts(page)
    page.get_by_role("tab", name="Filters").click()
    page.get_by_role("checkbox", name=re.compile("^ISKP")).check()
    total = int(counts(page).split(" claim")[0])
    kinds = page.locator(".ca-facet", has_text="Kind").first.locator(".ca-facet-number")
    assert sum(int(text) for text in kinds.all_inner_texts()) == total
    assert page.get_by_role("checkbox", name=re.compile("^Al-Qaeda")).is_visible()
    assert page.evaluate("location.hash") == "#actor=ISKP"
    page.get_by_role("button", name=re.compile("Actor ISKP")).click()
    assert counts(page) == everything
    assert page.evaluate("location.hash") == ""


@pytest.mark.second_tier
@pytest.mark.parametrize(
    ("query", "claim"),
    [
        ("КУНДУЗ", SAID),
        ("كندز", SAID),
        ("sidórov TAJIKISTAN", SAID),
        ('"up to 4,000"', SAID),
    ],
)
def test_search_forgets_case_accents_and_variants_of_letters(
    offline_page: OfflinePage, demo: Path, query: str, claim: str
) -> None:
    page = offline_page.open(demo)
    page.fill(".ca-query", query)
    assert claim in claim_ids(page)
    page.fill(".ca-query", "qwertyuiop")
    assert counts(page) == "0 claims, 0 origins, 0 sources"
    expect(page.locator(".ca-empty")).to_be_visible()


@pytest.mark.second_tier
def test_the_layer_control_and_the_actor_filter_mirror_each_other(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, "#actor=ISKP")
    page.hover(".leaflet-control-layers")
    boxes = page.locator(".leaflet-control-layers-overlays label")
    iskp = boxes.filter(has_text="ISKP").locator("input")
    expect(iskp).to_be_checked()
    expect(page.locator(".leaflet-control-layers-overlays input:checked")).to_have_count(1)
    iskp.uncheck()
    assert counts(page).startswith("0 claims")
    for box in boxes.locator("input").all():
        box.check()
    page.wait_for_url(re.compile(r"demo\.html$"))
    assert not counts(page).startswith("0 claims")


# --- tables and downloads ----------------------------------------------------------------


def test_the_places_table_says_what_the_map_colours(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    page.get_by_role("tab", name="Places").click()
    row = page.locator('tr[data-place-id="AF-KDZ"]')
    sources = int(row.locator("td").first.inner_text())
    assert sources > 0
    page.get_by_role("button", name="Sources").click()
    expect(page.locator("th[aria-sort=ascending], th[aria-sort=descending]")).to_have_count(1)
    page.get_by_label("List the places without claims too").check()
    assert page.locator("tr[data-place-id]").count() >= 34
    row.get_by_role("button").click()
    page.wait_for_url("**#place=AF-KDZ")
    page.get_by_role("tab", name="Claims").click()
    expect(page.locator(".ca-selection-about")).to_contain_text(f"{sources} source")


@pytest.mark.second_tier
@pytest.mark.parametrize("width", [1280, 390])
def test_the_places_table_shows_all_its_columns(
    offline_page: OfflinePage, demo: Path, width: int
) -> None:
    offline_page.page.set_viewport_size({"width": width, "height": 844})
    page = offline_page.open(demo)
    page.get_by_role("tab", name="Places").click()
    newest = page.locator("#ca-panel-places").get_by_role("columnheader", name="Newest")
    expect(newest).to_be_in_viewport(ratio=1)


@pytest.mark.second_tier
def test_who_chooses_a_place_in_the_table_stays_there(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    page.get_by_role("tab", name="Places").click()
    button = page.locator("#ca-panel-places").get_by_role("button", name="Kunar", exact=True)
    button.press("Enter")
    expect(page.locator("#ca-panel-places tr.ca-chosen")).to_contain_text("Kunar")
    expect(button).to_be_focused()


def test_downloads_hold_the_filtered_claims_and_no_formula(
    offline_page: OfflinePage, hostile: Path
) -> None:
    page = offline_page.open(hostile)
    page.get_by_role("tab", name="Table").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["claim_id"] for row in rows} == {EVIL, "rtl"}
    evil = next(row for row in rows if row["claim_id"] == EVIL)
    assert evil["text"] == f"'=1+1 {EVIL}"
    assert evil["places"] == "AF-KDZ"
    page.fill(".ca-query", "متن")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download GeoJSON").click()
    features = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["claim_id"] for feature in features] == ["rtl"]
    kunduz = builtin_boundaries(countries=["AFG"]).set_index("place_id").loc["AF-KDZ", "geometry"]
    drawn = shape(features[0]["geometry"])
    assert drawn.is_valid
    assert drawn.symmetric_difference(kunduz).area < 0.02 * kunduz.area


@pytest.mark.second_tier
def test_a_download_of_a_country_map_keeps_the_places_of_the_claims(
    tmp_path: Path, offline_page: OfflinePage
) -> None:
    target = tmp_path / "countries.html"
    explore(sample_claims_path(), level=0, as_of="2026-06-30").save(target)
    page = offline_page.open(target)
    page.get_by_role("tab", name="Table").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    saved = tmp_path / "claims.csv"
    download.value.save_as(saved)

    again = read_claims(saved).set_index("claim_id")["place_ids"].map(sorted)
    before = sample_claims().set_index("claim_id")["place_ids"].map(sorted)
    assert again.to_dict() == before[again.index].to_dict()
    assert len(again) > 70


# --- safety -------------------------------------------------------------------------------


def test_the_text_of_a_hostile_claim_stays_text(offline_page: OfflinePage, hostile: Path) -> None:
    page = offline_page.open(hostile)
    evil = page.locator(".ca-card").filter(has_text="=1+1")
    expect(evil.locator(".ca-text")).to_have_text(f"=1+1 {EVIL}")
    expect(evil.locator("q")).to_have_text(EVIL)
    for tab in ("Filters", "Places", "Table", "Claims"):
        page.get_by_role("tab", name=tab).click()
    assert page.locator("#claimatlas img:not(.ca-legend img)").count() == 0
    assert page.evaluate("window.hacked") is None
    assert page.title() == EVIL
    quiet(offline_page)


@pytest.mark.second_tier
def test_right_to_left_text_is_laid_out_from_the_right(
    offline_page: OfflinePage, hostile: Path
) -> None:
    page = offline_page.open(hostile)
    quote = page.locator('[data-claim-id="rtl"] q')
    expect(quote).to_have_attribute("lang", "fa")
    assert quote.evaluate("e => getComputedStyle(e).direction") == "rtl"
    expect(page.locator('[data-claim-id="rtl"] cite')).to_have_text("in Persian")


@pytest.mark.second_tier
@pytest.mark.parametrize(
    "state",
    [
        "#place=%3Cimg%20src%3Dx%20onerror%3Dwindow.hacked%3D1%3E&q=%00&claim=nobody&set=zz",
        "#asof=9999-99-99&asof=2023-02-30&at=1,2&at=NaN,1e9,3&kind=%E0%A4%A",
        "#__proto__=1&constructor=x&toString&=&&&%",
        "#actor=" + "x" * 40000,
    ],
)
def test_an_unknown_or_hostile_hash_is_ignored(
    offline_page: OfflinePage, demo: Path, state: str
) -> None:
    plain = counts(offline_page.open(demo))
    offline_page.page.goto("about:blank")
    page = offline_page.open(demo, state)
    assert counts(page) == plain
    assert page.evaluate("window.hacked") is None
    quiet(offline_page)


@pytest.mark.second_tier
def test_in_a_notebooks_frame_links_and_filters_work(browser: Browser, demo: Path) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content('<iframe style="width:1200px;height:700px"></iframe>')
    page.eval_on_selector(
        "iframe", "(frame, text) => { frame.srcdoc = text }", demo.read_text(encoding="utf-8")
    )
    frame = page.frame_locator("iframe")
    frame.locator("html[data-claimatlas=ready]").wait_for(state="attached", timeout=30_000)
    frame.locator(".ca-permalink").first.click()
    expect(frame.locator(".ca-linked")).to_have_count(1)
    frame.locator(".ca-related a").first.click()
    expect(frame.locator(".ca-linked")).to_have_count(1)
    inner = page.frames[1]
    assert inner.evaluate("location.href").startswith("about:srcdoc#claim=")
    assert page.url == "about:blank"
    assert errors == []
    context.close()


# --- phone, paper, words ---------------------------------------------------------------------


def test_on_a_phone_nothing_is_wider_than_the_screen_and_targets_suit_a_thumb(
    browser: Browser, demo: Path
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(f"{demo.as_uri()}#place=AF-KDZ")
    page.wait_for_selector("html[data-claimatlas=ready]", state="attached", timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.eval_on_selector_all(
        ":is(.ca-panel, .ca-time, .ca-tools) :is(a, button, select, input)",
        """all => all.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40)
                     .map(e => e.className + e.textContent)""",
    )
    assert small == []
    height = page.locator(".ca-scroll").bounding_box()
    page.get_by_role("button", name="Enlarge the list over the map").tap()
    taller = page.locator(".ca-scroll").bounding_box()
    assert height is not None
    assert taller is not None
    assert taller["height"] > height["height"] + 200
    context.close()


def test_on_paper_the_list_stands_in_full_with_filters_and_sources(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo, "#actor=ISKP")
    listed = len(claim_ids(page))
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".ca-print .ca-card")).to_have_count(listed)
    expect(page.locator(".ca-print")).to_contain_text("Filters: Actor: ISKP.")
    expect(page.locator(".ca-print")).to_contain_text("https://tass.com/defense/1576031/amp")
    expect(page.locator(".ca-panel")).to_be_hidden()
    expect(page.locator(".ca-title")).to_be_visible()


def test_every_word_that_the_scripts_use_is_in_the_catalogue() -> None:
    words = bundle.words("en")
    plural = {key.rsplit(".", 1)[0] for key in words}
    missing = []
    for name in bundle.scripts():
        text = bundle.asset(name)
        keys = re.findall(r'\bt\(\s*"([^"]+)"', text)
        prefixes = re.findall(r"\bt\(\s*`([^`$]+)\$", text)
        missing += [(name, key) for key in keys if key not in words and key not in plural]
        missing += [
            (name, start) for start in prefixes if not any(key.startswith(start) for key in words)
        ]
    missing += [
        ("page.html.jinja", key)
        for key in re.findall(r'words\["([^"]+)"\]', bundle.asset("page.html.jinja"))
        if key not in words
    ]
    assert missing == []


# --- comparison --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page on which two sources speak of Kunduz so that both cannot be right."""
    shared = {"kind": "strength", "unit": "fighters", "country": "AFG", "outlet": "O"}
    claims = pd.DataFrame(
        [
            {"claim_id": "low", "affiliation": "Ministry", "places": "Kunduz", "value": 300,
             "modifier": "up_to", "stated": "2024-03-01"},
            {"claim_id": "high", "affiliation": "Mission", "places": "Kunduz", "value": 900,
             "modifier": "over", "stated": "2024-05-01"},
            {"claim_id": "old", "affiliation": "Agency", "places": "Kunduz", "value": 5000,
             "modifier": "exact", "stated": "2015-05-01"},
            {"claim_id": "joint", "affiliation": "CSTO", "places": "Kunduz; Takhar", "value": 4000,
             "modifier": "up_to", "extent": "joint", "stated": "2024-04-01"},
            {"claim_id": "other", "affiliation": "Fund", "places": "Kunduz", "value": 7,
             "modifier": "exact", "unit": "camps", "stated": "2024-04-01"},
        ]
    )  # fmt: skip
    for column, value in shared.items():
        claims[column] = claims[column].fillna(value) if column in claims else value
    claims["reported"] = claims["stated"]
    claims["actor"] = "ISKP"
    claims["text"] = "A statement"
    path = tmp_path_factory.mktemp("disputed") / "disputed.html"
    explore(claims, as_of=AS_OF).save(path)
    return path


def test_figures_that_cannot_both_hold_are_marked_and_nothing_is_averaged(
    offline_page: OfflinePage, disputed: Path
) -> None:
    page = offline_page.open(disputed, "#place=AF-KDZ")
    page.get_by_role("tab", name="Compare").click()
    fighters = page.locator(".ca-comparison").filter(has_text="fighters")
    figures = fighters.locator(".ca-figures > li")
    assert [text.split("\n")[0] for text in figures.all_inner_texts()] == [
        "1 May 2024 Mission: over 900 fighters",
        "1 Apr 2024 CSTO: up to 4,000 fighters",
        "1 Mar 2024 Ministry: up to 300 fighters",
        "1 May 2015 Agency: 5,000 fighters",
    ]
    marked = page.locator(".ca-rival")
    expect(marked).to_have_count(2)
    expect(marked.first).to_contain_text(
        "cannot hold together with Ministry, up to 300 (1 Mar 2024)"
    )
    expect(figures.nth(1)).to_contain_text("Included in a joint total: up to 4,000 fighters")
    expect(figures.nth(1)).to_contain_text("Alone: 0 to 4,000.")
    figures.first.get_by_role("button").click()
    expect(page.locator(".ca-linked")).to_have_attribute("data-claim-id", "high")
    quiet(offline_page)
