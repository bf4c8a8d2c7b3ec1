"""Folding: one key for the spellings of one name."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from geodata.text.folding import fold, fold_letters, fold_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kunduz Province", "kunduz"),
        ("KUNDŪZ", "Kunduz"),
        ("Province of Kunduz", "Kunduz"),
        ("Wilayat Kunduz", "Kunduz"),
        ("ولایت کندز", "کندز"),
        ("ولايت كندز", "کندز"),  # Arabic yeh and kaf
        ("د کندوز ولايت", "د کندوز"),
        ("Кундуз область", "кундуз"),
        ("Farg‘ona viloyati", "Farg'ona"),
        ("Fargʻona", "Fargona"),
        ("Sar-e Pol", "Sar e Pol"),
        ("F.A.T.A.", "FATA"),
        ("Homs Governorate", "Homs"),
        ("بد\u200cخش\u0640ان", "بدخشان"),  # joiner, kashida
        ("فَراه", "فراه"),  # vowel signs
        ("غزنۍ", "غزنی"),
        ("Gorno-Badakhshan Autonomous Region", "gorno badakhshan"),
        ("Артёмовск", "Артемовск"),
        ("İstanbul", "istanbul"),
        ("Iğdır", "igdir"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Горный", "Горныи"),  # й is no и with an ornament
        ("Paktia", "Paktika"),
        ("が", "か"),
        ("कि", "क"),
        ("한", "하"),
        ("North Khorasan", "Khorasan"),
    ],
)
def test_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_short_i_survives_composed_and_decomposed() -> None:
    assert fold("Й") == fold("И\u0306") == "й"


@pytest.mark.parametrize(
    ("text", "key", "kind"),
    [
        ("Tashkent City", "tashkent", "city"),
        ("Toshkent viloyati", "toshkent", "region"),
        ("Altai Republic", "altai", "republic"),
        ("Altai Krai", "altai", "territory"),
        ("Province", "province", ""),
        ("Republic of the Congo", "congo", "republic"),
        ("", "", ""),
        ("!?", "", ""),
    ],
)
def test_generic_words_leave_the_key_and_tell_the_kind(text: str, key: str, kind: str) -> None:
    assert (fold_name(text).key, fold_name(text).kind) == (key, kind)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_letters(fold_letters(text)) == fold_letters(text)


WORDS = st.sampled_from(["Province", "of", "the", "ولایت", "область", "Kunduz", "city", "й", "e"])


@given(st.lists(WORDS, max_size=6).map(" ".join))
def test_folding_generic_words_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdeабвгйиابتثکیقہ ", min_size=1))
def test_case_and_width_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(st.text(alphabet="abcdefgАБЙИ", min_size=1, max_size=12))
def test_generic_words_around_a_name_do_not_matter(name: str) -> None:
    assume(name.casefold() not in {"da", "de"})  # words that link a generic word to a name
    assert fold(f"{name} province") == fold(f"Province of {name}") == fold(name)
