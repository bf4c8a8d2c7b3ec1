from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.schema import UNSPECIFIED_ACTOR
from geodata.text.actors import (
    doubtful_actors,
    fold,
    resolve_actor,
    resolve_actors,
    split_names,
    unit_families,
)

CLAIMS = Path(__file__).parents[1].parent / "shared" / "data" / "reported_claims.csv"

KNOWN = {
    "ISKP": "ISKP|ISIS-K|ISIL-K|IS-KP|Daesh Khorasan|Islamic State (Wilayat Khorasan)",
    "TTP": "TTP|Pakistani Taliban|Tehrik-i-Taliban Pakistan|Tehreek-e Taliban Pakistan|ТТП",
    "Taliban": "Taliban|The Taliban|TALIBAN|Талибан|طالبان|Islamic Emirate of Afghanistan",
    "Al-Qaeda": "al Qaeda|Al-Qaida|al-Qa'ida|al-Qaʼida|القاعدة|القاعده|Аль-Каида",
    "ETIM": "ETIM/TIP|TIP|East Turkistan Islamic Movement|Turkistan Islamic Party|ИДВТ",
    "Jamaat Ansarullah": "Jamaat Ansarullah|Jamoat Ansorulloh|Tajik Taliban|Джамаат Ансаруллах",
    "Islamic State": "Daesh|ISIL|ISIS|IS|داعش|ИГИЛ|Islamic State (ISIS)",
    "Haqqani Network": "Haqqani network|شبکه حقانی|شبكة حقاني|Сеть Хаккани",
    "IMU": "Islamic Movement of Uzbekistan|ИДУ",
    "Pakistani foreign fighters": "Pakistani foreign fighters",
    UNSPECIFIED_ACTOR: "Unspecified armed groups|unspecified armed groups",
    "HTS": "Hay'at Tahrir al-Sham|Jabhat al-Nusra|هيئة تحرير الشام",
    "Al-Shabaab": "al-Shabab|Harakat al-Shabaab al-Mujahideen",
    "JNIM": "Jama'at Nusrat al-Islam wal-Muslimin|GSIM",
    "Houthis": "Ansar Allah|الحوثيون",
}


@pytest.mark.parametrize(
    ("name", "actor"),
    [(name, actor) for actor, names in KNOWN.items() for name in names.split("|")],
)
def test_names_of_known_actors(name: str, actor: str) -> None:
    assert resolve_actor(name) == actor


@pytest.mark.parametrize(
    "name", ["Pakistani Taliban", "Tehrik-i-Taliban Pakistan", "Tajik Taliban", "Punjabi Taliban"]
)
def test_no_other_taliban_is_the_taliban(name: str) -> None:
    assert resolve_actor(name) not in {None, "Taliban"}


@pytest.mark.parametrize(
    "name",
    [
        "Tehrik-e Taliban",
        "Taliban (Haqqani)",
        "Islamic State (Unit 7)",
        "ISI",
        "Talibanised youth",
        "",
        "—",
    ],
)
def test_what_the_table_does_not_know_is_not_guessed(name: str) -> None:
    assert resolve_actor(name) is None


def test_two_names_of_one_actor_are_that_actor() -> None:
    assert resolve_actor("Tehrik-i-Taliban Pakistan (TTP)") == "TTP"
    assert resolve_actor("Al-Qaida / AQ") == "Al-Qaeda"


def test_a_column_becomes_tuples_with_the_index_kept() -> None:
    names = pd.Series(
        ["Al-Qaeda; TTP", "Group  5; group-5", "GROUP 5", None, " ; ", "ISIS-K;ISKP"],
        index=pd.Index([9, 8, 7, 6, 5, 4], name="claim"),
        dtype="str",
    )
    before = names.copy()
    actors = resolve_actors(names)
    assert actors.tolist() == [
        ("Al-Qaeda", "TTP"),
        ("Group 5",),
        ("Group 5",),
        (),
        (),
        ("ISKP",),
    ]
    pd.testing.assert_index_equal(actors.index, names.index)
    pd.testing.assert_series_equal(names, before)


def test_near_names_and_other_separators_are_doubtful() -> None:
    cells = ["Jamaat Ansarulah", "Al-Qaeda, TTP", "TTP and ETIM", "Group 5", "TTP", "TTX"]
    doubts = doubtful_actors(pd.Series(cells, dtype="str"))
    assert {cell: suggestions for cell, (_, suggestions) in doubts.items()} == {
        "Jamaat Ansarulah": ("Jamaat Ansarullah",),
        "Al-Qaeda, TTP": ("Al-Qaeda; TTP",),
        "TTP and ETIM": ("TTP; ETIM",),
    }
    assert "actor of its own" in doubts["Jamaat Ansarulah"][0]


def test_no_alias_names_two_actors_and_every_actor_names_itself() -> None:
    path = files("geodata") / "data" / "actors.csv"
    with path.open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False)
    assert table.columns.tolist() == ["actor", "alias", "lang"]
    assert set(table["lang"]) <= {"en", "ru", "fa", "ps", "ar"}
    actors = table.groupby(table["alias"].map(fold))["actor"].unique()
    assert actors[actors.map(len) > 1].to_dict() == {}
    assert all(resolve_actor(actor) == actor for actor in table["actor"].unique())


def test_no_unit_has_two_families() -> None:
    path = files("geodata") / "data" / "units.csv"
    with path.open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype="str", keep_default_na=False)
    families = table.groupby(table["unit"].map(fold))["family"].unique()
    assert families[families.map(len) > 1].to_dict() == {}
    assert unit_families(table["family"]).tolist() == table["family"].tolist()


@pytest.mark.parametrize(
    ("unit", "family"),
    [
        ("Militants", "fighters"),
        ("members", "fighters"),
        ("combatants", "fighters"),
        ("боевиков", "fighters"),
        ("جنگ‌جویان", "fighters"),
        ("fighters and family members", "fighters and family members"),
        ("members killed", "members killed"),
        ("foreign fighters", "foreign fighters"),
        ("killed", "fatalities"),
        ("deaths", "fatalities"),
        ("killed and wounded", "killed and wounded"),
        ("casualties", "killed and wounded"),
        ("training camps", "camps"),
        ("bases", "bases"),
        ("Training Centers", "training centres"),
        ("madrasas", "madrassas"),
        ("Attack  Drones", "attack drones"),
    ],
)
def test_unit_families(unit: str, family: str) -> None:
    assert unit_families(pd.Series([unit], index=[4], dtype="str")).to_dict() == {4: family}


def test_a_missing_unit_stays_missing() -> None:
    families = unit_families(pd.Series([None, "camps"], dtype="str"))
    assert families.isna().tolist() == [True, False]
    assert families.dtype == "str"


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_for_names_with_letters(name: str) -> None:
    key = fold(name)
    if key.isalnum() and not key.startswith("the"):
        assert fold(key) == key


@given(st.sampled_from(sorted({n for names in KNOWN.values() for n in names.split("|")})))
def test_case_and_hyphens_do_not_count(name: str) -> None:
    assert fold(name.upper().replace("-", " ")) == fold(name)


@given(st.text(max_size=60))
def test_any_cell_gives_actors_without_repeats(cell: str) -> None:
    actors = resolve_actors(pd.Series([cell], dtype="str")).iloc[0]
    assert len(set(actors)) == len(actors) <= len(split_names(cell))


@pytest.mark.skipif(not CLAIMS.exists(), reason="the shared data are not here")
def test_every_actor_of_the_reported_claims_is_known() -> None:
    names = pd.read_csv(CLAIMS, dtype="str")["actor"]
    assert {actor for actors in resolve_actors(names) for actor in actors} == {
        *("Al-Qaeda", "ETIM", "ISKP", "Jamaat Ansarullah", "Pakistani foreign fighters"),
        *("TTP", "Taliban", UNSPECIFIED_ACTOR),
    }
    assert doubtful_actors(names) == {}
