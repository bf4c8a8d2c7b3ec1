"""The command line in a process of its own: terminals, pipes, signals, full disks."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import IO

import pytest

from command import ENVIRONMENT, HEADER, start
from common import SHARED_DATA
from geodata.samples import sample_claims_path

# The limit comes after what libraries write to their caches.
LITTLE_ROOM = """
import resource
import sys
import folium, geopandas
from mapping.cli import main
sys.dont_write_bytecode = True  # the limit would cut a module short, for all that follow
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
main()
"""

# A shell lets what it starts in the background ignore the signal.
HEEDFUL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from mapping.cli import main
main()
"""

SYRIA = SHARED_DATA / "ucdp_ged_v19.1_syria.csv.gz"
MEASURED = """
from mapping.cli import main
try:
    main()
finally:
    # The peak that getrusage() tells is that of the process which started this one, if higher.
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
    print(int(peak) * 1024)
"""


def shown_in_terminal(*arguments: str) -> str:
    """What a terminal shows of a command's standard error."""
    ours, theirs = pty.openpty()
    shown = b""
    with start(*arguments, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        with contextlib.suppress(OSError):  # how Linux says that the other end has gone
            while chunk := os.read(ours, 65_536):
                shown += chunk
        process.communicate(timeout=60)
    os.close(ours)
    return shown.decode()


def test_terminal_gets_colour_and_progress_and_no_markup(claims_folder: Path) -> None:
    text = f"{HEADER}\n2023-02-14,ISKP,presence,t,[link=x]Nowhere[/link],AFG,,,S\n"
    (claims_folder / "t.csv").write_text(text, encoding="utf-8")
    shown = shown_in_terminal("check", "t.csv")
    assert "\x1b[1mt.csv:2: \x1b[0m" in shown
    assert "[link=x]Nowhere[/link]" in shown
    assert "Checking the claims" in shown


def test_reader_that_goes_away_is_no_error() -> None:
    with start("check", sample_claims_path(), "--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 141


def unread(pipe: IO[str]) -> int:
    """How many bytes wait in a pipe for whoever reads its other end."""
    waiting: int = struct.unpack("i", fcntl.ioctl(pipe.fileno(), termios.FIONREAD, bytes(4)))[0]
    return waiting


def test_interrupt_ends_quietly() -> None:
    with start("check", "-", "--from", "csv", script=HEEDFUL) as process:
        assert process.stdin is not None
        process.stdin.write("x" * 500_000)
        process.stdin.flush()
        while unread(process.stdin):  # once all is read, the command waits for more
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.communicate(timeout=60) == ("", "")


def test_full_disk_is_status_three_and_keeps_the_old_page(claims_folder: Path) -> None:
    (claims_folder / "map.html").write_text("old", encoding="utf-8")
    with start("build", "good.csv", script=LITTLE_ROOM) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (3, "")
    assert "map.html" in err
    assert err.count("\n") == 1
    assert (claims_folder / "map.html").read_text(encoding="utf-8") == "old"
    assert {path.name for path in claims_folder.iterdir()} == {"good.csv", "faulty.csv", "map.html"}


def test_full_standard_output_is_status_three(claims_folder: Path) -> None:
    # Linux has a device that is always full.
    with Path("/dev/full").open("wb") as full, start("check", "good.csv", stdout=full) as process:
        _, err = process.communicate(timeout=120)
    assert claims_folder.is_dir()
    assert (process.returncode, err) == (3, "claimatlas: No space left on device\n")


@pytest.mark.second_tier
@pytest.mark.skipif(not SYRIA.exists(), reason="the real data lie beside the repository")
def test_sixteen_thousand_events_take_less_than_600_megabytes(tmp_path: Path) -> None:
    with start("build", SYRIA, "-o", tmp_path / "map.html", script=MEASURED) as process:
        out, _ = process.communicate(timeout=120)
    assert float(out.splitlines()[-1]) < 600e6


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_closed_stream_is_one_that_nobody_reads(closed: str, claims_folder: Path) -> None:
    command = shlex.join([sys.executable, "-m", "mapping.cli", "convert", "good.csv", "a.json"])
    done = subprocess.run(
        ["sh", "-c", f"{command} {closed}"], env=ENVIRONMENT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    # What was printed has not become part of the file that was written.
    assert len(json.loads(Path("a.json").read_bytes())) == 1


@pytest.mark.parametrize(
    ("arguments", "stream", "status"),
    [
        (["--bogus"], "stderr", 2),
        (["places", "Nowhere"], "stderr", 3),
        (["check", "faulty.csv"], "stderr", 3),
        (["places", "Kunduz"], "stdout", 3),
        (["--help"], "stdout", 3),
    ],
)
def test_a_full_stream_is_no_fault_of_the_program(
    arguments: list[str], stream: str, status: int, claims_folder: Path
) -> None:
    with Path("/dev/full").open("wb") as full:
        streams = [full if stream == name else subprocess.PIPE for name in ("stdout", "stderr")]
        with start(*arguments, stdout=streams[0], stderr=streams[1]) as process:
            out, err = process.communicate(timeout=120)
    assert process.returncode == status
    assert "Traceback" not in (out or "") + (err or "")


def test_the_help_whose_reader_goes_away_is_no_fault() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone, start("--help", stdout=gone) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, "")


# Ctrl-C that comes when a module is about to be loaded.
INTERRUPTED = """
import os, signal, sys
sys.argv[0] = "claimatlas"
awaited = {!r}
class Interrupts:
    def find_spec(self, name, path=None, target=None):
        if name == awaited:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupts())
from mapping.cli import main
main()
"""


@pytest.mark.parametrize(
    "module",
    [
        "mapping.explore",
        "geodata.schema",
        "typer",
        "mapping.cli.exits",
        "pyarrow",
        "geodata.text.folding",
    ],
)
def test_ctrl_c_while_modules_load_ends_quietly(module: str) -> None:
    with start("places", "Kunduz", script=INTERRUPTED.format(module)) as process:
        said = process.communicate(timeout=120)
    assert (process.returncode, said) == (130, ("", ""))


def test_a_program_that_imports_us_keeps_its_own_ctrl_c() -> None:
    script = (
        "import signal, mapping.cli\n"
        "print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    )
    with start(script=script) as process:
        assert process.communicate(timeout=60) == ("True\n", "")
