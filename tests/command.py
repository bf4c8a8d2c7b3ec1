"""The command line under test, in this process or in one of its own, and claims to give it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, TYPE_CHECKING

from typer.testing import CliRunner

from mapping.cli import app

if TYPE_CHECKING:
    from typer.testing import Result

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}

HEADER = "reported,actor,kind,text,places,country,value,unit,speaker"
GOOD = f"{HEADER}\n2023-02-14,ISKP,strength,Some 6500 fighters,Kunduz,AFG,6500,fighters,S\n"
FAULTY = (
    f"{HEADER}\n2023-02-14,ISKP,strength,a,Paktia,AFG,many,fighters,S\n"
    "2023-02-14,ISKP,rumour,b,Nowhere,AFG,1,fighters,S\n"
)


def invoke(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def start(
    *arguments: str | Path,
    script: str = "from mapping.cli import main; main()",
    stdout: int | IO[bytes] = PIPE,
    stderr: int | IO[bytes] = PIPE,
) -> Popen[str]:
    """Start a command in a process of its own, where streams, signals and limits are real."""
    return Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env=ENVIRONMENT, stdin=PIPE, stdout=stdout, stderr=stderr, text=True,
    )  # fmt: skip
