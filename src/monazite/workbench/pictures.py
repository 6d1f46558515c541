"""A buyer's dependence -> one picture of it, in files: PNG and SVG with a table beside, HTML and PDF with it inside."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from monazite.brief.assets import world
from monazite.brief.charts import Chart, supplier_shares
from monazite.brief.dependence import heat_map, year_lines
from monazite.brief.maps import flow_map
from monazite.brief.sankey import sankey
from monazite.brief.sheet import sheet_html, sheet_png, sheet_svg
from monazite.brief.values import Passage, Sheet
from monazite.brief.views import chain_view, flow_view, heat_by_supplier, mixed_note, trade_arcs, trade_view, years_view
from monazite.core.errors import NoDataError, UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.core.pictures import DE_FACTO
from monazite.core.values import Progress, Stage, silent
from monazite.indicators.exposure import net_import_reliance
from monazite.indicators.legs import legs
from monazite.indicators.values import Exposure
from monazite.network.balance import balance
from monazite.network.supply import SupplyNetwork
from monazite.reference.figures import lane_passages
from monazite.reference.files import check_target, replacing
from monazite.reference.store import Store, open_store, sources
from monazite.workbench.exposure.network import exposures
from monazite.workbench.network import load_network
from monazite.workbench.pdf import pdf_of

__all__ = ["exposure_sheet", "gateway_sources", "sea_passages", "sheet_of", "write_pictures", "write_sheets"]

_DRAWN: dict[str, Callable[[Sheet], bytes]] = {
    ".png": sheet_png,
    ".svg": lambda sheet: sheet_svg(sheet).encode(),
    ".html": lambda sheet: sheet_html(sheet).encode(),
    ".pdf": lambda sheet: pdf_of(sheet_html(sheet)),
}


def write_pictures(make: Callable[[], Sheet], files: Sequence[Path], progress: Progress = silent) -> tuple[Path, ...]:
    """Make a picture and write it to files, whose endings say the format, with its table as CSV beside PNG and SVG.

    Comes out the files written, in order.

    A file is whole or not there: the old one stays if anything fails.

    :raises UsageError: for an ending that is no format, or a place that cannot be written to.
    """
    targets = _targets(files)
    sheet = make()
    progress("drawing")
    _draw(sheet, targets)
    return tuple(targets)


def write_sheets(sheets: Mapping[str, Sheet], folder: Path) -> tuple[Path, ...]:
    """Write some pictures into a folder, each by its name as PNG and SVG, with its table beside it; what was written.

    :raises UsageError: for a place that cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(str(folder), f"is no folder that can be written to: {error}", "name another") from error
    written: dict[Path, None] = {}
    for name, sheet in sheets.items():
        targets = _targets([folder / f"{name}{ending}" for ending in (".png", ".svg")])
        _draw(sheet, targets)
        written |= dict.fromkeys(targets)
    return tuple(written)


def _targets(files: Sequence[Path]) -> dict[Path, str]:
    """The files to write and what kind each is, a table beside each picture that does not hold it."""
    targets: dict[Path, str] = {}
    for file in files:
        if file.suffix.lower() not in _DRAWN:
            raise UsageError(str(file), "its ending is no picture's", f"let it end in {', '.join(_DRAWN)}")
        targets[file] = file.suffix.lower()
        if file.suffix.lower() not in (".html", ".pdf"):
            targets[file.with_suffix(".csv")] = ".csv"
    for file in targets:
        check_target(file)
    return targets


def _draw(sheet: Sheet, targets: Mapping[Path, str]) -> None:
    for file, ending in targets.items():
        with replacing(file) as scratch:
            if ending == ".csv":
                _write_table(sheet.chart, scratch)
            else:
                scratch.write_bytes(_DRAWN[ending](sheet))


def exposure_sheet(
    buyer: str,
    minerals: Sequence[str],
    year: int | None,
    kind: str,
    progress: Progress = silent,
    boundaries: str = DE_FACTO,
) -> Sheet:
    """The picture of a buyer's dependence with what stands around it, not yet drawn.

    :raises UsageError: for not exactly one mineral, of a picture that is of one.
    :raises NoDataError: if there is nothing to show.
    """
    if kind != "heatmap" and len(minerals) != 1:
        raise UsageError(f"picture {kind}", f"{len(minerals)} minerals, expected one", "name one with --mineral")
    found, names = exposures(buyer, minerals, year, progress=progress)
    with open_store() as store:
        return sheet_of(store, found, minerals, kind, names, boundaries)


def sheet_of(
    store: Store,
    found: Sequence[Exposure],
    minerals: Sequence[str],
    kind: str,
    names: Gazetteer,
    boundaries: str = DE_FACTO,
) -> Sheet:
    """A picture of exposures at hand; `minerals` are what they were asked for by."""
    if kind == "heatmap":
        chart, cited = heat_map(heat_by_supplier(found, names)), _trade_sources(found)
    else:
        chart, cited = _one_mineral(store, found[0], kind, names, boundaries)
    buyer, known = found[0].buyer, sources(store, cited)
    words = ["monazite", "exposure", buyer, *(w for m in minerals for w in ("--mineral", m))]
    words += ["--year", str(found[0].year), "--picture", kind, "--html", f"{kind}.html"]
    words += ["--boundaries", boundaries] if kind == "map" and boundaries != DE_FACTO else []
    return Sheet(chart, known, shlex.join(words), version("monazite"))


def sea_passages(store: Store, countries: tuple[str, ...], importers: Sequence[str]) -> tuple[Passage, ...]:
    """The passages that ships can use, each with the pairs (exporter, importer) whose lane goes through it."""
    uses = lane_passages(store, countries)
    ends = "SELECT source_id FROM lanes UNION SELECT source_id FROM ports WHERE main = 'yes'"
    lanes = [source for (source,) in store.rows(ends)]
    rows = store.rows(
        "SELECT passage, name, longitude, latitude, source_id FROM passages WHERE open = 'yes' ORDER BY name"
    )
    return tuple(
        Passage(
            name,
            longitude,
            latitude,
            frozenset(
                (countries[i], importer)
                for importer in importers
                for i in np.flatnonzero(uses[passage][:, countries.index(importer)])
            ) if passage in uses else frozenset(),
            tuple(sorted({*lanes, source})),
        )
        for passage, name, longitude, latitude, source in rows
    )  # fmt: skip


def gateway_sources(store: Store, countries: Collection[str]) -> set[str]:
    """The sources of the ports by which those of some countries ship that have no port of their own."""
    rows = store.rows(
        "SELECT country, source_id FROM gateways WHERE country NOT IN (SELECT country FROM ports WHERE main = 'yes') "
        "QUALIFY row_number() OVER (PARTITION BY country ORDER BY rank) = 1"
    )
    return {source for country, source in rows if country in countries}


def _one_mineral(store: Store, found: Exposure, kind: str, names: Gazetteer, boundaries: str) -> tuple[Chart, set[str]]:
    """A picture of one mineral, and the ids of its sources."""
    if not any(s.suppliers for s in found.stages):
        why = "; ".join(f"{s.stage}: {s.readings[0].note}" for s in found.stages) or "no trade code carries it"
        raise NoDataError(f"{found.buyer}, {found.mineral}", why, "ask for another year or mineral")
    cited = _trade_sources([found])
    if kind == "suppliers":
        chart = supplier_shares(found, names)
    elif kind == "map":
        stages = [Stage(s.stage) for s in found.stages]
        arcs = trade_arcs(load_network(store, found.mineral), found.members, found.year, stages)
        passages = sea_passages(store, tuple(c.iso3 for c in names.countries), found.members)
        cited |= {s for p in passages if p.pairs for s in p.sources}
        cited |= gateway_sources(store, {code for arc in arcs for code in (arc.exporter, arc.importer)})
        chart = flow_map(flow_view(found, arcs, passages, names), world(boundaries), names)
    elif kind == "sankey":
        return _way(load_network(store, found.mineral), found, names)
    else:
        network = load_network(store, found.mineral)
        inside = np.array([c in found.members for c in network.countries])
        # The whole chain's reliance says little of the one stage that was asked for.
        years = () if found.only else network.years
        readings = [net_import_reliance(network, inside, year) for year in years]
        cited |= {s for r in readings if r.value is not None for s in r.sources}
        chart = year_lines(years_view(found, names, readings))
    return replace(chart, notes=(*mixed_note([found], names), *chart.notes)), cited


def _way(network: SupplyNetwork, found: Exposure, names: Gazetteer) -> tuple[Chart, set[str]]:
    """The way from mine to component where the chain of the mineral is known, else what customs record."""
    balanced = balance(network, found.year)
    way = legs(balanced, found.members)
    if len({leg.start_stage for leg in way}) > 1:
        return sankey(chain_view(way, found.members, found.mineral, found.year, names)), set(balanced.sources)
    chart = sankey(trade_view(network, found.members, found.year, names))
    return replace(chart, notes=(*mixed_note([found], names), *chart.notes)), _trade_sources([found])


def _trade_sources(found: Sequence[Exposure]) -> set[str]:
    return {s for e in found for stage in e.stages for s in stage.sources}


def _write_table(chart: Chart, target: Path) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(chart.columns)
        lines.writerows(chart.figures)
