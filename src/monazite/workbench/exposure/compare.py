"""A buyer, and others or other years to hold it against -> how far each depends on one country, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monazite.core.errors import NoDataError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Progress, Source, silent
from monazite.indicators.compare import Comparison, compared, side
from monazite.indicators.exposure import exposure
from monazite.indicators.hidden import hidden_dependence, largest_producer
from monazite.indicators.values import Exposure
from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork
from monazite.reference.store import Store, check_year, gazetteer, open_store, sources
from monazite.workbench.exposure.goods import Asked, asked_for, at_stage
from monazite.workbench.network import load_network
from monazite.workbench.question import Question

__all__ = ["compare"]


@dataclass(frozen=True, slots=True)
class _Party:
    buyer: str
    members: tuple[str, ...]
    year: int
    label: str


def compare(
    question: Question, minerals: Sequence[str], progress: Progress = silent
) -> tuple[tuple[Comparison, ...], tuple[Source, ...], Gazetteer]:
    """A comparison for each mineral, good or trade code, their sources, and the names to show them by.

    :raises UnknownCode: for a name nobody knows; UsageError for a side that is there twice or holds the country itself.
    :raises NoDataError: for a year outside the trade table.
    """
    if not minerals:
        raise UsageError("exposure", "a comparison of no mineral", "name one with --mineral")
    with open_store() as store:
        names = gazetteer(store)
        parties = _parties(store, names, question)
        through = names.country(question.through).iso3 if question.through else ""
        found = []
        for asked in [asked_for(store, names, m) for m in minerals]:
            progress(asked.mineral)
            found.append(_compared(load_network(store, asked.mineral), asked, parties, through))
        known = sources(store, {s for one in found for s in one.sources})
    return tuple(found), known, names


def _parties(store: Store, names: Gazetteer, question: Question) -> tuple[_Party, ...]:
    year = check_year(store, "trade", question.year)
    wanted = [(question.buyer, year)]
    for other in question.against:
        is_year = other.isascii() and other.isdigit()
        wanted.append((question.buyer, check_year(store, "trade", int(other))) if is_year else (other, year))
    wanted += [(f"{question.buyer},{partner}", year) for partner in question.partners]
    parties: list[_Party] = []
    for buyer, at in wanted:
        members = names.members(buyer)
        if any(set(members) == set(p.members) and at == p.year for p in parties):
            raise UsageError(f"{buyer}, {at}", "is compared with itself", "name each side once")
        parties.append(_Party(buyer, members, at, f"{_label(names, buyer)} {at}"))
    return tuple(parties)


def _label(names: Gazetteer, buyer: str) -> str:
    """The short name of a buyer: JPN+AUS, Quad."""
    parts = [p.strip() for p in buyer.replace("+", ",").split(",")]
    groups = [names.find_coalition(p) for p in parts]
    return "+".join(g.name if g else names.country(p).iso3 for p, g in zip(parts, groups, strict=True))


def _compared(network: SupplyNetwork, asked: Asked, parties: Sequence[_Party], through: str) -> Comparison:
    country = through or largest_producer(balance(network, parties[0].year))
    if country is None:
        raise NoDataError(
            f"{asked.mineral}, {parties[0].year}", "no producer is on record", "name a country with --from"
        )
    if inside := [p.label for p in parties if country in p.members]:
        raise UsageError(", ".join(inside), f"{country} is one of the buyers", "name another country with --from")
    sides = [
        side(network, at_stage(_exposure(network, party, country), asked), party.label, country) for party in parties
    ]
    return compared(asked.mineral, country, sides, [asked.note] if asked.note else [])


def _exposure(network: SupplyNetwork, party: _Party, through: str) -> Exposure:
    found = exposure(network, party.buyer, party.members, party.year)
    return replace(found, hidden=hidden_dependence(balance(network, party.year), party.members, through))
