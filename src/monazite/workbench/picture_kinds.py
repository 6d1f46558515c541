"""The pictures of a buyer's dependence by name; apart, for the modules that draw them take long to load."""

from __future__ import annotations

__all__ = ["KINDS"]

KINDS = ("suppliers", "map", "sankey", "heatmap", "years")
"""A heat map is of several minerals, the others of one."""
