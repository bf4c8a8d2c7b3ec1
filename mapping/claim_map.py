"""A folium map that is a page of claims."""

from __future__ import annotations

import html
import os
import warnings
from dataclasses import replace
from io import TextIOBase
from typing import BinaryIO, cast

import folium
from branca.element import Figure
from folium.template import Template

from geodata.errors import ArgumentError
from geodata.io.input_files import InputFiles
from geodata.io.save import save_file
from mapping.page.document import PageContent, PageFigure
from mapping.page.tiles import OSM_REFUSES

ATTRIBUTION = "Boundaries: Natural Earth"


class NetworkWarning(UserWarning):
    """A page that loads something from the network when it is opened."""


class ClaimMap(folium.Map):
    """A `folium.Map` whose figure is one self-contained page.

    Made by `mapping.explore`. Layers, controls and markers are added as to any
    folium map; a layer control always comes last, so that it lists all of them.
    """

    # Leaflet stands in the page itself; nothing else of folium's defaults is needed.
    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute

    _template = Template("""
        {% macro header(this, kwargs) %}
        <style>#{{ this.get_name() }} { position: relative; width: 100%; height: 100%; }</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
        <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
            center: {{ this.location|tojson }},
            ...{{ this.options|tojavascript }}
        });
        {{ this.get_name() }}.attributionControl.setPrefix("Leaflet");
        {{ this.get_name() }}.attributionControl.addAttribution({{ this.attribution|tojson }});
        {%- for layer in this.objects_to_stay_in_front %}
        {{ this.get_name() }}.on("overlayadd", function () {
            {{ layer.get_name() }}.bringToFront();
        });
        {%- endfor %}
        {% endmacro %}
    """)

    attribution = html.escape(ATTRIBUTION)
    input_files = InputFiles()  # what was read for the map; it is never saved over them

    @classmethod
    def adopt(cls, m: folium.Map, content: PageContent) -> ClaimMap:
        """Turn a folium map into a page of claims; it stays the same object.

        Raises
        ------
        ArgumentError
            If ``m`` is no folium map, or already shows claims.
        """
        if not isinstance(m, folium.Map):
            raise ArgumentError(f"m must be a folium.Map, not {type(m).__name__!r}")
        if isinstance(m, ClaimMap):
            raise ArgumentError(
                "m already shows claims; read both files with "
                "geodata.read_claims([first, second]) and map them together"
            )
        # The caller goes on using `m` under its own name, as with GeoDataFrame.explore(m=m).
        m.__class__ = cls
        figure = PageFigure(content)
        old = m.get_root()
        if isinstance(old, Figure):
            for name, child in list(old._children.items()):
                figure.add_child(child, name=name)
        figure.add_child(m)
        return cast("ClaimMap", m)

    def render(self, **kwargs: object) -> str:
        """Render into the figure, layer controls last."""
        controls = [
            name for name, child in self._children.items() if isinstance(child, folium.LayerControl)
        ]
        for name in controls:
            self._children.move_to_end(name)
        return str(super().render(**kwargs))  # type: ignore[no-untyped-call]  # folium's own

    def save(
        self,
        outfile: str | bytes | os.PathLike[str] | BinaryIO,
        close_file: bool = True,
        *,
        online: bool | None = None,
        scripts: bool | None = None,
        **kwargs: object,
    ) -> None:
        """Write the page to one file; the old one stays until the new one is complete.

        Parameters
        ----------
        outfile
            A path, or a stream of bytes.
        close_file
            Whether to close the stream.
        online
            Allow layers to load scripts from the network; by default as `explore` was told.
        scripts
            Allow scripts that you wrote yourself, in `JsCode` and `Element`, to run in the
            page; by default as `explore` was told. Texts of layers stay data all the same.
        **kwargs
            What folium hands on to its layers as they are rendered.

        Raises
        ------
        ArgumentError
            If ``outfile`` is neither, or is a file from which the map was made.
        PageError
            If a layer needs the network, or holds a script, and that is not allowed.
        SurroundingsError
            If the file cannot be written.

        Warns
        -----
        NetworkWarning
            If the page loads something from the network when it is opened; names the hosts.
        """
        path = os.fsdecode(outfile) if isinstance(outfile, str | bytes | os.PathLike) else None
        if path is None and (isinstance(outfile, TextIOBase) or not hasattr(outfile, "write")):
            raise ArgumentError(
                "outfile must be a path or a stream that takes bytes, "
                f"not {type(outfile).__name__!r}; open files with mode 'wb'"
            )
        figure = self._page(online, scripts)
        content = figure.render(**kwargs).encode("utf-8")
        if path is not None:
            save_file(path, content, inputs=self.input_files)
        else:
            stream = cast("BinaryIO", outfile)
            stream.write(content)
            if close_file:
                stream.close()
        _warn_of_hosts(figure, path or "the page")

    def _page(self, online: bool | None, scripts: bool | None) -> PageFigure:
        """Give the figure, told whether scripts may come from the network, or from the author."""
        figure = self.get_root()
        if not isinstance(figure, PageFigure):
            raise ArgumentError("the map was put into another figure; save that one")
        if online is not None:
            figure.content = replace(figure.content, online=online)
        if scripts is not None:
            figure.content = replace(figure.content, scripts=scripts)
        return figure


def _warn_of_hosts(figure: PageFigure, name: str) -> None:
    needs = figure.needs()
    if not needs:
        return
    by_host: dict[str, list[str]] = {}
    for need in needs:
        by_host.setdefault(need.host, []).append(need.layer)
    told = [f"{host} ({', '.join(dict.fromkeys(names))})" for host, names in by_host.items()]
    message = f"{name}: the page loads from {', '.join(told)} when it is opened"
    if any("tile.openstreetmap.org" in host for host in by_host):
        message += f"; {OSM_REFUSES}"
    warnings.warn(message, NetworkWarning, stacklevel=3)
