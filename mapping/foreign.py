"""What layers render to: their classes' templates are trusted, what they carry is data.

branca compiles what folium has rendered as a template once more, and folium writes texts
bare into JavaScript. Here the templates of the classes are rendered once, with a mark in
place of each value; only the finished script or markup gets the values, each written as
the place where it stands demands (`mapping.contexts`). No value is ever part of a template.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import textwrap
from functools import cache
from types import FunctionType, TracebackType
from typing import Any, Final

import folium
import jinja2
from branca.element import CssLink, Div, Element, Figure, IFrame, JavascriptLink
from folium.plugins import FastMarkerCluster
from folium.template import Template
from folium.utilities import JsCode, camelize

from geodata.errors import PageError, SurroundingsError
from mapping import offline
from mapping.contexts import (
    Place,
    quote_in_attribute,
    quote_in_string,
    quote_in_style,
    write_markup,
    write_script,
)
from mapping.foreign_parts import prepare
from mapping.policy import inline_scripts
from mapping.sanitise import clean_json, clean_markup, plain_text

_NAME: Final = r"[A-Za-z_$][\w$]*"
_PLAIN: Final = re.compile(rf"(?:{_NAME}|-?\d+(?:\.\d+)?)", re.ASCII)
_PATH: Final = re.compile(rf"{_NAME}(?:\.{_NAME})*", re.ASCII)
_KEYS: Final = re.compile(r'(?:\["(?:[^"\\\n]|\\.)*"\])+')
# How folium writes the name of a pattern into a style.
_REFERENCE: Final = re.compile(rf"\{{\{{'({_NAME})'\}}\}}", re.ASCII)
_RUNS: Final = re.compile(
    r"<\s*/?(?:script|style|iframe|frame|object|embed|form|meta|base|link|svg|math)\b|\son\w+\s*=",
    re.IGNORECASE,
)
_STYLES: Final = re.compile(r"<style[^<>]*>(.*?)</style\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)

# What folium's own control does, but for names, which are text, and layers that broke.
_LAYER_CONTROL: Final = Template("""
    {% macro script(this, kwargs) %}
    var {{ this.get_name() }}_layers = {
        base_layers : [{% for key, val in this.base_layers.items() %}
            [{{ key|e|tojson }}, function () { return {{ val }}; }],{% endfor %}
        ],
        overlays : [{% for key, val in this.overlays.items() %}
            [{{ key|e|tojson }}, function () { return {{ val }}; }],{% endfor %}
        ],
    };
    var {{ this.get_name() }} = L.control.layers(null, null, {{ this.options|tojavascript }});
    {{ this.get_name() }}_layers.add = function (entries, method) {
        entries.forEach(function (entry) {
            var layer = null;
            try { layer = entry[1](); } catch (error) { /* it broke, and said so */ }
            if (layer instanceof L.Layer) {{ this.get_name() }}[method](layer, entry[0]);
        });
    };
    {{ this.get_name() }}_layers.add({{ this.get_name() }}_layers.base_layers, "addBaseLayer");
    {{ this.get_name() }}_layers.add({{ this.get_name() }}_layers.overlays, "addOverlay");
    {{ this.get_name() }}.addTo({{ this._parent.get_name() }});
    {%- if this.draggable %}
    new L.Draggable({{ this.get_name() }}.getContainer()).enable();
    {%- endif %}
    {% endmacro %}
""")


# branca's own: what a figure starts with, and a container.
_META: Final = Figure().header._children["meta_http"]._template_str
_CONTAINERS: Final = (Div().html._template_str,)
_ABSENT: Final = object()


class Rendered(str):
    """What a template gave: its own text, with marks for values."""

    __slots__ = ()

    def replace(self, *args: Any) -> Rendered:  # type: ignore[override]  # folium's Popup does
        """Stay what it is."""
        return Rendered(super().replace(*args))


class _Json(str):
    """JSON, or code that was made of data."""

    __slots__ = ()


class _Escaped(str):
    """Text that is escaped for markup already."""

    __slots__ = ()


class Rendering:
    """One rendering of a figure: while it is open, its layers' templates give marks.

    ``scripts`` lets code through that an author wrote: `JsCode`, and the templates of
    `Element`.
    """

    def __init__(self, figure: Figure, *, scripts: bool) -> None:
        self.figure = figure
        self.scripts = scripts
        self.frame_scripts: list[str] = []
        # Unknown to whoever wrote the texts, so that none of them can pose as a mark.
        self._nonce = secrets.token_hex(8)
        self._values: list[tuple[object, Element]] = []
        self._hooked: dict[int, Element] = {}
        self._before: list[tuple[Element, str, object]] = []
        self._environments: dict[int, jinja2.Environment] = {}
        self._labels: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._owner = ""

    def __enter__(self) -> Rendering:
        """Prepare the layers."""
        try:
            self._check_marks()
            for element in list(offline.walk(self.figure)):
                self._hook(element)
            for child in self.figure._children.values():
                self._own(child)
                if isinstance(child, folium.Map):
                    for layer in child._children.values():
                        self._own(layer)
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the layers as they were."""
        self._restore()

    def markup(self, text: str) -> str:
        """Fill the marks of markup."""
        return write_markup(text, self._write)

    def script(self, text: str) -> str:
        """Fill the marks of a script."""
        return write_script(text, self._write)

    def scripts_by_layer(self) -> list[tuple[str, str]]:
        """Give the scripts in their order, one for each layer of the map, after its name."""
        groups: list[tuple[str, list[str]]] = []
        for name, child in self.figure.script._children.items():
            owner = self._owners.get(name, name)
            if not groups or groups[-1][0] != owner:
                groups.append((owner, []))
            groups[-1][1].append(str(child.render()))
        return [
            (self._labels.get(owner, "Element"), self.script("\n".join(texts)))
            for owner, texts in groups
        ]

    # --- what is changed at the layers while they are rendered ----------------

    def _hook(self, element: Element) -> None:
        known = id(element) in self._hooked
        if known or element is self.figure or isinstance(element, JavascriptLink | CssLink):
            return
        self._hooked[id(element)] = element
        name = element.get_name()
        if not _PLAIN.fullmatch(name):
            raise PageError(
                f"{name!r} is the name of a layer in the page, but no name of JavaScript"
            )
        self._set(element, "add_child", lambda *given, **named: self._add(element, *given, **named))
        if isinstance(element, IFrame):
            self._set(element, "render", lambda **given: self._frame(element, given))
        elif _is_text(element) and not self.scripts:
            self._hook_text(element, str(element._template_str))
        elif isinstance(element._template, jinja2.Template):
            own = type(element)._template is folium.LayerControl._template
            template = _LAYER_CONTROL if own else element._template
            self._set(element, "_template", self._marked(template, element))
        prepare(element, self._set, self._hook)
        self._vet_includes(element)

    def _hook_text(self, element: Element, text: str) -> None:
        """Show what stands in an `Element` as it is, where it cannot run."""
        parent = element._parent
        holder = None if parent is None else parent._parent
        if parent is None or isinstance(parent, IFrame) or text == _META:
            return
        if parent is getattr(holder, "script", None):
            self._allowed(text, element)
        elif parent is getattr(holder, "header", None):
            if _STYLES.sub("", text).strip():
                self._allowed(text, element)
            styles = "".join(
                f"<style>{found.replace('<', chr(92) + '3c ')}</style>"
                for found in _STYLES.findall(text)
            )
            self._set(element, "render", lambda **_: Rendered(styles))
        else:
            if _RUNS.search(text):
                self._allowed(text, element)
            cleaned = clean_markup(text, laid_out=False)
            self._set(element, "render", lambda **_: Rendered(cleaned))

    def _vet_includes(self, element: Element) -> None:
        # folium renders what `Marker.include(…)` was given by itself.
        includes = getattr(type(element), "includes", None) or {}
        for value in includes.values():
            if isinstance(value, JsCode):
                self._allowed(value.js_code, element)

    def _own(self, child: Element) -> None:
        """Note to which layer a script belongs."""
        name, render = child.get_name(), child.render
        self._labels[name] = offline.label(child)

        def owned(**given: Any) -> Any:
            before, self._owner = self._owner, name
            try:
                return render(**given)
            finally:
                self._owner = before

        self._set(child, "render", owned)

    def _add(
        self, parent: Element, child: Any, name: str | None = None, index: int | None = None
    ) -> Element:
        """Add a child as branca does; what a class has just rendered is no template again."""
        if type(child) is Element and child._template_str is not None:
            rendered = Rendered(child._template_str)
            self._hooked[id(child)] = child
            child.render = lambda **_: rendered  # type: ignore[method-assign]
        elif isinstance(child, Element):
            for element in list(offline.walk(child)):
                self._hook(element)
        if parent is self.figure.script:
            self._owners.setdefault(name or child.get_name(), self._owner)
        return type(parent).add_child(parent, child, name, index)

    def _frame(self, element: IFrame, given: dict[str, Any]) -> Rendered:
        """Write a frame whose content can reach nothing, and lead nowhere."""
        parts = []
        for child in element._children.values():
            told = child._template_str
            parts.append(self.markup(str(child.render(**given))) if told is None else told)
        content = "".join(parts)
        if self.scripts:
            self.frame_scripts += inline_scripts(content)
        sandbox, source = ("allow-scripts" if self.scripts else ""), quote_in_attribute(content)
        width, height = (
            quote_in_attribute(str(element.width)),
            quote_in_attribute(str(element.height)),
        )
        ratio = quote_in_attribute(str(element.ratio))
        start = f'<iframe sandbox="{sandbox}" srcdoc="{source}"'
        if element.height is not None:
            return Rendered(f'{start} width="{width}" height="{height}" style="border:0"></iframe>')
        return Rendered(
            f'<div style="width:{width}"><div style="position:relative;padding-bottom:{ratio}">'
            f'{start} style="position:absolute;width:100%;height:100%;border:0"></iframe></div></div>'
        )

    def _set(self, element: Element, name: str, value: object) -> None:
        self._before.append((element, name, vars(element).get(name, _ABSENT)))
        setattr(element, name, value)

    def _restore(self) -> None:
        for element, name, value in reversed(self._before):
            if value is _ABSENT:
                vars(element).pop(name, None)
            else:
                setattr(element, name, value)
        self._before.clear()

    # --- templates that give marks --------------------------------------------

    def _marked(self, template: jinja2.Template, element: Element) -> jinja2.Template:
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
        copy.render = lambda *given, **named: Rendered(render(*given, **named))  # type: ignore[method-assign]
        return copy

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

    def _mark(self, value: Any, element: Element) -> str:
        if isinstance(value, jinja2.Undefined):
            return ""
        if isinstance(value, bool | int | float) or (
            isinstance(value, str) and (not value or _PLAIN.fullmatch(value))
        ):
            return str(value)
        self._values.append((value, element))
        return f"\ue000{self._nonce}{len(self._values) - 1:x}\ue001"

    def _check_marks(self) -> None:
        """Stop where another jinja2 generates other code, rather than let values through."""
        try:
            probe = self._marked(Template("{{ this.a }}{{ this.a|tojson }}"), self.figure)
            told = probe.render(this={"a": "{{ }}"})
        except (AttributeError, TypeError, NameError):
            told = ""
        if told.count(f"\ue000{self._nonce}") != 2 or "{" in told:  # noqa: PLR2004 - both values
            raise SurroundingsError(
                f"jinja2 {jinja2.__version__} writes values in a way that is not known; "
                "install an older one: pip install 'jinja2<3.2'"
            )

    # --- values, as their places demand ---------------------------------------

    def _write(self, mark: str, place: Place) -> str:
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

    def _code(self, value: Any, element: Element) -> str:
        if isinstance(value, _Json):
            return str(value)
        if isinstance(value, Rendered):
            return self.script(value)
        if isinstance(value, JsCode):
            return self._allowed(value.js_code, element)
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
        return self._allowed(text, element)

    def _literal(self, text: str) -> str:
        """Write JSON, with the names of patterns as folium puts them into styles."""
        names: list[str] = []

        def keep(found: re.Match[str]) -> str:
            names.append(found[1])
            return json.dumps(f"{self._nonce}-{len(names) - 1}")

        written = clean_json(json.dumps(json.loads(_REFERENCE.sub(keep, text))))
        known = {element.get_name() for element in self._hooked.values()} if names else set()
        for number, name in enumerate(names):
            reference = name if name in known else "null"
            written = written.replace(json.dumps(f"{self._nonce}-{number}"), reference)
        return written

    def _to_javascript(self, value: Any) -> _Json:
        """Write options as folium's filter of this name does, with texts as data."""
        if isinstance(value, JsCode):
            return _Json(self._allowed(value.js_code, None))
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

    def _allowed(self, code: str, element: Element | None) -> str:
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


def _is_text(element: Element) -> bool:
    """Whether an element is an `Element` of a text, which branca takes for a template."""
    return element._template_str is not None and element._template_str not in _CONTAINERS


def _to_json(*given: Any, **_named: object) -> _Json:
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


@cache
def _folium_code() -> frozenset[str]:
    """Code that folium's own classes put into their attributes."""
    return frozenset(
        {
            folium.ClickForMarker().popup,
            folium.ClickForLatLng().format_str,
            FastMarkerCluster([]).callback,
        }
    )
