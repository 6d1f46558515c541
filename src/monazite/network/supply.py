"""Figures of one mineral -> its SupplyNetwork: who produces, and who sells how much of what to whom, by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Columns, Stage
from monazite.reference.values import Figures

__all__ = ["Code", "Flows", "SupplyNetwork", "build_network", "flows", "stages_traded"]

_TONNES = {"t": 1.0, "kg": 1e-3}


@dataclass(frozen=True, slots=True)
class Code:
    """A traded code of the mineral: its stage, what it holds, contained tonnes per gross tonne if known."""

    hs92: str
    stage: Stage
    goods: str
    content: Band | None
    content_of: str
    content_source: str
    note: str


@dataclass(frozen=True, slots=True, eq=False)
class SupplyNetwork:
    """One mineral's supply: labels and read-only arrays.

    Arcs are rows of equal length: positions `code`, `year`, `exporter`, `importer`, then `value_usd`, `gross_t` and
    `estimated`: whether nobody reported tonnes and they were taken from the value (see `build_network`). `mined` is
    (years, countries) in `unit`, as World Mining Data counts it; NaN is no data. `stability` is (years, countries), the
    World Bank's estimate.
    """

    mineral: str
    material: str
    codes: tuple[Code, ...]
    years: tuple[int, ...]
    countries: tuple[str, ...]
    code: NDArray[np.int64]
    year: NDArray[np.int64]
    exporter: NDArray[np.int64]
    importer: NDArray[np.int64]
    value_usd: NDArray[np.float64]
    gross_t: NDArray[np.float64]
    estimated: NDArray[np.bool_]
    mined: NDArray[np.float64]
    unit: str
    stability: NDArray[np.float64]
    sources: tuple[str, ...]

    @property
    def mined_t(self) -> NDArray[np.float64]:
        """Mine production in tonnes contained; NaN where it is published in another kind of unit."""
        return self.mined * _TONNES.get(self.unit, np.nan)

    def position(self, iso3: str) -> int:
        """Where a country stands in the arrays."""
        return self.countries.index(iso3)

    def codes_at(self, stage: Stage) -> list[int]:
        """Positions of the codes of a stage."""
        return [i for i, c in enumerate(self.codes) if c.stage is stage]

    def year_position(self, year: int) -> int:
        """Where a year stands; a year outside the tables raises."""
        if year not in self.years:
            span = f"{self.years[0]} to {self.years[-1]}"
            raise NoDataError(f"{self.mineral}, {year}", "no such year in the tables", f"ask for a year from {span}")
        return self.years.index(year)


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """One stage's trade in one year: matrices exporter x importer.

    `estimated_share` is the share of the value whose tonnes were estimated.
    """

    stage: Stage
    year: int
    codes: tuple[Code, ...]
    value_usd: NDArray[np.float64]
    gross_t: NDArray[np.float64]
    estimated_share: float


def build_network(mineral: str, figures: Figures) -> SupplyNetwork:
    """The supply network of a mineral over all years of its figures.

    Where no tonnes were reported they are the value over the code's unit value of that year, the median over all arcs
    that have both: a few absurd tonnages do not move a median.
    """
    a = figures.attributes
    codes = tuple(
        Code(
            hs92=str(a["hs92"][i]),
            stage=Stage(str(a["stage"][i])),
            goods=str(a["goods"][i]),
            content=_band(*(float(a[f"content_{k}"][i]) for k in ("low", "mid", "high"))),
            content_of=str(a["content_of"][i]),
            content_source=str(a["content_source_id"][i]),
            note=str(a["note"][i]),
        )
        for i in range(len(figures.goods))
    )
    trade = figures.trade
    gross_t, estimated = _filled(trade)
    ints = {k: _frozen(trade[k].astype(np.int64)) for k in ("year", "exporter", "importer")}
    return SupplyNetwork(
        mineral=mineral,
        material=str(a["material"][0]),
        codes=codes,
        years=figures.years,
        countries=figures.countries,
        code=_frozen(trade["good"].astype(np.int64)),
        value_usd=_frozen(trade["value_usd"].astype(float)),
        gross_t=_frozen(gross_t),
        estimated=_frozen(estimated),
        mined=figures.production[0],
        unit=str(a["unit"][0]),
        stability=figures.stability,
        sources=figures.sources,
        **ints,
    )


def stages_traded(network: SupplyNetwork) -> tuple[Stage, ...]:
    """The stages with at least one code, in the order of the chain."""
    present = {c.stage for c in network.codes}
    return tuple(s for s in Stage if s in present)


def flows(network: SupplyNetwork, stage: Stage, year: int) -> Flows:
    """The trade of a stage in a year.

    :raises NoDataError: if the year is outside the tables or the stage has no code.
    """
    chosen = network.codes_at(stage)
    if not chosen:
        have = ", ".join(stages_traded(network)) or "none"
        raise NoDataError(f"{network.mineral}, {stage}", "no trade code for this stage", f"stages with codes: {have}")
    rows = np.isin(network.code, chosen) & (network.year == network.year_position(year))
    value, mass, estimated = network.value_usd[rows], network.gross_t[rows], network.estimated[rows]
    n = len(network.countries)
    cell = network.exporter[rows] * n + network.importer[rows]
    total = value.sum()
    return Flows(
        stage=stage,
        year=year,
        codes=tuple(network.codes[i] for i in chosen),
        value_usd=_frozen(np.bincount(cell, value, minlength=n * n).reshape(n, n)),
        gross_t=_frozen(np.bincount(cell, mass, minlength=n * n).reshape(n, n)),
        estimated_share=float(value[estimated].sum() / total) if total > 0 else 0.0,
    )


def _filled(trade: Columns) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    value, mass = trade["value_usd"].astype(float), trade["gross_t"].astype(float)
    estimated = ~np.isfinite(mass)
    group = trade["good"].astype(np.int64) * 10_000 + trade["year"]
    filled = mass.copy()
    for g in np.unique(group[estimated]):
        of = group == g
        priced = of & (mass > 0) & (value > 0)
        unit_value = np.median(value[priced] / mass[priced]) if priced.any() else np.inf
        filled[of & estimated] = value[of & estimated] / unit_value
    return filled, estimated


def _band(low: float, mid: float, high: float) -> Band | None:
    return Band(low, mid, high) if np.isfinite([low, mid, high]).all() else None


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
