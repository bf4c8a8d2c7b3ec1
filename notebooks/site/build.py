#!/usr/bin/env python3
"""Build the documentation site: ``python notebooks/site/build.py [FOLDER]``.

Into ``build/site`` unless a folder is named. The sources are put together in a temporary
folder: the pages that stand here, the pictures and the reference that are made from the code,
and the notebooks, run anew. Warnings are errors. Needs ``pip install -e '.[docs]'``, and no
network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]  # this checkout's packages, and the modules beside this one

import nbformat
from nbclient import NotebookClient
from sphinx.cmd.build import build_main

import reference
from geodata import sample_claims_path
from mapping import explore
from pictures import PICTURES

WORKERS = 2
CELL_SECONDS = 120
DEMO_DAY = "2025-12-31"


def main(arguments: list[str]) -> int:
    """Put the sources together and build them; the exit status is Sphinx's."""
    options = parse(arguments)
    with TemporaryDirectory(prefix="claimatlas-site-") as made:
        source = Path(made) / "source"
        shutil.copytree(HERE, source, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        shutil.copy(HERE / "conf.py", source)
        draw(source)
        describe(source)
        add_notebooks(source, run=options.run)
        doctrees = str(Path(made) / "doctrees")
        quiet = ["--fail-on-warning", "--keep-going", "--quiet", "--fresh-env"]
        return build_main(["-b", "html", "-d", doctrees, *quiet, str(source), options.folder])


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build the documentation site.")
    parser.add_argument("folder", nargs="?", default=str(ROOT / "build" / "site"))
    parser.add_argument(
        "--no-run", dest="run", action="store_false", help="show the notebooks without outputs"
    )
    return parser.parse_args(arguments)


def draw(source: Path) -> None:
    """Draw the pictures of the rules and the page that the home page shows."""
    (source / "pictures").mkdir()
    for name, picture in PICTURES.items():
        (source / "pictures" / f"{name}.svg").write_text(picture(), encoding="utf-8")
    (source / "extra").mkdir()
    title = "Armed groups in Afghanistan: who says what, where"
    explore(sample_claims_path(), as_of=DEMO_DAY, title=title).save(source / "extra" / "demo.html")


def describe(source: Path) -> None:
    """Write the pages of the reference."""
    folder = source / "reference"
    folder.mkdir(exist_ok=True)
    for page in reference.pages():
        (folder / f"{page.file}.rst").write_text(reference.module_page(page), encoding="utf-8")
    (folder / "details.rst").write_text(reference.details_page(), encoding="utf-8")
    (source / "made").mkdir()
    (source / "made" / "codes.md").write_text(reference.codes(), encoding="utf-8")
    (source / "made" / "report.yaml").write_text(reference.report_excerpt(), encoding="utf-8")
    (source / "made" / "limits.md").write_text(reference.limits(), encoding="utf-8")
    with TemporaryDirectory(prefix="claimatlas-commands-") as work:
        commands = reference.commands_page(Path(work))
    (source / "command_line.md").write_text(commands, encoding="utf-8")


def add_notebooks(source: Path, *, run: bool) -> None:
    """Put the notebooks among the sources, with what their cells give."""
    target = source / "notebooks"
    target.mkdir()
    paths = sorted((ROOT / "notebooks").glob("*.ipynb"))
    with ThreadPoolExecutor(WORKERS) as pool:  # each is run by a process of its own
        for path, notebook in zip(
            paths, pool.map(run_notebook if run else read, paths), strict=True
        ):
            nbformat.write(notebook, target / path.name)


def read(path: Path) -> nbformat.NotebookNode:
    """Read a notebook."""
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def run_notebook(path: Path) -> nbformat.NotebookNode:
    """Run a notebook where what it writes does no harm."""
    notebook = read(path)
    with TemporaryDirectory(prefix="claimatlas-notebook-") as work:
        NotebookClient(
            notebook, timeout=CELL_SECONDS, kernel_name="python3",
            resources={"metadata": {"path": work}},
        ).execute()  # fmt: skip
    return notebook


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = str(ROOT)  # the notebooks' processes find this checkout too
    sys.exit(main(sys.argv[1:]))
