"""The columns of names and codes that publishers of boundaries use."""

from __future__ import annotations

import pandas as pd
import pytest

from geodata.places.boundaries.columns import as_text, recognise
from geodata.places.boundaries.identity import slug


@pytest.mark.parametrize(
    ("columns", "name", "codes", "country", "level"),
    [
        ("shapeName shapeISO shapeID shapeGroup shapeType", "shapeName",
         ("shapeISO", "shapeID"), ("shapeGroup",), None),
        ("ADM2_FA ADM2_EN ADM2_PCODE ADM1_EN ADM1_PCODE ADM0_EN ADM0_PCODE", "ADM2_EN",
         ("ADM2_PCODE",), ("ADM0_PCODE", "ADM0_EN"), 2),
        ("adm1_name adm1_name1 adm1_pcode adm0_name adm0_pcode iso3", "adm1_name",
         ("adm1_pcode",), ("iso3", "adm0_pcode", "adm0_name"), 1),
        ("ADM1_FR ADM1_PCODE ADM0_FR", "ADM1_FR", ("ADM1_PCODE",), (), 1),
        ("GID_0 COUNTRY GID_1 NAME_1 HASC_1 ISO_1", "NAME_1", ("ISO_1", "GID_1"),
         ("GID_0", "COUNTRY"), 1),
        ("GID_0 COUNTRY", "COUNTRY", ("GID_0",), ("GID_0", "COUNTRY"), 0),
        ("adm0_sr name iso_3166_2 adm0_a3 iso_a2", "name", ("iso_3166_2",),
         ("adm0_a3", "iso_a2"), 1),
        ("NAME ISO_A3 ADM0_A3", "NAME", ("ADM0_A3", "ISO_A3"), ("ADM0_A3", "ISO_A3"), 0),
        ("place_id name level country parent", "name", ("place_id",), ("country",), None),
        ("name title", None, (), (), None),
    ],
)  # fmt: skip
def test_columns_of_publishers_are_recognised(
    columns: str, name: str | None, codes: tuple[str, ...], country: tuple[str, ...],
    level: int | None,
) -> None:  # fmt: skip
    found = recognise(columns.split())
    assert (found.name, found.codes, found.country, found.level) == (name, codes, country, level)


def test_the_level_asked_for_chooses_among_the_columns() -> None:
    columns = ["GID_0", "COUNTRY", "GID_1", "NAME_1", "ISO_1", "GID_2", "NAME_2"]
    assert recognise(columns).name == "NAME_2"
    assert recognise(columns, level=1).name == "NAME_1"


def test_cells_become_text() -> None:
    cells = pd.Series([6500.0, 1, " a  b ", "", None, float("nan"), [1], b"x"], dtype=object)
    assert as_text(cells).tolist()[:3] == ["6500", "1", "a b"]
    assert as_text(cells).isna().tolist() == [False] * 3 + [True] * 5


@pytest.mark.parametrize(("text", "expected"), [("Sar-e Pol", "sar-e-pol"), ("Кундуз", "kunduz")])
def test_slugs_are_ascii(text: str, expected: str) -> None:
    assert slug(text) == expected
