"""Saving: whole or not at all, by any number of processes, on any system."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from command import start
from geodata.errors import SurroundingsError
from geodata.io.input_files import InputFiles
from geodata.io.save import save_file

OURS = ".map.html.claimatlas-0123456789abcdef"


def save(path: str | Path, content: bytes) -> None:
    save_file(path, content, inputs=InputFiles())


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_new_file_has_the_permissions_that_umask_gives(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        save(tmp_path / "map.html", b"new")
    finally:
        os.umask(old)

    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "map.html").stat().st_mode) == 0o640


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_bytes(b"old")
    target.chmod(0o604)

    save(target, b"new")

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o604
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "real.html"
    target.write_bytes(b"old")
    (tmp_path / "link.html").symlink_to(target)

    save(tmp_path / "link.html", b"new")

    assert target.read_bytes() == b"new"
    assert (tmp_path / "link.html").is_symlink()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.html"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("geodata.io.save.os.fsync", full)
    with pytest.raises(SurroundingsError, match=r"map\.html.*No space left.*the old file"):
        save(target, b"new")

    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="is a folder"):
        save(tmp_path, b"new")


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="No such file or directory"):
        save(tmp_path / "absent" / "map.html", b"new")


def test_a_device_is_no_file() -> None:
    with pytest.raises(SurroundingsError, match="no ordinary file"):
        save("/dev/null", b"new")


# A process that is killed when its content is written and before it has reached the disk.
KILLED = """
import os, signal
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
from mapping.cli import main
main()
"""


@pytest.mark.parametrize("command", ["build", "convert"])
def test_a_killed_command_leaves_the_old_file(claims_folder: Path, command: str) -> None:
    names = {"build": "map.html", "convert": "out.json"}
    target = claims_folder / names[command]
    target.write_bytes(b"old")
    arguments = ["-o", target] if command == "build" else [target]
    with start(command, claims_folder / "good.csv", *arguments, script=KILLED) as process:
        process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"old"
    assert [name.partition("claimatlas-")[0] for name in hidden(claims_folder)] == [
        f".{target.name}."
    ]
    save(target, b"new")
    assert hidden(claims_folder) == []


@pytest.mark.parametrize("name", ["../up.html", "a/../b.html", "x" * 255 + ".html", "..", "a\0b"])
def test_nothing_is_written_elsewhere_than_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    (folder / "a").mkdir(parents=True)
    with contextlib.suppress(SurroundingsError):
        save(folder / name, b"new")
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert written <= {(folder / name).resolve()} if "\0" not in name else not written


# --- what others left, and what they are writing -------------------------------------------------


def test_what_a_killed_save_left_is_removed_by_the_next(tmp_path: Path) -> None:
    (tmp_path / OURS).write_bytes(b"half")
    save(tmp_path / "other.html", b"new")
    assert hidden(tmp_path) == [OURS]
    save(tmp_path / "map.html", b"new")
    assert hidden(tmp_path) == []


@pytest.mark.parametrize(
    "name",
    [
        ".map.html.claimatlas-0123456789abcde", ".map.html.claimatlas-0123456789ABCDEF",
        ".map.html.claimatlas-0123456789abcdef.txt", ".map.html.swp", ".map.html",
        "map.html.claimatlas-0123456789abcdef", ".xmap.html.claimatlas-0123456789abcdef",
        ".mapxhtml.claimatlas-0123456789abcdef",
    ],
)  # fmt: skip
def test_a_strangers_file_stays(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"theirs")
    save(tmp_path / "map.html", b"new")
    assert (tmp_path / name).read_bytes() == b"theirs"


def test_neither_a_folder_nor_a_link_is_taken_for_what_was_left(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_bytes(b"theirs")
    (tmp_path / OURS).symlink_to("theirs")
    (tmp_path / OURS.replace("0", "1")).mkdir()
    save(tmp_path / "map.html", b"new")
    assert (tmp_path / "theirs").read_bytes() == b"theirs"
    assert len(hidden(tmp_path)) == 2


SLOW = """
import sys, time
from geodata.io import save as saving
from geodata.io.input_files import InputFiles
write = saving._write
def slowly(file, content):
    write(file, content)
    print("written", flush=True)
    sys.stdin.readline()
saving._write = slowly
saving.save_file(sys.argv[1], b"first", inputs=InputFiles())
"""


def test_two_at_once_both_save_and_the_last_wins(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    with start(target, script=SLOW) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        save(target, b"second")
        assert target.read_bytes() == b"second"
        assert len(hidden(tmp_path)) == 1  # the other is still writing it
        process.communicate("go on\n", timeout=60)
    assert process.returncode == 0
    assert target.read_bytes() == b"first"
    assert hidden(tmp_path) == []


def test_many_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    contents = [bytes([number]) * 300_000 for number in range(12)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda content: save(tmp_path / "map.html", content), contents * 4))
    assert (tmp_path / "map.html").read_bytes() in contents
    assert hidden(tmp_path) == []


def test_without_locks_nothing_is_removed_that_may_be_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("geodata.io.save.fcntl.flock", none)
    (tmp_path / OURS).write_bytes(b"perhaps in use")
    save(tmp_path / "map.html", b"new")
    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert hidden(tmp_path) == [OURS]


def test_a_long_name_is_written(tmp_path: Path) -> None:
    name = "ю" * 120 + ".html"  # 245 bytes
    save(tmp_path / name, b"old")
    save(tmp_path / name, b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(name, b"new")]


def test_a_private_file_is_private_while_it_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.html"
    target.write_bytes(b"old")
    target.chmod(0o600)
    seen = []
    monkeypatch.setattr(
        "geodata.io.save.os.fsync", lambda handle: seen.append(os.fstat(handle).st_mode & 0o777)
    )
    save(target, b"new")
    assert seen[0] == 0o600


# --- Windows, which locks nothing, and renames and removes nothing that is open -------------------


class Windows:
    """The rules of Windows for files that a process has open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open: set[str] = set()
        self.monkeypatch = monkeypatch
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_TMPFILE", "fchmod"):
            monkeypatch.delattr(os, name, raising=False)
        monkeypatch.setattr("geodata.io.save.fcntl", None)
        self.forbid("unlink", PermissionError(13, "The process cannot access the file"))
        self.forbid("replace", PermissionError(13, "Access is denied"))

    def forbid(self, method: str, error: OSError) -> None:
        original = getattr(Path, method)

        def allowed(path: Path, *others: Any, **options: Any) -> Any:
            held = {os.path.realpath(link) for link in Path("/proc/self/fd").iterdir()}
            if {str(path), *map(str, others)} & (held | self.open):
                raise error
            return original(path, *others, **options)

        self.monkeypatch.setattr(Path, method, allowed)


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    return Windows(monkeypatch)


def test_on_windows_a_file_is_saved_and_what_was_left_is_removed(
    tmp_path: Path, windows: Windows
) -> None:
    (tmp_path / OURS).write_bytes(b"half")
    save(tmp_path / "map.html", b"old")
    save(tmp_path / "map.html", b"new")
    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert hidden(tmp_path) == []


def test_on_windows_what_another_writes_stays(tmp_path: Path, windows: Windows) -> None:
    (tmp_path / OURS).write_bytes(b"half")
    windows.open.add(str(tmp_path / OURS))
    save(tmp_path / "map.html", b"new")
    assert hidden(tmp_path) == [OURS]


def test_on_windows_a_file_that_is_open_is_told(tmp_path: Path, windows: Windows) -> None:
    (tmp_path / "map.html").write_bytes(b"old")
    windows.open.add(str(tmp_path / "map.html"))
    with pytest.raises(SurroundingsError, match=r"Access is denied: close what has it open"):
        save(tmp_path / "map.html", b"new")
    assert (tmp_path / "map.html").read_bytes() == b"old"
    assert hidden(tmp_path) == []


def test_on_windows_a_copy_that_another_save_removed_is_written_again(
    tmp_path: Path, windows: Windows, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace
    taken: list[str] = []

    def once(path: Path, target: Path) -> Path:
        if not taken:
            taken.append(path.name)
            path.unlink()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", once)
    save(tmp_path / "map.html", b"new")
    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert hidden(tmp_path) == []


# --- what the system refuses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "its folder must be writable too"),
        (OSError(30, "Read-only file system"), "Read-only file system; the old file"),
        (OSError(16, "Device or resource busy"), "Device or resource busy; the old file"),
    ],
)
def test_what_the_system_refuses_is_told(
    error: OSError, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    target = tmp_path / "map.html"
    target.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SurroundingsError, match=said):
        save(target, b"new")
    assert target.read_bytes() == b"old"
    assert hidden(tmp_path) == []


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_database_in_use_is_not_replaced(ending: str, tmp_path: Path) -> None:
    log = tmp_path / f"a.gpkg{ending}"
    log.write_bytes(b"")
    save(tmp_path / "a.gpkg", b"old")
    log.write_bytes(b"changes")
    with pytest.raises(SurroundingsError, match=rf"is open in another program.*a\.gpkg{ending}"):
        save(tmp_path / "a.gpkg", b"new")
    assert (tmp_path / "a.gpkg").read_bytes() == b"old"
