"""An answer's JSON -> rows of plain cells, for CSV, notebooks and terminals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from monazite.core.text import tame

__all__ = ["as_csv", "exploded", "listed"]

Row = dict[str, Any]


def listed(value: Any, way: str) -> tuple[Any, str]:
    """What holds an answer's list, and the key of it there: the first step of `way`.

    >>> listed({"plan": {"levers": [1]}}, "plan.levers")
    ({'levers': [1]}, 'levers')
    """
    first, _, rest = way.partition(".")
    return listed(value[first], rest) if rest and not isinstance(value[first], list) else (value, first)


def exploded(value: Any, way: str) -> list[Row]:
    """A row for each thing at the end of a way through lists, with the plain fields of what it is in.

    Fields of a field are joined to its name by `_`, several names in a cell by `|`, as in the tables.

    >>> exploded({"year": 2024, "of": [{"id": 1, "in": [{"t": {"low": 2, "mid": 3}}, {"hs": ["01", "02"]}]}]}, "of.in")
    [{'year': 2024, 'id': 1, 't_low': 2, 't_mid': 3}, {'year': 2024, 'id': 1, 'hs': '01|02'}]
    """
    if not way:
        return []
    if isinstance(value, dict) and isinstance(rows := value.get(way), list) and "columns" in value:
        names = [c["column"] if isinstance(c, dict) else c for c in value["columns"]]
        return [dict(zip(names, row, strict=True)) for row in rows]
    return list(_rows(value, [] if way == "." else way.split("."), {}))


def _rows(value: Any, way: Sequence[str], above: Row) -> Iterator[Row]:
    if isinstance(value, list):
        for one in value:
            yield from _rows(one, way, above)
    elif not way:
        yield {**above, **(_plain(value, "") if isinstance(value, dict) else {"value": value})}
    else:
        first, *rest = way
        beside = _plain({k: v for k, v in value.items() if k != first}, "")
        yield from _rows(value.get(first) or [], rest, {**above, **beside})


def _plain(value: Any, name: str) -> Row:
    if isinstance(value, dict):
        deeper = {k: _plain(v, f"{name}_{k}" if name else str(k)) for k, v in value.items()}
        return {k: v for part in deeper.values() for k, v in part.items()}
    if isinstance(value, list):
        if any(isinstance(v, dict | list) for v in value):
            return {}
        return {name: "|".join(map(str, value))}
    return {name: value}


def as_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV, with a column for every field that any row has; no formula in it runs."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(map(tame, columns))
    lines.writerows([tame(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()
