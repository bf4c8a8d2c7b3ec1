from __future__ import annotations

from mapping.other_names import search_names


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
