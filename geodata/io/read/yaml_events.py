"""YAML → the raw frame; rows count the lines on which the claims begin.

YAML is far more than a list of claims. This reader takes the parser's events
and composes plain texts, lists and objects from them: no tags, no merge keys,
nothing that `no` or `2024-01-01` could turn into but themselves, and limits on
depth and aliases, which keep a small file from growing large.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from geodata.io.read.cells import RefusedError
from geodata.io.read.records import Object, read_document
from geodata.text.quoting import quoted, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geodata.io.memory import Memory
    from geodata.io.read.columns import Findings, RawTable
    from geodata.io.read.limits import Limits

_DEPTH_OF_REPORT: Final = 1
_A_NODE: Final = 120  # bytes of a short text in a list that knows its lines
_A_POINTER: Final = 40

# What is plainly written as nothing; quoted, each of them is a text.
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_FORBIDDEN: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


class _Items(list[Any]):
    """A list that knows the line of each item."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def read_yaml(text: str, findings: Findings) -> RawTable:
    """Read a YAML document: a list of claims, or a report.

    All scalars are texts, as written. Only an empty one, ``~`` and ``null``,
    unquoted, hold nothing.

    Raises
    ------
    RefusedError
        Not YAML, or YAML with tags, merge keys, several documents, nesting
        deeper than 20 levels or aliases that stand for too much.
    """
    document = parse_yaml(text, findings.limits, findings.memory)
    if document is None:
        msg = "the YAML document is empty"
        raise RefusedError(msg)
    return read_document(document, findings, format_="YAML")


def parse_yaml(text: str, limits: Limits, memory: Memory) -> Any:  # noqa: ANN401 - whatever the document holds
    """Compose a YAML document of texts, lists and objects that know their lines.

    Raises
    ------
    RefusedError
        As `read_yaml`.
    """
    if found := _FORBIDDEN.search(text):
        row = text.count("\n", 0, found.start()) + 1
        msg = f"the character {quoted(found.group())} may not stand in YAML: remove it"
        raise RefusedError(msg, row=row, value=shortened(found.group()))
    return _Composer(text, limits, memory).document()


def _events(text: str, limits: Limits) -> Iterator[yaml.Event]:
    # libyaml is ten times as fast, and as safe as long as only its events are
    # taken, one by one: what crashes on deep nesting is its composer.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = ", ".join(filter(None, (error.context, error.problem)))
        # libyaml reads ahead, and has a limit of its own, far above ours unless that was raised.
        is_deep = "nesting depth" in problem
        msg = _too_deep(limits) if is_deep else f"not valid YAML: {problem}"
        raise RefusedError(msg, row=mark.line + 1 if mark else None) from error
    except yaml.YAMLError as error:
        msg = f"not valid YAML: {shortened(error)}"
        raise RefusedError(msg) from error


def _too_deep(limits: Limits) -> str:
    return (
        f"nested deeper than {limits.depth} levels, too deep for a list of claims: write it "
        "flatter, or raise the limit 'depth' (--limit depth=…)"
    )


class _Composer:
    """Composes one document from the events of the parser."""

    def __init__(self, text: str, limits: Limits, memory: Memory) -> None:
        self._memory = memory
        self._events = _events(text, limits)
        self._limits = limits
        self._anchors: dict[str, tuple[Any, int, int]] = {}  # what it holds, its nodes, its text
        self._text = 0
        self._aliased = 0
        self._nodes = 0

    def document(self) -> Any:  # noqa: ANN401 - whatever the document holds
        document = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    msg = "a second YAML document begins: put all claims into one list"
                    raise RefusedError(msg, row=_line(event))
            elif isinstance(event, yaml.NodeEvent):
                document = self._node(event, depth=0)
        return document

    def _node(self, event: yaml.Event, *, depth: int) -> Any:  # noqa: ANN401 - a node of any kind
        if depth > self._limits.depth:
            msg = _too_deep(self._limits)
            raise RefusedError(msg, row=_line(event))
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        tag, anchor = getattr(event, "tag", None), getattr(event, "anchor", None)
        if tag is not None:
            msg = f"the tag {quoted(tag)} is not read: remove it, all values are texts"
            raise RefusedError(msg, row=_line(event), value=shortened(tag))
        before, text = self._nodes, self._text
        self._nodes += 1
        self._memory.take(_A_NODE)
        node: Any
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            node = None if plain and event.value in _NOTHING else event.value
            self._text += len(event.value)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self._sequence(depth)
        else:
            node = self._mapping(event, depth)
        if anchor is not None:  # known from here on: an alias within itself is unknown
            self._anchors[anchor] = (node, self._nodes - before, self._text - text)
        return node

    def _alias(self, event: yaml.AliasEvent) -> Any:  # noqa: ANN401 - a node of any kind
        anchor = str(event.anchor)
        if anchor not in self._anchors:
            msg = f"the alias {quoted(anchor)} has no anchor before it"
            raise RefusedError(msg, row=_line(event), value=shortened(anchor))
        node, size, text = self._anchors[anchor]
        self._aliased += size
        self._nodes += size
        self._text += text
        self._memory.take(_A_POINTER + text)  # a list of them will be one text
        if self._aliased > self._limits.aliases:
            msg = (
                f"the aliases stand for more than {self._limits.aliases:,} nodes: write out what "
                "they stand for, or raise the limit 'aliases' (--limit aliases=…)"
            )
            raise RefusedError(msg, row=_line(event))
        return node

    def _sequence(self, depth: int) -> _Items:
        items = _Items()
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, depth=depth + 1))
            items.lines.append(_line(event))
        return items

    def _mapping(self, start: yaml.Event, depth: int) -> Object:
        pairs: list[tuple[str, Any]] = []
        lines: dict[str, int] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                msg = "a field's name must be a plain text"
                raise RefusedError(msg, row=_line(event))
            if event.value == "<<":
                msg = "merge keys ('<<') are not read: put what claims share into 'report'"
                raise RefusedError(msg, row=_line(event))
            self._nodes += 1
            lines[event.value] = _line(event)
            pairs.append((event.value, self._node(next(self._events), depth=depth + 1)))
        # Claims are known by their first line: those of their fields would only take room.
        return Object(pairs, line=_line(start), lines=lines if depth <= _DEPTH_OF_REPORT else None)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1
