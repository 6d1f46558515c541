"""A notebook -> a page: its cells run here, one after the other, and what they show stands below each.

It needs no kernel and no package: a cell is run as Jupyter runs it, its last expression shown as rich as it can be.
"""

from __future__ import annotations

import ast
import io
import json
import re
from base64 import b64encode
from contextlib import chdir, redirect_stdout
from html import escape
from pathlib import Path
from typing import Any

__all__ = ["page"]


def page(notebook: Path) -> str:
    """The notebook as MyST Markdown. A cell that fails is named, and ends it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    parts = []
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    with chdir(notebook.parent):
        for number, cell in enumerate(cells, start=1):
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                parts.append(source)
                continue
            try:
                shown = run(source, names)
            except Exception as error:
                raise RuntimeError(f"{notebook.name}, cell {number}: {error!r}") from error
            parts.append(f"```python\n{source}\n```")
            parts += [f"```{{raw}} html\n{shown}\n```"] if shown else []
    return "\n\n".join(parts)


def run(source: str, names: dict[str, Any]) -> str:
    """Run a cell; comes out what it printed and its last expression, as HTML.

    >>> run("a = 2; print('<b>'); a + 1", {})
    '<pre style="white-space: pre-wrap">&lt;b&gt;</pre>\\n<pre style="white-space: pre-wrap">3</pre>'
    """
    body = ast.parse(source).body
    last = ast.Expression(body.pop().value) if isinstance(body[-1], ast.Expr) else None
    with redirect_stdout(io.StringIO()) as out:
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)  # noqa: S102  the notebook is ours
        value = eval(compile(last, "<cell>", "eval"), names) if last else None  # noqa: S307
    told = [_told(out.getvalue().rstrip())] if out.getvalue() else []
    return "\n".join([*told, *([] if value is None else [_rich(value)])])


def _rich(value: Any) -> str:
    if hasattr(value, "_repr_svg_"):
        svg = value._repr_svg_()
        title = re.search(r"<title[^>]*>(.*?)</title>", svg)
        data = b64encode(svg.encode()).decode()
        return f'<img alt="{title[1] if title else ""}" src="data:image/svg+xml;base64,{data}">'
    if hasattr(value, "_repr_html_"):
        look = "overflow: auto; max-height: 24rem; font-size: 0.8rem"
        return f'<div tabindex="0" style="{look}">{value._repr_html_().replace("<td>", "<td nowrap>")}</div>'
    return _told(repr(value))


def _told(text: str) -> str:
    return f'<pre style="white-space: pre-wrap">{escape(text)}</pre>'
