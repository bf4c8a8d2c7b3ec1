"""The page's CSV guards against formulas by the same rule as the package's own."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from common import claims, squares
from conftest import OfflinePage
from mapping import explore

CASES = json.loads(
    (Path(__file__).parent / "data" / "formula_cases.json").read_text(encoding="utf-8")
)
# So many blanks and no formula: a pattern that looks at each of them from each takes minutes.
BLANKS = 60_000


def downloaded(offline_page: OfflinePage, path: Path) -> dict[str, str]:
    """Give the texts of the page's CSV by the id of their claim."""
    page = offline_page.open(path)
    page.get_by_role("tab", name="Table").click()
    with page.expect_download(timeout=30_000) as download:
        page.get_by_role("button", name="Download CSV").click()
    content = download.value.path().read_bytes().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    return {row["claim_id"]: row["text"] for row in rows}


def test_the_page_guards_as_the_golden_cases_say(offline_page: OfflinePage, tmp_path: Path) -> None:
    texts = [text for text, _ in CASES]
    told = claims(
        *({"text": text, "place_ids": ("AF-KDZ",), "reported": "2024"} for text in texts),
    )
    explore(told, boundaries=squares()).save(tmp_path / "map.html")

    found = downloaded(offline_page, tmp_path / "map.html")

    expected = {f"c{at + 1}": guarded for at, (_, guarded) in enumerate(CASES)}
    assert {key: found[key] for key in expected} == expected
    assert offline_page.errors == []


def test_many_blanks_take_no_time(offline_page: OfflinePage, tmp_path: Path) -> None:
    text = "a" + "\t " * BLANKS + "b"
    told = claims({"text": text, "place_ids": ("AF-KDZ",), "reported": "2024"})
    explore(told, boundaries=squares()).save(tmp_path / "map.html")

    assert downloaded(offline_page, tmp_path / "map.html") == {"c1": text}
