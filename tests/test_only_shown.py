"""`--only-shown`: what the file holds of claims that the map does not show is nothing at all."""

from __future__ import annotations

import gzip
import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_packing import Packed, decoded91

from command import invoke
from common import claims
from geodata import schema
from geodata.check import read_claims
from geodata.errors import ArgumentError
from geodata.rules.dating import currency_at
from geodata.views.shown import is_shown, shown_claims
from mapping import explore
from mapping.claim_map import ClaimMap
from mapping.page.document import PageContent, PageFigure
from mapping.page.shown_units import OutsideWarning

DAY = "2023-06-30"
LATER, ELSEWHERE = "Zlater", "Zabroad"  # begin each cell of the claims that are left out


def marked(mark: str) -> dict[str, str]:
    """A claim whose every free cell holds a word that stands nowhere else."""
    cells = ("claim_id", "origin_id", "actor", "text", "quote", "unit", "speaker", "speaker_role",
             "affiliation", "outlet", "title", "tags", "note")  # fmt: skip
    links = {name: f"https://{mark}{name}.example/{mark}" for name in schema.URL_COLUMNS}
    return {
        **{name: f"{mark}{name}" for name in cells},
        **links,
        "kind": "strength",
        "lang": "wbl",
        "value": "7654321",
        "reliability": "E",
        "credibility": "5",
    }


# Shown, in the order of their reports; what is left out holds on to them in every way.
ROWS: list[dict[str, str]] = [
    {"claim_id": "first", "places": "Kunduz", "reported": "2022-01-01", "value": "500",
     "status": "retracted", "status_date": "2024-02-17", "part_of": f"{LATER}claim_id"},
    {"claim_id": "retold", "origin_id": f"{LATER}claim_id", "places": "Takhar",
     "reported": "2022-02-02", "value": "900", "note": "the earliest that is left"},
    {"claim_id": "again", "origin_id": f"{LATER}claim_id", "places": "Takhar",
     "reported": "2022-03-03", "value": "950"},
    {"claim_id": "denial", "kind": "denial", "country": "AFG", "reported": "2022-04-04",
     "denies": f"{LATER}claim_id; first; {ELSEWHERE}claim_id"},
    {"claim_id": "corrected", "country": "AFG", "reported": "2022-05-05", "status": "corrected",
     "status_date": "2025", "supersedes": f"{ELSEWHERE}claim_id"},
    {"claim_id": "undated", "places": "Herat"},
    {"claim_id": "gone", "places": "Balkh", "reported": "2022-06-06", "status": "superseded",
     "status_date": "2023-01-15"},
    {**marked(LATER), "origin_id": f"{LATER}claim_id", "places": "Nimroz", "country": "AFG",
     "stated": "2025-03-29", "reported": "2025-03-31", "as_of": "2025-03-27",
     "supersedes": "again", "status": "superseded", "status_date": "2025-12-13"},
    {**marked(ELSEWHERE), "origin_id": f"{ELSEWHERE}origin_id", "places": "Khatlon",
     "country": "TJK", "stated": "2021-08-19", "reported": "2021-08-21", "as_of": "2021-08-17"},
    {"claim_id": "Znational", "country": "Tajikistan", "reported": "2022-07-07",
     "text": "Znational text"},
    {"claim_id": "Zpoint", "latitude": "38.5613", "longitude": "68.7742", "text": "Zpoint text",
     "reported": "2022-08-08"},
]  # fmt: skip
DEFAULTS = {"actor": "ISKP", "kind": "strength", "text": "a statement", "unit": "fighters",
            "speaker": "UN", "outlet": "AP"}  # fmt: skip
KEPT = ["again", "corrected", "denial", "first", "gone", "retold", "undated"]
HIDDEN_DAYS = ("2024-02-17", "2025-03-29", "2025-03-31", "2025-03-27", "2025-12-13", "2021-08-19",
               "2021-08-21", "2021-08-17")  # fmt: skip


def table() -> pd.DataFrame:
    rows = pd.DataFrame([DEFAULTS | row for row in ROWS])
    figures = rows["value"].notna()
    rows["kind"] = rows["kind"].where(figures | (rows["kind"] == "denial"), "presence")
    rows["unit"] = rows["unit"].where(figures)
    return rows


def drawn(**options: Any) -> ClaimMap:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OutsideWarning)
        page = explore(read_claims(table()), as_of=DAY, countries="AFG", **options)
    assert isinstance(page, ClaimMap)
    return page


def content_of(page: ClaimMap) -> PageContent:
    figure = page.get_root()
    assert isinstance(figure, PageFigure)
    return figure.content


def unpacked(html: str) -> tuple[str, Packed]:
    """A page with each of its packed blocks opened, and the block of data."""
    blocks = {}
    for name in ("data", "geometry", "code"):
        found = re.search(rf'id="claimatlas-{name}">([^<]*)<', html)
        assert found
        blocks[name] = gzip.decompress(decoded91(found[1]))
    data = Packed(blocks["data"])
    return html + "".join(block.decode("latin-1") for block in blocks.values()), data


@pytest.fixture(scope="module")
def page() -> tuple[str, Packed]:
    return unpacked(drawn(only_shown=True).get_root().render())


# --- the bytes -------------------------------------------------------------------


def test_nothing_of_a_claim_that_is_left_out_stands_in_the_page(page: tuple[str, Packed]) -> None:
    text, data = page
    whole = text + json.dumps(data.header)
    assert sorted(filter(None, data.names(data.header["claims"]["columns"]["claim_id"]))) == KEPT
    for mark in (LATER, ELSEWHERE, "Znational", "Zpoint", "7654321", '"wbl"'):
        assert mark.casefold() not in whole.casefold(), mark
    assert [day for day in HIDDEN_DAYS if day in whole] == []


def test_no_day_of_a_claim_that_is_left_out_stands_in_the_data() -> None:
    hidden = {(pd.Timestamp(day) - pd.Timestamp(0)).days for day in HIDDEN_DAYS}

    def days(page: ClaimMap) -> set[int]:
        columns = content_of(page).payload.data["claims"]["columns"]
        found = [columns[name] for name in ("seen", "until", "true_of") if name in columns]
        spans = columns.get("suspended", {"c": []})["c"]
        return {day for column in found for day in column["v"] if day is not None} | set(spans)

    assert days(drawn()) & hidden
    assert not days(drawn(only_shown=True)) & hidden


def test_all_of_that_stands_in_a_page_that_nothing_is_left_out_of() -> None:
    text, data = unpacked(drawn().get_root().render())
    whole = text + json.dumps(data.header)
    for cell in (*schema.URL_COLUMNS, "text", "speaker", "note", "tags", "claim_id"):
        assert f"{LATER}{cell}" in whole
        assert f"{ELSEWHERE}{cell}" in whole


def test_a_notebook_and_the_saved_file_hold_no_more(tmp_path: Path) -> None:
    m = drawn(only_shown=True)
    m.save(tmp_path / "map.html")
    saved, _ = unpacked((tmp_path / "map.html").read_text(encoding="utf-8"))
    for text in (saved, m._repr_html_()):
        assert "Zlater" not in text
        assert "Zabroad" not in text


def test_the_page_counts_what_it_holds() -> None:
    content = content_of(drawn(only_shown=True))
    assert content.description.startswith("7 reported claims from 6 origins, as of 2023-06-30")
    assert content.payload.data["claims"]["n"] == len(content.rows) == len(KEPT)
    assert content.unshown == 0
    assert content.meta["listed_actors"] == ["ISKP"]
    assert content_of(drawn()).unshown == len(ROWS) - len(KEPT)


def test_the_command_leaves_out_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table().to_csv("claims.csv", index=False)
    options = ("--as-of", DAY, "--country", "AFG")

    told = invoke("build", "claims.csv", *options)
    cut = invoke("build", "claims.csv", "-o", "cut.html", *options, "--only-shown")

    assert (told.exit_code, cut.exit_code) == (0, 0)
    assert "map.html: 4 of 11 claims, which the map does not show on 2023-06-30" in told.stderr
    assert "cut.html: --only-shown left out 4 of 11 claims" in cut.stderr
    text, _ = unpacked(Path("cut.html").read_text(encoding="utf-8"))
    assert "Zlater" not in text
    assert "Zabroad" not in text


def test_a_build_that_shows_all_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table().head(1).drop(columns="part_of").to_csv("claims.csv", index=False)
    assert "only-shown" not in invoke("build", "claims.csv").stderr


def test_a_page_of_no_claims_is_refused() -> None:
    with pytest.raises(ArgumentError, match="none of 11 claims: none came out by 1999-12-31"):
        # The undated claim lies elsewhere.
        explore(table(), as_of="1999", countries="UZB", only_shown=True)


# --- the rows --------------------------------------------------------------------


def cut(*rows: dict[str, Any], as_of: str = DAY) -> pd.DataFrame:
    return shown_claims(claims(*rows), as_of=as_of).set_index("claim_id")


def test_statuses_are_those_of_the_day() -> None:
    shown = cut(
        {"claim_id": "later", "reported": "2022", "status": "retracted", "status_date": "2023"},
        {"claim_id": "by-then", "reported": "2022", "status": "retracted",
         "status_date": "2023-06-30"},
        {"claim_id": "followed", "reported": "2022", "status": "superseded"},
        {"claim_id": "never", "reported": "2022", "status": "superseded"},
        {"claim_id": "new", "reported": "2024", "supersedes": "followed"},
    )  # fmt: skip
    assert shown["status"].to_dict() == {
        "later": "current", "by-then": "retracted", "followed": "current", "never": "superseded",
    }  # fmt: skip
    assert shown.loc["later", ["status_date", "status_date_first", "status_date_last"]].isna().all()
    assert shown.loc["by-then", "status_date"] == "2023-06-30"


def test_what_is_kept_names_only_what_is_kept() -> None:
    known = read_claims(table())
    shown = shown_claims(known, as_of=DAY).set_index("claim_id")
    assert shown.loc[["retold", "again"], "origin_id"].tolist() == ["retold", "retold"]
    assert shown.loc["first", "part_of"] == "retold"  # the origin stays, under another name
    assert shown.loc["denial", "denies"] == f"retold; first; {ELSEWHERE}claim_id"


def test_a_name_that_tellings_share_stays_their_origin() -> None:
    shown = cut(
        {"claim_id": "a", "origin_id": "shared", "reported": "2022"},
        {"claim_id": "b", "origin_id": "shared", "reported": "2024"},
        {"claim_id": "c", "reported": "2022", "part_of": "shared"},
    )
    assert shown[["origin_id", "part_of"]].fillna("").to_numpy().tolist() == [
        ["shared", ""],
        ["c", "shared"],
    ]


def test_where_the_first_telling_is_left_out_the_earliest_that_is_left_stands() -> None:
    shown = cut(
        {"claim_id": "x", "origin_id": "first", "reported": "2022-03", "value": 2.0},
        {"claim_id": "y", "origin_id": "first", "reported": "2022-02", "value": 3.0},
        {"claim_id": "first", "reported": "2024", "value": 1.0},
    )
    at = currency_at(shown.reset_index(), DAY).set_index("claim_id")
    assert at["counts"].to_dict() == {"x": False, "y": True}
    assert set(at["origin_id"]) == {"y"}


def test_an_end_by_a_claim_of_another_country_lasts() -> None:
    known = claims(
        {"claim_id": "old", "country": "AFG", "reported": "2022-01"},
        {"claim_id": "new", "country": "TJK", "reported": "2022-07-01", "supersedes": "old"},
        {"claim_id": "first", "country": "TJK", "reported": "2022-01", "status": "retracted",
         "status_date": "2022-08-01"},
        {"claim_id": "retelling", "origin_id": "first", "country": "AFG", "reported": "2022-02"},
    )  # fmt: skip
    placed = known.assign(place_country=known["country"])

    shown = shown_claims(known, as_of=DAY, placed=placed, countries=frozenset({"AFG"}))

    assert shown[["claim_id", "origin_id", "status", "status_date"]].to_numpy().tolist() == [
        ["old", "old", "superseded", "2022-07-01"],
        ["retelling", "retelling", "retracted", "2022-08-01"],
    ]
    assert currency_at(shown, DAY)["current"].tolist() == [False, False]


def test_frames_are_not_changed_and_keep_their_index() -> None:
    known = read_claims(table()).set_axis(range(10, 21))
    before = known.copy(deep=True)
    shown = shown_claims(known, as_of=DAY)
    pd.testing.assert_frame_equal(known, before)
    assert shown.index.tolist() == known.index[is_shown(known, as_of=DAY)].tolist()
    assert shown.columns.tolist() == known.columns.tolist()
    assert (shown.dtypes == known.dtypes).all()


@pytest.mark.parametrize("seed", range(8))
def test_what_counts_on_the_day_is_what_counted_with_all_claims(seed: int) -> None:
    """Each statement told once: leaving out what nobody knew yet changes nothing on the day."""
    chance = np.random.default_rng(seed)
    years = [str(year) for year in range(2018, 2027)]
    rows = [
        {
            "reported": str(chance.choice(years)) if chance.random() < 0.9 else None,
            "as_of": str(chance.choice(years)),
            "outlet": str(chance.choice(["AP", "TASS"])),
            "place_ids": (str(chance.choice(["AF-KDZ", "AF-TAK"])),),
            "value": float(chance.integers(1, 9)),
            "status": str(chance.choice(["current", "current", "superseded", "retracted"])),
            "status_date": str(chance.choice(years)),
            "supersedes": f"c{chance.integers(1, at + 1)}"
            if at and chance.random() < 0.3
            else None,
        }
        for at in range(30)
    ]
    known = claims(*rows)
    with_all = currency_at(known, DAY).set_index("claim_id")
    alone = currency_at(shown_claims(known, as_of=DAY), DAY).set_index("claim_id")
    assert not alone.empty
    columns = ["visible", "current", "counts", "age"]
    pd.testing.assert_frame_equal(alone[columns], with_all.loc[alone.index, columns])
    # A forecast that is shown ends others on its own day, which is known.
    late = alone.loc[alone["current_until"] > pd.Timestamp(DAY), "current_until"]
    assert late.isin(alone["forecast_until"].dropna()).all()
    ends = {day for spans in alone["suspended"] for span in spans for day in span}
    assert {day for day in ends if day > pd.Timestamp(DAY)} <= set(alone["forecast_until"].dropna())
