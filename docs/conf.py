"""Sphinx settings. Pages on tables, commands and the API take their lists from the code, so they cannot fall behind."""

from __future__ import annotations

import csv
import importlib
import pkgutil
import re
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).parent))
import executed

import monazite
from monazite.core.values import Stage
from monazite.indicators.registry import REGISTRY
from monazite.reference.schema import TABLES, Column, Table
from monazite.scenario.checks import range_of
from monazite.scenario.keys import KINDS, Entry, entries, shock_entries
from monazite.scenario.values import Scenario
from monazite.workbench.data import compare_publishers, matrix, mirror, show_coverage

project = "Monazite"
author = "The Monazite developers"
copyright = "2026, the Monazite developers"
version = release = monazite.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Monazite {release}"
html_show_sphinx = False
html_copy_source = False
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
# Names of other packages have no page here to point to, and private names no page at all.
nitpick_ignore_regex = [
    ("py:.*", r"(np|numpy|NDArray|ArrayLike|duckdb|click|jinja2|spacy|rich|Path|date|Any|Callable|Iterable|Mapping).*"),
    ("py:.*", r"(pathlib|datetime|collections|enum|typing|types)\..*"),
    ("py:.*", r"(optional|MappingProxyType|Literal|Sequence|Iterator|StrEnum|Generator)"),
]

ROOMS = ("core", "reference", "ledger", "network", "scenario", "indicators", "simulation", "plan", "brief", "workbench")


def api() -> str:
    """A section for each room, with everything its modules name in `__all__`."""
    lines = []
    for room in ROOMS:
        package = importlib.import_module(f"monazite.{room}")
        below = pkgutil.walk_packages(getattr(package, "__path__", ()), f"{package.__name__}.")
        modules = [package.__name__, *(m.name for m in below if "._" not in m.name)]
        lines += [f"## {room}", ""]
        for name in modules:
            lines += [f"### {name.removeprefix('monazite.')}", ""] if name != package.__name__ else []
            lines += ["```{eval-rst}", f".. automodule:: {name}", "   :members:", "```", ""]
    return "\n".join(lines)


def tables() -> str:
    """A section for each reference table, made from its schema."""
    return "\n\n".join(_table(t) for t in TABLES)


def sources() -> str:
    """The sources of all figures with their terms, from the table of sources itself."""
    with (files("monazite.reference") / "data" / "sources.csv").open(encoding="utf-8") as file:
        rows = [[f"`{r['source_id']}`", r["publisher"], _linked(r), r["licence"]] for r in csv.DictReader(file)]
    return _grid(["id", "publisher", "title", "terms"], rows)


def coverage() -> str:
    """The matrix of minerals and stages, from the tables themselves."""
    return _grid(["mineral", *Stage], [list(row) for row in matrix(show_coverage())])


def publishers() -> str:
    """Where two publishers differ by a tenth or more."""
    wide = [d for d in compare_publishers() if abs(d.other_pct) >= 10]
    rows = [
        [d.mineral, d.stage, str(d.year), d.preferred, f"{d.preferred_t:,.0f}", d.other, f"{d.other_pct:+.0f}%"]
        for d in wide
    ]
    return _grid(["mineral", "stage", "year", "used", "tonnes", "other", "off by"], rows)


def mirrored() -> str:
    """The widest gaps between the trade table and exporters' own reports."""
    rows = [[g.exporter, g.hs, str(g.year), f"{g.reported_usd / 1e6:,.0f}", f"{g.value_ratio:.2f}"] for g in mirror()]
    return _grid(["exporter", "HS", "year", "reported, million USD", "table over report"], rows[:10])


def options(command: str) -> str:
    """The arguments and options of a command, as its own help states them."""
    found: click.Command = importlib.import_module("monazite.cli.main").cli
    for part in command.split():
        if not isinstance(found, click.Group):
            raise LookupError(f"docs: monazite {command} has no sub-commands")
        child = found.get_command(click.Context(found), part)
        if child is None:
            raise LookupError(f"docs: there is no command monazite {command}")
        found = child
    return _grid(["option", "value", "meaning"], [_parameter(p, click.Context(found)) for p in found.params])


def _parameter(parameter: click.Parameter, context: click.Context) -> list[str]:
    value = "DATE" if isinstance(parameter.type, click.DateTime) else parameter.make_metavar(context)
    if not isinstance(parameter, click.Option):
        return [f"`{value}`", "", "required" if parameter.required else "optional"]
    default = f"Default: {parameter.default}" if parameter.show_default else ""
    meaning = ". ".join(part.rstrip(".") for part in (parameter.help, default) if part)
    return [", ".join(f"`{o}`" for o in parameter.opts), "" if parameter.is_flag else f"`{value}`", meaning]


def _linked(row: dict[str, str]) -> str:
    return f"[{row['title']}]({row['url']})" if row["url"] else row["title"]


def _table(t: Table) -> str:
    key, kept = (", ".join(f"`{word}`" for word in words) for words in (t.key, t.files))
    intro = f"### {t.name}\n\n{t.title}. One row is {t.row}. Key: {key}. Kept in {kept}."
    return intro + "\n\n" + _grid(["column", "type", "unit", "meaning", "may be"], [_column(c) for c in t.columns])


def _column(c: Column) -> list[str]:
    limits = [f"{c.low:g} or more"] if c.low is not None and c.high is None else []
    limits += [f"{c.low:g} to {c.high:g}"] if c.low is not None and c.high is not None else []
    limits += [", ".join(c.one_of)] if c.one_of else []
    limits += [f"any `{c.parent}`"] if c.parent else []
    limits += ["empty"] if c.empty else []
    return [f"`{c.name}`", c.type, c.unit, c.description, "; ".join(limits)]


def _grid(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def indicators() -> str:
    """A table of the indicators that can be asked for by name, made from their registry."""
    lines = ["| name | what it is | unit | equation | method |", "|---|---|---|---|---|"]
    lines += [f"| `{i.name}` | {i.title} | {i.unit} | `{i.equation}` | {i.method} |" for i in REGISTRY]
    return "\n".join(lines)


def notebook(name: str) -> str:
    """A notebook of the examples with what its cells show, run now."""
    return executed.page(Path(__file__).parents[1] / "examples" / name)


def scenario_keys(kind: str = "") -> str:
    """The keys of a scenario file: of its own, of a kind of shock, or of all kinds by kind."""
    if not kind:
        said = [
            [f"`{k}`", ", ".join(f"`{e.name}`" for e in shock_entries(k) if e.needed), _first(KINDS[k])] for k in KINDS
        ]
        return _grid(["kind", "needed", "what happens"], said)
    if kind == "scenario":
        return _grid(["key", "holds", "range"], [_key(e) for e in entries(Scenario)])
    every = {e.name: e for k in KINDS for e in shock_entries(k)}
    return _grid(["key", "holds", "range"], [_key(e) for e in every.values()])


def _key(e: Entry) -> list[str]:
    limits = range_of(e.key) if e.key.unit else ""
    return [f"`{e.name}`", e.key.what, ", ".join(part for part in (limits, e.key.unit) if part)]


def _first(value: type) -> str:
    return (value.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


_MAKERS: dict[str, Callable[..., str]] = {
    "api": api,
    "tables": tables,
    "sources": sources,
    "coverage": coverage,
    "publishers": publishers,
    "mirrored": mirrored,
    "options": options,
    "indicators": indicators,
    "scenario_keys": scenario_keys,
    "notebook": notebook,
}


def fill(_app: Any, _page: str, source: list[str]) -> None:
    """Put what the code says in place of `<!-- made: NAME ARGUMENT -->`."""

    def made(match: re.Match[str]) -> str:
        argument = match.group(2).strip()
        return _MAKERS[match.group(1)](*([argument] if argument else []))

    source[0] = re.sub(r"<!-- made: (\w+)(.*?)-->", made, source[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", fill)
