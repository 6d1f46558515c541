"""A file of episodes -> episodes, checked field by field; what the file says of outcomes is not read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from monazite.core.errors import ScenarioError
from monazite.simulation.backtest import HISTORY, HORIZONS, LONGEST, Episode, Shock

__all__ = ["read_episodes"]

Array = NDArray[np.float64]

_TAIWAN = "S19"  # as trade statistics write it

Tonnes = Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class _Arc(msgspec.Struct):
    exporter: str
    importer: str
    tonnes: Tonnes


class _Stated(msgspec.Struct):
    arcs: list[_Arc]
    rest_mult: Tonnes | None = None


class _Shock(msgspec.Struct):
    t: _Stated
    t1: _Stated | None = None


class _Written(msgspec.Struct):
    id: str
    hs92: int
    year: int
    pre_year: int
    scope: Annotated[str, msgspec.Meta(pattern="^(world|bilateral)$")]
    shocked_exporters: Annotated[list[str], msgspec.Meta(min_length=1)]
    affected_importers: Annotated[list[str], msgspec.Meta(min_length=1)]
    history: dict[str, list[tuple[str, str, Tonnes]]]
    shock: _Shock


class _File(msgspec.Struct):
    episodes: list[_Written]


def read_episodes(path: Path, countries: Iterable[str]) -> tuple[Episode, ...]:
    """The episodes of a file; what it says of outcomes is not read.

    :raises ScenarioError: for a file that is no such file, a missing field, a negative or non-finite flow, a country
        nobody knows, a shock before its base year, a flow stated twice or of another exporter, a shocked exporter that
        sells nothing.
    """
    mend = "write it as docs/methods/backtest.md says"
    try:
        written = msgspec.json.decode(path.read_bytes(), type=_File).episodes
    except OSError as error:
        raise ScenarioError(str(path), f"cannot be read: {error.strerror}", "pass a file of episodes") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(str(path), str(error), mend) from error
    if len({w.id for w in written}) < len(written):
        raise ScenarioError(str(path), "an episode stands there twice", "give each its own id")
    known = {*countries, _TAIWAN}
    return tuple(_episode(w, known) for w in written)


def _episode(w: _Written, known: set[str]) -> Episode:
    where = f"episode {w.id}"
    stated = [s for s in (w.shock.t, w.shock.t1) if s]
    named = {c for rows in w.history.values() for a, b, _ in rows for c in (a, b)}
    named |= {
        *w.shocked_exporters,
        *w.affected_importers,
        *(c for s in stated for a in s.arcs for c in (a.exporter, a.importer)),
    }
    if unknown := named - known:
        raise ScenarioError(where, f"unknown countries: {', '.join(sorted(unknown))}", "write ISO 3166 alpha-3 codes")
    if not 1 <= w.year - w.pre_year <= LONGEST:
        what = f"its year is {w.year} and its base year {w.pre_year}, expected 1 to {LONGEST} years before"
        raise ScenarioError(where, what, "give the year of the shock, and the last year before it as pre_year")
    for one in stated:
        _check_arcs(where, one.arcs, w.shocked_exporters)
    if not all(y.isdecimal() for y in w.history) or str(w.pre_year) not in w.history:
        raise ScenarioError(
            where, f"its history has no year {w.pre_year}, the base year", "give its trade of that year"
        )
    labels = tuple(sorted(named))
    at = {c: i for i, c in enumerate(labels)}

    def matrix(rows: Iterable[tuple[str, str, float]]) -> Array:
        found = np.zeros((len(labels), len(labels)))
        for exporter, importer, tonnes in rows:
            found[at[exporter], at[importer]] += tonnes
        return found

    # A history that begins late is read as if its first year had been the same before; later years are not read.
    given = sorted(int(y) for y in w.history if int(y) <= w.pre_year)
    years = [
        min((y for y in given if y >= want), default=w.pre_year)
        for want in range(w.pre_year - HISTORY + 1, w.pre_year + 1)
    ]
    history = np.stack([matrix(w.history[str(y)]) for y in years])
    shocked = np.array(sorted({at[c] for c in w.shocked_exporters}))
    affected = np.array(list(dict.fromkeys(at[c] for c in w.affected_importers)))

    def shock(year: int, s: _Stated | None) -> Shock | None:
        if s is None:
            return None
        mask, left = np.zeros((len(labels), len(labels)), dtype=bool), history[-1].copy()
        if w.scope == "world" and s.rest_mult is not None:
            mask[shocked] = history[-1][shocked] > 0
            left[shocked] *= s.rest_mult
        for arc in s.arcs:
            place = at[arc.exporter], at[arc.importer]
            mask[place], left[place] = True, arc.tonnes
        return Shock(year, mask, np.where(mask, left, 0.0))

    shocks = tuple(shock(w.year + h, s) for h, s in zip(HORIZONS, (w.shock.t, w.shock.t1), strict=True))
    return Episode(w.id, w.pre_year, labels, history, shocked, affected, shocks)


def _check_arcs(where: str, arcs: list[_Arc], shocked: list[str]) -> None:
    pairs = [(a.exporter, a.importer) for a in arcs]
    if others := sorted({a for a, _ in pairs if a not in shocked}):
        what = f"a flow is stated of {', '.join(others)}, expected shocked exporters: {', '.join(shocked)}"
        raise ScenarioError(where, what, "state flows of shocked exporters alone; others are foretold")
    if twice := sorted({f"{a} to {b}" for a, b in pairs if pairs.count((a, b)) > 1}):
        raise ScenarioError(where, f"stated twice: {', '.join(twice)}", "state each flow once")
