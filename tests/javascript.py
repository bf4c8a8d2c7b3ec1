"""Checks of the page's scripts: ``python tests/javascript.py [oxlint] [tsc] [node]``.

oxlint and Node come from PyPI with the test extra. The type checker is on npm alone: it is put
into this environment once, by Node's own npm, at the version named here (``--install`` does no
more), and goes with it. pytest runs all three too (tests/test_javascript.py). Nothing of this is
needed to use claimatlas.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TYPESCRIPT = "7.0.2"
# Where the vectors are that Python makes for Node; tests/js/vectors.js reads them.
VECTORS = "CLAIMATLAS_VECTORS"


class ToolError(Exception):
    """A tool is missing; the message says how to get it."""


def tool(name: str) -> str:
    """Path of a tool of this environment.

    Raises
    ------
    ToolError
        If it is not there: another Node on PATH would check something else.
    """
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        message = f"{name} is not in this environment: run python3 tests/all.py, or pip install "
        raise ToolError(f"{message}'.[test]' in it")
    return found


def type_checker() -> Path:
    """Path of the type checker's script, for Node.

    Raises
    ------
    ToolError
        If it has not been installed.
    """
    script = _typescript_folder() / "node_modules" / "typescript" / "bin" / "tsc"
    if not script.is_file():
        message = f"TypeScript {TYPESCRIPT} is not in this environment: run python3 tests/all.py, "
        raise ToolError(f"{message}or python tests/javascript.py --install")
    return script


def install_type_checker() -> None:
    """Put the type checker into this environment, unless it is there."""
    folder = _typescript_folder()
    if (folder / "node_modules" / "typescript" / "bin" / "tsc").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [tool("npm"), "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    # npm finds its own node by PATH.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])
    subprocess.run(
        [*command, "--loglevel=error", f"--prefix={folder}", f"typescript@{TYPESCRIPT}"],
        check=True, env=os.environ | {"PATH": path},
    )  # fmt: skip


def _typescript_folder() -> Path:
    return Path(sys.prefix) / "share" / f"claimatlas-typescript-{TYPESCRIPT}"


def commands() -> dict[str, list[str]]:
    """Give the command of each check, to be run in the repository.

    Raises
    ------
    ToolError
        If a tool is missing.
    """
    # Node recognises modules by their syntax; it need not say so.
    node = [tool("node"), "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"]
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/js").glob("*.test.js"))
    return {
        "oxlint": [tool("oxlint"), "--deny-warnings"],
        "tsc": [tool("node"), str(type_checker()), "-p", "mapping/assets"],
        "tsc core": [tool("node"), str(type_checker()), "-p", "mapping/assets/core"],
        "node --test": [*node, "--test", *tests],
    }


def main(arguments: list[str]) -> int:
    """Install what is missing and run the checks; the exit status is 0 only if all pass."""
    try:
        install_type_checker()
        if "--install" in arguments:
            return 0
        checks = commands()
    except (ToolError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1
    chosen = [name for name in checks if not arguments or name.split()[0] in arguments]
    failed = [name for name in chosen if not passes(name, checks[name])]
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return bool(failed)


def passes(name: str, command: list[str]) -> bool:
    """Run a check, its output shown; Node's tests get their vectors."""
    print(f"--- {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if name.startswith("node"):
            import vectors

            environment[VECTORS] = str(vectors.write(Path(folder) / "vectors.json"))
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main(sys.argv[1:]))
