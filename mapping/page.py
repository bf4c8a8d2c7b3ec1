"""The page as a folium figure: document, language, title, security policy.

A `PageFigure` takes the place of branca's figure. It renders to one document that
asks for nothing: Leaflet, our scripts and styles stand in it, the claims are data
in it, and its security policy forbids the rest.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import folium
import jinja2
from branca.element import CssLink, Figure, JavascriptLink
from markupsafe import Markup

from mapping import bundle, offline
from mapping.policy import content_security_policy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mapping.payload import Payload

# Height of a map in a notebook's output.
NOTEBOOK_HEIGHT = "680px"
RIGHT_TO_LEFT = ("ar", "fa", "he", "ps", "ur")


@dataclass(frozen=True)
class PageContent:
    """What a page says beside its map.

    ``meta`` is the small block of settings that the scripts read first; ``rows``
    are claims in words, for readers whose browser blocks scripts.
    """

    title: str
    description: str
    payload: Payload
    meta: Mapping[str, Any]
    rows: tuple[Mapping[str, str], ...] = ()
    lang: str = "en"
    theme: str = "auto"
    online: bool = False


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
            If a layer that the author added needs the network, and that is not allowed.
        """
        # folium's layers add to head, body and script each time that they are rendered.
        places = (self.header, self.html, self.script)
        before = [place._children.copy() for place in places]
        try:
            for child in list(self._children.values()):
                child.render(**kwargs)
            return self._document()
        finally:
            for place, children in zip(places, before, strict=True):
                place._children = children

    def _document(self) -> str:
        online = offline.inline_links(self, online=self.content.online)
        parts = self._parts()
        # Data runs nowhere, so the policy need not read it.
        # What runs from packed text, or after it, is named in the policy by its plain text.
        later = [] if parts["early_scripts"] else [*_leaflet(), f"\n{parts['folium_script']}\n"]
        unprotected = _template("document.html.jinja").render(
            parts
            | {"data": "", "geometry": "", "code": "", "policy": ""}
            | {"unpacked": [Markup(text) for text in (*later, bundle.page_script())]}  # noqa: S704 - theirs and our own
        )
        shown = offline.content_needs(self)
        policy = content_security_policy(
            unprotected,
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

    def _parts(self) -> dict[str, Any]:
        content = self.content
        body = _template("page.html.jinja").render(
            title=content.title,
            lang=content.lang,
            rows=content.rows,
            words=content.meta["words"],
            map_html=Markup(self.html.render()),  # noqa: S704 - folium's own markup
        )
        # The catalogue is long; it travels with the packed data.
        meta = {key: value for key, value in content.meta.items() if key != "words"}
        head = self._head()
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
            "folium_script": Markup(script_that_cannot_end(self.script.render())),  # noqa: S704 - folium's own script
        } | _fixed_parts()

    def _map_name(self) -> str:
        """Find the global variable under which folium's script leaves the map."""
        maps = [child for child in self._children.values() if isinstance(child, folium.Map)]
        return str(maps[0].get_name())

    def _head(self) -> str:
        """Render what folium's layers put into the head, scripts from this machine inlined."""
        parts = []
        if offline.needs_jquery(self):
            parts.append(f"<script>{bundle.jquery()}</script>")
        for name, child in self.header._children.items():
            if name == "meta_http":
                continue
            inline = isinstance(child, JavascriptLink | CssLink) and child.code is not None
            parts.append(child.render(embedded=inline))
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

    folium puts the markup of popups and icons into strings of its script, where an escaped
    ``<`` is the same text. https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements

    Examples
    --------
    >>> print(script_that_cannot_end("popup = `<b></script></b>`"))
    popup = `<b>\x3C/script></b>`
    """
    return re.sub(r"<(?=!--|/?script)", r"\\x3C", script, flags=re.IGNORECASE)


def plain_text(text: str) -> str:
    """Escape text for a name that folium hands to Leaflet as HTML.

    Braces go too: branca compiles what it rendered as a template once more.
    """
    escaped = html.escape(text)
    for character in "`${}":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped


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
        "unpacked": [],
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
