"""The one way in which a file is saved: whole or not at all, and never over an input.

The content goes into a hidden file beside the target, reaches the disk, and takes the name
last. Its writer keeps it locked, so that the next save of the same target tells what a
killed process left, and removes that, from what another process is still writing. Windows
needs no lock: it removes no file that a process has open.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from geodata.errors import SurroundingsError
from geodata.io.input_files import GEOPACKAGE, LOGS

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]  # looked at before it is used

if TYPE_CHECKING:
    from geodata.io.input_files import InputFiles

_MARK: Final = "claimatlas-"
_LONGEST: Final = 160  # bytes of the target's name; file systems allow 255 with what is added
_ATTEMPTS: Final = 20
_NEW: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)


def save_file(path: str | os.PathLike[str], content: bytes, *, inputs: InputFiles) -> None:
    """Save a file so that it holds the old content or all of the new.

    Permissions are those of the file that it replaces, else those that the ``umask`` gives a
    new one. A symbolic link is followed. Of several that save the same target at one time,
    the last wins.

    Parameters
    ----------
    path
        The file to write; its folder must be there, and be writable.
    content
        All of it.
    inputs
        What was read on the way to the content; none of it is written over.

    Raises
    ------
    ArgumentError
        If ``path`` is an input, or a companion of one.
    SurroundingsError
        If the folder or the file cannot be written; nothing is left behind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from geodata.io.input_files import InputFiles
    >>> with TemporaryDirectory() as folder:
    ...     save_file(Path(folder) / "a.txt", b"new", inputs=InputFiles())
    ...     [path.name for path in Path(folder).iterdir()]
    ['a.txt']
    """
    inputs.refuse(path)
    name = os.fspath(path)
    try:
        target = Path(os.path.realpath(path))
        problem = _problem(target)
        if problem is None:
            _replace(target, content)
            return
    except ValueError as error:  # a NUL within the name
        raise SurroundingsError(f"{name!r} cannot be written: {error}") from error
    except OSError as error:
        message = f"{name!r} cannot be written: {_reason(error)}; the old file, if any, stays"
        raise SurroundingsError(message) from error
    raise SurroundingsError(f"{name!r} {problem}")


def _problem(target: Path) -> str | None:
    if target.is_dir():
        return "is a folder; name a file in it"
    if target.exists() and not target.is_file():
        # A rename would put a file in the place of a device.
        return "is no ordinary file; name another"
    for ending in LOGS if target.suffix.casefold() == GEOPACKAGE else ():
        log = target.with_name(target.name + ending)
        if log.exists() and log.stat().st_size:
            return (
                f"is open in another program, or was not closed: what {log.name!r} holds would be "
                "applied to the new file; close it there, or remove that file"
            )
    return None


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error)
    if not isinstance(error, PermissionError):
        return reason
    if fcntl is None:
        return f"{reason}: close what has it open, or name another file"
    return f"{reason}: a new file takes its place, so that its folder must be writable too"


def _replace(target: Path, content: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    _remove_abandoned(target)
    for _ in range(_ATTEMPTS):
        # What replaces a private file must not be readable while it is written.
        hidden, handle = _create(target, 0o666 if mode is None else 0o600)
        with os.fdopen(handle, "wb") as file:
            try:
                _write(file, content)
                if fcntl is None:
                    file.close()  # what is open cannot be renamed on Windows
                elif mode is not None:
                    hidden.chmod(mode)
                hidden.replace(target)
            except FileNotFoundError:
                # Not locked, on Windows, it may be taken for abandoned.
                if not target.parent.is_dir():
                    raise
                continue
            except BaseException:
                file.close()
                hidden.unlink(missing_ok=True)
                raise
        _sync_folder(target.parent)
        return
    raise FileNotFoundError(2, "its hidden copy was removed, again and again")


def _create(target: Path, mode: int) -> tuple[Path, int]:
    """Make a hidden file beside the target, locked where files can be locked."""
    while True:
        hidden = target.with_name(f"{_prefix(target)}{secrets.token_hex(8)}")
        handle = os.open(hidden, _NEW, mode)
        try:
            if fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if hidden.exists():
                return hidden, handle
        except BlockingIOError:
            pass  # another save looks whether it is abandoned
        except OSError:  # a file system without locks
            return hidden, handle
        os.close(handle)


def _write(file: BinaryIO, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _prefix(target: Path) -> str:
    name = target.name
    if len(os.fsencode(name)) > _LONGEST:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return f".{name}.{_MARK}"


def _remove_abandoned(target: Path) -> None:
    """Remove the hidden files of this target that no process is writing."""
    ours = re.compile(re.escape(_prefix(target)) + "[0-9a-f]{16}")
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with suppress(OSError):  # in use, or another's
                    _remove_unless_held(entry.path)


def _remove_unless_held(path: str) -> None:
    if fcntl is None:
        Path(path).unlink()
        return
    handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        Path(path).unlink()
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Let the new name itself reach the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
