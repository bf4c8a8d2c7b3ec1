"""What several commands do: check claims, and draw those that are right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import typer

from mapping.cli import console, exits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import folium
    import geopandas as gpd
    import pandas as pd

    from geodata.io.input_files import InputFiles
    from geodata.report import Fault, Report
    from mapping.claim_map import ClaimMap
    from mapping.cli.inputs import ClaimsOptions


def checked(
    claims: list[str],
    reading: ClaimsOptions,
    *,
    boundaries: gpd.GeoDataFrame | None = None,
    notices: Sequence[Fault] = (),
    every: bool = False,
) -> Report:
    """Claims that can be drawn, their warnings told; those with errors end the command."""
    with console.working("Checking the claims …"):
        report = reading.check(claims, boundaries=boundaries)
    report = replace(report, warnings=(*notices, *report.warnings))
    console.print_faults(report, every=every)
    if not report.ok:
        console.complain(console.summary(report))
        raise typer.Exit(exits.FAULTS)
    return report


def draw(
    report: Report, output: str, drawing: Callable[[pd.DataFrame], folium.Map], read: InputFiles
) -> None:
    """Draw claims that were checked, write the page, and say what it holds and asks for."""
    with console.working("Drawing the map …"), console.told_warnings(output):
        page = cast("ClaimMap", drawing(report.claims))
        page.input_files |= read
        page.save(output)
    console.say(f"{output}: {console.summary(report)}")
    console.tell_unshown(output, page, report)
