"""The pages of the reference: every public name, and every command, as the code says them."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from typer.testing import CliRunner

import geodata.analysis
import mapping
from geodata import sample_report_path, schema
from geodata.io.read import LIMITS as CLAIMS
from geodata.places.boundaries.limits import LIMITS as BOUNDARIES
from mapping import cli
from mapping.cli import inputs


@dataclass(frozen=True)
class Page:
    """A page of the reference: public names of one module."""

    file: str
    title: str
    module: str
    names: tuple[str, ...]
    about: str | None = None  # a module whose docstring opens the page


# What the docstrings of public things refer to, and is no public name itself.
DETAILS: Final = (
    "autofunction geodata.rules.dating.parse_as_of",
    "autofunction geodata.io.read.read_raw",
    "autofunction geodata.rules.intervals.share",
    "autoclass geodata.places.gazetteer.Match",
    "autoclass geodata.places.gazetteer.tables.Region",
    "autoclass geodata.places.boundaries.limits.Limits",
    "autoexception geodata.errors.SurroundingsError",
    "autodata geodata.check.TYPED_COLUMNS",
    "autodata geodata.schema.CLAIM_COLUMNS",
    "autodata geodata.schema.DERIVED_COLUMNS",
    "autodata geodata.schema.BOUNDARY_COLUMNS",
    "autodata geodata.schema.SHADING_KINDS",
    "autodata geodata.schema.EXTENTS",
    "autodata geodata.schema.STATES",
    "autodata geodata.schema.AGES",
    "autodata geodata.schema.WINDOW_DAYS",
    "autodata geodata.schema.ABOUT_TOLERANCE",
    "autodata geodata.io.read.FORMATS",
    "autodata geodata.analysis.drift.DRIFT_FIELDS",
)


def details_page() -> str:
    """Give the page of what the others refer to, in reStructuredText."""
    title = "Times, types and columns"
    lines = [
        title,
        "=" * len(title),
        "",
        ".. automodule:: geodata.rules.dating",
        "   :no-members:",
        "",
    ]
    for kind, name in (entry.split() for entry in DETAILS):
        short = name.rpartition(".")[2]
        lines += [short, "-" * len(short), "", f".. {kind}:: {name}", ""]
    return "\n".join(lines)


def pages() -> tuple[Page, ...]:
    """Give the pages of the reference; each public name stands on one of them."""
    analysis = set(geodata.analysis.__all__)
    rest = tuple(name for name in geodata.__all__ if name not in analysis)
    return (
        Page("claims", "Claims and places", "geodata", rest),
        Page(
            "analysis",
            "What claims add up to",
            "geodata",
            tuple(sorted(analysis)),
            "geodata.analysis",
        ),
        Page("maps", "Maps and plots", "mapping", tuple(mapping.__all__)),
        Page("frames", "``frame.claims``", "mapping.notebook.accessor", ("ClaimsAccessor",)),
    )


# What the page of commands shows, run while the site is built.
SHOWN: Final = {
    "places": "claimatlas places Кундуз Paktia Gorno-Badakhshan",
    "check": "claimatlas check faulty.csv",
    "build": "claimatlas build good.csv -o map.html --as-of 2024-06-30",
    "convert": "claimatlas convert good.csv claims.yaml",
}
GOOD: Final = """\
actor,text,places,country,value,unit,extent,kind,affiliation,outlet,reported
ISKP,4 000 fighters near the border,Badakhshan; Kunduz; Takhar,Afghanistan,up to 4 000,fighters,\
joint,strength,CSTO,TASS,2023-02-14
"""
FAULTY: Final = """\
actor,text,places,country,value,unit,extent,kind,affiliation,outlet,reported
ISKP,Seen in the north,Badakhshan,,,,,presence,,TASS,14.02.2023
TTP,Seen in the east,Paktja,Afghanistan,,,,presence,,RASC News,2024
"""

KINDS: Final = {
    "strength": "how many there are: a state",
    "presence": "that they are there: a state",
    "infrastructure": "camps, madrassas, depots, …: a state",
    "control": "who holds it: a state",
    "attack": "an event",
    "movement": "who went where: an event",
    "trafficking": "drugs, arms, people: an event",
    "designation": "somebody puts a group on a list, or takes it off: speech about it",
    "assessment": "a judgement: speech about it",
    "denial": "somebody denies other claims, named in `denies`: speech about it",
}
EXTENTS: Final = {
    "each": "the actor is in every place, and the value holds in each",
    "joint": "the actor is in every place, and the value is the total over them",
    "within": "somewhere among them, and the value is the total",
    "nationwide": "the country as a whole",
}
MODIFIERS: Final = {
    "exact": "unqualified: 6,500",
    "about": "about, nearly, around, some 6,500",
    "up_to": "up to, fewer than, does not exceed 4,000: from none to that",
    "over": "over, more than 1,000: open above",
    "at_least": "at least, no fewer than 46: open above",
    "between": "from 4,000 to 6,000",
}


def module_page(page: Page) -> str:
    """Give a page of the reference, in reStructuredText; functions come first."""
    module = importlib.import_module(page.module)
    lines = [page.title, "=" * len(page.title), ""]
    if page.about is not None:
        lines += [f".. automodule:: {page.about}", "   :no-members:", ""]
    lines += [f".. currentmodule:: {page.module}", ""]
    things = [(name, getattr(module, name)) for name in page.names]
    for name, thing in sorted(things, key=lambda named: (isinstance(named[1], type), named[0])):
        lines += [name, "-" * len(name), ""]
        if inspect.isclass(thing):
            kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
            lines += [f".. {kind}:: {page.module}.{name}", "   :members:", ""]
        else:
            lines += [f".. autofunction:: {page.module}.{name}", ""]
    return "\n".join(lines)


def commands_page(folder: Path) -> str:
    """Give the page of the command line, in MyST; the examples run in ``folder``."""
    (folder / "good.csv").write_text(GOOD, encoding="utf-8")
    (folder / "faulty.csv").write_text(FAULTY, encoding="utf-8")
    lines = [
        "# The command line",
        "",
        inspect.cleandoc(str(cli.app.info.help)),
        "",
        "Options that take several values are repeated. `-` reads standard input, with "
        "`--from FORMAT`. All faults are listed as `FILE:ROW: COLUMN: message`; warnings likewise. "
        "Nothing is written unless all of it can be.",
        "",
        "| exit status | meaning |",
        "|-|-|",
        "| 0 | done; there may be warnings |",
        "| 1 | the input has faults, or is missing |",
        "| 2 | wrong usage |",
        "| 3 | the surroundings fail: disk full, no Chromium |",
        "",
    ]
    for registered in cli.app.registered_commands:
        name = str(registered.name or getattr(registered.callback, "__name__", ""))
        lines += [f"## {name}", "", "```text", invoke([name, "--help"]), "```", ""]
        if name in SHOWN:
            lines += ["```console", f"$ {SHOWN[name]}", run(SHOWN[name], folder), "```", ""]
    return "\n".join(lines)


def codes() -> str:
    """Give the code lists of the claims table, in MyST."""
    # What each code means is said by hand; that none is missing or too many, by the schema.
    lists: dict[str, tuple[Iterable[Any], Mapping[Any, str]]] = {
        "Kinds": (schema.KINDS, KINDS),
        "Extents": (schema.EXTENTS, EXTENTS),
        "Modifiers": (schema.MODIFIERS, MODIFIERS),
        "Precision of a point": (schema.WHERE_PRECISION, schema.WHERE_PRECISION),
    }
    lines = []
    for title, (listed, meanings) in lists.items():
        lines += [f"## {title}", "", "| code | meaning |", "|-|-|"]
        lines += [f"| `{code}` | {meanings[code]} |" for code in listed]
        lines.append("")
    lines += [
        "## Ratings",
        "",
        "The Admiralty code: how reliable a source is, and how credible a claim.",
        "",
    ]
    for name, listed in (("reliability", schema.RELIABILITY), ("credibility", schema.CREDIBILITY)):
        lines += [f"| {name} | meaning |", "|-|-|"]
        lines += [f"| `{code}` | {meaning} |" for code, meaning in listed.items()]
        lines.append("")
    return "\n".join(lines)


# What each limit bounds; the names and the figures are the code's own.
LIMITS: Final = {
    "bytes": "a file, and what it unpacks to; a zipped shapefile twice as much",
    "cells": "cells of a table, blank ones among them",
    "columns": "columns of a header",
    "depth": "levels to which YAML, and GeoJSON of boundaries, nest",
    "aliases": "nodes for which the aliases of a YAML file stand",
    "memory": "memory that the claims, or the boundaries, take once they are read",
    "features": "boundaries in a file",
    "vertices": "points of all their outlines",
    "zip-entries": "files in a zipped shapefile",
    "zip-ratio": "times that a zipped file may grow",
}


def limits() -> str:
    """Give the bounds of what is read, in MyST."""
    lines = ["| `--limit` | of | claims | boundaries |", "|-|-|-|-|"]
    for name, meaning in LIMITS.items():
        own = inputs.BOUNDARY_LIMITS.get(name, ())
        most = (getattr(CLAIMS, name, None), getattr(BOUNDARIES, own[0], None) if own else None)
        shown = ["" if number is None else _amount(number) for number in most]
        lines.append(f"| `{name}` | {meaning} | {shown[0]} | {shown[1]} |")
    return "\n".join(lines) + "\n"


def _amount(number: int) -> str:
    megabytes, rest = divmod(number, 2**20)
    return f"{number:,}" if rest else f"{megabytes:,} MB"


def report_excerpt(lines: int = 26) -> str:
    """Give the beginning of the sample report."""
    return "\n".join(sample_report_path().read_text(encoding="utf-8").splitlines()[:lines]) + "\n"


def run(command: str, folder: Path) -> str:
    """Run a command of ours in a folder and give all that it says."""
    with contextlib.chdir(folder):
        return invoke(shlex.split(command)[1:])


def invoke(arguments: list[str]) -> str:
    """Run a command of ours in this process and give all that it says."""
    return str(CliRunner().invoke(cli.app, arguments, prog_name="claimatlas").output).strip()
