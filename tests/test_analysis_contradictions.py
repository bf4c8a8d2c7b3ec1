from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from common import claims
from geodata import ArgumentError
from geodata.analysis import find_contradictions
from geodata.analysis.contradictions import CONTRADICTION_COLUMNS

pytestmark = pytest.mark.second_tier

AS_OF = "2023-12-31"
K, T, B = "AF-KDZ", "AF-TAK", "AF-BDS"
FAMILIES = {"unit": "fighters and family members", "unit_family": "fighters and family members"}


def told(source: str, value: float, *places: str, **more: Any) -> dict[str, Any]:
    row = {"affiliation": source, "value": value, "place_ids": places, "country": "AFG"}
    return row | {"stated": "2023-06-01", "reported": "2023-06-01"} | more


def distances(*rows: dict[str, Any], **options: Any) -> list[float]:
    found = find_contradictions(claims(*rows), as_of=AS_OF, **options)
    found = found[found["what"] != "close in time"]
    return [float(gap) for gap in found["distance"]]


# Two claims, and how far they are apart; nothing where both can hold or are not compared.
CASES: dict[str, tuple[list[dict[str, Any]], list[float]]] = {
    "place": ([told("S", 100, K), told("S2", 150, K)], [50]),
    "country": ([told("S", 100), told("S2", 150)], [50]),
    "set in any order": ([told("S", 100, K, T), told("S2", 150, T, K)], [50]),
    "joint and within": ([told("S", 9, K, T), told("S2", 7, K, T, extent="within")], [2]),
    # 50 in each of two provinces are 100, not 50.
    "each and joint": ([told("S", 50, K, T, extent="each"), told("S2", 100, K, T)], []),
    "each and too few": ([told("S", 50, K, T, extent="each"), told("S2", 50, K, T)], [50]),
    "up to and over": (
        [told("S", 100, K, modifier="up_to"), told("S2", 150, K, modifier="over")],
        [50],
    ),
    "over and up to": (
        [told("S", 100, K, modifier="over"), told("S2", 150, K, modifier="up_to")],
        [],
    ),
    "about, near": ([told("S", 100, K, modifier="about"), told("S2", 110, K)], []),
    "about, far": ([told("S", 100, K, modifier="about"), told("S2", 111, K)], [11]),
    "exact, near": ([told("S", 100, K), told("S2", 101, K)], [1]),
    "one source": ([told("S", 100, K), told("s ", 150, K)], []),
    "another place": ([told("S", 100, K), told("S2", 150, T)], []),
    # A hundred in two provinces leave no hundred and fifty in one of them.
    "too many for the set": ([told("S", 100, K, T), told("S2", 150, K)], [50]),
    "few enough for the set": ([told("S", 100, K, T), told("S2", 50, K)], []),
    "too many for the country": ([told("S", 4000, K), told("S2", 2000)], [2000]),
    "few enough for the country": ([told("S", 2000, K), told("S2", 4000)], []),
    "each and too much": ([told("S", 9, K, T, B, extent="each"), told("S2", 12, K, T)], [6]),
    "each and too little": (
        [told("S", 5, K, T, extent="each", modifier="up_to"), told("S2", 12, K, T)],
        [2],
    ),
    "three and two of them": (
        [told("S", 9, K), told("S2", 9, T), told("S3", 9, B), told("S4", 12, K, T)],
        [6],
    ),
    "three of one source": ([told("S", 9, K), told("S", 9, T), told("S", 12, K, T)], []),
    "three of two sources": ([told("S", 9, K), told("S", 9, T), told("S2", 12, K, T)], [6]),
    "one actor of two": (
        [told("S", 9, K, actor="ISKP; TTP"), told("S2", 12, K, actor="TTP")],
        [3],
    ),
    # Fighters are among fighters and their families, not the other way round.
    "more than with families": ([told("S", 7000, K), told("S2", 6000, K, **FAMILIES)], [1000]),
    "fewer than with families": ([told("S", 6000, K), told("S2", 7000, K, **FAMILIES)], []),
    "three with families": (
        [
            told("S", 9, K),
            told("S2", 9, K, unit="family members", unit_family="family members"),
            told("S3", 12, K, **FAMILIES),
        ],
        [6],
    ),
    "another actor": ([told("S", 100, K), told("S2", 150, K, actor="TTP")], []),
    "another kind": ([told("S", 100, K), told("S2", 150, K, kind="presence")], []),
    "another unit": ([told("S", 100, K), told("S2", 150, K, unit="camps")], []),
    "one family": (
        [told("S", 100, K), told("S2", 150, K, unit="militants", unit_family="fighters")],
        [50],
    ),
    "events": ([told("S", 1, K, kind="attack"), told("S2", 2, K, kind="attack")], []),
    "unspecified": (
        [told(name, at, K, actor="Unspecified armed groups") for at, name in enumerate("ST")],
        [],
    ),
    "long ago": ([told("S", 100, K), told("S2", 150, K, stated="2022-05-31")], []),
    "undated": ([told("S", 100, K), told("S2", 150, K, stated=None)], []),
    "retracted": ([told("S", 100, K), told("S2", 150, K, status="retracted")], []),
    # Five of the hundred do not say that there are no more, nor against who else says hundred.
    "a part and its whole": (
        [told("S", 100, K, claim_id="w"), told("S2", 5, K, part_of="w"), told("S3", 100, K)],
        [],
    ),
    "a part of a part": (
        [
            told("S", 100, K, claim_id="w"),
            told("S2", 50, K, T, claim_id="p", part_of="w"),
            told("S3", 5, K, part_of="p"),
        ],
        [],
    ),
    "parts of several wholes": (
        [
            told("S", 100, K, claim_id="w"),
            told("S2", 5, K, part_of="w"),
            told("S3", 100, K, claim_id="x"),
            told("S4", 8, K, part_of="x"),
        ],
        [],
    ),
    # Parts are never compared with their wholes: `find_residuals` warns of those too large.
    "a part larger than its whole": (
        [told("S", 100, K, claim_id="w"), told("S2", 130, K, part_of="w")],
        [],
    ),
    "parts larger than their whole": (
        [
            told("S", 100, K, T, claim_id="w"),
            told("S2", 70, K, part_of="w"),
            told("S3", 70, T, part_of="w"),
        ],
        [],
    ),
    "parts larger than another's": (
        [
            told("S", 200, claim_id="w"),
            told("S2", 70, K, part_of="w"),
            told("S3", 70, T, part_of="w"),
            told("S4", 100, K, T),
        ],
        [40],
    ),
    # It is part of more than Kunduz, so it is what is said of Kunduz.
    "a part of another place": (
        [told("S", 100, K, T, claim_id="w"), told("S2", 5, K, part_of="w"), told("S3", 9, K)],
        [4],
    ),
    "no source": ([told("S", 100, K), told("S2", 150, K, affiliation=None)], []),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    rows, expected = CASES[name]
    assert distances(*rows) == expected
    assert distances(*reversed(rows)) == expected


def test_columns_keep_both_sides_as_told() -> None:
    rows = (told("S", 100, K, modifier="about"), told("S2", 150, K, modifier="over"))
    found = find_contradictions(claims(*rows), as_of=AS_OF)
    assert list(found.columns) == list(CONTRADICTION_COLUMNS)
    assert found.index.equals(pd.RangeIndex(1))
    row = found.iloc[0]
    assert (row["what"], row["unit_family"], row["days_apart"]) == ("figures", "fighters", 0)
    assert (row["actors"], row["area"]) == (("ISKP",), (K,))
    assert (row["origin_a"], row["source_a"], row["modifier_a"]) == ("c1", "S", "about")
    assert (row["origin_b"], row["source_b"], row["modifier_b"]) == ("c2", "S2", "over")
    assert (row["low_a"], row["high_a"], row["low_b"]) == (100, 100, 150)
    assert find_contradictions(claims(), as_of=AS_OF).dtypes.equals(found.dtypes)


def test_window_and_tolerance_are_options() -> None:
    rows = (told("S", 100, K, modifier="about"), told("S2", 150, K, stated="2022-05-31"))
    assert distances(*rows, window_days=366) == [50]
    assert distances(*rows, window_days=366, tolerance=0.5) == []
    with pytest.raises(ArgumentError, match="tolerance"):
        distances(*rows, tolerance=-1)


def test_a_denial_contradicts_what_it_denies() -> None:
    # An attack by nobody named, long before: figures would not be compared, a denial is.
    attack = told("S", 5, K, kind="attack", actor="Unspecified armed groups", claim_id="z")
    attack["stated"] = attack["reported"] = "2020-01-01"
    retold = {**attack, "claim_id": "y", "origin_id": "z"}
    denial = {
        "claim_id": "a", "kind": "denial", "affiliation": "Taliban", "denies": "y; unknown",
        "stated": "2023-01-01", "place_ids": (K,), "country": "AFG",
    }  # fmt: skip
    found = find_contradictions(claims(attack, retold, denial), as_of=AS_OF)
    assert found[["what", "origin_a", "origin_b", "kind_a"]].values.tolist() == [
        ["denial", "a", "z", "denial"]
    ]
    assert found["distance"].isna().all()
    assert found.loc[0, "actors"] == ("Unspecified armed groups",)
    assert find_contradictions(claims(attack, denial), as_of="2022-12-31").empty


def test_retellings_do_not_contradict() -> None:
    first = told("S", 100, K, claim_id="a")
    again = {**first, "value": 500, "claim_id": "b", "origin_id": "a", "affiliation": "S2"}
    assert distances(first, again) == []


def test_what_is_close_in_time_stands_apart() -> None:
    rows = (told("S", 100, K), told("S2", 150, K, stated="2022-05-31"), told("S3", 120, K))
    found = find_contradictions(claims(*rows), as_of=AS_OF)
    told_of = found[["what", "origins", "days_apart"]].values.tolist()
    assert told_of == [
        ["figures", ("c1", "c3"), 0],
        ["close in time", ("c1", "c2"), 366],
        ["close in time", ("c2", "c3"), 366],
    ]
    assert len(find_contradictions(claims(*rows), as_of=AS_OF, window_days=290)) == 1


def test_a_set_tells_all_that_it_takes_and_no_sides() -> None:
    rows = (told("S", 9, K), told("S2", 9, T), told("S3", 12, K, T, stated="2023-06-11"))
    found = find_contradictions(claims(*rows), as_of=AS_OF)
    row = found.iloc[0]
    assert (row["what"], row["origins"], row["claims"]) == (
        "set",
        ("c1", "c2", "c3"),
        row["origins"],
    )
    assert (row["actors"], row["area"], row["days_apart"]) == (("ISKP",), (K, T), 10)
    assert found[["origin_a", "source_b", "low_a"]].isna().all(axis=None)
    assert found.attrs == {"sets_left_out": 0, "all_sets_searched": True}


def test_sets_beyond_a_dozen_are_counted() -> None:
    # Any four of eight provinces with three each are more than ten in the country: 70 sets.
    names = [f"AF-{code}" for code in ("KDZ", "TAK", "BDS", "BAL", "HER", "KAB", "GHA", "NIM")]
    provinces = [told(f"S{at}", 3, name) for at, name in enumerate(names)]
    found = find_contradictions(claims(told("R", 10), *provinces), as_of=AS_OF)
    assert found["what"].tolist() == ["set"] * 12
    assert found["origins"].map(len).eq(5).all()
    assert found["origins"].is_unique
    assert found.attrs["sets_left_out"] >= 12
