from __future__ import annotations

import contextlib
import os
import signal
import stat
from pathlib import Path

import pytest

from command import start
from geodata.errors import SurroundingsError
from mapping.export import write_atomically


def test_a_new_file_has_the_permissions_that_umask_gives(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_atomically(tmp_path / "map.html", b"new")
    finally:
        os.umask(old)

    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "map.html").stat().st_mode) == 0o640


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    target.write_bytes(b"old")
    target.chmod(0o604)

    write_atomically(target, b"new")

    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o604
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_link_is_followed(tmp_path: Path) -> None:
    target = tmp_path / "real.html"
    target.write_bytes(b"old")
    (tmp_path / "link.html").symlink_to(target)

    write_atomically(tmp_path / "link.html", b"new")

    assert target.read_bytes() == b"new"
    assert (tmp_path / "link.html").is_symlink()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.html"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mapping.export.os.fsync", full)
    with pytest.raises(SurroundingsError, match=r"map\.html.*No space left.*the old file"):
        write_atomically(target, b"new")

    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="is a folder"):
        write_atomically(tmp_path, b"new")


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match="No such file or directory"):
        write_atomically(tmp_path / "absent" / "map.html", b"new")


def test_a_device_is_no_file() -> None:
    with pytest.raises(SurroundingsError, match="no ordinary file"):
        write_atomically("/dev/null", b"new")


@pytest.mark.parametrize("kind", ["nameless", "named"])
def test_both_ways_to_write_end_alike(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "named":
        monkeypatch.setattr("mapping.export._write_nameless", lambda *_: None)
    write_atomically(tmp_path / "map.html", b"new")
    write_atomically(tmp_path / "map.html", b"newer")
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]
    assert (tmp_path / "map.html").read_bytes() == b"newer"


def test_without_a_list_of_descriptors_a_file_is_named_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_proc(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("mapping.export.os.link", no_proc)
    write_atomically(tmp_path / "map.html", b"new")
    assert (tmp_path / "map.html").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


# A process that is killed when its content is written and before it has reached the disk.
KILLED = """
import os, signal
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
from mapping.cli import main
main()
"""


@pytest.mark.second_tier
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
    left = {path.name for path in claims_folder.iterdir()} - {"good.csv", "faulty.csv", target.name}
    assert all(name.startswith(f".{target.name}.") for name in left)
    if has_nameless_files(claims_folder):
        assert left == set()


def has_nameless_files(folder: Path) -> bool:
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("name", ["../up.html", "a/../b.html", "x" * 255 + ".html", "..", "a\0b"])
def test_nothing_is_written_elsewhere_than_named(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    (folder / "a").mkdir(parents=True)
    with contextlib.suppress(SurroundingsError):
        write_atomically(folder / name, b"new")
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert written <= {(folder / name).resolve()} if "\0" not in name else not written
