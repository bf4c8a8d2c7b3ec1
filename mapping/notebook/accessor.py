"""``frame.claims``: everything that can be done with a frame of claims, from the frame itself.

`mapping` registers it with pandas. It only calls the public functions, whose documentation
holds: options have the same names and mean the same.

Nothing of `geodata` that needs pandas is loaded here before it is used: this module may be
loaded while that is still loading.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geodata import schema
from mapping.notebook.progress import working

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from os import PathLike
    from typing import TypeAlias

    import folium
    import geopandas as gpd
    from matplotlib.axes import Axes

    from geodata.report import Report

    Boundaries: TypeAlias = str | PathLike[str] | gpd.GeoDataFrame | None

NAME = "claims"


class ClaimsAccessor:
    """What can be done with a frame of claims, raw or typed; reached as ``frame.claims``.

    A raw frame is read anew by each method, so that it may change in between; read it once
    with ``frame.claims.read()`` where it is large. A frame that was joined to places counts
    as the claims in it. No method changes the frame. The column ``claims`` of a summary is
    reached as ``places["claims"]``.

    Examples
    --------
    >>> import pandas as pd
    >>> import mapping
    >>> frame = pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Kunduz"]})
    >>> frame.claims.read()["place_ids"].tolist()
    [('AF-KDZ',)]
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    # --- reading ---------------------------------------------------------------

    def check(self, *, boundaries: Boundaries = None) -> Report:
        """List all faults; see `geodata.check_claims`. Shows as a table in a notebook.

        Examples
        --------
        >>> import mapping
        >>> frame = pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Kundizz"]})
        >>> frame.claims.check()
        <Report: 0 claims, 1 error, 2 warnings>
        """
        from geodata.check import check_claims  # noqa: PLC0415 - see the module's docstring

        with working("checking", len(self._frame)):
            return check_claims(self._source(), boundaries=_own(boundaries))

    def read(self, *, boundaries: Boundaries = None) -> pd.DataFrame:
        """Give typed claims; see `geodata.read_claims`.

        Raises
        ------
        ClaimsError
            If there is any error. So do all methods below.

        Examples
        --------
        >>> import mapping
        >>> frame = pd.DataFrame({"actor": ["ISKP"], "text": ["Seen"], "places": ["Qunduz"]})
        >>> frame.claims.read()["country"].tolist()
        ['AFG']
        """
        from geodata.check import read_claims  # noqa: PLC0415 - as above

        with working("reading", len(self._frame)):
            return read_claims(self._source(), boundaries=_own(boundaries))

    # --- maps and places -------------------------------------------------------

    def explore(self, **options: Any) -> folium.Map:  # noqa: ANN401 - as `explore` takes them
        """Map the claims; see `mapping.explore` for the options.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> type(sample_claims().claims.explore(as_of="2024-06-30")).__name__
        'ClaimMap'
        """
        from mapping.explore import explore  # noqa: PLC0415 - as above

        with working("mapping", len(self._frame)):
            return explore(self._source(), **options)

    def join(
        self,
        boundaries: Boundaries = None,
        *,
        countries: Sequence[str] | None = None,
        level: int = 1,
    ) -> gpd.GeoDataFrame:
        """Put the claims at their places; see `geodata.join_claims`.

        Parameters
        ----------
        boundaries
            A path or a frame of places that replace the built-in ones of the countries that
            they cover.
        countries, level
            Which places: by default the first-level units of the countries that the claims
            speak of.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> joined = sample_claims().claims.join(countries=["AFG"])
        >>> joined.loc[joined["claim_id"] == "tass-2023-02-north", "place_id"].tolist()
        ['AF-BDS', 'AF-KDZ', 'AF-TAK']
        """
        return self._joined(boundaries, countries=countries, level=level)[0]

    def summary(
        self,
        boundaries: Boundaries = None,
        *,
        as_of: str | date | None = None,
        countries: Sequence[str] | None = None,
        level: int = 1,
        fresh_days: int = schema.FRESH_DAYS,
        stale_days: int = schema.STALE_DAYS,
        window_days: int = schema.WINDOW_DAYS,
    ) -> gpd.GeoDataFrame:
        """Summarise the claims of each place; see `geodata.summarise_claims`, places as in `join`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> places = sample_claims().claims.summary(as_of="2024-07-31").set_index("place_id")
        >>> int(places.loc["AF-KDZ", "sources"])
        4
        """
        from geodata.views.summarise import summarise_claims  # noqa: PLC0415 - as above

        joined, places = self._joined(boundaries, countries=countries, level=level)
        return summarise_claims(
            joined, places, as_of=as_of, fresh_days=fresh_days, stale_days=stale_days,
            window_days=window_days,
        )  # fmt: skip

    def bounds(
        self,
        boundaries: Boundaries = None,
        *,
        as_of: str | date | None = None,
        countries: Sequence[str] | None = None,
        level: int = 1,
        window_days: int = schema.WINDOW_DAYS,
        tolerance: float = schema.ABOUT_TOLERANCE,
    ) -> pd.DataFrame:
        """Bound the figure of each place; see `geodata.bound_places`, places as in `join`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> bounds = sample_claims().claims.bounds(as_of="2023-06-30").set_index("place_id")
        >>> float(bounds.loc[bounds["actor"] == "ISKP", "high"]["AF-KDZ"])
        4000.0
        """
        from geodata.analysis import bound_places  # noqa: PLC0415 - as above

        joined, places = self._joined(boundaries, countries=countries, level=level)
        return bound_places(
            joined, places, as_of=as_of, window_days=window_days, tolerance=tolerance
        )

    def split(
        self,
        by: str,
        boundaries: Boundaries = None,
        *,
        as_of: str | date | None = None,
        countries: Sequence[str] | None = None,
        level: int = 1,
    ) -> pd.DataFrame:
        """Split totals by a model, which no source said; see `geodata.split_totals`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> split = sample_claims().claims.split("equal", countries=["AFG"], as_of="2023-06-30")
        >>> bool(split["modelled"].all())
        True
        """
        from geodata.analysis import split_totals  # noqa: PLC0415 - as above

        joined, places = self._joined(boundaries, countries=countries, level=level)
        return split_totals(joined, places, by=by, as_of=as_of)

    # --- statements ------------------------------------------------------------

    def suggest_origins(self, **options: Any) -> pd.DataFrame:  # noqa: ANN401 - as it takes them
        """Propose which claims tell one statement; see `geodata.suggest_origins`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> bare = sample_claims().assign(origin_id=lambda claims: claims["claim_id"])
        >>> len(bare.claims.suggest_origins(as_of="2026-06-30"))
        8
        """
        from geodata.analysis import suggest_origins  # noqa: PLC0415 - as above

        return suggest_origins(self.read(), **options)

    def apply_origins(self, suggested: pd.DataFrame) -> pd.DataFrame:
        """Give the claims the origins that were proposed; see `geodata.apply_origins`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> bare = sample_claims().assign(origin_id=lambda claims: claims["claim_id"])
        >>> kept = bare.claims.suggest_origins(as_of="2026-06-30")
        >>> bare.claims.apply_origins(kept)["origin_id"].nunique()
        64
        """
        from geodata.analysis import apply_origins  # noqa: PLC0415 - as above

        return apply_origins(self.read(), suggested)

    def drift(self, *, as_of: str | date | None = None) -> pd.DataFrame:
        """List what retellings changed; see `geodata.find_drift`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> drift = sample_claims().claims.drift(as_of="2024-06-30")
        >>> int((drift["what"] == "modifier lost").sum())
        4
        """
        from geodata.analysis import find_drift  # noqa: PLC0415 - as above

        return find_drift(self.read(), as_of=as_of)

    def parts(self, *, as_of: str | date | None = None) -> pd.DataFrame:
        """List which origins are parts of which; see `geodata.part_tree`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> parts = sample_claims().claims.parts(as_of="2024-06-30")
        >>> "tass-2023-02-north" in set(parts["origin_id"])
        True
        """
        from geodata.analysis import part_tree  # noqa: PLC0415 - as above

        return part_tree(self.read(), as_of=as_of)

    def residuals(
        self,
        *,
        as_of: str | date | None = None,
        window_days: int = schema.WINDOW_DAYS,
        tolerance: float = schema.ABOUT_TOLERANCE,
    ) -> pd.DataFrame:
        """Say what parts leave of their wholes; see `geodata.find_residuals`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> left = sample_claims().claims.residuals(as_of="2023-06-30").set_index("origin_id")
        >>> left.loc["tass-2023-02-total", ["residual_low", "residual_high"]].tolist()
        [2500.0, 6500.0]
        """
        from geodata.analysis import find_residuals  # noqa: PLC0415 - as above

        return find_residuals(
            self.read(), as_of=as_of, window_days=window_days, tolerance=tolerance
        )

    def contradictions(
        self,
        *,
        as_of: str | date | None = None,
        window_days: int = schema.WINDOW_DAYS,
        tolerance: float = schema.ABOUT_TOLERANCE,
    ) -> pd.DataFrame:
        """List current statements that cannot hold together; see `geodata.find_contradictions`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> found = sample_claims().claims.contradictions(as_of="2024-07-31", window_days=400)
        >>> found.loc[found["what"] == "figures", ["source_a", "source_b"]].values.tolist()
        [['CSTO', 'United Nations']]
        """
        from geodata.analysis import find_contradictions  # noqa: PLC0415 - as above

        return find_contradictions(
            self.read(), as_of=as_of, window_days=window_days, tolerance=tolerance
        )

    # --- plots -----------------------------------------------------------------

    def plot_ranges(self, **options: Any) -> Axes:  # noqa: ANN401 - as `plot_ranges` takes them
        """Draw the figures as intervals; see `mapping.plot_ranges`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> ax = sample_claims().claims.plot_ranges(actor="ISKP", as_of="2023-06-30")
        >>> ax.get_title(loc="left")
        'ISKP · as of 2023-06-30'
        """
        from mapping.notebook.plots import plot_ranges  # noqa: PLC0415 - as above

        return plot_ranges(self._source(), **options)

    def plot_timeline(self, **options: Any) -> Axes:  # noqa: ANN401 - as above
        """Draw when what was said and told; see `mapping.plot_timeline`.

        Examples
        --------
        >>> from geodata import sample_claims
        >>> import mapping
        >>> ax = sample_claims().claims.plot_timeline(actor="ISKP", as_of="2023-06-30")
        >>> ax.get_title(loc="left")
        'ISKP · as of 2023-06-30'
        """
        from mapping.notebook.plots import plot_timeline  # noqa: PLC0415 - as above

        return plot_timeline(self._source(), **options)

    # --- the frame -------------------------------------------------------------

    def _source(self) -> pd.DataFrame:
        """Give the frame, one row a claim where it was joined to places."""
        from geodata.check import is_typed  # noqa: PLC0415 - as above
        from geodata.errors import ArgumentError  # noqa: PLC0415 - as above

        if not len(self._frame.columns):
            message = "frame.claims: the frame has no columns; 'actor' and 'text' are required"
            raise ArgumentError(message)
        joined = {"claim_id", "place_id", "relation"} <= set(self._frame.columns)
        if joined and is_typed(self._frame):
            rows = pd.DataFrame(self._frame).drop(columns="geometry", errors="ignore")
            return rows[~rows["claim_id"].duplicated()].reset_index(drop=True)
        return self._frame

    def _joined(
        self,
        boundaries: Boundaries,
        *,
        countries: Sequence[str] | None,
        level: int,
    ) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Join the claims, and give the places that they were joined to."""
        from geodata.errors import ArgumentError  # noqa: PLC0415 - as above
        from geodata.text.quoting import quoted  # noqa: PLC0415 - as above
        from geodata.views.join import join_claims  # noqa: PLC0415 - as above
        from mapping.page.shown_units import units_of_claims  # noqa: PLC0415 - as above

        if isinstance(countries, str):
            message = f"countries={quoted(countries)}: give a list of ISO 3166-1 alpha-3 codes"
            raise ArgumentError(message)
        own = _own(boundaries)
        claims = self.read(boundaries=own)
        units = units_of_claims(claims, boundaries=own, countries=countries, level=level)
        with working("placing", len(claims)):
            return join_claims(claims, units), units


def _own(boundaries: Boundaries) -> gpd.GeoDataFrame | None:
    """Read boundaries that are given as a path."""
    from geodata.places.boundaries import read_boundaries  # noqa: PLC0415 - see the module's docstring

    if boundaries is None or isinstance(boundaries, pd.DataFrame):
        return boundaries
    return read_boundaries(boundaries)


def register() -> None:
    """Register the accessor with pandas, once."""
    if not hasattr(pd.DataFrame, NAME):
        pd.api.extensions.register_dataframe_accessor(NAME)(ClaimsAccessor)


register()
