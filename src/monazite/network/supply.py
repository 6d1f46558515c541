"""Figures of one mineral -> its SupplyNetwork: who produces, and who sells how much of what to whom, by stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Band, Columns, Stage
from monazite.reference.values import Figures

__all__ = [
    "ABSURD",
    "ESTIMATED",
    "Code",
    "Flows",
    "Made",
    "Step",
    "SupplyNetwork",
    "build_network",
    "flows",
    "stages_traded",
    "trade_sources",
]

_TONNES = {"t": 1.0, "kg": 1e-3}
_STEP = ("from_stage", "to_stage", "yield_low", "yield_mid", "yield_high", "onward_mid", "recycled_share", "source_id")
ESTIMATED = 0.5
"""Relative standard deviation of tonnes taken from value (assumption)."""
ABSURD = 100.0
"""How many times an arc's unit value may be off the code's median before its tonnes are taken for a slip."""


@dataclass(frozen=True, slots=True)
class Code:
    """A traded code of the mineral: its stage, what it holds, contained tonnes per gross tonne if known."""

    revision: int
    hs: str
    stage: Stage
    goods: str
    content: Band | None
    content_of: str
    content_source: str
    trade_sources: tuple[str, ...]
    mixed_with: str
    note: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain: contained tonnes out per tonne in, which share of the input goes this way, and which share
    of the output is made from scrap. `source` has the ids of their sources, joined by `|`."""

    start: Stage
    end: Stage
    output: Band
    onward_share: float
    recycled_share: float
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Who produces at a stage in a year, by the one publisher preferred: (countries,) NaN where it counts nothing.

    `contained_t` is in contained tonnes, or NaN with `share` (of the world's output) in its place. `rest` is what the
    publisher counts for countries it does not name, in the unit of the one that is given.
    """

    stage: Stage
    year: int
    contained_t: NDArray[np.float64]
    share: NDArray[np.float64]
    source: str
    rest: float = 0.0

    @property
    def supply(self) -> NDArray[np.float64]:
        """Who makes how much, in contained tonnes or else in shares, 0 where nothing is counted."""
        known = self.share if np.isfinite(self.share).any() else self.contained_t
        return np.nan_to_num(known)


@dataclass(frozen=True, slots=True, eq=False)
class SupplyNetwork:
    """One mineral's supply: labels and read-only arrays.

    Arcs are rows of equal length: positions `code`, `year`, `exporter`, `importer`, then `value_usd`, `gross_t` and
    `estimated`: whether nobody reported tonnes, or absurd ones (`absurd`), and they were taken from the value (see
    `build_network`). `mined` is
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
    absurd: NDArray[np.bool_]
    mined: NDArray[np.float64]
    unit: str
    stability: NDArray[np.float64]
    made: tuple[Made, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def trade_sources(self) -> tuple[str, ...]:
        """Where the arcs come from."""
        return trade_sources(self.codes)

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

    `contained_t` is in contained tonnes (NaN where a code's content is not known) and `uncertainty` its relative
    standard deviation from the range of contents and from tonnes taken from value. `estimated_share` is the share of
    the value whose tonnes were estimated.
    """

    stage: Stage
    year: int
    codes: tuple[Code, ...]
    value_usd: NDArray[np.float64]
    gross_t: NDArray[np.float64]
    contained_t: NDArray[np.float64]
    uncertainty: NDArray[np.float64]
    estimated_share: float


def build_network(mineral: str, figures: Figures) -> SupplyNetwork:
    """The supply network of a mineral over all years of its figures.

    Where no tonnes were reported, or they imply a price a hundred times off (`ABSURD`), they are the value over the
    code's unit value of that year: the median over all arcs that have both, weighted by value, so that neither small
    parcels nor a few absurd tonnages move it. A year in which nobody reported tonnes takes the last year's before it,
    so that no year rests on a later one; only what lies before the first such year takes that year's.
    """
    a = figures.attributes
    codes = tuple(
        Code(
            revision=int(a["revision"][i]),
            hs=str(a["hs"][i]),
            stage=Stage(str(a["stage"][i])),
            goods=str(a["goods"][i]),
            content=_band(*(float(a[f"content_{k}"][i]) for k in ("low", "mid", "high"))),
            content_of=str(a["content_of"][i]),
            content_source=str(a["content_source_id"][i]),
            trade_sources=tuple(str(a["trade_sources"][i]).split("|")) if a["trade_sources"][i] else (),
            mixed_with=str(a["mixed_with"][i]),
            note=str(a["note"][i]),
        )
        for i in range(len(figures.goods))
    )
    trade = figures.trade
    _, series = np.unique(a["hs"], return_inverse=True)
    gross_t, estimated, absurd = _filled(trade, series.astype(np.int64), len(figures.years))
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
        absurd=_frozen(absurd),
        mined=figures.production[0],
        unit=str(a["unit"][0]),
        stability=figures.stability,
        made=_made(figures),
        steps=_steps(figures.chain),
        **ints,
    )


def trade_sources(codes: tuple[Code, ...]) -> tuple[str, ...]:
    """Where the trade of some codes comes from."""
    return tuple(sorted({s for c in codes for s in c.trade_sources}))


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
    rows = np.flatnonzero(network.year == network.year_position(year))
    rows = rows[np.isin(network.code[rows], chosen)]
    present = np.unique(network.code[rows]).tolist() or chosen
    value, mass, estimated = network.value_usd[rows], network.gross_t[rows], network.estimated[rows]
    n = len(network.countries)
    cell = network.exporter[rows] * n + network.importer[rows]
    total = value.sum()
    contents = np.array(
        [[c.content.mid, c.content.relative_sd] if c.content else [np.nan, np.nan] for c in network.codes]
    )
    content, width = contents[network.code[rows]].T
    contained = np.bincount(cell, mass * content, minlength=n * n)
    variance = np.bincount(cell, (mass * content) ** 2 * (width**2 + ESTIMATED**2 * estimated), minlength=n * n)
    return Flows(
        stage=stage,
        year=year,
        codes=tuple(network.codes[i] for i in present),
        value_usd=_frozen(np.bincount(cell, value, minlength=n * n).reshape(n, n)),
        gross_t=_frozen(np.bincount(cell, mass, minlength=n * n).reshape(n, n)),
        contained_t=_frozen(contained.reshape(n, n)),
        uncertainty=_frozen(np.sqrt(variance / np.maximum(contained, 1e-12) ** 2).reshape(n, n)),
        estimated_share=float(value[estimated].sum() / total) if total > 0 else 0.0,
    )


def _made(figures: Figures) -> tuple[Made, ...]:
    rows = figures.stages
    if rows is None:
        tonnes = figures.production[0] * _TONNES.get(str(figures.attributes["unit"][0]), np.nan)
        none = np.full(len(figures.countries), np.nan)
        years = zip(figures.years, tonnes, strict=True)
        return tuple(Made(Stage.ORE, y, _frozen(t), _frozen(none), "wmd") for y, t in years if np.isfinite(t).any())
    found = []
    told = {(str(s), int(y)) for s, y in zip(rows["stage"], rows["year"], strict=True)}
    for stage, year in ((s, y) for s in Stage for y in sorted({y for name, y in told if name == s})):
        of = (rows["stage"] == stage) & (rows["year"] == year)
        tonnes, share = np.full((2, len(figures.countries)), np.nan)
        tonnes[rows["country"][of]] = rows["contained_t"][of]
        rest = float(rows["others_t"][of][0])
        if not np.isfinite(tonnes).any():  # shares, or another kind of unit such as cubic metres
            counted, others = rows["quantity"][of], float(rows["others"][of][0])
            total = max(counted.sum() + others, 1e-12)
            share[rows["country"][of]], rest = counted / total, others / total
        source = str(rows["source_id"][of][0])
        found.append(Made(stage, figures.years[0] + year, _frozen(tonnes), _frozen(share), source, rest))
    return tuple(found)


def _steps(chain: Columns | None) -> tuple[Step, ...]:
    rows = zip(*(chain[k] for k in _STEP), strict=True) if chain else ()
    return tuple(
        Step(
            Stage(str(a)),
            Stage(str(b)),
            Band(float(low), float(mid), float(high)),
            float(on),
            float(scrap),
            str(source),
        )
        for a, b, low, mid, high, on, scrap, source in rows
    )


def _filled(
    trade: Columns, series: NDArray[np.int64], years: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Tonnes with gaps filled; whether a row's were estimated, and whether they stood against an absurd figure."""
    value, mass = trade["value_usd"].astype(float), trade["gross_t"].astype(float)
    group = series[trade["good"]] * years + trade["year"]
    reported = (mass > 0) & (value > 0)
    unit_value = np.full((int(series.max(initial=-1)) + 1) * years, np.nan)
    for g in np.unique(group[reported]):
        of = reported & (group == g)
        unit_value[g] = _weighted_median(value[of] / mass[of], value[of])
    unit_value = np.concatenate([_last_known(one) for one in unit_value.reshape(-1, years)] or [unit_value])
    expected = value / unit_value[group]
    with np.errstate(divide="ignore", invalid="ignore"):
        absurd = reported & ~((mass / expected < ABSURD) & (expected / mass < ABSURD))
    estimated = ~np.isfinite(mass) | absurd
    return np.where(estimated, np.nan_to_num(expected, nan=0.0), mass), estimated, absurd


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _last_known(series: NDArray[np.float64]) -> NDArray[np.float64]:
    """A series whose gaps take the value before them; those at the beginning take the first there is."""
    known = np.flatnonzero(np.isfinite(series))
    if not len(known):
        return series
    last = np.searchsorted(known, np.arange(len(series)), side="right") - 1
    filled: NDArray[np.float64] = series[known[np.maximum(last, 0)]]
    return filled


def _band(low: float, mid: float, high: float) -> Band | None:
    return Band(low, mid, high) if np.isfinite([low, mid, high]).all() else None


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    array.setflags(write=False)
    return array
