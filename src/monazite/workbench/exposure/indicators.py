"""The name of an indicator -> its table in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from monazite.core.errors import NoDataError, UsageError
from monazite.core.values import Columns, Progress, silent
from monazite.indicators.cube import cube
from monazite.indicators.registry import REGISTRY, Indicator, indicator
from monazite.indicators.trend import trend
from monazite.network.supply import SupplyNetwork
from monazite.reference.figures import areas, material_figures, sea_lanes
from monazite.reference.files import check_target
from monazite.reference.store import Store, check_year, open_store, write_columns
from monazite.workbench.lazy import function
from monazite.workbench.network import load_network

__all__ = ["indicator_table", "trend_table", "write_indicator"]

_FORMATS = (".parquet", ".csv", ".xlsx")


def write_indicator(
    name: str, target: Path, year: int | None = None, progress: Progress = silent, *, over_years: bool = False
) -> int:
    """Write an indicator's table as Parquet, CSV or XLSX, by the ending of `target`; returns the number of rows.

    :param over_years: in place of the figures, the trend of every series.
    :raises UsageError: for another ending, a folder that is not there, or the trend of one year.
    """
    if over_years and year is not None:
        raise UsageError("--trend", f"--year {year} leaves one year", "give one of the two")
    if target.suffix not in _FORMATS:
        raise UsageError(
            str(target), f"ends in {target.suffix or 'nothing'}", f"name a file ending in {', '.join(_FORMATS)}"
        )
    check_target(target)
    table = trend_table(name, progress) if over_years else indicator_table(name, year, progress)
    # Only a workbook needs the library that writes one.
    write = function("monazite.reference.xlsx:write_workbook") if target.suffix == ".xlsx" else write_columns
    write(table, target)
    return len(next(iter(table.values())))


def indicator_table(name: str, year: int | None = None, progress: Progress = silent) -> Columns:
    """An indicator for every mineral or material and country, or `all` of them; for one year, or all it has."""
    if name == "all":
        with open_store() as store:
            return _cube(store, year, progress)
    chosen = indicator(name)
    with open_store() as store:
        first, last = store.years("production", "wmd")
        if chosen.from_tables:
            return _over_tables(store, chosen, range(first, last + 1), year, progress)
        if year is not None:
            first = last = check_year(store, "production", year, "wmd")
        if chosen.from_figures:
            made: Columns = function(chosen.from_figures)(material_figures(store, first, last))
            return made
        return _over_networks(store, [chosen], range(first, last + 1), progress)[0]


def trend_table(name: str, progress: Progress = silent) -> Columns:
    """The trend of every series of an indicator, or of `all`, over the years the tables hold."""
    table = indicator_table(name, None, progress)
    return trend(table if name == "all" else cube([(indicator(name), table)]))


def _over_tables(store: Store, chosen: Indicator, years: range, year: int | None, progress: Progress) -> Columns:
    def network(mineral: str) -> SupplyNetwork:
        progress(mineral)
        return load_network(store, mineral)

    tables = {name: store.query(f"SELECT * FROM {name}") for name in chosen.tables}  # noqa: S608 - our own names
    table: Columns = function(chosen.from_tables)(tables, network, [y for y in years if year in (None, y)])
    rows = np.ones(len(table["year"]), dtype=bool) if year is None else table["year"] == year
    if not rows.any():
        have = ", ".join(str(y) for y in np.unique(table["year"]))
        raise NoDataError(chosen.name, f"there is nothing for {year}", f"ask for a year of {have}")
    return {column: values[rows] for column, values in table.items()}


def _over_networks(store: Store, chosen: Sequence[Indicator], years: range, progress: Progress) -> list[Columns]:
    """The tables of several indicators; each mineral's network is loaded once."""
    minerals = [str(m) for m in store.query("SELECT DISTINCT mineral FROM commodities ORDER BY 1")["mineral"]]
    makers = [_maker(store, one) for one in chosen]
    rows: list[list[tuple[object, ...]]] = [[] for _ in chosen]
    for mineral in minerals:
        progress(mineral)
        network = load_network(store, mineral)
        for found, make in zip(rows, makers, strict=True):
            for year in years:
                found += make(network, year)
    return [
        {name: np.array(column) for name, column in zip(one.columns, zip(*found, strict=True), strict=True)}
        for one, found in zip(chosen, rows, strict=True)
    ]


def _maker(store: Store, one: Indicator) -> Callable[[SupplyNetwork, int], Iterable[tuple[object, ...]]]:
    maker: Callable[..., Iterable[tuple[object, ...]]] = function(one.from_network or one.from_lanes)
    return partial(maker, sea_lanes(store, areas(store))) if one.from_lanes else maker


def _cube(store: Store, year: int | None, progress: Progress) -> Columns:
    """Every indicator in one table."""
    first, last = store.years("production", "wmd")
    if year is not None:
        first = last = check_year(store, "production", year, "wmd")
    years = range(first, last + 1)
    networked = [one for one in REGISTRY if one.from_network or one.from_lanes]
    found = list(zip(networked, _over_networks(store, networked, years, progress), strict=True))
    for one in REGISTRY:
        progress(one.name)
        if one.from_figures:
            found.append((one, function(one.from_figures)(material_figures(store, first, last))))
        if one.from_tables:
            with suppress(NoDataError):  # the Commission's assessments are of some years only
                found.append((one, _over_tables(store, one, years, year, progress)))
    return cube(found)
