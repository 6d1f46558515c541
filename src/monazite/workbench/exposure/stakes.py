"""A buyer and an industry, or a programme -> what is at stake for it, line by line."""

from __future__ import annotations

from dataclasses import replace

from monazite.core.errors import NoDataError, UnknownCode
from monazite.core.gazetteer import Gazetteer, nearest
from monazite.core.values import Band, Progress, Stage, silent
from monazite.indicators.geopolrisk import geopolrisk_readings
from monazite.indicators.stakes import Need, Stake, stakes
from monazite.reference.figures import material_figures
from monazite.reference.store import Store, check_year, gazetteer, open_store
from monazite.workbench.exposure.bill import Bill, read_bill
from monazite.workbench.exposure.network import exposure_of, hidden_of
from monazite.workbench.firm.file import Given
from monazite.workbench.network import load_network

__all__ = ["bill_stakes", "industry_stakes", "programme_stakes"]


def industry_stakes(
    buyer: str, industry: str, year: int | None = None, progress: Progress = silent
) -> tuple[str, tuple[Stake, ...], Gazetteer]:
    """What an industry of the inter-country table would miss first: its name, its uses ranked, and names to show.

    Shares of use are those of the world where they are published, of the EU or the United States otherwise.

    :raises UnknownCode: for an unknown buyer or industry; NoDataError if no use of the industry is on record.
    """
    with open_store() as store:
        name = _title(store.rows("SELECT industry, name FROM industries ORDER BY 1"), "industry", industry)
        rows = store.rows(
            "SELECT use, mineral, stage, share_low, share_mid, share_high, source_id, "
            "region || coalesce('; ' || note, '') FROM uses WHERE industry = ? "
            "QUALIFY region = min_by(region, list_position(['world', 'EU', 'USA'], region)) "
            "OVER (PARTITION BY mineral) ORDER BY mineral, use",
            [industry],
        )
        needs = [
            Need(use, mineral, Stage(stage), Band(low, mid, high), "share", None, source, f"use in {note}")
            for use, mineral, stage, low, mid, high, source, note in rows
        ]
        if not needs:
            raise NoDataError(f"industry {industry}", "no use of a mineral is on record for it", "see data show uses")
        return name, *_with_exposures(store, needs, buyer, year, progress)


def programme_stakes(
    buyer: str, programme: str, year: int | None = None, progress: Progress = silent
) -> tuple[str, tuple[Stake, ...], Gazetteer]:
    """Which line of a programme's bill of materials would stop first: its name, the lines ranked, and names to show.

    :raises UnknownCode: for an unknown buyer or programme, with the nearest ones.
    """
    with open_store() as store:
        names = store.rows("SELECT programme, name || ', ' || unit FROM programmes ORDER BY 1")
        name = _title(names, "programme", programme)
        rows = store.rows(
            "SELECT part, mineral, stage, kg_low, kg_mid, kg_high, lead_weeks_low, lead_weeks_mid, lead_weeks_high, "
            "source_id, coalesce(note, '') FROM bills_of_materials WHERE programme = ? ORDER BY line",
            [programme],
        )
        needs = [
            Need(part, mineral, Stage(stage), Band(*kg), "kg", None if w1 is None else Band(w1, w2, w3), source, note)
            for part, mineral, stage, *kg, w1, w2, w3, source, note in rows
        ]
        return name, *_with_exposures(store, needs, buyer, year, progress)


def bill_stakes(
    buyer: str, file: Given, year: int | None = None, progress: Progress = silent
) -> tuple[Bill, tuple[Stake, ...], Gazetteer]:
    """Which line of a user's own bill of materials would stop first: the bill, its lines ranked, and names to show.

    :raises TableError: for a file that cannot be read or has no line that can be used, with every problem.
    """
    with open_store() as store:
        bill = read_bill(file, store, gazetteer(store))
        return bill, *_with_exposures(store, list(bill.needs), buyer, year, progress)


def _with_exposures(
    store: Store, needs: list[Need], buyer: str, year: int | None, progress: Progress
) -> tuple[tuple[Stake, ...], Gazetteer]:
    names = gazetteer(store)
    members, chosen = names.members(buyer), check_year(store, "trade", year)
    groups = names.groups()
    minerals = sorted({m for n in needs for m in (n.mineral, *groups.get(n.mineral, ()))})
    scores = geopolrisk_readings(material_figures(store, chosen, chosen, minerals), members)
    exposures = {}
    for mineral in minerals:
        progress(mineral)
        network = load_network(store, mineral)
        if network.codes:
            one = exposure_of(network, buyer, members, chosen, scores)
            exposures[mineral] = replace(one, hidden=hidden_of(network, members, chosen, names, "largest"))
    return stakes(needs, exposures, groups), names


def _title(rows: list[tuple[str, str]], what: str, wanted: str) -> str:
    known = dict(rows)
    if wanted not in known:
        raise UnknownCode(what, wanted, nearest(wanted, known), f"known are: {', '.join(known)}")
    return known[wanted]
