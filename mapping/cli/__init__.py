"""The command line: a thin shell over `geodata` and `mapping`.

Each command checks its options, calls the library and prints what it says. Heavy
modules load inside the commands, so that ``--help`` answers at once. How the
input is read stands in `mapping.cli.inputs`, how failures end in `mapping.cli.exits`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from mapping import startup
from mapping.cli import console, exits, steps

if TYPE_CHECKING:
    from geodata.report import Report


class Theme(StrEnum):
    """Colours of the page."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Level(StrEnum):
    """Administrative levels: the country, its first-level units, theirs."""

    COUNTRY = "0"
    PROVINCE = "1"
    DISTRICT = "2"


class ReportFormat(StrEnum):
    """Ways to print a check."""

    TEXT = "text"
    JSON = "json"


ClaimsArgument = Annotated[
    list[str], typer.Argument(metavar="CLAIMS", help="Files of claims; - reads standard input.")
]
FromOption = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="Format of standard input, or of files whose names do not tell it: "
        "csv, tsv, xlsx, json, jsonl, yaml, geojson, parquet or gpkg.",
    ),
]
SheetOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Sheet of an XLSX workbook, else its first; layer of a GeoPackage."
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE", help="YAML that maps columns which are called otherwise: 'actor: Group'."
    ),
]
LimitOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=N",
        help="Take on larger files: bytes=2G, cells=50M, depth=40; see the README.",
    ),
]
AllOption = Annotated[
    bool, typer.Option("--all", help="List each fault by itself, even many that say the same.")
]
OriginsOption = Annotated[bool, typer.Option("--origins", help="Propose which claims are one.")]
BoundariesOption = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Your own boundaries, for the countries that they cover."),
]
NameColumnOption = Annotated[
    str | None, typer.Option(metavar="C", help="Column of names in the boundaries file.")
]
CodeColumnOption = Annotated[
    str | None, typer.Option(metavar="C", help="Column of codes in the boundaries file.")
]
CrsOption = Annotated[
    str | None,
    typer.Option(metavar="EPSG", help="CRS of a boundaries file that states none: EPSG:32642."),
]
LayerOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Layer of a boundaries file that has several.")
]
CountryOption = Annotated[
    list[str] | None,
    typer.Option(metavar="ISO3", help="A country of the map; repeat the option for several."),
]
LevelOption = Annotated[
    Level | None,
    typer.Option(help="Administrative level: else 1, or that of the boundaries file."),
]
OutputOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="The page to write.")
]

app = typer.Typer(
    cls=exits.Commands,
    name="claimatlas",
    help="An atlas of who says what, where: attributed claims on a map that is one HTML file.",
    epilog="Exit status: 0 done, 1 the input has faults or is missing, 2 wrong usage, "
    "3 the surroundings fail.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line and end the process with its exit status."""
    # Arrow's allocator keeps freed memory for a second: at the peak of a build, a sixth of all.
    os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")
    startup.run(partial(app, prog_name="claimatlas"))


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.say(f"claimatlas {version('claimatlas')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command()
def demo(*, output: OutputOption = "claimatlas-demo.html") -> None:
    """Map the sample claims about Afghanistan and its neighbours."""
    from geodata.samples import sample_claims_path
    from mapping import explore
    from mapping.cli import inputs

    sample = str(sample_claims_path())
    read = inputs.files_read(sample)
    inputs.refuse_output(output, inputs=read)
    title = "Armed groups in Afghanistan: who says what, where"
    report = steps.checked([sample], inputs.ClaimsOptions())
    steps.draw(report, output, partial(explore, title=title), read)


@app.command()
def build(
    claims: ClaimsArgument,
    *,
    output: OutputOption = "map.html",
    boundaries: BoundariesOption = None,
    name_column: NameColumnOption = None,
    code_column: CodeColumnOption = None,
    crs: CrsOption = None,
    layer: LayerOption = None,
    country: CountryOption = None,
    level: LevelOption = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day to draw, 2024-06-30; else today.")
    ] = None,
    title: Annotated[str | None, typer.Option(metavar="T", help="Title of the page.")] = None,
    tiles: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Tiles of an xyzservices provider without a key."),
    ] = None,
    theme: Annotated[Theme, typer.Option(help="Colours of the page.")] = Theme.AUTO,
    only_shown: Annotated[
        bool,
        typer.Option("--only-shown", help="Leave out claims of later days and other countries."),
    ] = False,
    from_format: FromOption = None,
    sheet: SheetOption = None,
    columns: ColumnsOption = None,
    limit: LimitOption = None,
    every: AllOption = False,
) -> None:
    """Make one HTML file from claims that have no errors."""
    from mapping import explore
    from mapping.cli import inputs

    read = inputs.files_read(claims, boundaries, columns)
    inputs.refuse_output(output, inputs=read)
    inputs.vet_drawing(as_of=as_of, tiles=tiles)
    options = inputs.BoundaryOptions(
        path=boundaries,
        name_column=name_column,
        code_column=code_column,
        crs=crs,
        countries=inputs.country_codes(country or []),
        level=None if level is None else int(level),
        layer=layer,
        limits=inputs.limits_of(limit or []),
    )
    reading = inputs.ClaimsOptions(from_format, sheet, columns, options.limits)
    with console.working("Reading the boundaries …"), console.heard_warnings() as notices:
        units = options.read()
    report = steps.checked(claims, reading, boundaries=units, notices=notices, every=every)
    draw = partial(
        explore,
        boundaries=units,
        as_of=as_of,
        countries=options.countries or None,
        level=options.level,
        tiles=tiles,
        theme=theme.value,
        only_shown=only_shown,
    )
    if title is not None:
        draw = partial(draw, title=title)
    steps.draw(report, output, draw, read)
    console.tell_undated(report)


@app.command()
def check(
    claims: ClaimsArgument,
    *,
    boundaries: BoundariesOption = None,
    name_column: NameColumnOption = None,
    code_column: CodeColumnOption = None,
    crs: CrsOption = None,
    layer: LayerOption = None,
    country: CountryOption = None,
    level: LevelOption = None,
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="Text for people, or one JSON object.")
    ] = ReportFormat.TEXT,
    from_format: FromOption = None,
    sheet: SheetOption = None,
    columns: ColumnsOption = None,
    limit: LimitOption = None,
    every: AllOption = False,
    origins: OriginsOption = False,
) -> None:
    """List all faults of claims, each with file, row and column."""
    from mapping.cli import inputs, report_json

    options = inputs.BoundaryOptions(
        path=boundaries,
        name_column=name_column,
        code_column=code_column,
        crs=crs,
        countries=inputs.country_codes(country or []),
        level=None if level is None else int(level),
        layer=layer,
        limits=inputs.limits_of(limit or []),
    )
    reading = inputs.ClaimsOptions(from_format, sheet, columns, options.limits)

    def find_faults() -> Report:
        return reading.check(claims, boundaries=options.read())

    if report_format is ReportFormat.JSON:
        ok = report_json.print_object(
            find_faults, names=claims, boundaries=boundaries, origins=origins
        )
    else:
        with console.working("Checking the claims …"), console.heard_warnings() as notices:
            report = find_faults()
        report = replace(report, warnings=(*notices, *report.warnings))
        console.print_faults(report, every=every)
        console.print_proposals(report)
        console.print_joined_sources(report)
        console.say(console.summary(report))
        console.print_origins(report, wanted=origins)
        console.tell_undated(report)
        ok = report.ok
    if not ok:
        raise typer.Exit(exits.FAULTS)


@app.command()
def convert(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="IN... OUT", help="Files of claims, - for standard input; then the new file."
        ),
    ],
    *,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="FORMAT",
            help="Format of OUT, where its name does not tell it: csv, tsv, xlsx, json, jsonl, "
            "yaml, geojson, gpkg, parquet, stix or hxl.",
        ),
    ] = None,
    boundaries: BoundariesOption = None,
    from_format: FromOption = None,
    sheet: SheetOption = None,
    columns: ColumnsOption = None,
    limit: LimitOption = None,
    every: AllOption = False,
) -> None:
    """Write claims that have no errors in another format, and say what it cannot hold."""
    from mapping.cli import inputs
    from mapping.cli.convert import read_units, split_files, vet_output, write_output

    claims, output = split_files(files)
    read = inputs.files_read(claims, boundaries, columns)
    kind = vet_output(output, inputs=read, wanted=to)
    limits = inputs.limits_of(limit or [])
    with console.heard_warnings() as notices:
        units = read_units(boundaries, limits)
    reading = inputs.ClaimsOptions(from_format, sheet, columns, limits)
    report = steps.checked(claims, reading, boundaries=units, notices=notices, every=every)
    with console.working("Writing …"), console.told_warnings():
        write_output(report.claims, output, kind=kind, boundaries=units, inputs=read)
    console.say(f"{output}: {console.summary(report)}")


@app.command()
def snapshot(
    page: Annotated[str, typer.Argument(metavar="PAGE", help="A page that claimatlas wrote.")],
    *,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="The PNG; else PAGE with .png."),
    ] = None,
    width: Annotated[int, typer.Option(metavar="PX", help="Width of the window.")] = 1280,
    height: Annotated[int, typer.Option(metavar="PX", help="Height of the window.")] = 800,
    scale: Annotated[
        float, typer.Option(metavar="N", help="Pixels of the picture for each of these.")
    ] = 1.0,
    state: Annotated[
        str, typer.Option(metavar="HASH", help="The view, as in a link: '#place=AF-KDZ'.")
    ] = "",
    online: Annotated[
        bool, typer.Option("--online", help="Let the page load the tiles that it was built with.")
    ] = False,
) -> None:
    """Take a picture of a page with an installed Chromium."""
    from pathlib import Path

    from mapping.cli import inputs
    from mapping.snapshot import take_snapshot

    target = str(Path(page).with_suffix(".png")) if output is None else output
    inputs.refuse_output(target, inputs=inputs.files_read(page))
    with console.working("Taking the picture …"):
        take_snapshot(
            page, target, width=width, height=height, scale=scale, state=state, online=online
        )
    console.say(target)


@app.command()
def places(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Names or codes.")],
    *,
    country: Annotated[
        str | None, typer.Option(metavar="ISO3", help="The country that they lie in.")
    ] = None,
) -> None:
    """Say what names of places resolve to, and why."""
    from mapping.cli import inputs
    from mapping.cli.lookup import explain_names

    codes = inputs.country_codes([country] if country else [])
    if not explain_names(names, country=codes[0] if codes else None):
        raise typer.Exit(exits.FAULTS)
