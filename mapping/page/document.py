"""The page as a folium figure: document, language, title, security policy.

A `PageFigure` takes the place of branca's figure. It renders to one document that
asks for nothing: Leaflet, our scripts and styles stand in it, the claims are data
in it, and its security policy forbids the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
import jinja2
from branca.element import CssLink, Figure, JavascriptLink
from markupsafe import Markup

from mapping.foreign import network as offline
from mapping.foreign.contexts import write_script
from mapping.foreign.render import Rendering
from mapping.foreign.sanitise import plain_text
from mapping.page import bundle
from mapping.page.policy import content_security_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapping.page.payload import Payload

__all__ = ["PageContent", "PageFigure", "json_for_script", "plain_text", "script_that_cannot_end"]

# Height of a map in a notebook's output.
NOTEBOOK_HEIGHT = "680px"
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur")


@dataclass(frozen=True)
class PageContent:
    """What a page says beside its map.

    ``meta`` is the small block of settings that the scripts read first; ``rows``
    are claims in words, for readers whose browser blocks scripts. ``unshown`` of its claims are
    not on the map on its day, or in its countries.
    """

    title: str
    description: str
    payload: Payload
    meta: Mapping[str, Any]
    rows: tuple[Mapping[str, str], ...] = ()
    lang: str = "en"
    theme: str = "auto"
    online: bool = False
    scripts: bool = False
    unshown: int = 0


class PageFigure(Figure):
    """A branca figure that renders to one self-contained document."""

    def __init__(self, content: PageContent) -> None:
        super().__init__(height=NOTEBOOK_HEIGHT, title=content.title)
        self._name = "PageFigure"
        self.content = content

    def render(self, **kwargs: object) -> str:
        """Render the whole document.

        Raises
        ------
        PageError
            If a layer that the author added needs the network, or would run a script of its
            own, and that is not allowed.
        """
        # folium's layers add to head, body and script each time that they are rendered.
        places = (self.header, self.html, self.script)
        before = [place._children.copy() for place in places]
        try:
            with Rendering(self, scripts=self.content.scripts) as rendering:
                for child in list(self._children.values()):
                    child.render(**kwargs)
                return self._document(rendering)
        finally:
            for place, children in zip(places, before, strict=True):
                place._children = children

    def _document(self, rendering: Rendering) -> str:
        online = offline.inline_links(self, online=self.content.online)
        layers = rendering.scripts_by_layer()
        parts = self._parts(rendering, layers)
        shown = offline.content_needs(self)
        policy = content_security_policy(
            # Data runs nowhere, so the policy need not read it.
            _template("document.html.jinja").render(
                parts | {"data": "", "geometry": "", "code": "", "layers": "", "policy": ""}
            ),
            # What runs from packed text, or after it, is named in the policy by its plain text.
            later=[
                *([] if parts["early_scripts"] else _leaflet()),
                *(script for _, script in layers),
                *rendering.frame_scripts,
                bundle.page_script(),
            ],
            image_hosts=offline.hosts_of(shown, offline.IMAGE),
            media_hosts=offline.hosts_of(shown, offline.MEDIA),
            data_hosts=offline.hosts_of(shown, offline.DATA),
            script_hosts=offline.hosts_of(online, offline.SCRIPT),
        )
        tag = Markup('<meta http-equiv="Content-Security-Policy" content="{}">\n').format(policy)
        return _template("document.html.jinja").render(**parts, policy=tag)

    def hosts(self) -> list[str]:
        """List the hosts from which the page loads something: none unless the author chose so."""
        return sorted({need.host for need in self.needs()})

    def needs(self) -> list[offline.Need]:
        """List what the page loads from the network when it is opened."""
        scripts = offline.script_needs(self) if self.content.online else []
        return [*offline.content_needs(self), *scripts]

    def _repr_html_(self, **kwargs: object) -> str:
        """Show the page in a frame of its own, for a notebook.

        A notebook that is not trusted drops the frame and shows what stands inside it: the
        newest claims as a plain table.
        """
        content = self.content
        return _template("frame.html.jinja").render(
            document=self.render(**kwargs),
            height=self.height,
            title=content.title,
            rows=content.rows,
            words=content.meta["words"],
        )

    def _parts(self, rendering: Rendering, layers: list[tuple[str, str]]) -> dict[str, Any]:
        content = self.content
        map_html = rendering.marks.markup(self.html.render())
        body = _template("page.html.jinja").render(
            title=content.title,
            lang=content.lang,
            rows=content.rows,
            words=content.meta["words"],
            map_html=Markup(map_html),  # noqa: S704 - folium's own markup, its values escaped
        )
        # The catalogue is long; it travels with the packed data.
        meta = {key: value for key, value in content.meta.items() if key != "words"}
        head = self._head(rendering)
        # A foreign script in the head may need Leaflet as soon as it is read.
        early = _leaflet() if "<script" in head else []
        return {
            "early_styles": [Markup(text) for text in _styles() if early],  # noqa: S704 - Leaflet's and our own
            "early_scripts": [Markup(text) for text in early],  # noqa: S704 - from its package
            "code": Markup(bundle.packed_code(*([] if early else [*_styles(), *_leaflet()]))),  # noqa: S704 - has no "<" and no "&"
            "lang": content.lang,
            "direction": "rtl" if content.lang in RIGHT_TO_LEFT else "ltr",
            "theme": content.theme,
            "title": content.title,
            "description": content.description,
            "head": Markup(head),  # noqa: S704 - links and styles of folium's layers
            "body": Markup(body),  # noqa: S704 - rendered with autoescape just above
            "meta": json_for_script({"map": self._map_name()} | meta),
            "data": Markup(content.payload.packed_data(words=content.meta["words"])),  # noqa: S704 - has no "<" and no "&"
            "geometry": Markup(content.payload.packed_geometry()),  # noqa: S704 - neither has this
            "layers": json_for_script(layers),
        } | _fixed_parts()

    def _map_name(self) -> str:
        """Find the global variable under which folium's script leaves the map."""
        maps = [child for child in self._children.values() if isinstance(child, folium.Map)]
        return str(maps[0].get_name())

    def _head(self, rendering: Rendering) -> str:
        """Render what folium's layers put into the head, scripts from this machine inlined."""
        parts = []
        if offline.needs_jquery(self):
            parts.append(f"<script>{bundle.jquery()}</script>")
        for name, child in self.header._children.items():
            if name == "meta_http":
                continue
            if isinstance(child, JavascriptLink | CssLink):
                parts.append(child.render(embedded=child.code is not None))
            else:
                parts.append(rendering.marks.markup(child.render()))
        return "\n".join(parts)


def json_for_script(value: object) -> Markup:
    r"""Write JSON that can stand in a ``<script>``: nothing in it ends the element.

    Examples
    --------
    >>> print(json_for_script("</script>"))
    "\u003c/script\u003e"
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - the characters that markup is made of are gone


def script_that_cannot_end(script: str) -> str:
    r"""Write a script so that no text in it ends its element, or opens a comment.

    The script stays the same: only inside strings ``<`` becomes an escape.

    Examples
    --------
    >>> print(script_that_cannot_end("popup = `<b></script></b>`; i<scripts.length"))
    popup = `<b>\x3C/script></b>`; i<scripts.length
    """
    return write_script(script, lambda mark, _: mark)


def _leaflet() -> list[str]:
    """Give the scripts that folium's needs: Leaflet, and where it finds its images."""
    return [bundle.leaflet_script(), bundle.asset("icons.js")]


def _styles() -> list[str]:
    """Give the style sheets that only a page with scripts needs: Leaflet's, ours."""
    return [bundle.leaflet_style(), bundle.page_style()]


def _fixed_parts() -> dict[str, Any]:
    """Scripts and styles from our own files, and Leaflet's icons."""
    return {
        "plain_style": Markup(bundle.plain_style()),  # noqa: S704 - our own file
        "start_script": Markup(bundle.start_script()),  # noqa: S704 - our own file
        "scripted_script": Markup(bundle.scripted_script()),  # noqa: S704 - our own file
        "icons": json_for_script(bundle.leaflet_icons()),
    }


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mapping", "assets"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(name)
