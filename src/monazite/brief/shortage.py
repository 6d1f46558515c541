"""What a shock does week by week, and to industries -> charts: shortage as lines with bands, losses as ranges."""

from __future__ import annotations

from monazite.brief import words
from monazite.brief.dependence import year_lines
from monazite.brief.pieces import LOSS, WIDTH, range_bars
from monazite.brief.values import Chart, YearLine, YearsView
from monazite.core.errors import NoDataError
from monazite.core.gazetteer import Gazetteer
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.weekly.outcome import PlaceOutcome, WeeklyOutcome

__all__ = ["industry_losses", "shortage_weeks"]

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


def industry_losses(outcome: EconomyOutcome, gazetteer: Gazetteer, most: int = 12) -> Chart:
    """Which industries lose most value added, million USD, as ranges.

    :raises NoDataError: if none loses any.
    """
    hit = [i for i in outcome.industries if i.lost_musd.high > 0][:most]
    if not hit:
        raise NoDataError("value added", "no industry loses any", "see the weeks: stocks may last")
    names = [f"{words.one_line(gazetteer.name_of(i.economy), 18)}: {i.name or i.industry}" for i in hit]
    bars = [(name, i.lost_musd, LOSS) for name, i in zip(names, hit, strict=True)]
    option, height = range_bars(bars, [words.band(i.lost_musd) for i in hit])
    return Chart(
        f"Value added lost by industry in {outcome.weeks} weeks, million USD",
        f"All economies together: {words.band(outcome.world_musd, 'million USD')}. Of it: "
        + "; ".join(f"{bar[0]} {words.band(bar[1])}" for bar in bars[:6])
        + ".",
        option,
        WIDTH,
        height,
        ("Industry", "Low", "Central", "High", "Of their own, %"),
        tuple(
            (name, *words.numbers(b.low, b.mid, b.high), words.pct_band(i.lost_share))
            for (name, b, _), i in zip(bars, hit, strict=True)
        ),
        ("economy", "industry", "lost_low_musd", "lost_musd", "lost_high_musd"),
        tuple((i.economy, i.industry, i.lost_musd.low, i.lost_musd.mid, i.lost_musd.high) for i in outcome.industries),
    )


def _place(place: PlaceOutcome, gazetteer: Gazetteer) -> str:
    goods = words.one_line(f"{words.mineral(place.mineral, gazetteer)} ({place.stage})")
    return f"{gazetteer.name_of(place.country)}, {goods}"
