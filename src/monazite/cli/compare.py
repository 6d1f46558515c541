"""Exposures side by side, as tables or JSON: the part of `monazite exposure` that compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from monazite.cli.show import print_json, progress
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Reading
from monazite.indicators.compare import IN_ALL, Comparison, Side
from monazite.workbench.exposure.compare import compare
from monazite.workbench.question import Question

__all__ = ["show_comparison"]


def show_comparison(question: Question, minerals: Sequence[str], as_json: bool) -> None:
    """Show how far the sides of a question depend on one country."""
    with progress() as step:
        found, sources, names = compare(question, minerals, step)
    if as_json:
        print_json({"comparisons": found, "sources": sources})
        return
    for one in found:
        _print(one, names)
    click.echo("sources:")
    for s in sources:
        click.echo(f"  {s.id}: {s.publisher}, {s.title} ({s.published})")


def _print(one: Comparison, names: Gazetteer) -> None:
    title = f"{names.mineral(one.mineral).name}: dependence on {names.name_of(one.through)}"
    print_table(title, ("stage", "share of imports", *(s.label for s in one.sides)), _rows(one, names))
    click.echo(
        "by weight: an estimate in contained tonnes; published figures, balanced, mixed wherever they pass (assumption)"
    )
    click.echo("in all: bought from it, or passed through it at this or an earlier stage")
    for note in (*one.notes, *(n for s in one.sides for n in s.notes)):
        click.echo(f"note: {note}")
    click.echo("")


def _rows(one: Comparison, names: Gazetteer) -> Iterator[tuple[str, ...]]:
    for at, stage in enumerate(one.sides[0].stages):
        name = f"{stage.stage} ({', '.join(stage.hs)})"
        for n, measure in enumerate(one.measures):
            yield (name if n == 0 else "", measure, *(_cell(s.stages[at].readings, n) for s in one.sides))
            if measure == IN_ALL:
                yield ("", "of that by way of", *(_ways(s, at, n, names) for s in one.sides))
    yield ("whole chain", one.sides[0].reliance.name, *(_value(s.reliance) for s in one.sides))


def _cell(readings: Sequence[Reading], n: int) -> str:
    """A number or the reason why there is none, which is told once for all measures of a stage."""
    told = any(r.value is None and r.note == readings[n].note for r in readings[:n])
    return "no data" if readings[n].value is None and told else _value(readings[n])


def _ways(side: Side, at: int, n: int, names: Gazetteer) -> str:
    stage = side.stages[at]
    told = ", ".join(f"{names.name_of(w.supplier)} {w.share:.0%}" for w in stage.ways)
    return told or ("no data" if stage.readings[n].value is None else "none")


def _value(reading: Reading) -> str:
    if reading.value is None:
        return reading.note or f"no figure: {reading.status.value}"
    if reading.unit != "share":
        return f"{reading.value:.2f}"
    if reading.band is None:
        return f"{reading.value:.1%}"
    low, high = f"{reading.band.low:.0%}", f"{reading.band.high:.0%}"
    return f"{reading.value:.0%}" + (f" ({low}-{high})" if low != high else "")
