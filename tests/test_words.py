"""Numbers in words, vague ones, bounds that are about, and spans of years."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from geodata import check_claims
from geodata.errors import DateError, QuantityError
from geodata.text.dates import parse_date
from geodata.text.quantities import Quantity, in_words, parse_quantity
from geodata.validate import validate_claims

READ = {
    "half a million": (500_000, "exact"),
    "half million": (500_000, "exact"),
    "a million and a half": (1_500_000, "exact"),
    "two dozen": (24, "exact"),
    "half a dozen": (6, "exact"),
    "over a dozen": (12, "over"),
    "six and a half thousand": (6500, "exact"),
    "just under 500": (500, "up_to"),
    "slightly more than 500": (500, "over"),
    "not above 500": (500, "up_to"),
    "not under 500": (500, "at_least"),
    "500 odd": (500, "over"),
    "более тысячи": (1000, "over"),
    "около сотни": (100, "about"),
    "полторы тысячи": (1500, "exact"),
    "свыше полутора тысяч": (1500, "over"),
    "полмиллиона": (500_000, "exact"),
    "шесть с половиной тысяч": (6500, "exact"),
    "две сотни": (200, "exact"),
    "два десятка": (20, "exact"),
    "500 с лишним": (500, "over"),
    "тысяча пятьсот": (1500, "exact"),
    "ما لا يزيد عن ٥٠٠": (500, "up_to"),
    "خمسة آلاف": (5000, "exact"),
    "نصف مليون": (500_000, "exact"),
    "نیم میلیون": (500_000, "exact"),
    "یک و نیم میلیون": (1_500_000, "exact"),
    "بیش از هزار": (1000, "over"),
    "une centaine": (100, "about"),
    "plus d'une centaine": (100, "over"),
    "plus d’un millier": (1000, "over"),
    "jusqu'à 500": (500, "up_to"),
    "un demi-million": (500_000, "exact"),
    "deux mille cinq cents": (2500, "exact"),
    "deux millions et demi": (2_500_000, "exact"),
    "soixante-dix": (70, "exact"),
    "quatre-vingt-dix-sept": (97, "exact"),
    "vingt et un": (21, "exact"),
}
VAGUE = {
    "several hundred": 200,
    "a few thousand": 2000,
    "a couple of dozen": 24,
    "tens of thousands": 20_000,
    "more than several hundred": 200,
    "несколько сотен": 200,
    "десятки тысяч": 20_000,
    "пара сотен": 200,
    "چند صد": 200,
    "چندین هزار": 2000,
    "quelques centaines": 200,
    "عدة مئات": 200,
    "بضعة آلاف": 2000,
}


def checked(**cells: str) -> tuple[pd.Series, list[str], list[str]]:
    row = {"actor": "ISKP", "text": "Seen", "places": "Kunduz", "unit": "fighters"} | cells
    raw = pd.DataFrame({name: [value] for name, value in row.items()}).assign(file="a.csv", row=2)
    claims, errors, warnings = validate_claims(raw)
    return claims.iloc[0], [str(one) for one in errors], [str(one) for one in warnings]


@pytest.mark.parametrize(("text", "read"), READ.items())
def test_numbers_in_words(text: str, read: tuple[float, str]) -> None:
    value, modifier = read
    assert parse_quantity(text) == Quantity(value, None, None, modifier)


@pytest.mark.parametrize(("text", "floor"), VAGUE.items())
def test_a_vague_number_surely_leaves_two_of_what_it_counts(text: str, floor: float) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert caught.value.suggestions == (f"at least {floor}",)
    claim, errors, warnings = checked(value=text)
    assert not errors
    assert claim[["value", "modifier", "low", "high"]].tolist() == [
        *(floor, "at_least", floor, math.inf)
    ]
    assert any(f"read as 'at least {floor:,}'" in warning for warning in warnings)


@pytest.mark.parametrize(("text", "words"), {
    "dozens": "'at least 24'", "сотни": "'at least 200'", "صدها": "'at least 200'",
    "up to several hundred": "no figure holds", "many": "no figure holds",
    "half": "no figure holds", "thousand five": "1005 or as 1500", "a thousand five": "1005",
}.items())  # fmt: skip
def test_amounts_that_are_refused_for_what_they_are(text: str, words: str) -> None:
    with pytest.raises(QuantityError, match=words):
        parse_quantity(text)
    assert checked(value=text)[1]


@pytest.mark.parametrize(
    ("text", "ends", "column", "said"),
    [
        ("at least about 500", (450, math.inf), "value_low", "at least about 500 fighters"),
        ("не менее примерно 500", (450, math.inf), "value_low", "at least about 500 fighters"),
        ("more than ~500", (450, math.inf), "value_low", "over about 500 fighters"),
        ("up to around 4,000", (0, 4400), "value_high", "up to about 4,000 fighters"),
    ],
)
def test_a_bound_that_is_about_keeps_its_tolerance(
    text: str, ends: tuple[float, float], column: str, said: str
) -> None:
    claim, errors, warnings = checked(value=text)
    assert not errors
    assert (claim["low"], claim["high"]) == ends
    assert any("itself about" in warning and column in warning for warning in warnings)
    figure = [claim[name] for name in ("value", "value_low", "value_high", "modifier", "unit")]
    assert in_words(*figure) == said
    # What is written is read again as it was, without a second warning.
    again = {
        name: str(claim[name])
        for name in ("value", "value_low", "value_high", "modifier")
        if pd.notna(claim[name])
    }
    claim, errors, warnings = checked(**again)
    assert not errors
    assert (claim["low"], claim["high"]) == ends
    assert not any("itself about" in warning for warning in warnings)


@pytest.mark.parametrize("text", ["2023-24", "2023–24", "2023/24"])
@pytest.mark.parametrize("column", ["stated", "as_of"])
def test_two_years_are_no_winter(text: str, column: str) -> None:
    _, errors, _ = checked(**{column: text})
    assert len(errors) == 1
    assert "2023/2024" in errors[0]


def test_spans_of_years_and_seasons() -> None:
    for text in ("2019–23", "2023/25"):
        with pytest.raises(DateError) as caught:
            parse_date(text)
        assert "/20" in caught.value.suggestions[0]
    assert not checked(stated="2023-21")[1]


def faults_of(*rows: dict[str, str]) -> list[str]:
    base = {
        "actor": "ISKP", "text": "Seen", "places": "Kunduz", "value": "400", "unit": "fighters",
        "kind": "strength", "outlet": "TASS", "stated": "2023", "extent": "each",
    }  # fmt: skip
    report = check_claims(pd.DataFrame([base | row for row in rows]))
    assert report.ok
    return [str(fault) for fault in report.warnings]


@pytest.mark.parametrize(
    ("whole", "part", "warned"),
    [
        ({}, {"value": "900"}, True),
        ({"value": "up to 400"}, {"value": "over 900"}, True),
        ({"value": "over 400"}, {"value": "900"}, False),
        ({}, {"value": "up to 900"}, False),
        ({"value": "about 400"}, {"value": "430"}, False),
        ({"value": "about 400"}, {"value": "450"}, True),
        ({}, {"value": "900", "unit": "camps"}, False),
        ({"unit": "fighters and family members"}, {"value": "900"}, True),
        ({"extent": "each", "places": "Kunduz; Takhar"}, {"value": "700"}, False),
        ({}, {"places": "Kunduz; Takhar", "value": "300"}, True),
        ({}, {"value": "400"}, False),
    ],
)
def test_a_part_that_is_larger_than_its_whole(
    whole: dict[str, str], part: dict[str, str], warned: bool
) -> None:
    told = faults_of({"claim_id": "a", **whole}, {"claim_id": "b", "part_of": "a", **part})
    assert any("the whole, 'a'" in line for line in told) == warned


def test_a_joint_total_over_one_place() -> None:
    assert any("over one place" in line for line in faults_of({"extent": "joint"}))
    for places in ("Kunduz; Takhar", "northern Afghanistan"):
        told = faults_of({"extent": "joint", "places": places})
        assert not any("over one place" in line for line in told)


def test_rows_that_say_the_same_under_other_ids() -> None:
    told = faults_of({"claim_id": "a"}, {"claim_id": "x", "value": "7"}, {"claim_id": "b"})
    assert len(told) == 1
    assert "<frame>:3: claim_id: the row says the same as <frame>:1" in told[0]
    assert len(faults_of({"claim_id": "a"}, {})) == 1
    assert len(faults_of({}, {})) == 1
    assert not faults_of({"claim_id": "a"}, {"claim_id": "b", "origin_id": "a"})
    assert not faults_of({"claim_id": "a"}, {"claim_id": "b", "stated": "2022"})
