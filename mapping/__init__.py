"""From frames of claims to a page: one HTML file, or a map in a notebook."""

from mapping.explore import explore

__all__ = ["explore"]
