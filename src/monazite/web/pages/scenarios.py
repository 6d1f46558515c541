"""A name in an address -> the scenario it stands for: the library's, one written here, a measure on record."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from monazite.core.errors import MonaziteError, UnknownCode, UsageError
from monazite.core.gazetteer import nearest
from monazite.ledger.values import Ledger, Measure
from monazite.record.shelf import Shelf, is_id
from monazite.reference.library import library
from monazite.scenario.build import Playable, from_ledger
from monazite.scenario.files import to_toml
from monazite.scenario.reach import minerals_of
from monazite.scenario.values import ExportCut, Scenario, Window, exactly
from monazite.web.pages import desk
from monazite.web.settings import Settings
from monazite.workbench.reports.record import stand
from monazite.workbench.shock.play import named_scenarios, scenario_of_cut, scenario_of_text
from monazite.workbench.stamp import stamp

__all__ = ["address_of", "begun", "day_of", "first", "named", "named_in", "of_ledger", "own", "shelf", "text_of"]


def shelf(settings: Settings) -> Shelf:
    """Where the scenarios are that people write."""
    return settings.shelf("scenarios", settings.limits.scenarios)


named = desk.by_tables()(named_scenarios)
"""The scenarios that come with Monazite."""


def first(asked: Mapping[str, str], settings: Settings) -> Scenario:
    """The scenario of an address: by name, or one cut, of China, Japan and rare earths where it says nothing."""
    return named_in("scenario", asked, settings) if "scenario" in asked else _cut(asked)


def named_in(key: str, asked: Mapping[str, str], settings: Settings) -> Scenario:
    """The scenario that a key of an address names.

    :raises UnknownCode: for one that nobody knows, or that is no longer kept.
    """
    name = asked[key]
    if name in named():
        return named()[name]
    if is_id(name):
        if text := _written(name, settings):
            return _parsed(text)
        raise _gone(name)
    known = _measured(settings.record, day_of(asked), stamp(settings.record))
    if name not in known:
        every = [*named(), *known]
        raise UnknownCode("scenario", name, nearest(name, every), f"known are: {', '.join(every)}")
    return known[name]


def text_of(asked: Mapping[str, str], settings: Settings) -> str:
    """The scenario of an address as the text of a file, in the words it was written in."""
    name = asked.get("scenario", "")
    if not name:  # nothing but what happens: title and origin follow from that
        return to_toml(replace(_cut(asked), title="", certainty="", origin=""))
    return library().get(name) or _written(name, settings) or to_toml(first(asked, settings))


def own(settings: Settings) -> tuple[tuple[str, str], ...]:
    """(id, title) of the scenarios people wrote here, the newest first."""
    found = []
    for one in shelf(settings).kept():
        with suppress(MonaziteError):  # one written before the tables changed may no longer be one
            found.append((one.id, _parsed(_text(shelf(settings), one.id)).title))
    return tuple(found)


def of_ledger(ledger: Ledger) -> Playable:
    """The scenarios of a ledger's measures."""
    return from_ledger(ledger, desk.names())


def begun(measure: Measure) -> dict[str, str]:
    """A cut to begin with, as an address asks for it, for a measure on exports of unstated size; nothing for others."""
    minerals = [m.id for g in measure.goods for m in desk.names().minerals_in(g, everyday=True) if m.hs]
    if not (measure.measure.startswith("export_") and measure.imposer and minerals):
        return {}
    ends = {"from": ",".join(measure.imposer), "to": ",".join(measure.target) or "all"}
    start = {"start": str(measure.effective.start)} if measure.effective and measure.effective.start else {}
    return {**ends, "mineral": minerals[0], "weeks": "52", **start}


def day_of(asked: Mapping[str, str]) -> date:
    """The day an address speaks of; today where it names none."""
    try:
        return date.fromisoformat(asked["as_of"]) if asked.get("as_of") else datetime.now(UTC).date()
    except ValueError:
        raise UsageError("as_of", f"{asked['as_of']!r} is no day", "write it as 2026-11-22") from None


def address_of(scenario: Scenario) -> str:
    """The name of a measure's scenario, as the file has that the command writes."""
    return f"{scenario.grounds.claim}-{'-'.join(minerals_of(scenario))}"


def _written(name: str, settings: Settings) -> str:
    return _text(shelf(settings), name) if is_id(name) and shelf(settings).kept(name) else ""


@lru_cache(maxsize=256)
def _text(of: Shelf, id_: str) -> str:
    """The text of an id, which follows from it.

    :raises UnknownCode: for one that was forgotten just now.
    """
    if (found := of.read(id_)) is None:
        raise _gone(id_)
    return found[1].decode()


def _gone(id_: str) -> UnknownCode:
    return UnknownCode("scenario", id_, mend="it is kept no more: write it again, or ask for its file")


@desk.by_tables(256)
def _parsed(text: str) -> Scenario:
    return scenario_of_text(text, "scenario.toml")[0]


@lru_cache(maxsize=4)
def _measured(record: str, as_of: date, _: str) -> Mapping[str, Scenario]:
    try:
        ledger = stand(record, as_of).state.ledger
    except UsageError:  # nobody has put anything on record yet
        return {}
    return {address_of(s): s for s in of_ledger(ledger).scenarios}


def _cut(asked: Mapping[str, str]) -> Scenario:
    targets = (asked.get("to", "JPN"),) if asked.get("to") != "all" else ()
    share = (desk.whole(asked, "cut", 1, 100) or 100) / 100
    try:
        start = date.fromisoformat(asked["start"]) if "start" in asked else None
    except ValueError:
        raise UsageError("start", f"{asked['start']!r} is no day", "write it as 2026-01-06") from None
    window = Window(start, desk.whole(asked, "weeks", 1, 520) or 26)
    mineral = asked.get("mineral", "rare-earths")
    cut = ExportCut((asked.get("from", "CHN"),), targets, mineral, exactly(share), window, desk.stage_of(asked))
    return scenario_of_cut(cut, desk.names())
