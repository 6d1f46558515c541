"""A country or a mineral -> what the tables tell of it beside trade, as rows for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monazite.reference.store import Store

__all__ = ["Told", "of_country", "of_mineral"]

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Told:
    """Rows under their heads, and the ids of their sources; a cell that is None is no data."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sources: tuple[str, ...]


# the last column of each is what its row rests on
_PRODUCED = (
    "SELECT {whose}, coalesce(p.stage, ''), concat(p.counted, if(p.kind = 'production', '', ', ' || p.kind)), "
    "x.year, x.quantity, p.unit, x.source_id "
    "FROM production x JOIN products p USING (source_id, product) "
    "WHERE {where} AND x.quantity > 0 "
    "QUALIFY x.year = max(x.year) OVER (PARTITION BY x.source_id, x.product, x.country) "
    "ORDER BY p.kind = 'production' DESC, p.stage, p.counted, x.quantity DESC"
)
_MEASURES = (
    "SELECT imposer, targets, minerals, goods, replace(type, '_', ' '), cut_share, effective, "
    "coalesce(ended, 'in force on ' || as_of), note, measure_id FROM measures WHERE {where} ORDER BY effective DESC"
)
_MEASURES_HEAD = ("Who", "To whom", "Minerals", "Goods", "What", "Share cut", "From", "Until", "Note", "Measure")
_LEVERS = (
    "SELECT mineral, place, kind, coalesce(stage, ''), limit_amount, limit_unit, cost_mid, cost_unit, "
    "note, source_id FROM levers WHERE {where} ORDER BY ALL"
)
_LEVERS_HEAD = ("Mineral", "Where", "Lever", "Stage", "At most", "Unit", "Cost", "Unit of cost", "Note", "Source")


def of_country(store: Store, iso3: str) -> tuple[Told, ...]:
    """What a country makes, what it imposed or had imposed on it, and what it can buy ahead."""
    sided = "list_contains(string_split(imposer, '|'), ?) OR list_contains(string_split(targets, '|'), ?)"
    head = ("Mineral", "Stage", "What is counted", "Year", "Amount", "Unit", "Source")
    return (
        _told(store, "What it makes", head, _PRODUCED.format(whose="p.mineral", where="x.country = ?"), [iso3]),
        _told(store, "Trade measures by it or against it", _MEASURES_HEAD, _MEASURES.format(where=sided), [iso3, iso3]),
        _told(store, "Levers on record", _LEVERS_HEAD, _LEVERS.format(where="place = ?"), [iso3]),
    )


def of_mineral(store: Store, mineral: str) -> tuple[Told, ...]:
    """Who makes a mineral, what it is used for, what was done about it, what can be bought ahead."""
    named = "list_contains(string_split(minerals, '|'), ?)"
    head = ("Country", "Stage", "What is counted", "Year", "Amount", "Unit", "Source")
    uses = (
        "SELECT use, stage, coalesce(name, industry), region, year, share_low, share_mid, share_high, uses.source_id "
        "FROM uses LEFT JOIN industries USING (industry) WHERE mineral = ? ORDER BY region, share_mid DESC"
    )
    uses_head = ("Use", "Stage", "Industry", "Region", "Year", "Share, low", "Share", "Share, high", "Source")
    hosts = "SELECT stage, host, host_stage, share_low, share_high, note, '' FROM byproducts WHERE mineral = ?"
    hosts_head = ("Stage", "Won with", "At its stage", "Share, low", "Share, high", "Note", "Source")
    return (
        _told(store, "Who makes it", head, _PRODUCED.format(whose="x.country", where="p.mineral = ?"), [mineral]),
        _told(store, "What it is used for", uses_head, uses, [mineral]),
        _told(store, "What it is won with", hosts_head, hosts, [mineral]),
        _told(store, "Trade measures on it", _MEASURES_HEAD, _MEASURES.format(where=named), [mineral]),
        _told(store, "Levers on record", _LEVERS_HEAD, _LEVERS.format(where="mineral = ?"), [mineral]),
    )


def _told(store: Store, title: str, header: tuple[str, ...], sql: str, asked: Sequence[str]) -> Told:
    rows = tuple(tuple(v if isinstance(v, float | None) else str(v) for v in row) for row in store.rows(sql, asked))
    known = {source for (source,) in store.rows("SELECT source_id FROM sources")}
    return Told(title, header, rows, tuple(sorted(known & {row[-1] for row in rows})))
