"""Wrong and hostile claims, each with what must be said of it: tables that tests share.

Every entry is written in code, so that no checkout or editor can change its bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import pickle
import zipfile
from collections.abc import Callable
from typing import Any, Final

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

ROW: Final = {
    "actor": "ISKP", "kind": "presence", "text": "Seen", "places": "Kunduz", "country": "AFG",
    "value": "", "unit": "", "speaker": "S", "reported": "2023-02-14",
}  # fmt: skip
HEADER: Final = ",".join(ROW)
GOOD: Final = ",".join(ROW.values())


def table(*rows: str, header: str = HEADER) -> bytes:
    """A CSV of these lines."""
    return "\n".join([header, *rows, ""]).encode("utf-8", "surrogatepass")


def cell(column: str, value: str, /, **others: str) -> bytes:
    """A CSV of one claim that is right but for one cell."""
    row = {**ROW, column: value, **others}
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([row.keys(), row.values()])
    return buffer.getvalue().encode("utf-8", "surrogatepass")


def linked(**links: str) -> bytes:
    """A CSV of the claims ``a`` and ``b``; ``a__part_of="b"`` makes a a part of b."""
    names = ["claim_id", *ROW, *dict.fromkeys(key.partition("__")[2] for key in links)]
    rows = [
        ",".join([one, *ROW.values(), *(links.get(f"{one}__{name}", "") for name in names[10:])])
        for one in ("a", "b")
    ]
    return table(*rows, header=",".join(names))


def workbook(*rows: list[Any], change: Callable[[str, bytes], bytes | None] | None = None) -> bytes:
    """An XLSX of one sheet S; ``change`` makes new parts of its parts, or none."""
    book = openpyxl.Workbook()
    book.active.title = "S"
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    if change is None:
        return buffer.getvalue()
    packed = io.BytesIO()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
    return packed.getvalue()


def in_sheet(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    """A change of a workbook's one sheet."""
    return lambda name, part: part.replace(old, new, 1) if "sheet1" in name else part


def archive(**files: str) -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return buffer.getvalue()


def parquet(**columns: Any) -> bytes:
    """A Parquet file; columns that are not given are right."""
    buffer = io.BytesIO()
    pq.write_table(
        pa.table({"actor": ["ISKP"], "text": ["t"], "places": ["Kunduz"]} | columns), buffer
    )
    return buffer.getvalue()


ALIAS_BOMB: Final = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
SHEET: Final = (["actor", "text", "places", "value"], ["ISKP", "t", "Kunduz", 5])
ZIPPED: Final = gzip.compress(table(GOOD), mtime=0)
ENTITY: Final = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'

# One wrong cell: its column and value, further cells, the column that is named, what is said.
CELLS: Final[list[tuple[str, str, dict[str, str], str, str]]] = [
    (
        "actor",
        "",
        {},
        "actor",
        "the actor is missing: name the group, or write 'Unspecified armed grou",
    ),
    (
        "actor",
        "; ;",
        {},
        "actor",
        "the actor is missing: name the group, or write 'Unspecified armed grou",
    ),
    ("text", "", {}, "text", "the text is missing: say in a sentence what is claimed"),
    (
        "places",
        "",
        {"country": ""},
        "places",
        "the claim has no location: give `places`, `country`, or `latitude` and",
    ),
    (
        "kind",
        "rumour",
        {},
        "kind",
        "'rumour' is no kind: use one of strength, presence, infrastructure, co",
    ),
    (
        "kind",
        "ATTAKC",
        {},
        "kind",
        "'ATTAKC' is no kind: use one of strength, presence, infrastructure, co",
    ),
    (
        "places",
        "Badakhshan",
        {"country": ""},
        "places",
        "'Badakhshan' is the name of several places: AF-BDS Badakhshan (AFG); T",
    ),
    (
        "places",
        "Pakti",
        {},
        "places",
        "'Pakti' is no known place in Afghanistan. Did you mean Paktia (AF-PIA,",
    ),
    (
        "places",
        "Kunduz",
        {"country": "TJK"},
        "places",
        "'Kunduz' is no place in Tajikistan; it is Kunduz (AF-KDZ, Afghanistan)",
    ),
    (
        "country",
        "Afganistn",
        {},
        "country",
        "'Afganistn' is no known country. Did you mean Afghanistan (AFG)?",
    ),
    (
        "country",
        "Mars",
        {},
        "country",
        "'Mars' is no known country; write a name or an ISO 3166-1 code, such a",
    ),
    (
        "places",
        "x" * 5000,
        {},
        "places",
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' (5,000",
    ),
    (
        "value",
        "many",
        {"kind": "strength"},
        "value",
        "'many' names an amount that no figure holds: leave the value empty and keep the words ",
    ),
    (
        "value",
        "1e999",
        {},
        "value",
        "'1e999' holds more than a number ('e 999'): write what is counted in `",
    ),
    (
        "value",
        "NaN",
        {},
        "value",
        "'NaN' is no number: leave the cell empty where no figure is given",
    ),
    (
        "value",
        "-5",
        {},
        "value",
        "'-5' is negative: values count what is there, so they are 0 or more",
    ),
    (
        "value",
        "inf",
        {},
        "value",
        "'inf' is no number: for an open end write 'over' or 'at least' before ",
    ),
    (
        "value",
        "1,2,3",
        {},
        "value",
        "the digits of '1,2,3' are grouped in no known way: write them without ",
    ),
    ("value", "5-3", {}, "value", "the range '5-3' runs backwards: write the smaller number first"),
    (
        "value",
        "0x10",
        {},
        "value",
        "'0x10' holds more than a number ('x 10'): write what is counted in `un",
    ),
    (
        "value",
        "9" * 400,
        {},
        "value",
        "'999999999999999999999999999999…999999999999999999999999999999' (400 c",
    ),
    (
        "value",
        "1.234.567,89.1",
        {},
        "value",
        "the digits of '1.234.567,89.1' are grouped in no known way: write them",
    ),
    (
        "value",
        "½",
        {},
        "value",
        "'½' is no plain digit: write the number in digits, such as 6.5 or 6500",
    ),
    (
        "value",
        "=1+1",
        {},
        "value",
        "'=1+1' holds more than a number ('+ 1'): write what is counted in `uni",
    ),
    (
        "value",
        "٫",
        {},
        "value",
        '\'٫\' is not a number: write it in digits, such as "6500", "6,500", "ove',
    ),
    (
        "value",
        "12;13",
        {},
        "value",
        "'12;13' holds more than a number (';13'): write what is counted in `un",
    ),
    (
        "value",
        "5 fighters",
        {},
        "value",
        "'5 fighters' holds more than a number ('fighters'): write what is coun",
    ),
    (
        "value",
        "up to",
        {},
        "value",
        '\'up to\' is not a number: write it in digits, such as "6500", "6,500", ',
    ),
    (
        "value",
        "",
        {"value_low": "9", "value_high": "3", "modifier": "between"},
        "value_low",
        "value_low is larger than value_high: swap the two",
    ),
    (
        "value",
        "",
        {"value_low": "-1"},
        "value_low",
        "'-1' is negative: values count what is there, so they are 0 or more",
    ),
    (
        "modifier",
        "roughly",
        {},
        "modifier",
        "'roughly' qualifies no figure: give a value, or leave the modifier emp",
    ),
    (
        "modifier",
        "between",
        {"value": "4"},
        "modifier",
        "'between' needs value_low and value_high: give both, or write a range ",
    ),
    (
        "extent",
        "everywhere",
        {},
        "extent",
        "'everywhere' is no extent: use one of each, joint, within, nationwide",
    ),
    (
        "extent",
        "nationwide",
        {},
        "extent",
        "'nationwide' goes with a country alone: leave `places` empty (a countr",
    ),
    (
        "extent",
        "joint",
        {"places": ""},
        "extent",
        "'joint' needs places: name them in `places`, or write 'nationwide' for",
    ),
    (
        "reported",
        "2023-02-30",
        {},
        "reported",
        "'2023-02-30' is no day of the calendar: February 2023 has 28 days",
    ),
    (
        "reported",
        "2023-13",
        {},
        "reported",
        "'2023-13' is not a date in EDTF: write 2023, 2023-02, 2023-02-14, 2023",
    ),
    (
        "reported",
        "14.02.2023",
        {},
        "reported",
        "'14.02.2023' is not a date in EDTF: write 2023-02-14",
    ),
    (
        "reported",
        "02/03/2023",
        {},
        "reported",
        "'02/03/2023' is not a date in EDTF and has two readings: write 2023-02",
    ),
    (
        "reported",
        "yesterday",
        {},
        "reported",
        "'yesterday' is not a date in EDTF: write 2023, 2023-02, 2023-02-14, 20",
    ),
    (
        "reported",
        "2999-01-01",
        {},
        "reported",
        "the year of '2999-01-01' is outside 1 to 2199: check its digits",
    ),
    (
        "reported",
        "-0001",
        {},
        "reported",
        "the year of '-0001' is outside 1 to 2199: check its digits",
    ),
    (
        "reported",
        "99999",
        {},
        "reported",
        "'99999' is no date, but the number of a day in a spreadsheet: write 21",
    ),
    (
        "reported",
        "2023-02-29",
        {},
        "reported",
        "'2023-02-29' is no day of the calendar: February 2023 has 28 days",
    ),
    (
        "reported",
        "44927",
        {},
        "reported",
        "'44927' is no date, but the number of a day in a spreadsheet: write 20",
    ),
    ("reported", "2023/02", {}, "reported", "'2023/02' is not a date in EDTF: write 2023-02"),
    (
        "reported",
        "2023-02-14/2023-02-01",
        {},
        "reported",
        "the interval '2023-02-14/2023-02-01' ends before it begins: write the ",
    ),
    (
        "as_of",
        "2023-W05",
        {},
        "as_of",
        "'2023-W05' is not a date in EDTF: write 2023, 2023-02, 2023-02-14, 202",
    ),
    (
        "as_of",
        "..//..",
        {},
        "as_of",
        "'..//..' is not a date in EDTF: write 2023, 2023-02, 2023-02-14, 2023~",
    ),
    (
        "reported",
        "2023-02-14T25:00:00",
        {},
        "reported",
        "'2023-02-14T25:00:00' is not a date in EDTF: write 2023, 2023-02, 2023",
    ),
    (
        "reported",
        "۱۴۰۲/۰۱/۰۵",
        {},
        "reported",
        "'1402/01/05' names no calendar: write '1402-01-05 SH' where it is Sola",
    ),
    (
        "reported",
        "0000",
        {},
        "reported",
        "the year of '0000' is outside 1 to 2199: check its digits",
    ),
    (
        "latitude",
        "91",
        {"longitude": "68"},
        "latitude",
        "91 lies outside -90 to 90: write degrees of WGS 84, and check that lat",
    ),
    (
        "latitude",
        "36.7",
        {},
        "longitude",
        "a point needs latitude and longitude: give both, or leave both empty",
    ),
    (
        "latitude",
        "abc",
        {"longitude": "68"},
        "latitude",
        "'abc' is no number of degrees: write it as 36.73 or -70.5",
    ),
    (
        "latitude",
        "68.8",
        {"longitude": "36.7", "places": "Kunduz"},
        "latitude",
        "68.8, 36.7 lies in Russia, not in Afghanistan: latitude and longitude ",
    ),
    (
        "latitude",
        "nan",
        {"longitude": "nan"},
        "latitude",
        "'nan' is no number of degrees: write it as 36.73 or -70.5",
    ),
    (
        "latitude",
        "1e2",
        {"longitude": "1e400"},
        "latitude",
        "'1e2' is no number of degrees: write it as 36.73 or -70.5",
    ),
    (
        "latitude",
        "36°43'N",
        {"longitude": "68°52'E"},
        "latitude",
        '"36°43\'N" is no number of degrees: write it as 36.73 or -70.5',
    ),
    (
        "longitude",
        "-181",
        {"latitude": "5"},
        "longitude",
        "-181 lies outside -180 to 180: write degrees of WGS 84, and check that",
    ),
    (
        "where_precision",
        "9",
        {"latitude": "36.7", "longitude": "68.8"},
        "where_precision",
        "'9' is no UCDP precision: use one of 1, 2, 3, 4, 5, 6, 7",
    ),
    (
        "where_precision",
        "x",
        {},
        "where_precision",
        "'x' is no UCDP precision: use one of 1, 2, 3, 4, 5, 6, 7",
    ),
    (
        "url",
        "javascript:alert(1)",
        {},
        "url",
        "'javascript:alert(1)' is no web address: only http:// and https:// are",
    ),
    (
        "url",
        "www.tass.ru",
        {},
        "url",
        "'www.tass.ru' is no web address: only http:// and https:// are taken; ",
    ),
    (
        "url",
        "http://user:pw@host/",
        {},
        "url",
        "'http://user:pw@host/' holds credentials before an @: give the address",
    ),
    (
        "url",
        "file:///etc/passwd",
        {},
        "url",
        "'file:///etc/passwd' is no web address: only http:// and https:// are ",
    ),
    (
        "url",
        "data:text/html,x",
        {},
        "url",
        "'data:text/html,x' is no web address: only http:// and https:// are ta",
    ),
    ("url", "http://", {}, "url", "'http://' is no complete web address: check it in a browser"),
    (
        "url",
        "https://a b",
        {},
        "url",
        "'https://a b' holds spaces or invisible signs: percent-encode them, as",
    ),
    (
        "url",
        "https://ex\u202eample.com",
        {},
        "url",
        "'https://ex\\u202eample.com' holds spaces or invisible signs: percent-e",
    ),
    (
        "archive_url",
        "JaVaScRiPt:x",
        {},
        "archive_url",
        "'JaVaScRiPt:x' is no web address: only http:// and https:// are taken",
    ),
    (
        "url",
        "https://" + "a" * 5000,
        {},
        "url",
        "'https://aaaaaaaaaaaaaaaaaaaaaa…aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' (5,008",
    ),
    (
        "lang",
        "englisch",
        {},
        "lang",
        "'englisch' is no language tag of BCP 47: write en, ru, fa-AF, ps or th",
    ),
    (
        "reliability",
        "G",
        {},
        "reliability",
        "'G' is no Admiralty reliability: use one of A, B, C, D, E, F",
    ),
    (
        "credibility",
        "7",
        {},
        "credibility",
        "'7' is no Admiralty credibility: use one of 1, 2, 3, 4, 5, 6",
    ),
    (
        "status",
        "deleted",
        {},
        "status",
        "'deleted' is no status: use one of current, corrected, retracted, supe",
    ),
    (
        "part_of",
        "nothing",
        {},
        "part_of",
        "no claim has the id 'nothing': name a claim_id of these files",
    ),
    (
        "denies",
        "nothing",
        {},
        "denies",
        "no claim has the id 'nothing': name claims by their claim_id, with ';'",
    ),
    (
        "supersedes",
        "nothing",
        {},
        "supersedes",
        "no claim has the id 'nothing': name a claim_id of these files",
    ),
    (
        "claim_id",
        "x" * 3000,
        {},
        "claim_id",
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' (3,000",
    ),
    (
        "tags",
        "x" * 30000,
        {},
        "tags",
        "the cell holds 30,000 characters, at most 20,000 are read: keep the pa",
    ),
    (
        "places",
        "\x1b[2J",
        {},
        "places",
        "'[2J' is no known place in Afghanistan; write a name, a code such ",
    ),
    (
        "places",
        "Kun\u202edxuz",
        {},
        "places",
        "'Kundxuz' is no known place in Afghanistan. Did you mean Kunduz (",
    ),
]

# One wrong text: the name of the file, what it holds, how the first line goes on after the name.
TEXTS: Final[list[tuple[str, str, str]]] = [
    ("num.json", "5", ": the JSON holds no list of claims but '5'"),
    ("str.json", '"x"', ": the JSON holds no list of claims but 'x'"),
    ("null.json", "null", ": the file holds no claims: write at least one, or name another file"),
    ("true.json", "true", ": the JSON holds no list of claims but 'True'"),
    (
        "emptyobj.json",
        "{}",
        ": the JSON holds one object with nothing: expected a list of claims, or 'claims'",
    ),
    (
        "emptylist.json",
        "[]",
        ": the file holds no claims: write at least one, or name another file",
    ),
    (
        "listlist.json",
        "[[1,2]]",
        ":1: \"['1', '2']\" is no claim: a claim has fields such as actor and text",
    ),
    ("liststr.json", '["a"]', ":1: 'a' is no claim: a claim has fields such as actor and text"),
    (
        "cut.json",
        '[{"actor": "ISKP", "te',
        ": not valid JSON at line 1, column 20: Unterminated string starting at, before '",
    ),
    (
        "trail.json",
        '[{"actor":"ISKP","text":"t","places":"Kunduz"},]',
        ": not valid JSON at line 1, column 48: Expecting value, before ']'",
    ),
    (
        "comment.json",
        "// hi\n[]",
        ": not valid JSON at line 1, column 1: Expecting value, before '// hi\\n[]'",
    ),
    (
        "single.json",
        "[{'actor': 'x'}]",
        ": not valid JSON at line 1, column 3: Expecting property name enclosed in double",
    ),
    (
        "nan.json",
        '[{"actor":"ISKP","text":"t","places":"Kunduz","value":NaN}]',
        ":1: value: 'NaN' is no number: write null where none is known",
    ),
    (
        "inf.json",
        '[{"actor":"ISKP","text":"t","places":"Kunduz","value":1e999}]',
        ":1: value: '1e999' is larger than a number can be",
    ),
    (
        "hugeint.json",
        '[{"actor": "ISKP", "text": "t", "places": "Kunduz", "value": ' + "9" * 5000 + "}]",
        ":1: value: '999999999999999999999999999999…999999999999999999999999999999' (5,00",
    ),
    ("deep.json", "[" * 100_000, ": the brackets are nested too deep for a list of claims"),
    ("deepobj.json", '{"a":' * 50_000, ": the brackets are nested too deep for a list of claims"),
    (
        "deepok.json",
        "[" * 500 + "]" * 500,
        ":1: '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]' (998 charact",
    ),
    (
        "dupkey.json",
        '[{"actor":"a","actor":"b","text":"t","places":"Kunduz"}]',
        ":1: actor: the field 'actor' stands twice in one claim: keep one",
    ),
    (
        "objcell.json",
        '[{"actor":{"x":1},"text":"t","places":"Kunduz"}]',
        ":1: actor: \"{'x': '1'}\" is an object: a field of a claim holds a text, a number,",
    ),
    (
        "listlistcell.json",
        '[{"actor":[["x"]],"text":"t","places":"Kunduz"}]',
        ":1: actor: \"['x']\" is a list or object within a list: write texts in one list",
    ),
    (
        "surr.json",
        '[{"actor":"\\ud800","text":"t","places":"Kunduz"}]',
        ":1: actor: '\\\\ud800' holds half of a surrogate pair, which is not text: remove i",
    ),
    (
        "nulcell.json",
        '[{"actor":"a\\u0000b","text":"t","places":"Kunduz"}]',
        ":1: actor: 'a\\x00b' holds a NUL character, which is not text: remove it",
    ),
    (
        "claimsobj.json",
        '{"claims": {"a": 1}}',
        ": 'claims' holds no list of claims but \"{'a': '1'}\"",
    ),
    (
        "claimsnull.json",
        '{"claims": null}',
        ": the file holds no claims: write at least one, or name another file",
    ),
    (
        "reportlist.json",
        '{"report": [1], "claims": []}',
        ": report: 'report' must hold fields and their values, such as outlet and url",
    ),
    (
        "reportstr.json",
        '{"report": "x", "claims": [{"actor":"ISKP","text":"t","places":"Kunduz"}]}',
        ": report: 'report' must hold fields and their values, such as outlet and url",
    ),
    ("dupclaims.json", '{"claims": [], "claims": []}', ": the key 'claims' stands twice: keep one"),
    (
        "topo.json",
        '{"type":"Topology","objects":{}}',
        ": the JSON holds one object with 'type', 'objects': expected a list of claims, o",
    ),
    (
        "bundle.json",
        '{"type":"bundle","id":"x","objects":[]}',
        ": the file holds no claims: write at least one, or name another file",
    ),
    (
        "bundle2.json",
        '{"type":"bundle","id":"bundle--1","objects":[5,{"type":"report"},{"type":"report","id":"report--1","object_refs":"x"}]}',
        ": the file holds no claims: write at least one, or name another file",
    ),
    (
        "fc.geojson",
        '{"type":"FeatureCollection"}',
        ": the FeatureCollection has no list of 'features'",
    ),
    (
        "fcnull.geojson",
        '{"type":"FeatureCollection","features":[null]}',
        ":1: 'None' is no claim: a claim has fields such as actor and text",
    ),
    (
        "fcprops.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,"geometry":null}]}',
        ":1: actor: the actor is missing: name the group, or write 'Unspecified armed gro",
    ),
    (
        "fcpoint.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"actor":"ISKP","text":"t"},"geometry":{"type":"Point","coordinates":["a","b"]}}]}',
        ":1: latitude: 'b' is no number of degrees: write it as 36.73 or -70.5",
    ),
    (
        "fcpoint2.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"actor":"ISKP","text":"t"},"geometry":{"type":"Point","coordinates":[1]}}]}',
        ":1: the point has no longitude and latitude",
    ),
    (
        "fccrs.geojson",
        '{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"http://evil/x"}},"features":[]}',
        ": the GeoJSON declares a CRS other than WGS 84: reproject it to EPSG:4326",
    ),
    (
        "fcswap.geojson",
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"actor":"ISKP","text":"t","country":"AFG"},"geometry":{"type":"Point","coordinates":[36.7,68.8]}}]}',
        ":1: latitude: 68.8, 36.7 lies in Russia, not in Afghanistan: latitude and longit",
    ),
    (
        "bad.jsonl",
        '{"actor":"ISKP","text":"t","places":"Kunduz"}\n{bad\n\n5\n"x"\n',
        ":2: not valid JSON at column 2: Expecting property name enclosed in double quote",
    ),
    (
        "manybad.jsonl",
        "x\n" * 3000,
        ":1: not valid JSON at column 1: Expecting value, before 'x' (1,001 rows: 1-1001)",
    ),
    (
        "data.json",
        '{"data": [{"event_id_cnty": 5}]}',
        ": the JSON holds one object with 'data': expected a list of claims, or 'claims' ",
    ),
    (
        "cut.yaml",
        "- actor: 'ISKP\n",
        ":2: not valid YAML: while scanning a quoted scalar, found unexpected end of stre",
    ),
    (
        "tab.yaml",
        "-\tactor: x\n\ttext: y\n",
        ":1: not valid YAML: while scanning for the next token, found character that cann",
    ),
    ("bomb.yaml", ALIAS_BOMB, ":6: the aliases stand for more than 1,000,000 nodes"),
    (
        "tag.yaml",
        "- !!python/object/apply:os.system ['id']\n",
        ":1: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not read: remov",
    ),
    ("anchorself.yaml", "- &a\n  actor: *a\n", ":2: the alias 'a' has no anchor before it"),
    (
        "merge.yaml",
        "- &a {actor: x}\n- <<: *a\n  text: t\n",
        ":2: merge keys ('<<') are not read: put what claims share into 'report'",
    ),
    (
        "twodoc.yaml",
        "- actor: x\n---\n- actor: y\n",
        ":2: a second YAML document begins: put all claims into one list",
    ),
    ("scalar.yaml", "hello\n", ": the YAML holds no list of claims but 'hello'"),
    ("deep.yaml", "[" * 100_000, ":1: nested deeper than 20 levels, too deep for a list of claims"),
    (
        "deepmap.yaml",
        "\n".join(" " * level + "a:" for level in range(500)),
        ":22: nested deeper than 20 levels, too deep for a list of claims",
    ),
    ("listkey.yaml", "? [a]\n: b\n", ":1: a field's name must be a plain text"),
    ("ctrl.yaml", "- actor: \x07\n", ":1: the character '\\x07' may not stand in YAML: remove it"),
    (
        "norway.yaml",
        "- actor: no\n  text: yes\n  places: Kunduz\n  kind: presence\n  reported: 2023-02-30\n",
        ":1: reported: '2023-02-30' is no day of the calendar: February 2023 has 28 days",
    ),
    (
        "claimsnull.yaml",
        "claims:\n",
        ": the file holds no claims: write at least one, or name another file",
    ),
    (
        "reportonly.yaml",
        "report:\n  outlet: x\n",
        ":1: the YAML holds one object with 'report': expected a list of claims, or 'clai",
    ),
    (
        "dup.yaml",
        "- actor: a\n  actor: b\n  text: t\n  places: Kunduz\n",
        ":1: actor: the field 'actor' stands twice in one claim: keep one",
    ),
    (
        "colon.yaml",
        "- actor: a\n  text: he said: hi\n",
        ":2: not valid YAML: mapping values are not allowed in this context",
    ),
    (
        "directive.yaml",
        "%YAML 9.9\n---\n- actor: x\n",
        ":1: not valid YAML: found incompatible YAML document",
    ),
    (
        "include.yaml",
        "- !include /etc/passwd\n",
        ":1: the tag '!include' is not read: remove it, all values are texts",
    ),
]

# Content that is no text, or not what its name says.
FILES: Final[list[tuple[str, bytes, str]]] = [
    ("empty.csv", b"", ": the file is empty"),
    ("empty.xlsx", b"", ": the file is empty"),
    ("empty.parquet", b"", ": the file is empty"),
    ("empty.csv.gz", b"", ": the file is empty"),
    ("hollow.csv.gz", gzip.compress(b"", mtime=0), ": the file is empty"),
    ("blank.csv", b"\n\n  \n", ": the file holds nothing but blank lines"),
    ("mark.csv", b"\xef\xbb\xbf", ": the file holds nothing but blank lines"),
    ("header.csv", table(), ": the file holds no claims: write at least one"),
    ("zeros.csv", bytes(2000), ": the content is binary, not text"),
    ("bytes.csv", bytes(range(256)) * 40, ": the content is binary, not text"),
    ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), ": the content is a PNG image, not CSV"),
    ("paper.csv", b"%PDF-1.7 x", ": the content is a PDF document, not CSV"),
    ("page.csv", b"<!DOCTYPE html><title>404</title>", ": the content is a web page (HTML)"),
    ("page.json", b"<html></html>", ": the content is a web page (HTML), not JSON"),
    ("vrt.csv", b"<OGRVRTDataSource/>", ": the content is an XML document, not CSV"),
    ("program.csv", b"\x7fELF" + bytes(60), ": the content is a program, not CSV"),
    ("pickle.csv", pickle.dumps({"a": 1}), ": the content is a Python pickle, which is never read"),
    ("pickle.json", pickle.dumps([], 2), ": the content is a Python pickle, which is never read"),
    ("pickle.parquet", pickle.dumps({"a": 1}), ": the content is a Python pickle"),
    ("database.csv", b"SQLite format 3\0" + bytes(99), ": the content is an SQLite database"),
    ("zipped.csv", ZIPPED, ": the file is gzip, which its name does not say"),
    ("plain.csv.gz", table(GOOD), ": the file is not gzip, though its name ends in .gz"),
    ("cut.csv.gz", ZIPPED[:-20], ": the gzip content ends too early"),
    ("damaged.csv.gz", b"\x1f\x8b\x08\0" + b"x" * 50, ": the gzip content is damaged"),
    ("sum.csv.gz", ZIPPED[:-8] + bytes(8), ": the gzip content is damaged (CRC check failed"),
    ("twice.csv.gz", gzip.compress(ZIPPED, mtime=0), ":1: the header's '\\x1f"),
    ("archive.csv", archive(a="x"), ": the content is a ZIP archive, not CSV"),
    (
        "old.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ": the name does not end in a format of claims",
    ),
    ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ": the content is an old Excel workbook"),
    ("sheet.ods", b"PK\3\4", ": the name does not end in a format of claims"),
    ("claims.txt", table(GOOD), ": the name does not end in a format of claims"),
    ("claims", table(GOOD), ": the name does not end in a format of claims"),
    ("object.csv", b'[{"actor": "ISKP"}]', ": the content is JSON, not CSV: rename it"),
    ("table.json", table(GOOD), ": not valid JSON at line 1, column 1: Expecting value"),
    ("table.xlsx", table(GOOD), ": the content is not XLSX: it begins with b'actor,ki'"),
    ("table.parquet", table(GOOD), ": the content is not Parquet: it begins with b'actor,ki'"),
    ("table.gpkg", table(GOOD), ": the content is not GeoPackage: it begins with b'actor,ki'"),
    ("table.yaml", table(GOOD), ": the YAML holds no list of claims but 'actor,kind,text"),
    (
        "utf16.csv",
        table(GOOD).decode().encode("utf-16-le"),
        ": the content looks like UTF-16 without",
    ),
    (
        "odd.csv",
        b"\xff\xfe" + table(GOOD).decode().encode("utf-16-le")[:-1],
        ": the content begins as UTF-16 but is not UTF-16 at byte",
    ),
    (
        "mixed.csv",
        table(GOOD.replace("Seen", "Душанбе, Кундуз")) + b"\xe9t\xe9",
        ": byte 0xE9 in line 3",
    ),
    ("line.csv", b"x" * 10_000_000, ": no header can be read"),
    (
        "quoted.csv",
        table('ISKP,presence,"' + "x" * 10_000_000 + '",Kunduz,,,,,'),
        ":2: a field is longer than 131,072 characters",
    ),
    # headers and records
    (
        "headless.csv",
        table(GOOD, header=GOOD),
        ":1: the first record names no column of the claims",
    ),
    ("other.csv", table("1,2", header="a,b"), ":1: the first record names no column of the claims"),
    (
        "twice.csv",
        table("a,t,Kunduz,b", header="actor,text,places,Actor"),
        ":1: actor: the header names the column 'actor' twice, in columns 1 and 4",
    ),
    ("textless.csv", table("ISKP,Kunduz", header="actor,places"), ":1: the header lacks 'text'"),
    (
        "placeless.csv",
        table("ISKP,t", header="actor,text"),
        ":1: the header lacks 'places', 'country'",
    ),
    (
        "lonely.csv",
        table("ISKP,t,5", header="actor,text,latitude"),
        ":1: the header lacks 'places'",
    ),
    (
        "wide.csv",
        table("a", header="actor,text,places" + ",x" * 3000),
        ":1: the header has 3,003 columns",
    ),
    (
        "nul.csv",
        b"actor,te\0xt,places\na,b,c\n",
        ":1: the header's 'te\\x00xt' holds a NUL character",
    ),
    (
        "turned.csv",
        table("a,t,b", header="actor,text\u202e,places"),
        ":1: the header lacks 'text'; 'text\\u202e' may be meant",
    ),
    ("short.csv", table("ISKP,presence,Seen"), ":2: the record has 3 fields, the header 9"),
    (
        "long.csv",
        table(f"{GOOD},more,yet"),
        ":2: the record has 11 fields, the header 9; the surplus",
    ),
    (
        "open.csv",
        table('ISKP,presence,"Seen,Kunduz,,,,,'),
        ":2: a quote opens in this record and never",
    ),
    ("within.csv", table('ISKP,presence,"Se"en,Kunduz,,,,,'), ":2: a quote ends within a field"),
    ("cell.csv", table(GOOD.replace("Seen", "Se\0en")), ":2: 'Se\\x00en' in field 3 holds a NUL"),
    (
        "separator.csv",
        b"sep=;\nactor;text;places\nISKP;t;Kundz\n",
        ":3: places: 'Kundz' is no known",
    ),
    # claims that speak of each other
    (
        "ids.csv",
        table("a,ISKP,t,Kunduz", "a,ISKP,u,Kunduz", header="claim_id,actor,text,places"),
        ":3: claim_id: 'a' is the id of the claim at ids.csv:2 already",
    ),
    (
        "circle.csv",
        linked(a__part_of="b", b__part_of="a"),
        ":2: part_of: the link leads back here in a circle",
    ),
    ("own.csv", linked(a__part_of="a"), ":2: part_of: 'a' is this claim, or another telling of it"),
    (
        "after.csv",
        linked(a__supersedes="b", b__supersedes="a"),
        ":2: supersedes: the link leads back here",
    ),
    ("itself.csv", linked(a__supersedes="a"), ":2: supersedes: a claim cannot supersede itself"),
    ("deny.csv", linked(a__denies="a"), ":2: denies: a claim cannot deny itself"),
    (
        "origins.csv",
        linked(a__origin_id="b", b__origin_id="a"),
        ":2: origin_id: 'b' leads in a circle",
    ),
    # workbooks
    ("hollow.xlsx", workbook(), ": the workbook is empty"),
    ("header.xlsx", workbook(SHEET[0]), "[S]: the file holds no claims"),
    ("cut.xlsx", workbook(*SHEET)[:-300], ": the content is a damaged ZIP archive or workbook"),
    ("half.xlsx", workbook(*SHEET)[:2000], ": the content is a damaged ZIP archive or workbook"),
    (
        "formula.xlsx",
        workbook(SHEET[0], ["ISKP", "=1+1", "Kunduz", 5]),
        "[S]:2: text: '=1+1' is a formula without a value",
    ),
    (
        "error.xlsx",
        workbook(SHEET[0], ["ISKP", "#REF!", "Kunduz", 5]),
        "[S]:2: text: '#REF!' is an error of the workbook",
    ),
    ("title.xlsx", workbook(["My claims"], [], *SHEET), "[S]:1: the first record names no column"),
    (
        "entity.xlsx",
        workbook(*SHEET, change=in_sheet(b"<worksheet", ENTITY)),
        ": the workbook's part 'xl/worksheets/sheet1.xml' is not XML as Excel writes it",
    ),
    (
        "sheetless.xlsx",
        workbook(*SHEET, change=lambda name, part: None if "sheet1" in name else part),
        ": the workbook is damaged (S): save it again",
    ),
    (
        "broken.xlsx",
        workbook(*SHEET, change=in_sheet(b"</sheetData>", b"<")),
        ": the workbook is damaged (",
    ),
    (
        "far.xlsx",
        workbook(*SHEET, change=in_sheet(b'r="A2"', b'r="XFD1048576"')),
        ": the sheets have more than 24,000,000 cells",
    ),
    ("archive.xlsx", archive(a="x"), ": the content is a ZIP archive, not XLSX"),
    # Parquet
    ("cut.parquet", parquet()[:-30], ": the Parquet file is damaged ("),
    ("ends.parquet", b"PAR1" + b"x" * 100 + b"PAR1", ": the Parquet file is damaged ("),
    (
        "list.parquet",
        parquet(actor=[["ISKP"]]),
        ": actor: the column is of type list<element: string>",
    ),
    ("binary.parquet", parquet(actor=[b"\xff"]), ": actor: the column is of type binary"),
    (
        "object.parquet",
        parquet(actor=[{"a": 1}]),
        ": actor: the column is of type struct<a: int64>",
    ),
]
