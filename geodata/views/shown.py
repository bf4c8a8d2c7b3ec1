"""The claims that a map shows on its day and in its countries, as if there had never been others.

Who sends a map for a day, or for a country, may believe that the rest stays at home. So what
is shown is cut out of the claims before anything is worked out from them: whatever is made of
these rows cannot tell what the others said. Three things of a row that stays may still do so,
and are put right here: a status that it got later, the ids of claims that are gone, and the end
that one of these gave it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from geodata import schema
from geodata.places.point_checks import countries_of_points
from geodata.rules.dating import currency_at, date_claims, parse_as_of
from geodata.rules.validity import VALIDITY_COLUMNS
from geodata.text.actors import split_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import geopandas as gpd

_CURRENCY: Final = (
    *VALIDITY_COLUMNS, "visible", "current", "counts", "forecast", "status_then", "age_days", "age",
)  # fmt: skip
_STATUS_DAYS: Final = ["status_date_first", "status_date_last"]


def shown_claims(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    placed: gpd.GeoDataFrame | None = None,
    countries: frozenset[str] | None = None,
) -> pd.DataFrame:
    """Keep the claims that a map shows, and nothing in them that tells of the others.

    Parameters
    ----------
    claims
        Typed claims, one row a claim.
    as_of
        The day of the map, as `geodata.rules.dating.parse_as_of` takes it.
    placed, countries
        The claims at their places, as `geodata.join_claims` returns them, and the ISO 3166-1
        alpha-3 codes of the countries that are shown; all are where these are ``None``.

    Returns
    -------
    DataFrame
        The rows of claims that are out by the day, or undated, and lie in the countries; their
        index and columns kept, those of `geodata.rules.dating.date_claims` left out.
        ``status`` and ``status_date`` are what was known on the day. ``supersedes``,
        ``part_of``, ``denies`` and ``origin_id`` name claims of these rows alone: an origin
        whose first telling is gone is called by the earliest one that is left. A claim that one
        of another country ended by the day has the status ``superseded``, or that of its
        origin, from the day on which it ended.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> shown = shown_claims(sample_claims(), as_of="2021-12-31")
    >>> shown.set_index("claim_id").loc["un-2020-07-iskp", "status"]
    'current'
    """
    day = parse_as_of(as_of)
    dated = date_claims(_undated(claims))
    out = dated["visible_from"].isna() | (dated["visible_from"] <= day)
    known = _without_others(_as_known(dated, day)[out.to_numpy()], dated)
    if placed is None or countries is None:
        return known
    inside = known["claim_id"].isin(claims_in(placed, countries))
    return _with_ends(_without_others(known[inside], known), known, day)


def is_shown(
    claims: pd.DataFrame,
    *,
    as_of: str | date | None = None,
    placed: gpd.GeoDataFrame | None = None,
    countries: frozenset[str] | None = None,
) -> pd.Series:
    """Mark the claims that `shown_claims` keeps; the arguments are the same.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> shown = is_shown(sample_claims(), as_of="2021-12-31")
    >>> bool(shown.any()), bool(shown.all())
    (True, False)
    """
    seen = claims["reported_last"].fillna(claims["stated_last"])
    shown = seen.isna() | (seen <= parse_as_of(as_of))
    if placed is None or countries is None:
        return shown
    return shown & claims["claim_id"].isin(claims_in(placed, countries))


def claims_in(placed: gpd.GeoDataFrame, countries: frozenset[str]) -> set[str]:
    """Give the ids of claims with a place in some countries; else their point, else their country.

    ``placed`` are claims at their places, as `geodata.join_claims` returns them.
    """
    land = placed["place_country"]
    inside = np.array(land.isin(countries), dtype=bool)
    rest = pd.DataFrame(placed.loc[land.isna(), ["latitude", "longitude", "country"]])
    if len(rest):
        inside[land.isna().to_numpy()] = _rest_in(rest, countries)
    return set(placed.loc[inside, "claim_id"].to_numpy(dtype=object))


def _rest_in(rest: pd.DataFrame, countries: frozenset[str]) -> np.ndarray:
    pointed = rest[["latitude", "longitude"]].notna().all(axis=1)
    points = rest[pointed]
    held = countries_of_points(points["longitude"], points["latitude"]) if len(points) else None
    lands = rest["country"].copy()
    if held is not None:
        lands = lands.fillna(held.reindex(rest.index))
    named = {text: set(split_names(text)) for text in lands.dropna().unique()}
    chosen = [text for text, codes in named.items() if not codes.isdisjoint(countries)]
    return lands.isin(chosen).to_numpy(dtype=bool)


def _undated(claims: pd.DataFrame) -> pd.DataFrame:
    """Drop what was worked out with all claims."""
    return claims.drop(columns=[name for name in _CURRENCY if name in claims.columns])


# --- what was known on the day --------------------------------------------------


def _as_known(dated: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Take back each status that a claim got after the day."""
    names = dated[dated["supersedes"].notna() & (dated["supersedes"] != dated["claim_id"])]
    succeeded = names.groupby("supersedes")["visible_from"].min()
    since = dated["status_date_last"]
    followed = succeeded.reindex(dated["claim_id"].to_numpy()).set_axis(dated.index)
    since = since.fillna(followed.where(dated["status"] != "current"))
    return _with_status(_undated(dated), since > day, "current", None)


def _with_status(
    claims: pd.DataFrame, rows: pd.Series, status: pd.Series | str, days: pd.Series | None
) -> pd.DataFrame:
    """Set the status, and the day since when it holds, of some rows."""
    texts = None if days is None else days.dt.strftime("%Y-%m-%d")
    columns: dict[str, pd.Series] = {
        "status": claims["status"].mask(rows, status),
        "status_date": claims["status_date"].mask(rows, texts).astype("str"),
    }
    columns |= {name: claims[name].mask(rows, days) for name in _STATUS_DAYS}
    return claims.assign(**columns)


def _with_ends(claims: pd.DataFrame, before: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """End the claims that, on the day, a claim which is gone had ended."""
    was = currency_at(before, day)
    canonical = was[was["canonical"]].set_index("origin_id")["status"]
    of_origin = canonical.reindex(was["origin_id"].to_numpy()).set_axis(was.index)
    status = was["status"].where(was["status"].isin(schema.ENDED_STATUSES), of_origin)
    status = status.where(status.isin(schema.ENDED_STATUSES), "superseded")
    was = was.assign(status=status).loc[claims.index]
    ended = currency_at(claims, day)["current"] & ~was["current"]
    return _with_status(claims, ended, was["status"], was["current_until"])


# --- what names claims that are gone ---------------------------------------------


def _without_others(kept: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Let the claims that are kept name nothing but each other."""
    held = set(kept["claim_id"].to_numpy(dtype=object))
    gone = set(claims["claim_id"].to_numpy(dtype=object)) - held
    if not gone:
        return kept
    origins = _names_of_origins(kept, gone)
    origin_of = dict(zip(*(claims[name].to_numpy(dtype=object)
                           for name in ("claim_id", "origin_id")), strict=True))  # fmt: skip

    def known(name: str) -> str | None:
        return name if name in held else origins.get(origin_of.get(name, name))

    return kept.assign(
        origin_id=_renamed(kept["origin_id"], origins),
        supersedes=kept["supersedes"].where(kept["supersedes"].isin(held)),
        part_of=_renamed(
            kept["part_of"], {name: known(name) for name in kept["part_of"].dropna().unique()}
        ),
        denies=_denied(kept, {name: known(name) for name in _names(kept["denies"])}),
    )


def _names_of_origins(kept: pd.DataFrame, gone: set[str]) -> dict[str, str]:
    """Name each origin: as before, or by its earliest telling where its name is a gone claim's."""
    table = pd.DataFrame(
        {
            "origin": kept["origin_id"].to_numpy(dtype=object),
            "seen": kept["reported_last"].fillna(kept["stated_last"]).to_numpy(),
            "claim": kept["claim_id"].to_numpy(dtype=object),
        }
    ).sort_values(["seen", "claim"])
    first = table.drop_duplicates("origin")
    return {
        origin: claim if origin in gone else origin
        for origin, claim in zip(first["origin"], first["claim"], strict=True)
    }


def _renamed(names: pd.Series, new: Mapping[str, str | None]) -> pd.Series:
    return names.map(new).astype("str")


def _names(lists: pd.Series) -> set[str]:
    return {name for text in lists.dropna().unique() for name in split_names(text)}


def _denied(kept: pd.DataFrame, new: Mapping[str, str | None]) -> pd.Series:
    """Rewrite the lists of claims that denials name; a list of none is missing."""
    texts: list[str | None] = []
    for claim, text in zip(
        kept["claim_id"].to_numpy(dtype=object), kept["denies"].to_numpy(dtype=object), strict=True
    ):
        names = [new[name] for name in split_names(text)] if isinstance(text, str) else []
        found = dict.fromkeys(name for name in names if name and name != claim)
        texts.append(f"{schema.LIST_SEPARATOR} ".join(found) or None)
    return pd.Series(texts, index=kept.index, dtype="str")
