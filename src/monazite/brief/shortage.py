"""What a shock does week by week, and to industries -> charts: shortage as lines with bands, losses as ranges."""

from __future__ import annotations

from collections.abc import Sequence

from monazite.brief import words
from monazite.brief.dependence import year_lines
from monazite.brief.pieces import LOSS, plain_table, range_bars
from monazite.brief.values import Chart, YearLine, YearsView
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.programme import PartOutcome, ProgrammeOutcome
from monazite.simulation.weekly.outcome import PlaceOutcome, PricePath, WeeklyOutcome, Weeks

__all__ = ["economy_losses", "industry_losses", "price_peaks", "programme_parts", "short_places", "shortage_weeks"]

_TOLD = 0.001
"""Of a week's use: a place that never misses as much in nine of ten draws is not drawn."""


def shortage_weeks(outcome: WeeklyOutcome, gazetteer: Gazetteer, most: int = 4) -> Chart:
    """What share of its use each place misses by week: the median as a line, the 10th to 90th percentile as a band.

    :raises NoDataError: if nobody runs short.
    """
    short = [p for p in outcome.uses if max(p.missing_trail.high) >= _TOLD][:most]
    if not short:
        what = "nobody runs short in any week of nine draws in ten"
        raise NoDataError("the weeks", what, "stocks and spare capacity last: try a longer or larger shock")
    start = f" from {words.day(outcome.first_day)}" if outcome.first_day else ""
    worst = max(short, key=lambda p: max(p.missing_trail.mid))
    peak = max(worst.missing_trail.mid)
    middle = "In the middle draw of each week nobody runs short"
    if peak > 0:
        middle = f"The median misses up to {words.pct(peak)} of a week: {_place(worst, gazetteer)}"
    told = "; ".join(
        f"{_place(p, gazetteer)} is short in {words.pct(p.short_draws_share)} of draws, by up to "
        f"{words.pct(max(p.missing_trail.high))} in the worst week of one draw in ten"
        for p in short
    )
    return year_lines(
        YearsView(
            title=f"Missing by week, share of use{start}",
            summary=f"{middle}. {told}.",
            lines=tuple(
                YearLine(
                    _place(p, gazetteer),
                    tuple(
                        (week, low, mid, high, "")
                        for week, (low, mid, high) in enumerate(
                            zip(p.missing_trail.low, p.missing_trail.mid, p.missing_trail.high, strict=True), 1
                        )
                    ),
                )
                for p in short
            ),
            of="Place",
            note_name="Note",
            notes=(
                f"Bands: 10th to 90th percentile of {outcome.draws} draws; a line is the median. The last shock is "
                f"over after week {outcome.last_week}.",
            ),
            step="week",
        )
    )


def short_places(title: str, outcome: WeeklyOutcome, places: Sequence[PlaceOutcome], gazetteer: Gazetteer) -> Chart:
    """Where use or making runs short, from when, for how long, and which parameters that follows: a table."""
    rows = (
        (
            _place(p, gazetteer),
            words.number(p.before_t_per_week),
            words.pct(p.short_draws_share),
            *map(_weeks, (p.survive_weeks, p.longest_weeks, p.recover_weeks)),
            words.pct_band(p.missing_share),
            "; ".join(f"{words.label(name)} {words.pct(share)}" for name, share in [*p.matters.items()][:3])
            or "no assumption stands out",
        )
        for p in places
    )
    header = (
        "Where", "Before, t a week", "Short in draws", "From week", "Longest, weeks", "Over after, weeks",
        "Missing in all", "What matters most, share of the variance",
    )  # fmt: skip
    named = {name for p in places for name in [*p.matters][:3]}
    said = "; ".join(f"{words.label(p.name)}, {p.unit}" for p in outcome.parameters if p.name in named)
    notes = (
        "Weeks as the median and the 10th to the 90th percentile over draws, what is missing as these percentiles.",
        *([f"The assumptions: {said}."] if said else []),
    )
    return plain_table(title, header, rows, notes)


def price_peaks(outcome: WeeklyOutcome, gazetteer: Gazetteer) -> Chart:
    """How far each good's price rises at its highest: a table."""
    rows = (
        (
            _good(p, gazetteer),
            *(words.pct(max(x) / 100) for x in (p.change_pct.low, p.change_pct.mid, p.change_pct.high)),
        )
        for p in outcome.prices
    )
    header = ("Good", "10th percentile", "50th", "90th")
    return plain_table("Price at its highest, more than before, mean over draws' percentiles", header, rows)


def economy_losses(outcome: EconomyOutcome, gazetteer: Gazetteer, most: int = 10) -> Chart:
    """Which economies lose most value added: a table."""
    hit = (e for e in outcome.economies[:most] if e.lost_musd.low or e.lost_musd.high)
    rows = [
        ("All economies", *words.numbers(*outcome.world_musd.values), ""),
        *(
            (gazetteer.name_of(e.economy), *words.numbers(*e.lost_musd.values), words.pct_band(e.lost_share))
            for e in hit
        ),
    ]
    header = ("Economy", "Low", "Central", "High", "Of its own")
    return plain_table(f"Value added lost by economy in {outcome.weeks} weeks, million USD", header, rows)


def programme_parts(name: str, outcome: ProgrammeOutcome, gazetteer: Gazetteer, most: int = 10) -> Chart:
    """Which parts of a programme come late, and by how much: a table."""
    rows = (
        (
            p.part,
            _good(p, gazetteer) + ("" if p.read_at else ", not in the scenario"),
            words.pct(p.late_share),
            words.band(p.first_week) if p.first_week else "never",
            words.band(p.most_weeks) if p.most_weeks else "0",
        )
        for p in outcome.parts[:most]
    )
    header = ("Part", "Of", "Late in draws", "From week", "Weeks late at most")
    behind = f"{words.band(outcome.most_behind)} units or {words.band(outcome.most_weeks)} weeks behind plan"
    return plain_table(f"Parts of {name}", header, rows, (f"At most {behind}.",))


def industry_losses(outcome: EconomyOutcome, gazetteer: Gazetteer, most: int = 12) -> Chart:
    """Which industries lose most value added, million USD, as ranges.

    :raises NoDataError: if none loses any.
    """
    hit = [i for i in outcome.industries if i.lost_musd.high > 0][:most]
    if not hit:
        raise NoDataError("value added", "no industry loses any", "see the weeks: stocks may last")
    names = [f"{words.one_line(gazetteer.name_of(i.economy), 18)}: {i.name or i.industry}" for i in hit]
    bars = [(name, i.lost_musd, LOSS) for name, i in zip(names, hit, strict=True)]
    return Chart(
        f"Value added lost by industry in {outcome.weeks} weeks, million USD",
        f"All economies together: {words.band(outcome.world_musd, 'million USD')}. Of it: "
        + "; ".join(f"{bar[0]} {words.band(bar[1])}" for bar in bars[:6])
        + ".",
        *range_bars(bars, [words.band(i.lost_musd) for i in hit]),
        ("Industry", "Low", "Central", "High", "Of their own, %", "For want of the mineral itself"),
        tuple(
            (name, *words.numbers(*b.values), words.pct_band(i.lost_share), words.band(i.direct_musd))
            for (name, b, _), i in zip(bars, hit, strict=True)
        ),
        ("economy", "industry", "lost_low_musd", "lost_musd", "lost_high_musd"),
        tuple((i.economy, i.industry, *i.lost_musd.values) for i in outcome.industries),
    )


def _place(place: PlaceOutcome, gazetteer: Gazetteer) -> str:
    return f"{gazetteer.name_of(place.country)}, {_good(place, gazetteer)}"


def _good(of: PlaceOutcome | PricePath | PartOutcome, gazetteer: Gazetteer) -> str:
    return words.one_line(f"{words.mineral(of.mineral, gazetteer)} ({of.stage})")


def _weeks(weeks: Weeks) -> str:
    low, mid, high = ("never" if x is None else f"{x:.0f}" for x in (weeks.low, weeks.mid, weeks.high))
    return mid if low == mid == high else f"{mid} ({low} to {high})"
