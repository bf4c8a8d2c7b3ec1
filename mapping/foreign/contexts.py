"""Where in a script or in markup a value stands, and how it is written there.

What folium's templates give holds marks where a layer's values belong (see
`mapping.foreign.render`). Here the text around each mark decides how its value is written:
as a literal in code, escaped inside a string, as text or attribute in markup. The
principle is that of contextual escaping: https://web.dev/articles/trusted-types and
https://pkg.go.dev/html/template#hdr-Contexts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Final


class Place(Enum):
    """Where a mark stands."""

    CODE = "code"
    STRING = "string"
    COMMENT = "comment"
    MARKUP = "markup"
    ATTRIBUTE = "attribute"  # within quotes
    UNQUOTED = "unquoted"
    STYLE = "style"


MARK: Final = re.compile("\ue000[0-9a-f]+\ue001")
Write = Callable[[str, Place], str]

_MARK = MARK.pattern
_CODE: Final = re.compile(rf"//|<!--|/\*|/|['\"`{{}}]|</?script|{_MARK}", re.IGNORECASE)
_IN_STRING: Final = {
    quote: re.compile(rf"\\.|{quote}|\n|<!--|</?script|{_MARK}", re.DOTALL | re.IGNORECASE)
    for quote in "'\""
} | {"`": re.compile(rf"\\.|`|\$\{{|<!--|</?script|{_MARK}", re.DOTALL | re.IGNORECASE)}
_REGEX: Final = re.compile(r"/(?![*/])(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_REGEX: Final = re.compile(
    r"(?:^|[(,=:\[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|delete|void|new|throw|do|else))\s*$"
)
_SAFE_IN_STRING: Final = re.compile(r"[^A-Za-z0-9 _.,:;#%/=>\-\u00a0-\u2027\u202a-\U0010ffff]")


def quote_in_string(text: str) -> str:
    r"""Write a text so that it is the same in each kind of string, template literals included.

    Examples
    --------
    >>> print(quote_in_string("`${x}`"))
    \u0060\u0024\u007bx\u007d\u0060
    """
    return _SAFE_IN_STRING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_script(script: str, write: Write) -> str:
    """Fill the marks of a script, and keep anything in it from ending its element.

    Inside strings ``<`` may be written as an escape; in code ``<!--`` opens a comment that
    ``//`` opens as well (ECMA-262, B.1.1), and ``</script`` is a comparison with a pattern.
    https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements
    """
    return "".join(_script(script, write))


def _script(script: str, write: Write) -> Iterator[str]:  # noqa: PLR0912 - one branch a kind of piece
    at, depth = 0, [0]  # braces open in the code, and in each ${ } of a template literal
    inside = ""  # the quote of the string we are in
    while True:
        found = (_IN_STRING[inside] if inside else _CODE).search(script, at)
        if found is None:
            yield script[at:]
            return
        yield script[at : found.start()]
        piece, at = found[0], found.end()
        if MARK.match(piece):
            yield write(piece, Place.STRING if inside else Place.CODE)
        elif inside:
            yield "\\x3C" + piece[1:] if piece[0] == "<" else piece
            if piece == "${":
                inside = ""
                depth.append(0)
            elif piece in (inside, "\n"):
                inside = ""
        elif piece in "'\"`":
            inside = piece
            yield piece
        elif piece == "{":
            depth[-1] += 1
            yield piece
        elif piece == "}":
            yield piece
            if depth[-1]:
                depth[-1] -= 1
            elif len(depth) > 1:
                depth.pop()
                inside = "`"
        elif piece[0] == "<" and piece != "<!--":
            yield "< " + piece[1:] if piece[1] == "/" else piece
        else:
            end, told = _rest(script, found.start(), piece, write)
            at = end
            yield told


def _rest(script: str, start: int, piece: str, write: Write) -> tuple[int, str]:
    """Read a comment, a pattern or a division; give where it ends, and how it is written."""
    if piece == "/":
        # What stood before on this line tells a pattern from a division.
        pattern = _REGEX.match(script, start)
        if pattern and _BEFORE_REGEX.search(script, max(0, start - 80), start):
            return pattern.end(), _fill(pattern[0], write, Place.STRING).replace("<", r"\x3C")
        return start + 1, "/"
    end = script.find("*/", start) + 2 if piece == "/*" else script.find("\n", start)
    if end < start + 2:
        end = len(script)
    comment = script[start:end]
    if piece == "<!--":
        comment = "//" + comment[4:]
    return end, _fill(comment, write, Place.COMMENT).replace("<", "< ")


_TAG: Final = re.compile(
    rf"<!--.*?-->|<(?P<name>/?[A-Za-z][\w-]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>|{_MARK}",
    re.DOTALL,
)
_VALUE: Final = re.compile(rf"\"[^\"]*\"|'[^']*'|{_MARK}", re.DOTALL)


def write_markup(markup: str, write: Write) -> str:
    """Fill the marks of markup; scripts and style sheets in it each in their own way."""
    return "".join(_markup(markup, write))


def _markup(markup: str, write: Write) -> Iterator[str]:
    at = 0
    while (found := _TAG.search(markup, at)) is not None:
        yield markup[at : found.start()]
        at = found.end()
        if MARK.match(found[0]):
            yield write(found[0], Place.MARKUP)
            continue
        name = (found["name"] or "").lower()
        yield _tag(found[0], write) if name else _fill(found[0], write, Place.COMMENT)
        if name in ("script", "style"):
            closing = re.compile(f"</{name}", re.IGNORECASE).search(markup, at)
            end = closing.start() if closing else len(markup)
            inner, at = markup[at:end], end
            yield (
                write_script(inner, write) if name == "script" else _fill(inner, write, Place.STYLE)
            )
    yield markup[at:]


def _tag(tag: str, write: Write) -> str:
    def value(found: re.Match[str]) -> str:
        if MARK.match(found[0]):
            return write(found[0], Place.UNQUOTED)
        return _fill(found[0], write, Place.ATTRIBUTE)

    return _VALUE.sub(value, tag)


def _fill(text: str, write: Write, place: Place) -> str:
    return MARK.sub(lambda found: write(found[0], place), text)


def quote_in_style(text: str) -> str:
    """Write a text so that it can end neither a declaration block nor a style sheet."""
    return re.sub(r"[<>{}@\\]", lambda found: f"\\{ord(found[0]):x} ", text)


def quote_in_attribute(text: str) -> str:
    """Write a text for an attribute, within quotes of either kind."""
    return html.escape(text, quote=True)
