"""What the command sees to before anything else loads: Ctrl-C, and streams that are closed.

Imported first, by `mapping` itself: loading the rest takes a tenth of a second and more, in
which Ctrl-C would end in a traceback. In any other process nothing is touched.
"""

from __future__ import annotations

import os
import signal
import sys

if False:  # what its name says, without the module, which takes 10 ms to load
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    Handler = Callable[[int, FrameType | None], Any]

INTERRUPTED = 130  # as a shell reports Ctrl-C


def is_command() -> bool:
    """Whether this process is the command ``claimatlas``, and no program that imports us."""
    name = os.path.splitext(os.path.basename(sys.argv[0]))[0] if sys.argv else ""  # noqa: PTH119, PTH122 - pathlib takes as long to load as all this
    module = getattr(sys, "orig_argv", [])[1:3]
    return name in {"claimatlas", "claimatlas-script"} or module == ["-m", "mapping.cli"]


def run(command: Callable[[], object]) -> None:
    """Run the command with streams that take every message, and an end for every Ctrl-C."""
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that knows ASCII alone still gets every message.
            stream.reconfigure(errors="backslashreplace")
    _at_interrupt(_end, signal.default_int_handler)  # what is open is closed and removed
    try:
        command()
    except KeyboardInterrupt:  # before a command begins, or while its end is told
        sys.exit(INTERRUPTED)
    finally:
        _end_at_interrupt()


def open_closed_streams() -> None:
    """Give the process the standard streams that it was started without (``>&-``).

    Else the next file that is opened would get the number of one, and what a library prints.
    A stream that was closed is one that nobody reads, as if it led to the null device.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            handle = os.open(os.devnull, os.O_RDWR)
            if handle != number:
                os.dup2(handle, number)
                os.close(handle)
        if getattr(sys, name) is None:
            stream = open(number, "w" if number else "r", encoding="utf-8")  # noqa: PTH123, SIM115 - a descriptor, open as long as the process
            setattr(sys, name, stream)


def _end_at_interrupt() -> None:
    """Let Ctrl-C end the process at once: nothing is open yet, or nothing is left to do."""
    _at_interrupt(signal.default_int_handler, _end)


def _at_interrupt(old: Handler, new: Handler) -> None:
    if signal.getsignal(signal.SIGINT) is old:  # else it is ignored, or another's
        signal.signal(signal.SIGINT, new)


def _end(_number: int, _frame: FrameType | None) -> None:
    os._exit(INTERRUPTED)


if is_command():
    _end_at_interrupt()
