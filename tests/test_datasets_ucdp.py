"""UCDP GED: every event a claim or more, at its province or on a list that says why not."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest

from common import SHARED_DATA
from geodata.check import check_claims
from geodata.io.datasets import recognise
from geodata.io.read import read_raw
from geodata.io.write import write_claims
from geodata.places.builtin import builtin_boundaries
from geodata.report import Report
from geodata.views.join import join_claims

SAMPLE = Path(__file__).parent / "data" / "ucdp_ged.csv"
SYRIA = SHARED_DATA / "ucdp_ged_v19.1_syria.csv.gz"


@pytest.fixture(scope="module")
def report() -> Report:
    return check_claims(SAMPLE)


def claim(report: Report, claim_id: str) -> pd.Series:
    return report.claims[report.claims["claim_id"] == claim_id].iloc[0]


def test_events_become_claims_without_faults(report: Report) -> None:
    assert report.errors == ()
    assert report.claims["claim_id"].tolist() == [
        "ucdp-101", "ucdp-101-2", "ucdp-102", "ucdp-103", "ucdp-104",
    ]  # fmt: skip
    assert report.claims["row"].tolist() == [2, 2, 3, 4, 5]
    assert report.claims["origin_id"].nunique() == 4
    assert set(report.claims["kind"]) == {"attack"}
    assert set(report.claims["country"]) == {"SYR"}
    assert report.claims.index.equals(pd.RangeIndex(5))


def test_every_source_article_is_a_telling_with_outlet_day_and_headline(report: Report) -> None:
    first, second = claim(report, "ucdp-101"), claim(report, "ucdp-101-2")
    assert first[["outlet", "reported", "title"]].tolist() == [
        "SOHR", "2016-01-08", "Clashes; shelling near Ar Rastan",
    ]  # fmt: skip
    assert second[["outlet", "reported", "title"]].tolist() == [
        "Agence France Presse, Paris", "2016-01-09", "Four killed in Homs AU A. Writer",
    ]  # fmt: skip


def test_figures_stand_in_the_first_telling_alone(report: Report) -> None:
    first, second = claim(report, "ucdp-101"), claim(report, "ucdp-101-2")
    assert first[["value", "low", "high", "modifier", "unit"]].tolist() == [
        4.0, 3.0, 9.0, "about", "fatalities",
    ]  # fmt: skip
    assert second[["value", "low", "high"]].isna().all()
    assert "ucdp-101" in second["note"]


def test_equal_estimates_are_exact(report: Report) -> None:
    assert claim(report, "ucdp-102")[["value", "low", "high", "modifier"]].tolist() == [
        5.0, 5.0, 5.0, "exact",
    ]  # fmt: skip


def test_estimates_in_disorder_are_kept_and_doubted(report: Report) -> None:
    assert claim(report, "ucdp-103")[["value", "low", "high"]].tolist() == [3.0, 3.0, 3.0]
    assert "low 4, best 3, high 5" in claim(report, "ucdp-103")["note"]
    told = [fault for fault in report.warnings if fault.column == "best"]
    assert [(fault.row, fault.value) for fault in told] == [(4, "best 3, low 4, high 5")]


def test_dates_keep_their_precision(report: Report) -> None:
    assert claim(report, "ucdp-101")["as_of"] == "2016-01-06/2016-01-08"
    assert claim(report, "ucdp-102")["as_of"] == "2016-02-01"
    assert "date-prec-4" in claim(report, "ucdp-103")["tags"]


def test_civilians_are_no_actor(report: Report) -> None:
    assert claim(report, "ucdp-102")["actor"] == "IS"
    assert claim(report, "ucdp-101")["actor"] == "Government of Syria; Syrian insurgents"


def test_one_original_source_speaks_and_several_are_noted(report: Report) -> None:
    assert claim(report, "ucdp-102")["source"] == "Kurdish official"
    assert claim(report, "ucdp-103")["source"] == "SOHR"
    assert "SOHR, airwars" in claim(report, "ucdp-103")["note"]


def test_a_day_of_no_article_is_left_out(report: Report) -> None:
    found = claim(report, "ucdp-103")
    assert found["reported_last"] == found["as_of_last"] + pd.Timedelta(days=1)
    assert found["tags"].endswith("; reported-inferred")
    assert any(fault.value == "1753-01-01" for fault in report.warnings)


def test_unit_and_coordinates_that_disagree_are_both_told(report: Report) -> None:
    told = [str(fault) for fault in report.warnings if fault.row == 3]
    assert len(told) == 1
    assert "'Idlib Governorate'" in told[0]
    assert "'Aleppo' (SY-HL)" in told[0]


@pytest.mark.parametrize(("row", "code"), [(4, 6), (5, 5)])
def test_events_without_a_province_say_why(report: Report, row: int, code: int) -> None:
    told = [
        fault.message for fault in report.warnings if (fault.row, fault.column) == (row, "places")
    ]
    assert len(told) == 1
    assert told[0].startswith(f"where_precision {code}, ")


def test_precise_events_lie_in_the_province_of_their_point(report: Report) -> None:
    joined = join_claims(report.claims, builtin_boundaries(countries=["SYR"]))
    found = joined.set_index("claim_id")[["relation", "place_id"]]
    assert found.loc["ucdp-101"].tolist() == ["point", "SY-HI"]
    # where_prec 4: the point stands for the unit that is named, and lies beyond its border.
    assert found.loc["ucdp-102"].tolist() == ["each", "SY-ID"]
    assert found.loc["ucdp-103", "place_id"] == "SYR"
    assert found.loc["ucdp-104", "relation"] == "within"


# Masnaa is in Lebanon, by 0.03 degrees; the last point is the middle of the Golan.
@pytest.mark.parametrize(
    ("unit", "point", "precision", "place"),
    [
        ("Rif Dimashq Governorate", (33.70, 35.90), "1.0", "SY-RD"),
        ("", (33.70, 35.90), "1.0", "SY-RD"),  # close to the border: of the declared country
        ("Quneitra Governorate", (32.99, 35.72), "4.0", "SY-QU"),
        ("Quneitra Governorate", (32.80, 35.40), "2.0", "SY-QU"),
        ("Quneitra Governorate", (34.80, 36.70), "4.0", "SY-QU"),
        ("Nowhere Governorate", (34.80, 36.70), "4.0", "SY-HI"),
    ],
)
def test_no_event_counts_beyond_the_border_of_its_country(
    unit: str, point: tuple[float, float], precision: str, place: str
) -> None:
    rows = pd.read_csv(SAMPLE, dtype="str").iloc[[0]]
    latitude, longitude = map(str, point)
    row = rows.assign(adm_1=unit, latitude=latitude, longitude=longitude, where_prec=precision)
    report = check_claims(row)
    joined = join_claims(report.claims, builtin_boundaries())
    assert set(joined["place_id"]) == {place}
    assert not any("drawn where it lies" in fault.message for fault in report.warnings)


def test_a_unit_survives_being_written_and_read() -> None:
    claims = check_claims(SAMPLE).claims
    content = write_claims(claims, format="csv").content
    again = check_claims(io.BytesIO(content), format="csv").claims
    assert again["place_ids"].tolist() == claims["place_ids"].tolist()
    assert again["extent"].tolist() == claims["extent"].tolist()


def test_a_users_boundaries_are_compared_too() -> None:
    boundaries = builtin_boundaries(countries=["SYR"])
    told = [f.message for f in check_claims(SAMPLE, boundaries=boundaries).warnings if f.row == 3]
    assert any("SY-HL" in message for message in told)


def test_unknown_words_are_for_the_gate_to_tell() -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace(",34.802462,", ",north,")
    text = text.replace(",3.0,4.0,9.0", ",few,4.0,9.0")
    faults = check_claims(io.BytesIO(text.encode()), format="csv").errors
    assert {(fault.row, fault.column, fault.value) for fault in faults} == {
        (2, "latitude", "north"), (2, "value_low", "few"),
    }  # fmt: skip


def test_an_unknown_country_is_doubted_and_the_point_counts() -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace(",Syria,652.0", ",Ruritania,652.0")
    report = check_claims(io.BytesIO(text.encode()), format="csv")
    assert report.errors == ()
    assert report.claims["country"].isna().all()
    assert [fault.value for fault in report.warnings].count("Ruritania") == 4


def test_long_names_of_countries_are_known() -> None:
    text = SAMPLE.read_text(encoding="utf-8").replace(",Syria,652.0", ",Yemen (North Yemen),678.0")
    raw = read_raw(io.BytesIO(text.encode()), format="csv").frame
    assert set(raw["country"]) == {"YEM"}


def test_articles_of_old_versions_are_kept_whole() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    text = text.replace("Reuters,2016-02-02,Five civilians killed", "Reuters 2 February: five dead")
    found = claim(check_claims(io.BytesIO(text.encode()), format="csv"), "ucdp-102")
    assert found["outlet"] == "Reuters 2 February: five dead"
    assert found["reported"] == "2016-02-02"  # the day after the event


@pytest.mark.parametrize(
    ("text", "outlet", "reported"),
    [
        ("Xinhua 7 February 2016", "Xinhua", "2016-02-07"),
        ("Reuters, 7 Feb 2016", "Reuters", "2016-02-07"),
        ("AFP 2016-02-07", "AFP", "2016-02-07"),
        ("BBC Monitoring February 7th, 2016", "BBC Monitoring", "2016-02-07"),
        ("Daily Star 27.02.2016", "Daily Star", "2016-02-27"),
        ("AP 27/2/2016", "AP", "2016-02-27"),
        ("AP 7/3/2016", "AP 7/3/2016", "2016-02-02"),  # two readings are none
        ("A report of 2016", "A report of 2016", "2016-02-02"),
    ],
)
def test_days_of_old_articles_are_read_in_many_forms(text: str, outlet: str, reported: str) -> None:
    whole = SAMPLE.read_text(encoding="utf-8")
    whole = whole.replace("Reuters,2016-02-02,Five civilians killed", text)
    found = claim(check_claims(io.BytesIO(whole.encode()), format="csv"), "ucdp-102")
    assert found[["outlet", "reported"]].tolist() == [outlet, reported]


def test_old_articles_of_one_event_are_tellings_each() -> None:
    whole = SAMPLE.read_text(encoding="utf-8").replace(
        "Reuters,2016-02-02,Five civilians killed", "Xinhua 7 February 2016; AFP 5 February 2016"
    )
    claims = check_claims(io.BytesIO(whole.encode()), format="csv").claims
    told = claims[claims["origin_id"] == "ucdp-102"]
    assert told["outlet"].tolist() == ["AFP", "Xinhua"]
    assert told["value"].fillna(-1).tolist() == [5, -1]


def test_a_claims_table_is_never_taken_for_a_data_set() -> None:
    header = SAMPLE.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert recognise([*header, "actor", "text"]) is None


def test_two_events_of_one_id_are_told(tmp_path: Path) -> None:
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines))
    second = ["101", *rows[2][1:]]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([rows[0], rows[1], second, *rows[3:]])
    report = check_claims(io.BytesIO(buffer.getvalue().encode()), format="csv")
    assert "is the id of the claim at -:2 already" in report.errors[0].message


def test_a_frame_is_recognised_too() -> None:
    frame = pd.read_csv(SAMPLE)
    claims = check_claims(frame).claims
    assert claims["claim_id"].tolist()[:2] == ["ucdp-101", "ucdp-101-2"]
    assert claims["row"].tolist()[:2] == [1, 1]


# --- the whole of Syria --------------------------------------------------------------------------


@pytest.mark.second_tier
@pytest.mark.skipif(not SYRIA.exists(), reason="the real data lie beside the repository")
def test_syria_loads_whole() -> None:
    report = check_claims(SYRIA)
    assert report.errors == ()
    assert report.claims["origin_id"].nunique() == 16_566
    assert len(report.claims) == 21_137  # the entries of source_article
    first = report.claims[report.claims["claim_id"] == report.claims["origin_id"]]
    joined = join_claims(first, builtin_boundaries())
    assert len(joined) == 16_566
    assert set(joined["place_country"].dropna()) == {"SYR"}  # the only country that is declared
    named = joined["relation"] == "each"
    assert named.sum() == 620  # where_prec 4
    elsewhere = set(joined.loc[(joined["relation"] != "point") & ~named, "row"])
    listed = {fault.row for fault in report.warnings if "counts for" in fault.message}
    assert elsewhere == listed
    assert len(elsewhere) == 816
    disagree = [f for f in report.warnings if f.message.startswith("the data set says")]
    assert {(f.value, re.findall(r"\((\S+)\)", f.message)[0]) for f in disagree} >= {
        ("Hamah Governorate", "SY-ID"), ("Rif Dimashq Governorate", "SY-DI"),
    }  # fmt: skip
