"""A plan -> files to hand on: a workbook with a sheet for each table, and its charts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from monazite.brief.plan_charts import plan_charts
from monazite.brief.values import Sheet
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band, Columns
from monazite.plan.planned import Planned
from monazite.reference.store import open_store, sources
from monazite.reference.xlsx import write_sheets as write_workbook
from monazite.workbench.pictures import write_sheets
from monazite.workbench.plan.told import told

__all__ = ["write_charts", "write_tables"]

_SHEETS = ("levers", "coalitions", "shares", "outlook", "fronts", "check", "parameters")


def write_charts(planned: Planned, names: Gazetteer, folder: Path, command: str) -> tuple[Path, ...]:
    """Write what to buy, who bears what and, where it was asked for, how far money goes: PNG, SVG and tables as CSV."""
    with open_store() as store:
        known = sources(store, planned.sources)
    charts = plan_charts(planned, names)
    return write_sheets({name: Sheet(chart, known, command, version("monazite")) for name, chart in charts}, folder)


def write_tables(planned: Planned, target: Path) -> None:
    """Write all tables of a plan into one workbook, a sheet each; money in million USD, over all years or a year."""
    found = told(planned)
    found["levers"] = found["plan"]["levers"]
    found["fronts"] = [{"partners": one["partners"], **plan} for one in found["fronts"] for plan in one["plans"]]
    check = found["check"] or {"programme": {"places": ()}, "central": {"places": ()}, "chain": {"places": ()}}
    found["check"] = [
        {"model": model, **row} for model in ("programme", "central", "chain") for row in check[model]["places"]
    ]
    found["parameters"] = [
        {"name": p.name, "": p.band, "unit": p.unit, "source": p.source} for p in found["parameters"]
    ]
    write_workbook({name: _columns(found[name]) for name in _SHEETS if found[name]}, target)


def _columns(rows: Iterable[Mapping[str, Any]]) -> Columns:
    """Rows as columns; a range is three of them, a list one text."""
    flat = [dict(_cells(row)) for row in rows]
    return {name: np.array([row[name] for row in flat]) for name in flat[0]}


def _cells(row: Mapping[str, Any]) -> Iterable[tuple[str, str | float]]:
    for name, value in row.items():
        if isinstance(value, Band):
            yield from ((f"{name}_{end}".strip("_"), getattr(value, end)) for end in ("low", "mid", "high"))
        elif isinstance(value, int | float):
            yield name, float(value)
        else:
            yield name, ", ".join(value) if isinstance(value, list | tuple) else str(value)
