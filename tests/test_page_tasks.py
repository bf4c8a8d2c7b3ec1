"""Whole tasks of a reader on the page of the sample claims, by the keyboard alone, in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import OfflinePage

SAID = "tass-2023-02-north"
# More parts than this before the one that a reader looks for, and the keyboard is no help.
MOST_STEPS = 60


def reach(page: Page, target: Locator, *, key: str = "Tab") -> None:
    """Step from part to part, as a reader without a mouse, until one has the focus."""
    for _ in range(MOST_STEPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {target}")


def search(page: Page, words: str) -> None:
    reach(page, page.get_by_role("searchbox", name="Search text, names, places"))
    page.keyboard.type(words)


def open_tab(page: Page, name: str) -> None:
    """Go from what has the focus to the tabs, and along them."""
    reach(page, page.locator("[role=tab][aria-selected=true]"))
    reach(page, page.get_by_role("tab", name=name), key="ArrowRight")


def test_find_who_said_4000_and_whether_anyone_disagreed(
    offline_page: OfflinePage, demo: Path
) -> None:
    page = offline_page.open(demo)
    search(page, "4,000 Kunduz")
    said = page.locator(f"[data-claim-id='{SAID}']")
    expect(said).to_contain_text("up to 4,000 fighters")
    expect(said).to_contain_text("Anatoly Sidorov, Chief of the CSTO Joint Staff → TASS")
    expect(said).to_contain_text("5 tellings in 4 outlets, 1 origin")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    open_tab(page, "Compare")
    figures = page.locator(".ca-comparison").filter(has_text="ISKP · strength · fighters").first
    # Others gave figures for the country: none excludes his, and the page invents no quarrel.
    expect(figures).to_contain_text("CSTO: up to 4,000 fighters")
    expect(figures).to_contain_text("A part of it: jointly in Badakhshan, Kunduz and Takhar")
    others = figures.locator(".ca-figures > li").filter(has_not_text="CSTO")
    expect(others.first).to_be_visible()
    expect(figures.locator(".ca-rival").filter(has_text="4,000 fighters")).to_have_count(0)
    assert (offline_page.requests, offline_page.errors) == ([], [])


def test_find_what_was_known_on_1_june_2023(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    date = page.get_by_label("As-of date").and_(page.locator("input"))
    reach(page, date)
    page.keyboard.type("06012023")
    expect(page.locator(".ca-sub")).to_contain_text("as of 1 Jun 2023")
    published = page.locator(".ca-item .ca-dates")
    assert published.count() > 0
    for words in published.all_inner_texts():
        assert "2024" not in words
        assert "2025" not in words
    expect(page.locator(f"[data-claim-id='{SAID}']")).to_contain_text("fresh, 4 months")
    assert page.evaluate("location.hash") == "#asof=2023-06-01"


def test_send_a_colleague_the_link_to_a_claim(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo)
    search(page, "Sidorov 4,000")
    card = page.locator(f"[data-claim-id='{SAID}']")
    reach(page, page.locator(".ca-item").first)
    reach(page, page.locator(".ca-item").filter(has=card), key="ArrowDown")
    reach(page, card.get_by_role("link", name="link to this claim"))
    page.keyboard.press("Enter")
    link = page.evaluate("location.href")
    assert f"claim={SAID}" in link
    received = offline_page.open(demo, link.partition("#")[2])
    shown = received.locator(".ca-linked")
    expect(shown).to_have_attribute("data-claim-id", SAID)
    expect(shown).to_be_in_viewport()


def test_print_what_is_said_of_a_place(offline_page: OfflinePage, demo: Path) -> None:
    page = offline_page.open(demo, "place=AF-KDZ")
    # The browser's own dialog would wait for somebody.
    page.evaluate("window.print = () => dispatchEvent(new Event('beforeprint'))")
    reach(page, page.get_by_role("button", name="Print"))
    page.keyboard.press("Enter")
    paper = page.locator(".ca-print")
    page.emulate_media(media="print")
    expect(paper).to_be_visible()
    for words in ("Kunduz, Afghanistan", "up to 4,000 fighters", "Anatoly Sidorov", "https://"):
        expect(paper).to_contain_text(words)
    expect(page.locator(".ca-legend")).to_be_visible()
    expect(page.locator(".ca-sub")).to_contain_text("as of 30 Nov 2024")
