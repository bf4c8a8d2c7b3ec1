"""One object that knows the claims: names as numbers, days as arrays, parts worked out once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from common import claims, squares
from geodata import currency_at, date_claims, find_contradictions, join_claims, sample_claims
from geodata.analysis.clashes import clash_spans, clashing_on
from geodata.corpus import Corpus
from geodata.rules.validity import standing_spans

HERE = {"place_ids": ("AF-KDZ",), "reported": "2023-01", "affiliation": "UN"}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The sample claims on three squares."""
    return Corpus.of(sample_claims(), squares())


def names(corpus: Corpus, codes: np.ndarray) -> list[str | None]:
    return [corpus.origin_ids[code] if code >= 0 else None for code in codes.tolist()]


def test_a_name_means_the_claim_that_bears_it_before_an_origin_that_others_share() -> None:
    rows = claims(
        {"claim_id": "x", "origin_id": "y"},
        {"claim_id": "b", "origin_id": "x"},
        {"claim_id": "c", "part_of": "x", "denies": "y; nobody; b"},
    )
    corpus = Corpus.of(rows)

    assert names(corpus, corpus.whole) == [None, None, "y"]
    assert names(corpus, corpus.denied["origin"].to_numpy()) == ["y", "x"]


def test_one_body_is_one_source_and_bears_the_name_that_comes_first() -> None:
    spelled = ["United Nations", "CSTO", "UNITED  NATIONS", None]
    corpus = Corpus.of(claims(*({"source": name} for name in spelled)))

    assert corpus.source.tolist() == [0, 1, 0, -1]
    assert corpus.source_names.tolist() == ["United Nations", "CSTO"]


def test_each_part_is_worked_out_once(corpus: Corpus) -> None:
    day = pd.Timestamp("2024-07-31")

    assert corpus.validity is corpus.validity
    assert corpus.links is corpus.links
    assert corpus.at(day) is corpus.at(day)


def test_a_part_that_nobody_asks_for_is_not_worked_out() -> None:
    corpus = Corpus.of(sample_claims())

    assert corpus.at(pd.Timestamp("2024-07-31")).current.any()
    assert not {"links", "tree"} & corpus.__dict__.keys()
    with pytest.raises(ValueError, match="without boundaries"):
        _ = corpus.links


def test_days_as_arrays_say_what_the_frame_says(corpus: Corpus) -> None:
    for day in ("2021-06-30", "2023-06-15", "2024-07-31"):
        frame, at = currency_at(corpus.claims, day), corpus.at(pd.Timestamp(day))
        for name in ("visible", "current", "counts"):
            assert getattr(at, name).tolist() == frame[name].tolist()
        assert at.age_days[~np.isnan(at.age_days)].tolist() == frame["age_days"].dropna().tolist()


def test_joined_rows_give_back_the_claims_and_where_they_are(corpus: Corpus) -> None:
    joined = join_claims(corpus.claims, squares())
    again = Corpus.of_joined(joined, squares())

    pd.testing.assert_frame_equal(again.claims, corpus.claims)
    for name in ("claim", "relation", "low", "high"):
        assert np.array_equal(
            getattr(again.links, name), getattr(corpus.links, name), equal_nan=True
        )
    assert isinstance(corpus.joined(["claim_id"]), gpd.GeoDataFrame)
    assert len(corpus.joined(["claim_id"])) == len(joined)


def test_what_was_dated_before_a_filter_stays_as_it_was() -> None:
    rows = claims(
        {**HERE, "claim_id": "a", "status": "retracted"},
        {**HERE, "claim_id": "b", "origin_id": "a", "reported": "2023-08"},
    )
    left = Corpus.of(date_claims(rows).iloc[[1]])

    assert not left.at(pd.Timestamp("2024-01-01")).current.any()


def test_a_telling_stands_until_one_that_goes_before_it_is_out() -> None:
    rows = claims(
        {**HERE, "claim_id": "retold", "origin_id": "first", "reported": "2023-01-05"},
        {**HERE, "claim_id": "first", "reported": "2023-03-01"},
    )
    spans = standing_spans(Corpus.of(rows))

    assert spans["row"].tolist() == [0, 1]
    assert spans["until"].dt.strftime("%Y-%m-%d").fillna("").tolist() == ["2023-03-01", ""]


def test_pairs_that_clash_are_those_of_each_day() -> None:
    figure = {**HERE, "stated": "2023-01", "value": 100}
    rows = claims(
        {**figure, "claim_id": "a"},
        {**figure, "claim_id": "b", "value": 5, "affiliation": "CSTO", "reported": "2023-03"},
        {**figure, "claim_id": "c", "value": 7, "part_of": "a", "reported": "2023-04"},
        {**figure, "claim_id": "d", "value": 2, "affiliation": "Iran", "reported": "2023-05",
         "status": "retracted", "status_date": "2023-07"},
        {**figure, "claim_id": "e", "value": 100, "affiliation": "CSTO", "stated": "2023-02",
         "reported": "2023-06"},
        {**HERE, "claim_id": "f", "kind": "denial", "denies": "a", "reported": "2023-08"},
    )  # fmt: skip
    ids = rows["claim_id"].to_numpy(dtype=object)
    clashes = clash_spans(Corpus.of(rows))

    seen: set[tuple[str, str]] = set()
    for day in pd.date_range("2023-01-15", "2023-12-15", freq="15D"):
        found = find_contradictions(rows, as_of=day)
        held = clashes[clashing_on(clashes, day)]
        pairs = set(zip(ids[held["a"]], ids[held["b"]], strict=True))
        assert pairs == set(zip(found["claim_a"], found["claim_b"], strict=True))
        seen |= pairs
    assert {("a", "b"), ("a", "d"), ("a", "f")} <= seen


def test_a_part_clashes_with_what_is_less_and_never_with_its_whole() -> None:
    figure = {**HERE, "stated": "2023-01", "reported": "2023-02"}
    rows = claims(
        {**figure, "claim_id": "whole", "value": 100},
        {**figure, "claim_id": "part", "value": 5, "part_of": "whole", "affiliation": "CSTO"},
        {**figure, "claim_id": "other", "value": 90, "modifier": "at_least", "affiliation": "S"},
    )

    assert clash_spans(Corpus.of(rows)).empty
