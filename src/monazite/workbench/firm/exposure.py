"""A firm's own list of purchases -> what it depends on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from monazite.core.errors import TableError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import tame
from monazite.core.values import Columns
from monazite.indicators.firm import firm_exposure
from monazite.indicators.firm_values import FirmExposure, Measure, Supply, World
from monazite.reference.figures import stage_production
from monazite.reference.files import check_target
from monazite.reference.store import Store, gazetteer, open_store, write_columns
from monazite.workbench.firm.file import Given, read_sheet
from monazite.workbench.firm.lines import Names, firm_list

__all__ = ["exposure_of_firm", "firm_table", "world_around", "write_firm"]

_FORMATS = (".parquet", ".csv")
_MOST_TOLD = 20  # problems in the message of a list with no line that can be used


def exposure_of_firm(file: Given, buyer: str = "", out: Path | None = None) -> tuple[FirmExposure, Gazetteer]:
    """The exposure of a firm from the list in a CSV file or workbook, or in rows, with the names to show it by.

    :param buyer: where the firm buys: a country, a coalition or a list; '' if that is not told.
    :param out: a file for the table of suppliers, as `write_firm` writes it.

    :raises TableError: for a file that cannot be read or has no line that can be used, with every problem.
    """
    if out:
        _check_format(out)
    sheet = read_sheet(file)
    with open_store() as store:
        names = gazetteer(store)
        members = names.members(buyer) if buyer else ()
        listed = firm_list(sheet, Names(names, _codes(store)))
        found = firm_exposure(listed, world_around(store, names, {p.material for p in listed.purchases}), members)
    if not found.materials:
        more = sum(p.count for p in found.problems[_MOST_TOLD:])
        told = [*map(str, found.problems[:_MOST_TOLD]), *([f"and {more:,} more"] if more else [])]
        raise TableError(found.file, told, "correct the lines")
    if out:
        write_firm(found, out)
    return found, names


def write_firm(found: FirmExposure, target: Path) -> None:
    """Write a line for each supplier country of each material as Parquet or CSV, by the ending of `target`.

    In CSV a text from the list that a spreadsheet would run begins with an apostrophe.
    """
    _check_format(target)
    table = firm_table(found)
    if target.suffix == ".csv":
        table = {n: np.array([tame(str(v)) for v in c]) if c.dtype.kind == "U" else c for n, c in table.items()}
    write_columns(table, target)


def firm_table(found: FirmExposure) -> Columns:
    """A line for each supplier country of each material; a number that does not exist is NaN."""
    rows = [
        (
            rank,
            m.material,
            m.stage,
            s.country,
            _or_nan(s.share),
            _or_nan(s.mass_t),
            _or_nan(s.value),
            found.currency,
            "|".join(s.names),
            "|".join(x.measure_id for x in m.measures if s.country in x.countries and not x.why_not),
            *(_or_nan(r.value) for r in m.readings),
            m.readings[0].status.value,
        )
        for rank, m in enumerate(found.materials, start=1)
        for s in m.suppliers
    ]
    names = ("rank", "material", "stage", "country", "share", "mass_t", "value", "currency", "suppliers", "measures")
    readings = ("hhi", "governance_hhi", "left_without_largest_share", "under_measure_share", "status")
    columns = zip(*rows, strict=True) if rows else ((),) * (len(names) + len(readings))
    return {name: np.array(column) for name, column in zip((*names, *readings), columns, strict=True)}


def world_around(store: Store, names: Gazetteer, materials: Iterable[str]) -> World:
    """What the tables hold around some materials: world supply, trade measures that have not ended, stability."""
    groups = names.groups()
    followed = sorted(set(materials) & set(groups))
    year = store.years("governance")[1]
    stability = store.query("SELECT country, estimate FROM governance WHERE year = ?", [year])
    measures = store.rows(
        "SELECT measure_id, imposer, targets, minerals, coalesce(stages, ''), goods, type, ended_status, as_of "
        "FROM measures WHERE ended_status <> 'ended' AND minerals IS NOT NULL ORDER BY measure_id"
    )
    return World(
        groups=groups,
        coded=frozenset(store.rows("SELECT DISTINCT mineral, stage FROM commodities")),
        supplies=tuple(s for m in followed for s in (*_production(store, m), *_exports(store, m))),
        measures=tuple(_measure(*row) for row in measures),
        stability={str(c): float(e) for c, e in zip(*stability.values(), strict=True)},
        stability_year=year,
    )


def _measure(*row: str) -> Measure:
    name, imposers, targets, minerals, stages, goods, kind, status, as_of = row
    against = () if targets == "all" else tuple(targets.split("|"))
    many = [tuple(filter(None, joined.split("|"))) for joined in (imposers, minerals, stages)]
    return Measure(name, many[0], against, many[1], many[2], goods, kind, status, as_of)


def _production(store: Store, mineral: str) -> list[Supply]:
    """Each stage's production in its newest year, from the one publisher preferred."""
    made = stage_production(store, mineral)
    found = []
    for stage in dict.fromkeys(map(str, made["stage"])):
        of = made["stage"] == stage
        of &= made["year"] == made["year"][of].max()
        year, source = int(made["year"][of][0]), str(made["source_id"][of][0])
        amounts = zip(map(str, made["country"][of]), map(float, made["quantity"][of]), strict=True)
        others = float(made["others"][of][0])
        found.append(Supply(mineral, stage, "production", year, tuple(amounts), others, (source,)))
    return found


def _exports(store: Store, mineral: str) -> list[Supply]:
    """Each stage's exports by value in its newest year; codes shared with other materials are named."""
    rows = store.rows(
        "WITH sold AS (SELECT stage, year, exporter, value_usd, hs, mixed_with, trade.source_id AS source_id "
        "FROM trade JOIN commodities USING (revision, hs) WHERE mineral = ?) "
        "SELECT stage, year::INT, exporter, sum(value_usd), string_agg(DISTINCT source_id, '|' ORDER BY source_id), "
        "string_agg(DISTINCT hs, ', ' ORDER BY hs) FILTER (mixed_with IS NOT NULL) "
        "FROM sold WHERE year = (SELECT max(year) FROM sold s WHERE s.stage = sold.stage) "
        "GROUP BY ALL HAVING sum(value_usd) > 0 ORDER BY stage, exporter",
        [mineral],
    )
    stages: dict[tuple[str, int], list[tuple[Any, ...]]] = defaultdict(list)
    for stage, year, *rest in rows:
        stages[stage, year].append(tuple(rest))
    found = []
    for (stage, year), of in stages.items():
        amounts = tuple((country, value) for country, value, *_ in of)
        sources = sorted({s for _, _, joined, _ in of for s in joined.split("|")})
        mixed = ", ".join(sorted({codes for *_, codes in of if codes}))
        note = f"{mixed} holds other materials too" if mixed else ""
        found.append(Supply(mineral, stage, "exports", year, amounts, sources=tuple(sources), note=note))
    return found


def _codes(store: Store) -> dict[str, frozenset[tuple[str, str]]]:
    """The mineral and stage of each trade code, in any edition."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for hs, mineral, stage in store.rows("SELECT DISTINCT hs, mineral, stage FROM commodities"):
        found[hs].add((mineral, stage))
    return {hs: frozenset(pairs) for hs, pairs in found.items()}


def _or_nan(number: float | None) -> float:
    return float("nan") if number is None else number


def _check_format(target: Path) -> None:
    if target.suffix not in _FORMATS:
        ending = target.suffix or "nothing"
        raise UsageError(str(target), f"ends in {ending}", f"name a file ending in {' or '.join(_FORMATS)}")
    check_target(target)
