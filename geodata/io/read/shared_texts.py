"""The texts that the cells of a workbook share, measured in its XML before cells hold them.

A workbook keeps each text once, and its cells name it by number: a text of two megabytes in four
thousand cells takes sixty kilobytes of a file and eight gigabytes of memory.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

_TEXT: Final = re.compile(rb"<(?:[^\s<>/]*:)?si[\s/>]")
_SHARED: Final = re.compile(rb"""\bt\s*=\s*["']s["']""")
# As all programs write it: the number stands right behind the cell's tag.
_NUMBERED: Final = re.compile(rb"""\bt\s*=\s*["']s["'][^<>]*><v>([0-9]{1,9})</v>""")


class SharedTexts:
    """Adds up the lengths of the texts that cells share, from the parts of a workbook.

    Examples
    --------
    >>> texts = SharedTexts()
    >>> texts.add(b'<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row></sheetData>')
    >>> texts.add(b"<sst><si><t>" + b"x" * 1000 + b"</t></si></sst>")
    >>> 2000 < texts.size() < 2100
    True
    """

    def __init__(self) -> None:
        self._lengths = np.zeros(0, dtype=np.int64)
        self._numbers: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self._unknown = 0

    def add(self, content: bytes) -> None:
        """Take a part of the workbook: the list of texts, or a sheet."""
        if b"sheetData" in content:
            shared = sum(1 for _ in _SHARED.finditer(content))
            numbers = np.fromiter(map(int, _NUMBERED.findall(content)), dtype=np.int64)
            self._numbers.append(numbers)
            self._unknown += shared - len(numbers)
            return
        starts = np.fromiter((found.start() for found in _TEXT.finditer(content)), dtype=np.int64)
        if len(starts):
            lengths = np.diff(starts, append=len(content))
            self._lengths = np.concatenate([self._lengths, lengths])

    def size(self) -> int:
        """Return what the texts take once each cell holds its own, or more."""
        if not len(self._lengths):
            return 0
        # A cell that names its text in no usual way may name the longest.
        size = self._unknown * int(self._lengths.max())
        for numbers in self._numbers:
            size += int(self._lengths[numbers[numbers < len(self._lengths)]].sum())
        return size
