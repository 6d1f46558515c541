"""Results -> chart specifications: one ECharts option as a plain dict for each kind of chart, with its words and table.

The options hold JSON values alone, no functions, so that the same specification draws in a page and in a file.
Labels that come from reports stand on category axes only, where the engine takes them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from monazite.brief import words
from monazite.brief.dependence import year_lines
from monazite.brief.pieces import (
    CALM,
    GAIN,
    INK,
    LOSS,
    MUTED,
    OTHER,
    PALETTE,
    RULE,
    WIDTH,
    Option,
    base,
    legend_lines,
    legend_of,
    name_axis,
    percent_axis,
    range_bars,
    stacked_bar,
    wrapped,
)
from monazite.brief.values import Chart
from monazite.brief.views import years_view
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.values import Exposure, StageExposure
from monazite.ledger.values import Commitment
from monazite.simulation.values import ImporterOutcome, MarketOutcome

__all__ = [
    "Chart",
    "commitment_timeline",
    "expected_imports",
    "history_lines",
    "importer_losses",
    "market_charts",
    "replacement_flows",
    "supplier_shares",
    "target_balance",
]

STANDING = {
    "overdue-unverified": ("Overdue, unverified", LOSS),
    "due-soon": ("Due soon", "#e69f00"),
    "open": ("Open", CALM),
    "under-discussion": ("Under discussion", "#7d4a8d"),
    "launched": ("Launched", "#56b4e9"),
    "done": ("Done", GAIN),
    "dropped": ("Dropped", OTHER),
    "no-date": ("No date", OTHER),
}

Rows = tuple[tuple[str, ...], ...]
_LONGEST = 120  # characters of names in a title


def supplier_shares(exposure: Exposure, gazetteer: Gazetteer) -> Chart:
    """Who supplies what a buyer imports of one mineral: one stacked bar a stage, the largest suppliers by name."""
    stages = [s for s in exposure.stages if s.suppliers]
    bars = [{x.country: _share(stage, x.country) for x in stage.suppliers} for stage in stages]
    labels = [f"{words.sentence(s.stage)}\n{wrapped(s.goods, 29, most=3)}" for s in stages]
    buyer = words.countries(exposure.members, gazetteer)
    leaders = [f"{s.stage}, {gazetteer.name_of(_top(s))} {words.pct(_share(s, _top(s)))}" for s in stages]
    rows = tuple(
        (s.stage, words.one_line(gazetteer.name_of(x.country)), words.pct(x.share), words.tonnes(x.gross_t),
         words.number(x.value_usd / 1e6))
        for s in stages
        for x in s.suppliers
    )  # fmt: skip
    return Chart(
        f"Suppliers of {words.mineral(exposure.mineral, gazetteer)} to {buyer}, {exposure.year}",
        f"Share of imports by value, by stage. Largest supplier: {'; '.join(leaders)}.",
        *share_bars(labels, bars, gazetteer, step=70),
        ("Stage", "Supplier", "Share of imports", "Gross mass", "Value, million USD"),
        rows,
        ("stage", "supplier", "share", "gross_t", "value_usd"),
        tuple((s.stage, x.country, x.share, x.gross_t, x.value_usd) for s in stages for x in s.suppliers),
    )


def share_bars(
    labels: Sequence[str],
    bars: Sequence[Mapping[str, float]],
    gazetteer: Gazetteer,
    rest: str = "Others",
    step: int = 44,
) -> tuple[Option, int, int]:
    """A stacked bar for each label, of shares by country, the largest by name: the option, its width and height.

    `step` is the height of a bar with what parts it from the next, px.
    """
    named = _named_suppliers(bars)
    series = [
        stacked_bar(
            words.one_line(gazetteer.name_of(code)),
            [
                _segment(bar.get(code, 0.0), gazetteer.name_of(code), label)
                for label, bar in zip(labels, bars, strict=True)
            ],
            PALETTE[n % len(PALETTE)],
        )
        for n, code in enumerate(named)
    ]
    others = [max(0.0, 1 - sum(bar.get(code, 0.0) for code in named)) for bar in bars]
    if any(share > 0.0005 for share in others):
        told = zip(others, labels, strict=True)
        series.append(stacked_bar(rest, [_segment(share, rest, label) for share, label in told], OTHER))
    legend = [s["name"] for s in series]
    top = 16 + 22 * legend_lines(legend)
    option = base(grid={"left": 200, "right": 24, "top": top, "bottom": 30})
    option["legend"] = legend_of(legend)
    option["xAxis"] = percent_axis(maximum=1)
    option["yAxis"] = name_axis(list(labels))
    option["series"] = series
    return option, WIDTH, top + 30 + step * len(bars)


def history_lines(exposure: Exposure, gazetteer: Gazetteer) -> Chart:
    """The largest supplier's share of a buyer's imports year by year, one line a stage; a dot where it changes.

    At least one stage has a history of two years or more.
    """
    return year_lines(years_view(exposure, gazetteer))


def commitment_timeline(commitments: Sequence[Commitment], as_of: date, labels: Sequence[str]) -> Chart:
    """When what was agreed falls due: one bar a commitment with a date, coloured by its standing, and the as-of line.

    `labels` are the commitments' short names in the brief, in the same order.
    """
    dated = [(c, label) for c, label in zip(commitments, labels, strict=True) if c.due and (c.due.start or c.due.end)]
    dated.sort(key=lambda pair: (_span(pair[0])[1], _span(pair[0])[0], pair[1]))
    series: list[Option] = []
    present = [s for s in STANDING if any(c.standing == s for c, _ in dated)]
    for standing in present:
        name, colour = STANDING[standing]
        points: list[Any] = []
        for row, (item, _) in enumerate(dated):
            if item.standing == standing:
                start, end = _span(item)
                points += [[_ms(start), row], [_ms(end), row], None]
        series.append(
            {
                "type": "line",
                "name": name,
                "silent": True,
                "data": points,
                "symbol": "none",
                "itemStyle": {"color": colour},
                "lineStyle": {"width": 14, "color": colour, "cap": "butt"},
            }
        )
    days = [_ms(d) for c, _ in dated for d in _span(c)] + [_ms(as_of)]
    pad = max((max(days) - min(days)) // 20, 20 * 86_400_000)
    if series:
        series[0]["markLine"] = _as_of_line(as_of)
    legend = [STANDING[s][0] for s in present]
    names = [wrapped(f"{label}  {words.sentence(c.object)}", 46) for c, label in dated]
    left = min(330, 24 + round(7 * max((len(line) for name in names for line in name.split("\n")), default=0)))
    option = base(grid={"left": left, "right": 84, "top": 66, "bottom": 30})
    option["legend"] = {**legend_of(legend), "icon": "rect"}
    option["useUTC"] = True
    option["xAxis"] = {
        "type": "time",
        "min": min(days) - pad,
        "max": max(days) + pad,
        "axisLine": {"lineStyle": {"color": MUTED}},
        "splitLine": {"show": True, "lineStyle": {"color": RULE}},
        "axisLabel": {"color": MUTED, "fontSize": 12, "hideOverlap": True, "formatter": "{MMM} {yyyy}"},
    }
    tips = [
        words.one_line(f"{label}: {c.object}", 160)
        + f"\n{words.window(c.due)}, {STANDING.get(c.standing, (c.standing, ''))[0].lower()}"
        for c, label in dated
    ]
    option["yAxis"] = name_axis(names, tips)
    option["series"] = series
    late = sum(c.standing == "overdue-unverified" for c, _ in dated)
    return Chart(
        f"When commitments fall due, as of {words.day(as_of)}",
        f"{words.plural(len(dated), 'commitment')} with a due window; {late} overdue or unverified.",
        option,
        WIDTH,
        96 + 38 * len(dated),
        ("Commitment", "Due as the reports say", "Due window", "Standing"),
        tuple(
            (f"{label} {words.one_line(c.object, 90)}", words.one_line(c.due.text if c.due else ""),
             words.window(c.due), STANDING.get(c.standing, (c.standing, ""))[0])
            for c, label in dated
        ),
    )  # fmt: skip


def market_charts(outcome: MarketOutcome, gazetteer: Gazetteer) -> Iterator[tuple[str, Chart]]:
    """All that the year's market tells of a stage, each chart by its name: who goes short, who steps in, who else."""
    if outcome.importers:
        yield "short", target_balance(outcome, gazetteer)
    if any(g.change_t.mid > 0 for g in outcome.gains):
        yield "gains", replacement_flows(outcome, gazetteer)
    if outcome.foretold:
        yield "expected", expected_imports(outcome, gazetteer)
    if outcome.importers or outcome.others:
        yield "losses", importer_losses(outcome, gazetteer)


def target_balance(outcome: MarketOutcome, gazetteer: Gazetteer, most: int = 8) -> Chart:
    """What the targets of a measure lose, get elsewhere and go without, in tonnes a year, as ranges."""
    first, more = _short_most(outcome.importers, most)
    every = [
        (f"{words.one_line(gazetteer.name_of(i.importer), 24)}: {what}", values, colour)
        for i in first
        for what, values, colour in (
            ("refused", i.lost_t, CALM),
            ("found elsewhere", i.replaced_t, GAIN),
            ("gone without", i.shortfall_t, LOSS),
        )
    ]
    bars = every[: 3 * most]
    return Chart(
        "What is refused, found elsewhere and gone without, tonnes a year",
        "Solid to the low end of the range, pale to the high end, the mark is the central value. "
        + "; ".join(f"{name} {words.band(b, 't')}" for name, b, _ in bars)
        + f".{more}",
        *range_bars(bars, [words.band(b, "t") for _, b, _ in bars]),
        ("What", "Low, t", "Central, t", "High, t"),
        tuple((name, *map(words.number, b.values)) for name, b, _ in every),
    )


def importer_losses(outcome: MarketOutcome, gazetteer: Gazetteer, most: int = 10) -> Chart:
    """Which importers go short, in per cent of what they import: the targets first, then others hit through prices."""
    short = (i for i in outcome.others if i.shortfall_share.mid > 0)
    others = sorted(short, key=lambda i: (-i.shortfall_share.mid, i.importer))[:most]
    targets, more = _short_most(outcome.importers, most)
    shown = [*targets[:most], *others]
    names = {i.importer: words.one_line(gazetteer.name_of(i.importer), 30) for i in (*targets, *others)}
    bars = [
        (names[i.importer], i.shortfall_share.scaled(100), LOSS if n < len(targets[:most]) else CALM)
        for n, i in enumerate(shown)
    ]
    shares = [i.shortfall_share for i in shown]
    return Chart(
        "Who goes short, per cent of imports before the shock",
        "Targets of the measure first, then the importers hit most through prices. "
        + "; ".join(f"{bar[0]} {words.pct_band(s)}" for bar, s in zip(bars, shares, strict=True))
        + f".{more}",
        *range_bars(bars, [words.pct_band(s) for s in shares]),
        ("Importer", "Before, t", "Low, %", "Central, %", "High, %", "Price it pays"),
        tuple(
            (
                names[i.importer],
                words.number(i.base_t),
                *map(words.number, i.shortfall_share.scaled(100).values),
                words.signed_band(i.price_change_pct),
            )
            for i in (*targets, *others)
        ),
    )


def replacement_flows(outcome: MarketOutcome, gazetteer: Gazetteer, most: int = 10) -> Chart:
    """Who sells more to the targets, in tonnes a year, as ranges; the largest first."""
    several = len(outcome.importers) > 1
    positive = [f for f in outcome.gains if f.change_t.mid > 0]
    worth_showing = max((f.change_t.mid for f in positive), default=0.0) / 200
    gains = [f for f in positive if f.change_t.mid >= worth_showing][:most]
    named = [
        words.one_line(gazetteer.name_of(f.exporter), 24)
        + (f" to {words.one_line(gazetteer.name_of(f.importer), 20)}" if several else "")
        for f in positive
    ]
    bars = [(name, f.change_t, GAIN) for name, f in zip(named, gains, strict=False)]
    to = words.countries((i.importer for i in outcome.importers), gazetteer)
    return Chart(
        f"Who sells more to {to if len(to) < _LONGEST else f'the {len(outcome.importers)} targets'}, tonnes a year",
        "Change against the year before the shock. "
        + "; ".join(f"{bar[0]} {words.signed_band(bar[1], ' t')}" for bar in bars)
        + ".",
        *range_bars(bars, [words.signed_band(f.change_t, " t") for f in gains]),
        ("Flow", "Before, t", "Low, t", "Central, t", "High, t"),
        tuple(
            (name, words.number(f.base_t), *map(words.number, f.change_t.values))
            for name, f in zip(named, positive, strict=True)
        ),
    )


def expected_imports(outcome: MarketOutcome, gazetteer: Gazetteer, most: int = 8) -> Chart:
    """What importers hit buy in all by what earlier falls teach, beside the market alone, and who takes up the loss.

    The outcome has `foretold`; its importers in their order there, the largest losers first.
    """
    foretold = outcome.foretold
    expected = foretold.bought_t if foretold else {}
    alone = {i.importer: i.shortfall_t.left_of(i.base_t) for i in outcome.importers}
    before = {i.importer: i.base_t for i in outcome.importers}
    named = {code: words.one_line(gazetteer.name_of(code), 24) for code in expected}
    told = {
        code: words.spoken(
            f"{words.one_line(gazetteer.name_of(t.exporter))} {words.pct(t.share)}"
            for t in (foretold.takers if foretold else ())
            if t.importer == code
        )
        or "nobody"
        for code in expected
    }
    bars = [
        (f"{named[code]}: {what}", band.scaled(100 / before[code]), colour)
        for code in list(expected)[:most]
        if before.get(code)
        for what, band, colour in (
            ("the market alone", alone[code], CALM),
            ("as earlier falls", expected[code], GAIN),
        )
    ]
    year, learned_to = (foretold.year, foretold.learned_to) if foretold else (0, 0)
    return Chart(
        f"What earlier falls of suppliers tell to expect in {year}, per cent of imports before",
        f"All that importers hit buy, by what falls up to {learned_to} teach. "
        + " ".join(
            f"{named[code]} buys {words.band(band, 't')}; what is made good comes from {told[code]}."
            for code, band in list(expected.items())[:most]
        ),
        *range_bars(bars, [words.pct_band(b.scaled(0.01)) for _, b, _ in bars]),
        ("Importer", "Before, t", "Low, t", "Central, t", "High, t", "The market alone, t", "Who takes up the loss"),
        tuple(
            (
                named[code],
                words.number(before.get(code, 0.0)),
                *map(words.number, band.values),
                words.band(alone[code]) if code in alone else "",
                told[code],
            )
            for code, band in expected.items()
        ),
        ("importer", "before_t", "low_t", "mid_t", "high_t", "takers"),
        tuple((code, before.get(code), *band.values, told[code]) for code, band in expected.items()),
        notes=(
            f"Learned from falls up to {learned_to}: four in five importers' totals came within such a range in past "
            "falls. It holds what else moves trade "
            "from year to year, as learned one and two years after the last year of trade; where the cut itself is a "
            "range, its middle is taken.",
        ),
    )


def _short_most(targets: Sequence[ImporterOutcome], most: int) -> tuple[Sequence[ImporterOutcome], str]:
    """Targets as they are or, where they are more than can be drawn, those that go short most first; a word on that."""
    if len(targets) <= most:
        return targets, ""
    ordered = sorted(targets, key=lambda i: (-i.shortfall_t.mid, i.importer))
    return ordered, f" The {most} targets that go short most of {len(targets)} are drawn; the table has all."


def _segment(share: float, name: str, label: str) -> Option:
    room = share * (WIDTH - 224)
    shown = words.pct(share)
    if room > (len(name) + len(shown) + 1) * 7 + 8:
        shown = f"{{a}} {shown}"
    return {
        "value": round(100 * share, 4),
        "label": {"show": room > len(shown) * 7 + 8, "formatter": shown},
        "tip": f"{label.partition(chr(10))[0]}\n{words.one_line(name)}: {words.pct(share)}",
    }


def _named_suppliers(bars: Sequence[Mapping[str, float]], most: int = 7) -> list[str]:
    weight: dict[str, float] = {}
    for bar in bars:
        for code, share in bar.items():
            if share >= 0.02:
                weight[code] = weight.get(code, 0.0) + share
    return sorted(weight, key=lambda code: (-weight[code], code))[:most]


def _share(stage: StageExposure, code: str) -> float:
    return sum(s.share for s in stage.suppliers if s.country == code)


def _top(stage: StageExposure) -> str:
    return max(stage.suppliers, key=lambda s: (s.share, s.country)).country


def _span(item: Commitment) -> tuple[date, date]:
    due = item.due
    first = (due.start or due.end) if due else None
    last = (due.end or due.start) if due else None
    return first or date.min, last or date.min


def _ms(when: date) -> int:
    return int(datetime(when.year, when.month, when.day, tzinfo=UTC).timestamp()) * 1000


def _as_of_line(as_of: date) -> Option:
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": INK, "width": 1.5, "type": "dashed"},
        "label": {
            "formatter": f"as of {words.day(as_of)}",
            "color": INK,
            "fontSize": 12,
            "distance": 6,
            "position": "start",
        },
        "data": [{"xAxis": _ms(as_of)}],
    }
