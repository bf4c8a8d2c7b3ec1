"""How much of a stranger's file of claims is taken on, and how to take on more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limits:
    """Bounds within which a file is read; any real table of claims stays far below.

    ``bytes`` of a file, and of what it unzips to; ``cells`` of a table, blank ones
    included; ``columns`` of its header; ``depth`` to which YAML nests; nodes for which
    all its ``aliases`` together stand; ``memory`` that the claims take once they are read, beside
    2 KB for each of them.

    Examples
    --------
    >>> Limits(bytes=2 * 1024**3).columns
    1000
    """

    bytes: int = 512 * 1024 * 1024
    cells: int = 24_000_000
    columns: int = 1000
    depth: int = 20
    aliases: int = 1_000_000
    memory: int = 640 * 1024 * 1024


LIMITS: Final = Limits()
