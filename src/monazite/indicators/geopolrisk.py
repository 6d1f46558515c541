"""The GeoPolRisk method: the risk of importing a material, for every material, country and year at once.

Method: Santillan-Saldivar et al. (2022), How recent developments ... GeoPolRisk; Koyamparambath et al. (2024), the
geopolrisk-py library, whose figures this reproduces where its data are whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Columns, Status
from monazite.indicators.concentration import governance_risk
from monazite.reference.values import Figures

__all__ = ["COPPER_SCORE_PRICE_USD_PER_KG", "UNKNOWN_RISK", "geopolrisk"]

COPPER_SCORE_PRICE_USD_PER_KG = 0.409412948
"""Score times price of copper, world average 2017-2021: the unit of the characterisation factor (kg Cu-eq per kg)."""

UNKNOWN_RISK = 0.5
"""Governance risk of a country nobody rates."""

_TONNES = {"t": 1.0, "kg": 1e-3, "ct": 2e-7, "Mm3": 1.0}


def geopolrisk(figures: Figures) -> Columns:
    """GeoPolRisk of every material, country and year: one row each, with a status where there is no number.

    With world production ``P_i``, imports ``q_i`` from supplier i, its governance risk ``g_i`` and the country's own
    production ``p``::

        HHI         = sum_i P_i^2 / (sum_i P_i)^2
        import risk = sum_i g_i q_i / (sum_i q_i + p)
        score       = HHI x import risk
        price       = sum_i v_i / sum_i q_i             USD per kg
        CF          = score x price / 0.409412948       kg Cu-eq per kg

    A supplier without a governance figure counts 0.5, imports without tonnes count 0, and production is cut to whole
    units in the HHI, all as the method's own library does. Where it writes 0 for want of data, the status says so here
    and the number is missing: `no-code` (no trade code of its own), `no-production` (none in the world), `no-trade` (no
    imports and no production to set them against, or no trade on record at all that year).

    :param figures: all materials (`reference.figures.material_figures`); rows of trade point to materials.
    """
    m, t, n = len(figures.goods), len(figures.years), len(figures.countries)
    good, year = figures.trade["good"], figures.trade["year"]
    importer, exporter = figures.trade["importer"], figures.trade["exporter"]
    mass = np.nan_to_num(figures.trade["gross_t"].astype(float))
    value = figures.trade["value_usd"].astype(float)
    risk = np.nan_to_num(governance_risk(figures.stability), nan=UNKNOWN_RISK)[year, exporter]
    cell = (good.astype(np.int64) * t + year) * n + importer

    def by_cell(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(cell, weights, minlength=m * t * n).astype(float).reshape(m, t, n)

    imports_t, risky_t, imports_usd = by_cell(mass), by_cell(mass * risk), by_cell(value)
    traded = np.bincount(good.astype(np.int64) * t + year, minlength=m * t).reshape(m, t, 1) > 0
    produced = np.nan_to_num(figures.production)
    made = np.trunc(produced)
    tonnes = np.array([_TONNES[str(u)] for u in figures.attributes["unit"]])
    has_code = np.array([bool(str(c)) for c in figures.attributes["hs92"]])[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        total = made.sum(axis=2, keepdims=True)
        hhi = (made**2).sum(axis=2, keepdims=True) / total**2
        import_risk = risky_t / (imports_t + produced * tonnes[:, None, None])
        price = imports_usd / 1000.0 / imports_t
    price = np.where(imports_t > 0, price, 0.0)
    score = hhi * import_risk
    status = np.select(
        [
            np.broadcast_to(~has_code, score.shape),
            np.broadcast_to(total == 0, score.shape),
            ~np.isfinite(import_risk) | ~traded,
        ],
        [Status.NO_CODE.value, Status.NO_PRODUCTION.value, Status.NO_TRADE.value],
        Status.OK.value,
    )
    ok = status == Status.OK.value

    def column(array: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(ok, array, np.nan).ravel()

    return {
        "material": np.repeat(np.array(figures.goods), t * n),
        "country": np.tile(np.array(figures.countries), m * t),
        "year": np.tile(np.repeat(np.array(figures.years), n), m),
        "hhi": np.broadcast_to(np.where(total > 0, hhi, np.nan), score.shape).ravel(),
        "import_risk": column(import_risk),
        "score": column(score),
        "price_usd_per_kg": column(price),
        "cf": column(score * price / COPPER_SCORE_PRICE_USD_PER_KG),
        "status": status.ravel(),
    }
