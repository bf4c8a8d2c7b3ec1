"""Tiles that the author chose: the one thing for which a page asks the network."""

from __future__ import annotations

import warnings

import folium
import xyzservices.providers

from geodata.errors import ArgumentError

OSM_REFUSES = (
    "OpenStreetMap's own tile servers answer 403 to pages that are opened from disk: choose "
    "another provider, such as 'Esri WorldGrayCanvas', or publish the page on the web"
)


def check_tiles(name: str) -> xyzservices.TileProvider:
    """Find a provider that needs no key, before any work is done.

    Parameters
    ----------
    name
        A name in `xyzservices`, such as ``"Esri WorldGrayCanvas"``; case, spaces and dots
        do not matter.

    Raises
    ------
    ArgumentError
        If the provider is unknown or needs a key.
    """
    try:
        with warnings.catch_warnings():
            # xyzservices warns about providers that need a key; here that is an error, below.
            warnings.simplefilter("ignore", UserWarning)
            provider = xyzservices.providers.query_name(name)
    except ValueError as error:
        message = (
            f"tiles: {name!r} is no provider of xyzservices; try "
            "'Esri WorldGrayCanvas' or 'OpenTopoMap'"
        )
        raise ArgumentError(message) from error
    if provider.requires_token():
        message = (
            f"tiles: {name!r} needs a key, which would stand in the page for all to read; "
            "choose a provider without one, such as 'Esri WorldGrayCanvas'"
        )
        raise ArgumentError(message)
    return provider


def tile_layer(name: str) -> folium.TileLayer:
    """Make a tile layer of a provider that needs no key.

    Raises
    ------
    ArgumentError
        As `check_tiles` does.
    """
    provider = check_tiles(name)
    return folium.TileLayer(
        tiles=provider.build_url(fill_subdomain=False),
        attr=provider.html_attribution,
        name=provider.name,
        max_zoom=provider.get("max_zoom", 18),
    )
