"""Raw claims → typed claims, and all their faults at once, each with file, row and column.

The one gate: what passes it is trusted afterwards. Columns that are right or
wrong by themselves are read in `validate_columns`, figures in
`validate_figures`, and what claims say about each other in `validate_references`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

import pandas as pd

from geodata import schema
from geodata.inferred import with_reports
from geodata.report import Fault
from geodata.text.actors import doubtful_actors, resolve_actors, split_names
from geodata.validate.columns import (
    check_lengths,
    check_urls,
    read_codes,
    read_days,
    read_languages,
    read_points,
)
from geodata.validate.controls import note_controls, without_controls
from geodata.validate.faults import Faults
from geodata.validate.figures import read_figures
from geodata.validate.protection import read_protect, warn_of_names, without_withheld
from geodata.validate.references import read_references
from geodata.validate.totals import part_exceeds_whole

_COUNTRY_ONLY: Final = 6  # where_precision


def validate_claims(
    raw: pd.DataFrame, *, today: dt.date | None = None, semicolons: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Fault], list[Fault]]:
    """Check raw claims, and give every column its type.

    Parameters
    ----------
    raw
        The claims table as texts: any of `geodata.schema.CLAIM_COLUMNS` (missing cells
        NaN), and ``file`` and ``row``, where each row stands.
    today
        The day after which a report lies in the future; by default today's date.
    semicolons
        The files whose columns are separated by semicolons, in which "1,250" is ambiguous.

    Returns
    -------
    claims : DataFrame
        All rows, those with errors included, with the index of ``raw``: the columns of
        `geodata.schema` (``CLAIM_COLUMNS``, ``PROVENANCE_COLUMNS``, ``DERIVED_COLUMNS``).
        Numbers are float64, ``where_precision`` Int64, first and last days
        datetime64[s], ``actor_ids`` tuples, other columns str with NaN for missing.
        ``place_ids`` and ``region_ids`` are empty, and ``country`` is as given, until
        places are resolved.
    errors, warnings : list of Fault
        In the order of the rows.

    Examples
    --------
    >>> raw = pd.DataFrame(
    ...     {"actor": ["ISIS-K"], "text": ["Seen"], "places": ["Kunduz"], "value": ["over 1,000"]}
    ... ).assign(file="claims.csv", row=2)
    >>> claims, errors, warnings = validate_claims(raw)
    >>> claims.loc[0, ["kind", "modifier", "extent"]].tolist()
    ['strength', 'over', 'each']
    >>> [str(fault) for fault in errors], len(warnings)
    ([], 3)
    """
    clean, controls = without_controls(raw)
    faults = Faults(clean)
    note_controls(raw, controls, faults)
    given = _texts(clean)
    check_lengths(given, faults)
    _check_required(given, faults)
    check_urls(given, faults)
    protect = read_protect(given["protect"], faults)
    figures = read_figures(given, faults, files=clean["file"], semicolons=semicolons)
    codes = _read_codes(given, faults)
    # Rule 5: what happened was known on the day after, where nobody says when it was reported.
    dated, _ = with_reports(given, lambda _: codes["kind"].isin(schema.EVENTS))
    typed = {
        **codes,
        "tags": dated["tags"],
        **figures,
        **read_points(given, faults),
        **read_days(dated, faults, today=today or dt.date.today()),  # noqa: DTZ011 - the user's day
        **read_references(given, faults, content=without_withheld(given, protect)),
        "protect": protect,
        "lang": read_languages(given["lang"], faults),
        "actor_ids": _read_actors(given["actor"], faults),
        "source": _sources(given, faults),
    }
    typed["kind"] = _default_kind(typed["kind"], given, figures, faults)
    typed["extent"] = _read_extents(typed, given, faults)
    counts = {cell: len(split_names(cell)) for cell in given["places"].dropna().unique()}
    part_exceeds_whole(given, typed, given["places"].map(counts).fillna(0), faults)
    _check_status(typed, given, faults)
    warn_of_names(given, typed, faults)
    empty = pd.Series([()] * len(raw), index=raw.index, dtype="object")
    claims = given.assign(
        **typed,
        place_ids=empty,
        region_ids=empty,
        file=clean["file"].astype("str"),
        row=clean["row"].astype("Int64"),
    )
    columns = [*schema.CLAIM_COLUMNS, *schema.PROVENANCE_COLUMNS, *schema.DERIVED_COLUMNS]
    return claims[columns], *faults.lists()


def default_extent(n_places: pd.Series, *, has_figure: pd.Series, national: pd.Series) -> pd.Series:
    """Return the extent of claims that name none (rule 1).

    Parameters
    ----------
    n_places
        How many places each claim names; a region counts as several.
    has_figure
        Whether it has a figure.
    national
        Whether it names a country, and neither a place nor a point.

    Returns
    -------
    Series
        ``nationwide`` with a country alone, ``each`` with one place or no figure,
        else ``within``, which deserves a warning.

    Examples
    --------
    >>> default_extent(
    ...     pd.Series([0, 1, 3]), has_figure=pd.Series([True] * 3), national=pd.Series([1, 0, 0])
    ... ).tolist()
    ['nationwide', 'each', 'within']
    """
    extent = pd.Series("each", index=n_places.index, dtype="str")
    extent = extent.mask((n_places > 1) & has_figure.astype(bool), "within")
    return extent.mask(national.astype(bool), "nationwide")


def _texts(raw: pd.DataFrame) -> pd.DataFrame:
    """Return all columns of the claims table as str, with NaN where a cell is missing or empty."""
    missing = pd.Series(pd.NA, index=raw.index, dtype="str")
    columns = dict.fromkeys(schema.CLAIM_COLUMNS, missing)
    for name in raw.columns.intersection(list(schema.CLAIM_COLUMNS)):
        text = raw[name].astype("str")
        columns[name] = text.where(text != "")
    return pd.DataFrame(columns)


def _check_required(given: pd.DataFrame, faults: Faults) -> None:
    named = {cell for cell in given["actor"].dropna().unique() if split_names(cell)}
    faults.error(
        ~given["actor"].isin(named),
        "actor",
        f"the actor is missing: name the group, or write {schema.UNSPECIFIED_ACTOR!r}",
    )
    faults.error(
        given["text"].isna(), "text", "the text is missing: say in a sentence what is claimed"
    )
    point = given["latitude"].notna() | given["longitude"].notna()
    faults.error(
        given["places"].isna() & given["country"].isna() & ~point,
        "places",
        "the claim has no location: give `places`, `country`, or `latitude` and `longitude`",
    )


def _read_codes(given: pd.DataFrame, faults: Faults) -> dict[str, pd.Series]:
    lists = {
        "kind": schema.KINDS,
        "status": schema.STATUSES,
        "reliability": tuple(schema.RELIABILITY),
        "credibility": tuple(schema.CREDIBILITY),
    }
    codes = {name: read_codes(given[name], name, codes, faults) for name, codes in lists.items()}
    return {**codes, "status": codes["status"].fillna("current")}


def _read_actors(names: pd.Series, faults: Faults) -> pd.Series:
    doubts = doubtful_actors(names)
    faults.warning(
        names.isin(list(doubts)),
        "actor",
        lambda cell: doubts[cell][0],
        suggest=lambda cell: doubts[cell][1],
    )
    return resolve_actors(names)


def _sources(given: pd.DataFrame, faults: Faults) -> pd.Series:
    source = given["affiliation"].fillna(given["speaker"]).fillna(given["outlet"])
    faults.warning(
        source.isna(),
        "speaker",
        "there is no one to attribute this to: give `speaker`, `affiliation` or `outlet`",
    )
    return source


def _default_kind(
    kind: pd.Series, given: pd.DataFrame, figures: dict[str, pd.Series], faults: Faults
) -> pd.Series:
    default = pd.Series("presence", index=kind.index, dtype="str")
    default = default.mask(figures["low"].notna(), "strength")
    absent = given["kind"].isna()
    faults.warning(
        absent,
        "kind",
        "no kind: read as '" + default + "'; write the kind that is meant",
    )
    return kind.mask(absent, default)


def _read_extents(typed: dict[str, pd.Series], given: pd.DataFrame, faults: Faults) -> pd.Series:
    """Read the extent, check that it fits the location, and fill it in where it is absent."""
    extent = read_codes(given["extent"], "extent", schema.EXTENTS, faults)
    counts = {cell: len(split_names(cell)) for cell in given["places"].dropna().unique()}
    n_places = given["places"].map(counts).fillna(0)
    lands = {cell: len(split_names(cell)) for cell in given["country"].dropna().unique()}
    n_countries = given["country"].map(lands).fillna(0)
    country = n_countries > 0
    point = typed["latitude"].notna() & typed["longitude"].notna()
    soft = ~point | (typed["where_precision"] == _COUNTRY_ONLY).fillna(False).astype(bool)
    national = country & (n_places == 0) & soft
    _check_extents(faults, extent, n_places, n_countries, point, figure=typed["low"].notna())
    absent = given["extent"].isna()
    default = default_extent(n_places, has_figure=typed["low"].notna(), national=national)
    faults.warning(
        absent & (default == "within"),
        "extent",
        "no extent for a figure over several places: read as 'within'; write 'joint' where it is "
        "their total and the actor is in all of them, 'each' where it holds in every one",
    )
    return extent.mask(absent, default)


def _check_extents(
    faults: Faults,
    extent: pd.Series,
    n_places: pd.Series,
    n_countries: pd.Series,
    point: pd.Series,
    *,
    figure: pd.Series,
) -> None:
    country = n_countries > 0
    nationwide = extent == "nationwide"
    faults.error(
        nationwide & (n_places > 0),
        "extent",
        "'nationwide' goes with a country alone: leave `places` empty (a country's name stands in "
        "`country`), or write 'each', 'joint' or 'within'",
    )
    faults.error(
        nationwide & (n_places == 0) & ~country,
        "extent",
        "'nationwide' needs a country: give `country`, or write 'each' for a point",
    )
    several = n_countries > 1
    faults.error(
        (nationwide | (extent.isna() & (n_places == 0))) & several & figure,
        "extent",
        "a figure over several countries is not nationwide: name the countries in `places`, and "
        "write 'joint' where it is their total, 'each' where it holds in every one",
    )
    faults.error(
        extent.notna() & ~nationwide & (n_places == 0) & country & ~point,
        "extent",
        lambda code: (
            f"{code!r} needs places: name them in `places`, or write 'nationwide' for the country"
        ),
        suggest=lambda _: ("nationwide",),
    )


def _check_status(typed: dict[str, pd.Series], given: pd.DataFrame, faults: Faults) -> None:
    """Warn of ends without a day; the day of a successor that supersedes the claim is one."""
    followed = typed["claim_id"].isin(given["supersedes"].dropna())
    faults.warning(
        typed["status"].isin(schema.ENDED_STATUSES) & given["status_date"].isna() & ~followed,
        "status_date",
        "no status_date: the claim leaves the counts from the start; say since when it does",
    )
