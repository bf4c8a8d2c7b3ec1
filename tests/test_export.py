from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

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
