"""Signs that nobody sees are taken out of texts, and told; what Persian needs stays."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.check import check_claims
from geodata.report import Report
from geodata.validate.controls import without_controls

pytestmark = pytest.mark.second_tier

BASE = {
    "actor": "ISKP", "text": "Seen", "kind": "presence", "places": "Kunar",
    "country": "Afghanistan", "speaker": "UN", "reported": "2026-02-01",
}  # fmt: skip
NU = "\u202eNU"


def checked(**cells: str) -> Report:
    return check_claims(pd.DataFrame([BASE | cells]))


def test_an_override_turns_no_speaker_round() -> None:
    report = checked(speaker=NU)
    assert report.claims[["speaker", "source"]].iloc[0].tolist() == ["NU", "NU"]
    assert [(one.row, one.column, one.value, one.message) for one in report.warnings] == [
        (1, "speaker", NU, r"'\u202eNU' holds U+202E, which turns the text round: removed")
    ]


@pytest.mark.parametrize(
    ("text", "clean", "told"),
    [
        ("a\u202ab\u202c", "ab", "U+202A, U+202C, which turn the text round"),
        ("a\u2066b\u2069", "ab", "U+2066, U+2069, which turn the text round"),
        ("a\x07b\x9fc\x7f", "abc", "U+0007, U+009F, U+007F, which cannot be seen"),
        ("a\x0bb", "a b", "U+000B, which cannot be seen"),
        ("\x1b[2Ja", "[2Ja", "U+001B, which cannot be seen"),
        ("\u202aa\x01\x02\x03\x04b", "ab", "U+202A, U+0001, U+0002, U+0003 and 1 more, which"),
    ],
)
def test_signs_are_removed_with_one_warning_a_cell(text: str, clean: str, told: str) -> None:
    report = checked(text=text)
    assert report.claims["text"].tolist() == [clean]
    (warning,) = report.warnings
    assert told in warning.message
    assert warning.message.endswith(": removed")
    assert warning.message.isprintable()


@pytest.mark.parametrize(
    ("text", "read"),
    [("Ma\x92rib", "Ma’rib"), ("\x93No\x94", "“No”"), ("2010\x9612", "2010–12"),
     ("a\x92b\x07", "a’b")],
)  # fmt: skip
def test_marks_of_windows_are_read_as_what_they_were(text: str, read: str) -> None:
    report = checked(text=text)
    assert report.claims["text"].tolist() == [read]
    (warning,) = report.warnings
    assert warning.message.isprintable()


@pytest.mark.parametrize("text", ["می\u200cروند", "a\u200db", "\u200fالف\u200e", "a\tb\nc\r\nd"])
def test_joiners_marks_and_lines_stay(text: str) -> None:
    report = checked(text=text)
    assert (report.claims["text"].tolist(), report.warnings) == ([text], ())


def test_a_text_of_nothing_else_is_missing() -> None:
    report = checked(actor="\u202e\u202c")
    assert [fault.column for fault in report.errors] == ["actor"]


def test_codes_and_places_are_read_without_them() -> None:
    report = checked(kind="\u202dattack", places="Kun\u202car")
    assert report.ok
    assert report.claims["place_ids"].tolist() == [("AF-KNR",)]
    assert [fault.column for fault in report.warnings] == ["kind", "places"]


def test_the_frame_given_stays_as_it_is() -> None:
    raw = pd.DataFrame({"speaker": [NU, None]}, index=[7, 3])
    clean, held = without_controls(raw)
    assert raw["speaker"].tolist()[0] == NU
    assert clean.index.tolist() == [7, 3]
    assert clean["speaker"].isna().tolist() == [False, True]
    assert held["speaker"].tolist() == [True, False]


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_what_is_clean_stays_so(text: str) -> None:
    once, _ = without_controls(pd.DataFrame({"text": [text]}))
    twice, held = without_controls(once)
    assert twice["text"].tolist() == once["text"].tolist()
    assert not held
