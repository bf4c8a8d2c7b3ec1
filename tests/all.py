#!/usr/bin/env python3
"""Install all that the tests need and run them: ``python3 tests/all.py [--first] [option …]``.

Needs Python 3.11 or later and pip, nothing else: the packages go into ``.venv``
beside pyproject.toml, and browsers are looked for, else installed: a Chromium, and
where apt is at hand Firefox and WebKit, whose tests are skipped elsewhere. Then pytest
runs in two tiers: first what every task of a user needs, with lint and types
beside it (tests/test_lint.py), then the long checks, which a failure before
them keeps from starting. ``--first`` ends after the first tier; other options go
to pytest. Standard library only; the syntax stays old so that an old Python can
still say that it is too old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the search for a browser is the package's own

import engines  # noqa: E402 -- beside this file
from mapping import chromium  # noqa: E402 -- found through the line above

VENV = ROOT / ".venv"
OLDEST = (3, 11)
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")
WORKERS = "2"
FIRST_TIER_ALONE = "--first"


def main(arguments: list[str]) -> int:
    """Prepare the environment, then run the tests in it."""
    if {"-h", "--help"} & set(arguments):  # nobody who asks wants all of it installed
        sys.stdout.write(f"{__doc__}")
        return 0
    use_new_enough_python()
    python = prepare_venv()
    install_by_apt()
    environment = clean_environment()
    environment[chromium.VARIABLE] = find_or_install_chromium(python)
    # A failure here shows in the tests of the page's scripts, which say what is missing.
    run("TypeScript", [python, "tests/javascript.py", "--install"], environment)
    tiers = ["-m", "not second_tier"] if FIRST_TIER_ALONE in arguments else []
    others = [each for each in arguments if each != FIRST_TIER_ALONE]
    return run("pytest", [python, "-m", "pytest", "-n", WORKERS, *tiers, *others], environment)


def use_new_enough_python() -> None:
    """Start again with a newer Python of this machine where this one is too old."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        newer = shutil.which(name)
        if newer is not None and succeeds([newer, "-c", "import venv"]):
            os.execv(newer, [newer, *sys.argv])  # noqa: S606 -- no shell is wanted
    sys.exit(
        f"Python {sys.version.split()[0]} is too old: claimatlas needs Python 3.11 or later. "
        "Install one and start this script with it."
    )


# --- the virtual environment --------------------------------------------------


def prepare_venv() -> str:
    """Make ``.venv`` or use the one that is there; install the package and its tests."""
    python = str(VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if VENV.exists() and not is_usable(python):
        if not (VENV / "pyvenv.cfg").is_file():
            sys.exit(
                f"{VENV} is in the way: it is no virtual environment. Move it and start again."
            )
        shutil.rmtree(VENV)  # made by a Python that is gone or too old
    if not VENV.exists():
        # Without pip: Debian ships ensurepip apart from Python. The outer pip does instead.
        create = [sys.executable, "-m", "venv", "--without-pip", str(VENV)]
        if run("virtual environment", create) != 0:
            sys.exit("Python's venv module does not work here (on Debian: install python3-venv).")
    install = [*pip_for(python), "install", "--quiet", "--editable", f"{ROOT}[test]"]
    if run("packages (some minutes the first time)", install) != 0:
        sys.exit("The packages could not be installed; pip says above why.")
    return python


def is_usable(python: str) -> bool:
    """Whether this Python starts and is new enough."""
    return succeeds([python, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST!r})"])


def pip_for(python: str) -> list[str]:
    """Command of a pip that installs into the environment of this Python."""
    if succeeds([python, "-m", "pip", "--version"]):
        return [python, "-m", "pip"]
    if succeeds([sys.executable, "-m", "pip", "--python", python, "--version"]):
        return [sys.executable, "-m", "pip", "--python", python]
    if succeeds([python, "-m", "ensurepip"]):
        return [python, "-m", "pip"]
    sys.exit("No pip 22.3 or later was found (on Debian: install python3-pip).")


# --- the browsers --------------------------------------------------------------


def find_or_install_chromium(python: str) -> str:
    """Path of a Chromium that starts: the one named or on PATH, else playwright's."""
    found = chromium.named_or_on_path()
    if found is None:
        found = playwright_chromium(python)
    if found is None or not chromium.starts(found):
        sys.exit(
            f"No Chromium that starts was found or could be installed (found: {found}), and the "
            f"browser tests need one. Install it, or name it: {chromium.VARIABLE}=/path/to/chromium"
        )
    return found


def install_by_apt() -> None:
    """Install Debian's browsers that are missing, where there is apt and the right to use it."""
    wanted = engines.missing_packages()
    if chromium.named_or_on_path() is None:
        wanted.append("chromium")
    prefix = root_prefix()
    if not wanted or prefix is None or shutil.which("apt-get") is None:
        return
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    if run("package lists", [*prefix, "apt-get", "update"], environment) != 0:
        return
    # Ubuntu has not all of them, and one that apt does not know would keep it from the others.
    known = [package for package in wanted if succeeds(["apt-cache", "show", package])]
    install = [*prefix, "apt-get", "install", "-y", "--no-install-recommends", *known]
    if known:
        run(f"browsers by apt: {', '.join(known)}", install, environment)


def root_prefix() -> list[str] | None:
    """Give what makes a command root's, it may ask for a password; None where nothing does."""
    if os.name == "nt":
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    return ["sudo"] if sys.stdin.isatty() else ["sudo", "--non-interactive"]


def playwright_chromium(python: str) -> str | None:
    """Path of playwright's own Chromium, downloaded if need be."""
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    if run("Chromium by playwright", [python, "-m", "playwright", "install", "chromium"]) != 0:
        return None
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


# --- commands ------------------------------------------------------------------


def clean_environment() -> dict[str, str]:
    """The environment without what would let another Python's packages in.

    Nor may it forbid to keep compiled modules: each process would compile all of them anew.
    """
    strangers = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONDONTWRITEBYTECODE"}
    return {name: value for name, value in os.environ.items() if name not in strangers}


def run(title: str, command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a command in the repository, its output shown; its exit status."""
    print(f"--- {title}", flush=True)
    environment = clean_environment() if environment is None else environment
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def succeeds(command: list[str]) -> bool:
    """Whether a command exists and ends well within a minute; its output is dropped."""
    try:
        done = subprocess.run(
            command, capture_output=True, env=clean_environment(), timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
