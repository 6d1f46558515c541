"""Shares -> how concentrated a supply is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from monazite.core.errors import NoDataError

__all__ = ["governance_risk", "governance_weighted_hhi", "hhi", "n_minus_1", "top_share"]


def hhi(quantities: ArrayLike, rest: float = 0.0) -> float:
    """Herfindahl-Hirschman index of supply, 0-1: 1 for a single supplier, 1/n for n equal ones.

    ``HHI = sum_i (q_i / sum_k q_k)^2`` (Hirschman 1945, Herfindahl 1950; US Merger Guidelines use 10,000 times it).

    :param quantities: what each supplier supplies, any one unit, shape (n,), 0 or more.
    :param rest: what is supplied by others nobody names, same unit. They count as many small ones, so that the index
        is the least it can be.
    :raises NoDataError: if nothing is supplied.

    >>> round(hhi([30, 30, 20, 20]), 2)
    0.26
    >>> round(hhi([30, 30, 20], rest=20), 2)
    0.22
    """
    shares = _shares(quantities, rest)
    return float(shares @ shares)


def top_share(quantities: ArrayLike, count: int = 1, rest: float = 0.0) -> float:
    """Share of the `count` largest suppliers together, 0-1; `rest` as in `hhi`.

    >>> top_share([50, 30, 20], count=2)
    0.8
    """
    return float(np.sort(_shares(quantities, rest))[::-1][:count].sum())


def n_minus_1(supply: ArrayLike, demand: float | None = None, rest: float = 0.0) -> float:
    """What the others could cover if the largest supplier fell away: supply without it over demand.

    ``N-1 = (sum_i q_i - max_i q_i) / D`` (International Energy Agency, Global Critical Minerals Outlook 2025).

    :param supply: what each supplier supplies, t a year, shape (n,).
    :param demand: total demand, t a year; without it supply stands in for demand.
    :param rest: what others supply that nobody names, t a year.

    >>> n_minus_1([80, 15, 10], demand=100)
    0.25
    """
    q = np.asarray(supply, dtype=float)
    supplied = float(q.sum()) + rest
    total = supplied if demand is None else demand
    if not total > 0:
        raise NoDataError("N-1", f"demand is {total}", "give a demand above 0")
    return float((supplied - q.max()) / total)


def governance_risk(estimate: ArrayLike) -> NDArray[np.float64]:
    """Political instability on a scale from 0 (stable) to 1, from the World Bank's estimate.

    ``g = (2.5 - estimate) / 5``, held within 0-1; NaN stays NaN (Santillan-Saldivar et al. 2022).

    >>> governance_risk([2.5, 0.0, -2.7])
    array([0. , 0.5, 1. ])
    """
    risk: NDArray[np.float64] = np.clip((2.5 - np.asarray(estimate, dtype=float)) / 5.0, 0.0, 1.0)
    return risk


def governance_weighted_hhi(quantities: ArrayLike, risk: ArrayLike, rest: float = 0.0) -> float:
    """HHI in which each supplier counts by its governance risk: ``sum_i s_i^2 g_i`` (European Commission 2017).

    `rest` is as in `hhi`.

    >>> governance_weighted_hhi([60, 40], [1.0, 0.5])
    0.44
    """
    shares = _shares(quantities, rest)
    return float((shares**2 * np.asarray(risk, dtype=float)).sum())


def _shares(quantities: ArrayLike, rest: float) -> NDArray[np.float64]:
    q = np.asarray(quantities, dtype=float)
    if np.any(q < 0) or not np.all(np.isfinite(q)) or not rest >= 0:
        raise NoDataError("shares", "a quantity is negative or missing", "leave out suppliers without data")
    if not q.sum() > 0:
        raise NoDataError("shares", "nothing is supplied", "ask for a year and stage with supply")
    shares: NDArray[np.float64] = q / (q.sum() + rest)
    return shares
