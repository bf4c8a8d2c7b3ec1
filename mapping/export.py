"""Files that are either complete or not there."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

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
    try:
        target = Path(os.path.realpath(path))
        problem = _problem(target)
        if problem is None:
            _replace(target, content)
            return
    except ValueError as error:  # a NUL within the name
        raise SurroundingsError(f"{os.fspath(path)!r} cannot be written: {error}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{os.fspath(path)!r} cannot be written: {reason}; the old file, if any, stays"
        raise SurroundingsError(message) from error
    raise SurroundingsError(f"{os.fspath(path)!r} {problem}")


def _problem(target: Path) -> str | None:
    if target.is_dir():
        return "is a folder; name a file in it"
    if target.exists() and not target.is_file():
        # A rename would put a file in the place of a device.
        return "is no ordinary file; name another"
    return None


def _replace(target: Path, content: bytes) -> None:
    mode = _permissions(target)
    name = _write_nameless(target, content) or _write_named(target, content)
    try:
        # mkstemp makes files for its owner alone.
        name.chmod(mode)
        name.replace(target)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _write_nameless(target: Path, content: bytes) -> Path | None:
    """Write a file that gets a name only when it is complete; ``None`` where there is no such.

    Whatever kills the process before, the system takes such a file away (open(2), O_TMPFILE).
    """
    flags = getattr(os, "O_TMPFILE", 0)
    if not flags:
        return None
    try:
        handle = os.open(target.parent, flags | os.O_WRONLY, 0o600)
    except OSError:  # many file systems of networks have none
        return None
    name = target.with_name(f".{target.name[:100]}.{secrets.token_hex(8)}")
    with os.fdopen(handle, "wb") as file:
        _write_through(file, content)
        try:
            os.link(f"/proc/self/fd/{file.fileno()}", name, follow_symlinks=True)
        except OSError:  # no /proc
            return None
    return name


def _write_named(target: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write_through(file, content)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _write_through(file: BinaryIO, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


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
