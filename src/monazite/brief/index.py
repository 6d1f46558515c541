"""A brief's claims, quotations and sources -> numbers and anchors, so that everything shown can be followed back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from monazite.brief.values import Brief
from monazite.core.errors import MonaziteError
from monazite.ledger.values import Claim, Conflict, Evidence, Ledger, Measure

__all__ = ["Index", "Ref", "index"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A link inside the page: what it shows and the anchor it leads to."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Index:
    """Numbers of everything a brief can point to.

    `quotes` are the distinct quotations by report and place; `uses` are, for each of them, the claims and
    conflicts that rest on it.
    """

    quotes: tuple[Evidence, ...]
    uses: MappingProxyType[Evidence, tuple[Ref, ...]]
    claim: MappingProxyType[str, Ref]
    conflict: MappingProxyType[str, Ref]
    report: MappingProxyType[str, Ref]
    source: MappingProxyType[str, Ref]
    quote: MappingProxyType[Evidence, Ref]

    def cite(self, evidence: Iterable[Evidence]) -> tuple[Ref, ...]:
        """The references of quotations, each once, in the order of the appendix."""
        return tuple(sorted({self.quote[e] for e in evidence}, key=lambda ref: int(ref.label[1:])))

    def sourced(self, ids: Iterable[str]) -> tuple[Ref, ...]:
        """The references of source ids, each once."""
        return tuple(dict.fromkeys(self.source[i] for i in ids))


def index(brief: Brief) -> Index:
    """Number everything in a brief; refuse one whose quotations are not verbatim or whose sources are not listed."""
    problems = [*_loose_quotes(brief.ledger), *_loose_sources(brief)]
    if problems:
        raise MonaziteError("the brief", "; ".join(problems), "pass the reports and sources the results rest on")
    ledger = brief.ledger
    order = {r.id: n for n, r in enumerate(ledger.reports)}
    quotes = tuple(sorted(_evidence(ledger), key=lambda e: (order[e.report], e.start, e.end)))
    claim = {c.id: Ref(label, label.lower()) for c, label in zip(ledger.claims, _labels(ledger.claims), strict=True)}
    conflict = {c.id: Ref(f"X{n}", f"x{n}") for n, c in enumerate(ledger.conflicts, 1)}
    uses: dict[Evidence, list[Ref]] = {q: [] for q in quotes}
    for item, ref in [(c, claim[c.id]) for c in ledger.claims] + [(c, conflict[c.id]) for c in ledger.conflicts]:
        for quote in dict.fromkeys(_quotes(item)):
            uses[quote].append(ref)
    return Index(
        quotes,
        MappingProxyType({q: tuple(refs) for q, refs in uses.items()}),
        MappingProxyType(claim),
        MappingProxyType(conflict),
        MappingProxyType({r.id: Ref(f"R{n}", f"r{n}") for n, r in enumerate(ledger.reports, 1)}),
        MappingProxyType({s.id: Ref(f"S{n}", f"s{n}") for n, s in enumerate(brief.sources, 1)}),
        MappingProxyType({q: Ref(f"Q{n}", f"q{n}") for n, q in enumerate(quotes, 1)}),
    )


def _labels(claims: Iterable[Claim]) -> Iterator[str]:
    letter = {"commitment": "C", "measure": "M", "event": "F"}
    counts = dict.fromkeys(letter.values(), 0)
    for claim in claims:
        counts[letter[claim.kind]] += 1
        yield f"{letter[claim.kind]}{counts[letter[claim.kind]]}"


def _evidence(ledger: Ledger) -> set[Evidence]:
    return {e for item in (*ledger.claims, *ledger.conflicts) for e in _quotes(item)}


def _quotes(item: Claim | Conflict) -> tuple[Evidence, ...]:
    return (*item.evidence, *item.context) if isinstance(item, Measure) else item.evidence


def _loose_quotes(ledger: Ledger) -> Iterator[str]:
    texts = {r.id: r.text for r in ledger.reports}
    for quote in sorted(_evidence(ledger), key=lambda e: (e.report, e.start)):
        if quote.report not in texts:
            yield f"a quotation is from {quote.report!r}, which is no report of the ledger"
        elif texts[quote.report][quote.start : quote.end] != quote.text:
            yield f"{quote.report} [{quote.start}:{quote.end}] does not hold the words quoted from it"
    known = {c.id for c in ledger.claims}
    for item in (*ledger.claims, *ledger.conflicts):
        if not item.evidence:
            yield f"{item.id} has no quotation"
    for conflict in ledger.conflicts:
        yield from (f"conflict {conflict.id} names {c!r}, which is no claim" for c in conflict.claims if c not in known)


def _loose_sources(brief: Brief) -> Iterator[str]:
    known = {s.id for s in brief.sources}
    used = {s for e in brief.exposures for s in e.sources} | {s for o in brief.outcomes for s in o.sources}
    used |= {s for t in brief.tracks for s in t.sources} | set(brief.plan.sources if brief.plan else ())
    for exposure in brief.exposures:
        for item in (*exposure.world, *(r for stage in exposure.stages for r in stage.readings)):
            used.update(item.sources)
    yield from (f"source {s!r} is cited but not listed" for s in sorted(used - known))
