from __future__ import annotations

import pytest

from geodata.places.gazetteer import Gazetteer
from geodata.places.gazetteer.search import is_found
from geodata.places.gazetteer.tables import builtin_units
from geodata.text.folding import search_form
from mapping.page.search_names import search_names


def test_names_that_the_search_finds_anyway_stay_behind() -> None:
    names = {"AF-KDZ": ["Kunduz Province", "KUNDUZ", "Qunduz", "Qunduz viloyati", "Кундуз"]}

    # A query is looked for word by word: "Kunduz Province" must be found, but "KUNDUZ" is.
    expected = ["Кундуз\nQunduz\nKunduz Province\nQunduz viloyati"]
    assert search_names([("AF-KDZ", "Kunduz")], names) == expected


def test_many_places_take_a_few_names_each_from_one_script_after_the_other() -> None:
    names = {"a": ["Aba", "Abba", "Аба", "ابا", "阿巴"], "b": []}

    first = search_names([("a", "Xa"), ("b", "Xb"), ("c", "Xc")], names, most=6)

    assert first == ["ابا\nАба\nAba", "", ""]
    assert search_names([("a", "Xa")], names, most=1) == ["ابا"]


@pytest.mark.parametrize(
    ("name", "others", "kept"),
    [
        # Dashes hold words together in a query: "pul e khumri" stands in no other name.
        ("Baghlan", ["Puli Khumri", "Pul e Khum", "Pul-e-Khumri"], "Pul-e-Khumri"),
        ("Badghis", ["Qala Naw i", "Qala-i-Naw"], "Qala-i-Naw"),
        # Nor do names that stand one after the other make a third.
        ("Balkh", ["Mazar", "Sharif Mazar i", "Mazar-i-Sharif"], "Mazar-i-Sharif"),
    ],
)
def test_a_name_with_dashes_stays_unless_it_is_found_whole(
    name: str, others: list[str], kept: str
) -> None:
    [text] = search_names([("x", name)], {"x": others})

    assert kept in text.split("\n")


def test_all_names_of_provinces_are_found_by_those_that_the_data_keep() -> None:
    known = Gazetteer.builtin()
    lands = ("AFG", "TJK", "PAK", "IRN", "SYR")
    places = {u.place_id: u.name for u in builtin_units().values() if u.country in lands}
    kept = known.search_names(places)

    texts = {
        place: search_form("\n".join([name, *(other for other, _ in kept[place])]))
        for place, name in places.items()
    }
    lost = [
        (place, name)
        for place, text in texts.items()
        for name in known.names(place)
        if not is_found(name, text)
    ]
    assert lost == []
