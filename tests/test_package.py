"""What people install: the wheel works by itself, and holds what it needs and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from conftest import OfflinePage
from mapping.build_hook import MinifyHook

ROOT = Path(__file__).resolve().parents[1]
MAX_DATA_BYTES = 12_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the hatchling that is here: no network."""
    folder = tmp_path_factory.mktemp("wheel")
    # The backend itself (PEP 517), since an environment made by the README has no pip.
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True)
    (built,) = folder.glob("claimatlas-*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> dict[str, int]:
    """Names in the wheel, and the size of each when unpacked."""
    with zipfile.ZipFile(wheel) as archive:
        return {entry.filename: entry.file_size for entry in archive.infolist()}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's packages, to stand before the checkout on the path."""
    folder = tmp_path_factory.mktemp("installed")
    # A wheel of Python alone is installed by unpacking it (PEP 427).
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_outside(installed: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, "-P", *command],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_wheel_holds_the_packages_and_nothing_else(contents: dict[str, int]) -> None:
    assert {name.partition("/")[0] for name in contents} == {
        "geodata",
        "mapping",
        "claimatlas-0.1.0.dist-info",
    }


@pytest.mark.parametrize("package", ["geodata", "mapping"])
def test_packages_say_that_they_are_typed(contents: dict[str, int], package: str) -> None:
    assert f"{package}/py.typed" in contents


def test_every_file_of_the_packages_is_shipped_but_the_scripts(contents: dict[str, int]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "geodata", "mapping"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    tracked = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    scripts = {name for name in tracked if name.startswith("geodata/data/make_")}
    assert scripts, "the scripts that make the data stand in the repository"
    assert tracked - set(contents) == scripts | {"mapping/build_hook.py"}


def test_data_stays_within_its_size(contents: dict[str, int]) -> None:
    data = sum(size for name, size in contents.items() if name.startswith("geodata/data/"))
    assert 100_000 < data <= MAX_DATA_BYTES


def test_every_data_file_has_source_and_licence(contents: dict[str, int]) -> None:
    sources = (ROOT / "geodata/data/SOURCES.md").read_text(encoding="utf-8")
    data = {name.removeprefix("geodata/data/") for name in contents if "geodata/data/" in name}
    unnamed = {
        name for name in data if Path(name).suffix not in {".py", ".md"} and name not in sources
    }
    assert unnamed == set()


def test_imports_come_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    done = run_outside(
        installed,
        tmp_path,
        "-c",
        "import geodata, mapping; print(geodata.__file__); print(mapping.__file__)",
    )
    assert done.stderr == ""
    assert [Path(line).parent.parent for line in done.stdout.splitlines()] == [installed] * 2


def test_demo_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    script = "from mapping.cli import main; main()"
    done = run_outside(installed, tmp_path, "-c", script, "demo", "-o", "demo.html")
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "demo.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.html"]


def test_the_wheel_has_its_scripts_minified_and_the_checkout_reads_them(
    contents: dict[str, int],
) -> None:
    sizes = {name.rpartition("/")[2]: size for name, size in contents.items() if ".min." in name}

    assert set(sizes) == {"page.min.js", "start.min.js", "plain.min.css", "page.min.css"}
    assert 100_000 < sizes["page.min.js"] < 170_000
    assert not list((ROOT / "mapping" / "assets").rglob("*.min.*"))


def test_a_page_of_the_wheel_works_in_a_browser(
    installed: Path, tmp_path: Path, offline_page: OfflinePage
) -> None:
    script = "from mapping.cli import main; main()"
    # Without what minifies: the wheel has it done.
    script = f"import sys; sys.modules['minify'] = None; {script}"
    done = run_outside(installed, tmp_path, "-c", script, "demo", "-o", "demo.html")
    assert (done.returncode, done.stderr) == (0, "")

    page = offline_page.open(tmp_path / "demo.html", "#actor=ISKP")
    page.get_by_role("searchbox").fill("Kunduz")
    page.wait_for_function("() => document.querySelector('.ca-counts').textContent.length > 0")
    page.locator("#ca-tab-table").click()
    page.locator("#ca-tab-compare").click()

    assert page.locator(".ca-chip").count() == 2
    assert (offline_page.errors, offline_page.requests) == ([], [])


def hook(folder: Path) -> MinifyHook:
    return MinifyHook(str(ROOT), {}, None, None, str(folder), "wheel")  # type: ignore[arg-type] # of these nothing is asked


def test_editable_installations_read_the_files_themselves(tmp_path: Path) -> None:
    build_data: dict[str, dict[str, str]] = {"force_include": {}}

    hook(tmp_path).initialize("editable", build_data)

    assert build_data == {"force_include": {}}


@pytest.mark.parametrize(
    ("system", "machine", "minifier"),
    [
        ("darwin", "arm64", ["minify-go>=2.24"]),
        ("darwin", "x86_64", ["tdewolff-minify>=2.24"]),
        ("linux", "aarch64", ["tdewolff-minify>=2.24"]),
        ("win32", "AMD64", ["tdewolff-minify>=2.24"]),
        ("win32", "ARM64", []),
        ("freebsd14", "amd64", []),
    ],
)
def test_every_machine_builds_with_a_minifier_that_has_a_wheel_for_it(
    system: str, machine: str, minifier: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.platform", system)
    monkeypatch.setattr("platform.machine", lambda: machine)

    assert hook(tmp_path).dependencies() == minifier


def test_console_script_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"] == {"claimatlas": "mapping.cli:main"}
