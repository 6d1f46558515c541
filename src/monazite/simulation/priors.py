"""What earlier falls of a supplier teach -> priors on the market that the next fall hits.

Three small linear models stand beside the market model, each fitted on falls of earlier years only: which suppliers
take up what is lost (`gain`), which flows are about to fall anyway (`rise`), and how far an importer's total
strays (`spread`). They enter as the base of the market, never as its answer: `expected_base` moves the flows before
the market clears, and the market still sets prices, balances and what is made good.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FEATURES",
    "OF_FLOW",
    "SPREAD",
    "TUNING",
    "Priors",
    "Tuning",
    "candidates",
    "expected_base",
    "features",
    "learned",
    "spread_terms",
]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

FEATURES = (
    "flow_log_share",
    "flow_share",
    "flow_past_log_share",
    "flow_growth",
    "flow_growth_3y",
    "flow_over_low",
    "flow_over_high",
    "flow_swing",
    "flow_years",
    "flow_weight_for_exporter",
    "exporter_log_share",
    "exporter_growth",
    "exporter_growth_3y",
    "exporter_swing",
    "exporter_resale",
    "importer_growth",
    "importer_other_growth",
    "importer_log_share",
    "importer_suppliers",
    "importer_loss",
)
"""The terms of `gain` and `rise`, in the order of `features`; all from the four years before the shock."""

OF_FLOW = 15
"""So many terms, the first, differ between the flows of one importer; `gain` shares out among them and has no more."""

SPREAD = ("constant", "swing", "other_share", "other_suppliers", "log_share", "loss")
"""The terms of `spread`, in the order of `spread_terms`."""

_SMALL_FLOW, _SMALL_TRADER, _LARGEST_LOG = 0.005, 1e-4, 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """Weights of the three models, learned on falls up to and including `last_year`, `lag` years after the base year.

    `gain` (15,): log odds of taking up what is lost. `rise` (features + 1,): log odds of rising, the constant
    last. `spread` (6,): log half-width of the 80% interval of what others supply.
    """

    last_year: int
    lag: int
    gain: Array
    rise: Array
    spread: Array


def learned(priors: Mapping[tuple[int, int], Priors], base_year: int, year: int) -> Priors | None:
    """What was known by the end of the base year, of `priors` by last year and lag; None before there was any."""
    known = max((last for last, _ in priors if last <= base_year), default=None)
    return None if known is None else priors[known, min(year - base_year, 2)]


@dataclass(frozen=True, slots=True)
class Tuning:
    """How strongly the priors move the base: the same for all episodes, set as docs/methods/backtest.md says.

    fall: log change of a flow for each unit of its log odds of rising below `even`; limit: largest log change. taken:
    share of the loss that goes to suppliers by their `gain`, where the other suppliers are all there is; sharpness:
    power of those shares. fresh: share of the other supply that new and small flows may win, spread by shares of power
    `fresh_sharpness`.
    """

    fall: float = 0.45
    even: float = -0.7
    limit: float = 0.3
    taken: float = 0.3
    sharpness: float = 2.0
    fresh: float = 0.005
    fresh_sharpness: float = 0.5


TUNING = Tuning()
"""The strengths in use."""


def features(history_t: Array, lost_t: Array, shocked: Places, affected: Places) -> Array:
    """The terms of every flow into the affected importers, (exporters, affected, features).

    `history_t` (4, n, n): exporters x importers, oldest year first; `lost_t` (n,): tonnes each importer loses. Ratios
    are damped by small flows and cut at e**3, so that one shipment more is no boom.
    """
    now, past = history_t[-1], history_t[:-1]
    world = max(now.sum(), 1e-9)
    least = _SMALL_TRADER * world
    sold, bought = history_t.sum(axis=2), history_t.sum(axis=1)[:, affected]
    total = bought[-1] + 1e-9
    damp = _SMALL_FLOW * total
    flow = history_t[:, :, affected]
    others = bought - history_t[:, shocked][:, :, affected].sum(axis=1)
    suppliers = (flow[-1] > 0.01 * total).sum(axis=0).astype(float)

    def growth(new: Array, old: Array, floor: Array | float) -> Array:
        change: Array = np.clip(np.log((new + floor) / (old + floor)), -_LARGEST_LOG, _LARGEST_LOG)
        return change

    def swing(levels: Array, floor: Array | float) -> Array:
        moves: Array = np.abs(np.diff(np.log(levels + floor), axis=0)).mean(axis=0)
        return moves

    of_exporter = [
        np.log(sold[-1] / world + _SMALL_TRADER),
        growth(sold[-1], sold[-2], least),
        growth(sold[-1], sold[:-1].mean(axis=0), least),
        swing(sold, least),
        np.log((sold[-1] + least) / (now.sum(axis=0) + least)),
    ]
    of_importer = [
        growth(bought[-1], bought[-2], least),
        growth(others[-1], others[-2], least),
        np.log(total / world + _SMALL_TRADER),
        suppliers,
        lost_t[affected] / total,
    ]
    past = past[:, :, affected]
    of_flow = [
        np.log(flow[-1] / total + 1e-3),
        flow[-1] / total,
        np.log(past.mean(axis=0) / total + 1e-3),
        growth(flow[-1], past[-1], damp),
        growth(flow[-1], past.mean(axis=0), damp),
        growth(flow[-1], past.min(axis=0), damp),
        growth(flow[-1], past.max(axis=0), damp),
        swing(flow, damp),
        (flow > 1e-3 * total).mean(axis=0),
        flow[-1] / (sold[-1] + least)[:, None],
    ]
    shape = flow[-1].shape
    wide = [*of_flow, *(np.broadcast_to(x[:, None], shape) for x in of_exporter)]
    terms: Array = np.stack([*wide, *(np.broadcast_to(x, shape) for x in of_importer)], axis=-1)
    return terms


def candidates(history_t: Array, shocked: Places, affected: Places) -> Mask:
    """Who could supply whom, (exporters, affected): present, past or large suppliers, neither shocked nor itself."""
    now = history_t[-1]
    least = 0.002 * now[:, affected].sum(axis=0)
    large = now.sum(axis=1) >= 0.002 * now.sum()
    able: Mask = (now[:, affected] >= least) | large[:, None] | (history_t[:, :, affected].mean(axis=0) > least)
    able &= now[:, affected].sum(axis=0) > 0
    able[shocked] = False
    able[affected, np.arange(len(affected))] = False
    return able


def expected_base(
    history_t: Array, lost_t: Array, shocked: Places, affected: Places, priors: Priors,
    tuning: Tuning = TUNING,
) -> Array:  # fmt: skip
    """The base year's flows as the priors expect them in the year of the shock, (exporters, importers).

    Only flows of the affected importers from exporters that are not shocked move::

        q0_ij = b_ij exp(-min(limit, fall max(even - rise_ij, 0))) + taken lost_j o_j / b_j g_ij + fresh o_j h_ij

    with ``o_j`` what others supply and ``b_j`` all that importer j buys, and shares ``g``, ``h`` that follow
    exp(sharpness gain_ij) over the candidates.
    """
    now = history_t[-1]
    terms = features(history_t, lost_t, shocked, affected)
    able = candidates(history_t, shocked, affected)
    gain, odds = terms[..., :OF_FLOW] @ priors.gain, terms @ priors.rise[:-1] + priors.rise[-1] - tuning.even
    move = np.clip(tuning.fall * odds, -tuning.limit, 0.0)
    open_ = np.ones(len(now), dtype=bool)
    open_[shocked] = False
    flow = now[:, affected]
    total, others = flow.sum(axis=0), flow[open_].sum(axis=0)
    taken = tuning.taken * lost_t[affected] * others / np.maximum(total, 1e-9)
    expected = flow * np.exp(move) + taken * _shares(tuning.sharpness * gain, able)
    expected += tuning.fresh * others * _shares(tuning.fresh_sharpness * gain, able)
    base: Array = now.copy()
    base[np.ix_(open_, affected)] = expected[open_]
    return base


def spread_terms(history_t: Array, lost_t: Array, shocked: Places, affected: Places) -> Array:
    """The terms of `spread` for each affected importer, (affected, 6)."""
    open_ = np.ones(history_t.shape[1], dtype=bool)
    open_[shocked] = False
    now = history_t[-1]
    total = now[:, affected].sum(axis=0) + 1e-9
    others = history_t[:, open_][:, :, affected].sum(axis=1)
    swing = np.abs(np.diff(np.log(others + 0.02 * total), axis=0)).mean(axis=0)
    squares = (now[open_][:, affected] ** 2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(others[-1] > 0, np.log(others[-1] ** 2 / squares), 0.0)
    terms: Array = np.stack(
        [
            np.ones(len(affected)),
            np.log(swing + 0.05),
            others[-1] / total,
            effective,
            np.log(total / max(now.sum(), 1e-9) + 1e-5),
            lost_t[affected] / total,
        ],
        axis=-1,
    )
    return terms


def _shares(odds: Array, able: Mask) -> Array:
    """Shares over the candidates of each column, adding up to 1, or 0 where there is none."""
    weight = np.exp(np.where(able, odds, -np.inf) - np.max(odds, axis=0, where=able, initial=-1e9))
    shares: Array = weight / np.maximum(weight.sum(axis=0), 1e-300)
    return shares
