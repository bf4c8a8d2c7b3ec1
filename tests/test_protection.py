"""Claims with ``protect``: who said it, the words and the point leave the machine by no way."""

from __future__ import annotations

import ast
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.text import Text
from test_only_shown import content_of, unpacked

from command import invoke
from common import squares
from geodata import schema
from geodata.check import check_claims, read_claims, report_to_json
from geodata.io.write import FORMATS, write_claims
from geodata.report import Report
from geodata.views.protection import withhold
from geodata.views.summarise import summarise_claims
from mapping import explore, plot_ranges, plot_timeline
from mapping.claim_map import ClaimMap
from mapping.notebook.plot_rows import range_rows, timeline_rows

ROOT = Path(__file__).resolve().parents[1]
SECRETS = ("Marznamed", "Marzrole", "Marzquoted", "marzquoted", "wbl", "36.731", "68.8613")
SECRET: dict[str, Any] = {
    "speaker": "Zed Marznamed", "speaker_role": "Marzrole", "quote": "Marzquoted words",
    "lang": "wbl", "latitude": "36.7319", "longitude": "68.86137", "where_precision": "1",
    "protect": "yes",
}  # fmt: skip
OPEN = {"actor": "ISKP", "text": "Seen there", "outlet": "AP", "reported": "2023-01-01",
        "stated": "2023-01-01", "value": "5", "unit": "fighters", "kind": "strength"}  # fmt: skip


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([OPEN | {"claim_id": f"c{at}"} | row for at, row in enumerate(rows, 1)])


def checked(*rows: dict[str, Any]) -> Report:
    return check_claims(table(*rows))


def secrets() -> pd.DataFrame:
    """Claims that are protected, at points, in places and nationwide, and one that is not."""
    report = checked(
        SECRET,
        SECRET | {"speaker": "Yed Marznamed", "value": "7"},
        SECRET | {"speaker": "zed  marznamed", "places": "Kunduz", "origin_id": "c1"},
        SECRET | {"affiliation": "UN", "latitude": None, "longitude": None,
                  "where_precision": None, "country": "AFG"},
        SECRET | {"where_precision": "6"},
        SECRET | {"where_precision": "5", "value": None, "kind": "presence"},
        SECRET | {"latitude": "0.5", "where_precision": "7", "country": "AFG"},
        {"speaker": "Openly Said", "quote": "Openly", "lang": "ps", "places": "Takhar"},
    )  # fmt: skip
    assert report.ok
    return report.claims


def opened(content: bytes) -> str:
    """All that a file holds, out of its wrappings."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            content = b"".join(parts.read(name) for name in parts.namelist())
    if content[:4] == b"PAR1":
        content = pd.read_parquet(io.BytesIO(content)).to_csv().encode()
    return content.decode("utf-8", "replace")


# --- every way out ---------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_holds_what_is_withheld(kind: str, tmp_path: Path) -> None:
    known = secrets()
    for gzipped in (False, True):
        content = write_claims(known, format=kind, gzipped=gzipped).content
        text = opened(gzip.decompress(content) if gzipped else content)
        assert [secret for secret in SECRETS if secret in text] == []
        assert "Openly Said" in text
    name = {"stix": "out.stix.json", "hxl": "out.hxl.csv"}.get(kind, f"out.{kind}")
    (tmp_path / name).write_bytes(write_claims(known, format=kind).content)

    report = check_claims(tmp_path / name)

    assert report.errors == ()
    assert report.claims["protect"].tolist() == known["protect"].tolist()
    again = withhold(known)
    for column in ("place_ids", "country", "extent", "source", "low", "high", "text", "protect"):
        assert list(map(str, report.claims[column])) == list(map(str, again[column]))


def test_what_a_format_writes_passes_the_one_door() -> None:
    """Nothing else turns claims into columns, or reaches into the formats."""
    doors: dict[str, set[str]] = {}
    for package in ("geodata", "mapping"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                called = node.func if isinstance(node, ast.Call) else None
                name = getattr(called, "id", getattr(called, "attr", None))
                if name in (
                    "claim_columns",
                    "build_payload",
                    "project",
                    "claim_rows",
                    "ActorLayer",
                ):
                    doors.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert doors["claim_columns"] == {"geodata/io/write/__init__.py"}
    assert doors["claim_rows"] == {"mapping/compose.py"}
    # build_payload is for tests, and goes through the same.
    assert "build_payload" not in doors
    assert doors["project"] == {"mapping/compose.py", "mapping/page/payload.py"}


def test_the_page_holds_nothing_of_it(tmp_path: Path) -> None:
    m = explore(secrets(), as_of="2023-06-30")
    assert isinstance(m, ClaimMap)
    m.save(tmp_path / "map.html")
    text, data = unpacked((tmp_path / "map.html").read_text(encoding="utf-8"))
    whole = text + json.dumps(data.header) + m._repr_html_()
    plain = json.dumps([content_of(m).payload.data, *content_of(m).rows], default=str)
    for held in (whole, plain):
        lowered = held.casefold()
        assert [one for one in SECRETS if one != "wbl" and one.casefold() in lowered] == []
    assert '"wbl"' not in plain
    assert "Openly Said" in whole
    columns = content_of(m).payload.data["claims"]["columns"]
    assert "lat" not in columns
    assert columns["protect"]["v"] == ["yes"]


def test_a_page_without_protected_claims_is_as_it_was() -> None:
    known = read_claims(table({"places": "Kunduz", "speaker": "Openly Said"}))
    assert withhold(known) is known


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_plots_name_no_protected_speaker() -> None:
    known, options = secrets(), {"place": None, "actor": None, "kind": None, "boundaries": None}
    ranges, _ = range_rows(known, unit=None, as_of="2023-06-30", **options)
    times, _ = timeline_rows(known, as_of="2023-06-30", **options)
    for rows in (ranges, times):
        assert rows["label"].str.contains("protected source 1").any()
        assert "marz" not in rows.to_csv().casefold()
    for plot in (plot_ranges, plot_timeline):
        axes = plot(known, as_of="2023-06-30")
        written = [text.get_text() for text in axes.figure.findobj(Text)]
        assert "marz" not in " ".join(written).casefold()


def test_convert_writes_by_this_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    table(SECRET, {"places": "Takhar"}).to_csv("in.csv", index=False)
    done = invoke("convert", "in.csv", "out.geojson")
    assert done.exit_code == 0
    text = Path("out.geojson").read_text(encoding="utf-8")
    assert [secret for secret in SECRETS if secret in text] == []
    assert [feature["geometry"] for feature in json.loads(text)["features"]] == [None, None]
    again = invoke("check", "out.geojson", "--format", "json")
    assert json.loads(again.stdout)["errors"] == []


def test_a_point_converts_on_boundaries_of_the_users_own() -> None:
    own = squares().assign(place_id=[f"x-own-{at}" for at in range(3)])
    known = read_claims(table(SECRET), boundaries=own)
    record = json.loads(write_claims(known, format="json", boundaries=own).content)[0]
    assert record["places"] == "x-own-0"
    assert read_claims(pd.DataFrame([record]), boundaries=own)["place_ids"].tolist() == [
        ("x-own-0",)
    ]


# --- what stays of a claim --------------------------------------------------------


def test_speakers_remain_as_many_sources_as_they_are() -> None:
    known = secrets()
    hidden = withhold(known)
    assert hidden["source"].tolist() == [
        "protected source 1", "protected source 2", "protected source 1", "UN",
        "protected source 1", "protected source 1", "protected source 1", "Openly Said",
    ]  # fmt: skip
    assert hidden.loc[:6, list(schema.WITHHELD_COLUMNS)].isna().all(axis=None)
    pd.testing.assert_frame_equal(hidden.loc[7:], known.loc[7:])
    assert (hidden.dtypes == known.dtypes).all()
    assert hidden.index.equals(known.index)


def test_places_are_shaded_by_as_many_sources() -> None:
    from geodata import builtin_boundaries, join_claims

    units = builtin_boundaries(countries=["AFG"])
    counts = [
        summarise_claims(join_claims(rows, units), units, as_of="2023-06-30")["sources"].tolist()
        for rows in (secrets(), withhold(secrets()))
    ]
    assert counts[0] == counts[1]
    assert sum(counts[0])


def test_what_is_withheld_once_stays_as_it_is() -> None:
    once = withhold(secrets())
    pd.testing.assert_frame_equal(withhold(once), once)


def test_numbers_go_on_where_some_are_taken() -> None:
    known = checked(
        {"affiliation": "protected source 4", "protect": "yes", "places": "Kunduz"},
        {"speaker": "Someone Else", "protect": "yes", "places": "Kunduz"},
    ).claims
    assert withhold(known)["source"].tolist() == ["protected source 4", "protected source 5"]


def test_a_point_becomes_its_province_even_on_districts() -> None:
    hidden = withhold(secrets())
    assert hidden["places"].fillna("").tolist()[:7] == [
        "AF-KDZ", "AF-KDZ", "Kunduz", "", "", "AFG", "",
    ]  # fmt: skip
    assert hidden["extent"].tolist()[:7] == [
        "each", "each", "each", "nationwide", "nationwide", "within", "nationwide",
    ]  # fmt: skip


# --- reading the column -----------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [("yes", True), ("Yes ", True), ("TRUE", True), ("1", True), ("no", False), ("false", False),
     ("0", False), ("", False)],
)  # fmt: skip
def test_protect_is_yes_or_not(word: str, meant: bool) -> None:
    report = checked({"places": "Kunduz", "protect": word})
    assert report.ok
    assert report.claims["protect"].notna().tolist() == [meant]


def test_what_is_neither_yes_nor_no_is_an_error() -> None:
    (fault,) = checked({"places": "Kunduz", "protect": "maybe"}).errors
    assert (fault.row, fault.column, fault.value) == (1, "protect", "maybe")
    assert "'maybe' is neither yes nor no: write yes" in fault.message


def test_a_point_at_sea_alone_locates_no_protected_claim() -> None:
    sea = {"latitude": "0.5", "longitude": "-30.25", "where_precision": "7"}
    (fault,) = checked(SECRET | sea, sea | {"where_precision": None}).errors
    assert (fault.row, fault.column) == (1, "protect")
    assert "give `country` or `places`" in fault.message


@pytest.mark.parametrize(
    ("column", "cell"),
    [("text", "General MARZNAMED said so"),
     ("title", "Zéd  Marznamed speaks"), ("note", "marznamed"),
     ("url", "https://example.org/2023/zed-marznamed-speaks"), ("claim_id", "marznamed-2023"),
     ("url", "https://example.org/Zed%20Marznamed")],
)  # fmt: skip
def test_a_warning_tells_where_the_name_stands_again(column: str, cell: str) -> None:
    def told(row: dict[str, Any]) -> list[str | None]:
        return [one.column for one in checked(row).warnings if "names the speaker" in one.message]

    assert told(SECRET | {column: cell}) == [column]
    assert told(SECRET | {column: cell, "protect": None}) == []
    assert told(SECRET | {column: "https://example.org/other"}) == []


def test_a_warning_tells_of_another_telling_that_names_the_speaker() -> None:
    report = checked(SECRET, SECRET | {"origin_id": "c1", "protect": None})
    (fault,) = [one for one in report.warnings if one.column == "protect"]
    assert fault.row == 2
    assert "another telling of this origin is protected" in fault.message


def test_an_id_that_is_made_tells_nothing_of_the_speaker() -> None:
    """Else one could make the id of each person who comes into question, and compare."""
    rows = [SECRET | {"claim_id": None, "speaker": name} for name in ("Zed", "Yed")]
    ids = [read_claims(pd.DataFrame([OPEN | row])).loc[0, "claim_id"] for row in rows]
    assert len(set(ids)) == 1
    open_ids = {
        read_claims(pd.DataFrame([OPEN | row | {"protect": None}])).loc[0, "claim_id"]
        for row in rows
    }
    assert len(open_ids) == 2
    both = check_claims(pd.DataFrame([OPEN | row for row in rows]))
    assert both.ok
    assert both.claims["claim_id"].is_unique
    assert [one for one in both.warnings if "repeats" in one.message] == []


def test_a_check_is_for_the_author_and_shows_all() -> None:
    row = report_to_json(checked(SECRET))["rows"][0]
    assert (row["speaker"], row["protect"]) == ("Zed Marznamed", "yes")
