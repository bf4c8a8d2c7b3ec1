"""Gives frames their ``.claims`` as soon as pandas is there, without loading it.

A command that only prints its help imports this package too, and must not wait for pandas.
A notebook may import the two in any order.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_AWAITED = "pandas"
_ACCESSOR = "mapping.notebook.accessor"


def register_with_pandas() -> None:
    """Register the accessor now where pandas is loaded, else when it will have been."""
    if _AWAITED in sys.modules:
        import_module(_ACCESSOR)
    elif not any(isinstance(finder, _Awaiting) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Awaiting())


class _Awaiting(MetaPathFinder):
    """Finds pandas as the others do, and has the accessor registered once it is loaded."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002 - the import system hands it over
        target: ModuleType | None = None,  # noqa: ARG002 - as above
    ) -> ModuleSpec | None:
        """Find one module, once; then this finder is gone."""
        if fullname != _AWAITED:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def load_and_register(module: ModuleType) -> None:
            load(module)
            import_module(_ACCESSOR)

        spec.loader.exec_module = load_and_register  # type: ignore[method-assign]  # of this one
        return spec
