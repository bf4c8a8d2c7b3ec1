"""ES modules → one script, joined without Node.

The page's scripts are ES modules, as editors, a linter, a type checker and Node see them. For the
page they are put one after the other into one scope, each after those that it imports from, as
a browser would run them; ``import`` and ``export`` go. That is only the same program where

- a module says what it takes and gives in the plain forms below, each name under its own name:
  ``import { a, b } from "./x.js";``, ``export function``, ``class``, ``const`` and ``let``;
- no two modules give one name to different things, and none imports what it rests on in a circle;
- what a module imports is exported there.

All that is checked here; anything else is refused, never guessed. What a module uses without
importing it, the type checker finds, and a test in the browser that no name hides one of its own.

Standard library only: the wheel is built with it (mapping/build_hook.py), before anything else
is installed.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRY: Final = "main.js"  # imports all other scripts of the page
# What the plain table is drawn with, where scripts are blocked; the page itself has all.
PLAIN_STYLES: Final = ("theme.css", "layout.css")
STYLES: Final = (
    *PLAIN_STYLES,
    "map/map.css",
    "panel/controls.css",
    "panel/claims.css",
    "panel/filters.css",
    "panel/tables.css",
    "panel/comparison.css",
    "panel/timeline.css",
    "panel/devices.css",
    "low_windows.css",
)
JAVASCRIPT, CSS = "text/javascript", "text/css"

_WORD: Final = r"[\w$]+"
_IMPORT: Final = re.compile(
    r"""import\s*\{(?P<names>[\s,\w$]*)\}\s*from\s*"(?P<path>\.\.?/[\w./-]+\.js)";[ ]*\n*"""
)
_EXPORT: Final = re.compile(r"export\s+(?=(?:async\s+)?function\b|class\b|const\b|let\b)")
_KEYWORD: Final = re.compile(r"(?<![\w$.])(?:import|export|await|var)(?![\w$])")
_NAMED: Final = re.compile(rf"(?<![\w$.])(?:class\b|function\b\s*\*?)\s*({_WORD})")
_LISTED: Final = re.compile(r"(?<![\w$.])(?:const|let)(?![\w$])([^;]*);")
_DECLARED: Final = re.compile(rf"\s*({_WORD})\s*(?:=|$)")
# What has to be known of a script to tell its code from its texts, and how deep a name stands.
_TOKEN: Final = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|["'`/()\[\]{}]""", re.DOTALL
)
_TEMPLATE: Final = re.compile(r"(?:[^`\\$]|\\.|\$(?!\{))*(`|\$\{)", re.DOTALL)
_REGEX: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/\w*")
# After these a slash divides; after any other sign, and after a keyword, it opens a pattern.
_OPERAND: Final = re.compile(r"""[\w$)\]"'`}]$""")
_BEFORE_PATTERN: Final = re.compile(
    r"(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|new|yield|await|instanceof)$"
)
_CLOSES: Final = {"(": ")", "[": "]", "{": "}", "${": "}"}
_FORMS: Final = (
    'write `import { a, b } from "./x.js";` and `export` before a function, class, const or let, '
    "each at the top of the module and under its own name"
)


class ModuleError(ValueError):
    """The page's own scripts cannot be joined; the message names file and line."""


@dataclass(frozen=True)
class _Module:
    """A module: what is left of it, what it imports (name → path), what it declares and exports."""

    path: str
    code: str
    imports: dict[str, str]
    sources: tuple[str, ...]
    declared: frozenset[str]
    exported: frozenset[str]


def page_parts(read: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """Give the page's own scripts and style sheets, each as its media type and its text.

    Their names are those under which the wheel has them minified. Scripts touch no global name.
    """

    def styles(names: tuple[str, ...]) -> tuple[str, str]:
        return CSS, "\n".join(read(name) for name in names)

    return {
        "page.min.js": (JAVASCRIPT, _closed(join_modules(ENTRY, read))),
        "start.min.js": (JAVASCRIPT, _closed(read("start.js"))),
        "plain.min.css": styles(PLAIN_STYLES),
        "page.min.css": styles(STYLES[len(PLAIN_STYLES) :]),
    }


def _closed(body: str) -> str:
    return f'(function () {{\n"use strict";\n{body}\n}})();'


def join_modules(entry: str, read: Callable[[str], str]) -> str:
    r"""Join a module and all that it imports from into one script, in the order that they run.

    Parameters
    ----------
    entry
        Path of the module that starts the rest, relative to their common folder.
    read
        Gives the text of a module by such a path; ``FileNotFoundError`` where there is none.

    Raises
    ------
    ModuleError
        If a module is not written in the plain form, lacks what another imports, shares a name
        with another, or is part of a circle; names file and line.

    Examples
    --------
    >>> texts = {
    ...     "main.js": 'import { day } from "./core/days.js";\nshow(day(0));\n',
    ...     "core/days.js": "export function day(n) { return n; }\n",
    ... }
    >>> print(join_modules("main.js", texts.__getitem__))
    function day(n) { return n; }
    show(day(0));
    <BLANKLINE>
    """
    modules = _modules(entry, read)
    owners: dict[str, str] = {}
    for module in modules:
        for name in sorted(module.declared):
            if name in owners:
                message = f"{owners[name]} declares {name!r} too; they share one scope: rename one"
                raise ModuleError(f"{module.path}: {message}")
            owners[name] = module.path
    return "".join(module.code for module in modules)


def module_order(entry: str, read: Callable[[str], str]) -> tuple[str, ...]:
    """List a module and all that it imports from, in the order that they run.

    Raises
    ------
    ModuleError
        As `join_modules` does.
    """
    return tuple(module.path for module in _modules(entry, read))


def module_names(entry: str, read: Callable[[str], str]) -> frozenset[str]:
    """Collect what a module and all that it imports from declare, each in its own top scope."""
    return frozenset().union(*(module.declared for module in _modules(entry, read)))


def _modules(entry: str, read: Callable[[str], str]) -> list[_Module]:
    """Read modules depth first, as a browser does: what is imported runs before who imports it."""
    done: dict[str, _Module] = {}
    under_way: list[str] = []

    def visit(path: str, asked_by: str) -> None:
        if path in done:
            return
        if path in under_way:
            circle = " → ".join([*under_way[under_way.index(path) :], path])
            raise ModuleError(f"{asked_by}: imports go round in a circle: {circle}; break it")
        try:
            text = read(path)
        except (FileNotFoundError, KeyError) as error:
            raise ModuleError(f"{asked_by}: imports from {path}, which is not there") from error
        under_way.append(path)
        module = _parse(path, text)
        for source in module.sources:
            visit(source, path)
        under_way.pop()
        _check_imports(module, done)
        done[path] = module

    visit(entry, entry)
    return list(done.values())


def _check_imports(module: _Module, done: dict[str, _Module]) -> None:
    for name, source in module.imports.items():
        if name not in done[source].exported:
            exported = ", ".join(sorted(done[source].exported)) or "nothing"
            message = f"imports {name!r} from {source}, which exports {exported}"
            raise ModuleError(f"{module.path}: {message}")
        if name in module.declared:
            raise ModuleError(f"{module.path}: imports {name!r} and declares it too: rename one")


def _parse(path: str, text: str) -> _Module:
    outline = _outline(path, text)
    imports: dict[str, str] = {}
    sources: list[str] = []
    kept, exports, at = [], [], 0
    for found in _KEYWORD.finditer(outline):
        start = found.start()
        statement = _IMPORT.match(text, start) or _EXPORT.match(text, start)
        if statement is None:
            _refuse(path, text, start, f"cannot join {_line(text, start)!r}: {_FORMS}")
        if "path" in statement.groupdict():
            source = posixpath.normpath(posixpath.join(posixpath.dirname(path), statement["path"]))
            sources.append(source)
            for name in _names(path, text, statement):
                if name in imports:
                    _refuse(path, text, start, f"imports {name!r} twice")
                imports[name] = source
        else:
            exports.append(statement.end())
        kept.append(text[at:start])
        at = statement.end()
    kept.append(text[at:])
    declared = _declarations(path, text, outline)
    exported = frozenset(name for start, name in declared if _exporting(exports, outline, start))
    names = [name for _, name in declared]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ModuleError(f"{path}: declares {', '.join(sorted(twice))} twice")
    return _Module(path, "".join(kept), imports, tuple(sources), frozenset(names), exported)


def _names(path: str, text: str, statement: re.Match[str]) -> list[str]:
    names = [name.strip() for name in statement["names"].split(",")]
    names = names[:-1] if names[-1] == "" else names
    if not names or not all(re.fullmatch(_WORD, name) for name in names):
        line = _line(text, statement.start())
        _refuse(path, text, statement.start(), f"cannot join {line!r}: {_FORMS}")
    return names


def _declarations(path: str, text: str, outline: str) -> list[tuple[int, str]]:
    """Find the names of a module's own top scope, each with where its statement starts."""
    found = [(match.start(), match[1]) for match in _NAMED.finditer(outline)]
    for statement in _LISTED.finditer(outline):
        for part in statement[1].split(","):
            name = _DECLARED.match(part)
            if name is None:
                shown = _line(text, statement.start())
                message = f"cannot read the names in {shown!r}: declare each as `name = …`"
                _refuse(path, text, statement.start(), message)
            found.append((statement.start(), name[1]))
    return sorted(found)


def _exporting(exports: list[int], outline: str, start: int) -> bool:
    """Whether ``export`` stands before the declaration at ``start``, perhaps with ``async``."""
    return any(end <= start and outline[end:start].strip() in ("", "async") for end in exports)


def _outline(path: str, text: str) -> str:
    """Blank all of a script but its code outside of brackets; every place keeps its position.

    Raises
    ------
    ModuleError
        If brackets or texts do not close, or if ``import`` or ``export`` stands within brackets.
    """
    parts: list[str] = []
    open_brackets: list[tuple[str, int]] = []
    at = 0
    while found := _TOKEN.search(text, at):
        start, sign = found.start(), found[0]
        parts.append(_code(path, text, at, start, is_top=not open_brackets))
        at = found.end()
        if sign == "/" and _opens_pattern(text[max(0, start - 200) : start]):
            at = _end_of(_REGEX, path, text, start)
        elif sign in _CLOSES:
            open_brackets.append((sign, start))
        elif sign in ")]}":
            opener, _ = open_brackets.pop() if open_brackets else ("", 0)
            if _CLOSES.get(opener) != sign:
                _refuse(path, text, start, f"{sign!r} closes nothing")
            if opener == "${":
                at = _template(path, text, at, open_brackets)
        elif sign == "`":
            at = _template(path, text, at, open_brackets)
        elif sign in "\"'":
            _refuse(path, text, start, f"{sign} opens a text that does not end on its line")
        parts.append(" " * (at - start))
    parts.append(_code(path, text, at, len(text), is_top=not open_brackets))
    if open_brackets:
        opener, start = open_brackets[-1]
        _refuse(path, text, start, f"{opener!r} is never closed")
    return "".join(parts)


def _code(path: str, text: str, start: int, end: int, *, is_top: bool) -> str:
    """Keep code outside of brackets; within them nothing is imported."""
    part = text[start:end]
    if is_top:
        return part
    if "port" in part:
        for word in _KEYWORD.finditer(part):
            if word[0].endswith("port"):
                message = f"{word[0]!r} within brackets: {_FORMS}"
                _refuse(path, text, start + word.start(), message)
    return " " * (end - start)


def _template(path: str, text: str, at: int, open_brackets: list[tuple[str, int]]) -> int:
    end = _end_of(_TEMPLATE, path, text, at)
    if text[end - 1] == "{":
        open_brackets.append(("${", end - 2))
    return end


def _end_of(pattern: re.Pattern[str], path: str, text: str, start: int) -> int:
    found = pattern.match(text, start)
    if found is None:
        _refuse(path, text, start, "a template or pattern is never closed")
    return found.end()


def _opens_pattern(before: str) -> bool:
    before = before.rstrip()
    return not _OPERAND.search(before) or bool(_BEFORE_PATTERN.search(before))


def _refuse(path: str, text: str, position: int, message: str) -> NoReturn:
    raise ModuleError(f"{path}:{text.count(chr(10), 0, position) + 1}: {message}")


def _line(text: str, position: int) -> str:
    return text[position:].partition("\n")[0].strip()
