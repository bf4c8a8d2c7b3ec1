"""The page's scripts, seen by a linter, a type checker and Node's test runner."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

import javascript
import vectors

if TYPE_CHECKING:
    from pathlib import Path


def run(name: str, folder: Path = javascript.ROOT, *, vectors: Path | None = None) -> str:
    """Run a check in a folder; give what it printed if it failed, else an empty text."""
    environment = os.environ | {javascript.VECTORS: str(vectors or "")}
    done = subprocess.run(
        javascript.commands()[name],
        cwd=folder, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("check", ["oxlint", "tsc", "tsc core"])
def test_scripts_are_clean(check: str) -> None:
    printed = run(check)

    assert printed == ""


def test_scripts_do_what_they_should_and_agree_with_python(tmp_path: Path) -> None:
    written = vectors.write(tmp_path / "vectors.json")

    printed = run("node --test", vectors=written)

    assert printed == ""


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("export function late(step) { requestIdleCallback(step); }\n", "use whenIdle of"),
        ("export const late = (step) => window.requestIdleCallback(step);\n", "use whenIdle of"),
        ("export const shown = (node) => node.checkVisibility();\n", "before 17.4 has none"),
        ("export const made = (node, text) => { node.innerHTML = text; };\n", "never made from"),
        ("export const there = () => notDefinedAnywhere;\n", "is not defined"),
        ('import { a } from "./b.js";\n', "never used"),
    ],
)  # fmt: skip
def test_what_a_browser_lacks_is_found(script: str, found: str, tmp_path: Path) -> None:
    (tmp_path / ".oxlintrc.json").write_bytes((javascript.ROOT / ".oxlintrc.json").read_bytes())
    (tmp_path / "b.js").write_text("export const a = 1;\n", encoding="utf-8")
    (tmp_path / "a.js").write_text(script, encoding="utf-8")

    assert found in run("oxlint", tmp_path)


def test_a_missing_tool_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda _: "/nowhere")

    with pytest.raises(javascript.ToolError, match=r"node is not in this environment: run python3"):
        javascript.commands()
