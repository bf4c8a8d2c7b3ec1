"""Range plots and timelines for papers: one mark a statement, nothing summed or averaged.

Drawn with matplotlib, which is optional. What they draw `mapping.notebook.plot_rows` chooses.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from geodata.errors import SurroundingsError
from geodata.rules.dating import parse_as_of
from mapping.notebook.plot_rows import finite_ends, newest, plain, range_rows, timeline_rows

if TYPE_CHECKING:
    from datetime import date

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from geodata.check import Source

# Blue and vermilion of Okabe and Ito's palette, which all kinds of sight tell apart; and each
# has a shape of its own as well, for print. https://jfly.uni-koeln.de/color/
OWN: Final = "#0072b2"
SHARED: Final = "#d55e00"
INK: Final = "#222222"
FAINT: Final = "#9a9a9a"

MOST_ROWS: Final = 40
_ROW_INCHES: Final = 0.34
_FONT: Final = 8.5
_BESIDE: Final = 1.04  # in axes: words stand right of all marks, so that none lies on another


def plot_ranges(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    place: str | None = None,
    actor: str | None = None,
    kind: str | None = None,
    unit: str | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    as_of: str | date | None = None,
    most: int = MOST_ROWS,
    ax: Axes | None = None,
) -> Axes:
    """Draw the current figures side by side, each as the interval that it leaves open.

    Parameters
    ----------
    claims
        A claims table: a path or several, or a frame, raw or typed.
    place
        A place id or a name: only figures that cover it, its country's among them.
    actor, kind
        Only figures about this actor, of this kind; by default all states.
    unit
        What is counted, such as ``"fighters"``; by default what most figures count. The
        axis says what is left out.
    boundaries
        Canonical boundaries that replace the built-in ones of their countries.
    as_of
        The day; today where ``None``.
    most
        At most so many statements, those that are true of the latest days.
    ax
        Axes to draw on; else a new figure, as tall as its rows need.

    Returns
    -------
    matplotlib.axes.Axes
        A row a statement (origin), by actor and the newest first. A line is the interval, a
        dot its figure, an arrow an open end; the words beside it keep the modifier. Totals
        over several places, or over more than ``place``, are hollow and dashed, and the words
        say over what they are. No source is averaged with another, no total is split.

    Raises
    ------
    ArgumentError
        If there is no such place, actor or unit.
    SurroundingsError
        If matplotlib is not installed.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> ax = plot_ranges(sample_claims(), place="Kunduz", actor="ISKP", as_of="2023-06-30")
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['CSTO · 2023-02-14', 'CSTO · 2023-02-14', 'United Nations · 2022-01', 'Russia · 2019-05-21']
    """
    rows, counted = range_rows(
        claims, place=place, actor=actor, kind=kind, unit=unit, boundaries=boundaries, as_of=as_of
    )
    shown = newest(rows, most)
    ax = _axes(len(shown), ax)
    ends = finite_ends(shown)
    right = 1.12 * max(float(ends.max()) if len(ends) else 0.0, 1.0)
    for at, row in enumerate(shown.to_dict("records")):
        _draw_range(ax, at, row, right)
    ax.set_xlim(0, right)
    ax.locator_params(axis="x", nbins=5)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    words = [
        f"{said}, {note}" if note else str(said)
        for said, note in zip(shown["words"], shown["note"], strict=True)
    ]
    _write(ax, list(map(str, shown["label"])), words)
    _name(ax, counted, [*_subject(place, actor), *_left_out(len(rows) - len(shown)), _day(as_of)])
    _explain(ax, _range_key(shown))
    return ax


def plot_timeline(
    claims: Source | list[Source] | tuple[Source, ...],
    *,
    place: str | None = None,
    actor: str | None = None,
    kind: str | None = None,
    boundaries: gpd.GeoDataFrame | None = None,
    as_of: str | date | None = None,
    most: int = MOST_ROWS,
    ax: Axes | None = None,
) -> Axes:
    """Draw of when each statement is true, when it was told, and when it ended.

    Parameters
    ----------
    claims, place, actor, boundaries, as_of, most, ax
        As `plot_ranges` takes them.
    kind
        Only statements of this kind; by default all.

    Returns
    -------
    matplotlib.axes.Axes
        A row a statement (origin), the oldest at the top. A dot is the day that it is true
        of, a bar the period where only that is known; a tick each day on which it was
        published, a cross the day on which it was retracted or replaced. What is true of no
        known day is not drawn but counted below.

    Raises
    ------
    ArgumentError
        If there is no such place or actor.
    SurroundingsError
        If matplotlib is not installed.

    Examples
    --------
    >>> from geodata import sample_claims
    >>> ax = plot_timeline(sample_claims(), actor="ETIM", as_of="2024-06-30")
    >>> len(ax.get_yticklabels()) > 5
    True
    """
    rows, undated = timeline_rows(
        claims, place=place, actor=actor, kind=kind, boundaries=boundaries, as_of=as_of
    )
    shown = newest(rows, most)
    ax = _axes(len(shown), ax)
    for at, row in enumerate(shown.to_dict("records")):
        _draw_life(ax, at, row)
    _date_axis(ax)
    _write(ax, list(map(str, shown["label"])), list(map(str, shown["words"])))
    lost = [f"{undated} undated"] if undated else []
    notes = [*_subject(place, actor), *_left_out(len(rows) - len(shown)), *lost, _day(as_of)]
    _name(ax, "", notes)
    _explain(ax, _life_key(shown))
    return ax


# --- marks ---------------------------------------------------------------------


def _draw_range(ax: Axes, at: int, row: dict[Any, Any], right: float) -> None:
    """Draw a figure as a dot, an interval as a line: closed ends have a bar, open ones an arrow."""
    low, high = float(row["low"]), float(row["high"])
    colour, style = (SHARED, (0, (3, 1.5))) if row["included"] else (OWN, "solid")
    marks: dict[str, list[float]] = {}
    if low == high:
        marks["D" if row["about"] else "o"] = [low]
    else:
        end = high if np.isfinite(high) else right
        ax.plot([low, end], [at, at], color=colour, linestyle=style, linewidth=2.2, zorder=2)
        marks["|"] = [x for x in (low, high) if np.isfinite(x)]
        if np.isinf(high):
            marks[">"] = [right]
    for marker, ends in marks.items():
        face = "white" if row["included"] and marker in "oD" else colour
        ax.plot(
            ends, [at] * len(ends), linestyle="none", marker=marker, color=colour,
            markersize=10 if marker == "|" else 6, markerfacecolor=face, markeredgewidth=1.7,
            zorder=3, clip_on=False,
        )  # fmt: skip


def _draw_life(ax: Axes, at: int, row: dict[Any, Any]) -> None:
    """Draw of when a statement is true, when it was told, and until when it stood."""
    first, last = row["first"], row["last"]
    days = [day for day in (first, last, *row["told"], row["ended"]) if not pd.isna(day)]
    ax.plot([min(days), max(days)], [at, at], color=FAINT, linewidth=0.8, zorder=1)
    if not pd.isna(first) and first < last:
        ax.plot([first, last], [at, at], color=OWN, linewidth=5, solid_capstyle="butt", zorder=2)
    else:
        ax.plot([last], [at], linestyle="none", marker="o", markersize=6, color=OWN, zorder=3)
    ax.plot(
        list(row["told"]), [at] * len(row["told"]), linestyle="none", marker="|", markersize=10,
        color=INK, zorder=4,
    )  # fmt: skip
    if not pd.isna(row["ended"]):
        ax.plot([row["ended"]], [at], linestyle="none", marker="x", markersize=6.5, color=SHARED,
                markeredgewidth=1.8, zorder=5)  # fmt: skip


# --- words around them ---------------------------------------------------------


def _axes(rows: int, ax: Axes | None) -> Axes:
    """Give axes whose rows have room for a line of text each, the first at the top."""
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 - optional
    except ImportError as error:
        message = "plots need matplotlib; install it with: pip install matplotlib"
        raise SurroundingsError(message) from error
    if ax is None:
        height = 1.5 + _ROW_INCHES * max(rows, 1)
        _, ax = plt.subplots(figsize=(9.5, height), layout="constrained")
    ax.set_ylim(max(rows, 1) - 0.5, -0.5)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.spines["bottom"].set_color(FAINT)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", colors=INK, labelsize=_FONT)
    ax.grid(axis="x", color="#e6e6e6", linewidth=0.8)
    ax.set_axisbelow(True)
    return ax


def _write(ax: Axes, labels: list[str], words: list[str]) -> None:
    """Write who at the left and what at the right of each row, small enough for it."""
    size = _font_size(ax, len(labels))
    ax.set_yticks(range(len(labels)), labels, fontsize=size, color=INK)
    for tick in ax.get_yticklabels():
        # A dollar in a name is no formula.
        tick.set_parse_math(False)
    for at, text in enumerate(words):
        ax.text(
            _BESIDE, at, text, transform=ax.get_yaxis_transform(), va="center", ha="left",
            fontsize=size, color=INK, parse_math=False,
        )  # fmt: skip
    if not labels:
        ax.text(0.5, 0.5, "nothing to draw", transform=ax.transAxes, ha="center", va="center",
                color=FAINT)  # fmt: skip


def _font_size(ax: Axes, rows: int) -> float:
    """Find the size at which lines of text do not touch in axes of a given height."""
    figure = ax.get_figure(root=True)
    if figure is None or not rows:
        return _FONT
    inches = figure.get_figheight() * ax.get_position().height
    return min(_FONT, 72 * inches / rows * 0.75)


def _name(ax: Axes, counted: str, notes: list[str]) -> None:
    ax.set_title(" · ".join(notes), loc="left", fontsize=_FONT + 1.5, color=INK, parse_math=False)
    # It may run on below the words at the right, and no further.
    ax.set_xlabel(
        textwrap.fill(counted, 68), fontsize=_FONT, color=INK, loc="left", parse_math=False
    )


def _subject(place: str | None, actor: str | None) -> list[str]:
    return [plain(name) for name in (actor, place) if name is not None]


def _left_out(count: int) -> list[str]:
    return [f"{count:,} older left out"] if count > 0 else []


def _day(as_of: str | date | None) -> str:
    return f"as of {parse_as_of(as_of):%Y-%m-%d}"


def _date_axis(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # noqa: PLC0415 - optional

    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]  # theirs
    ax.xaxis.set_major_locator(locator)
    written = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]  # theirs too
    ax.xaxis.set_major_formatter(written)


# --- key -----------------------------------------------------------------------


def _explain(ax: Axes, key: list[Line2D]) -> None:
    """Say below the axes, and their label, what the marks mean that are drawn."""
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415 - optional

    figure = ax.get_figure(root=True)
    if not key or figure is None:
        return
    lines = ax.get_xlabel().count("\n") + (2 if ax.get_xlabel() else 1)
    below = ScaledTranslation(0, -(lines * _FONT * 1.4 + 14) / 72, figure.dpi_scale_trans)
    ax.legend(
        handles=key, loc="upper left", bbox_to_anchor=(0, 0), ncols=2, frameon=False,
        bbox_transform=ax.transAxes + below, fontsize=_FONT - 0.5, borderaxespad=0,
    )  # fmt: skip


def _mark(label: str, **style: Any) -> Line2D:  # noqa: ANN401 - what matplotlib takes
    from matplotlib.lines import Line2D  # noqa: PLC0415 - optional

    return Line2D([], [], label=label, **style)


def _range_key(rows: pd.DataFrame) -> list[Line2D]:
    single = rows["low"] == rows["high"]
    opened = np.isinf(rows["high"].to_numpy(dtype="float64"))
    none: dict[str, Any] = {"linestyle": "none"}
    hollow: dict[str, Any] = {"markerfacecolor": "white"}
    key: list[tuple[Any, str, dict[str, Any]]] = [
        (single & ~rows["about"], "a figure", {"marker": "o", "color": INK, **none}),
        (single & rows["about"], "about", {"marker": "D", "color": INK, **none}),
        (~single, "an interval", {"marker": "|", "color": INK, "markersize": 10}),
        (opened, "no upper end was said", {"marker": ">", "color": INK, **none}),
        (~rows["included"], "of this place or country alone", {"marker": "o", "color": OWN}),
        (
            rows["included"],
            "a total over more, of which nobody said the share",
            {"marker": "o", "color": SHARED, "linestyle": (0, (3, 1.5)), **hollow},
        ),
    ]
    return _drawn(key)


def _life_key(rows: pd.DataFrame) -> list[Line2D]:
    period = rows["first"] < rows["last"]
    none: dict[str, Any] = {"linestyle": "none"}
    key: list[tuple[Any, str, dict[str, Any]]] = [
        (~period, "the day it is true of", {"marker": "o", "color": OWN, **none}),
        (period, "… of which the period is known", {"color": OWN, "linewidth": 5}),
        (
            rows["told"].map(bool),
            "published",
            {"marker": "|", "color": INK, "markersize": 10, **none},
        ),
        (rows["ended"].notna(), "retracted or replaced", {"marker": "x", "color": SHARED, **none}),
    ]
    return _drawn(key)


def _drawn(key: list[tuple[Any, str, dict[str, Any]]]) -> list[Line2D]:
    """Make the marks of a key that any row bears."""
    return [_mark(label, **style) for found, label, style in key if bool(np.any(found))]
