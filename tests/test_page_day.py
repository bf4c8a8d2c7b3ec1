"""What the page shows of a day is what was known on it: status, forecasts, what is absent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from playwright.sync_api import expect

from common import claims, squares
from mapping import explore

if TYPE_CHECKING:
    from conftest import OfflinePage

pytestmark = pytest.mark.second_tier

KUNDUZ = {"place_ids": ("AF-KDZ",)}


def told() -> pd.DataFrame:
    return claims(
        {"claim_id": "gone", "affiliation": "Taliban government", "stated": "2021-05-01",
         "status": "retracted", "status_date": "2022-12-05", "kind": "presence", **KUNDUZ},
        {"claim_id": "heir", "affiliation": "Islamic Emirate", "stated": "2023-05-01",
         "supersedes": "gone", "kind": "presence", **KUNDUZ},
        {"claim_id": "none", "affiliation": "UN", "stated": "2021-06-01", "value": 0.0,
         "modifier": "exact", "place_ids": ("AF-TAK",)},
        {"claim_id": "ahead", "affiliation": "ООН", "stated": "2021-06-01", "as_of": "2030",
         "value": 900.0, "modifier": "exact", "place_ids": ("AF-BDS",)},
        {"claim_id": "other", "affiliation": "Unspecified officials", "stated": "2021-06-01",
         "kind": "presence", "place_ids": ("AF-BDS",)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def day_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "day.html"
    explore(told(), as_of="2024-06-30", boundaries=squares()).save(target)
    return target


@pytest.mark.parametrize(("day", "status"), [
    ("2022-03-31", "current"), ("2022-12-04", "current"), ("2022-12-05", "retracted"),
])  # fmt: skip
def test_table_file_and_filter_know_what_was_known(
    day_page: Path, offline_page: OfflinePage, day: str, status: str
) -> None:
    page = offline_page.open(day_page, f"asof={day}")
    page.get_by_role("tab", name="Table").click()

    row = page.locator("[data-row-claim=gone]")
    expect(row.locator("td", has_text=status)).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    saved = pd.read_csv(download.value.path(), encoding="utf-8-sig").set_index("claim_id")
    assert saved.loc["gone", "status"] == status
    assert bool(saved["status_date"].isna()["gone"]) == (status == "current")
    assert "heir" not in saved.index

    page = offline_page.open(day_page, f"asof={day}&status={status}")
    page.get_by_role("tab", name="Claims").click()
    expect(page.locator("[data-claim-id=gone]")).to_have_count(1)
    ended = page.locator("[data-claim-id=gone] .ca-status")
    expect(ended).to_have_count(int(status == "retracted"))


def test_cards_say_what_is_absent_and_what_is_a_forecast(
    day_page: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(day_page)

    expect(page.locator("[data-claim-id=none]")).to_contain_text("said to be absent")
    ahead = page.locator("[data-claim-id=ahead]")
    expect(ahead.locator(".ca-status")).to_contain_text("Forecast")
    expect(ahead.locator(".ca-status")).to_contain_text("1 Jan 2030")
    expect(ahead.locator(".ca-age-ageing")).to_have_count(0)
    expect(ahead.locator(".ca-age-stale")).to_have_count(1)
    expect(ahead).to_contain_text("ООН")

    page = offline_page.open(day_page, "asof=2030-01-01")
    expect(page.locator("[data-claim-id=ahead] .ca-status")).to_have_count(0)


def test_one_body_is_one_source_and_found_by_any_name(
    day_page: Path, offline_page: OfflinePage
) -> None:
    page = offline_page.open(day_page, "source=Islamic%20Emirate")
    expect(page.locator("article.ca-card")).to_have_count(2)
    page.get_by_role("tab", name="Filters").click()
    page.locator("summary", has_text="Source").click()
    box = page.locator(".ca-facet", has=page.locator("summary", has_text="Source"))
    expect(box.locator("li", has_text="Taliban").first).to_contain_text("Taliban government")

    page = offline_page.open(day_page, "q=UN")
    page.get_by_role("tab", name="Claims").click()
    expect(page.locator("article.ca-card")).to_have_count(2)
    expect(page.locator("[data-claim-id=other]")).to_have_count(0)
