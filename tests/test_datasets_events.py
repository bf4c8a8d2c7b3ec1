"""ACLED and GTD: precision and doubt are kept, and nothing is filled in."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

from geodata.check import check_claims
from geodata.io.datasets.acled import iso_day
from geodata.schema import UNSPECIFIED_ACTOR
from geodata.text.actors import resolve_actors

DATA = Path(__file__).parent / "data"


def by_id(name: str) -> pd.DataFrame:
    report = check_claims(DATA / name)
    assert report.errors == ()
    return report.claims.set_index("claim_id")


@pytest.fixture(scope="module")
def acled() -> pd.DataFrame:
    return by_id("acled.csv")


@pytest.fixture(scope="module")
def gtd() -> pd.DataFrame:
    return by_id("gtd.csv")


def test_names_behind_their_acronyms_are_known() -> None:
    names = pd.Series(
        ["NRF: National Resistance Front", "Unidentified Armed Group (Afghanistan)",
         "TTP: Tehreek-i-Taliban Pakistan", "Islamic State (Afghanistan)",
         "XYZ: National Resistance Front", "TTP: National Resistance Front",
         "Statement: Taliban and allies"]
    )  # fmt: skip
    assert [found[0] for found in resolve_actors(names)] == [
        "NRF", UNSPECIFIED_ACTOR, "TTP", "ISKP", "NRF", "TTP: National Resistance Front",
        "Statement: Taliban and allies",
    ]  # fmt: skip
    claims = check_claims(DATA / "acled.csv").claims
    assert claims["actor_ids"].iloc[0][0] == "NRF"
    assert claims["actor"].iloc[0].startswith("NRF: National Resistance Front")


def test_acled_sources_are_tellings_of_one_origin(acled: pd.DataFrame) -> None:
    assert acled.index.tolist() == [
        "acled-AFG101", "acled-AFG101-2", "acled-AFG102", "acled-AFG103",
    ]  # fmt: skip
    assert acled["outlet"].tolist() == ["Amu TV", "Twitter", "8am", "Ariana News"]
    assert acled["origin_id"].tolist()[:2] == ["acled-AFG101"] * 2
    assert acled["value"].fillna(-1).tolist() == [3, -1, 1, 0]


def test_acled_geo_precision_becomes_where_precision(acled: pd.DataFrame) -> None:
    assert acled["where_precision"].tolist() == [1, 1, 2, 5]


def test_acled_time_precision_becomes_edtf(acled: pd.DataFrame) -> None:
    assert acled["as_of"].tolist() == ["2023-02-14", "2023-02-14", "2023-02-15~", "2023-03"]


def test_acled_reports_lie_between_event_and_upload(acled: pd.DataFrame) -> None:
    assert acled.loc["acled-AFG101", "reported"] == "2023-02-14/2023-02-21"
    assert acled.loc["acled-AFG101", "reported_last"] == pd.Timestamp("2023-02-21")


def test_acled_civilians_are_no_actors_and_protests_no_attacks(acled: pd.DataFrame) -> None:
    assert acled.loc["acled-AFG102", "actor"] == "Unidentified Armed Group (Afghanistan)"
    assert acled.loc["acled-AFG103", "kind"] == "assessment"
    assert acled.loc["acled-AFG101", "kind"] == "attack"


def test_acled_source_scale_is_kept(acled: pd.DataFrame) -> None:
    assert "source-scale National-New media" in str(acled.loc["acled-AFG101", "tags"])


def test_acled_answer_of_the_web_service_is_read() -> None:
    claims = by_id("acled.json")
    assert claims["kind"].tolist() == ["infrastructure"]
    assert claims["row"].tolist() == [1]
    assert claims["reported"].tolist() == ["2023-03-05/2023-03-14"]


def test_acled_without_timestamp_is_visible_the_day_after_and_says_so() -> None:
    frame = pd.read_csv(DATA / "acled.csv", dtype="str").drop(columns="timestamp")
    report = check_claims(frame)
    claims = report.claims.set_index("claim_id")
    assert claims.loc["acled-AFG101", "reported"] == "2023-02-15"  # happened on the 14th
    assert claims["tags"].str.endswith("; reported-inferred").all()
    assert (claims["reported_last"] - claims["as_of_last"] == pd.Timedelta(days=1)).all()
    told = [(f.row, f.message[:8]) for f in report.warnings if f.column == "reported"]
    assert told == [(None, "4 of 4 c")]


def test_gtd_without_citations_is_visible_the_day_after() -> None:
    frame = pd.read_csv(DATA / "gtd.csv", dtype="str").drop(columns=["scite1", "scite2", "scite3"])
    claims = check_claims(frame).claims
    assert (claims["reported_last"] - claims["as_of_last"] == pd.Timedelta(days=1)).all()
    assert claims["tags"].str.contains("reported-inferred").all()


def test_acled_precision_that_is_no_code_is_vague() -> None:
    text = (DATA / "acled.csv").read_text(encoding="utf-8").replace(",68.8681,2,", ",68.8681,9,")
    report = check_claims(io.BytesIO(text.encode()), format="csv")
    assert report.claims.set_index("claim_id").loc["acled-AFG102", "where_precision"] == 5
    assert [f.value for f in report.warnings if f.column == "geo_precision"] == ["9"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 March 2023", "2023-03-01"),
        ("01-Mar-2023", "2023-03-01"),
        ("2023-03-01T00:00:00", "2023-03-01"),
        ("1 Ma 2023", "1 Ma 2023"),
        ("yesterday", "yesterday"),
    ],
)
def test_days_of_acled(text: str, day: str) -> None:
    assert iso_day(text) == day


def test_gtd_citations_are_tellings(gtd: pd.DataFrame) -> None:
    tellings = gtd.loc[["gtd-201501010001", "gtd-201501010001-2"]]
    assert tellings["outlet"].tolist() == ["Pajhwok Afghan News", "Tolo News"]
    assert tellings["reported"].tolist() == ["2015-01-04", "2015-01-05"]
    assert tellings["title"].tolist() == ["Two killed in Kabul blast", "Police: bomb kills two"]
    assert tellings["value"].fillna(-1).tolist() == [2, -1]


def test_gtd_unknown_perpetrator_is_unspecified(gtd: pd.DataFrame) -> None:
    assert gtd.loc["gtd-201501010001", "actor"] == "Unspecified armed groups"
    assert gtd.loc["gtd-201502020002", "actor"] == "Taliban; Haqqani Network"


def test_gtd_doubts_are_tags_and_no_admiralty_code(gtd: pd.DataFrame) -> None:
    assert "doubtterr-1" in str(gtd.loc["gtd-201501010001", "tags"])
    assert "perpetrator-suspected" in str(gtd.loc["gtd-201502020002", "tags"])
    assert gtd["credibility"].isna().all()


def test_gtd_dates_end_where_knowledge_does(gtd: pd.DataFrame) -> None:
    assert gtd.loc["gtd-201501010001", "as_of"] == "2015-01"
    assert "approximate-date" in str(gtd.loc["gtd-201501010001", "tags"])
    assert gtd.loc["gtd-201502020002", "as_of"] == "2015-02-02"


def test_gtd_specificity_becomes_where_precision(gtd: pd.DataFrame) -> None:
    assert gtd["where_precision"].fillna(0).tolist() == [1, 1, 4, 0]
    assert gtd.loc["gtd-201503030003", "extent"] == "nationwide"


def test_gtd_unknown_numbers_are_no_figure(gtd: pd.DataFrame) -> None:
    assert gtd.loc[["gtd-201502020002", "gtd-201503030003"], "value"].isna().all()


def test_gtd_without_coordinates_says_why_it_has_no_province() -> None:
    told = [f for f in check_claims(DATA / "gtd.csv").warnings if f.row == 4]
    assert [fault.message for fault in told] == [
        "the data set gives no coordinates: the event counts for the country alone"
    ]


def gtd_row(**cells: str | None) -> pd.DataFrame:
    return pd.read_csv(DATA / "gtd.csv", dtype="str").iloc[[0]].assign(**cells)


@pytest.mark.parametrize(
    ("name", "country"),
    [("West Bank and Gaza Strip", "PSE"), ("Northern Ireland", "GBR"), ("Rhodesia", "ZWE"),
     ("West Germany (FRG)", "DEU"), ("Democratic Republic of Congo", "COD"),
     ("Republic of Congo", "COG"), ("Macedonia, FYR", "MKD")],
)  # fmt: skip
def test_names_of_countries_that_only_data_sets_use(name: str, country: str) -> None:
    report = check_claims(gtd_row(country_txt=name, latitude="", longitude="", provstate=""))
    assert report.errors == ()
    assert set(report.claims["country"]) == {country}


def test_a_state_that_broke_up_is_somewhere_among_its_heirs() -> None:
    row = gtd_row(country_txt="Czechoslovakia", latitude="", longitude="", provstate="")
    report = check_claims(row)
    assert report.errors == ()
    assert report.claims["place_ids"].tolist() == [("CZE", "SVK")] * 2
    assert set(report.claims["extent"]) == {"within"}
    placed = check_claims(gtd_row(country_txt="Yugoslavia", latitude="44.8", longitude="20.4"))
    assert placed.errors == ()
    assert len(placed.claims) == 2


def test_an_incident_without_coordinates_counts_in_its_province() -> None:
    report = check_claims(gtd_row(latitude="", longitude="", provstate="Kunduz"))
    assert report.claims["place_ids"].tolist() == [("AF-KDZ",)] * 2
    assert set(report.claims["extent"]) == {"each"}


@pytest.mark.parametrize("damaged", ["1.97E+11", "2.01501E+11"])
def test_an_id_that_excel_has_shortened_is_named(damaged: str) -> None:
    [fault] = check_claims(gtd_row(eventid=damaged)).errors
    assert (fault.column, fault.value) == ("eventid", damaged)
    assert "Excel" in fault.message


@pytest.mark.parametrize(
    ("file", "name", "column"),
    [("gtd.csv", "GTD", "specificity"), ("acled.csv", "ACLED", "geo_precision"),
     ("ucdp_ged.csv", "UCDP GED", "where_prec")],
)  # fmt: skip
def test_a_near_miss_is_named(file: str, name: str, column: str) -> None:
    frame = pd.read_csv(DATA / file, dtype="str").drop(columns=column)
    [fault] = check_claims(frame).errors
    assert fault.message.startswith(f"this looks like {name}, but lacks '{column}'")
