"""What the plots draw, a row a statement: plain frames, which need no plotting library."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.analysis.statements import published, standing
from geodata.check import is_typed, read_claims
from geodata.errors import ArgumentError, PlaceError
from geodata.places.gazetteer import Gazetteer
from geodata.text.quantities import in_words
from geodata.text.quoting import as_text, quoted
from geodata.views.join import join_claims
from geodata.views.protection import withhold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    import geopandas as gpd

    from geodata.check import Source

LONGEST: Final = 44  # characters of a label
_RELATIONS: Final = ("each", "joint", "within", "region", "nationwide", "point")


def range_rows(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    place: str | None,
    actor: str | None,
    kind: str | None,
    unit: str | None,
    boundaries: gpd.GeoDataFrame | None,
    as_of: str | date | None,
) -> tuple[pd.DataFrame, str]:
    """Choose the current figures of one unit; `mapping.plot_ranges` documents the options.

    Returns
    -------
    DataFrame
        One row an origin, by actor, then the newest first: ``origin_id``, ``actor``, ``label``
        (who, when), ``words`` (the figure as it was said), ``note`` (what it is the figure
        of), ``low``, ``high`` (float64, inf = open), ``about``, ``included`` (bool: a total
        over more than the place, or over several places), ``last`` (the day it is true of).
    str
        The unit, and which others were left out.
    """
    typed = typed_claims(claims, boundaries)
    rows = standing(typed, as_of)
    rows = rows[rows["low"].notna() & rows["kind"].isin(schema.STATES if kind is None else [kind])]
    rows = _of_actor(rows, actor)
    relations = _relations(typed, place, boundaries)
    if relations is not None:
        rows = rows[rows["claim_id"].isin(relations)]
    rows, counted = _of_unit(rows, unit)
    rows = _named(rows).sort_values(
        ["actor", "true_of", "origin_id"], ascending=[True, False, True], na_position="last"
    )
    records = rows.to_dict("records")
    found = [
        _covers(row, None if relations is None else relations[row["claim_id"]]) for row in records
    ]
    table = pd.DataFrame(
        {
            "origin_id": rows["origin_id"].to_numpy(),
            "actor": rows["actor"].to_numpy(),
            "label": _labels(records),
            "words": [_figure(row) for row in records],
            "note": [note for note, _ in found],
            "included": [included for _, included in found],
            "low": rows["low"].to_numpy(dtype="float64"),
            "high": rows["high"].to_numpy(dtype="float64"),
            "about": (rows["modifier"] == "about").to_numpy(dtype=bool),
            "last": rows["true_of"].to_numpy(),
        }
    )
    return table, counted


def timeline_rows(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    place: str | None,
    actor: str | None,
    kind: str | None,
    boundaries: gpd.GeoDataFrame | None,
    as_of: str | date | None,
) -> tuple[pd.DataFrame, int]:
    """Choose the statements that are out by a day; `mapping.plot_timeline` has the options.

    Returns
    -------
    DataFrame
        One row an origin, the newest last: ``origin_id``, ``label``, ``words``, ``first`` and
        ``last`` (datetime64[s]: the days that it is true of), ``told`` (tuple of the days on
        which tellings were published), ``ended`` (datetime64[s], missing where it stands).
    int
        How many statements are left out, since nobody knows when they were true.
    """
    typed = typed_claims(claims, boundaries)
    told = published(typed, as_of)
    relations = _relations(typed, place, boundaries)
    stands = _of_actor(told[told["stands"]], actor)
    if kind is not None:
        stands = stands[stands["kind"] == kind]
    if relations is not None:
        stands = stands[stands["claim_id"].isin(relations)]
    dated = _named(stands[stands["true_of"].notna()])
    days: dict[str, set[pd.Timestamp]] = {}
    for origin, day in zip(told["origin_id"], told["visible_from"], strict=True):
        if day is not pd.NaT:
            days.setdefault(origin, set()).add(day)
    dated = dated.sort_values(["true_of", "origin_id"])
    first = dated["as_of_first"].where(dated["as_of_last"].notna(), dated["stated_first"])
    over = dated["visible"] & ~dated["current"]
    records = dated.to_dict("records")
    table = pd.DataFrame(
        {
            "origin_id": dated["origin_id"].to_numpy(),
            "label": _labels(records, with_day=False),
            "words": [_said(row) for row in records],
            "first": first.to_numpy(),
            "last": dated["true_of"].to_numpy(),
            "told": [tuple(sorted(days.get(origin, ()))) for origin in dated["origin_id"]],
            "ended": dated["current_until"].where(over).to_numpy(),
        }
    )
    return table, len(stands) - len(dated)


def typed_claims(
    claims: Source | list[Source] | tuple[Source, ...], boundaries: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Read claims that are not typed yet; what is withheld of protected ones is not drawn."""
    if not (isinstance(claims, pd.DataFrame) and is_typed(claims)):
        claims = read_claims(claims, boundaries=boundaries)
    return withhold(claims, boundaries=boundaries)


def plain(text: object, longest: int = LONGEST) -> str:
    r"""Put text of strangers on one line that a plot can hold.

    >>> plain("a  b\n\x1bc")
    'a b c'
    """
    printable = "".join(c if c.isprintable() else " " for c in as_text(text))
    words = " ".join(printable.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


# --- which rows ----------------------------------------------------------------


def _of_actor(rows: pd.DataFrame, actor: str | None) -> pd.DataFrame:
    if actor is None:
        return rows
    chosen = rows["actor_ids"].map(lambda names: actor in names).astype(bool)
    if not chosen.any():
        names = sorted({name for names in rows["actor_ids"] for name in names})
        raise ArgumentError(f"actor={quoted(actor)}: no such actor here; {_valid(names)}")
    return rows[chosen]


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Call each actor by one name, however a claim spells it."""
    names = rows["actor_ids"].map(lambda ids: plain(" + ".join(sorted(set(ids))), 28))
    return rows.assign(actor=names.astype("str"))


def _of_unit(rows: pd.DataFrame, unit: str | None) -> tuple[pd.DataFrame, str]:
    """Keep one family of units, the most frequent one unless it is named; others are told."""
    family = rows["unit_family"].fillna("")
    counts = family.value_counts()
    if rows.empty:
        if unit is not None:
            raise ArgumentError(f"unit={quoted(unit)}: no current figure to draw")
        return rows, ""
    # Of equally frequent ones the first in the alphabet, so that no order of rows decides.
    wanted = min(counts[counts == counts.max()].index) if unit is None else unit
    named = family[(rows["unit"] == wanted).to_numpy(dtype=bool)]
    wanted = wanted if wanted in counts.index or named.empty else named.iloc[0]
    if wanted not in counts.index:
        raise ArgumentError(
            f"unit={quoted(unit)}: nothing counts these; {_valid(sorted(counts.index))}"
        )
    others = sorted(
        f"{plain(name, 30) or 'no unit'} ({count})"
        for name, count in counts.items()
        if name != wanted
    )
    said = plain(wanted) or "of what, not said"
    if others:
        said += f" (not drawn: {textwrap.shorten(', '.join(others), 110, placeholder=' …')})"
    return rows[(family == wanted).to_numpy()], said


def _valid(names: Iterable[str]) -> str:
    listed = [repr(plain(name)) for name in names][:12]
    return f"give one of {', '.join(listed)}" if listed else "there is none"


def _relations(
    claims: pd.DataFrame, place: str | None, boundaries: gpd.GeoDataFrame | None
) -> Mapping[str, str] | None:
    """Say how each claim that touches a place covers it, or its country does; all where None."""
    if place is None:
        return None
    from mapping.page.shown_units import units_of_claims  # noqa: PLC0415 - most plots need no boundaries

    units = units_of_claims(claims, boundaries=boundaries)
    joined = join_claims(claims, units)
    wanted = _place_id(place, joined, units)
    countries = units.loc[units["place_id"] == wanted, "country"]
    country = Gazetteer.builtin().country_of(wanted) if countries.empty else countries.iloc[0]
    rows = joined[["claim_id", "place_id", "relation"]]
    holder = rows[(rows["place_id"] == country) & (rows["relation"] == "nationwide")]
    own = rows[rows["place_id"] == wanted]
    rank = {name: at for at, name in enumerate(_RELATIONS)}
    both = pd.concat([own, holder]).assign(rank=lambda rows: rows["relation"].map(rank))
    both = both.sort_values("rank", kind="stable").drop_duplicates("claim_id")
    return dict(zip(both["claim_id"], both["relation"], strict=True))


def _place_id(place: str, joined: pd.DataFrame, units: gpd.GeoDataFrame) -> str:
    known = set(units["place_id"]) | set(joined["place_id"].dropna())
    if place in known:
        return place
    gazetteer = Gazetteer.builtin().with_boundaries(units)
    countries = sorted(set(units["country"]))
    match = None
    for country in (None, *countries):
        try:
            match = gazetteer.resolve(place, country=country)
        except PlaceError as error:
            problem = error
        else:
            break
    if match is None:
        raise ArgumentError(f"place={quoted(place)}: {problem}") from problem
    if match.region is not None or len(match.place_ids) != 1:
        message = f"place={quoted(place)}: several places; give one, such as {match.place_ids[0]!r}"
        raise ArgumentError(message)
    return str(match.place_ids[0])


# --- words ---------------------------------------------------------------------


def _labels(records: list[dict[Any, Any]], *, with_day: bool = True) -> list[str]:
    """Say who spoke, of whom where that differs, and of when it is true."""
    several = len({row["actor"] for row in records}) > 1
    labels = []
    for row in records:
        who = plain(row["source"], 30) if isinstance(row["source"], str) else "nobody named"
        day = row["as_of"] if isinstance(row["as_of"], str) else row["stated"]
        parts = [row["actor"]] if several else []
        parts.append(who)
        if with_day:
            parts.append(plain(day, 12) if isinstance(day, str) else "undated")
        labels.append(" · ".join(parts))
    return labels


def _figure(row: Mapping[Any, Any]) -> str:
    return plain(in_words(*(row[name] for name in (*schema.NUMBER_COLUMNS, "modifier", "unit"))))


def _said(row: Mapping[Any, Any]) -> str:
    """Say the figure, else what was said."""
    return plain(f"{row['kind']}: {_figure(row) or row['text']}", 60)


def _covers(row: Mapping[Any, Any], relation: str | None) -> tuple[str, bool]:
    """Say what a figure is the figure of, and whether that is more than one place's own."""
    count, shared = len(set(row["place_ids"])), len(row["actor_ids"]) > 1
    names = row["places"] if isinstance(row["places"], str) else ""
    where = plain(names) if 0 < len(names) <= LONGEST else f"{count} places"
    if relation == "nationwide" or row["extent"] == "nationwide" or not (count or relation):
        # For one of its provinces a country's figure is a total over more.
        note, included = f"in {plain(row['country'], 12)}", relation is not None
    elif row["region_ids"]:
        note, included = f"somewhere in {where}", True
    elif row["extent"] in ("joint", "within") and count > 1:
        how = "together in" if row["extent"] == "joint" else "somewhere in"
        note, included = f"{how} {where}", True
    elif count > 1:
        note, included = f"in each of {where}", False
    elif relation is None:
        note, included = f"in {where}", False
    else:
        note, included = ("at a point" if relation == "point" else ""), False
    parts = [note, "of all these actors" if shared else ""]
    return ", ".join(filter(None, parts)), included or shared


def newest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Keep at most so many rows, those that are true of the latest days, in their order."""
    if not most > 0:
        raise ArgumentError(f"most={most!r}: give a number of rows, 1 or more")
    if len(rows) <= most:
        return rows
    kept = rows.sort_values(["last", "origin_id"], ascending=False, na_position="last").index[:most]
    return rows[rows.index.isin(kept)].reset_index(drop=True)


def finite_ends(rows: pd.DataFrame) -> np.ndarray:
    """Give all ends of intervals that are numbers."""
    ends = rows[["low", "high"]].to_numpy(dtype="float64").ravel()
    finite: np.ndarray = ends[np.isfinite(ends)]
    return finite
