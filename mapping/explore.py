"""Claims → an interactive map: what a notebook calls.

This module is only the door. What does the work is loaded when it is called, so that
a command line that imports the package can print its help at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geodata import schema
from geodata.errors import ArgumentError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike

    import folium
    import geopandas as gpd

    from geodata.check import Source

THEMES = ("auto", "light", "dark")
DEFAULT_TITLE = "Reported threats"


def explore(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    boundaries: str | PathLike[str] | gpd.GeoDataFrame | None = None,
    as_of: str | date | None = None,
    m: folium.Map | None = None,
    title: str = DEFAULT_TITLE,
    countries: str | Sequence[str] | None = None,
    level: int | None = None,
    tiles: str | None = None,
    theme: str = "auto",
    lang: str = "en",
    fresh_days: int = schema.FRESH_DAYS,
    stale_days: int = schema.STALE_DAYS,
    only_shown: bool = False,
    online: bool = False,
    scripts: bool = False,
) -> folium.Map:
    """Map claims: provinces by sources, totals on the outline of what they cover.

    Parameters
    ----------
    claims
        A claims table: a path or several, or a frame, raw or from `geodata.read_claims`.
    boundaries
        A path or a frame of boundaries that replace the built-in ones of the
        countries that they cover.
    as_of
        The day for which the map is drawn, such as ``"2024-06-30"``; today by default.
    m
        A folium map to draw on: its layers stay, and it is what is returned.
    title
        The page's title.
    countries
        The countries whose units are drawn, of ``boundaries`` too: codes or names, or
        one by itself; by default those in which claims name places.
    level
        Administrative level that is drawn: 0, 1, or 2 with ``boundaries``; by default
        that of ``boundaries``, else 1.
    tiles
        Name of a tile provider of ``xyzservices`` that needs no key. Tiles come over the
        network; without them the page asks for nothing.
    theme
        ``"auto"`` follows the reader's system, or ``"light"``, ``"dark"``.
    lang
        Language of the page's own words.
    fresh_days, stale_days
        Until when a claim is fresh, and from when it is stale, in days.
    only_shown
        Leave out what the map does not show: claims that came out after ``as_of``, or lie
        outside ``countries``, what they say and their ids, and what became of the others since.
        Without it all claims travel in the page, for readers who step to another day, and
        ``get_root().content.unshown`` counts those.
    online
        Allow layers that you add to load scripts from the network.
    scripts
        Allow scripts that you wrote yourself, in folium's ``JsCode`` and ``Element``, to run in
        the page. Whatever texts layers carry stays data: it is neither run nor compiled.

    Returns
    -------
    folium.Map
        Shows in a notebook as it is, takes further folium layers, and saves to one
        file with ``.save()``. Geometry and layers are in EPSG:4326.

    Raises
    ------
    ClaimsError
        If the claims have faults; all of them are in its report.
    BoundariesError
        If the boundaries cannot be used.
    ArgumentError
        If an option has a value that is not known, or ``only_shown`` leaves no claim.

    Examples
    --------
    >>> from geodata import sample_claims_path
    >>> m = explore(sample_claims_path(), as_of="2024-06-30")
    >>> type(m).__name__
    'ClaimMap'
    """
    if theme not in THEMES:
        message = f"theme must be one of {', '.join(THEMES)}, not {theme!r}"
        raise ArgumentError(message)
    from mapping.compose import compose_map  # noqa: PLC0415 - see the module's docstring

    return compose_map(
        claims,
        boundaries=boundaries,
        as_of=as_of,
        m=m,
        title=title,
        countries=countries,
        level=level,
        tiles=tiles,
        theme=theme,
        lang=lang,
        fresh_days=fresh_days,
        stale_days=stale_days,
        only_shown=only_shown,
        online=online,
        scripts=scripts,
    )
