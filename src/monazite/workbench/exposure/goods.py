"""What someone asks for by a mineral's name, a good's or a trade code -> the mineral, and the stage if one is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from monazite.core.errors import NoDataError, UnknownCode, UsageError
from monazite.core.gazetteer import Gazetteer, fold, nearest
from monazite.core.values import Stage
from monazite.indicators.values import Exposure
from monazite.reference.store import Store
from monazite.workbench.firm.columns import STAGES

__all__ = ["Asked", "asked_for", "asking", "at_stage"]

_CODE = re.compile(r"\d[\d. ]{3,}", re.ASCII)
_NEAR = 4  # digits of a code that near ones share: the heading


@dataclass(frozen=True, slots=True)
class Asked:
    """A mineral that has trade codes, with the one stage asked for; None for all. `note` says what was taken for it."""

    mineral: str
    stage: Stage | None = None
    note: str = ""


@dataclass(frozen=True)
class _Goods:
    """A traded code, the mineral and stage it carries, and what it is called."""

    hs: str
    mineral: str
    stage: Stage
    name: str

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the name, without what the code leaves out."""
        return _words(re.split(r"\b(?:other than|except|nes)\b", self.name)[0])


_Groups = Mapping[str, tuple[str, ...]]
_Near = Callable[[str, Iterable[str]], list[str]]


def asked_for(store: Store, names: Gazetteer, query: str) -> Asked:
    """The mineral and stage of a query: "rare-earths", "magnets", "neodymium", "cobalt oxides", "850511".

    A mineral that is traded only within a larger group stands for the group, at all stages, and `note` says so.

    :raises UnknownCode: for a name or code the tables do not know, with the nearest ones.
    :raises UsageError: for a good or code that stands for several minerals or stages.
    :raises NoDataError: for a stage without a trade code, with the stages that have one.
    """
    return asking(store, names)(query)


def asking(store: Store, names: Gazetteer, near: _Near = nearest) -> Callable[[str], Asked]:
    """What answers `asked_for` for many queries; `near` finds the names to ask back with, which takes milliseconds."""
    rows = store.rows("SELECT DISTINCT hs, mineral, stage, goods FROM commodities ORDER BY hs, mineral, stage, goods")
    goods = [_Goods(hs, mineral, Stage(stage), name) for hs, mineral, stage, name in rows]
    groups = names.groups()
    return lambda query: _asked(goods, groups, names, query, near)


def _asked(goods: list[_Goods], groups: _Groups, names: Gazetteer, query: str, near: _Near) -> Asked:
    if mineral := names.find_mineral(query):
        return _traded(goods, groups, mineral.id)
    if _CODE.fullmatch(query.strip()):
        return _of_code(goods, query.strip(), near)
    if (words := _words(query)) and (found := [g for g in goods if words <= g.words]):
        return _single(query, found)
    *first, last = fold(query).split() or [""]
    if (stage := STAGES.get(last)) and (mineral := names.find_mineral(" ".join(first))):
        return _traded(goods, groups, mineral.id, Stage(stage))
    known = (n for m in names.minerals for n in (m.name, m.id, *m.aliases))
    alike = near(query, chain(known, (w for g in goods for w in g.words)))
    mend = "" if alike else "see monazite data show minerals, and for goods and codes: data show commodities"
    raise UnknownCode("mineral or good", query, alike, mend)


def at_stage(found: Exposure, asked: Asked) -> Exposure:
    """The exposure with the stage that was asked for alone, and a note on what was taken for it."""
    kept = [s for s in found.stages if asked.stage in (None, s.stage)]
    return replace(
        found,
        stages=tuple(replace(s, note="; ".join(filter(None, (asked.note, s.note)))) for s in kept),
        hidden=tuple(h for h in found.hidden if asked.stage in (None, h.stage)),
        only=asked.stage or "",
    )


def _traded(goods: Iterable[_Goods], groups: _Groups, mineral: str, stage: Stage | None = None) -> Asked:
    """The mineral, or else the smallest group around it that has trade codes."""
    coded: dict[str, set[Stage]] = {}
    for g in goods:
        coded.setdefault(g.mineral, set()).add(g.stage)
    group = next((m for m in (mineral, *groups[mineral]) if m in coded), "")
    if not group:
        return Asked(mineral, stage)  # what is known of it is shown, with the reason why there is no trade
    if stage and stage not in coded[group]:
        have = ", ".join(s for s in Stage if s in coded[group])
        raise NoDataError(f"{group}, {stage}", "no trade code for this stage", f"stages with codes: {have}")
    return Asked(
        group, stage, f"{mineral} is traded within {group}, whose figures these are" if group != mineral else ""
    )


def _of_code(goods: list[_Goods], query: str, near: _Near) -> Asked:
    digits = re.sub(r"\D", "", query)
    if found := [g for g in goods if g.hs == digits[:6]]:
        return _single(query, found)
    alike = sorted({f"{g.hs} ({g.name})" for g in goods if g.hs.startswith(digits[:_NEAR])})
    alike = alike or near(digits[:6], {g.hs for g in goods})
    raise UnknownCode("HS code", query, alike[:3], "" if alike else "see monazite data show commodities")


def _single(query: str, found: list[_Goods]) -> Asked:
    pairs = sorted({(g.mineral, g.stage) for g in found})
    if len(pairs) > 1:
        several = ", ".join(f"{mineral} ({stage})" for mineral, stage in pairs)
        raise UsageError(query, f"stands for {several}", "name one of them")
    (mineral, stage), codes = pairs[0], sorted({g.hs for g in found})
    return Asked(mineral, stage, f"{query} is read as {mineral}, {stage} (HS {', '.join(codes)})")


def _words(text: str) -> frozenset[str]:
    """The words of a text, plurals as singulars.

    >>> sorted(_words("Permanent magnets of metal"))
    ['magnet', 'metal', 'of', 'permanent']
    """
    words = re.findall(r"[a-z0-9%]+", fold(text))
    return frozenset(w.removesuffix("s") if len(w) > 3 else w for w in words)
