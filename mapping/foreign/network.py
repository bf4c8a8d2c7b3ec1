"""What foreign folium layers need from the network, and what of it is on this machine.

folium's layers name scripts and styles by address. Here each address either is
answered from an installed package, or the page cannot be one file: then the
author hears which layer needs which host, and may allow it. Tiles, pictures and
data of a layer run nothing: adding the layer is to choose them, and saving says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import folium
from branca.element import CssLink, Element, Figure, JavascriptLink

from geodata.errors import PageError
from mapping.page import bundle

SCRIPT, IMAGE, MEDIA, DATA = "script", "image", "media", "data"

# Where folium's layers keep the address of what they load, and what that is.
_ADDRESSES: Final = {
    "tiles": IMAGE,  # TileLayer
    "url": IMAGE,  # WmsTileLayer, ImageOverlay
    "image": IMAGE,  # plugins.FloatImage
    "video_url": MEDIA,  # VideoOverlay
    "embed_link": DATA,  # GeoJson(embed=False)
    "src": DATA,  # plugins.Realtime
}
_OPTIONS: Final = {"icon_url": IMAGE, "iconUrl": IMAGE, "shadow_url": IMAGE, "shadowUrl": IMAGE}
# Layers whose address leads to data that a script reads.
_READERS: Final = ("VectorGridProtobuf",)
# What draws folium.Icon, of the scripts and styles that folium gives each map.
_ICON_LINKS: Final = (
    "awesome_markers", "awesome_markers_css", "awesome_markers_font_css", "awesome_rotate_css",
    "glyphicons_css",
)  # fmt: skip
_HOST: Final = re.compile(r"[\w*.-]+(:\d+)?")


@dataclass(frozen=True)
class Need:
    """Something that a layer loads from a host: ``kind`` is script, image, media or data."""

    layer: str
    url: str
    kind: str = SCRIPT

    @property
    def host(self) -> str:
        """Scheme and host, ``*`` where tiles rotate over subdomains.

        Raises
        ------
        PageError
            If the address has none.
        """
        parts = urlsplit(re.sub(r"\{s\}", "*", self.url.strip()))
        if not _HOST.fullmatch(parts.netloc):
            raise PageError(f"{self.layer}: {self.url!r} is no address of a host")
        return f"{parts.scheme or 'https'}://{parts.netloc}"


def content_needs(root: Element) -> list[Need]:
    """Find what layers below an element show from the network: tiles, pictures, films, data."""
    return [
        Need(label(element), url, kind)
        for element in walk(root)
        for url, kind in _addresses(element)
        if _is_remote(url)
    ]


def script_needs(root: Element) -> list[Need]:
    """Find the scripts and styles that layers below an element load, where that is allowed."""
    found = [
        Need(label(element), str(url))
        for element in walk(root)
        for name in ("default_js", "default_css")
        for _, url in getattr(element, name, ())
    ]
    icons = [Need(label(icon), url) for icon in _icons(root) for _, url in _icon_links()]
    return [need for need in (*found, *icons) if not _is_here(need.url)]


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
    icons = _icons(figure)
    for name, url in _icon_links() if icons else ():
        link = JavascriptLink(url) if url.endswith(".js") else CssLink(url)
        figure.header.add_child(link, name=name)
    needs = [
        Need(icons[0]._name if icons and name in _ICON_LINKS else name, link.url)
        for name, link in figure.header._children.items()
        if isinstance(link, JavascriptLink | CssLink) and not _answer(link)
    ]
    if needs and not online:
        what = "; ".join(dict.fromkeys(f"{need.layer} from {need.host}" for need in needs))
        message = (
            f"The page would load scripts or styles from the network: {what}. Remove the layer, "
            "use one that needs none (such as folium.CircleMarker), or allow it with online=True."
        )
        raise PageError(message)
    return needs


def hosts_of(needs: Iterable[Need], *kinds: str) -> set[str]:
    """Give the hosts of needs of some kinds."""
    return {need.host for need in needs if need.kind in kinds}


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
        # A marker holds its icon beside its children, a small map its tiles, a film its layers.
        for name, value in vars(element).items():
            held = value if isinstance(value, list | tuple) else [value]
            if name != "_parent":
                stack.extend(part for part in held if isinstance(part, Element))


def _addresses(element: Element) -> Iterator[tuple[str, str]]:
    for name, kind in _ADDRESSES.items():
        url = getattr(element, name, None)
        if isinstance(url, str):
            yield url, DATA if type(element).__name__ in _READERS else kind
    options = getattr(element, "options", None)
    if isinstance(options, dict):
        found = ((options.get(name), kind) for name, kind in _OPTIONS.items())
        yield from ((url, kind) for url, kind in found if isinstance(url, str))


def _is_remote(url: str) -> bool:
    """Whether an address leads away from the page: not a data URI, not a file beside it."""
    return url.strip().lower().startswith(("http:", "https:", "//"))


def _icons(root: Element) -> list[folium.Icon]:
    """List the icons that are drawn by Leaflet.awesome-markers; a picture needs no script."""
    return [
        element
        for element in walk(root)
        if isinstance(element, folium.Icon) and not isinstance(element, folium.CustomIcon)
    ]


def _icon_links() -> list[tuple[str, str]]:
    return [
        pair for pair in (*folium.Map.default_js, *folium.Map.default_css) if pair[0] in _ICON_LINKS
    ]


def _is_here(url: str) -> bool:
    """Whether an installed package holds what an address leads to."""
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    return re.fullmatch(r"jquery-3[\w.]*\.js", name) is not None


def _answer(link: JavascriptLink | CssLink) -> bool:
    if not _is_here(link.url):
        return False
    link.code = bundle.jquery().encode("utf-8")
    return True


def label(element: Element) -> str:
    """Give the name of a layer by which its author knows it, else its kind."""
    name = getattr(element, "layer_name", None) or getattr(element, "tile_name", None)
    # What no author named, folium names by a number.
    unnamed = not name or str(name).endswith(element._id)
    return str(element._name if unnamed else name)
