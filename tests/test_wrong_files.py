"""Wrong and hostile files, each with the message that it must give, by every way in."""

from __future__ import annotations

import gzip
import json
import os
import stat
from pathlib import Path

import pytest
from wrong_claims import CELLS, FILES, GOOD, TEXTS, cell, table, workbook

from command import invoke
from conftest import without_root

KEYS = {"file", "row", "column", "value", "message", "suggestions"}


def assert_told(name: str, said: str, *, also_built: bool = True) -> None:
    """Check and build end with one message that begins so, and write nothing."""
    before = sorted(path.name for path in Path().iterdir())
    checked = invoke("check", name)
    assert checked.exit_code == 1, checked.stderr
    first = checked.stderr.splitlines()[0]
    assert first.startswith(f"{name}{said}"), first
    assert "fault of the program" not in checked.stderr
    assert max(map(len, checked.stderr.splitlines())) < 2000
    if not also_built:  # what a cell holds goes the same way
        return
    built = invoke("build", name)
    assert (built.exit_code, built.stdout) == (1, "")
    assert built.stderr.splitlines()[0] == first
    assert sorted(path.name for path in Path().iterdir()) == before


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


CASES = {
    **{f"cell {at}": ("c.csv", cell(column, value, **others), f":2: {named}: {said}")
       for at, (column, value, others, named, said) in enumerate(CELLS)},
    **{f"text {name}": (name, text.encode(), said) for name, text, said in TEXTS},
    **{f"file {name}": (name, content, said) for name, content, said in FILES},
}  # fmt: skip


@pytest.fixture(scope="module")
def first_lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said first of each case where one command is given all of them, a folder for each.

    A few say less in company than alone, or something else: of files without claims some have
    to be left, and claims of other files may have the same ids.
    """
    top = tmp_path_factory.mktemp("wrong")
    paths = {}
    for at, (case, (name, content, _)) in enumerate(CASES.items()):
        paths[case] = f"{at}/{name}"
        (top / str(at)).mkdir()
        (top / paths[case]).write_bytes(content)
    before = sorted(top.rglob("*"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        checked = invoke("check", "--all", *paths.values())
        built = invoke("build", "--all", *paths.values())
    told, again = ({path: first_line(result.stderr, path) for path in paths.values()}
                   for result in (checked, built))  # fmt: skip
    assert (checked.exit_code, built.exit_code, built.stdout) == (1, 1, "")
    assert again == told
    assert "fault of the program" not in checked.stderr + built.stderr
    assert max(map(len, checked.stderr.splitlines())) < 2000
    assert sorted(top.rglob("*")) == before
    return {case: told[path].partition("/")[2] for case, path in paths.items()}


def first_line(said: str, path: str) -> str:
    return next((line for line in said.splitlines() if line.startswith(path)), "")


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told(case: str, first_lines: dict[str, str]) -> None:
    name, content, said = CASES[case]
    if not first_lines[case].startswith(f"{name}{said}"):
        Path(name).write_bytes(content)
        assert_told(name, said)


def test_values_and_suggestions_reach_the_object() -> None:
    Path("c.csv").write_bytes(cell("kind", "attak", url="www.tass.ru"))
    found = json.loads(invoke("check", "c.csv", "--format", "json").stdout)
    by_column = {fault["column"]: fault for fault in found["errors"]}
    assert all(set(fault) == KEYS for fault in found["errors"])
    assert (by_column["kind"]["value"], by_column["kind"]["suggestions"]) == ("attak", ["attack"])
    assert by_column["url"]["suggestions"] == ["https://www.tass.ru"]


# --- bombs: small files that unpack to more than is read -----------------------------------------


@pytest.mark.second_tier
def test_a_bomb_of_gzip() -> None:
    packer = gzip.compress(b"a" * 2**24)
    Path("bomb.csv.gz").write_bytes(packer * 40)  # members one after the other are one content
    assert_told(
        "bomb.csv.gz", ": the content is larger than the limit of 512 MB: split it, or raise"
    )


@pytest.mark.second_tier
def test_a_bomb_of_a_workbook() -> None:
    spaces = b" " * 2**27
    parts = iter(range(5))

    def swell(name: str, part: bytes) -> bytes:
        return part + spaces if name.endswith(".xml") and next(parts, None) is not None else part

    content = workbook(["actor", "text", "places"], ["ISKP", "t", "Kunduz"], change=swell)
    Path("bomb.xlsx").write_bytes(content)
    assert len(content) < 2**20
    assert_told(
        "bomb.xlsx", ": the workbook is larger, unzipped, than the limit of 536,870,912 bytes"
    )


# --- what is no file -----------------------------------------------------------------------------


def test_a_folder_a_loop_a_pipe_and_what_is_not_there() -> None:
    Path("folder.csv").mkdir()
    Path("loop.csv").symlink_to("loop.csv")
    Path("dangling.csv").symlink_to("nowhere.csv")
    os.mkfifo("pipe.csv")
    for name, said in (
        ("folder.csv", ": this is a folder: name the files in it"),
        ("folder.csv/", ": this is a folder: name the files in it"),
        ("loop.csv", ": the file cannot be opened: Too many levels of symbolic links"),
        ("dangling.csv", ": no such file"),
        ("missing.csv", ": no such file"),
        ("pipe.csv", ": this is a pipe, not a file"),
        ("/dev/zero", ": this is a device or socket, not a file"),
        ("https://example.org/a.csv", ": only files are read, never addresses"),
        ("/vsicurl/http://example.org/a.csv", ": only files are read, never addresses"),
        ("x" * 300 + ".csv", ": the file cannot be opened: File name too long"),
        ("nul\0.csv", ""),
    ):
        result = invoke("check", name)
        assert result.exit_code == 1
        shown = name.replace("\0", "\\x00")
        assert result.stderr.startswith(f"{shown}{said}"), result.stderr


def test_a_file_that_may_not_be_read() -> None:
    path = Path("secret.csv")
    path.write_bytes(table(GOOD))
    path.chmod(0)
    invoke("check", path)  # whatever is loaded once is loaded
    with without_root(Path.cwd()):
        assert not os.access(path, os.R_OK, effective_ids=True)
        assert_told("secret.csv", ": the file may not be read: its permissions forbid it")
    path.chmod(stat.S_IRUSR)
