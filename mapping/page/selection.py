"""Which claims go into a page, and as what: all or those that it shows, none with its secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from geodata.corpus import Corpus
from geodata.errors import ArgumentError
from geodata.views.protection import withhold
from geodata.views.shown import is_shown, shown_claims
from mapping.page.shown_units import country_codes, units_of_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd


# What tells where a claim lies.
_LOCATION: Final = ("claim_id", "latitude", "longitude", "country")


@dataclass(frozen=True)
class Selection:
    """What a page is made of: the claims, and the units that are drawn.

    ``unshown`` counts the claims that the page does not show on its day, or in its countries.
    """

    corpus: Corpus
    units: gpd.GeoDataFrame
    unshown: int


def select_claims(
    claims: pd.DataFrame,
    day: pd.Timestamp,
    *,
    boundaries: gpd.GeoDataFrame | None,
    countries: str | Sequence[str] | None,
    level: int | None,
    only_shown: bool,
) -> Selection:
    """Choose what goes into a page, before anything is worked out from it.

    Parameters
    ----------
    claims
        Typed claims, as `geodata.read_claims` returns them.
    day
        The day for which the map is drawn.
    boundaries, countries, level
        As `mapping.page.shown_units.units_of_claims` takes them.
    only_shown
        Whether the page may hold nothing but what the map shows.

    Raises
    ------
    ArgumentError
        If ``only_shown`` leaves no claim, or as `mapping.page.shown_units.units_of_claims` does.
    """
    chosen = None if countries is None else frozenset(country_codes(countries))
    kept = shown_claims(claims, as_of=day) if only_shown else claims
    _refuse_none(kept, claims, day, chosen)
    units = units_of_claims(kept, boundaries=boundaries, countries=countries, level=level)
    corpus = Corpus.of(kept, units)
    placed = None if chosen is None else corpus.joined(_LOCATION)
    unshown = 0
    if not only_shown:
        unshown = int((~is_shown(claims, as_of=day, placed=placed, countries=chosen)).sum())
    elif chosen is not None:
        kept = shown_claims(claims, as_of=day, placed=placed, countries=chosen)
        _refuse_none(kept, claims, day, chosen)
        corpus = Corpus.of(kept, units)
    open_claims = withhold(corpus.claims, boundaries=boundaries)
    if open_claims is not corpus.claims:
        corpus = Corpus.of(open_claims, units)
    return Selection(corpus, units, unshown)


def _refuse_none(
    kept: pd.DataFrame, claims: pd.DataFrame, day: pd.Timestamp, chosen: frozenset[str] | None
) -> None:
    if len(claims) and kept.empty:
        where = "" if chosen is None else f" in {', '.join(sorted(chosen))}"
        raise ArgumentError(
            f"only_shown leaves none of {len(claims):,} claims: none came out by "
            f"{day:%Y-%m-%d}{where}; choose another day or other countries"
        )
