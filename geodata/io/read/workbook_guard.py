"""An XLSX workbook from anywhere → one that calamine may be handed.

A workbook is a ZIP archive of XML, and calamine trusts it: one cell in the last
corner of a sheet makes it ask for 512 GB and abort the process. Every part is
therefore unzipped within bounds and looked through, and packed again; calamine
sees only what was looked through. What calamine passes over in silence, cells
with an error and formulas without a value, is found on the way.
"""

from __future__ import annotations

import io
import posixpath
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

import numpy as np

from geodata.io.read.cells import BadLiteral, RefusedError
from geodata.io.read.shared_texts import SharedTexts
from geodata.text.quoting import printable, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geodata.io.memory import Memory
    from geodata.io.read.limits import Limits

Position = tuple[int, int]  # row and column, both from 0

# Bytes for each byte of XML (here, packed again, in Rust), each cell, each character of a text.
_XML_COPIES: Final = 4
_A_CELL: Final = 56
_COPIES: Final = 2
_PIECE: Final = 2**20

_MAX_PARTS: Final = 10_000
_XML: Final = (".xml", ".rels")
_COMPRESSIONS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']([^"']*)["']""")
_PLAIN_REFERENCE: Final = re.compile(rb"([A-Za-z]{0,6})([0-9]{1,9})")
_LONG_REFERENCE: Final = re.compile(rb"[A-Za-z]*[0-9]*")  # calamine's numbers wrap around
_ROW: Final = re.compile(rb"<(?:[^\s<>]*:)?row\b")
_CELL: Final = re.compile(rb"<(?:[^\s<>]*:)?c[\s/>]")
_LONGEST_REFERENCE: Final = 12
_ERROR_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*\bt="e"[^>]*>(?:[^<]|<(?!/c>|v>))*<v>([^<]{0,80})'
)
_FORMULA_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*><f[^>]*(?:/>|>([^<]{0,1000})</f>)'
    rb"(?:<v ?/>|<v></v>)?</c>"
)
_FROM_1904: Final = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true)["']""")
_MAX_BAD: Final = 100_000


@dataclass(frozen=True)
class SafeWorkbook:
    """A workbook that was looked through: its XML, and the cells without a value.

    ``bad`` holds, by sheet, what stands in a cell instead of a value; ``from_1904`` says
    where its days are counted from.
    """

    data: bytes
    bad: dict[str, dict[Position, BadLiteral]] = field(default_factory=dict)
    from_1904: bool = False


def guard_workbook(data: bytes, *, limits: Limits, memory: Memory) -> SafeWorkbook:
    """Return the XML parts of a workbook alone, found to be harmless.

    Raises
    ------
    RefusedError
        Damaged, encrypted, larger than the limits when unzipped, with a
        sheet of more cells than are read, or with XML that Excel never writes.
    TooMuchError
        Its cells, and the texts that they share, would take too much memory.
    """
    packed = io.BytesIO()
    parts: dict[str, dict[Position, BadLiteral]] = {}
    small: dict[str, bytes] = {}
    try:
        with warnings.catch_warnings():  # of a repeated name, which is refused instead
            warnings.simplefilter("ignore", UserWarning)
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as copy:
                cells = 0
                texts = SharedTexts()
                for name, content in _parts(data, limits.bytes, memory):
                    found = _count_cells(name, content)
                    cells += found
                    if cells > limits.cells:
                        raise _too_many_cells(content, limits.cells)
                    memory.take(_A_CELL * found)
                    texts.add(content)
                    copy.writestr(name, content)
                    parts[name] = dict(_bad_cells(content))
                    if posixpath.basename(name) in {"workbook.xml", "workbook.xml.rels"}:
                        small[name] = content
                memory.take(_COPIES * texts.size())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        msg = f"the workbook is damaged ({printable(str(error))}): save it again as XLSX"
        raise RefusedError(msg) from error
    except (RuntimeError, NotImplementedError) as error:  # a password, an exotic compression
        msg = "the workbook is encrypted or packed in an unknown way: save it again as XLSX"
        raise RefusedError(msg) from error
    bad = {sheet: parts[name] for sheet, name in _sheet_parts(small).items() if parts.get(name)}
    about = b"".join(small.values())
    return SafeWorkbook(packed.getvalue(), bad, from_1904=bool(_FROM_1904.search(about)))


def _parts(data: bytes, max_bytes: int, memory: Memory) -> Iterator[tuple[str, bytes]]:
    """Yield the XML parts of the archive, unzipped; sheets first, whose rows make room."""
    too_large = RefusedError(
        f"the workbook is larger, unzipped, than the limit of {max_bytes:,} bytes: "
        "split it, or raise the limit 'bytes'"
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [part for part in archive.infolist() if part.filename.lower().endswith(_XML)]
        if len(members) > _MAX_PARTS or len({part.filename for part in members}) < len(members):
            msg = "the workbook has too many parts, or repeats one: save it again as XLSX"
            raise RefusedError(msg)
        if sum(part.file_size for part in members) > max_bytes:
            raise too_large
        if any(part.compress_type not in _COMPRESSIONS for part in members):
            msg = "the workbook is packed in an unknown way: save it again as XLSX"
            raise RefusedError(msg)
        left = max_bytes
        for part in sorted(members, key=lambda part: "sheet" not in part.filename.lower()):
            pieces = []
            with archive.open(part) as file:
                while piece := file.read(_PIECE):  # the declared size may be a lie
                    left -= len(piece)
                    if left < 0:
                        raise too_large
                    memory.rows += min(len(_ROW.findall(piece)), len(_CELL.findall(piece)) // 2)
                    memory.take(_XML_COPIES * len(piece))
                    pieces.append(piece)
            yield part.filename, b"".join(pieces)


def _count_cells(name: str, content: bytes) -> int:
    """Return the cells that calamine will ask memory for; refuse XML that could mislead it."""
    sheet = b"sheetData" in content
    if b"\0" in content or b"<!DOCTYPE" in content or (sheet and b"<!" in content):
        msg = (
            f"the workbook's part {shortened(name)!r} is not XML as Excel writes it: "
            "save it again as XLSX"
        )
        raise RefusedError(msg)
    if not sheet:
        return 0
    rows, columns = sheet_size(content)
    return rows * columns


def _too_many_cells(content: bytes, most: int) -> RefusedError:
    rows, columns = sheet_size(content)
    return RefusedError(
        f"the sheets have more than {most:,} cells, one of them {rows:,} rows by "
        f"{columns:,} columns: delete what stands far right of, or below, the claims"
    )


def sheet_size(content: bytes) -> tuple[int, int]:
    """Return how many rows and columns a sheet's XML reaches at most.

    Examples
    --------
    >>> sheet_size(b'<sheetData><row r="7"><c r="AB7"><v>1</v></c></row></sheetData>')
    (7, 28)
    """
    return _size_by_references(content) or _size_by_all_means(content)


def _size_by_references(content: bytes) -> tuple[int, int] | None:
    """Return the size where every cell begins ``<c r="A1"``, else ``None``.

    So do all programs that are known write it; a hundred MB take a second.
    """
    if b":c" in content:  # cells may have a prefix
        return None
    codes = np.frombuffer(content + b'"' * 32, dtype=np.uint8)
    tags = np.flatnonzero(codes == ord("<"))
    tags = tags[codes[tags + 1] == ord("c")]
    cells = tags[np.isin(codes[tags + 2], np.frombuffer(b" \t\r\n/>", dtype=np.uint8))]
    for offset, expected in enumerate(b' r="', start=2):
        if (codes[cells + offset] != expected).any():
            return None
    columns = np.zeros(len(cells), dtype=np.int64)
    rows = np.zeros(len(cells), dtype=np.int64)
    ended = np.zeros(len(cells), dtype=bool)
    for offset in range(6, 6 + _LONGEST_REFERENCE + 1):
        code = codes[cells + offset].astype(np.int64)
        ended |= code == ord('"')
        letter = ~ended & (code >= ord("A")) & (code <= ord("Z")) & (rows == 0)
        digit = ~ended & (code >= ord("0")) & (code <= ord("9")) & (columns > 0)
        if not (ended | letter | digit).all():
            return None
        columns = np.where(letter, columns * 26 + (code - ord("A") + 1), columns)
        rows = np.where(digit, rows * 10 + (code - ord("0")), rows)
    if not (ended & (rows > 0)).all():
        return None
    return int(rows.max(initial=0)), int(columns.max(initial=0))


def _size_by_all_means(content: bytes) -> tuple[int, int]:
    """Return a size that no reading of the XML exceeds.

    A cell without a reference follows its neighbour, so that the cells in the
    fullest row come on top of the furthest reference.
    """
    columns = rows = 0
    for reference in set(_REFERENCE.findall(content)):
        plain = _PLAIN_REFERENCE.fullmatch(reference)
        if plain:
            columns = max(columns, _column_number(plain.group(1)))
            rows = max(rows, int(plain.group(2)))
        elif b"&" in reference or _LONG_REFERENCE.fullmatch(reference):
            msg = "a sheet has cells that are named as Excel never would: save it again as XLSX"
            raise RefusedError(msg)
    pieces = _ROW.split(content)
    fullest = max(len(_CELL.findall(piece)) for piece in pieces)
    return rows + len(pieces), columns + fullest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _bad_cells(content: bytes) -> Iterator[tuple[Position, BadLiteral]]:
    """Yield the cells that hold an error, or a formula that was never calculated."""
    if b"sheetData" not in content:
        return
    found = 0
    for mark, pattern, reason in (
        (b't="e"', _ERROR_CELL, "is an error of the workbook: correct the cell"),
        (b"<f", _FORMULA_CELL, "is a formula without a value: open and save it in Excel"),
    ):
        if mark not in content:
            continue
        for match in pattern.finditer(content):
            found += 1
            if found > _MAX_BAD:
                return
            if b't="str"' in match.group():  # Excel writes an empty text so
                continue
            literal = (match.group(3) or b"").decode("utf-8", "replace")
            shown = shortened(literal if mark != b"<f" else f"={literal}")
            position = (int(match.group(2)) - 1, _column_number(match.group(1)) - 1)
            yield position, BadLiteral(shown, f"{shown!r} {reason}")


def _sheet_parts(small: dict[str, bytes]) -> dict[str, str]:
    """Return the part of each sheet, as the workbook's relations tell it."""
    try:
        workbook = ET.fromstring(small["xl/workbook.xml"])  # noqa: S314 - no DOCTYPE in it
        relations = ET.fromstring(small["xl/_rels/workbook.xml.rels"])  # noqa: S314 - likewise
    except (KeyError, ET.ParseError):
        return {}  # calamine will say what is wrong with it
    targets = {
        relation.get("Id", ""): posixpath.normpath(
            posixpath.join("/xl", relation.get("Target", ""))
        )
        for relation in relations
    }
    parts: dict[str, str] = {}
    for element in workbook.iter():
        if element.tag.rpartition("}")[2] == "sheet":
            identity = next(
                (value for key, value in element.items() if key.rpartition("}")[2] == "id"), ""
            )
            parts[element.get("name", "")] = targets.get(identity, "").lstrip("/")
    return parts
