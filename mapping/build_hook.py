"""Puts the page's scripts and style sheets into the wheel, minified, when hatch builds it.

What minifies them has no place among what users install: no one wheel of it is there for every
machine, and a page is made of the result alone. A checkout minifies when a page is made
(`mapping.page.bundle.minified`).
"""

from __future__ import annotations

import importlib.util
import platform
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from types import ModuleType

# One Go library (tdewolff/minify) under two names: each has wheels where the other has none.
MINIFIER = "tdewolff-minify>=2.24"
MINIFIER_OF_ARM_MACS = "minify-go>=2.24"


class MinifyHook(BuildHookInterface[Any]):
    """Adds minified files to a wheel; an editable installation reads the files themselves."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Name what minifies on this machine; nothing where no wheel of it is known."""
        machine = platform.machine().lower()
        if sys.platform == "darwin" and machine == "arm64":
            return [MINIFIER_OF_ARM_MACS]
        known = {"darwin": ("x86_64",), "linux": ("x86_64", "aarch64"), "win32": ("amd64",)}
        return [MINIFIER] if machine in known.get(sys.platform, ()) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Minify before the wheel is made."""
        if version == "editable":
            return
        try:
            from minify import string as minify  # noqa: PLC0415 - only this needs it
        except ImportError:
            self.app.display_warning("no minifier is installed: the pages will be 10 KB larger")
            return
        assets = Path(self.root) / "mapping" / "assets"
        modules = _load(Path(self.root) / "mapping" / "page" / "modules.py")
        self.folder = tempfile.TemporaryDirectory()
        parts = modules.page_parts(lambda name: (assets / name).read_text(encoding="utf-8"))
        for name, (media_type, text) in parts.items():
            made = Path(self.folder.name) / name
            made.write_text(minify(media_type, text), encoding="utf-8", newline="\n")
            build_data["force_include"][str(made)] = f"mapping/assets/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - hatch's own
        """Remove what the wheel now holds."""
        if hasattr(self, "folder"):
            self.folder.cleanup()


def _load(path: Path) -> ModuleType:
    """Load one file of the package: the package itself needs what is not installed yet."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
