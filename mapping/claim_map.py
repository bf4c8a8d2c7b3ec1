"""A folium map that is a page of claims."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import BinaryIO, cast

import folium
from branca.element import Figure
from folium.template import Template

from geodata.errors import ArgumentError
from mapping.export import write_atomically
from mapping.page import PageContent, PageFigure

ATTRIBUTION = "Boundaries: Natural Earth"


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
        outfile: str | bytes | Path | BinaryIO,
        close_file: bool = True,
        **kwargs: object,
    ) -> None:
        """Write the page to one file; the old one stays until the new one is complete.

        Raises
        ------
        PageError
            If a layer needs the network, and that is not allowed.
        SurroundingsError
            If the file cannot be written.
        """
        content = self.get_root().render(**kwargs).encode("utf-8")
        if isinstance(outfile, (str, bytes, Path)):
            write_atomically(os.fsdecode(outfile), content)
            return
        outfile.write(content)
        if close_file:
            outfile.close()
