"""What the documents promise: every example in docstrings and in the README runs."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import inspect
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mapping.notebook.accessor import ClaimsAccessor

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INSTALL_COMMAND = "claimatlas demo"
TEST_COMMAND = "python3 tests/all.py"


def module_names() -> list[str]:
    """Modules of both packages; the scripts that make the data need the network and stay out."""
    paths = [path for package in ("geodata", "mapping") for path in (ROOT / package).rglob("*.py")]
    parts = [
        path.relative_to(ROOT).with_suffix("").parts for path in paths if "data" not in path.parts
    ]
    return sorted(".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts)


@pytest.mark.second_tier
@pytest.mark.parametrize("name", module_names())
def test_docstring_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        failed, _ = doctest.testmod(module, optionflags=FLAGS)
    assert failed == 0, said.getvalue()


def public_things() -> dict[str, Any]:
    """Public functions and classes, and the methods of these; the errors apart."""
    found: dict[str, Any] = {"mapping.notebook.accessor.ClaimsAccessor": ClaimsAccessor}
    for module in map(importlib.import_module, ("geodata", "mapping")):
        found |= {f"{module.__name__}.{name}": getattr(module, name) for name in module.__all__}
    for name, thing in list(found.items()):
        if isinstance(thing, type) and issubclass(thing, BaseException):
            del found[name]
        elif isinstance(thing, type):
            shown = thing.__doc__ or ""
            found |= {
                f"{name}.{method}": getattr(thing, method)
                for method, held in vars(thing).items()
                if not method.startswith("_") and inspect.isroutine(held)
                and f".{method}(" not in shown  # else the class's example is its example too
            }  # fmt: skip
    return found


def test_all_that_is_public_shows_an_example() -> None:
    public = public_things()
    assert {
        "geodata.read_claims", "geodata.find_drift", "mapping.explore", "geodata.Gazetteer.names",
        "mapping.notebook.accessor.ClaimsAccessor.bounds",
    } <= set(public)  # fmt: skip
    lacking = {n for n, t in public.items() if "Examples\n" not in (inspect.getdoc(t) or "")}
    assert lacking == set()
    assert {n for n, thing in public.items() if ">>>" not in (thing.__doc__ or "")} == set()


def blocks(language: str) -> list[str]:
    """Code blocks of a language in the README."""
    text = README.read_text(encoding="utf-8")
    return [body for found, body in BLOCK.findall(text) if found == language]


def commands() -> list[str]:
    """The README's commands: each line of its console blocks that begins with a prompt."""
    lines = "\n".join(blocks("console")).splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


def test_readme_has_the_two_commands_each_on_one_line() -> None:
    install, test, *_ = commands()
    assert install.endswith(INSTALL_COMMAND)
    assert test == TEST_COMMAND


def test_readme_commands_run(tmp_path: Path) -> None:
    """All ``claimatlas`` commands of the README run in order, in one folder.

    The installation is what tests/test_package.py tests, and the second command
    is what runs this test.
    """
    shown = [command for command in commands() if command.startswith("claimatlas ")]
    assert shown
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in shown:
        arguments = shlex.split(command)[1:]
        done = subprocess.run(
            [sys.executable, "-m", "mapping.cli", *arguments],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_readme_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    examples = blocks("python")
    assert examples
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, str(README), "exec"), names)  # noqa: S102 -- the README's own code
