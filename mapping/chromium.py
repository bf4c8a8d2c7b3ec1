"""Where a Chromium is found. Standard library only: tests/all.py runs before anything is there."""

from __future__ import annotations

import os
import shutil
import subprocess

VARIABLE = "CLAIMATLAS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def named_or_on_path() -> str | None:
    """Path of the Chromium that the variable names, else of the first on PATH that starts."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    candidates = (shutil.which(name) for name in NAMES)
    return next((path for path in candidates if path is not None and starts(path)), None)


def starts(chromium: str) -> bool:
    """Whether a browser tells its version; Ubuntu's stub for a missing snap does not."""
    try:
        done = subprocess.run(  # noqa: S603 - a browser that the user named or has on PATH
            [chromium, "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
