"""Episodes of past disruptions -> the market model's predictions, as rows; documented ones -> the model's record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import NoDataError
from monazite.core.values import Progress, silent
from monazite.reference.figures import areas
from monazite.reference.store import Store, open_store, write_columns
from monazite.simulation.backtest import (
    HISTORY,
    RULES,
    Episode,
    Predicted,
    Shock,
    alone,
    hit_importers,
    misplaced_share,
    predict,
    right_share,
)
from monazite.simulation.priors import Priors, learned
from monazite.simulation.shock import PARAMETERS, draw_parameters
from monazite.workbench.history.episodes import read_episodes
from monazite.workbench.history.priors import read_priors
from monazite.workbench.network import load_network

__all__ = [
    "Record",
    "backtest",
    "own_record",
    "predictions",
    "trade_cube",
    "trade_cubes",
    "write_predictions",
]

Array = NDArray[np.float64]

_SMALLEST = 1e-5
_TOTALS = ("importer_total_t", "importer_low_t", "importer_high_t")
_MOST_IMPORTERS = 12
_DRAWS = 32


def trade_cubes(store: Store, hs: str) -> tuple[int, Array, Array, Array]:
    """A code's trade: the first year; tonnes, USD, and the USD of flows whose tonnes were estimated.

    Arrays are (years, exporters, importers) by the labels of `areas`. Tonnes are filled and mended as in
    `build_network`; tonnes below 1e-5 of the year's world trade are left out. It begins with the first year in which
    anybody reported tonnes: those before would rest on unit values of later years.
    """
    named = store.rows(
        "SELECT min(mineral) FROM commodities WHERE revision = 1992 AND hs = ? HAVING count(*) > 0", [hs]
    )
    if not named:
        raise NoDataError(
            f"code {hs}", "no trade of this code of 1992 is in the tables", "see: monazite data show commodities"
        )
    network = load_network(store, str(named[0][0]))
    code = next(i for i, c in enumerate(network.codes) if (c.revision, c.hs) == (1992, hs))
    rows = (network.code == code) & (network.exporter != network.importer)
    begin = int(network.year[rows & ~network.estimated].min(initial=len(network.years) - 1))
    n = len(network.countries)
    cell = (network.year[rows] * n + network.exporter[rows]) * n + network.importer[rows]

    def cube(values: Array) -> Array:
        flat = np.bincount(cell, values[rows], minlength=len(network.years) * n * n)
        return np.asarray(flat, dtype=float).reshape(-1, n, n)[begin:]

    tonnes = cube(network.gross_t)
    tonnes[tonnes < _SMALLEST * tonnes.sum(axis=(1, 2), keepdims=True)] = 0.0
    return network.years[begin], tonnes, cube(network.value_usd), cube(network.value_usd * network.estimated)


def trade_cube(store: Store, hs: str) -> tuple[int, Array]:
    """The first year and the tonnes of `trade_cubes`."""
    return trade_cubes(store, hs)[:2]


def backtest(path: Path, progress: Progress = silent) -> tuple[Predicted, ...]:
    """The predictions for all episodes of a file and all horizons something is stated for."""
    with open_store() as store:
        known, priors = areas(store), read_priors(store)
    return predictions(read_episodes(path, known), priors, progress)


def predictions(
    episodes: Iterable[Episode], priors: Mapping[tuple[int, int], Priors], progress: Progress = silent
) -> tuple[Predicted, ...]:
    """The predictions for some episodes, each with what was known by its base year."""
    found = []
    for episode in episodes:
        progress(episode.id)
        for horizon, shock in enumerate(episode.shocks):
            if shock:
                found.append(predict(episode, horizon, learned(priors, episode.base_year, shock.year)))
    return tuple(found)


def write_predictions(found: Iterable[Predicted], target: Path) -> int:
    """Write a row for each flow as Parquet or CSV, by the ending; how many there are.

    Columns: episode, exporter, importer, tonnes, horizon; and for flows of affected importers the importer's total and
    its 80% interval: importer_total_t, importer_low_t, importer_high_t.
    """
    columns: dict[str, list[Any]] = {
        n: [] for n in ("episode", "exporter", "importer", "tonnes", "horizon", *_TOTALS)
    }  # fmt: skip
    for one in found:
        labels = np.array(one.episode.labels)
        i, j = np.nonzero(one.flow_t > 0)
        totals = np.full((3, len(labels)), np.nan)
        totals[:, one.episode.affected] = [[getattr(b, k) for b in one.total_t] for k in ("mid", "low", "high")]
        values = (np.full(len(i), one.episode.id), labels[i], labels[j], one.flow_t[i, j], np.full(len(i), one.horizon))
        for name, column in zip(columns, (*values, *totals[:, j]), strict=True):
            columns[name].append(column)
    if not columns["tonnes"]:
        raise NoDataError("backtest", "there is no episode", "pass a file with episodes")
    whole = {name: np.concatenate(parts) for name, parts in columns.items()}
    write_columns(whole, target)
    return len(whole["tonnes"])


@dataclass(frozen=True, slots=True)
class Record:
    """One documented episode: what was foretold of it, what came, and what simple rules say.

    Tonnes are of all affected importers together, shocked flows included, which are stated and the same for all.
    `within` of `importers` have their total inside its 80% interval. `total_t`, and `right_share` and `misplaced_share`
    as in `simulation/backtest.py`, are by model and by rule: `monazite`, with what earlier falls teach; `market`, the
    market alone as `monazite shock` plays it, `market_within` of the importers inside what its parameters leave open.
    """

    episode: str
    measure_id: str
    hs92: str
    base_year: int
    year: int
    importers: int
    within: int
    market_within: int
    before_t: float
    lost_t: float
    actual_t: float
    total_t: dict[str, float]
    right_share: dict[str, float]
    misplaced_share: dict[str, float]


def own_record(progress: Progress = silent) -> tuple[Record, ...]:
    """The project's documented episodes, played from the tables' own trade.

    Nothing after the base year is read to foretell them but the stated shock itself.
    """
    with open_store() as store:
        labels = areas(store)
        priors = read_priors(store)
        rows = store.rows(
            "SELECT episode, measure_id, exporter, hs92, base_year, year, scope, imposer FROM episodes "
            "JOIN measures USING (measure_id) ORDER BY year, episode"
        )
        cubes = {hs: trade_cube(store, hs) for hs in sorted({str(r[3]) for r in rows})}
    found = []
    for row in (tuple(map(str, r)) for r in rows):
        progress(row[0])
        first, cube = cubes[row[3]]
        base = int(row[4]) - first
        actual = cube[int(row[5]) - first]
        episode = _documented(row, labels, cube[base - HISTORY + 1 : base + 1], actual)
        one = predict(episode, 0, learned(priors, int(row[4]), int(row[5])))
        found.append(_record(one, actual, row))
    return tuple(found)


def _documented(row: tuple[str, ...], labels: tuple[str, ...], history: Array, actual: Array) -> Episode:
    """The episode of a row: its affected importers, as in the falls learned from, and what is stated.

    Importers with 8% or more of their imports from the exporter and 0.15% of world trade or more, whose flow fell by
    15% or more: the twelve largest.
    """
    name, base, year, scope, buyers = row[0], int(row[4]), int(row[5]), row[6], row[7].split("|")
    x, now = labels.index(row[2]), history[-1]
    affected = hit_importers(now, actual, np.array([x]))
    if scope == "bilateral":
        affected = affected[np.isin(np.array(labels)[affected], buyers)]
    affected = affected[:_MOST_IMPORTERS]
    stated = np.zeros(now.shape, dtype=bool)
    left = np.zeros(now.shape)
    if scope == "world":
        rest = np.delete(np.arange(len(labels)), affected)
        stated[x] = True
        left[x, rest] = now[x, rest] * actual[x, rest].sum() / max(now[x, rest].sum(), 1e-9)
    stated[x, affected] = True
    left[x, affected] = actual[x, affected]
    return Episode(name, base, labels, history, np.array([x]), affected, (Shock(year, stated, left), None))


def _record(one: Predicted, actual: Array, row: tuple[str, ...]) -> Record:
    e = one.episode
    market = alone(e, 0, draw_parameters(PARAMETERS, _DRAWS, seed=1))
    flows = {"monazite": one.flow_t, "market": market.flow_t, **{name: rule(e, 0) for name, rule in RULES.items()}}
    came = actual[:, e.affected].sum(axis=0)
    shocked = np.ix_(e.shocked, e.affected)
    lost = np.maximum(e.history_t[-1] - one.flow_t, 0.0)[shocked]
    return Record(
        episode=e.id,
        measure_id=row[1],
        hs92=row[3],
        base_year=e.base_year,
        year=int(row[5]),
        importers=len(e.affected),
        within=_within(one, came),
        market_within=_within(market, came),
        before_t=float(e.history_t[-1][:, e.affected].sum()),
        lost_t=float(lost.sum()),
        actual_t=float(came.sum()),
        total_t={name: float(flow[:, e.affected].sum()) for name, flow in flows.items()},
        right_share={name: right_share(e, flow, actual) for name, flow in flows.items()},
        misplaced_share={name: misplaced_share(e, flow, actual) for name, flow in flows.items()},
    )


def _within(one: Predicted, came: Array) -> int:
    return sum(b.low <= float(t) <= b.high for b, t in zip(one.total_t, came, strict=True))
