"""The GeoPolRisk method: the risk of importing a material, for every material, country and year at once.

Method: Santillan-Saldivar et al. (2022), How recent developments ... GeoPolRisk; Koyamparambath et al. (2024), the
geopolrisk-py library, whose figures this reproduces where its data are whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monazite.core.values import Columns, Reading, Status
from monazite.indicators.concentration import governance_risk
from monazite.reference.values import Figures

__all__ = ["COPPER_SCORE_PRICE_USD_PER_KG", "UNKNOWN_RISK", "geopolrisk", "geopolrisk_readings", "not_counted"]

COPPER_SCORE_PRICE_USD_PER_KG = 0.409412948
"""Score times price of copper, world average 2017-2021: the unit of the characterisation factor (kg Cu-eq per kg)."""

UNKNOWN_RISK = 0.5
"""Governance risk of a country nobody rates."""

_TONNES = {"t": 1.0, "kg": 1e-3, "ct": 2e-7, "Mm3": 1.0}


def geopolrisk(figures: Figures, members: tuple[str, ...] = ()) -> Columns:
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
    imports and no production to set them against, imports of which nobody reported tonnes, or no trade on record at all
    that year). A score of 0 thus means that a country produces, and imports nothing.

    :param figures: materials (`reference.figures.material_figures`); rows of trade point to materials.
    :param members: these countries as one buyer instead of every country: what they buy from each other carries no
        risk but stays in the denominator, as the method says of regions. Its `country` is their codes joined by +.
    """
    inside = np.isin(figures.countries, members)
    buyers = ("+".join(members),) if members else figures.countries
    group = np.where(inside, 0, -1) if members else np.arange(len(buyers))
    rows = group[figures.trade["importer"]] >= 0
    trade = {name: column[rows] for name, column in figures.trade.items()}
    m, t, n = len(figures.goods), len(figures.years), len(buyers)
    good, year, importer = trade["good"], trade["year"], group[trade["importer"]]
    mass, value = np.nan_to_num(trade["gross_t"].astype(float)), trade["value_usd"].astype(float)
    unstable = np.where(inside, 0.0, np.nan_to_num(governance_risk(figures.stability), nan=UNKNOWN_RISK))
    risk = unstable[year, trade["exporter"]]
    cell = (good.astype(np.int64) * t + year) * n + importer

    def by_cell(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(cell, weights, minlength=m * t * n).astype(float).reshape(m, t, n)

    imports_t, risky_t, imports_usd = by_cell(mass), by_cell(mass * risk), by_cell(value)
    on_record = figures.trade["good"].astype(np.int64) * t + figures.trade["year"]
    traded = np.bincount(on_record, minlength=m * t).reshape(m, t, 1) > 0
    produced = np.nan_to_num(figures.production)
    made = np.trunc(produced)
    own = produced[:, :, inside].sum(axis=2, keepdims=True) if members else produced
    tonnes = np.array([_TONNES[str(u)] for u in figures.attributes["unit"]])
    has_code = np.array([bool(str(c)) for c in figures.attributes["hs92"]], dtype=bool)[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        total = made.sum(axis=2, keepdims=True)
        hhi = (made**2).sum(axis=2, keepdims=True) / total**2
        import_risk = risky_t / (imports_t + own * tonnes[:, None, None])
        price = imports_usd / 1000.0 / imports_t
    price = np.where(imports_t > 0, price, 0.0)
    score = hhi * import_risk
    status = np.select(
        [
            np.broadcast_to(~has_code, score.shape),
            np.broadcast_to(total == 0, score.shape),
            ~np.isfinite(import_risk) | ~traded | ((imports_t == 0) & (imports_usd > 0)),
        ],
        [Status.NO_CODE.value, Status.NO_PRODUCTION.value, Status.NO_TRADE.value],
        Status.OK.value,
    )
    ok = status == Status.OK.value

    def column(array: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(ok, array, np.nan).ravel()

    return {
        "material": np.repeat(np.array(figures.goods), t * n),
        "country": np.tile(np.array(buyers), m * t),
        "year": np.tile(np.repeat(np.array(figures.years), n), m),
        "hhi": np.broadcast_to(np.where(total > 0, hhi, np.nan), score.shape).ravel(),
        "import_risk": column(import_risk),
        "score": column(score),
        "price_usd_per_kg": column(price),
        "cf": column(score * price / COPPER_SCORE_PRICE_USD_PER_KG),
        "status": status.ravel(),
    }


def not_counted(year: int) -> tuple[Reading, Reading]:
    """The same two readings for a material that World Mining Data does not count: no number, and why."""
    note = "World Mining Data does not count it"
    names = ("GeoPolRisk score", "0-1"), ("GeoPolRisk characterisation factor", "kg Cu-eq per kg")
    one, two = (Reading(name, None, unit, Status.NO_PRODUCTION, year, (), note) for name, unit in names)
    return one, two


def geopolrisk_readings(figures: Figures, members: tuple[str, ...]) -> dict[str, tuple[Reading, Reading]]:
    """Score and characterisation factor of one buyer by material, from the figures of one year."""
    table = geopolrisk(figures, members)
    return {material: _readings(table, at, figures.years[0]) for at, material in enumerate(figures.goods)}


def _readings(table: Columns, at: int, year: int) -> tuple[Reading, Reading]:
    status = Status(str(table["status"][at]))
    said = {
        Status.OK: f"imports at {float(table['price_usd_per_kg'][at]):,.2f} USD per kg",
        Status.NO_CODE: "no trade code belongs to this material alone",
        Status.NO_PRODUCTION: "mine production is on record for 2018-2024",
        Status.NO_TRADE: "no trade with tonnes is on record under its codes",
    }

    def reading(name: str, column: str, unit: str) -> Reading:
        value = float(table[column][at]) if status is Status.OK else None
        return Reading(name, value, unit, status, year, ("baci", "wmd", "wgi"), said[status])

    return (
        reading("GeoPolRisk score", "score", "0-1"),
        reading("GeoPolRisk characterisation factor", "cf", "kg Cu-eq per kg"),
    )
