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
from mapping.notebook.accessor import ClaimsAccessor

pytestmark = pytest.mark.second_tier

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "notebooks" / "site" / "build.py"
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


def build(folder: Path) -> None:
    """Build the site, its notebooks as they are kept: tests/test_notebooks.py runs them."""
    done = subprocess.run(
        [sys.executable, str(BUILD), str(folder), "--no-run"],
        capture_output=True, text=True, check=False, timeout=150,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def pages_of(site: Path) -> dict[Path, Links]:
    return {
        path: links_of(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if path.name != OWN_PAGE
    }


def test_the_site_builds_and_is_whole(tmp_path: Path) -> None:
    """One test, since it takes one build: two workers would each build a site of their own."""
    build(tmp_path)
    pages = pages_of(tmp_path)
    assert len(pages) > 10
    assert dead_links(pages) == []
    assert loaded_from_elsewhere(tmp_path, pages) == []
    assert public_names() - set().union(*(links.ids for links in pages.values())) == set()
    table = (tmp_path / "claims_table.html").read_text(encoding="utf-8")
    assert (
        columns_and_codes() - set(re.findall(r'<span class="pre">([^<]+)</span>', table)) == set()
    )
    assert commands() <= pages[tmp_path / "command_line.html"].ids
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks <= {path.stem for path in (tmp_path / "notebooks").glob("*.html")}
    rules = (tmp_path / "rules.html").read_text(encoding="utf-8")
    assert rules.count('<svg xmlns="http://www.w3.org/2000/svg" class="picture"') == 6


@pytest.mark.parametrize(
    ("target", "is_dead"),
    [
        ("other.html", False), ("other.html#here", False), ("#top", False), ("", False),
        ("https://example.org/a#b", False),
        ("gone.html", True), ("other.html#gone", True), ("#gone", True),
        ("https://", True), ("ftp://example.org/", True), ("htp:x", True),
    ],
)  # fmt: skip
def test_a_dead_link_is_found(target: str, is_dead: bool, tmp_path: Path) -> None:
    texts = {"index.html": '<p id="top"></p>', "other.html": '<p id="here"></p>'}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    pages = pages_of(tmp_path)
    assert (fault(target, tmp_path / "index.html", pages) is not None) == is_dead


def dead_links(pages: dict[Path, Links]) -> list[str]:
    links = [(page, target) for page, links in pages.items() for target in links.targets]
    assert len(links) > 200
    return [
        f"{page.name}: {target} {what}"
        for page, target in links
        if (what := fault(target, page, pages)) is not None
    ]


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


def loaded_from_elsewhere(site: Path, pages: dict[Path, Links]) -> list[str]:
    loaded = [(page, target) for page, links in pages.items() for target in links.loaded]
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert len(loaded) > 50
    assert styles
    far = re.findall(r"""(?:@import\s+|url\()\s*['"]?(?:\w+:)?//[^'")\s]+""", styles)
    return far + [
        f"{page.name}: {target}"
        for page, target in loaded
        if urlsplit(target).netloc or fault(target, page, pages) is not None
    ]


def public_names() -> set[str]:
    names = {
        f"{module}.{name}"
        for module in ("geodata", "mapping")
        for name in importlib.import_module(module).__all__
    }
    methods = [name for name in vars(ClaimsAccessor) if not name.startswith("_")]
    assert len(methods) > 10
    return names | {f"mapping.notebook.accessor.ClaimsAccessor.{name}" for name in methods}


def columns_and_codes() -> set[str]:
    codes = {*schema.KINDS, *schema.EXTENTS, *schema.MODIFIERS, *schema.STATUSES}
    codes |= {*schema.RELIABILITY, *schema.CREDIBILITY, *map(str, schema.WHERE_PRECISION)}
    return {*schema.CLAIM_COLUMNS, *codes}


def commands() -> set[str]:
    found = {getattr(command.callback, "__name__", "") for command in cli.app.registered_commands}
    assert "build" in found
    return found
