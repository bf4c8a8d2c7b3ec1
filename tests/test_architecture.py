"""The walls of the house: what may import what, what lies at the top, what no file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOP = {
    "geodata", "mapping", "notebooks", "tests",
    "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md",
}  # fmt: skip
MAX_LINES = 420  # "about 400"
CODE = {".py", ".js", ".css", ".jinja"}

# Assembled, so that this file does not hold what it looks for.
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org")
MACHINE_PATHS = ("/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "C:" + "\\Users")
SHARED_DATA = '"shared"'  # named by tests alone, which pass without it


def tracked_files() -> list[Path]:
    """Files that git knows, and those that it would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str | None:
    """Text of a file, or None where it is binary."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def imported_packages(path: Path) -> set[str]:
    """Top-level packages that a module imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.partition(".")[0])
    return names


def modules_of(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def test_modules_are_found() -> None:
    assert {"schema.py", "check.py"} <= {path.name for path in modules_of("geodata")}
    assert {"explore.py", "claim_map.py"} <= {path.name for path in modules_of("mapping")}


def test_geodata_knows_neither_mapping_nor_folium() -> None:
    forbidden = {"mapping", "folium", "branca", "typer", "rich"}
    found = {
        str(p.relative_to(ROOT)): imported_packages(p) & forbidden for p in modules_of("geodata")
    }
    assert {name: names for name, names in found.items() if names} == {}


def test_mapping_rests_on_geodata() -> None:
    assert any("geodata" in imported_packages(path) for path in modules_of("mapping"))


def test_requirements_are_what_is_imported() -> None:
    """Nothing that is imported is left to chance, and nothing is required in vain."""
    modules = {"pyyaml": "yaml"}
    only_files = {"django-js-lib-leaflet", "xstatic-jquery"}
    # Pictures of a page, and plots: the message names what to install. And a notebook's own, and
    # what makes pages smaller where it is there.
    extras = {"playwright", "matplotlib", "IPython", "minify"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[\w.-]+", entry) for entry in project["dependencies"]]
    required = {name[0].lower() for name in names if name is not None}
    shipped = [
        path
        for package in ("geodata", "mapping")
        for path in modules_of(package)
        if not path.name.startswith("make_") and path.name != "build_hook.py"
    ]
    imported = set().union(*map(imported_packages, shipped))
    assert {modules.get(name, name.replace("-", "_")) for name in required - only_files} == (
        imported - set(sys.stdlib_module_names) - {"geodata", "mapping"} - extras
    )


def test_top_level_holds_only_what_was_agreed() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert {name for name in found if not name.startswith(".")} == TOP


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_registry_host_is_named(host: str) -> None:
    assert [p for p in tracked_files() if host in (text_of(p) or "")] == []


@pytest.mark.parametrize("fragment", MACHINE_PATHS)
def test_no_path_of_a_machine_is_named(fragment: str) -> None:
    pattern = re.compile(r"(?<![\w.:/])" + re.escape(fragment))
    assert [p for p in tracked_files() if pattern.search(text_of(p) or "")] == []


def test_shared_data_is_read_by_tests_alone() -> None:
    packages = [*modules_of("geodata"), *modules_of("mapping")]
    assert [p for p in packages if SHARED_DATA in p.read_text(encoding="utf-8")] == []


def test_modules_are_read_in_one_go() -> None:
    code = [p for package in ("geodata", "mapping") for p in (ROOT / package).rglob("*")]
    lines = {p: text.count("\n") for p in code if p.suffix in CODE and (text := text_of(p))}
    long = {str(p.relative_to(ROOT)): count for p, count in lines.items() if count > MAX_LINES}
    assert long == {}


def test_lint_exceptions_stand_with_their_reason() -> None:
    silent = re.compile(r"#\s*(noqa|type:\s*ignore|pragma)(:\s*[A-Z0-9, ]+|\[[\w, -]+\])?\s*$")
    bare = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix == ".py"
        for number, line in enumerate((text_of(path) or "").splitlines(), start=1)
        if silent.search(line)
    ]
    assert bare == []


def test_no_two_modules_import_each_other() -> None:
    """No circle of imports, neither at the top of modules nor inside functions."""
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for package in ("geodata", "mapping")
        for path in modules_of(package)
    }
    graph = {name: imported_modules(path) & modules.keys() for name, path in modules.items()}
    # Packages hand out the names of their modules, so that these need not know each other.
    graph = {
        name: {one for one in names if not name.startswith(one)} for name, names in graph.items()
    }
    while graph:
        free = {name for name, names in graph.items() if not names & graph.keys()}
        assert free, f"these import in a circle: {sorted(graph)}"
        graph = {name: names for name, names in graph.items() if name not in free}


def imported_modules(path: Path) -> set[str]:
    """Dotted names that a module imports, except for its type checker alone."""
    found: set[str] = set()

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        for child in ast.iter_child_nodes(node):
            look(child)

    look(ast.parse(path.read_text(encoding="utf-8")))
    return found
