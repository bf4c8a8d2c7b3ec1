"""The documentation site builds without a warning, a dead link or another host."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import pytest

from geodata import schema
from mapping import cli
from mapping.accessor import ClaimsAccessor

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "notebooks" / "site" / "build.py"
MODULES = ("geodata", "mapping")
OWN_PAGE = "demo.html"  # a page of ours, which other tests test
# What a page loads by itself, as against where its links lead.
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}


@dataclass
class Links(HTMLParser):
    """What a page links to, what it loads, and which places in it can be linked to."""

    targets: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.ids |= {said[name] for name in ("id", "name") if said.get(name)}
        if tag == "a" and "href" in said:
            self.targets.append(said["href"])
        elif tag == "link" and said.get("rel") not in {"canonical", None}:
            self.loaded.append(said["href"])
        elif LOADED.get(tag, "") in said:
            self.loaded.append(said[LOADED[tag]])


def links_of(text: str) -> Links:
    links = Links()
    links.feed(text)
    return links


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, its notebooks as they are kept: tests/test_notebooks.py runs them."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, str(BUILD), str(folder), "--no-run"],
        capture_output=True, text=True, check=False, timeout=150,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Links]:
    found = {
        path: links_of(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if path.name != OWN_PAGE
    }
    assert len(found) > 10
    return found


def fault(target: str, page: Path, pages: dict[Path, Links]) -> str | None:
    """What is wrong with a link, if anything is; other hosts cannot be asked here."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None if is_address(parts) else "is no address"
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_file():
        return "leads to no file"
    fragment = unquote(parts.fragment)
    if fragment and path in pages and fragment not in pages[path].ids:
        return "leads to no place in its page"
    return None


def is_address(parts: SplitResult) -> bool:
    return (
        parts.scheme in {"http", "https"}
        and re.fullmatch(r"[\w.-]+\.\w+", parts.netloc) is not None
    )


def test_no_link_is_dead(pages: dict[Path, Links]) -> None:
    links = [(page, target) for page, links in pages.items() for target in links.targets]
    assert len(links) > 200
    dead = [
        f"{page.name}: {target} {what}"
        for page, target in links
        if (what := fault(target, page, pages)) is not None
    ]
    assert dead == []


@pytest.mark.parametrize(
    "target", ["gone.html", "index.html#gone", "#gone", "https://", "ftp://example.org/", "htp:x"]
)
def test_a_dead_link_would_be_found(target: str, pages: dict[Path, Links], site: Path) -> None:
    assert fault(target, site / "index.html", pages) is not None


def test_pages_load_nothing_from_another_host(site: Path, pages: dict[Path, Links]) -> None:
    loaded = [(page, target) for page, links in pages.items() for target in links.loaded]
    assert len(loaded) > 50
    assert [
        f"{page.name}: {target}"
        for page, target in loaded
        if urlsplit(target).netloc or fault(target, page, pages) is not None
    ] == []
    styles = [path.read_text(encoding="utf-8") for path in site.rglob("*.css")]
    assert styles
    addresses = re.findall(r"""(?:@import\s+|url\()\s*['"]?(\w+:)?//[^'")\s]+""", "".join(styles))
    assert addresses == []


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_is_in_the_reference(name: str, pages: dict[Path, Links]) -> None:
    module = importlib.import_module(name)
    ids = set().union(*(links.ids for links in pages.values()))
    assert {f"{name}.{public}" for public in module.__all__} - ids == set()


def test_every_method_of_a_frame_is_in_the_reference(pages: dict[Path, Links]) -> None:
    ids = set().union(*(links.ids for links in pages.values()))
    methods = [name for name in vars(ClaimsAccessor) if not name.startswith("_")]
    assert len(methods) > 10
    assert {f"mapping.accessor.ClaimsAccessor.{name}" for name in methods} - ids == set()


def test_every_column_and_every_code_is_told(site: Path) -> None:
    table = (site / "claims_table.html").read_text(encoding="utf-8")
    told = set(re.findall(r'<span class="pre">([^<]+)</span>', table))
    codes = {*schema.KINDS, *schema.EXTENTS, *schema.MODIFIERS, *schema.STATUSES}
    codes |= {*schema.RELIABILITY, *schema.CREDIBILITY, *map(str, schema.WHERE_PRECISION)}
    assert {*schema.CLAIM_COLUMNS, *codes} - told == set()


def test_every_command_is_told(site: Path) -> None:
    page = links_of((site / "command_line.html").read_text(encoding="utf-8"))
    commands = [
        getattr(command.callback, "__name__", "") for command in cli.app.registered_commands
    ]
    assert commands
    assert set(commands) <= page.ids


def test_every_notebook_and_every_picture_is_there(site: Path) -> None:
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / "notebooks" / notebook.with_suffix(".html").name).is_file()
    rules = (site / "rules.html").read_text(encoding="utf-8")
    assert rules.count('<svg xmlns="http://www.w3.org/2000/svg" class="picture"') == 6
