"""The browser fixtures see what they are there to see."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import OfflinePage

READY = "<script>document.documentElement.dataset.claimatlas = 'ready'</script>"


def write_page(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>t</title>{body}", encoding="utf-8")
    return path


def test_quiet_page_asks_for_nothing(offline_page: OfflinePage, tmp_path: Path) -> None:
    picture = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>"
    page = offline_page.open(write_page(tmp_path, READY + picture), "#place=AF-KDZ")
    assert page.evaluate("location.hash") == "#place=AF-KDZ"
    assert offline_page.requests == []
    assert offline_page.errors == []


def test_requests_and_errors_are_kept(offline_page: OfflinePage, tmp_path: Path) -> None:
    body = (
        "<img src='http://127.0.0.1:9/tile.png'><link rel=stylesheet href=other.css>"
        "<script>console.error('said'); setTimeout(() => { throw new Error('thrown') })</script>"
    )
    page = offline_page.open(write_page(tmp_path, body + READY))
    page.wait_for_load_state("load")
    page.wait_for_timeout(50)
    other = (tmp_path / "other.css").as_uri()
    assert sorted(offline_page.requests) == [other, "http://127.0.0.1:9/tile.png"]
    assert "said" in offline_page.errors
    assert any("thrown" in error for error in offline_page.errors)
