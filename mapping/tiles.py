"""Tiles that the author chose: the one thing for which a page asks the network."""

from __future__ import annotations

import warnings

import folium
import xyzservices.providers

from geodata.errors import ArgumentError
from mapping.page import plain_text


class TileWarning(UserWarning):
    """Tiles that will not show everywhere."""


def tile_layer(name: str) -> folium.TileLayer:
    """Make a tile layer of a provider that needs no key.

    Parameters
    ----------
    name
        A name in `xyzservices`, such as ``"CartoDB Positron"``; case, spaces and dots
        do not matter.

    Raises
    ------
    ArgumentError
        If the provider is unknown or needs a key.

    Warns
    -----
    TileWarning
        If the provider refuses pages that are opened from disk.
    """
    try:
        provider = xyzservices.providers.query_name(name)
    except ValueError as error:
        raise ArgumentError(
            f"tiles: {name!r} is no provider of xyzservices; try 'CartoDB Positron' or "
            "'Esri WorldGrayCanvas'"
        ) from error
    if provider.requires_token():
        raise ArgumentError(
            f"tiles: {name!r} needs a key, which would stand in the page for all to read; "
            "choose a provider without one, such as 'CartoDB Positron'"
        )
    if "tile.openstreetmap.org" in provider.url:
        warnings.warn(
            "OpenStreetMap's own tile servers answer 403 to pages that are opened from disk; "
            "choose another provider, such as 'CartoDB Positron', or publish the page on the web",
            TileWarning,
            stacklevel=3,
        )
    return folium.TileLayer(
        tiles=provider.build_url(scale_factor="@2x" if "{r}" in provider.url else None)
        .replace("%7B", "{")
        .replace("%7D", "}"),
        attr=provider.html_attribution,
        name=plain_text(provider.name),
        max_zoom=provider.get("max_zoom", 18),
    )
