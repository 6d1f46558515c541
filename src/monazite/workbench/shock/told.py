"""What a scenario did -> what is told of it: the JSON of the command, of the page and of programs."""

from __future__ import annotations

from typing import Any

from monazite.brief.short import chain_in_short, market_in_short, programmes_in_short
from monazite.core.gazetteer import Gazetteer
from monazite.scenario.values import Scenario
from monazite.workbench.history.track import market_tracks
from monazite.workbench.shock.play import Played

__all__ = ["in_short", "told"]


def in_short(played: Played, names: Gazetteer) -> tuple[str, ...]:
    """A few sentences: who goes short, what earlier falls tell, when use runs short, what that costs."""
    return (
        *(market_in_short(played.outcomes, names) if played.outcomes else ()),
        *chain_in_short(played.weekly, played.economy, names),
        *programmes_in_short(played.programmes, names),
    )


def told(scenario: Scenario, played: Played, names: Gazetteer) -> dict[str, Any]:
    """Everything, in short first: the year's market, the weeks, industries and programmes, or why there is none."""
    return {
        "scenario": scenario,
        "in_short": in_short(played, names),
        "outcomes": played.outcomes,
        "not_shown": [{"shock": s, "reason": reason} for s, reason in played.not_shown],
        "record": market_tracks(o.mineral for o in played.outcomes),
        "weekly": played.weekly or {"reason": played.no_weekly},
        "economy": played.economy or {"reason": played.no_economy or played.no_weekly},
        "programmes": played.programmes,
    }
