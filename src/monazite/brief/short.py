"""What a scenario did -> the few sentences that tell most of it, for whoever reads no further."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monazite.brief import words
from monazite.core.gazetteer import Gazetteer
from monazite.simulation.economy.shortage import EconomyOutcome
from monazite.simulation.programme import ProgrammeOutcome
from monazite.simulation.values import ImporterOutcome, MarketOutcome
from monazite.simulation.weekly.outcome import SHORT, PlaceOutcome, WeeklyOutcome

__all__ = ["as_earlier", "chain_in_short", "market_in_short", "programmes_in_short"]

_TOLD = 3
_WIDE = 10  # times its low end, from which a range is told with its reason
_LASTING_WEEKS = 78  # a year of shortage and the half year after it that is played: beyond, industries change
_GRAVE = 0.01  # of an economy's value added
_LIKELY = 0.5  # of the draws, from which a shortage is told as one to expect


def market_in_short(outcomes: Sequence[MarketOutcome], names: Gazetteer) -> Iterator[str]:
    """Who goes short of most tonnes of each good by the market model, and what earlier falls tell of the first.

    Not who goes short of the largest share: that is mostly somebody who buys next to nothing.
    """
    each = max(1, _TOLD // max(len(outcomes), 1))
    worst = ([(o, i) for i in sorted(o.importers, key=lambda i: (-i.shortfall_t.mid, i.importer))] for o in outcomes)
    goods = sorted((of for of in worst if of), key=lambda of: -of[0][1].shortfall_share.mid)
    hit = [found for of in goods for found in of[:each]]
    if not hit:
        yield "No importer is hit by it in the year's market."
        return
    told = "; ".join(
        f"{words.country(i.importer, names)} goes without {words.pct_band(i.shortfall_share)} of its imports of "
        f"{words.mineral(o.mineral, names)} ({o.stage})"
        for o, i in hit[:_TOLD]
    )
    draws = f"Ranges are the 10th to the 90th percentile of {hit[0][0].draws} draws of the market alone."
    yield f"{words.sentence(told)}. {draws}"
    yield from (f"{told}." for told in (as_earlier(o, i, names) for o, i in hit[:1]) if told)


def as_earlier(outcome: MarketOutcome, importer: ImporterOutcome, names: Gazetteer) -> str:
    """What an importer would buy if it went as in earlier falls of suppliers, a clause; empty if they tell nothing."""
    foretold = outcome.foretold
    if foretold is None or (bought := foretold.bought_t.get(importer.importer)) is None:
        return ""
    return (
        f"As earlier falls of suppliers went, {words.country(importer.importer, names)} would buy in {foretold.year} "
        f"{words.pct_band(bought.scaled(1 / importer.base_t))} of the {words.mineral(outcome.mineral, names)} "
        f"({outcome.stage}) it bought in {outcome.base_year}, with all else that moves trade; four in five came within "
        "such a range"
    )


def chain_in_short(weekly: WeeklyOutcome | None, economy: EconomyOutcome | None, names: Gazetteer) -> Iterator[str]:
    """Whose use runs short and when, and what that costs."""
    if weekly:
        likely = [p for p in weekly.uses if p.short_draws_share >= _LIKELY]
        least = [p for p in weekly.uses if 0 < p.short_draws_share < _LIKELY]
        if likely:
            more = f", and of {len(likely) - _TOLD} more" if len(likely) > _TOLD else ""
            yield f"Week by week, use runs short: {_places(likely, names)}{more}."
        elif least:
            yield f"Week by week, use runs short in fewer than half of the draws only: {_places(least, names)}."
        else:
            no = f"no use that counts in the world misses more than {words.pct(SHORT)} in a week"
            yield f"Week by week, {no}, in any of {weekly.draws} draws."
    if economy and economy.world_musd.high > 0:
        yield from _cost(economy, names)


def _cost(economy: EconomyOutcome, names: Gazetteer) -> Iterator[str]:
    """What industries lose; where that spans orders of magnitude, by what assumption, and what the model leaves out."""
    lost, weeks = economy.world_musd, f"{economy.weeks} weeks"
    most = words.spoken(words.country(e.economy, names) for e in economy.economies[:2])
    yield f"Industries lose {words.band(lost)} million USD of value added in {weeks}, most of it in {most}."
    if lost.high < _WIDE * lost.low or not economy.parameters:
        return
    tied = max(economy.parameters, key=lambda p: p.band.high)
    published = tied.source.replace("|", ", ")
    rests = "an assumption" if published == "assumption" else f"fitted to published losses: {published}"
    yield (
        f"The middle draw has {words.number(lost.mid)} million USD. The range is wide not least because nobody "
        f"publishes what part of industries' output needs the mineral: {words.pct_band(tied.band)} is taken ({rests})."
    )
    if economy.weeks > _LASTING_WEEKS and any(e.lost_share.high > _GRAVE for e in economy.economies):
        yield "Nobody is taken to find a substitute: over so long the upper end is a limit of the model, no estimate."


def _places(places: Sequence[PlaceOutcome], names: Gazetteer) -> str:
    said = (
        f"{words.country(p.country, names)}, {words.mineral(p.mineral, names)} ({p.stage}), in "
        f"{words.pct(p.short_draws_share)} of draws"
        + (f", from week {p.survive_weeks.mid:.0f} in the middle one" if p.survive_weeks.mid is not None else "")
        for p in places[:_TOLD]
    )
    return "; ".join(said)


def programmes_in_short(programmes: Mapping[str, ProgrammeOutcome], names: Gazetteer) -> Iterator[str]:
    """Which part of a programme is late first."""
    for name, found in programmes.items():
        where = f"{name}, its parts made in {words.country(found.country, names)}"
        if not found.first:
            yield f"Programme {where}: no part is late in any of {found.draws} draws."
            continue
        week = f", from week {words.band(found.first_week)}" if found.first_week else ""
        yield f"Programme {where}: {found.first} is late first, in {words.pct(found.late_share)} of draws{week}."
