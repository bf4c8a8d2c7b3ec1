"""Names, codes, scripts and regions lead to the places that they mean, or say why not."""

from __future__ import annotations

import csv
import re
import time
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata.errors import PlaceError
from geodata.places.builtin import builtin_boundaries
from geodata.places.gazetteer import Gazetteer, tables
from geodata.places.gazetteer.vague import READINGS, REFUSED, builtin_vague_names
from geodata.schema import CRS
from geodata.text.folding import fold_name

ROOT = Path(__file__).parents[1]
CLAIMS = ROOT.parent / "shared" / "data" / "reported_claims.csv"
UCDP = ROOT.parent / "shared" / "data" / "ucdp_ged_v19.1_syria.csv.gz"


@pytest.fixture(scope="module")
def known() -> Gazetteer:
    return Gazetteer.builtin()


def failure(known: Gazetteer, name: str, country: str | None = None) -> PlaceError:
    with pytest.raises(PlaceError) as caught:
        known.resolve(name, country=country)
    return caught.value


# --- names ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "names"),
    [
        (
            "AF-KDZ",
            "Kunduz; Qunduz; Kondoz; Qonduz; Kundoz; کندز; قندز; کندوز; Кундуз; Қундуз; Kunduz "
            "Province; Province of Kunduz; kunduz; KUNDUZ; ولایت کندز; провинция Кундуз; Qunduz "
            "viloyati; AF-KDZ; af-kdz; AF_KDZ; af.kdz",
        ),
        ("AF-PIA", "Paktia; Paktya; Paktiya; Пактия; پکتیا; Paktia Province"),
        ("AF-PKA", "Paktika; Пактика; پکتیکا"),
        ("AF-NAN", "Nangarhar; Ningarhar; Nangahar; ننگرهار; ننګرهار; Нангархар"),
        ("AF-PAN", "Panjshir; Panjsher; پنجشیر; Панджшер; Панҷшер"),
        ("AF-DAY", "Daykundi; Daikundi; دایکندی"),
        ("AF-SAR", "Sar-e Pol; Sari Pul; Sar-i-Pul; سرپل; Сари-Пуль"),
        ("AF-HEL", "Helmand; Hilmand; هلمند; Гильменд"),
        ("AF-GHA", "Ghazni; Gazni; غزنی; Газни"),
        ("AF-KAN", "Kandahar; Qandahar; قندهار; AF_KAN"),
        ("TJ-GB", "Gorno-Badakhshan; GBAO; ГБАО; Kuhistoni Badakhshon; Горно-Бадахшан"),
        ("TJ-GB", "Gorno-Badakhshan Autonomous Oblast; Горно-Бадахшанская автономная область"),
        ("TJ-SU", "Sughd; Leninabad; Согдийская область; Суғд"),
        ("TJ-RA", "Districts of Republican Subordination; РРП; DRS"),
        ("PK-KP", "Khyber Pakhtunkhwa; NWFP; FATA; F.A.T.A.; خیبر پختونخوا; KPK; PK-TA"),
        ("IQ-KI", "Kirkuk; At-Ta'mim"),
        ("UZ-SU", "Surkhandarya; Surxondaryo; Сурхандарьинская область"),
        ("RU-DA", "Dagestan; Republic of Dagestan; Дагестан"),
        ("SY-DY", "Deir ez-Zor; Deir Ezzor; Dayr az Zawr; Dayr Az Zawr Governorate"),
        ("SY-HI", "Homs; Homs Governorate; حمص"),
        ("KZ-71", "Astana; Nur-Sultan"),
        ("AFG", "Afghanistan; AFG; Афганистан; افغانستان"),
    ],
)
def test_spellings_lead_to_the_place(known: Gazetteer, place: str, names: str) -> None:
    for name in names.split("; "):
        assert known.resolve(name).place_ids == (place,), name


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("AF-KDZ", "code"),
        ("Kunduz", "name"),
        ("Кундуз", "alias"),
        ("Ningarhar", "spelling"),
        ("Leninabad", "former"),
        ("northern Afghanistan", "region"),
        ("Afghanistan", "country"),
    ],
)
def test_the_match_says_how_and_why(known: Gazetteer, name: str, how: str) -> None:
    match = known.resolve(name)
    assert match.how == how
    assert match.query == name
    assert match.warning is None
    assert match.reason.endswith(".")
    assert (match.region is not None) == (how == "region")


def test_every_place_is_found_by_its_id(known: Gazetteer) -> None:
    wrong = [p for p in tables.builtin_units() if known.resolve(p).place_ids != (p,)]
    assert wrong == []


def test_every_place_is_found_by_its_name_or_is_a_homonym(known: Gazetteer) -> None:
    lost = []
    for unit in tables.builtin_units().values():
        try:
            found = known.resolve(unit.name, country=unit.country).place_ids
        except PlaceError as error:
            found = error.suggestions
        # A unit that bears its country's name is that country.
        if unit.place_id not in found and found != (unit.country,):
            lost.append(unit.place_id)
    # Names of two letters are never matched: Ha in Bhutan, Ig in Slovenia.
    assert lost == ["BT-13", "SI-037"]


def test_afghan_provinces_are_found_in_their_own_scripts(known: Gazetteer) -> None:
    own = {unit.place_id for unit in tables.builtin_units().values()}
    afghan = sorted(place for place in own if place.startswith("AF-"))
    for place in afghan:
        scripts = {name[0] for name in known.names(place)}
        assert any("а" <= first.casefold() <= "я" for first in scripts), place
        assert any("\u0600" <= first <= "\u06ff" for first in scripts), place


# --- homonyms ------------------------------------------------------------------


def test_a_homonym_needs_a_country_and_says_so(known: Gazetteer) -> None:
    error = failure(known, "Badakhshan")
    assert error.suggestions == ("AF-BDS", "TJ-GB")
    assert "AF-BDS Badakhshan (AFG)" in str(error)
    assert "give the country" in str(error)
    assert known.resolve("Badakhshan", country="AFG").place_ids == ("AF-BDS",)
    assert known.resolve("Badakhshan", country="TJK").place_ids == ("TJ-GB",)
    assert failure(known, "Badakhshan", "AFG; TJK").suggestions == ("AF-BDS", "TJ-GB")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Badakhshan, Afghanistan", "AF-BDS"),
        ("Badakhshan Province (Afghanistan)", "AF-BDS"),
        ("Бадахшан (Таджикистан)", "TJ-GB"),
    ],
)
def test_a_name_may_say_its_country(known: Gazetteer, name: str, place: str) -> None:
    match = known.resolve(name)
    assert (match.query, match.place_ids) == (name, (place,))
    assert "no place in" in str(failure(known, "Kunduz, Tajikistan"))
    assert "is no known place" in str(failure(known, "Kunduz, Tajikistan", "AFG"))


def test_a_country_and_a_unit_of_another_are_homonyms(known: Gazetteer) -> None:
    assert failure(known, "Georgia").suggestions == ("US-GA", "GEO")
    assert known.resolve("Georgia", country="USA").place_ids == ("US-GA",)
    assert known.resolve("Georgia", country="GEO").place_ids == ("GEO",)


@pytest.mark.parametrize(
    ("plain", "places", "told"),
    [
        (
            "Tashkent",
            ("UZ-TK", "UZ-TO"),
            {"Tashkent City": "UZ-TK", "Tashkent Region": "UZ-TO", "Toshkent viloyati": "UZ-TO"},
        ),
        ("Moscow", ("RU-MOS", "RU-MOW"), {"Moscow Oblast": "RU-MOS", "Moscow city": "RU-MOW"}),
        ("Almaty", ("KZ-19", "KZ-75"), {"Almaty City": "KZ-75", "Almaty oblysy": "KZ-19"}),
        ("Altai", ("RU-AL", "RU-ALT"), {"Altai Krai": "RU-ALT", "Altai Republic": "RU-AL"}),
        ("Минск", ("BY-HM", "BY-MI"), {"город Минск": "BY-HM", "Минская область": "BY-MI"}),
    ],
)
def test_the_kind_of_unit_tells_homonyms_of_one_country_apart(
    known: Gazetteer, plain: str, places: tuple[str, ...], told: dict[str, str]
) -> None:
    error = failure(known, plain)
    assert error.suggestions == places
    assert "kind of unit" in str(error)
    for name, place in told.items():
        assert known.resolve(name).place_ids == (place,), name


def test_a_place_in_another_country_is_told(known: Gazetteer) -> None:
    error = failure(known, "Kunduz", "TJK")
    assert str(error).startswith("'Kunduz' is no place in Tajikistan; it is Kunduz (AF-KDZ")
    assert error.suggestions == ("AF-KDZ",)
    assert "no place in Tajikistan" in str(failure(known, "AF-KDZ", "TJK"))


def test_three_letters_may_be_a_code_or_a_name(known: Gazetteer) -> None:
    assert known.resolve("EST").place_ids == ("EST",)
    assert known.resolve("Est", country="CMR").place_ids == ("CM-ES",)


# --- names of many meanings ------------------------------------------------------


def test_a_part_of_africa_is_no_region_of_burkina_faso(known: Gazetteer) -> None:
    error = failure(known, "Sahel")
    assert "leads to no one place" in str(error)
    assert "give the country" in str(error)
    assert "Sahel (BF-12)" in str(error)
    assert known.resolve("Sahel", country="BFA").region == "BF-12"
    assert "give the country" not in str(failure(known, "Сахель", "MLI"))


def test_kurdistan_needs_a_country(known: Gazetteer) -> None:
    for name in ("Kurdistan", "Kurdistan Region", "کردستان", "Курдистан"):
        assert failure(known, name).suggestions == ("IR-12", "IQ-KR"), name
    assert known.resolve("Kurdistan", country="IRN").place_ids == ("IR-12",)
    assert known.resolve("Kurdistan Region", country="IRQ").region == "IQ-KR"


@pytest.mark.parametrize(
    ("name", "country", "told"),
    [
        ("Golan Heights", None, "Northern District"),
        ("الجولان", "SYR", "Northern District"),
        ("Abyei", "SDN", "South Kordofan"),
        ("Central Asia", None, "Tajikistan (TJK)"),
        ("Korea", None, "North Korea (PRK)"),
        ("Карабах", "AZE", "no outline of its own"),
        ("Azerbaijan", "IRN", "East Azerbaijan (IR-03, Iran)"),
        ("Kashmir", None, "Azad Kashmir (PK-JK, Pakistan)"),
    ],
)
def test_what_has_no_outline_says_why(
    known: Gazetteer, name: str, country: str | None, told: str
) -> None:
    assert told in str(failure(known, name, country))


@pytest.mark.parametrize(
    ("name", "place", "told"),
    [
        ("Balochistan", "PK-BA", "reach into Iran"),
        ("Turkestan", "KZ-61", "East Turkestan"),
        ("Congo", "COG", "Kinshasa"),
        ("Tripoli", "LY-TB", "Lebanon"),
    ],
)
def test_the_usual_meaning_is_told_where_no_country_says_it(
    known: Gazetteer, name: str, place: str, told: str
) -> None:
    match = known.resolve(name)
    assert match.place_ids == (place,)
    assert told in str(match.warning)
    assert known.resolve(name, country=known.country_of(place)).warning is None


def test_a_unit_does_not_hide_a_region_of_that_name_in_another_country(known: Gazetteer) -> None:
    assert failure(known, "Southwest").suggestions == ("CM-SW", "BF-13")
    assert known.resolve("Southwest", country="BFA").region == "BF-13"


def test_regions_of_whole_units_are_their_units(known: Gazetteer) -> None:
    assert known.resolve("Darfur").region == "r-SDN-darfur"
    assert len(known.resolve("Дарфур").place_ids) == 5
    assert known.resolve("Zanzibar").region == "r-TZA-zanzibar"


def test_a_users_own_unit_bears_its_name(known: Gazetteer) -> None:
    mine = gpd.GeoDataFrame(
        {"place_id": ["x-mine-golan"], "name": ["Golan"], "level": 1, "country": "SYR"},
        geometry=[box(35, 32, 36, 33)],
        crs=CRS,
    ).assign(parent="SYR")
    assert known.with_boundaries(mine).resolve("Golan").place_ids == ("x-mine-golan",)


def test_the_table_of_vague_names_holds(known: Gazetteer) -> None:
    names = builtin_vague_names()
    assert {name.reading for name in names.values()} <= set(READINGS)
    for key, name in names.items():
        assert name.meaning, key
        assert all(known.index.named(place) for place in name.instead), key
        if name.reading not in REFUSED:
            assert known.resolve(key).place_ids == name.instead[:1], key


# --- Russian and Ukrainian adjectives --------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Кундузская область", "AF-KDZ"),
        ("Кундузской провинции", "AF-KDZ"),
        ("Кундузька провінція", "AF-KDZ"),
        ("Нангархарская", "AF-NAN"),
        ("Кабульская провинция", "AF-KAB"),
        ("Газнийская провинция", "AF-GHA"),
        ("Пактийская провинция", "AF-PIA"),
        ("Пактикская провинция", "AF-PKA"),
        ("Сари-Пульская провинция", "AF-SAR"),
        ("Хатлонская область", "TJ-KT"),
        ("Хатлонська область", "TJ-KT"),
        ("Согдийской области", "TJ-SU"),
        ("Донецкой области", "UA-14"),
        ("Омской области", "RU-OMS"),
        ("Московская область", "RU-MOS"),
        ("د کندز ولایت", "AF-KDZ"),
    ],
)
def test_an_adjective_is_the_place_that_it_is_made_of(
    known: Gazetteer, name: str, place: str
) -> None:
    match = known.resolve(name)
    assert match.place_ids == (place,)
    assert match.warning is None


def test_an_adjective_of_two_places_is_a_homonym(known: Gazetteer) -> None:
    assert failure(known, "Бадахшанская провинция").suggestions == ("AF-BDS", "TJ-GB")
    assert known.resolve("Бадахшанская провинция", country="AFG").place_ids == ("AF-BDS",)


@pytest.mark.parametrize("name", ["Баглансская", "ская", "Русская", "Советская область"])
def test_an_adjective_that_is_no_places_is_unknown(known: Gazetteer, name: str) -> None:
    assert "is no known place" in str(failure(known, name))


def test_every_afghan_province_has_its_adjective(known: Gazetteer) -> None:
    tried = 0
    table = tables.builtin_spellings()
    for place in (p for p in tables.builtin_units() if p.startswith("AF-")):
        names = [s.name for s in table.of_place(place) if s.how in ("name", "alias")]
        for noun in (n for n in names if n.isalpha() and n[-1] in "бвгдзклмнпрстфх"):
            tried += 1
            assert known.resolve(f"{noun}ская провинция", country="AFG").place_ids == (place,)
    assert tried > 30


# --- unknown names -------------------------------------------------------------


@pytest.mark.parametrize("name", ["Kundduz", "Badakhshannn", "Paktiaa", "Helmandd"])
def test_what_is_near_is_suggested_and_never_taken(known: Gazetteer, name: str) -> None:
    error = failure(known, name, "AFG")
    assert "Did you mean" in str(error)
    nearest = known.resolve(error.suggestions[0], country="AFG").place_ids
    assert nearest[0].startswith("AF-")


def test_a_misspelt_paktia_is_not_paktika(known: Gazetteer) -> None:
    assert failure(known, "Paktiaa", "AFG").suggestions[:2] == ("Paktia", "Paktika")


@pytest.mark.parametrize("name", ["US", "AF", "KP", "af", "Xyzzyqqq"])
def test_short_tokens_and_nonsense_match_nothing(known: Gazetteer, name: str) -> None:
    assert "is no known place" in str(failure(known, name))


@pytest.mark.parametrize("name", ["", "   ", "?!", "\u200c", "\ud800"])
def test_a_text_without_letters_is_no_name(known: Gazetteer, name: str) -> None:
    assert "holds no name" in str(failure(known, name))


@settings(deadline=None)  # the first look for what is near takes longer than the rest
@given(st.text(max_size=12), st.sampled_from([None, "AFG", "TJK", "XXX"]))
def test_any_text_resolves_or_raises_a_place_error(text: str, country: str | None) -> None:
    known = Gazetteer.builtin()
    try:
        found = known.resolve(text, country=country).place_ids
    except PlaceError as error:
        found = (str(error),)
    assert all(found)
    assert found


def test_a_hostile_text_is_refused_at_once(known: Gazetteer) -> None:
    for text in ("x" * 100_000, ", Afghanistan" * 5_000, "(" * 50_000, "й\u0306" * 20_000):
        start = time.process_time()
        assert len(str(failure(known, text))) < 600
        assert time.process_time() - start < 2


# --- units without geometry, cities --------------------------------------------


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("KZ-10", "KZ-63"),
        ("Abai Region", "KZ-63"),
        ("Жетісу", "KZ-19"),
        ("Ulytau", "KZ-35"),
        ("Shymkent", "KZ-61"),
        ("Ashgabat", "TM-A"),
        ("KG-GO", "KG-O"),
        ("Osh City", "KG-O"),
        ("Butuan", "PH-AGN"),
        ("Tuzla", "BA-BIH"),
    ],
)
def test_a_unit_without_geometry_resolves_to_its_container_with_a_warning(
    known: Gazetteer, name: str, place: str
) -> None:
    match = known.resolve(name)
    assert match.place_ids == (place,)
    assert match.warning is not None
    assert "no geometry of its own" in match.warning


def test_a_city_stands_for_its_unit_with_a_warning(known: Gazetteer) -> None:
    match = known.resolve("Mazar-i-Sharif")
    assert match.place_ids == ("AF-BAL",)
    assert match.warning == "Mazar-i-Sharif is a city: placed in Balkh (AF-BAL, Afghanistan)"
    assert failure(known, "Jalalabad").suggestions == ("AF-NAN", "KG-J")
    assert known.resolve("Jalalabad", country="AFG").place_ids == ("AF-NAN",)


def test_a_unit_that_iso_lists_twice_is_the_country(known: Gazetteer) -> None:
    assert known.resolve("CN-HK").place_ids == ("HKG",)
    assert known.resolve("Hong Kong").place_ids == ("HKG",)
    assert known.resolve("Kosovo").place_ids == ("XKX",)


# --- regions -------------------------------------------------------------------

NORTH = ["AF-BAL", "AF-BDS", "AF-BGL", "AF-FYB", "AF-JOW", "AF-KDZ", "AF-SAM", "AF-SAR", "AF-TAK"]


@pytest.mark.parametrize(
    "name",
    ["northern Afghanistan", "north of Afghanistan", "Северный Афганистан", "شمال افغانستان"],
)
def test_a_region_is_its_members_and_says_why(known: Gazetteer, name: str) -> None:
    match = known.resolve(name, country="AFG")
    assert match.place_ids == tuple(NORTH)
    assert match.region == "r-AFG-north"
    region = known.region("r-AFG-north")
    assert region.members == match.place_ids
    assert region.reason in match.reason


def test_a_vague_region_needs_its_country(known: Gazetteer) -> None:
    assert known.resolve("the north", country="AFG").region == "r-AFG-north"
    assert known.resolve("Fergana Valley", country="UZB").region == "r-FERGANA"
    assert failure(known, "border with Afghanistan").suggestions


def test_a_unit_of_iso_made_of_places_is_a_region(known: Gazetteer) -> None:
    assert known.resolve("IQ-KR").place_ids == ("IQ-AR", "IQ-DA", "IQ-SU")


def test_regions_consist_of_places_and_tell_their_reason() -> None:
    units = tables.builtin_units()
    for region in tables.builtin_regions().values():
        assert region.members, region.id
        assert set(region.members) <= set(units), region.id
        assert region.reason, region.id
        if region.country:
            assert {units[place].country for place in region.members} == {region.country}


def test_the_provinces_of_border_regions_touch_the_neighbour() -> None:
    world = builtin_boundaries(countries=["AFG"]).set_index("place_id")
    neighbours = builtin_boundaries(level=0).set_index("place_id")
    regions = tables.builtin_regions()
    for name, iso3 in {"tajik": "TJK", "uzbek": "UZB", "turkmen": "TKM", "iran": "IRN"}.items():
        touching = world.index[world.touches(neighbours.geometry[iso3])]
        assert set(regions[f"r-AFG-{name}-border"].members) == set(touching), name


def test_an_unknown_region_is_refused(known: Gazetteer) -> None:
    with pytest.raises(PlaceError, match="'r-nowhere' is no region"):
        known.region("r-nowhere")


# --- countries -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("iso3", "names"),
    [
        ("AFG", "AFG; afg; AF; Afghanistan; افغانستان; Афганистан; Islamic Emirate of Afghanistan"),
        ("MMR", "Burma; Myanmar"),
        ("CIV", "Ivory Coast; Côte d'Ivoire; Cote d’Ivoire"),
        ("RUS", "Russia; Russian Federation; Россия; RU"),
        ("IRN", "Iran; Islamic Republic of Iran; ایران"),
        ("SYR", "Syria; Syrian Arab Republic; سوريا"),
        ("XKX", "Kosovo; XK; XKX"),
        ("COD", "DRC; DR Congo; Democratic Republic of the Congo"),
        ("COG", "Republic of the Congo"),
        ("TJK", "Tajikistan; Таджикистан; Тоҷикистон; تاجیکستان"),
        ("GBR", "UK; United Kingdom"),
        ("USA", "US; U.S.; USA; United States"),
        ("TUR", "Turkey; Türkiye"),
        ("KOR", "South Korea; Republic of Korea"),
        ("CHN", "China; People's Republic of China; 中国"),
    ],
)
def test_country_names_and_codes(known: Gazetteer, iso3: str, names: str) -> None:
    for name in names.split("; "):
        assert known.resolve_country(name) == iso3, name


def test_every_country_is_found_by_name_and_codes(known: Gazetteer) -> None:
    for unit in tables.builtin_units().values():
        if unit.level == 0:
            assert known.resolve_country(unit.name) == unit.place_id
            assert known.resolve_country(unit.place_id) == unit.place_id


def test_an_unknown_country_is_an_error_that_suggests(known: Gazetteer) -> None:
    with pytest.raises(PlaceError, match=r"no known country\. Did you mean") as caught:
        known.resolve_country("Tajikistn")
    assert caught.value.suggestions[0] == "Tajikistan"
    with pytest.raises(PlaceError, match="is no known country"):
        known.resolve_country("")


# --- a user's units ------------------------------------------------------------


def units_of(rows: Sequence[tuple[str, str, int, str, str | None]]) -> gpd.GeoDataFrame:
    columns = ["place_id", "name", "level", "country", "parent"]
    frame = gpd.pd.DataFrame(rows, columns=columns)
    boxes = [box(60 + i, 30, 61 + i, 31) for i in range(len(rows))]
    return gpd.GeoDataFrame(frame, geometry=boxes, crs=CRS)


def test_a_users_units_replace_those_of_their_country(known: Gazetteer) -> None:
    given = units_of(
        [
            ("AF-KDZ", "Qunduz wilayat", 1, "AFG", "AFG"),
            ("x-file-badakhshan", "Badakhshan", 1, "AFG", "AFG"),
            ("x-file-new-land", "New Land", 1, "AFG", "AFG"),
        ]
    )
    own = known.with_boundaries(given)
    assert own.resolve("Кундуз").place_ids == ("AF-KDZ",)
    assert own.resolve("New Land", country="AFG").place_ids == ("x-file-new-land",)
    # Another id takes over the spellings of the unit whose name it bears.
    assert own.resolve("Бадахшон", country="AFG").place_ids == ("x-file-badakhshan",)
    assert own.names("x-file-badakhshan")[0] == "Badakhshan"
    assert "Бадахшан" in own.names("x-file-badakhshan")
    with pytest.raises(PlaceError, match=r"AF-TAK.*not among the units of the boundaries given"):
        own.resolve("Takhar")
    assert own.resolve("TJ-GB").place_ids == ("TJ-GB",)
    assert known.resolve("Takhar").place_ids == ("AF-TAK",)  # the first is unchanged


def test_a_region_keeps_the_members_that_a_users_units_draw(known: Gazetteer) -> None:
    given = units_of([("AF-KDZ", "Kunduz", 1, "AFG", "AFG"), ("x-f-tk", "Takhar", 1, "AFG", "AFG")])
    match = known.with_boundaries(given).resolve("north-eastern Afghanistan")
    assert match.place_ids == ("AF-KDZ", "x-f-tk")
    assert match.warning is not None
    assert "AF-BDS, AF-BGL" in match.warning
    with pytest.raises(PlaceError, match="none of which is among the units"):
        known.with_boundaries(given).resolve("western Afghanistan")


def test_level_2_units_are_added(known: Gazetteer) -> None:
    given = units_of([("x-file-khanabad", "Khanabad", 2, "AFG", "AF-KDZ")])
    own = known.with_boundaries(given)
    assert own.resolve("Khanabad District").place_ids == ("x-file-khanabad",)
    assert own.resolve("Kunduz").place_ids == ("AF-KDZ",)
    assert own.country_of("x-file-khanabad") == "AFG"


def test_a_district_and_its_province_are_told_apart_by_their_kind(known: Gazetteer) -> None:
    own = known.with_boundaries(units_of([("AF1601", "Kunduz", 2, "AFG", "AF-KDZ")]))
    told = {"Kunduz District": "AF1601", "ولسوالی Kunduz": "AF1601", "Kunduz Province": "AF-KDZ",
            "ولایت Kunduz": "AF-KDZ", "AF1601": "AF1601"}  # fmt: skip
    for name, place in told.items():
        for country in (None, "AFG"):
            assert own.resolve(name, country=country).place_ids == (place,), name
    for name in ("Kunduz", "Kunduz City"):
        error = failure(own, name, "AFG")
        assert str(error).endswith(
            "write the kind of unit with the name ('Kunduz District' or 'Kunduz Province'), "
            "or the code"
        )
    assert known.resolve("Kunduz District").place_ids == ("AF-KDZ",)  # the one that is known


def test_only_names_that_lead_somewhere_are_advised(known: Gazetteer) -> None:
    twins = [("x-f-a", "Kunduz", 2, "AFG", "AF-KDZ"), ("x-f-b", "Kunduz", 2, "AFG", "AF-TAK")]
    own = known.with_boundaries(units_of(twins))
    assert str(failure(own, "Kunduz", "AFG")).endswith("name ('Kunduz Province'), or the code")
    rest = known.with_boundaries(units_of([(i, "Nowy", 2, "AFG", p) for i, _, _, _, p in twins]))
    assert str(failure(rest, "Nowy", "AFG")).endswith("; write the code")
    for plain in ("Tashkent", "Moscow", "Almaty", "Altai", "Минск"):
        error = failure(known, plain)
        advised = re.findall(r"'([^']+)'", str(error).partition("kind of unit")[2])
        assert [known.resolve(name).place_ids[0] for name in advised] == list(error.suggestions)


def test_a_unit_that_is_drawn_after_all_needs_no_container(known: Gazetteer) -> None:
    given = units_of(
        [
            ("KZ-10", "Abai", 1, "KAZ", "KAZ"),
            ("KZ-63", "East Kazakhstan", 1, "KAZ", "KAZ"),
        ]
    )
    match = known.with_boundaries(given).resolve("Абай")
    assert (match.place_ids, match.warning) == (("KZ-10",), None)


def test_the_builtin_units_given_by_a_user_change_nothing(known: Gazetteer) -> None:
    own = known.with_boundaries(builtin_boundaries(countries=["AFG"]))
    for name in ("Kunduz", "کندز", "Paktia", "northern Afghanistan", "Afghanistan", "Shymkent"):
        assert own.resolve(name) == known.resolve(name)


def test_country_and_names_of_unknown_ids_are_empty(known: Gazetteer) -> None:
    assert known.country_of("AF-KDZ") == "AFG"
    assert known.country_of("AFG") == "AFG"
    assert known.country_of("nowhere") is None
    assert known.names("nowhere") == ()
    assert known.names("AF-KDZ")[0] == "Kunduz"
    assert "AF" not in known.names("AFG")


# --- real data -----------------------------------------------------------------


@pytest.mark.skipif(not CLAIMS.exists(), reason="the shared claims are not here")
def test_all_places_of_the_reported_claims_resolve(known: Gazetteer) -> None:
    with CLAIMS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    expected = {"Paktia": "AF-PIA", "Ningarhar": "AF-NAN", "Кундуз": "AF-KDZ"}
    expected |= {"Gorno-Badakhshan": "TJ-GB", "Panjshir": "AF-PAN"}
    seen = set()
    for row in rows:
        country = known.resolve_country(row["country"]) if row["country"] else None
        for name in filter(None, (part.strip() for part in row["places"].split(";"))):
            match = known.resolve(name, country=country)
            assert match.warning is None
            assert expected.get(name, match.place_ids[0]) == match.place_ids[0]
            seen.add(name)
    assert set(expected) <= seen


@pytest.mark.skipif(not UCDP.exists(), reason="the shared events are not here")
def test_provinces_of_ucdp_resolve_to_where_the_events_are(known: Gazetteer) -> None:
    events = gpd.pd.read_csv(UCDP, usecols=["adm_1", "country", "latitude", "longitude"])
    shapes = builtin_boundaries(countries=["SYR"]).set_index("place_id").geometry
    for name, rows in events[events["country"] == "Syria"].groupby("adm_1"):
        place = known.resolve(str(name), country="SYR").place_ids[0]
        points = gpd.GeoSeries.from_xy(rows["longitude"], rows["latitude"], crs=CRS)
        assert points.within(shapes[place]).mean() > 0.5, name


# --- the tables ----------------------------------------------------------------


def test_keys_of_the_table_are_folded_as_queries_are() -> None:
    table = gpd.pd.read_parquet(ROOT / "geodata" / "data" / "names.parquet")
    units = table[~table["how"].isin(["country", "code"])].iloc[::50]
    folded = [fold_name(name) for name in units["name"]]
    assert [one.key for one in folded] == units["key"].tolist()
    assert [one.kind for one in folded] == units["kind"].tolist()
    assert set(table["how"]) == {
        "name", "alias", "spelling", "former", "capital", "country", "code"
    }  # fmt: skip


def test_paktika_does_not_bear_the_names_of_paktia(known: Gazetteer) -> None:
    assert not {"Paktya", "Paktiya", "Paktia"} & set(known.names("AF-PKA"))


def test_resolving_is_fast(known: Gazetteer) -> None:
    known.resolve("Kunduz")
    start = time.process_time()
    for _ in range(1000):
        known.resolve("Kunduz Province", country="AFG")
    assert time.process_time() - start < 1.0  # 1 ms each, on a busy machine too
