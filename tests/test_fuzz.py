"""Files and names by chance: whatever comes in, a report comes out, and never an exception."""

from __future__ import annotations

import io
import json
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from common import SOAK
from geodata.check import check_claims, report_to_json
from geodata.errors import ClaimatlasError
from geodata.io.read.column_map import read_column_map
from geodata.io.read.column_names import proposed_map
from geodata.io.write import write_claims
from geodata.samples import sample_claims
from geodata.text.actors import fold, resolve_actor
from geodata.text.dates import parse_date
from geodata.text.folding import fold_letters
from geodata.text.quantities import parse_quantity
from geodata.text.solar_hijri import gregorian

pytestmark = pytest.mark.second_tier

FORMATS: Final = (
    "csv", "tsv", "xlsx", "json", "jsonl", "yaml", "geojson", "parquet", "gpkg",
)  # fmt: skip
# What means something to a reader, or to what comes after it.
TOKENS: Final = st.sampled_from(
    [b'"', b"'", b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xed\xa0\x80", b"\\ud800",
     b"\\u0000", b"{", b"}", b"[", b"]", b":", b"- ", b"&a ", b"*a", b"!!x ", b"<<", b"null",
     b"NaN", b"1e999", b"-1", b"9" * 400, b"\xe2\x80\xae", b"=1+1", b"#adm1", b"2023-02-30",
     b"1402 SH", b"javascript:", b"<script>", b"${1}", b"x" * 3000, b"~", b"..", b"/", b"sep=;",
     b"nationwide", b"Kunduz", b"\xe2\x80\xa8", b"|", b"true", b"actor", b"claim_id",
     b"%", b"()", b"PK\3\4"]
)  # fmt: skip
# Where, how many bytes give way, and to what: a token, any bytes, or what stands there thrice.
CHANGES: Final = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from([0, 0, 1, 2, 7, 60, 500]),
        st.one_of(TOKENS, st.binary(max_size=6), st.none()),
    ),
    min_size=1,
    max_size=8,
)
QUICK: Final = (Phase.explicit, Phase.reuse, Phase.generate)  # to shrink would take minutes


def changed(content: bytes, changes: list[tuple[float, int, bytes | None]]) -> bytes:
    for where, length, new in changes:
        at = int(where * len(content))
        old = content[at : at + length]
        content = content[:at] + (old * 3 if new is None else new) + content[at + length :]
    return content


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    claims = sample_claims().head(3)
    return {kind: write_claims(claims, format=kind).content for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
@settings(
    max_examples=8 * SOAK, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(changes=CHANGES)
def test_changed_files_make_a_report(
    kind: str, contents: dict[str, bytes], changes: list[tuple[float, int, bytes | None]]
) -> None:
    report = check_claims(io.BytesIO(changed(contents[kind], changes)), format=kind)
    assert report.errors or len(report.claims)
    json.loads(json.dumps(report_to_json(report), allow_nan=False))
    for fault in (*report.errors, *report.warnings):
        str(fault).encode("utf-8")
        assert len(str(fault)) < 2000


NAME: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PIECES: Final = st.lists(
    st.sampled_from(
        ["over", "up to", "2023", "-02", "~", "/", "1402", " SH", "حمل", "۱", "٫", ",", ".", "six",
         "тысяч", "(", ")", ": ", "NRF", "Taliban", "..", "X", "[", "{", "%", "½", "\u200c", "ı"]
    ),
    max_size=6,
).map("".join)  # fmt: skip


@settings(max_examples=200)
@given(st.one_of(NAME, PIECES))
def test_names_dates_and_figures_are_read_or_refused(text: str) -> None:
    for read in (parse_date, parse_quantity, gregorian):
        try:
            read(text)
        except ClaimatlasError as error:
            str(error).encode("utf-8")
    assert fold_letters(fold_letters(text)) == fold_letters(text)
    assert fold(fold(text)) == fold(text)
    assert resolve_actor(text) is None or isinstance(resolve_actor(text), str)
    assert set(proposed_map([text])) <= set(read_column_map(proposed_map([text]))[0])
