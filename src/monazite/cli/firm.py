"""What a firm depends on, as tables or JSON: the part of `monazite exposure` that takes a firm's own list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from monazite.cli.show import band, fail_if_any, print_json
from monazite.cli.table import print_table
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Reading, Status
from monazite.indicators.firm_values import Concentration, FirmExposure, FirmMaterial
from monazite.workbench.firm import exposure_of_firm

__all__ = ["show_firm"]

_MOST = 40  # lines of a table; the rest is told by its number


def show_firm(file: Path, buyer: str, out: Path | None, as_json: bool) -> None:
    """Show the exposure of a firm; what could not be used is named, and the exit code is then 1."""
    found, names = exposure_of_firm(file, buyer, out)
    if as_json:
        print_json({"firm": found})
    else:
        _print(found, names)
        if out:
            click.echo(f"{out}: {sum(len(m.suppliers) for m in found.materials):,} rows")
    if found.problems:
        count = f"{len(found.problems):,} problem{'s' if len(found.problems) > 1 else ''}"
        fail_if_any([(found.file, f"{found.file}: {count}, the first in {found.problems[0]}")])


def _print(found: FirmExposure, names: Gazetteer) -> None:
    where = f", sheet {found.sheet}" if found.sheet else ""
    bought = f", bought in {names.names_of(found.members)}" if found.members else ""
    money = f"value, {found.currency}" if found.currency else "value, currency not stated"
    head = ("material", "stage", "largest supplier", "share", "left without it", "HHI", "HHI, governance")
    _table(
        f"What hangs on one country: {found.file}{where}{bought}",
        (*head, "under a measure", f"{money}, at stake"),
        (_summary(m, names) for m in found.materials),
    )
    _table(
        "From whom",
        ("material", "stage", "supplier", "share", "tonnes", money, "firms named"),
        (row for m in found.materials for row in _suppliers(m, names)),
    )
    _table(
        "Measures on these supplies",
        ("material", "measure", "on supplies from", "status, as of", "counted", "goods"),
        (row for m in found.materials for row in _measures(m, names)),
    )
    _table(
        "The world around them",
        ("material", "stage", "of", "largest", "share", "HHI", "year, source", "note"),
        (_world(m, w, names) for m in found.materials for w in m.world),
    )
    _table("How the list was taken", ("note",), ((n,) for n in found.notices))
    _table(
        "What could not be used",
        ("row", "column", "reason"),
        ((str(p.row), p.column, p.reason) for p in found.problems),
    )
    click.echo(f"sources: {', '.join(found.sources)}, table measures (monazite data show sources)")


def _table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of as many lines as a person reads; none for no line."""
    left = iter(rows)
    shown = list(islice(left, _MOST))
    if not shown:
        return
    print_table(title, header, shown)
    more = sum(1 for _ in left)
    click.echo(f"and {more:,} more: --json has them all\n" if more else "")


def _summary(m: FirmMaterial, names: Gazetteer) -> tuple[str, ...]:
    hhi, governance, left, under = (_value(r) for r in m.readings)
    largest = m.suppliers[0] if m.suppliers else None
    stake = _money(m.value_at_stake) + (" or more" if m.value_at_stake and m.valued < m.lines else "")
    return (
        m.material,
        m.stage or "not given",
        names.name_of(largest.country) if largest else "not told",
        _percent(largest.share if largest else None),
        left,
        hhi,
        governance,
        under,
        stake,
    )


def _suppliers(m: FirmMaterial, names: Gazetteer) -> Iterator[tuple[str, ...]]:
    for s in m.suppliers:
        firms = ", ".join(s.names[:3]) + (f" and {len(s.names) - 3:,} more" if len(s.names) > 3 else "")
        tonnes = "" if s.mass_t is None else f"{s.mass_t:,.4g}" if s.mass_t < 1000 else f"{s.mass_t:,.0f}"
        place = (m.material, m.stage or "not given", names.name_of(s.country))
        yield (*place, _percent(s.share), tonnes, _money(s.value), firms)
    if m.unplaced_share:
        yield (m.material, m.stage or "not given", "not told", _percent(m.unplaced_share), "", "", "")


def _measures(m: FirmMaterial, names: Gazetteer) -> Iterator[tuple[str, ...]]:
    name = f"{m.material}, {m.stage}" if m.stage else m.material
    for x in m.measures:
        status = f"{x.status.replace('_', ' ')}, {x.as_of}"
        yield (
            name,
            x.measure_id,
            names.names_of(x.countries),
            status,
            f"no: {x.why_not}" if x.why_not else "yes",
            x.goods,
        )


def _world(m: FirmMaterial, w: Concentration, names: Gazetteer) -> tuple[str, ...]:
    place = (m.material, w.stage or "not given", w.kind)
    if w.status is not Status.OK or w.hhi is None:
        return (*place, f"no figure: {w.status.value}", "", "", "", w.note)
    of = f"{w.year}, {', '.join(w.sources)}"
    return (*place, names.name_of(w.largest), _percent(w.largest_share), f"{w.hhi:.2f}", of, w.note)


def _value(reading: Reading) -> str:
    if reading.value is None:
        return f"no figure: {reading.status.value}"
    if reading.unit == "share":
        return f"{reading.value:.0%}" + (f" ({band(reading.band, scale=100)}%)" if reading.band else "")
    return f"{reading.value:.2f}" + (f" ({band(reading.band, digits=2)})" if reading.band else "")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
