"""Marks in place of values, and the values as the places of their marks demand.

A template of a layer's class gives a mark for each value (`Marks.template`). What it gave is
then filled (`Marks.markup`, `Marks.script`): in code a value is a literal or a name, in a
string or in markup it is text.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import sys
import textwrap
from functools import cache
from types import FunctionType, ModuleType
from typing import Final

import folium
import jinja2
from branca.element import Element
from folium.template import Template
from folium.utilities import JsCode, camelize

from geodata.errors import PageError, SurroundingsError
from mapping.foreign import network as offline
from mapping.foreign.contexts import (
    Place,
    quote_in_attribute,
    quote_in_string,
    quote_in_style,
    write_markup,
    write_script,
)
from mapping.foreign.sanitise import clean_json, clean_markup, plain_text

_NAME: Final = r"[A-Za-z_$][\w$]*"
_PLAIN: Final = re.compile(rf"(?:{_NAME}|-?\d+(?:\.\d+)?)", re.ASCII)
_PATH: Final = re.compile(rf"{_NAME}(?:\.{_NAME})*", re.ASCII)
_KEYS: Final = re.compile(r'(?:\["(?:[^"\\\n]|\\.)*"\])+')
# How folium writes the name of a pattern into a style.
_REFERENCE: Final = re.compile(rf"\{{\{{'({_NAME})'\}}\}}", re.ASCII)


class Rendered(str):
    """What a template gave: its own text, with marks for values."""

    __slots__ = ()

    def replace(self, old: str, new: str) -> Rendered:  # type: ignore[override]  # as folium does
        """Stay what it is."""
        return Rendered(super().replace(old, new))


class _Json(str):
    """JSON, or code that was made of data."""

    __slots__ = ()


class _Escaped(str):
    """Text that is escaped for markup already."""

    __slots__ = ()


class Marks:
    """The values of one rendering.

    ``scripts`` lets code through that an author wrote; ``names`` are those of the layers.
    """

    def __init__(self, *, scripts: bool) -> None:
        self.scripts = scripts
        self.names: set[str] = set()
        # Unknown to whoever wrote the texts, so that none of them can pose as a mark.
        self._nonce = secrets.token_hex(8)
        self._values: list[tuple[object, Element]] = []
        self._environments: dict[int, jinja2.Environment] = {}
        self._check()

    def markup(self, text: str) -> str:
        """Fill the marks of markup."""
        return write_markup(text, self._write)

    def script(self, text: str) -> str:
        """Fill the marks of a script."""
        return write_script(text, self._write)

    def template(self, template: jinja2.Template, element: Element) -> jinja2.Template:
        """Copy a template so that it writes a mark for each value.

        jinja2 writes each value with the global ``str`` of the code that it has generated.
        """
        environment = self._environment(template.environment)
        run = template.root_render_func
        defaults = tuple(
            environment if each is template.environment else each for each in run.__defaults__ or ()
        )
        names = run.__globals__ | {
            "environment": environment,
            "str": lambda value: self._mark(value, element),
        }
        copy = object.__new__(type(template))
        copy.__dict__.update(template.__dict__)
        copy.environment, copy._module = environment, None
        copy.root_render_func = FunctionType(
            run.__code__, names, run.__name__, defaults, run.__closure__
        )
        render = copy.render
        copy.render = lambda *given, **named: Rendered(render(*given, **named))  # type: ignore[method-assign]  # this one only
        return copy

    def name(self, name: str) -> None:
        """Note the name of a layer in the page.

        Raises
        ------
        PageError
            If it is none of JavaScript.
        """
        if not _PLAIN.fullmatch(name):
            raise PageError(f"{name!r}: a layer's own name must be one of letters and digits")
        self.names.add(name)

    def _environment(self, environment: jinja2.Environment) -> jinja2.Environment:
        known = self._environments.get(id(environment))
        if known is None:
            known = self._environments[id(environment)] = environment.overlay()
            known.filters = environment.filters | {
                "tojson": _to_json,
                "tojavascript": self._to_javascript,
                "e": _escape,
                "escape": _escape,
                "safe": lambda value: value,
            }
        return known

    def _mark(self, value: object, element: Element) -> str:
        if isinstance(value, jinja2.Undefined):
            return ""
        if isinstance(value, bool | int | float) or (
            isinstance(value, str) and (not value or _PLAIN.fullmatch(value))
        ):
            return str(value)
        self._values.append((value, element))
        return f"\ue000{self._nonce}{len(self._values) - 1:x}\ue001"

    def _check(self) -> None:
        """Stop where another jinja2 generates other code, rather than let values through."""
        try:
            probe = self.template(Template("{{ this.a }}{{ this.a|tojson }}"), Element())
            told = probe.render(this={"a": "{{ }}"})
        except (AttributeError, TypeError, NameError):
            told = ""
        if told.count(f"\ue000{self._nonce}") != 2 or "{" in told:  # noqa: PLR2004 - both values
            raise SurroundingsError(
                f"jinja2 {jinja2.__version__} writes values in a way that is not known; "
                "install an older one: pip install 'jinja2<3.2'"
            )

    # --- values, as their places demand ---------------------------------------

    def _write(self, mark: str, place: Place) -> str:  # noqa: PLR0911 - one a kind of place
        key = mark[1:-1]
        if not key.startswith(self._nonce):
            return mark
        value, element = self._values[int(key[len(self._nonce) :], 16)]
        if place is Place.CODE:
            return self._code(value, element)
        if place is Place.STRING:
            return quote_in_string(self._as_markup(value))
        if place is Place.MARKUP:
            return self._as_markup(value)
        if place is Place.STYLE:
            return quote_in_style(str(value))
        if place is Place.COMMENT:
            return ""
        text = self.markup(value) if isinstance(value, Rendered) else str(value)
        if place is Place.UNQUOTED:
            text = _from_json(value) if isinstance(value, _Json) else text
            return f'"{quote_in_attribute(text)}"'
        return quote_in_attribute(text)

    def _as_markup(self, value: object) -> str:
        if isinstance(value, Rendered):
            return self.markup(value)
        if isinstance(value, _Escaped):
            return str(value)
        if isinstance(value, _Json):
            # An attribute of markup in a string of JavaScript.
            return f'"{quote_in_attribute(_from_json(value))}"'
        return clean_markup(str(value))

    def _code(self, value: object, element: Element) -> str:  # noqa: PLR0911 - one a kind of value
        if isinstance(value, _Json):
            return str(value)
        if isinstance(value, Rendered):
            return self.script(value)
        if isinstance(value, JsCode):
            return self.allowed(value.js_code, element)
        if isinstance(value, list | tuple | dict):
            return clean_json(json.dumps(value))
        text = str(value)
        if not isinstance(value, str) or not text.strip() or _PATH.fullmatch(text):
            return text
        if _KEYS.fullmatch(text) or text in _folium_code():
            return text
        with contextlib.suppress(ValueError):
            return self._literal(text)
        if not self.scripts and len(text) > 1 and text[0] == text[-1] == "`":
            plain = text[1:-1].replace("\\`", "`")
            return f'"{quote_in_string(clean_markup(plain))}"'
        return self.allowed(text, element)

    def _literal(self, text: str) -> str:
        """Write JSON, with the names of patterns as folium puts them into styles."""
        names: list[str] = []

        def keep(found: re.Match[str]) -> str:
            names.append(found[1])
            return json.dumps(f"{self._nonce}-{len(names) - 1}")

        written = clean_json(json.dumps(json.loads(_REFERENCE.sub(keep, text))))
        for number, name in enumerate(names):
            reference = name if name in self.names else "null"
            written = written.replace(json.dumps(f"{self._nonce}-{number}"), reference)
        return written

    def _to_javascript(self, value: object) -> _Json:
        """Write options as folium's filter of this name does, with texts as data."""
        if isinstance(value, JsCode):
            return _Json(self.allowed(value.js_code, None))
        if isinstance(value, Element):
            return _Json(value.get_name())
        if isinstance(value, dict):
            pairs = (
                f"{clean_json(json.dumps(camelize(key) if isinstance(key, str) else str(key)))}: "
                f"{self._to_javascript(each)}"
                for key, each in value.items()
            )
            return _Json("{" + ", ".join(pairs) + "}")
        if isinstance(value, list | tuple):
            return _Json("[" + ", ".join(self._to_javascript(each) for each in value) + "]")
        return _Json(clean_json(json.dumps(value)))

    def allowed(self, code: str, element: Element | None) -> str:
        """Give code back if the author allowed it.

        Raises
        ------
        PageError
            If not; says what would run, and of which layer.
        """
        if self.scripts or code in _folium_code():
            return code
        name = "A layer" if element is None else offline.label(element)
        short = textwrap.shorten(code, 80, placeholder=" …")
        raise PageError(
            f"{name}: {short!r} would run as a script in the page. Leave it out, or allow "
            "scripts that you wrote yourself with scripts=True."
        )


def _to_json(*given: object, **_named: object) -> _Json:
    value = next(each for each in given if not isinstance(each, jinja2.nodes.EvalContext))
    return _Json(clean_json(json.dumps(value, sort_keys=True)))


def _from_json(value: str) -> str:
    """Give the text that JSON holds, else the JSON itself."""
    try:
        told = json.loads(value)
    except ValueError:
        return str(value)
    return told if isinstance(told, str) else str(value)


def _escape(value: object) -> str:
    return value if isinstance(value, Rendered | _Escaped) else _Escaped(plain_text(str(value)))


def _folium_code() -> frozenset[str]:
    """Code that folium's own classes put into their attributes."""
    # The plugins take a tenth of a second to load; who has a layer of theirs has loaded them.
    plugins = sys.modules.get("folium.plugins")
    clusters = frozenset() if plugins is None else frozenset({_code_of_clusters(plugins)})
    return _code_of_clicks() | clusters


@cache
def _code_of_clicks() -> frozenset[str]:
    return frozenset({folium.ClickForMarker().popup, folium.ClickForLatLng().format_str})


@cache
def _code_of_clusters(plugins: ModuleType) -> str:
    return str(plugins.FastMarkerCluster([]).callback)
