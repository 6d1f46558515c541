"""What pictures there are and how maps draw disputes: names alone, apart from what draws, which takes long to load."""

from __future__ import annotations

__all__ = ["DE_FACTO", "KINDS", "VIEWS"]

KINDS = ("suppliers", "map", "sankey", "heatmap", "years")
"""The pictures of a buyer's dependence by name. A heat map is of several minerals, the others of one."""

DE_FACTO = "de-facto"
VIEWS = {
    DE_FACTO: "as governed, disputes hatched",
    "undrawn": "no lines where disputed",
    "ARG": "as Argentina claims",
    "CHN": "as China claims",
    "CYP": "as Cyprus claims",
    "IND": "as India claims",
    "JPN": "as Japan claims",
    "MAR": "as Morocco claims",
    "PAK": "as Pakistan claims",
    "SOM": "as Somalia claims",
}
"""How a map may draw boundaries under dispute."""
