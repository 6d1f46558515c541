"""Shocks -> words: what each does, as the title of a scenario."""

from __future__ import annotations

from monazite.core.gazetteer import Gazetteer
from monazite.core.values import Band
from monazite.scenario.values import (
    Closure,
    ExportCut,
    Licence,
    Outage,
    Panic,
    Quota,
    Release,
    Shock,
    Surge,
    Tariff,
)

__all__ = ["number", "said", "title"]


def title(shocks: tuple[Shock, ...], gazetteer: Gazetteer) -> str:
    """What happens, in a line."""
    return "; ".join(dict.fromkeys(said(s, gazetteer) for s in shocks))


def said(shock: Shock, gazetteer: Gazetteer) -> str:
    """What a shock does: "China stops exports of rare earths to Japan"."""
    if isinstance(shock, Closure):
        names = ", ".join(gazetteer.passage(p).name for p in shock.passages)
        return f"no ship passes {names}"
    goods = gazetteer.mineral(shock.mineral).name.lower()
    goods += f" ({shock.stage})" if shock.stage else ""
    if isinstance(shock, ExportCut | Quota | Licence):
        who, to = gazetteer.names_of(shock.imposers), gazetteer.names_of(shock.targets) or "everyone"
        return f"{who} {_restricts(shock, _one(who))} exports of {goods} to {to}" + _limit(shock)
    if isinstance(shock, Tariff):
        seller, buyer = (gazetteer.names_of(side) or "everyone" for side in (shock.exporters, shock.importers))
        rate = f"at {number(shock.rate_pct)}%"
        if shock.levied_by == "exporter":
            return f"{seller} {_verb('tax', seller)} exports of {goods} to {buyer} {rate}"
        return f"{buyer} {_verb('tax', buyer)} imports of {goods} from {seller} {rate}"
    return _at_home(shock, gazetteer.names_of(shock.countries), goods)


def _at_home(shock: Outage | Surge | Panic | Release, who: str, goods: str) -> str:
    if isinstance(shock, Outage):
        whose = "its" if _one(who) else "their"
        return f"{who} {_verb('lose', who)} {number(shock.lost_share, 100)}% of {whose} {goods}"
    if isinstance(shock, Surge):
        return f"{who} {_verb('want', who)} {number(shock.more_share, 100)}% more {goods}"
    if isinstance(shock, Panic):
        return f"{who} {_verb('stock', who)} up on {goods} by {number(shock.extra_cover_weeks)} weeks of use"
    return f"{who} {_verb('let', who)} go {number(shock.amount_t)} t of {goods} from stocks"


def number(band: Band, scale: float = 1.0) -> str:
    """A number, or its range.

    >>> number(Band(0.2, 0.5, 0.8), 100), number(Band(5.0, 5.0, 5.0))
    ('20 to 80', '5')
    """
    low, high = (f"{round(v * scale, 2):,g}" if v * scale < 1e5 else f"{v * scale:,.0f}" for v in (band.low, band.high))
    return low if low == high else f"{low} to {high}"


def _restricts(shock: ExportCut | Quota | Licence, one: bool) -> str:
    if isinstance(shock, Quota):
        return "limits" if one else "limit"
    if isinstance(shock, Licence):
        return "licenses" if one else "license"
    if shock.share.low == 1:
        return "stops" if one else "stop"
    return f"{'cuts' if one else 'cut'} by {number(shock.share, 100)}%"


def _limit(shock: Shock) -> str:
    return f" to {number(shock.limit_t_per_yr)} t a year" if isinstance(shock, Quota) else ""


def _one(who: str) -> bool:
    return ", " not in who


def _verb(stem: str, who: str) -> str:
    return stem + ("es" if stem.endswith("x") else "s") * _one(who)
