"""Faults that say the same are told once, with their rows."""

from __future__ import annotations

from geodata.fault_groups import grouped
from geodata.report import Fault


def fault(row: int | None, message: str = "wrong", file: str = "a.csv") -> Fault:
    return Fault(file, row, "lang", str(row), message)


def test_few_stay_as_they_are() -> None:
    faults = [fault(2), fault(3), fault(9)]
    assert grouped(faults) == faults


def test_many_become_one_at_the_place_of_the_first() -> None:
    faults = [fault(2), fault(3, "other"), fault(3), fault(4), fault(9)]
    assert list(map(str, grouped(faults))) == [
        "a.csv:2: lang: wrong (4 rows: 2-4, 9)",
        "a.csv:3: lang: other",
    ]


def test_files_are_told_apart() -> None:
    faults = [fault(row, file=name) for name in ("a.csv", "b.csv") for row in range(2, 6)]
    assert [one.file for one in grouped(faults)] == ["a.csv", "b.csv"]


def test_faults_of_a_file_are_never_put_together() -> None:
    faults = [fault(None)] * 5
    assert grouped(faults) == faults


def test_rows_beyond_a_line_are_left_to_the_object() -> None:
    (one,) = grouped([fault(row) for row in range(2, 100, 2)])
    assert one.message.endswith("(49 rows: 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, …)")
    assert one.value == "2"


def test_nothing_stays_nothing() -> None:
    assert grouped([]) == []
