"""The notebooks run from top to bottom, on what is installed, without a network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.second_tier

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SHARED = ROOT.parent / "shared" / "data"
MAX_SECONDS = 30  # of work: how long it takes says how busy the machine is
MAX_WAIT = 120
CLOCK = "import time; print(time.process_time())"


def test_there_are_the_notebooks() -> None:
    assert [path.stem for path in NOTEBOOKS] == [
        "cleaning_a_messy_table",
        "comparing_sources",
        "from_article_to_map",
        "one_week_of_events",
        "your_own_boundaries",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbformat  # takes seconds, which those who run other tests need not wait for
    from nbclient import NotebookClient

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.read(path, as_version=4)
    work = tmp_path / "work"  # what the notebook writes does not land in the repository
    work.mkdir()
    if SHARED.is_dir():  # two of them read more where there is more
        for data in SHARED.iterdir():
            (work / data.name).symlink_to(data)
    clock = nbformat.v4.new_code_cell(CLOCK)
    notebook.cells.append(clock)
    client = NotebookClient(
        notebook,
        timeout=MAX_WAIT,
        kernel_name="python3",
        resources={"metadata": {"path": str(work)}},
    )
    client.execute()
    assert float(clock.outputs[0].text) < MAX_SECONDS

    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    assert outputs
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_kept_without_outputs(path: Path) -> None:
    """Outputs in the repository would be megabytes of stale maps."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert cells
    assert [cell["source"] for cell in cells if cell["outputs"] or cell["execution_count"]] == []
