"""Base flows with links that do not exist yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from monazite.simulation.market.values import Array, Mask

__all__ = ["Flows", "linked", "new_links", "with_latent_links"]

Places = NDArray[np.int64]

_TINY = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """Flows by draw (draws, exporters, importers), as a sum of parts that most markets have in common.

    `parts` (exporters, importers), or by draw, and what each of them `weighs` (draws, importers or 1). So sums over a
    thousand draws are products of two matrices.
    """

    parts: tuple[Array, ...]
    weighs: tuple[Array, ...]

    def bought(self, push: Array) -> Array:
        """Sums over exporters, (draws, importers), of the flows times `push` (draws, exporters)."""
        by_part = (push @ x if x.ndim == 2 else (push[:, None] @ x)[:, 0] for x in self.parts)
        return _sum(weighs * sums for weighs, sums in zip(self.weighs, by_part, strict=True))

    def sold(self, pull: Array) -> Array:
        """Sums over importers, (draws, exporters), of the flows times `pull` (draws, importers)."""
        weighed = (weighs * pull for weighs in self.weighs)
        by_part = (
            pull @ x.T if x.ndim == 2 else (x @ pull[..., None])[..., 0]
            for x, pull in zip(self.parts, weighed, strict=True)
        )
        return _sum(by_part)

    def at(self, sellers: Places, buyers: Places) -> Array:
        """The flows at some places, (draws, places)."""
        return _sum(
            (w if w.shape[1] == 1 else w[:, buyers]) * x[..., sellers, buyers]
            for w, x in zip(self.weighs, self.parts, strict=True)
        )

    def times(self, cells: Array | Mask) -> Flows:
        """The flows times a number for each, (exporters, importers), or by draw."""
        if cells.ndim == 2:
            return Flows(tuple(x * cells for x in self.parts), self.weighs)
        return Flows((self.whole() * cells,), (np.ones((1, 1)),))

    def rows(self, rows: slice | Mask) -> Flows:
        """The flows of some draws."""
        return Flows(
            tuple(x if x.ndim == 2 else x[rows] for x in self.parts),
            tuple(w if len(w) == 1 else w[rows] for w in self.weighs),
        )

    def whole(self) -> Array:
        """All of them."""
        return _sum(w[:, None] * x for w, x in zip(self.weighs, self.parts, strict=True))


def _sum(parts: Iterable[Array]) -> Array:
    return reduce(np.add, parts)


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
    return linked(base_t, new_links(base_t, nearness), latent).whole()


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


def linked(base_t: Array, spread: Array, latent: Array) -> Flows:
    """Base flows by draw, with new links that take their spread of `latent` from what each importer buys."""
    new = spread * base_t.sum(axis=-2)[..., None, :]
    found = Flows((base_t, new), (1.0 - latent[:, None] * spread.sum(axis=-2), latent[:, None]))
    return found if new.ndim == 2 else found.times(np.ones((1, 1, 1)))
