"""Whatever stands in a data set's columns becomes claims or faults, and never a traceback."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from geodata.io.datasets import DataSet, acled, gtd, hxl, ucdp
from geodata.io.datasets.stix import read_bundle
from geodata.schema import CLAIM_COLUMNS

# To shrink what fails would take minutes.
QUICK: Final = (Phase.explicit, Phase.reuse, Phase.generate)
CELLS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=15),
    st.sampled_from(
        ["1", "1.0", "-9", "nan", "inf", "1e400", "²", "٤", "9" * 5000, "2016-01-01", "2016-13-45",
         '"SOHR,2016-01-01,a";"b"', '"', ";", ";;", "a;b", "1753-01-01", "31 February 2020",
         '"T," O, May 99, 2020.', "Syria", "Unknown", "Civilians (X)"]
    ),
)  # fmt: skip
TAGGED = hxl.recognise([*hxl.TAGS.values(), "#adm1+name", "#affected+killed", "#geo+lat"])
assert TAGGED is not None


@pytest.mark.second_tier
@pytest.mark.parametrize(
    "data_set", [ucdp.DATA_SET, acled.DATA_SET, gtd.DATA_SET, TAGGED], ids=lambda one: one.name
)
@settings(max_examples=40, deadline=None, phases=QUICK)
@given(st.data())
def test_any_cells_become_claims_or_faults(data_set: DataSet, data: st.DataObject) -> None:
    columns = sorted(data_set.columns)
    rows = data.draw(st.lists(st.tuples(*[CELLS] * len(columns)), max_size=3))
    frame = pd.DataFrame(rows, columns=columns, dtype="str").assign(file="a.csv")
    frame["row"] = pd.array(range(2, len(frame) + 2), dtype="Int64")
    before = frame.copy(deep=True)
    converted = data_set.convert(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert set(converted.frame["row"]) == set(frame["row"])
    assert converted.frame.index.equals(pd.RangeIndex(len(converted.frame)))
    assert set(converted.frame) <= {*CLAIM_COLUMNS, "stated_unit", "file", "row"}


KEYS = st.sampled_from(
    ["type", "id", "name", "object_refs", "created_by_ref", "source_ref", "target_ref", "country",
     "relationship_type", "opinion", "confidence", "external_references", "extensions", "latitude",
     "longitude", "published", "revoked", "labels", "authors", "administrative_area"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.text(max_size=4), st.floats(), st.integers(),
    st.sampled_from(["report", "threat-actor", "location", "opinion", "relationship", "located-at",
                     "a", "b", "AF", "Kunduz", "disagree", "85"]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner)),
    max_leaves=6,
)  # fmt: skip
TYPED = st.fixed_dictionaries(
    {"type": st.sampled_from(["report", "threat-actor", "location", "opinion", "relationship"]),
     "id": st.sampled_from(["a", "b", "c", "d"])},
    optional={
        "object_refs": st.lists(st.sampled_from(["a", "b", "c", "d"])),
        "name": LEAVES, "relationship_type": st.just("located-at"),
        "source_ref": st.sampled_from(["a", "b"]), "target_ref": st.sampled_from(["c", "d"]),
        "confidence": LEAVES, "created_by_ref": LEAVES, "external_references": VALUES,
        "extensions": VALUES, "revoked": LEAVES, "authors": VALUES, "start_time": LEAVES,
        "stop_time": LEAVES, "latitude": LEAVES, "longitude": LEAVES, "precision": LEAVES,
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(VALUES, TYPED), max_size=6))
def test_any_objects_become_claims_or_notes(objects: list[Any]) -> None:
    bundle = read_bundle({"type": "bundle", "objects": objects})
    assert all(1 <= number <= len(objects) for number, _ in bundle.claims)
    assert [number for number, _ in bundle.claims] == sorted(n for n, _ in bundle.claims)


def test_an_event_cannot_grow_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.io.datasets.base.MAX_CHARACTERS", 1_000_000)
    event = dict.fromkeys(sorted(acled.DATA_SET.columns), "1")
    event |= {"notes": "x" * 200_000, "source": "; ".join(map(str, range(100_000)))}
    frame = pd.DataFrame([event]).assign(file="a.csv", row=2)
    converted = acled.DATA_SET.convert(frame)
    assert len(converted.frame) < 10
    assert [fault.row for fault in converted.errors] == [None]
    assert "split the file" in converted.errors[0].message
