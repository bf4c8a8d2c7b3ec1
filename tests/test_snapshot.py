from __future__ import annotations

import asyncio
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from geodata.errors import ArgumentError, PageError, SurroundingsError
from mapping import explore
from mapping.cli import app
from mapping.snapshot import take_snapshot


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from geodata import sample_report_path

    target = tmp_path_factory.mktemp("page") / "map.html"
    explore(sample_report_path(), as_of="2024-06-30").save(target)
    return target


def size_of(picture: Path) -> tuple[int, int]:
    """Width and height as a PNG states them in its first chunk."""
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def test_a_picture_has_the_size_that_was_asked_for(
    page: Path, tmp_path: Path, chromium_path: str
) -> None:
    target = tmp_path / "map.png"

    take_snapshot(page, target, width=640, height=480, scale=2)

    assert size_of(target) == (1280, 960)


@pytest.mark.second_tier
def test_a_notebook_takes_one_though_its_event_loop_runs(
    page: Path, tmp_path: Path, chromium_path: str
) -> None:
    target = tmp_path / "map.png"

    async def cell() -> None:
        take_snapshot(page, target, width=600, height=500)

    # The browser of other tests may have left a loop in this thread.
    with ThreadPoolExecutor() as threads:
        threads.submit(lambda: asyncio.run(cell())).result()

    assert size_of(target) == (600, 500)


@pytest.mark.second_tier
def test_a_state_gives_another_picture(page: Path, tmp_path: Path, chromium_path: str) -> None:
    pictures = []
    for number, state in enumerate(["", "#place=AF-KDZ", "place=AF-KDZ"]):
        target = tmp_path / f"{number}.png"
        take_snapshot(page, target, width=600, height=500, state=state)
        pictures.append(target.read_bytes())

    assert pictures[0] != pictures[1] == pictures[2]


@pytest.mark.second_tier
def test_a_state_that_the_map_does_not_hold_gives_none(
    page: Path, tmp_path: Path, chromium_path: str
) -> None:
    target = tmp_path / "lost.png"

    with pytest.raises(PageError, match=r"does not hold what the link names: Place “AF-XXX”"):
        take_snapshot(page, target, state="#place=AF-XXX")

    assert not target.exists()


def test_the_command_names_the_picture_after_the_page(page: Path, chromium_path: str) -> None:
    done = CliRunner().invoke(app, ["snapshot", str(page), "--width", "500", "--height", "400"])

    assert done.exit_code == 0, done.output
    assert size_of(page.with_suffix(".png")) == (500, 400)


def test_what_is_no_page_of_ours_is_refused(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.html"
    stranger.write_text("<title>x</title>")

    with pytest.raises(PageError, match="is no page of claimatlas"):
        take_snapshot(stranger, tmp_path / "x.png")
    with pytest.raises(PageError, match=r"absent\.html: cannot be read: No such file"):
        take_snapshot(tmp_path / "absent.html", tmp_path / "x.png")
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("size", [{"width": 0}, {"height": -5}, {"width": 9_000, "scale": 2.0}])
def test_a_size_that_makes_no_sense_is_refused(size: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="must lie between 1 and 16384"):
        take_snapshot(tmp_path / "a.html", tmp_path / "a.png", **size)  # type: ignore[arg-type]  # sizes only


def test_a_missing_browser_is_said_with_its_remedy(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CLAIMATLAS_CHROMIUM", raising=False)

    with pytest.raises(SurroundingsError, match="CLAIMATLAS_CHROMIUM"):
        take_snapshot(page, tmp_path / "a.png")
