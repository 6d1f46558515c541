"""A brief's values -> its title and its key sentences, each with the references it stands on. Nothing without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from monazite.brief import words
from monazite.brief.index import Index, Ref
from monazite.brief.short import as_earlier
from monazite.brief.values import Brief
from monazite.core.gazetteer import Gazetteer
from monazite.indicators.values import Exposure
from monazite.ledger.values import UNCLEAR, Commitment, Conflict, Measure
from monazite.scenario.reach import sides
from monazite.scenario.values import ExportCut, Licence, Quota, Shock, Tariff
from monazite.scenario.words import number, said
from monazite.simulation.values import ImporterOutcome, MarketOutcome

__all__ = ["Sentence", "act_of", "dated", "key_sentences", "kind_of", "late_of_dated", "overdue", "title", "worst"]

MEASURES = {
    "export_ban": "an export ban",
    "export_quota": "an export quota",
    "export_licence": "export licensing",
    "export_tax": "an export tax",
    "import_tariff": "an import tariff",
    UNCLEAR: "a measure of a kind no report states",
}
_WORTH_SAYING = 0.1  # how far hidden dependence has to pass the direct one
SURE = {"official": "announced", "reported": "reported", "rumoured": "rumoured"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One key point: its words, what it stands on, and whether an assumption enters it."""

    text: str
    refs: tuple[Ref, ...]
    assumption: bool = False


def title(brief: Brief) -> str:
    """The finding in one line: the worst loss if a shock is shown, and how much of what was agreed is late."""
    parts = [p for p in (_loss_clause(brief), _late_clause(brief)) if p]
    if not parts:
        hard = sum(c.severity == "hard" for c in brief.ledger.conflicts)
        parts = [f"The reports contradict each other on {words.plural(hard, 'point')}"] if hard else []
    if not parts and brief.ledger.measures:
        parts = [_measure_clause(brief.ledger.measures[0], brief.gazetteer)]
    if not parts:
        return (
            f"No commitment, measure or contradiction was found in {words.plural(len(brief.ledger.reports), 'report')}"
        )
    return words.sentence("; ".join(parts))


def key_sentences(brief: Brief, known: Index) -> tuple[Sentence, ...]:
    """The key points, from what was agreed to what a shock does; a point without a reference is left out."""
    found = [s for rule in (_late, _contradictions, _measures, _dependence) for s in rule(brief, known)]
    if of_worst := worst(brief):
        cited = known.sourced(of_worst[0].sources)
        found += [s for rule in _OF_WORST if (s := rule(*of_worst, brief.gazetteer, cited))]
    return tuple(s for s in found if s.refs)


def worst(brief: Brief) -> tuple[MarketOutcome, ImporterOutcome] | None:
    """Who goes without most, and the outcome that says so: of the partners by share, else of all importers by tonnes.

    The largest share of all is mostly that of somebody who buys next to nothing.
    """
    pairs = [(o, i) for o in brief.outcomes for i in o.importers]
    own = [pair for pair in pairs if pair[1].importer in brief.partners]
    if own:
        return max(own, key=lambda pair: (pair[1].shortfall_share.mid, pair[1].importer))
    return max(pairs, key=lambda pair: (pair[1].shortfall_t.mid, pair[1].importer), default=None)


def dated(brief: Brief) -> list[Commitment]:
    """The commitments that say when they are due."""
    return [c for c in brief.ledger.commitments if c.due and (c.due.start or c.due.end)]


def overdue(brief: Brief) -> list[Commitment]:
    """The commitments that are overdue or unverified as of the date."""
    return [c for c in brief.ledger.commitments if c.standing == "overdue-unverified"]


def late_of_dated(brief: Brief) -> str:
    """How many of the commitments with a date are late: "2 of 2".

    What is only under discussion, or has no date, can be neither late nor in time.
    """
    return f"{len(overdue(brief)) or 'none'} of {len(dated(brief))}"


def act_of(outcome: MarketOutcome, gazetteer: Gazetteer, short: bool = False) -> str:
    """The scenario's act in words: "China’s reported ban on exports of rare earths to Japan", in `short` without goods.

    It speaks of the first shock where there are several.
    """
    shock = outcome.shocks[0]
    sellers, buyers = sides(shock)
    imports = isinstance(shock, Tariff) and shock.levied_by == "importer"
    owner = words.countries(buyers if imports else sellers, gazetteer)
    if not owner:
        return f"the {_sure(outcome)} case that {said(shock, gazetteer)}"
    owner += "’ " if owner.endswith("s") else "’s "
    act, brief_act = _act(shock)
    if short:
        return f"{owner}{_sure(outcome)} {brief_act}"
    far = words.countries(sellers if imports else buyers, gazetteer) or f"all {'sellers' if imports else 'buyers'}"
    goods = words.mineral(outcome.mineral, gazetteer)
    return f"{owner}{_sure(outcome)} {act} of {goods} {'from' if imports else 'to'} {far}"


def _act(shock: Shock) -> tuple[str, str]:
    """What a shock is, as before "of rare earths to Japan", and without the goods."""
    if isinstance(shock, Tariff):
        what = f"{'ex' if shock.levied_by == 'exporter' else 'im'}port"
        return f"tax of {number(shock.rate_pct)}% on {what}s", f"{what} tax"
    if isinstance(shock, Licence):
        return "licensing of exports", "export licensing"
    if isinstance(shock, Quota):
        return f"quota of {number(shock.limit_t_per_yr)} t a year on exports", "export quota"
    if isinstance(shock, ExportCut):
        part = words.pct(shock.share.mid)
        cut = (f"cut of {part} in exports", f"{part} export cut")
        return cut if shock.share.low < 1 else ("ban on exports", "export ban")
    return "outage", "outage"


def kind_of(conflict: Conflict) -> str:
    """What a conflict is about, in a word: place, date, status.

    >>> kind_of(Conflict("X1", "place_conflict", "hard", (), (), "", None))
    'place'
    """
    plain = words.one_line(conflict.type.replace("_", " "))
    return plain.removesuffix(" conflict").removesuffix(" mismatch").replace("weekday date", "weekday")


def _sure(outcome: MarketOutcome) -> str:
    return SURE.get(outcome.scenario.certainty, "assumed")


def _length(outcome: MarketOutcome) -> str:
    weeks = outcome.shocks[0].window.weeks
    return "a full year" if weeks >= 52 else words.plural(weeks, "week")


def _loss_clause(brief: Brief) -> str:
    found = worst(brief)
    if not found:
        return ""
    outcome, importer = found
    return (
        f"{words.country(importer.importer, brief.gazetteer)} would go without, by the market model, "
        f"{words.pct_band(importer.shortfall_share)} of its imports of "
        f"{words.mineral(outcome.mineral, brief.gazetteer)} ({outcome.stage}, by weight) if "
        f"{act_of(outcome, brief.gazetteer, short=True)} holds"
    )


def _late_clause(brief: Brief) -> str:
    count = len(dated(brief))
    if not count:
        return "no commitment names a date" if brief.ledger.commitments else ""
    verb = "is" if len(overdue(brief)) == 1 else "are"
    return f"{late_of_dated(brief)} commitment{'' if count == 1 else 's'} with a date {verb} overdue or unverified"


def _late(brief: Brief, known: Index) -> list[Sentence]:
    every = brief.ledger.commitments
    late = overdue(brief)
    text = (
        f"{words.plural(len(brief.ledger.reports), 'report')} record {words.plural(len(every), 'commitment')}, "
        f"{len(dated(brief)) or 'none'} of them with a date. As of {words.day(brief.ledger.as_of)}, "
    )
    if len(brief.ledger.reports) == 1:
        text = text.replace("1 report record ", "1 report records ", 1)
    if late:
        names = words.spoken(words.one_line(c.mechanism or c.object, 60) for c in late[:4])
        rest = f" and {len(late) - 4} more" if len(late) > 4 else ""
        text += (
            f"{len(late)} {'has' if len(late) == 1 else 'have'} passed the due window and no report read here says "
            f"that {'it was' if len(late) == 1 else 'they were'} done: {names}{rest}."
        )
    else:
        text += "none has passed its due window without word that it was done."
    return [Sentence(text, known.cite(c.evidence[0] for c in (late or every)))]


def _contradictions(brief: Brief, known: Index) -> list[Sentence]:
    hard = [c for c in brief.ledger.conflicts if c.severity == "hard"]
    soft = len(brief.ledger.conflicts) - len(hard)
    if not brief.ledger.conflicts:
        return []
    text = "The reports cannot all be right"
    if hard:
        kinds = words.spoken(dict.fromkeys(kind_of(c) for c in hard))
        text += f" on {words.plural(len(hard), 'point')} ({kinds})"
        text += f", and differ in {soft} more" if soft else ""
    else:
        text = f"The reports differ on {words.plural(soft, 'point')}, none of which is a plain contradiction"
    return [Sentence(text + ".", known.cite(e for c in (hard or brief.ledger.conflicts) for e in c.evidence))]


def _measures(brief: Brief, known: Index) -> list[Sentence]:
    """The measure behind the outcome the title speaks of (without one, the first), and the first official one."""
    found = worst(brief)
    origin = found[0].scenario.origin if found else ""
    told = sorted(brief.ledger.measures, key=lambda m: f"measure {m.id} " not in f"{origin} ")[:1]
    told += [m for m in brief.ledger.measures if m.certainty == "official" and m not in told][:1]
    return [Sentence(_measure_text(m, brief), known.cite(m.evidence + m.context)) for m in told]


def _measure_clause(measure: Measure, gazetteer: Gazetteer) -> str:
    """The measure in words: "an export ban by China on rare earths against Japan"."""
    kind = MEASURES.get(measure.measure, words.one_line(measure.measure.replace("_", " ")))
    goods = words.spoken(words.one_line(g, 60) for g in measure.goods) or "goods not named"
    text = f"{kind} by {words.countries(measure.imposer, gazetteer) or 'an unnamed government'} on {goods}"
    return text + (f" against {words.countries(measure.target, gazetteer)}" if measure.target else "")


def _measure_text(measure: Measure, brief: Brief) -> str:
    told, copies = brief.ledger.told_by(measure.evidence)
    who = words.plural(told, "report") + (
        f", {words.plural(copies, 'of them a copy', 'of them copies')}," if copies else ""
    )
    text = f"{who} {'speaks' if told == 1 else 'speak'} of {_measure_clause(measure, brief.gazetteer)}"
    if measure.certainty == "official":
        return text + ", on official authority."
    return f"{text}. This is {SURE.get(measure.certainty, 'unclear')}, not confirmed: no official source is quoted."


def _dependence(brief: Brief, known: Index) -> list[Sentence]:
    told = [(e, text) for e in brief.exposures if (text := _one_dependence(e, brief))][:2]
    cited = known.sourced(s for e, _ in told for x in e.stages for s in x.sources)
    found = [Sentence(" ".join(text for _, text in told), cited)]
    for exposure, _ in told[:1]:
        if text := _hidden(exposure, brief):
            found.append(Sentence(text, known.sourced(exposure.hidden[0].sources), assumption=True))
    return found


def _hidden(exposure: Exposure, brief: Brief) -> str:
    """What a country stands behind beyond what it sells itself, at the stage where the two differ most."""
    far = max(exposure.hidden, key=lambda h: h.through_share.mid - h.direct_share, default=None)
    if far is None or far.through_share.low - far.direct_share < _WORTH_SAYING:
        return ""
    source, buyer = (words.country(c, brief.gazetteer) for c in (far.through, exposure.buyer))
    return (
        f"Followed back through the chain, an estimated {words.pct_band(far.through_share)} of {buyer}\u2019s imports "
        f"at the {far.stage} stage passed through {source}; {words.pct(far.direct_share)} was bought there, by weight."
    )


def _one_dependence(exposure: Exposure, brief: Brief) -> str:
    """How far a buyer leans on the exporter of the shock, at the stage the title speaks of where there is one."""
    found = worst(brief)
    stage_of_title = found[0].stage if found and found[0].mineral == exposure.mineral else ""
    imposers = {c for o in brief.outcomes if o.mineral == exposure.mineral for s in o.shocks for c in sides(s)[0]}
    parts = [(s.share, stage.stage, s.country, stage) for stage in exposure.stages for s in stage.suppliers]
    chosen = [p for p in parts if p[2] in imposers] or parts
    chosen = [p for p in chosen if p[1] == stage_of_title] or chosen
    if not chosen:
        return ""
    share, _, code, stage = max(chosen, key=lambda part: part[:3])
    text = (
        f"{words.sentence(words.country(exposure.buyer, brief.gazetteer))} took {words.pct(share)} of its imports of "
        f"{words.mineral(exposure.mineral, brief.gazetteer)} at the {stage.stage} stage, by value, from "
        f"{words.country(code, brief.gazetteer)} in {exposure.year}"
    )
    first = stage.history[0] if stage.history else None
    if first and first[0] < exposure.year and first[2] == code:
        text += f", against {words.pct(first[1])} in {first[0]}"
    return text + "."


def _loss(outcome: MarketOutcome, importer: ImporterOutcome, names: Gazetteer, cited: tuple[Ref, ...]) -> Sentence:
    text = (
        f"If {act_of(outcome, names)} holds for {_length(outcome)}, "
        f"{words.country(importer.importer, names)} loses {words.band(importer.lost_t, 't')} a year, finds "
        f"{words.band(importer.replaced_t, 't')} elsewhere and goes without {words.band(importer.shortfall_t, 't')} "
        f"({words.pct_band(importer.shortfall_share)} of its imports of the {outcome.stage} stage by weight in "
        f"{outcome.base_year})"
    )
    if importer.price_change_pct:
        text += f"; the remaining suppliers' prices change by {words.signed_band(importer.price_change_pct)}"
    return Sentence(f"{text}.", cited, assumption=True)


def _replacement(
    outcome: MarketOutcome, importer: ImporterOutcome, names: Gazetteer, cited: tuple[Ref, ...]
) -> Sentence | None:
    gains = [g for g in outcome.gains if g.importer == importer.importer and g.change_t.mid > 0][:3]
    told = words.spoken(f"{words.country(g.exporter, names)} ({words.signed_band(g.change_t, ' t')})" for g in gains)
    text = f"Most of what is found elsewhere at the {outcome.stage} stage comes from {told}."
    return Sentence(text, cited, assumption=True) if gains else None


def _foretold(
    outcome: MarketOutcome, importer: ImporterOutcome, names: Gazetteer, cited: tuple[Ref, ...]
) -> Sentence | None:
    if not outcome.foretold or not (text := as_earlier(outcome, importer, names)):
        return None
    takers = words.spoken(
        f"{words.country(t.exporter, names)} ({words.pct(t.share)})"
        for t in [t for t in outcome.foretold.takers if t.importer == importer.importer][:3]
    )
    text += f"; most of what is made good would come from {takers}." if takers else "."
    return Sentence(text, cited, assumption=True)


def _doubt(outcome: MarketOutcome, _: ImporterOutcome, __: Gazetteer, cited: tuple[Ref, ...]) -> Sentence:
    assumed = sum(p.source.startswith("assumption") for p in outcome.parameters)
    text = (
        f"These ranges span {words.plural(outcome.draws, 'draw')} over "
        f"{words.plural(len(outcome.parameters), 'parameter')}, {assumed or 'none'} of which "
        f"{'rests' if assumed == 1 else 'rest'} on assumption; they say nothing of stocks on hand "
        "or of stages further down the chain."
    )
    return Sentence(text, cited, assumption=bool(assumed))


_OfWorst = Callable[[MarketOutcome, ImporterOutcome, Gazetteer, tuple[Ref, ...]], Sentence | None]
_OF_WORST: tuple[_OfWorst, ...] = (_loss, _replacement, _foretold, _doubt)
"""What is said of who goes without most, in this order."""
