"""Base flows with links that do not exist yet."""

from __future__ import annotations

import numpy as np

from monazite.simulation.market.values import Array

__all__ = ["linked", "new_links", "with_latent_links"]

_TINY = 1e-300


def with_latent_links(base_t: Array, latent: Array, nearness: Array | None = None) -> Array:
    """Base flows by draw, (draws, exporters, importers), with small flows where there are none.

    An importer's new links take the share `latent` of its purchases, spread over the exporters that do not sell to it
    by their size in the world, and by `nearness` where that is given; its present suppliers give way in proportion,
    so its total stays. None sells to itself.

    >>> base = np.array([[0.0, 10.0, 0.0], [0.0, 0.0, 30.0], [0.0, 0.0, 0.0]])
    >>> with_latent_links(base, np.array([0.1]))[0].round(2)
    array([[ 0.  , 10.  ,  0.75],
           [ 0.  ,  0.  , 29.25],
           [ 0.  ,  0.  ,  0.  ]])
    """
    return linked(base_t, new_links(base_t, nearness), latent)


def new_links(base_t: Array, nearness: Array | None) -> Array:
    """How new links are spread: by exporter and importer, a share of the exporter's part in the world's sales.

    Nearness moves links between exporters; what all an importer's new links have together stays.
    """
    sold = base_t.sum(axis=-1)
    new = (base_t == 0) & (np.eye(*base_t.shape[-2:]) == 0)
    spread: Array = new * (sold / np.maximum(sold.sum(axis=-1, keepdims=True), _TINY))[..., None]
    if nearness is None:
        return spread
    near = spread * nearness
    near *= (spread.sum(axis=-2) / np.maximum(near.sum(axis=-2), _TINY))[..., None, :]
    return near


def linked(base_t: Array, spread: Array, latent: Array) -> Array:
    """Base flows by draw, with new links that take their spread of `latent` from what each importer buys."""
    mixed: Array = base_t * (1.0 - latent[:, None] * spread.sum(axis=-2))[:, None, :]
    mixed += latent[:, None, None] * (spread * base_t.sum(axis=-2)[..., None, :])
    return mixed
