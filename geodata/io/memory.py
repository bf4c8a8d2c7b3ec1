"""How much memory a stranger's file may become: counted before it grows, refused in one way.

A few kilobytes can stand for gigabytes: a text that all rows share, a page that unpacks a
thousandfold, a list of a million nothings. Each reader says what the next step will take, from
what the file itself tells (lengths, counts), and takes it only if there is room.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

A_ROW: Final = 2048
"""Bytes that each record of a file of claims may take beside the limit: real ones take less."""


class TooMuchError(Exception):
    """What a file would become passes a limit; never leaves the readers."""


@dataclass
class Memory:
    """The room that one file has: ``most`` bytes and ``A_ROW`` more for each of its ``rows``.

    Examples
    --------
    >>> room = Memory(1000)
    >>> room.take(900)
    >>> room.take(200)
    Traceback (most recent call last):
        ...
    geodata.io.memory.TooMuchError: would take more memory than the limit of 1,000 bytes ...
    """

    most: int
    rows: int = 0
    taken: int = 0

    @property
    def left(self) -> int:
        """The bytes for which there is room still."""
        return self.most + A_ROW * self.rows - self.taken

    def take(self, size: int) -> None:
        """Count what the next step needs.

        Raises
        ------
        TooMuchError
            There is no room for it.
        """
        self.taken += size
        if self.left < 0:
            raise TooMuchError(self.message())

    def message(self) -> str:
        """Say the limit and the remedy."""
        unit = self.most / 2**20
        size = f"{unit:,.0f} MB" if unit >= 1 else f"{self.most:,} bytes"
        more = f" and {A_ROW // 1024} KB a record" if self.rows else ""
        return (
            f"would take more memory than the limit of {size}{more} once it is read: split it, or "
            "raise the limit 'memory' (--limit memory=…)"
        )


# What is kept of a value beside the text itself, and how often the text is: in Arrow, stripped,
# typed and joined. Measured on tables of long and of short cells.
A_VALUE: Final = 24
COPIES: Final = 5
A_CELL: Final = 56  # as a Python object


def take_texts(columns: Iterable[Sequence[object]], memory: Memory) -> None:
    """Count columns of texts, which may be one text in memory as often as they stand there.

    Raises
    ------
    TooMuchError
        There is no room for them once each stands by itself.
    """
    for values in columns:
        memory.take(A_VALUE * len(values) + COPIES * sum(map(len, filter(None, values))))  # type: ignore[arg-type] # texts


class Copies:
    """Counts values that a reader holds before they are texts."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def take(self, values: Iterable[object]) -> None:
        """Count one record's values.

        Raises
        ------
        TooMuchError
            There is no room for them.
        """
        size = 0
        for value in values:
            size += A_CELL + (len(value) if isinstance(value, str | bytes) else 0)
        self._memory.take(size)
