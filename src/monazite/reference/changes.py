"""Rows that are to come and rows that stand -> what changes: how many, the totals of each year, the largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monazite.reference.schema import Column, Table
from monazite.reference.store import Store

__all__ = ["Change", "Largest", "YearChange", "change_of", "together"]

_MOST_SHOWN = 10
_SAME = 1e-12  # of a figure: workbooks keep 15 digits


@dataclass(frozen=True, slots=True)
class YearChange:
    """Rows of a year before and after, and their totals; no total where rows have units of their own."""

    year: int | None
    rows_before: int
    rows_after: int
    total_before: float | None
    total_after: float | None


@dataclass(frozen=True, slots=True)
class Largest:
    """One figure that changes: its key, and what it was and will be; None for no figure."""

    key: tuple[str, ...]
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does to a table.

    `replaced` rows stood under the same key before, `changed` of them with other figures. `figure` is the column that
    totals and `largest` are about, '' if the table has none; its `unit` is '' if rows have units of their own.
    """

    table: str
    figure: str
    unit: str
    added: int
    replaced: int
    changed: int
    gone: int
    years: tuple[YearChange, ...]
    largest: tuple[Largest, ...]


def change_of(store: Store, t: Table, rows: str, claims: str, replaces: Sequence[str]) -> Change:
    """The change when the rows of a query take the place of all rows that agree with one of `claims`.

    The largest changes are those of the first figure of the table: by amount if all rows have one unit, otherwise by
    their share of what the rows that agree in `replaces` hold together.
    """
    first = next((c for c in t.columns if c.type.startswith(("DOUBLE", "DECIMAL"))), None)
    figure, unit = (first.name, first.unit) if first else ("", "")
    key, group = ", ".join(t.key), ", ".join(replaces)
    differ = " OR ".join(_differ(c) for c in t.columns if c.name not in (*t.key, "source_id")) or "false"
    before, after = (f"{side}.{figure}::DOUBLE" if figure else "NULL::DOUBLE" for side in "on")
    within = ", ".join(c for c in replaces if c in t.key) or "1"
    whole = "1" if unit else f"sum(greatest(abs(before), abs(after))) OVER (PARTITION BY {within})"
    pairs = (
        f"WITH o AS (SELECT *, true AS here FROM {t.name} SEMI JOIN ({claims}) AS claims USING ({group})), "
        f"n AS (SELECT *, true AS here FROM ({rows})), "
        f"pairs AS (SELECT {key}, o.here AS stood, n.here AS stands, {differ} AS differs, "
        f"{before} AS before, {after} AS after FROM o FULL JOIN n USING ({key}))"
    )
    years = store.rows(
        f"{pairs} SELECT {'year::INT' if t.year_column else '0'} AS year, "
        "count(stood) AS before, count(stands) AS after, "
        "count(*) FILTER (stood AND stands) AS both, count(*) FILTER (stood AND stands AND differs) AS changed, "
        "sum(before) AS total_before, sum(after) AS total_after FROM pairs GROUP BY 1 ORDER BY 1"
    )
    largest = store.rows(
        f"{pairs}, sized AS (SELECT *, {whole} AS whole, "
        "abs(coalesce(after, 0) - coalesce(before, 0)) AS size FROM pairs) "
        f"SELECT concat_ws('|', {key}) AS key, before, after FROM sized "
        f"WHERE size > {_SAME} * greatest(abs(before), abs(after)) ORDER BY size / whole DESC, key LIMIT {_MOST_SHOWN}"
    )
    rows_before, rows_after, both, changed = (sum(row[at] for row in years) for at in range(1, 5))
    return Change(
        t.name,
        figure,
        unit,
        added=rows_after - both,
        replaced=both,
        changed=changed,
        gone=rows_before - both,
        years=tuple(
            YearChange(year or None, before, after, *(totals if unit else (None, None)))
            for year, before, after, _, _, *totals in years
        ),
        largest=tuple(Largest(tuple(key.split("|")), before, after) for key, before, after in largest),
    )


def together(changes: Sequence[Change]) -> Change:
    """One change made of those of parts of a table that have no row in common."""
    first, *others = changes
    if not others:
        return first
    largest = sorted((x for c in changes for x in c.largest), key=lambda x: -abs((x.after or 0.0) - (x.before or 0.0)))
    return replace(
        first,
        added=sum(c.added for c in changes),
        replaced=sum(c.replaced for c in changes),
        changed=sum(c.changed for c in changes),
        gone=sum(c.gone for c in changes),
        years=tuple(y for c in changes for y in c.years),
        largest=tuple(largest[:_MOST_SHOWN]),
    )


def _differ(column: Column) -> str:
    """Whether a column's figures differ by more than the last digits that a form of file cuts off."""
    o, n = f"o.{column.name}", f"n.{column.name}"
    if column.type != "DOUBLE":
        return f"{o} IS DISTINCT FROM {n}"
    return f"({o} IS NULL) <> ({n} IS NULL) OR coalesce(abs({o} - {n}) > {_SAME} * greatest(abs({o}), abs({n})), false)"
