"""Range plots and timelines: what is drawn, and that no two labels lie on each other."""

from __future__ import annotations

import sys
from itertools import combinations
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from common import claims
from geodata import ArgumentError, sample_claims
from geodata.errors import SurroundingsError
from mapping.notebook.plots import OWN, SHARED, plot_ranges, plot_timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.text import Text

pytestmark = pytest.mark.second_tier

AS_OF = "2023-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    mpl.use("agg")
    yield
    plt.close("all")


def told(source: str, value: float | None, *places: str, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"affiliation": source, "place_ids": places, "country": "AFG"}
    if value is not None:
        row["value"] = value
    row["places"] = "; ".join(places) or None
    return row | {"stated": "2023-06-01", "reported": "2023-06-03", "kind": "strength"} | more


def labels(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def marks(ax: Axes, at: int) -> list[tuple[str, list[float], str, str]]:
    """What is drawn in a row: marker or "line", where, its colour and its face."""
    found = []
    for line in ax.get_lines():
        xs, ys = (np.asarray(data, dtype="float64").tolist() for data in line.get_data(orig=False))
        if set(ys) == {float(at)}:
            marker = line.get_marker()
            name = "line" if marker in ("None", None, "") else str(marker)
            found.append((name, xs, to_hex(line.get_color()), to_hex(line.get_markerfacecolor())))
    return found


def overlapping(ax: Axes) -> list[tuple[str, str]]:
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    legend = ax.get_legend()
    texts: list[Text] = [*ax.get_yticklabels(), *ax.get_xticklabels(), *ax.texts, ax.xaxis.label]
    texts += legend.get_texts() if legend else []
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts if text.get_text()]
    return [
        (one, other)
        for (one, box), (other, box2) in combinations(boxes, 2)
        if min(box.x1, box2.x1) - max(box.x0, box2.x0) > 0.5
        and min(box.y1, box2.y1) - max(box.y0, box2.y0) > 0.5
    ]


def test_each_figure_is_the_interval_that_it_leaves_open() -> None:
    table = claims(
        told("S1", 50, K),
        told("S2", 60, K, modifier="about"),
        told("S3", 70, K, modifier="up_to"),
        told("S4", 80, K, modifier="over"),
        told("S5", None, K, low=20, high=40, value_low=20, value_high=40, modifier="between",
             unit="fighters", unit_family="fighters"),
        told("S6", 90, K, T, B),
        told("S7", 100, kind="strength"),
    )  # fmt: skip
    ax = plot_ranges(table, place="Kunduz", as_of=AS_OF)
    assert labels(ax) == [f"S{at} · 2023-06-01" for at in range(1, 8)]
    assert words(ax) == [
        "50 fighters", "about 60 fighters", "up to 70 fighters", "over 80 fighters",
        "20 to 40 fighters", f"90 fighters, together in {K}; {T}; {B}", "100 fighters, in AFG",
    ]  # fmt: skip
    right = ax.get_xlim()[1]
    assert right > 100
    assert marks(ax, 0) == [("o", [50], OWN, OWN)]
    assert marks(ax, 1) == [("D", [60], OWN, OWN)]
    assert [mark[:2] for mark in marks(ax, 2)] == [("line", [0, 70]), ("|", [0, 70])]
    assert [mark[:2] for mark in marks(ax, 3)] == [
        ("line", [80, right]), ("|", [80]), (">", [right]),
    ]  # fmt: skip
    assert [mark[:2] for mark in marks(ax, 4)] == [("line", [20, 40]), ("|", [20, 40])]
    # The joint total and the country's are not Kunduz's own: hollow, and in the other colour.
    for at, value in ((5, 90), (6, 100)):
        assert marks(ax, at) == [("o", [value], SHARED, "#ffffff")]
    # Nothing else is drawn: no sum, no mean, no share of the joint total.
    assert sum(len(marks(ax, at)) for at in range(7)) == len(ax.get_lines())
    assert overlapping(ax) == []


def test_one_mark_an_origin_and_only_what_is_current() -> None:
    table = claims(
        told("S", 50, K, claim_id="a"),
        told("S", 50, K, claim_id="b", origin_id="a", modifier="up_to"),
        told("S2", 60, K, status="retracted", status_date="2023-07"),
    )
    assert words(plot_ranges(table, place=K, as_of=AS_OF)) == ["50 fighters"]
    assert len(words(plot_ranges(table, place=K, as_of="2023-06-30"))) == 2


def test_one_unit_and_what_else_is_counted() -> None:
    table = claims(
        told("S", 5, K), told("S", 6, T), told("S", 3, K, unit="camps", unit_family="camps"),
        told("S", 9, K, kind="attack", unit="fatalities", unit_family="fatalities"),
    )  # fmt: skip
    ax = plot_ranges(table, as_of=AS_OF)
    assert ax.get_xlabel() == "fighters (not drawn: camps (1))"
    assert words(plot_ranges(table, unit="camps", as_of=AS_OF)) == [f"3 camps, in {K}"]
    assert words(plot_ranges(table, kind="attack", as_of=AS_OF)) == [f"9 fatalities, in {K}"]
    many = plot_ranges(table, as_of=AS_OF, most=1)
    assert len(labels(many)) == 1
    assert "1 older left out" in many.get_title(loc="left")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"place": "Nowhere"}, "place='Nowhere'"),
        ({"actor": "Nobody"}, "give one of 'ISKP'"),
        ({"unit": "camps"}, "give one of 'fighters'"),
        ({"most": 0}, "most=0"),
    ],
)
def test_options_that_make_no_sense(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        plot_ranges(claims(told("S", 5, K)), as_of=AS_OF, **options)


def test_nothing_to_draw() -> None:
    for plot in (plot_ranges, plot_timeline):
        ax = plot(claims(told("S", 5, K)), as_of="2020-01-01")
        assert words(ax) == ["nothing to draw"]
        assert ax.get_legend() is None


def test_text_of_strangers_is_neither_formula_nor_many_lines() -> None:
    name = r"$\frac{1}{0}$ " + "x" * 200 + "\n<b>\x1b[2J"
    table = claims(told(name, 5, K, actor=name, unit=name, unit_family=name, text=name))
    for plot in (plot_ranges, plot_timeline):
        ax = plot(table, actor=name, as_of=AS_OF)
        said = [*labels(ax), *words(ax), ax.get_xlabel(), ax.get_title(loc="left")]
        assert max(map(len, said)) < 100
        assert not any(character in text for text in said for character in "\x1b")
        assert overlapping(ax) == []


def test_a_timeline_says_when_it_is_true_told_and_ended() -> None:
    table = claims(
        told("S", 50, K, claim_id="a", stated="2023-02-14", reported="2023-02-20"),
        told("S", 50, K, claim_id="b", origin_id="a", reported="2023-09-01"),
        told("S2", 60, K, stated="2022", reported="2023-01-05", status="retracted",
             status_date="2023-03-01"),
        told("S3", None, K, kind="presence", text="Its men were seen", stated="2023-05-05"),
        told("S4", 70, K, stated=None, reported=None),
        told("S5", 70, K, stated="2025-01-01", reported=None),
    )  # fmt: skip
    ax = plot_timeline(table, as_of=AS_OF)
    assert labels(ax) == ["S2", "S", "S3"]
    assert words(ax) == [
        "strength: 60 fighters", "strength: 50 fighters", "presence: Its men were seen",
    ]  # fmt: skip
    assert ax.get_title(loc="left") == "1 undated · as of 2023-12-31"
    # Known to a year: a bar; told once, retracted in March.
    assert [mark for mark, *_ in marks(ax, 0)] == ["line", "line", "|", "x"]
    # One dot for the statement, a tick for each of its two tellings.
    assert [(mark, len(xs)) for mark, xs, *_ in marks(ax, 1)] == [("line", 2), ("o", 1), ("|", 2)]
    assert overlapping(ax) == []


def test_the_samples_fit_on_their_plots() -> None:
    table = sample_claims()
    for ax in (
        plot_ranges(table, as_of="2024-07-31"),
        plot_timeline(table, as_of="2024-07-31", most=60),
    ):
        assert len(labels(ax)) > 15
        assert overlapping(ax) == []


def test_axes_that_the_caller_made() -> None:
    figure, (left, right) = plt.subplots(2, 1, figsize=(10, 9), layout="constrained")
    table = sample_claims()
    assert plot_ranges(table, actor="ISKP", as_of="2024-07-31", ax=left) is left
    assert plot_timeline(table, actor="ISKP", as_of="2024-07-31", ax=right) is right
    figure.canvas.draw()
    assert overlapping(left) == []
    assert overlapping(right) == []


def test_without_matplotlib_a_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(SurroundingsError, match="pip install matplotlib"):
        plot_ranges(claims(told("S", 5, K)), as_of=AS_OF)
