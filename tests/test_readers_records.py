"""JSON, JSON Lines, GeoJSON and YAML: records, reports, limits."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.io.read import RawTable, read_raw


def read(text: str, format_: str) -> RawTable:
    return read_raw(io.BytesIO(text.encode("utf-8", "surrogatepass")), format=format_)


def records(table: RawTable) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in record.items() if not pd.isna(value)}
        for record in table.frame.drop(columns="file").to_dict("records")
    ]


def errors(table: RawTable) -> list[tuple[int | None, str | None]]:
    return [(fault.row, fault.column) for fault in table.errors]


# --- JSON ----------------------------------------------------------------------------


def test_json_values_become_texts() -> None:
    table = read(
        '[{"Actor": " ISKP ", "value": 6500.0, "value_low": 12345678901234567890, "note": true,'
        ' "places": ["Kunduz", " Takhar", null], "value_high": 1e3, "latitude": 36.50,'
        ' "text": "", "quote": null}]',
        "json",
    )
    assert (table.errors, table.warnings) == ((), ())
    assert records(table) == [
        {
            "actor": "ISKP", "value": "6500", "value_low": "12345678901234567890",
            "note": "true", "places": "Kunduz; Takhar", "value_high": "1000", "latitude": "36.5",
            "row": 1,
        }
    ]  # fmt: skip


def test_report_is_inherited_and_overridden() -> None:
    table = read(
        '{"report": {"outlet": "KabulNow", "reported": "2024-06", "tags": ["a", "b"]}, "claims": ['
        '{"actor": "A"}, {"actor": "B", "outlet": "TASS", "reported": null}]}',
        "json",
    )
    assert (table.errors, table.warnings) == ((), ())
    assert records(table) == [
        {"actor": "A", "outlet": "KabulNow", "reported": "2024-06", "tags": "a; b", "row": 1},
        {"actor": "B", "outlet": "TASS", "tags": "a; b", "row": 2},
    ]


def test_all_faults_of_a_json_file_at_once() -> None:
    table = read(
        '[{"actor": "a", "text": {"b": 1}, "value": NaN}, {"actor": "a", "actor": "b"}, 3,'
        '{"actor": "x", "Actor": "y"}, {"value": ' + "9" * 5000 + '}, {"value": 1e999},'
        '{"actor": "\\ud800"}, {"text": "a\\u0000b"}, {"places": [["a"]]}, {"actor": "good"}]',
        "json",
    )
    assert errors(table) == [
        (1, "text"), (1, "value"), (2, "actor"), (3, None), (4, "actor"), (5, "value"),
        (6, "value"), (7, "actor"), (8, "text"), (9, "places"),
    ]  # fmt: skip
    assert table.errors[1].message.startswith("'NaN' is no number")
    assert table.errors[1].value == "NaN"
    assert records(table) == [{"actor": "good", "row": 10}]


def test_unknown_fields_are_warned_of_once() -> None:
    table = read('[{"actor": "a"}, {"foo": 1, "link": 2}, {"foo": 3}]', "json")
    assert [(w.row, w.column, w.suggestions) for w in table.warnings] == [
        (2, "foo", ()),
        (2, "link", ("url",)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nope", "not valid JSON at line 1, column 1: Expecting value, before 'nope'"),
        ('[{"a": 1},\n x]', "not valid JSON at line 2, column 2"),
        ('{"a": 1}\n{"a": 2}', "one object a line is JSON Lines"),
        ("[" * 100_000, "nested too deep"),
        ('{"actor": "a"}', "the JSON holds one object with 'actor'"),
        ('{"claims": 3}', "'claims' holds no list of claims but '3'"),
        ('"x"', "the JSON holds no list of claims but 'x'"),
        ("[" + ",".join(f'{{"x{n}": 1}}' for n in range(1500)) + "]", "more than 1,000 fields"),
    ],
)
def test_json_that_is_no_list_of_claims(text: str, said: str) -> None:
    table = read(text, "json")
    assert table.frame.empty
    assert len(table.errors) == 1
    assert said in table.errors[0].message


def test_deep_values_are_quoted_without_a_crash() -> None:
    table = read('[{"actor": ' + "[" * 900 + "]" * 900 + "}]", "json")
    assert len(table.errors) == 1


def test_bad_report_is_an_error() -> None:
    assert errors(read('{"report": [], "claims": []}', "json")) == [(None, "report")]
    table = read('{"report": {"url": {}}, "meta": 1, "claims": [{"actor": "a"}]}', "json")
    assert errors(table) == [(None, "url")]
    assert [w.column for w in table.warnings] == ["meta"]
    assert errors(read('{"report": {"url": "\\ud800"}, "claims": []}', "json")) == [(None, "url")]


# --- JSON Lines ---------------------------------------------------------------------------


def test_json_lines_count_lines() -> None:
    table = read('{"actor": "a\u2028b"}\r\n\r\n{"actor": "c"}\nx\n[1]\n{"actor": "d"', "jsonl")
    assert records(table) == [{"actor": "a\u2028b", "row": 1}, {"actor": "c", "row": 3}]
    assert errors(table) == [(4, None), (5, None), (6, None)]
    assert table.errors[0].message == "not valid JSON at column 1: Expecting value, before 'x'"


def test_json_lines_that_are_something_else() -> None:
    assert "name its format json" in read('[\n{"actor": "a"}\n]', "jsonl").errors[0].message
    table = read("actor,text\n" * 5000, "jsonl")
    assert len(table.errors) == 1002
    assert "none of the first lines is JSON" in table.errors[-1].message


# --- GeoJSON --------------------------------------------------------------------------------


def collection(*features: Any, **members: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **members})


def feature(geometry: Any, properties: Any, **members: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties, **members}


@pytest.mark.parametrize("format_", ["geojson", "json"])
def test_points_become_coordinates(format_: str) -> None:
    point = {"type": "Point", "coordinates": [70.5, 36.0, 1200]}
    table = read(
        collection(
            feature(point, {"actor": "a", "value": 5}, id=7),
            feature(None, {"actor": "b", "places": "Kunduz"}),
            feature(point, {"actor": "c", "latitude": 1, "longitude": 2, "claim_id": "x"}, id=8),
        ),
        format_,
    )
    assert (table.errors, table.warnings) == ((), ())
    assert records(table) == [
        {"claim_id": "7", "actor": "a", "latitude": "36", "longitude": "70.5", "value": "5",
         "row": 1},
        {"actor": "b", "places": "Kunduz", "row": 2},
        {"claim_id": "x", "actor": "c", "latitude": "1", "longitude": "2", "row": 3},
    ]  # fmt: skip


def test_geojson_faults() -> None:
    line = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    bad = {"type": "Point", "coordinates": "x"}
    table = read(
        collection(feature(line, {"actor": "a"}), feature(bad, {"actor": "b"}), 3), "geojson"
    )
    assert errors(table) == [(2, None), (3, None)]
    assert [(w.row, w.value) for w in table.warnings] == [(1, "LineString")]
    assert records(table) == [{"actor": "a", "row": 1}]


OUTLINE = {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}
OURS = {"actor": "ISKP", "text": "t", "places": "Kunar", "place_ids": ["AF-KNR"], "low": 1}


def test_what_the_page_downloads_is_read_without_a_word() -> None:
    nationwide = {"actor": "ISKP", "text": "t", "country": "AFG", "place_ids": []}
    table = read(collection(feature(OUTLINE, OURS), feature(None, nationwide)), "geojson")
    assert (table.errors, table.warnings) == ((), ())
    assert [record.get("places") for record in records(table)] == ["Kunar", None]
    assert "latitude" not in table.frame
    assert not table.proposal


def test_outlines_of_claims_without_places_are_told() -> None:
    bare = {"actor": "ISKP", "text": "t", "country": "AFG", "places": ""}
    (warning,) = read(collection(feature(OUTLINE, bare)), "geojson").warnings
    assert "'MultiPolygon' is not" in warning.message


def test_columns_called_like_ours_are_told_in_other_tables() -> None:
    def unread(**fields: Any) -> list[str | None]:
        record = {"actor": "ISKP", "text": "t", **fields}
        as_table = ",".join(record) + "\n" + ",".join(map(str, record.values())) + "\n"
        told = [fault.column for fault in read(json.dumps([record]), "json").warnings]
        assert told == [fault.value for fault in read(as_table, "csv").warnings]
        return told

    assert unread(places="Kunar", low=1, source="UN") == ["low", "source"]
    assert unread(places="Kunar", place_ids="AF-KNR", low=1, source="UN") == []
    assert unread(place_ids="AF-KNR", longitude=1) == ["place_ids"]


def test_geojson_in_another_crs_is_refused() -> None:
    good = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    utm = {"type": "name", "properties": {"name": "EPSG:32642"}}
    link = {"type": "link", "properties": {"href": "http://example.org/crs"}}
    assert read(collection(feature(None, {"actor": "a"}), crs=good), "geojson").errors == ()
    for crs in (utm, link):
        table = read(collection(feature(None, {"actor": "a"}), crs=crs), "geojson")
        assert "CRS other than WGS 84" in table.errors[0].message


# --- YAML --------------------------------------------------------------------------------------


def test_yaml_scalars_are_texts_and_rows_are_lines() -> None:
    table = read(
        "report:\n  outlet: KabulNow\n  reported: 2024-06-01\nclaims:\n"
        "- actor: A\n  text: no\n  value: 0x10\n  places: [Kunduz, Takhar]\n  quote: ~\n"
        "  note: '~'\n\n-\n  actor: B\n  outlet:\n  text: >\n    folded\n    text\n",
        "yaml",
    )
    assert (table.errors, table.warnings) == ((), ())
    assert records(table) == [
        {"actor": "A", "text": "no", "value": "0x10", "places": "Kunduz; Takhar", "note": "~",
         "outlet": "KabulNow", "reported": "2024-06-01", "row": 5},
        {"actor": "B", "text": "folded text", "reported": "2024-06-01", "row": 13},
    ]  # fmt: skip


def test_yaml_aliases_within_bounds() -> None:
    table = read("- &a\n  actor: A\n  places: &p [x, y]\n- actor: B\n  places: *p\n- *a\n", "yaml")
    assert table.errors == ()
    assert table.frame["places"].tolist() == ["x; y"] * 3
    assert table.frame["row"].tolist() == [1, 4, 6]


def test_all_faults_of_yaml_claims_at_once() -> None:
    table = read("- actor: a\n  actor: b\n- 3\n- actor: {x: y}\n- actor: good\n", "yaml")
    assert errors(table) == [(1, "actor"), (3, None), (4, "actor")]
    assert records(table) == [{"actor": "good", "row": 5}]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "row", "said"),
    [
        ("[" * 100_000, 1, "nested deeper than 20 levels"),
        ("\n" + "- " * 100_000, 2, "nested deeper than 20 levels"),
        (BOMB, 7, "the aliases stand for more than 1,000,000 nodes"),
        ("- !!python/object/apply:os.system [ls]", 1, "is not read: remove it"),
        ("- actor: !x y", 1, "the tag '!x' is not read"),
        ("a: 1\nclaims: *b", 2, "the alias 'b' has no anchor before it"),
        ("a: &a [*a]", 1, "the alias 'a' has no anchor before it"),
        ("- actor: a\n---\n- actor: b", 2, "a second YAML document"),
        ("- actor: a\n  <<: {b: c}", 2, "merge keys ('<<') are not read"),
        ("- ? [a]\n  : b", 1, "must be a plain text"),
        ("- actor: a\n  text: b: c", 2, "not valid YAML: mapping values are not allowed"),
        ("- actor: 'a", 1, "not valid YAML"),
        ("- actor: a\n- actor: b\x07", 2, "the character '\\x07' may not stand in YAML"),
        ('- actor: "\\ud800"', 1, ""),
        ("# nothing\n", None, "the YAML document is empty"),
        ("actor: a", 1, "the YAML holds one object with 'actor'"),
        ("claims: x", None, "'claims' holds no list of claims but 'x'"),
    ],
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_yaml_that_is_refused(
    text: str, row: int | None, said: str, loader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loader == "SafeLoader":  # as where PyYAML is built without libyaml
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    table = read(text, "yaml")
    assert table.frame.empty
    assert len(table.errors) == 1
    assert table.errors[0].row == row
    assert said in table.errors[0].message


# --- what is written is read --------------------------------------------------------------------

TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=10
)
CLAIM = st.dictionaries(st.sampled_from(["actor", "text", "note", "quote"]), TEXT, min_size=1)


@settings(max_examples=30, deadline=None)
@given(st.lists(CLAIM, min_size=1, max_size=4))
def test_json_json_lines_and_yaml_read_alike(claims: list[dict[str, str]]) -> None:
    wanted = [
        {name: text.strip() for name, text in claim.items() if text.strip()} for claim in claims
    ]
    lines = "\n".join(json.dumps(claim) for claim in claims)
    for text, format_ in (
        (json.dumps(claims, ensure_ascii=False), "json"),
        (lines, "jsonl"),
        (yaml.safe_dump(claims, allow_unicode=True, default_style='"'), "yaml"),
    ):
        table = read(text, format_)
        assert table.errors == ()
        found = [{k: v for k, v in record.items() if k != "row"} for record in records(table)]
        assert found == wanted
