"""Bytes → text: UTF-8, UTF-16 with its mark, or a guess that is said aloud."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from geodata.io.read.cells import RefusedError

if TYPE_CHECKING:
    from geodata.io.read.columns import Findings

# The longer mark first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

# What Excel writes on the machines of the region and of its readers.
_LEGACY: Final = {
    "cp1252": "Windows-1252 (western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1256": "Windows-1256 (Arabic and Persian)",
}
_SAMPLE_WORDS: Final = 5000
_WORD: Final = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_BROKEN: Final = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a bad byte
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE: Final = 0.05
_FEW: Final = 32  # control characters that may be a slip, in however short a text


def decode_text(data: bytes, findings: Findings) -> str:
    """Return the text of a file; a guessed encoding is a warning.

    UTF-8 with or without a byte order mark, and UTF-16 or UTF-32 with one, are
    read strictly. What is not UTF-8 is taken for the one of Windows-1251, -1252
    and -1256 in which its words look most like words.

    Raises
    ------
    RefusedError
        The content is binary, or damaged in the encoding that it declares.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], codec, name)
    _refuse_binary(data[:65_536])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, error, findings)


def _refuse_binary(head: bytes) -> None:
    """Refuse what is not text; a few stray control characters are left to the cells."""
    control = len(_BINARY.findall(head))
    if control <= max(_FEW, _BINARY_SHARE * len(head)):
        return
    halves = sorted((head[::2].count(0), head[1::2].count(0)))
    if halves[1] > len(head) // 4 > halves[0]:
        msg = "the content looks like UTF-16 without a byte order mark: save it as UTF-8"
        raise RefusedError(msg)
    msg = "the content is binary, not text"
    raise RefusedError(msg)


def _decode_strictly(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        msg = (
            f"the content begins as {name} but is not {name} at byte {error.start:,}: "
            "it is damaged; save it again as UTF-8"
        )
        raise RefusedError(msg) from error


def _decode_legacy(data: bytes, error: UnicodeDecodeError, findings: Findings) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    shown = f"byte 0x{data[error.start]:02X} in line {line:,} is not UTF-8"
    loose = data.decode("utf-8", "surrogateescape")
    broken = len(_BROKEN.findall(loose))
    sound = len(_NOT_ASCII.findall(loose)) - broken
    if sound > broken:
        msg = (
            f"{shown}, while {sound:,} other characters are: the file is damaged or mixes "
            "encodings; save it again as UTF-8"
        )
        raise RefusedError(msg)
    codec = guess_codec(data)
    findings.warn(
        f"{shown}: read as {_LEGACY[codec]}, in which the words look most like words; "
        "check names with accents or other scripts, and save the file as UTF-8",
        value=_LEGACY[codec],
    )
    return data.decode(codec, "replace")


def guess_codec(data: bytes) -> str:
    """Return the code page in which the words of a text look most like words.

    A word counts for a code page where all its letters are of that page's one
    script, its capitals stand where capitals do, and, for Windows-1252, where
    it is not spelt with accented letters alone. On equal counts the order is
    1252, 1251, 1256: punctuation is the same in all three.

    >>> guess_codec("Душанбе, Таджикистан".encode("cp1251"))
    'cp1251'
    """
    words = [
        match.group() for match, _ in zip(_WORD.finditer(data), range(_SAMPLE_WORDS), strict=False)
    ]
    scores = {codec: sum(_plausible(word, codec) for word in words) for codec in _LEGACY}
    return max(scores, key=scores.__getitem__)


def _plausible(word: bytes, codec: str) -> bool:
    text = word.decode(codec, "replace").strip("\u2018\u2019\u201c\u201d\u2013\u2014\u2026«»\xa0·")
    letters = [char for char in text if char > "\x7f"]
    if not letters or not all(char.isalpha() or char in "\u200c\u200d" for char in text):
        return False
    if codec == "cp1256":
        return all("\u0600" <= char <= "\u06ff" or char in "\u200c\u200d" for char in text)
    cased = text.islower() or text.isupper() or text[1:].islower()
    if codec == "cp1251":
        return cased and all("\u0400" <= char <= "\u04ff" for char in text)
    return cased and len(letters) * 2 <= max(len(text), 2)
