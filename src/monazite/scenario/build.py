"""A measure of the ledger, or plain options -> Scenario; a ledger -> every scenario in it, and why others are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monazite.core.errors import MonaziteError, ScenarioError
from monazite.core.gazetteer import Gazetteer, Mineral, fold
from monazite.ledger.values import UNCLEAR, Ledger, Measure, Report
from monazite.scenario.amounts import NOTHING, Assumed, Size, size_of
from monazite.scenario.checks import repeats, shock_problems
from monazite.scenario.values import (
    Assumption,
    ExportCut,
    Grounds,
    Licence,
    Quota,
    Quotation,
    Scenario,
    Shock,
    Tariff,
    Window,
    exactly,
)
from monazite.scenario.words import title as title_of

__all__ = ["Playable", "from_ledger", "from_measure", "make_scenario", "unfollowed"]

_MECHANISMS = {
    "export_ban": "ban",
    "embargo": "ban",
    "export_halt": "ban",
    "export_quota": "quota",
    "export_licence": "licence",
    "export_tax": "tax",
    "export_restriction": "restriction",
    "import_tariff": "tariff",
}


@dataclass(frozen=True, slots=True)
class Playable:
    """The scenarios of a ledger's measures, and for each claim that is none, or not in whole, its id and the reason."""

    scenarios: tuple[Scenario, ...]
    left_out: tuple[tuple[str, str], ...]


def make_scenario(
    shocks: tuple[Shock, ...],
    gazetteer: Gazetteer,
    certainty: str,
    origin: str,
    title: str = "",
    grounds: Grounds | None = None,
) -> Scenario:
    """A checked scenario; its title is made from the shocks when none is given.

    :raises ScenarioError: with every problem: a number outside its range, a country at both ends of a flow.
    """
    problems = [
        f"{f'shock {number}: ' * (len(shocks) > 1)}{key} {told}"
        for number, shock in enumerate(shocks, start=1)
        for key, told in shock_problems(shock)
    ]
    problems += [f"shock {place + 1} {told}" for place, told in repeats(shocks)]
    problems += [] if shocks else ["no shock is given"]
    if problems:
        raise ScenarioError(title or "scenario", "; ".join(problems), "mend these and run again")
    rests_on = grounds or Grounds()
    words = tuple(map(str, rests_on.assumptions))
    return Scenario(title or title_of(shocks, gazetteer), shocks, certainty, origin, words, rests_on)


def from_ledger(ledger: Ledger, gazetteer: Gazetteer, assumed: Assumed = NOTHING) -> Playable:
    """The scenarios of a ledger's measures as of its date; `assumed` is for those whose size nobody states."""
    scenarios: list[Scenario] = []
    left_out: list[tuple[str, str]] = []
    for measure in ledger.measures:
        try:
            made = from_measure(measure, gazetteer, assumed, ledger.reports)
        except MonaziteError as error:
            left_out.append((measure.id, str(error)))
            continue
        scenarios += [replace(s, grounds=replace(s.grounds, as_of=ledger.as_of)) for s in made]
        if goods := unfollowed(measure, gazetteer):
            left_out.append((measure.id, f"no trade code of the tables is for {', '.join(goods)} alone"))
    return Playable(tuple(scenarios), tuple(left_out))


def from_measure(
    measure: Measure, gazetteer: Gazetteer, assumed: Assumed = NOTHING, reports: Sequence[Report] = ()
) -> tuple[Scenario, ...]:
    """The scenarios a reported measure stands for: one for each mineral Monazite follows.

    A quota or tax is played at the size its quotations state; for one of unstated size, and for licences, `assumed` is
    taken; without it no such is played. `reports` are those its quotations are from.

    :raises ScenarioError: for a measure of unstated size, one that is not on exports, has ended or is denied, or that
        names no mineral with trade codes.
    """
    where, kind = f"measure {measure.id}", _MECHANISMS.get(measure.measure)
    said = measure.measure.replace("_", " ")
    if measure.status in ("ended", "denied"):
        raise ScenarioError(where, f"it is {measure.status}", "there is nothing to play")
    if measure.measure == UNCLEAR:
        raise ScenarioError(where, "no report says what kind of measure it is", "correct its type by monazite record")
    if kind is None:
        raise ScenarioError(where, f"{said} is no limit on exports", "only those are played")
    size = size_of(measure, kind, assumed)
    if size is None:
        options = f"--assume-cut{' or --assume-delay' if kind == 'licence' else ''} LOW,MID,HIGH"
        assume = "write a scenario file" if kind == "tariff" else f"write one by monazite scenarios with {options}"
        raise ScenarioError(where, f"an {said} of unstated size", assume)
    named = {g: [m for m in gazetteer.minerals_in(g, everyday=True) if m.hs] for g in measure.goods}
    minerals = sorted({m.id for found in named.values() for m in found})
    if not minerals:
        goods = ", ".join(measure.goods) or "goods nobody names"
        raise ScenarioError(
            where, f"no trade code of the tables is for {goods} alone", "see monazite data show commodities"
        )
    made = []
    for mineral in minerals:
        shock = _shock(measure, mineral, size, gazetteer)
        parts = [g for g, found in named.items() for m in found if m.id == mineral and not _is_name(g, m)]
        grounds = Grounds(
            measure.id,
            evidence=_quotations(measure, reports),
            assumptions=(*size.unsaid, _lasting(measure), *map(_part, parts)),
        )
        origin = f"measure {measure.id} of the ledger"
        made.append(make_scenario((shock,), gazetteer, measure.certainty, origin, grounds=grounds))
    return tuple(made)


def unfollowed(measure: Measure, gazetteer: Gazetteer) -> tuple[str, ...]:
    """The goods of a measure that no trade code of the tables is for."""
    return tuple(g for g in measure.goods if not any(m.hs for m in gazetteer.minerals_in(g, everyday=True)))


def _shock(measure: Measure, mineral: str, size: Size, gazetteer: Gazetteer) -> Shock:
    """The shock a measure on a mineral is."""
    ends = [_expanded(codes, gazetteer) for codes in (measure.imposer, measure.target)]
    window = Window(measure.effective.start if measure.effective else None, _weeks(measure) or Window().weeks)
    if size.rate_pct and measure.measure == "import_tariff":
        return Tariff(ends[1], ends[0], mineral, size.rate_pct, "importer", window)
    if size.rate_pct:
        return Tariff(ends[0], ends[1], mineral, size.rate_pct, "exporter", window)
    if size.limit_t_per_yr:
        return Quota(ends[0], ends[1], mineral, size.limit_t_per_yr, window)
    if measure.measure == "export_licence":
        none = exactly(0.0)
        return Licence(ends[0], ends[1], mineral, size.delay_weeks or none, size.share or none, window)
    return ExportCut(ends[0], ends[1], mineral, size.share or exactly(1.0), window)


def _weeks(measure: Measure) -> int | None:
    """How long a measure lasts by its stated days."""
    first, last = measure.effective, measure.ended
    days = (last.end - first.start).days if first and first.start and last and last.end else 0
    return min(-(-days // 7), 520) if days > 0 else None


def _lasting(measure: Measure) -> Assumption:
    if _weeks(measure):
        return Assumption("goods", "the report states no scope: all trade is assumed")
    why = f"the report states neither scope nor duration: all trade for {Window().weeks} weeks is assumed"
    return Assumption("weeks", why, Window().weeks)


def _quotations(measure: Measure, reports: Sequence[Report]) -> tuple[Quotation, ...]:
    sha256, quotes = {r.id: r.sha256 for r in reports}, (*measure.evidence, *measure.context)
    return tuple(Quotation(e.report, sha256[e.report], e.start, e.end, e.text) for e in quotes if reports)


def _is_name(goods: str, mineral: Mineral) -> bool:
    return fold(goods) in {fold(n) for n in (mineral.id, mineral.name, *mineral.aliases)}


def _part(goods: str) -> Assumption:
    why = f"the tables do not part {goods} from the rest of the code: all of it is cut, so the loss is an upper bound"
    return Assumption("goods", why)


def _expanded(actors: tuple[str, ...], gazetteer: Gazetteer) -> tuple[str, ...]:
    """ISO3 codes of countries and of the members of coalitions, each once."""
    return tuple(dict.fromkeys(code for actor in actors for code in gazetteer.members(actor)))
