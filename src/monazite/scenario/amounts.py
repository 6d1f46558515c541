"""A measure -> its size: what its quotations state, where their words stand beside the number, or what is assumed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monazite.core.values import Band
from monazite.ledger.reading.quantities import quantities
from monazite.ledger.values import Measure
from monazite.scenario.values import Assumption, exactly

__all__ = ["NOTHING", "Assumed", "Size", "limit_stated", "rate_stated", "size_of"]

_RATE = r"\d+(?:\.\d+)?\s?(?:%|per ?cent\b)"
_TAX = r"(?:tax|tariff|dut(?:y|ies)|lev(?:y|ies))"
_RATES = re.compile(
    rf"({_RATE})\s+(?:[a-z-]+\s+){{0,2}}?{_TAX}|{_TAX}(?:\s+[a-z-]+){{0,6}}?\s+(?:of|at|to)\s+({_RATE})", re.IGNORECASE
)
_TONNES = r"\d[\d,.]*(?:\s(?:thousand|million))?[\s-](?:metric\s)?(?:tonnes?|tons?|t)\b"
_LIMITS = re.compile(
    rf"(?:quota|cap|limit)s?(?:\s+[a-z-]+){{0,5}}?\s+(?:of|at|to)\s+({_TONNES})|({_TONNES})\s+quota", re.IGNORECASE
)
_YEARLY = re.compile(r"\b(?:a|per|each|every)\s+year\b|\bannual|\byearly\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What someone assumes of measures of unstated size: the share refused, and the weeks by which licences delay."""

    share: Band | None = None
    delay_weeks: Band | None = None


NOTHING = Assumed()


@dataclass(frozen=True, slots=True)
class Size:
    """How much a measure holds back, by its own means, and what had to be assumed of it."""

    share: Band | None = None
    delay_weeks: Band | None = None
    limit_t_per_yr: Band | None = None
    rate_pct: Band | None = None
    unsaid: tuple[Assumption, ...] = ()


def size_of(measure: Measure, kind: str, assumed: Assumed) -> Size | None:
    """The size of a measure that is a ban, quota, licence, tax, tariff or restriction; None if nobody states or
    assumes one."""
    told = [e.text for e in measure.evidence]
    if kind == "ban":
        return Size(share=exactly(1.0))
    if kind in ("tax", "tariff") and (rate := rate_stated(told)):
        on_top = Assumption("rate_pct", "the rate stated is taken to come on top of today's")
        return Size(rate_pct=exactly(rate), unsaid=(on_top,))
    if kind == "quota" and (limit := limit_stated(told)):
        gross = Assumption("limit_t_per_yr", "the limit stated is taken as tonnes gross")
        return Size(limit_t_per_yr=exactly(limit), unsaid=(gross,))
    delay = assumed.delay_weeks if kind == "licence" else None
    if kind == "tariff" or not (assumed.share or delay):
        return None
    said, bands = measure.measure.replace("_", " "), {"share": assumed.share, "delay_weeks": delay}
    return Size(assumed.share, delay, unsaid=tuple(_assumed(what, band, said) for what, band in bands.items() if band))


def _assumed(what: str, band: Band, measure: str) -> Assumption:
    of = {"share": "this share is taken to be refused", "delay_weeks": "it is taken to make goods late by these weeks"}
    why = f"no report states the size of the {measure}: {of[what]}, by whoever asked for it"
    return Assumption(what, why, band.mid, band.low, band.high)


def rate_stated(sentences: Iterable[str]) -> float | None:
    """The percentage at which a tax or tariff is levied; None where none, or more than one, is stated.

    >>> rate_stated(["China, with 90% of output, imposed a 25% export tax.", "It put a duty on ore at 25 per cent."])
    25.0
    >>> rate_stated(["Exporters pay a duty of 15%, soon a duty of 20%."])
    """
    return _only(match for s in sentences for match in _RATES.finditer(s))


def limit_stated(sentences: Iterable[str]) -> float | None:
    """The tonnes a year that a quota lets pass; None where none by the year, or more than one, is stated.

    >>> limit_stated(["The annual quota of 96,600 tonnes applies to all firms."])
    96600.0
    >>> limit_stated(["Of 240,000 tonnes mined a year it exports most; a quota is planned."])
    """
    return _only(match for s in sentences if _YEARLY.search(s) for match in _LIMITS.finditer(s))


def _only(matches: Iterable[re.Match[str]]) -> float | None:
    told = {next(quantities(m[1] or m[2])).number for m in matches}
    return told.pop() if len(told) == 1 else None
