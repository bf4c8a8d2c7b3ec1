from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import QuantityError
from geodata.schema import MODIFIERS
from geodata.text.modifiers import modifier_of, modifiers
from geodata.text.numerals import amount, normalise
from geodata.text.quantities import Quantity, in_words, parse_quantities, parse_quantity

EXACT = {
    "6,500": 6500,
    "6 500": 6500,
    "6\u00a0500": 6500,  # no-break space
    "6\u2009500": 6500,  # thin space
    "6\u202f500": 6500,  # narrow no-break space
    "6'500": 6500,
    "1.234.567": 1234567,
    "1.234.567,5": 1234567.5,
    "1,234.56": 1234.56,
    "1,50,000": 150000,  # as in South Asia
    "2 lakh": 200000,
    "6.5": 6.5,
    "6.5k": 6500,
    "6.5K": 6500,
    "23 thousand": 23000,
    "1.2 million": 1200000,
    "1,5 million": 1500000,
    "1.250 million": 1250000,
    "1 million 200 thousand": 1200000,
    "۶۵۰۰": 6500,
    "٦٥٠٠": 6500,
    "۶٬۵۰۰": 6500,
    "۶٫۵": 6.5,
    "６５００": 6500,
    "0": 0,
    "0.500": 0.5,
    "eight": 8,
    "Twenty": 20,
    "twenty-five": 25,
    "two hundred and fifty": 250,
    "two hundred thousand": 200000,
    "a thousand": 1000,
    "6,5 тыс.": 6500,
    "восемь": 8,
    "две тысячи пятьсот": 2500,
    "دو هزار و پنجصد": 2500,
    "بیست و پنج": 25,
    "1,000.": 1000,
}

QUALIFIED = {
    "about": [
        "~23,000",
        "≈ 23 000",
        "nearly 23,000",
        "around 23,000",
        "some 23,000",
        "c. 23,000",
        "approximately 23,000",
        "circa 23000",
        "about 23k",
        "около 23 тыс.",
        "примерно 23 000",
        "حدود ۲۳۰۰۰",
        "تقریباً ۲۳۰۰۰",
        "شاوخوا ۲۳۰۰۰",
        "حوالي ٢٣٠٠٠",
        "23,000 or so",
    ],
    "up_to": [
        "up to 23,000",
        "fewer than 23,000",
        "does not exceed 23,000",
        "max. 23,000",
        "≤23,000",
        "<23,000",
        "at most 23 thousand",
        "до 23 тысяч",
        "не более 23000",
        "تا ۲۳۰۰۰",
        "حداکثر ۲۳۰۰۰",
        "تر ۲۳۰۰۰ پورې",
        "up to about 23,000",
    ],
    "over": [
        "over 23,000",
        "more than 23,000",
        ">23,000",
        "in excess of 23k",
        "свыше 23 000",
        "более 23 тыс.",
        "بیش از ۲۳۰۰۰",
        "له ۲۳۰۰۰ څخه ډېر",
        "أكثر من ٢٣٠٠٠",
    ],
    "at_least": [
        "at least 23,000",
        "≥ 23,000",
        "23,000+",
        "23,000 or more",
        "no fewer than 23k",
        "не менее 23 000",
        "دست\u200cکم ۲۳۰۰۰",
        "دست کم ۲۳۰۰۰",
        "حداقل ۲۳۰۰۰",
        "لږ تر لږه ۲۳۰۰۰",
    ],
    "exact": ["exactly 23,000", "ровно 23000", "23,000"],
}

RANGES = {
    "4,000–6,000": (4000, 6000, "between"),
    "4,000 — 6,000": (4000, 6000, "between"),
    "4000-6000": (4000, 6000, "between"),
    "50-60": (50, 60, "between"),
    "between 4,000 and 6,000": (4000, 6000, "between"),
    "from 50 to 60": (50, 60, "between"),
    "6,000 to 6,500": (6000, 6500, "between"),
    "about 50 to 60": (50, 60, "about"),
    "15-20 thousand": (15000, 20000, "between"),
    "15 thousand to 20 thousand": (15000, 20000, "between"),
    "500 to 1 million": (500, 1000000, "between"),
    "1.250-1.500 million": (1250000, 1500000, "between"),
    "fifty-sixty": (50, 60, "between"),
    "between two hundred and fifty and three hundred": (250, 300, "between"),
    "от 50 до 60": (50, 60, "between"),
    "от 15 до 20 тысяч": (15000, 20000, "between"),
    "از ۵۰ تا ۶۰": (50, 60, "between"),
    "۵۰ تا ۶۰": (50, 60, "between"),
    "بین ۴۰۰ و ۶۰۰": (400, 600, "between"),
    "له ۵۰ تر ۶۰ پورې": (50, 60, "between"),
    "بين ٤٠٠ و٦٠٠": (400, 600, "between"),
}

REFUSED = {
    "6.500": "can be read as 6500 or as 6.5",
    "1,250 million": "can be read as 1250 or as 1.250",
    "4–6,000": "write both numbers in full",
    "several hundred": "leave the value empty and keep the words in `text`",
    "dozens": "leave the value empty",
    "hundreds of thousands": "leave the value empty",
    "несколько сотен": "leave the value empty",
    "ده‌ها": "leave the value empty",
    "-5": "is negative",
    "about −5": "is negative",
    "NaN": "leave the cell empty",
    "inf": "for an open end write",
    "∞": "for an open end write",
    "50%": "is a share",
    "۵۰٪": "is a share",
    "50 percent": "is a share",
    "$500": "has a currency",
    "500 €": "has a currency",
    "4,000 fighters": "write what is counted in `unit`",
    "6-4": "runs backwards",
    "up to 50-60": "puts a bound on a range",
    "at least up to 5": "qualifies its number in two ways",
    "exactly about 5": "qualifies its number in two ways",
    "6²": "no plain digit",
    "½": "no plain digit",
    "50 60": "grouped in no known way",
    "1,2,3": "grouped in no known way",
    "12345,678": "grouped in no known way",
    "1e5": "scientific notation",
    "9" * 30: "is larger than",
    "9" * 300: "too long",
    "five twenty": "is not a number",
    "six thousand thousand": "is not a number",
    "over": "is not a number",
    "": "leave the cell empty",
    "=1+1": "holds more than a number",
    "<script>": "is not a number",
}


Outcome = Quantity | tuple[str, tuple[str, ...]]


def read_alone(text: str) -> Outcome:
    try:
        return parse_quantity(text)
    except QuantityError as error:
        return str(error), error.suggestions


def read_row(row: pd.Series) -> Outcome:
    if pd.notna(row["error"]):
        assert row[["value", "value_low", "value_high", "modifier"]].isna().all()
        return row["error"], row["suggestions"]
    assert row["suggestions"] == ()
    value, low, high = (
        None if pd.isna(row[name]) else float(row[name])
        for name in ("value", "value_low", "value_high")
    )
    return Quantity(value, low, high, row["modifier"])


@pytest.mark.parametrize(("text", "value"), EXACT.items())
def test_a_bare_number_is_exact(text: str, value: float) -> None:
    assert parse_quantity(text) == Quantity(value, None, None, "exact")


@pytest.mark.parametrize(
    ("text", "modifier"), [(text, code) for code, texts in QUALIFIED.items() for text in texts]
)
def test_words_become_modifiers(text: str, modifier: str) -> None:
    assert parse_quantity(text) == Quantity(23000.0, None, None, modifier)


@pytest.mark.parametrize(("text", "ends"), RANGES.items())
def test_ranges(text: str, ends: tuple[float, float, str]) -> None:
    low, high, modifier = ends
    assert parse_quantity(text) == Quantity(None, low, high, modifier)


@pytest.mark.parametrize(("text", "words"), REFUSED.items())
def test_what_is_no_count_is_refused_with_a_remedy(text: str, words: str) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_an_ambiguous_number_comes_with_both_readings() -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity("over 6.500")
    assert caught.value.suggestions == ("6500", "6.5")


def test_up_to_eight_is_up_to() -> None:
    assert parse_quantity("up to eight") == Quantity(8.0, None, None, "up_to")


@pytest.mark.parametrize(
    ("word", "modifier"),
    [
        ("Nearly", "about"),
        ("up_to", "up_to"),
        ("UP TO", "up_to"),
        ("or more", "at_least"),
        ("свыше", "over"),
        ("حدود", "about"),
        ("sort of", None),
        ("½", None),
        ("", None),
    ],
)
def test_modifier_of_a_word(word: str, modifier: str | None) -> None:
    assert modifier_of(word) == modifier


def test_the_table_of_modifiers_holds_codes_only() -> None:
    table = modifiers()
    assert set(table.by_word.values()) == set(MODIFIERS)
    assert {modifier for _, _, modifier in table.around} <= set(MODIFIERS)


def test_a_column_keeps_its_index_and_agrees_with_single_texts() -> None:
    texts = [*EXACT, *RANGES, *REFUSED, *(text for group in QUALIFIED.values() for text in group)]
    index = pd.Index(range(100, 100 + 2 * len(texts)), name="claim")
    frame = parse_quantities(pd.Series([*texts, *texts], index=index, dtype="str"))
    pd.testing.assert_index_equal(frame.index, index)
    assert frame.columns.tolist() == [
        *("value", "value_low", "value_high", "modifier", "error", "suggestions")
    ]
    for text, (_, row) in zip(texts, frame.iterrows(), strict=False):
        assert read_row(row) == read_alone(text)


def test_missing_stays_missing() -> None:
    frame = parse_quantities(pd.Series([None, "5", np.nan], index=[7, 8, 9], dtype="str"))
    assert frame["value"].tolist()[1] == 5
    assert frame["value"].isna().tolist() == [True, False, True]
    assert frame["modifier"].isna().tolist() == [True, False, True]
    assert frame["error"].isna().all()
    assert parse_quantities(pd.Series([], dtype="str")).empty


def test_the_input_is_left_alone() -> None:
    texts = pd.Series(["over 5", None], dtype="str")
    before = texts.copy()
    parse_quantities(texts)
    pd.testing.assert_series_equal(texts, before)


@given(st.integers(0, 10**11))
def test_every_way_to_group_gives_the_same_number(number: int) -> None:
    forms = [str(number), f"{number:,}", f"{number:,}".replace(",", "\u202f")]
    if number >= 10**6:
        forms.append(f"{number:,}".replace(",", "."))
    forms.append(str(number).translate({48 + i: chr(0x6F0 + i) for i in range(10)}))
    assert {parse_quantity(form).value for form in forms} == {number}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_ranges_keep_their_ends(first: int, second: int) -> None:
    low, high = sorted((first, second))
    assert parse_quantity(f"{low}–{high}") == Quantity(None, low, high, "between")


@given(st.text(max_size=220))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        quantity = parse_quantity(text)
    except QuantityError:
        return
    numbers = [n for n in (quantity.value, quantity.low, quantity.high) if n is not None]
    assert numbers
    assert all(0 <= number < math.inf for number in numbers)
    assert quantity.modifier in MODIFIERS


@given(st.text(alphabet="0123456789., -–~+k تاو", max_size=20))
def test_a_column_reads_as_single_texts_do(text: str) -> None:
    row = parse_quantities(pd.Series([text], dtype="str")).iloc[0]
    assert read_row(row) == read_alone(text)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        once = normalise(text)
    except QuantityError:
        return
    assert normalise(once) == once


def test_a_scale_may_stand_alone_only_outside_ranges() -> None:
    assert amount("thousand") == 1000
    assert amount("thousand", scale_alone=False) is None


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ((4000, None, None, "up_to", "fighters"), "up to 4,000 fighters"),
        ((6500, math.nan, math.nan, "about", "fighters"), "about 6,500 fighters"),
        ((None, 15000, 20000, "between", "militants"), "15,000 to 20,000 militants"),
        ((math.nan, 50, 60, "about", "militants"), "about 50 to 60 militants"),
        ((None, 50, None, None, "men"), "at least 50 men"),
        ((None, None, 60, None, "men"), "up to 60 men"),
        ((40, 50, 60, "exact", "men"), "40 men"),
        ((1000, None, None, "over", "madrassas"), "over 1,000 madrassas"),
        ((46, None, None, "at_least", "fatalities"), "at least 46 fatalities"),
        ((7000, None, None, "exact", None), "7,000"),
        ((6.5, None, None, "exact", math.nan), "6.5"),
        ((0, None, None, "exact", "camps"), "0 camps"),
        ((None, None, None, None, "camps"), ""),
        ((math.nan, pd.NA, math.nan, math.nan, math.nan), ""),
    ],
)
def test_in_words(figures: tuple[object, ...], words: str) -> None:
    assert in_words(*figures) == words  # type: ignore[arg-type] # NaN and NA as frames hold them
