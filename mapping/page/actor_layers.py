"""The actors as folium layers: what a layer control lists.

The claims of all actors are drawn by one layer of our own over one geometry. These
layers draw nothing; ticking one off in Leaflet's control sets the page's filter,
and the filter ticks them.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import folium
from folium.template import Template

if TYPE_CHECKING:
    import pandas as pd

# A control with more lines than this is no longer read.
MOST_ACTORS = 8


class ActorLayer(folium.map.Layer):
    """An empty Leaflet layer that stands for one actor, by its number, or for all the others."""

    _template = Template("""
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.layerGroup([], {{ this.options|tojavascript }});
        {% endmacro %}
    """)

    def __init__(self, number: int | None, *, label: str) -> None:
        super().__init__(name=label, overlay=True, control=True, show=True)
        self._name = "ActorLayer"
        self.options = (
            {"claimatlas_others": True} if number is None else {"claimatlas_actor": number}
        )


def frequent_actors(claims: pd.DataFrame, *, most: int = MOST_ACTORS) -> tuple[list[str], bool]:
    """Find the actors with most origins, most first, and whether there are others.

    Examples
    --------
    >>> import pandas as pd
    >>> actors = [("X",), ("X",), ("Y",), ("X", "Z")]
    >>> claims = pd.DataFrame({"origin_id": ["a", "a", "b", "c"], "actor_ids": actors})
    >>> frequent_actors(claims, most=1)
    (['X'], True)
    """
    told = claims.drop_duplicates("origin_id")
    counts = Counter(actor for actors in told["actor_ids"] for actor in actors)
    ranked = sorted(counts, key=lambda actor: (-counts[actor], actor))
    # One actor under "others" would be a line that hides a name.
    if len(ranked) <= most + 1:
        return ranked, False
    return ranked[:most], True


def actor_layers(actors: list[str], *, others: str | None) -> list[ActorLayer]:
    """Make a layer for each actor, and one for the others where ``others`` names them."""
    layers = [ActorLayer(number, label=actor) for number, actor in enumerate(actors)]
    return layers if others is None else [*layers, ActorLayer(None, label=others)]
