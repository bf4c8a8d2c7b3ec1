"""What foreign folium layers need from the network, and what of it is on this machine.

folium's layers name scripts and styles by address. Here each address either is
answered from an installed package, or the page cannot be one file: then the
author hears which layer needs which host, and may allow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink

from geodata.errors import PageError
from mapping import bundle


@dataclass(frozen=True)
class Need:
    """Something that a layer loads from a host."""

    layer: str
    url: str

    @property
    def host(self) -> str:
        """Scheme and host, ``*`` where tiles rotate over subdomains."""
        parts = urlsplit(re.sub(r"\{s\}", "*", self.url))
        return f"{parts.scheme or 'https'}://{parts.netloc}"


def tile_needs(root: Element) -> list[Need]:
    """Find the tile servers that layers below an element draw from."""
    return [
        Need(_label(element), str(element.tiles))
        for element in walk(root)
        if isinstance(element, folium.TileLayer)
    ]


def needs_jquery(root: Element) -> bool:
    """Whether a layer is drawn with jQuery: folium's popups are."""
    return any(isinstance(element, folium.Popup) for element in walk(root))


def inline_links(figure: Figure, *, online: bool) -> list[Need]:
    """Answer the links in a figure's head from this machine.

    Returns
    -------
    What stays online, when ``online`` allows it.

    Raises
    ------
    PageError
        If a layer needs what is not on this machine; names layers and hosts.
    """
    needs = [
        Need(name, link.url)
        for name, link in figure.header._children.items()
        if isinstance(link, JavascriptLink | CssLink) and not _answer(link)
    ]
    needs += [
        Need(_label(element), "https://cdnjs.cloudflare.com/ (Leaflet.awesome-markers)")
        for element in walk(figure)
        if isinstance(element, folium.Icon)
    ]
    if needs and not online:
        what = "; ".join(f"{need.layer} from {need.host}" for need in needs)
        message = (
            f"The page would load scripts or styles from the network: {what}. Remove the layer, "
            "use one that needs none (such as folium.CircleMarker), or allow it with online=True."
        )
        raise PageError(message)
    return needs


def walk(root: Element) -> Iterator[Element]:
    """Go through an element and all below it, each once."""
    stack, seen = [root], set()
    while stack:
        element = stack.pop()
        if id(element) in seen:
            continue
        seen.add(id(element))
        yield element
        stack.extend(element._children.values())
        # A marker holds its icon beside its children.
        icon = getattr(element, "icon", None)
        if isinstance(icon, Element):
            stack.append(icon)


def _answer(link: JavascriptLink | CssLink) -> bool:
    name = urlsplit(link.url).path.rsplit("/", 1)[-1]
    if re.fullmatch(r"jquery-3[\w.]*\.js", name):
        link.code = bundle.jquery().encode("utf-8")
        return True
    return False


def _label(element: Element) -> str:
    name = getattr(element, "layer_name", None) or getattr(element, "tile_name", None)
    return str(name or element._name)
