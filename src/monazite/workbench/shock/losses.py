"""Weeks in which users of minerals go short -> what it costs in value added, and which programmes come late."""

from __future__ import annotations

from dataclasses import replace

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.gazetteer import nearest
from monazite.core.values import Band, Stage
from monazite.reference.store import Store, gazetteer
from monazite.simulation.economy.shortage import (
    TIED,
    EconomyOutcome,
    Use,
    concerned,
    draw_tied,
    losses,
    outcome,
)
from monazite.simulation.programme import Part, ProgrammeOutcome, deliver
from monazite.simulation.unmet import Unmet
from monazite.simulation.values import Parameter
from monazite.workbench.lazy import function
from monazite.workbench.network import load_economy

__all__ = ["programme_delays", "uses_on_record", "value_added_lost"]


def value_added_lost(store: Store, unmet: Unmet) -> EconomyOutcome:
    """What the shortage costs each economy and industry; the most concerned economies apart, the others as one.

    :raises NoDataError: if no industry is on record that uses a mineral that is short.
    """
    on_record = uses_on_record(store)
    unmet = _in_other_forms(store, unmet, {(use.mineral, use.stage) for use in on_record})
    minerals = {mineral for mineral, _ in unmet.share}
    uses = [use for use in on_record if use.mineral in minerals]
    if not any((use.mineral, use.stage) in unmet.share for use in uses):
        what = f"no industry is on record that buys {', '.join(sorted(minerals))} in these forms"
        raise NoDataError("value added", what, "see data show uses")
    economy = load_economy(store)
    keep, reliance = concerned(economy, uses, unmet), _reliance(store, minerals)
    tied = draw_tied(unmet.draws, 1, reliance)
    kernel = function("monazite.simulation.economy.compiled:advance")
    found = losses(economy, keep, uses, unmet, tied, kernel)
    told = outcome(found, economy, unmet, tuple(reliance.values()))
    names = dict(store.rows("SELECT industry, name FROM industries"))
    return replace(told, industries=tuple(replace(i, name=names[i.industry]) for i in told.industries))


_WROUGHT = {Stage.REFINED: Stage.METAL, Stage.METAL: Stage.REFINED}


def _in_other_forms(store: Store, unmet: Unmet, used: set[tuple[str, Stage]]) -> Unmet:
    """The forms in which industries buy what is short, where the chain does not tell them apart.

    A group of minerals without a use on record at a stage stands for its parts: magnets, of the rare earths. Of refined
    goods and metal the chain may follow one only, from which the other is made: antimony metal, and its oxide.
    """
    parts = store.rows("SELECT mineral, part_of FROM minerals WHERE part_of IS NOT NULL ORDER BY mineral")
    found = {form: form for form in unmet.share}
    for mineral, stage in unmet.share:
        also = [(str(part), stage) for part, group in parts if group == mineral and (mineral, stage) not in used]
        for form in (*also, (mineral, _WROUGHT.get(stage, stage))):
            if form in used:
                found.setdefault(form, (mineral, stage))
    share = {form: unmet.share[told] for form, told in found.items()}
    return replace(
        unmet, share=share, use_t={form: unmet.use_t[told] for form, told in found.items() if told in unmet.use_t}
    )


def uses_on_record(store: Store) -> list[Use]:
    """The uses of each mineral that an industry stands behind, of the world where published, else the EU or the USA."""
    rows = store.rows(
        "SELECT mineral, stage, industry, share_mid, region FROM uses "
        "QUALIFY region = min_by(region, list_position(['world', 'EU', 'USA'], region)) OVER (PARTITION BY mineral) "
        "ORDER BY mineral, use"
    )
    return [Use(m, Stage(s), i, x) for m, s, i, x, _ in rows if i is not None]


def _reliance(store: Store, minerals: set[str]) -> dict[str, Parameter]:
    """What part of an industry's output needs each mineral: as far as anyone has told, else the widest assumption."""
    rows = store.rows(
        "SELECT mineral, concat_ws('|', source_id, low_source_id, high_source_id), share_low, share_mid, share_high "
        "FROM reliance"
    )
    told = {mineral: replace(TIED, band=Band(*shares), source=sources) for mineral, sources, *shares in rows}
    return {m: replace(told.get(m, TIED), name=f"tied, {m}") for m in sorted(minerals)}


def programme_delays(
    store: Store, unmet: Unmet, programme: str, country: str, units_per_week: float = 1.0
) -> ProgrammeOutcome:
    """What the shortage does to the deliveries of a programme whose parts are made in a country.

    :raises UnknownCode: for a programme nobody knows.
    """
    rows = store.rows(
        "SELECT part, mineral, stage, lead_weeks_low, lead_weeks_mid, lead_weeks_high FROM bills_of_materials "
        "WHERE programme = ? ORDER BY line",
        [programme],
    )
    if not rows:
        known = [name for (name,) in store.rows("SELECT programme FROM programmes ORDER BY 1")]
        raise UnknownCode("programme", programme, nearest(programme, known), f"known are: {', '.join(known)}")
    parts = [
        Part(part, mineral, Stage(stage), Band(*weeks)) for part, mineral, stage, *weeks in rows if weeks[0] is not None
    ]
    return deliver(parts, unmet, country, units_per_week, gazetteer(store).groups())
