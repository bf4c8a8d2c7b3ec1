"""Maps of columns that are called otherwise: read, checked, proposed."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from geodata.check import check_claims, read_claims
from geodata.io.read.column_map import read_column_map
from geodata.io.read.column_names import map_text, proposed_map

HEADER = "Armed group;Statement;Province;Country"
TABLE = f"{HEADER}\nISKP;Seen;Kunduz;Afghanistan\n"
MAP = {"actor": "Armed group", "text": "Statement", "places": "Province"}


def checked(text: str, **options: Any) -> Any:
    options.setdefault("format", "csv")
    return check_claims(io.BytesIO(text.encode()), **options)


def test_a_mapped_table_is_read() -> None:
    claims = read_claims(io.BytesIO(TABLE.encode()), format="csv", columns=MAP)
    assert list(claims.loc[0, ["actor", "text", "places", "country"]]) == [
        "ISKP", "Seen", "Kunduz", "AFG",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["map.yaml", "map.json", "map.txt"])
def test_a_map_is_a_file_of_yaml_or_json(tmp_path: Path, name: str) -> None:
    text = json.dumps(MAP) if name == "map.json" else map_text(MAP)
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert checked(TABLE, columns=tmp_path / name).ok


@pytest.mark.parametrize("spelling", ["ARMED GROUP", "armed-group", " Armed  group "])
def test_headers_are_compared_as_headers_are(spelling: str) -> None:
    assert checked(TABLE, columns={**MAP, "actor": spelling}).ok


def test_one_column_may_be_read_as_two() -> None:
    report = checked(TABLE, columns={**MAP, "note": "Statement"})
    assert report.claims.loc[0, ["text", "note"]].tolist() == ["Seen", "Seen"]


def test_a_mapped_column_stands_in_place_of_one_of_that_name() -> None:
    table = "actor,Who,text,places\nold,ISKP,Seen,Kunduz\n"
    report = checked(table, columns={"actor": "Who"})
    assert report.claims["actor"].tolist() == ["ISKP"]
    assert "the map of the columns reads 'Who' instead" in " ".join(
        fault.message for fault in report.warnings
    )


def test_records_and_frames_are_mapped_too() -> None:
    records = [{"Armed group": "ISKP", "Statement": "Seen", "Province": "Kunduz"}]
    for report in (
        checked(json.dumps(records), format="json", columns=MAP),
        checked("\n".join(map(json.dumps, records)), format="jsonl", columns=MAP),
        checked(yaml.safe_dump(records), format="yaml", columns=MAP),
        check_claims(pd.DataFrame(records), columns=MAP),
    ):
        assert report.ok, report.errors
        assert report.claims["actor"].tolist() == ["ISKP"]


def test_points_of_geojson_do_not_push_mapped_coordinates_aside() -> None:
    properties = {"actor": "ISKP", "text": "Seen", "lat": 36.7, "lon": 68.9}
    point = {"type": "Point", "coordinates": [1, 2]}
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    report = checked(text, format="geojson", columns={"latitude": "lat", "longitude": "lon"})
    assert report.claims.loc[0, ["latitude", "longitude"]].tolist() == [36.7, 68.9]


def test_a_mapped_table_is_taken_for_no_data_set() -> None:
    header = (Path(__file__).parent / "data" / "acled.csv").read_text(encoding="utf-8")
    report = checked(
        header, columns={"actor": "actor1", "text": "notes", "places": "admin1"}
    )  # fmt: skip
    assert "acled" not in " ".join(report.claims["tags"].fillna(""))
    assert list(report.claims["places"])[:1] != []


def test_a_column_that_the_file_lacks_is_an_error_with_what_it_has() -> None:
    report = checked(TABLE, columns={**MAP, "actor": "Armd group"})
    fault = report.errors[0]
    assert (fault.column, fault.value) == ("actor", "Armd group")
    assert fault.suggestions[0] == "Armed group"
    assert "'Statement'" in fault.message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("actr: Group\n", 1, "did you mean 'actor'?"),
        ("actor: Group\nGroup: text\n", 2, 'turn it round: "text": "Group"'),
        ("actor: Group\nactor: Other\n", 2, "stands twice"),
        ("actor:\n", 1, "no name of a column"),
        ("actor: [a, b]\n", 1, "no name of a column"),
        ("- actor\n", None, "maps no columns"),
        ("just words\n", None, "maps no columns"),
        ("", None, "is empty"),
        ("a: b: c\n", 1, "not valid YAML"),
        ("actor: !!python/object:os.system x\n", 1, "tag"),
        ("a: &a [*a]\n", 1, "alias"),
    ],
)
def test_maps_that_are_wrong(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    report = checked(TABLE, columns=path)
    assert len(report.claims) == 0
    fault = report.errors[0]
    assert (fault.file, fault.row) == (str(path), line)
    assert said in fault.message


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_maps_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    mapping, faults = read_column_map(tmp_path / name)
    assert mapping == {}
    assert len(faults) == 1


# --- proposals ------------------------------------------------------------------------------------


def test_a_map_is_proposed_where_headers_look_familiar() -> None:
    report = checked(TABLE)
    assert not report.ok
    assert report.proposals == {"-": MAP}
    assert checked(TABLE, columns=report.proposals["-"]).ok


@pytest.mark.parametrize(
    ("header", "proposed"),
    [
        (["группировка", "Текст", "Провинция"], ["actor", "text", "places"]),
        (["گروه", "متن", "ولایت"], ["actor", "text", "places"]),
        (["actor", "text", "places", "Link"], ["url"]),
        (["actor", "Group", "text"], []),  # the actor is there
        (["Group", "Faction"], ["actor"]),  # the first
        (["colour", "", "x" * 1000], []),
        (["Armed group", "Statment", "Provnce", "Statd"], ["actor", "text", "places", "stated"]),
        (["Statd", "Statment"], ["text", "stated"]),
        (["text", "Statment"], []),  # the text is there
    ],
)
def test_what_is_proposed(header: list[str], proposed: list[str]) -> None:
    assert list(proposed_map(header)) == proposed


def test_nothing_is_proposed_for_data_sets_and_claims_tables() -> None:
    assert check_claims(Path(__file__).parent / "data" / "acled.csv").proposals == {}
    assert checked("actor,text,places\nISKP,Seen,Kunduz\n").proposals == {}


def test_what_is_proposed_reads_back_whatever_the_header_holds() -> None:
    mapping = {"actor": "no", "text": "2024-01-01", "note": 'a "b": {c}', "places": "ولایت # x"}
    assert yaml.safe_load(map_text(mapping)) == mapping


def test_a_proposal_tells_what_it_leaves_open() -> None:
    proposal = proposed_map(["Armed group", "speaker", "Colour", "Line\nbreak"])
    assert proposal.missing == ("'text'", "'places', 'country', or 'latitude' and 'longitude'")
    assert proposal.unread == ("Colour", "Line\nbreak")
    assert map_text(proposal).splitlines() == [
        "# Required, and no column looks like it: 'text'; 'places', 'country', or 'latitude' and "
        "'longitude'",
        "# Not mapped: 'Colour', 'Line\\nbreak'",
        "actor: Armed group",
    ]
    assert yaml.safe_load(map_text(proposal)) == proposal


def test_many_columns_that_are_not_mapped_are_counted() -> None:
    proposal = proposed_map(["Group", *(f"xq{number}" for number in range(40))])
    assert "'xq11' and 28 more\n" in map_text(proposal)
