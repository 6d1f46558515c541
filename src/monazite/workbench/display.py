"""An answer -> how a notebook or a terminal shows it: its rows, and what has to be known to read them."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape
from rich.console import Group
from rich.table import Table
from rich.text import Text

from monazite.core.text import printable

__all__ = ["as_html", "as_rich"]

_ROWS, _COLUMNS, _CELL = 20, 8, 60


def as_html(title: str, rows: list[dict[str, Any]], notes: list[str]) -> str:
    """A table with its notes; nothing in a cell is markup.

    >>> as_html("t", [{"a": "<b>"}], ["n"])
    '<table><caption>t</caption><tr><th>a</th></tr><tr><td>&lt;b&gt;</td></tr></table><p><small>n</small></p>'
    """
    names, cells, left_out = _shown(rows)
    head = Markup("").join(Markup("<th>{}</th>").format(n) for n in names)
    lines = (Markup("").join(Markup("<td>{}</td>").format(c) for c in row) for row in cells)
    body = Markup("").join(Markup("<tr>{}</tr>").format(line) for line in lines)
    under = Markup("").join(Markup("<p><small>{}</small></p>").format(n) for n in [*left_out, *notes])
    return str(Markup("<table><caption>{}</caption><tr>{}</tr>{}</table>{}").format(escape(title), head, body, under))


def as_rich(title: str, rows: list[dict[str, Any]], notes: list[str]) -> Group:
    """The same for a terminal."""
    names, cells, left_out = _shown(rows)
    table = Table(title=Text(title), title_justify="left")
    for name in names:
        table.add_column(Text(name))
    for row in cells:
        table.add_row(*map(Text, row))
    return Group(table, *map(Text, [*left_out, *notes]))


def _shown(rows: list[dict[str, Any]]) -> tuple[list[str], list[list[str]], list[str]]:
    """The columns and cells there is room for; what is the same in all rows, and how much is not shown."""
    every = list(dict.fromkeys(name for row in rows for name in row))
    same = {n: rows[0].get(n) for n in every if len(rows) > 1 and all(r.get(n) == rows[0].get(n) for r in rows)}
    names = [n for n in every if n not in same]
    # What tells rows apart comes first: what a whole group of them has in common says less of each.
    telling = sorted(names, key=lambda n: -len({_cell(row.get(n)) for row in rows}))[:_COLUMNS]
    shown = [n for n in names if n in telling]
    cells = [[_cell(row.get(name)) for name in shown] for row in rows[:_ROWS]]
    left = ((len(rows) - _ROWS, "rows"), (len(names) - len(shown), "columns"))
    more = [f"{n:,} more {what}" for n, what in left if n > 0]
    told = [f"{n} {_cell(value)}" for n, value in same.items() if value not in (None, "")]
    notes = ["in all rows: " + "; ".join(told)] if told else []
    return (
        [printable(n) for n in shown],
        cells,
        notes + ([f"and {', '.join(more)}: see .rows"] if more else []),
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return "" if value is None else printable(str(value))[:_CELL]
