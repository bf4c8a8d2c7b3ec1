"""What the command line says: faults, progress and one line at the end.

Results go to standard output, everything else to standard error. Colour and
progress appear in a terminal only. All text may come from a hostile file, so
that it passes through `visible` before it reaches the terminal.
"""

from __future__ import annotations

import contextlib
import re
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console

    from geodata.report import Fault, Report

# Control characters, overrides of the writing direction, line separators, halves of surrogates:
# what moves the cursor, hides text or cannot be encoded. Joiners stay, since Persian needs them.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def visible(text: str) -> str:
    r"""Text with everything that a terminal might obey written out.

    >>> visible("Kunduz\x1b[2J")
    'Kunduz\\x1b[2J'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def say(line: str) -> None:
    """Print a result, as one line on standard output."""
    sys.stdout.write(visible(line) + "\n")


def complain(message: str) -> None:
    """Print a message for a person on standard error; its own lines stay lines."""
    sys.stderr.writelines(visible(line) + "\n" for line in message.splitlines())


def print_faults(report: Report) -> None:
    """List warnings, then errors, a line each, so that errors stand next to the summary."""
    _print_faults(report.warnings, label="warning: ", style="yellow")
    _print_faults(report.errors, label="", style="red")


def counted(count: int, noun: str) -> str:
    """Say how many of something there are.

    >>> counted(1, "error"), counted(2_000, "claim")
    ('1 error', '2,000 claims')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def summary(report: Report) -> str:
    """One line about a report: claims, origins, errors, warnings."""
    origins = int(report.claims["origin_id"].nunique()) if len(report.claims) else 0
    parts = [
        f"{counted(len(report.claims), 'claim')} of {counted(origins, 'origin')}",
        counted(len(report.errors), "error"),
        counted(len(report.warnings), "warning"),
    ]
    return ", ".join(parts)


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show that work goes on, in a terminal, until the block ends."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.text import Text  # noqa: PLC0415 -- a tenth of a second that pipes need not wait

    with _terminal().status(Text(what)):
        yield


@contextlib.contextmanager
def heard_warnings() -> Iterator[list[str]]:
    """Collect what the library warns of inside the block, each message once, as the block ends."""
    heard: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        yield heard
    texts = (str(found.message) for found in caught if issubclass(found.category, UserWarning))
    heard.extend(dict.fromkeys(texts))


@contextlib.contextmanager
def told_warnings(file: str | None = None) -> Iterator[None]:
    """Print what the library warns of inside the block when it ends well.

    Warnings about ``file`` begin with its name, as faults do.
    """
    with heard_warnings() as heard:
        yield
    for message in heard:
        about_file = file is not None and message.startswith(f"{file}:")
        complain(message if about_file else f"warning: {message}")


def _print_faults(faults: Iterable[Fault], *, label: str, style: str) -> None:
    if not sys.stderr.isatty():
        sys.stderr.writelines("".join(_parts(fault, label)) + "\n" for fault in faults)
        return
    from rich.text import Text  # noqa: PLC0415 -- as above

    terminal = _terminal()
    for fault in faults:
        where, column, message = _parts(fault, label)
        line = Text.assemble((where, "bold"), (column, "cyan"), (message, style))
        terminal.print(line, soft_wrap=True)


def _parts(fault: Fault, label: str) -> tuple[str, str, str]:
    """Where, in which column, and what: ``FILE:ROW: COLUMN: message`` when joined."""
    row = "" if fault.row is None else f":{fault.row}"
    column = "" if fault.column is None else f"{fault.column}: "
    return visible(f"{fault.file}{row}: "), visible(column), label + visible(fault.message)


def _terminal() -> Console:
    from rich.console import Console  # noqa: PLC0415 -- as above

    return Console(stderr=True, highlight=False, markup=False, emoji=False)
