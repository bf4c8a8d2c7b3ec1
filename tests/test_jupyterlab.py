"""A map in a real JupyterLab: it draws where the notebook is trusted, and is a table where not."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from geodata import sample_report_path
from mapping import explore

pytestmark = pytest.mark.second_tier

ROOT = Path(__file__).resolve().parents[1]
AS_OF = "2024-06-30"
CELL = f"""\
from geodata import sample_report_path
from mapping import explore

explore(sample_report_path(), as_of="{AS_OF}")
"""
TOKEN = secrets.token_hex()  # a server of this run alone
SETTINGS = (
    "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
    f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
)  # fmt: skip
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/lab")
SECONDS = 60
GRACE = 10  # of what is told to end


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two notebooks: one to run, and one that somebody else has run."""
    import nbformat  # takes seconds, which those who run other tests need not wait for

    folder = tmp_path_factory.mktemp("notebooks")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    fresh = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)], metadata=kernel)
    nbformat.write(fresh, folder / "mine.ipynb")
    shown = explore(sample_report_path(), as_of=AS_OF)._repr_html_()
    output = nbformat.v4.new_output("display_data", {"text/html": shown, "text/plain": "a map"})
    cell = nbformat.v4.new_code_cell(CELL, outputs=[output], execution_count=1)
    theirs = nbformat.v4.new_notebook(cells=[cell], metadata=kernel)
    nbformat.write(theirs, folder / "theirs.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab of our own, which knows nothing of this machine's settings."""
    home = tmp_path_factory.mktemp("jupyter")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR",
             "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_PLATFORM_DIRS": "1",
        **{name: str(home / name.lower()) for name in names},
    }  # fmt: skip
    log = home / "log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *SETTINGS, f"--ServerApp.root_dir={notebooks}"],
            env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield wait_for_address(server, log)
    finally:
        end(server)


def end(server: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """Tell a server to end; after its grace end all of its group by force.

    Its kernels are no part of the group: they look for their server each second, and end without.
    """
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(grace)
    with contextlib.suppress(ProcessLookupError):  # all of its group have ended
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def test_a_server_that_does_not_end_is_ended_by_force() -> None:
    """With its child, which like the server itself heeds no signal."""
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = f"{deaf}; print('up', flush=True); signal.pause()"
    server = subprocess.Popen(
        [sys.executable, "-c", f"{deaf}; import subprocess, sys; "
         f"subprocess.run([sys.executable, '-c', {child!r}])"],
        stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    with server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"up\n"
        end(server, grace=0.1)
        assert server.returncode == -signal.SIGKILL
        assert server.stdout.read() == b""  # the child held the other end of the pipe


def wait_for_address(server: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        found = ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
        if found:
            return f"http://127.0.0.1:{found[1]}"
        time.sleep(0.1)
    pytest.fail(log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture
def page(browser: Browser, lab: str) -> Iterator[Page]:
    """A page that reaches JupyterLab, and nothing else."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    inner = (lab, lab.replace("http", "ws"), "data:", "blob:", "about:")
    context.route(lambda url: not url.startswith(inner), lambda route: route.abort())
    yield context.new_page()
    context.close()


def open_notebook(page: Page, lab: str, name: str) -> None:
    page.goto(f"{lab}/lab/tree/{name}?reset&token={TOKEN}")
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=SECONDS * 1000)


def test_a_map_draws_in_a_notebook_that_was_run(page: Page, lab: str) -> None:
    open_notebook(page, lab, "mine.ipynb")
    expect(page.get_by_text("(ipykernel) | Idle")).to_be_visible(timeout=SECONDS * 1000)
    page.locator(".jp-Cell .cm-content").first.click()
    page.keyboard.press("Control+Enter")

    frame = page.frame_locator(".jp-OutputArea-output iframe")

    drawn = frame.locator("html[data-claimatlas=ready]")
    expect(drawn).to_be_attached(timeout=SECONDS * 1000)
    expect(frame.get_by_role("heading", name="All claims")).to_be_visible()
    expect(page.locator(".jp-OutputArea-output table")).to_have_count(0)


def test_a_notebook_that_is_not_trusted_shows_a_plain_table(page: Page, lab: str) -> None:
    open_notebook(page, lab, "theirs.ipynb")

    shown = page.locator(".jp-OutputArea-output")

    expect(shown.get_by_text("scripts did not run")).to_be_visible()
    expect(shown.locator("tbody tr")).to_have_count(10)
    row = shown.locator("tbody tr", has_text="Badakhshan; Kunduz; Takhar")
    expect(row).to_contain_text("4,000 fighters")
    expect(row).to_contain_text("jointly")
    expect(shown.locator("iframe, script")).to_have_count(0)
