"""What layers render to: their classes' templates are trusted, what they carry is data.

branca compiles what folium has rendered as a template once more, and folium writes texts
bare into JavaScript. Here the templates of the classes are rendered once, with a mark in
place of each value; only the finished script or markup gets the values, each written as
the place where it stands demands (`mapping.foreign.contexts`). No value is ever part of a template.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Final, cast

import folium
import jinja2
from branca.element import CssLink, Div, Element, Figure, IFrame, JavascriptLink
from folium.template import Template
from folium.utilities import JsCode

from mapping.foreign import network as offline
from mapping.foreign.contexts import (
    quote_in_attribute,
)
from mapping.foreign.marks import Marks, Rendered
from mapping.foreign.parts import prepare
from mapping.foreign.sanitise import clean_markup
from mapping.page.policy import inline_scripts

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


class Rendering:
    """One rendering of a figure: while it is open, its layers' templates give marks.

    ``scripts`` lets code through that an author wrote: `JsCode`, and the templates of
    `Element`.
    """

    def __init__(self, figure: Figure, *, scripts: bool) -> None:
        self.figure = figure
        self.marks = Marks(scripts=scripts)
        self.frame_scripts: list[str] = []
        self._hooked: dict[int, Element] = {}
        self._before: list[tuple[Element, str, object]] = []
        self._labels: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._owner = ""

    def __enter__(self) -> Rendering:
        """Prepare the layers."""
        try:
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

    def scripts_by_layer(self) -> list[tuple[str, str]]:
        """Give the scripts in their order, one for each layer of the map, after its name."""
        groups: list[tuple[str, list[str]]] = []
        for name, child in self.figure.script._children.items():
            owner = self._owners.get(name, name)
            if not groups or groups[-1][0] != owner:
                groups.append((owner, []))
            groups[-1][1].append(str(child.render()))
        return [
            (self._labels.get(owner, "Element"), self.marks.script("\n".join(texts)))
            for owner, texts in groups
        ]

    # --- what is changed at the layers while they are rendered ----------------

    def _hook(self, element: Element) -> None:
        known = id(element) in self._hooked
        if known or element is self.figure or isinstance(element, JavascriptLink | CssLink):
            return
        self._hooked[id(element)] = element
        self.marks.name(element.get_name())
        self._set(element, "add_child", lambda *given, **named: self._add(element, *given, **named))
        if isinstance(element, IFrame):
            self._set(element, "render", lambda **given: self._frame(element, given))
        elif _is_text(element) and not self.marks.scripts:
            self._hook_text(element, str(element._template_str))
        elif isinstance(element._template, jinja2.Template):
            own = type(element)._template is folium.LayerControl._template
            template = _LAYER_CONTROL if own else element._template
            self._set(element, "_template", self.marks.template(template, element))
        prepare(element, self._set, self._hook)
        self._vet_includes(element)

    def _hook_text(self, element: Element, text: str) -> None:
        """Show what stands in an `Element` as it is, where it cannot run."""
        parent = element._parent
        holder = None if parent is None else parent._parent
        if parent is None or isinstance(parent, IFrame) or text == _META:
            return
        if parent is getattr(holder, "script", None):
            self.marks.allowed(text, element)
        elif parent is getattr(holder, "header", None):
            if _STYLES.sub("", text).strip():
                self.marks.allowed(text, element)
            styles = "".join(
                f"<style>{found.replace('<', chr(92) + '3c ')}</style>"
                for found in _STYLES.findall(text)
            )
            self._set(element, "render", lambda **_: Rendered(styles))
        else:
            if _RUNS.search(text):
                self.marks.allowed(text, element)
            cleaned = clean_markup(text, laid_out=False)
            self._set(element, "render", lambda **_: Rendered(cleaned))

    def _vet_includes(self, element: Element) -> None:
        # folium renders what `Marker.include(…)` was given by itself.
        includes = getattr(type(element), "includes", None) or {}
        for value in includes.values():
            if isinstance(value, JsCode):
                self.marks.allowed(value.js_code, element)

    def _own(self, child: Element) -> None:
        """Note to which layer a script belongs."""
        name, render = child.get_name(), child.render
        self._labels[name] = offline.label(child)

        def owned(**given: object) -> object:
            before, self._owner = self._owner, name
            try:
                return render(**given)
            finally:
                self._owner = before

        self._set(child, "render", owned)

    def _add(
        self, parent: Element, child: object, name: str | None = None, index: int | None = None
    ) -> Element:
        """Add a child as branca does; what a class has just rendered is no template again."""
        if type(child) is Element and child._template_str is not None:
            rendered = Rendered(child._template_str)
            self._hooked[id(child)] = child
            child.render = lambda **_: rendered  # type: ignore[method-assign]  # this one only
        elif isinstance(child, Element):
            for element in list(offline.walk(child)):
                self._hook(element)
        if parent is self.figure.script:
            self._owners.setdefault(name or cast("Element", child).get_name(), self._owner)
        return type(parent).add_child(parent, cast("Element", child), name, index)

    def _frame(self, element: IFrame, given: dict[str, object]) -> Rendered:
        """Write a frame whose content can reach nothing, and lead nowhere."""
        parts = []
        for child in element._children.values():
            told = child._template_str
            parts.append(self.marks.markup(str(child.render(**given))) if told is None else told)
        content = "".join(parts)
        if self.marks.scripts:
            self.frame_scripts += inline_scripts(content)
        sandbox, source = (
            ("allow-scripts" if self.marks.scripts else ""),
            quote_in_attribute(content),
        )
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
            f'{start} style="position:absolute;width:100%;height:100%;border:0"></iframe>'
            "</div></div>"
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


def _is_text(element: Element) -> bool:
    """Whether an element is an `Element` of a text, which branca takes for a template."""
    return element._template_str is not None and element._template_str not in _CONTAINERS
