"""What a firm's list or a programme's bill comes to -> tables and bars for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monazite.brief import words
from monazite.brief.charts import share_bars
from monazite.brief.pieces import CALM, LOSS, range_bars
from monazite.brief.values import Chart
from monazite.core.gazetteer import Gazetteer
from monazite.core.text import band
from monazite.core.values import Band, Reading, Status
from monazite.indicators.firm_values import Concentration, FirmExposure, FirmMaterial, Problem
from monazite.indicators.stakes import Stake

__all__ = ["Told", "firm_bars", "firm_tables", "problem_table", "stake_bars", "stake_table"]

_MOST_BARS = 15
_COLUMNS = (
    "line", "mineral", "stage", "seen_mineral", "seen_stage", "largest", "largest_share", "through",
    "through_share_low", "through_share_mid", "through_share_high", "one_country_share", "amount_low", "amount_mid",
    "amount_high", "unit", "lead_weeks", "value_usd", "status", "source_id", "note",
)  # fmt: skip
_THROUGH = "through one country: bought from it or passed through it earlier; an estimate"


@dataclass(frozen=True, slots=True)
class Told:
    """A table as a reader sees it; its rows are made as they are read, since a long list has many.

    `figures`, below `columns`, are the same as plain numbers for a file, where a reader sees words and ranges.
    """

    name: str
    title: str
    header: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    note: str = ""
    columns: tuple[str, ...] = ()
    figures: Iterable[tuple[str | float | None, ...]] = ()


def firm_tables(found: FirmExposure, names: Gazetteer) -> Iterator[Told]:
    """All that a firm's list comes to, the materials with most at stake first, and what could not be used of it."""
    where = f", sheet {found.sheet}" if found.sheet else ""
    bought = f", bought in {names.names_of(found.members)}" if found.members else ""
    money = f"value, {found.currency}" if found.currency else "value, currency not stated"
    yield Told(
        "materials",
        f"What hangs on one country: {found.file}{where}{bought}",
        ("material", "stage", "largest supplier", "share", "left without it", "HHI", "HHI, governance",
         "under a measure", f"{money}, at stake"),
        (_summary(m, names) for m in found.materials),
    )  # fmt: skip
    yield Told(
        "suppliers",
        "From whom",
        ("material", "stage", "supplier", "share", "tonnes", money, "firms named"),
        (row for m in found.materials for row in _suppliers(m, names)),
    )
    yield Told(
        "measures",
        "Measures on these supplies",
        ("material", "measure", "on supplies from", "status, as of", "counted", "goods"),
        (row for m in found.materials for row in _measures(m, names)),
    )
    yield Told(
        "world",
        "The world around them",
        ("material", "stage", "of", "largest", "share", "HHI", "year, source", "note"),
        (_world(m, w, names) for m in found.materials for w in m.world),
    )
    yield Told("taken", "How the list was taken", ("note",), ((n,) for n in found.notices))
    yield problem_table(found.problems)


def problem_table(problems: Sequence[Problem]) -> Told:
    """What could not be used of a list, row by row."""
    rows = ((str(p.row), p.column, p.reason) for p in problems)
    return Told("problems", "What could not be used", ("row", "column", "reason"), rows)


def firm_bars(found: FirmExposure, names: Gazetteer) -> Chart | None:
    """Who supplies a firm's materials, those with most at stake first; None where no share is known."""
    known = [m for m in found.materials if any(s.share for s in m.suppliers)]
    shown = known[:_MOST_BARS]
    if not shown:
        return None
    bars = [{s.country: s.share or 0.0 for s in m.suppliers} for m in shown]
    labels = [words.one_line(f"{m.material} ({m.stage or 'no stage'})", 30) for m in shown]
    first = shown[0]
    leader = f"{names.name_of(first.suppliers[0].country)} {words.pct(first.suppliers[0].share or 0.0)}"
    more = f" The first {_MOST_BARS} of {len(known)} are drawn." if len(known) > _MOST_BARS else ""
    rows = [
        (label, names.name_of(code), words.pct(share))
        for label, bar in zip(labels, bars, strict=True)
        for code, share in bar.items()
    ]
    return Chart(
        "From whom the materials come",
        f"Share of what is bought, the material with most at stake first: {labels[0]}, {leader}.{more}",
        *share_bars(labels, bars, names, "Others, or not told"),
        ("Material", "Supplier", "Share"),
        tuple(rows),
    )


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
        return (*place, words.no_data(w.status), "", "", "", w.note)
    of = f"{w.year}, {', '.join(w.sources)}"
    return (*place, names.name_of(w.largest), _percent(w.largest_share), f"{w.hhi:.2f}", of, w.note)


def _value(reading: Reading) -> str:
    if reading.value is None:
        return words.no_data(reading.status)
    if reading.unit == "share":
        return f"{reading.value:.0%}" + (f" ({band(reading.band, scale=100)}%)" if reading.band else "")
    return f"{reading.value:.2f}" + (f" ({band(reading.band, digits=2)})" if reading.band else "")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _money(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"


def stake_table(title: str, found: Sequence[Stake], names: Gazetteer) -> Told:
    """What an industry or a programme needs, the line that would stop first on top."""
    valued = any(s.value_usd is not None for s in found)
    header = ("line", "mineral", "largest supplier", "through one country", "at stake" if valued else "needs", "note")
    return Told("lines", title, header, (_stake_row(s, names) for s in found), _THROUGH, _COLUMNS, map(_figures, found))


def stake_bars(found: Sequence[Stake], names: Gazetteer) -> Chart | None:
    """How much of each line hangs on one country, the first to stop on top; None where nothing is known."""
    bars = []
    for stake in found:
        if stake.largest_share is not None:
            through = stake.through_share
            is_direct = through is None or stake.largest_share >= through.mid
            exact = Band(stake.largest_share, stake.largest_share, stake.largest_share)
            share, country = (exact, stake.largest) if is_direct or through is None else (through, stake.through)
            goods = words.mineral(stake.need.mineral, names)
            label = words.one_line(f"{goods} ({stake.need.stage}): {names.name_of(country)}", 44)
            bars.append((label, share, CALM if is_direct else LOSS))
    shown = bars[:_MOST_BARS]
    if not shown:
        return None
    more = f" The first {_MOST_BARS} of {len(bars)} are drawn." if len(bars) > _MOST_BARS else ""
    return Chart(
        "What of the imports would be missing if one country stopped, per cent",
        "Blue: bought from it. Orange: passed through it at an earlier stage, an estimate with its range. "
        f"First: {shown[0][0]} {words.pct_band(shown[0][1])}.{more}",
        *range_bars([(n, b.scaled(100), c) for n, b, c in shown], [words.pct_band(b) for _, b, _ in shown]),
        ("Line and country", "Low, %", "Central, %", "High, %"),
        tuple((n, *(words.number(100 * v) for v in b.values)) for n, b, _ in shown),
    )


def _figures(stake: Stake) -> tuple[str | float | None, ...]:
    """A line under `_COLUMNS`."""
    need, through = stake.need, stake.through_share
    return (
        *(need.name, need.mineral, str(need.stage), *stake.seen, stake.largest, stake.largest_share, stake.through),
        *(through.values if through else (None,) * 3),
        *(stake.one_country_share, *need.amount.values, need.unit),
        *(need.lead_weeks.mid if need.lead_weeks else None, stake.value_usd, stake.status.value, need.source),
        "; ".join(filter(None, (stake.note, need.note))),
    )


def _stake_row(stake: Stake, names: Gazetteer) -> tuple[str, ...]:
    need = stake.need
    if stake.largest_share is None:
        return (need.name, f"{need.mineral}, {need.stage}", words.no_data(stake.status), "", "", stake.note)
    through = stake.through_share
    if stake.value_usd is not None:
        amount = f"{stake.value_usd / 1e6:,.1f} million USD"
    else:
        amount = words.band(need.amount, "kg")
    return (
        need.name,
        f"{need.mineral}, {need.stage}",
        f"{names.name_of(stake.largest)} {stake.largest_share:.0%}",
        f"{names.name_of(stake.through)} {words.pct_band(through)}" if through else "",
        amount,
        stake.note,
    )
