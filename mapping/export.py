"""Files that are either complete or not there."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from geodata.errors import SurroundingsError


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that it holds the old content or all of the new.

    The content goes to a temporary file beside it, reaches the disk, and takes
    the name last. Permissions are those of the file that it replaces, else those
    that the ``umask`` gives a new one. A symbolic link is followed.

    Raises
    ------
    SurroundingsError
        If the folder or the file cannot be written; nothing is left behind.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise SurroundingsError(f"{os.fspath(path)!r} is a folder; name a file in it")
    if target.exists() and not target.is_file():
        # A rename would put a file in the place of a device.
        raise SurroundingsError(f"{os.fspath(path)!r} is no ordinary file; name another")
    try:
        _replace(target, content)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{os.fspath(path)!r} cannot be written: {reason}; the old file, if any, stays"
        raise SurroundingsError(message) from error


def _replace(target: Path, content: bytes) -> None:
    mode = _permissions(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files for its owner alone.
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    _sync_folder(target.parent)


def _permissions(target: Path) -> int:
    with suppress(FileNotFoundError):
        return stat.S_IMODE(target.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Let the new name itself reach the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
