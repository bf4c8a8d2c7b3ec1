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
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import folium
    from rich.console import Console

    from geodata.report import Fault, Report

# Control characters, overrides of the writing direction, line separators, halves of surrogates:
# what moves the cursor, hides text or cannot be encoded. Joiners stay, since Persian needs them.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

MOST_WARNINGS: Final = 50  # that are listed one by one
MANY_ERRORS: Final = 100  # that say the same, from which one line tells them


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


def print_faults(report: Report, *, every: bool = False) -> None:
    """List errors, then warnings, a line each; many that say the same are told as one line.

    Such a line of errors names all of its rows. ``every`` lists each fault by itself.
    """
    from geodata.fault_groups import grouped  # noqa: PLC0415 -- pandas, which --help need not load

    errors, warned = list(report.errors), list(report.warnings)
    if not every:
        errors = grouped(errors, least=MANY_ERRORS, most_shown=None)
        warned = warned if len(warned) <= MOST_WARNINGS else grouped(warned)
    _print_faults(errors, label="", style="red")
    _print_faults(warned, label="warning: ", style="yellow")
    shorter = (len(report.errors) - len(errors)) + (len(report.warnings) - len(warned))
    if shorter:
        lines = counted(len(errors) + len(warned), "line")
        told = counted(len(report.errors) + len(report.warnings), "fault")
        complain(f"{told} in {lines}: --all lists each by itself, with its own value")


def print_proposals(report: Report) -> None:
    """Print the maps that `geodata.check_claims` proposes, ready to be saved."""
    from geodata.io.read.column_names import map_text  # noqa: PLC0415 -- as above

    for file, proposal in report.proposals.items():
        complain(
            f"{file}: columns look like those of the claims table. Save these lines as map.yaml, "
            "correct them, and add --columns map.yaml:"
        )
        complain(map_text(proposal))


def print_origins(report: Report, *, wanted: bool) -> None:
    """Print which claims may tell one statement, where asked for; nothing is applied."""
    if not wanted:
        return
    from mapping.cli.origin_lines import origin_line, proposed_origins  # noqa: PLC0415 -- as above

    proposals = proposed_origins(report.claims)
    for proposal in proposals:
        say(origin_line(proposal))
    if not proposals:
        say("no two claims look like tellings of one statement")


def print_joined_sources(report: Report) -> None:
    """Say which names of sources are taken as names of one body."""
    from geodata.rules.sources import joined_names  # noqa: PLC0415 -- as above

    if not len(report.claims):
        return
    for body, names in joined_names(report.claims["source"]).items():
        told = ", ".join(f'"{name}"' for name in names)
        complain(f"note: {told} are taken as one source, {body}")


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


def tell_undated(report: Report) -> None:
    """Say how many claims count nowhere, since nobody knows when they were out.

    Where there are errors, these come first: they keep other claims from counting.
    """
    claims = report.claims
    if not report.ok:
        return
    undated = int((claims["reported_last"].isna() & claims["stated_last"].isna()).sum())
    if undated:
        verb = "is" if undated == 1 else "are"
        count = "counts" if undated == 1 else "count"
        complain(
            f"{undated:,} of {counted(len(claims), 'claim')} {verb} undated and {count} nowhere: "
            "give `reported` or `stated`"
        )


def tell_unshown(output: str, page: folium.Map, report: Report) -> None:
    """Tell how many claims travel in a page that does not show them, or were left out of it."""
    from mapping.page.document import PageFigure  # noqa: PLC0415 -- folium, which drew the page

    figure = page.get_root()
    if not isinstance(figure, PageFigure):
        return
    content = figure.content
    read, held = len(report.claims), content.payload.tables["claims"]["n"]
    day = date(1970, 1, 1) + timedelta(days=content.meta["as_of"])
    if held < read:
        complain(f"{output}: --only-shown left out {read - held:,} of {counted(read, 'claim')}")
    elif content.unshown:
        complain(
            f"{output}: {content.unshown:,} of {counted(read, 'claim')}, which the map does not "
            f"show on {day} in its countries, travel in the file; --only-shown leaves them out"
        )


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
def heard_warnings() -> Iterator[list[Fault]]:
    """Collect what the library warns of inside the block, each once, when it ends well.

    What is about no file has an empty one.
    """
    heard: list[Fault] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)  # whatever PYTHONWARNINGS says
        yield heard
    from geodata.report import Fault  # noqa: PLC0415 -- pandas, which --help need not load

    found = (entry.message for entry in caught if issubclass(entry.category, UserWarning))
    faults = (getattr(one, "fault", None) or Fault("", None, None, None, str(one)) for one in found)
    heard.extend(dict.fromkeys(faults))


@contextlib.contextmanager
def told_warnings(file: str | None = None) -> Iterator[None]:
    """Print what the library warns of inside the block when it ends well.

    What begins with the name of ``file``, which is being written, is said as it is.
    """
    with heard_warnings() as heard:
        yield
    for fault in heard:
        if file is not None and fault.message.startswith(f"{file}:"):
            complain(fault.message)
        else:
            _print_faults([fault], label="warning: ", style="yellow")


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
    where = f"{fault.file}{row}: " if fault.file else ""
    column = "" if fault.column is None else f"{fault.column}: "
    return visible(where), visible(column), label + visible(fault.message)


def _terminal() -> Console:
    from rich.console import Console  # noqa: PLC0415 -- as above

    return Console(stderr=True, highlight=False, markup=False, emoji=False)
