"""``frame.claims``: raw and typed frames, and what a notebook shows of their faults."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import mapping
from common import claims, squares
from geodata import (
    ArgumentError,
    ClaimsError,
    bound_places,
    builtin_boundaries,
    find_contradictions,
    find_drift,
    find_residuals,
    join_claims,
    part_tree,
    sample_claims,
    sample_claims_path,
    split_totals,
    suggest_origins,
    summarise_claims,
)
from geodata.report import MOST_SHOWN, Fault, Report
from mapping.notebook import progress
from mapping.notebook.accessor import ClaimsAccessor

AS_OF = "2023-06-30"
ROOT = Path(__file__).resolve().parents[1]


def of(frame: pd.DataFrame) -> ClaimsAccessor:
    accessor = frame.claims
    assert isinstance(accessor, ClaimsAccessor)
    return accessor


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_csv(sample_claims_path(), dtype="str")


@pytest.fixture(scope="module")
def typed() -> pd.DataFrame:
    return sample_claims()


def test_raw_and_typed_frames_give_the_same(raw: pd.DataFrame, typed: pd.DataFrame) -> None:
    before = raw.copy(deep=True)
    for frame in (raw, typed):
        assert_frame_equal(of(frame).drift(as_of=AS_OF), find_drift(typed, as_of=AS_OF))
        assert_frame_equal(
            of(frame).contradictions(as_of=AS_OF, window_days=400),
            find_contradictions(typed, as_of=AS_OF, window_days=400),
        )
        assert of(frame).check().ok
    assert_frame_equal(raw, before)
    assert_frame_equal(of(typed).read(), typed)
    assert_frame_equal(of(typed).parts(as_of=AS_OF), part_tree(typed, as_of=AS_OF))
    assert_frame_equal(of(typed).residuals(as_of=AS_OF), find_residuals(typed, as_of=AS_OF))


def test_places_are_those_that_the_claims_speak_of(typed: pd.DataFrame) -> None:
    afghan = of(typed).summary(as_of=AS_OF, countries=["AFG"])
    provinces = builtin_boundaries(countries=["AFG"])
    joined = join_claims(typed, provinces)
    expected = summarise_claims(joined, provinces, as_of=AS_OF)
    assert afghan.crs == expected.crs
    assert_frame_equal(pd.DataFrame(afghan), pd.DataFrame(expected))
    assert_frame_equal(
        of(typed).bounds(as_of=AS_OF, countries=["AFG"]),
        bound_places(joined, provinces, as_of=AS_OF),
    )
    assert_frame_equal(
        of(typed).split("equal", as_of=AS_OF, countries=["AFG"]),
        split_totals(joined, provinces, by="equal", as_of=AS_OF),
    )
    assert of(typed).join()["place_id"].str.startswith("AF-").any()
    # A frame that was joined counts as the claims in it, however many rows each has.
    assert_frame_equal(of(joined).drift(as_of=AS_OF), find_drift(typed, as_of=AS_OF))
    assert len(of(joined).read()) == len(typed)


def test_boundaries_may_be_a_frame_or_a_file(tmp_path: Path) -> None:
    table = claims({"place_ids": ("AF-KDZ",), "country": "AFG", "value": 5, "stated": "2023-06"})
    path = tmp_path / "squares.geojson"
    squares().rename(columns={"place_id": "shapeISO", "name": "shapeName"})[
        ["shapeISO", "shapeName", "geometry"]
    ].to_file(path)
    for given in (squares(), path):
        places = of(table).summary(given, as_of="2023-12-31").set_index("place_id")
        assert places.loc["AF-KDZ", "sources"] == 0  # nobody is named as the source
        assert len(places) == 3


def test_origins_are_proposed_and_applied(raw: pd.DataFrame) -> None:
    bare = raw.drop(columns="origin_id")
    found = of(bare).suggest_origins(as_of="2026-06-30", min_score=0.7)
    typed = of(bare).read()
    assert_frame_equal(found, suggest_origins(typed, as_of="2026-06-30", min_score=0.7))
    assert of(bare).apply_origins(found)["origin_id"].nunique() < len(bare)


def test_a_map_and_plots(typed: pd.DataFrame) -> None:
    pytest.importorskip("matplotlib").use("agg")
    import folium
    import matplotlib.pyplot as plt

    assert isinstance(of(typed).explore(as_of=AS_OF, title="Ours"), folium.Map)
    assert of(typed).plot_ranges(as_of=AS_OF).has_data()
    assert of(typed).plot_timeline(as_of=AS_OF).has_data()
    plt.close("all")


def test_frames_that_are_no_claims() -> None:
    with pytest.raises(ClaimsError, match="actor"):
        of(pd.DataFrame({"group": [1]}).rename(columns={"group": "x"})).read()
    with pytest.raises(ArgumentError, match="no columns"):
        of(pd.DataFrame()).check()
    with pytest.raises(ArgumentError, match="list of ISO"):
        of(claims({})).join(countries="AFG")


@pytest.mark.second_tier
@pytest.mark.parametrize(
    "order",
    [
        "import mapping, pandas",
        "import pandas, mapping",
        "from mapping import explore; import geodata.check; import pandas",
        "import mapping.cli; import mapping.notebook.accessor; import pandas",
    ],
)
def test_frames_have_it_in_whatever_order_they_are_imported(order: str) -> None:
    code = f"{order}\nprint(pandas.DataFrame({{'actor': ['A'], 'text': ['T']}}).claims.check())"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("<Report: "), done.stderr


def test_pandas_is_not_loaded_for_it() -> None:
    code = "import sys, mapping; print({'pandas', 'numpy', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_the_package_knows_its_names() -> None:
    assert callable(mapping.plot_ranges)
    with pytest.raises(AttributeError, match="nothing"):
        _ = mapping.nothing


# --- faults in a notebook ------------------------------------------------------


def test_a_report_is_one_table_and_text_stays_text() -> None:
    said = "<img src=x onerror=alert(1)>"
    fault = Fault(said, 3, "places", said, f"{said} is no place", (said, "Paktya"))
    table = Report(claims({}), errors=(fault,), warnings=(fault,))._repr_html_()
    assert table.count("<table>") == 1
    assert "<img" not in table
    assert table.count("&lt;img src=x") == 8
    assert "1 claim, 1 error, 1 warning" in table
    assert repr(Report(claims({}, {}))) == "<Report: 2 claims, 0 errors, 0 warnings>"
    assert "<table>" not in Report(claims({}))._repr_html_()


def test_a_report_of_very_many_faults_is_short() -> None:
    faults = tuple(Fault("f", row, "actor", None, "wrong") for row in range(MOST_SHOWN + 5))
    table = Report(claims({}), errors=faults)._repr_html_()
    assert table.count("<tr>") == MOST_SHOWN + 2
    assert "… and 5 more errors" in table


def test_long_work_is_told_in_a_notebook_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import IPython
    import IPython.display

    said: list[str] = []

    class Line:
        def update(self, data: dict[str, str], *, raw: bool) -> None:
            assert raw
            said.append(data["text/plain"])

    def display(data: dict[str, str], **how: Any) -> Line:
        said.append(data["text/plain"])
        return Line()

    class Shell:
        kernel = None

    monkeypatch.setattr(IPython.display, "display", display)
    frame = claims(*[{}] * 3)
    monkeypatch.setattr(progress, "MANY_ROWS", 3)
    of(frame).read()
    assert said == []  # no notebook
    monkeypatch.setattr(IPython, "get_ipython", Shell)
    of(frame).read()
    assert said == ["reading 3 claims …", ""]
    of(frame[:2]).read()
    assert len(said) == 2


def test_a_notebook_shows_what_to_do_and_no_traceback() -> None:
    frame = pd.DataFrame({"actor": ["A"], "text": ["T"], "places": ["Kundizz\x1b[2J"]})
    with pytest.raises(ClaimsError) as raised:
        of(frame).read()
    lines: Any = raised.value._render_traceback_()
    assert lines[0].startswith("ClaimsError: 1 fault")
    assert "places" in lines[1]
    assert "\x1b" not in "".join(lines)
