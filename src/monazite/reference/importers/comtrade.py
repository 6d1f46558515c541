"""UN Comtrade, as answers of its API or a CSV export -> trade, for the reporters and codes somebody asked for.

Taken are yearly flows of six-digit codes over all means of transport and customs procedures. What a country exports is
valued free on board; what only its partner reports as import carries cost, insurance and freight, as reported.
"""

from __future__ import annotations

import json
import re
from binascii import crc32
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from monazite.core.errors import TableError
from monazite.core.values import Source
from monazite.reference.importers.contract import Batch, Desk, Reading, imported_note, stage, sums
from monazite.reference.importers.forms import check_columns, members, number, sheets, unpacked
from monazite.reference.schema import table

__all__ = ["REVISIONS", "read"]

REVISIONS = {"H0": 1992, "H1": 1996, "H2": 2002, "H3": 2007, "H4": 2012, "H5": 2017, "H6": 2022}
"""The editions of the Harmonized System under the names that Comtrade has for them."""

_NAME = re.compile(r"[^.].*\.(json|csv)", re.IGNORECASE)
_COLUMNS = ("revision", "hs", "year", "exporter", "importer", "value_usd", "gross_t", "source_id")
_NEEDED = ("refYear", "reporterCode", "partnerCode", "flowCode", "classificationCode", "cmdCode", "primaryValue")
_WHOLE = {"freqcode": "A", "partner2code": "0", "customscode": "C00", "motcode": "0", "moscode": "0"}
# Partners that are no country: the world, groups, bunkers, free zones, and what is not specified.
_NOWHERE = {0, 97, 129, 221, 290, 471, 472, 473, 492, 527, 536, 568, 577, 636, 637, 837, 838, 839, 879, 899}
_MOST_TOLD = 20

Flow = tuple[int, str, int, str, str]
"""Edition, code, year, exporter, importer."""


def read(desk: Desk, files: Sequence[Path]) -> Reading:
    """The flows in the files; each takes the place of the same flow of the tables, and of no other."""
    areas: dict[int, str] = dict(desk.store.rows("SELECT baci_code, area FROM areas WHERE baci_code > 0"))
    exports: dict[Flow, tuple[float | None, float | None]] = {}
    imports: dict[Flow, tuple[float | None, float | None]] = {}
    reporters, left_out, wrong = set(), Counter[str](), []
    for member in members(files, _NAME, "an answer of the Comtrade API in JSON, or a CSV export"):
        desk.progress(f"reading {member.name}")
        with unpacked(member, desk.work) as path:
            for place, record in _records(path, member.name):
                try:
                    reason, flow, figures = _flow(record, areas)
                except (KeyError, ValueError) as error:
                    wrong.append(f"{member.name}, {place}: {error}")
                    continue
                if not reason and desk.codes and flow[1] not in desk.codes:
                    reason = "flows of other codes"
                if reason:
                    left_out[reason] += 1
                    continue
                side = exports if record["flowcode"] == "X" else imports
                wrong += [f"{member.name}, {place}: {flow} stands there twice"] if flow in side else []
                side[flow] = figures
                reporters.add(flow[3] if side is exports else flow[4])
    if wrong:
        more = [f"and {len(wrong) - _MOST_TOLD:,} more"] if len(wrong) > _MOST_TOLD else []
        raise TableError(", ".join(f.name for f in files), wrong[:_MOST_TOLD] + more, "pass the files as they came")
    left_out["flows that the exporter reports too"] = len(imports.keys() & exports.keys())
    flows = imports | exports
    part = _part(reporters, flows)
    rows = [(*flow, *figures, part) for flow, figures in sorted(flows.items())]
    source = Source(
        part,
        "United Nations Statistics Division",
        f"UN Comtrade, yearly trade as reported by {', '.join(sorted(reporters))}",
        f"{desk.today}",
        "https://comtradeplus.un.org",
        "UN Comtrade terms of use: for own use, not to be passed on",
        sums(files),
        f"{imported_note(desk, files)}; imports as reported carry cost, insurance and freight",
    )
    notes = tuple(f"{count:,} {what}" for what, count in left_out.items() if count)
    return Reading(
        part, source, [Batch("trade", stage(desk, "trade", _COLUMNS, rows), replaces=table("trade").key)], notes
    )


def _records(path: Path, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each record with the place it stands at, its fields in lower case."""
    if path.suffix.lower() == ".csv":
        grid = sheets(path, name)[""]()
        head = [str(c).strip().casefold() for c in grid[0]] if grid else []
        check_columns(head, name, [c.casefold() for c in _NEEDED])
        yield from ((f"line {i}", dict(zip(head, row, strict=False))) for i, row in enumerate(grid[1:], start=2))
        return
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
        told, records = answer.get("error"), answer["data"]
        folded = [{str(k).casefold(): v for k, v in record.items()} for record in records]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise TableError(name, [f"is no answer of the Comtrade API: {error}"], "fetch it again") from error
    if told:
        raise TableError(name, [f"Comtrade refused: {told}"], "ask for less at a time, or for codes that exist")
    yield from ((f"record {i}", record) for i, record in enumerate(folded, start=1))


def _flow(record: Mapping[str, Any], areas: Mapping[int, str]) -> tuple[str, Flow, tuple[float | None, float | None]]:
    """Why a record is left out ('' if it is not), its flow, and value and gross tonnes.

    :raises ValueError, KeyError: for a record that cannot be understood.
    """
    nothing: Flow = (0, "", 0, "", "")
    code = str(record["cmdcode"])
    if any(str(record.get(k, whole) or whole) != whole for k, whole in _WHOLE.items()):
        return "parts of flows, by month, transport or procedure", nothing, (None, None)
    if record["flowcode"] not in ("X", "M"):
        return "re-exports and re-imports, which are in the totals", nothing, (None, None)
    if not re.fullmatch(r"\d{6}", code):
        return "flows of no six-digit code", nothing, (None, None)
    if int(record["partnercode"]) in _NOWHERE:
        return "flows to or from no country", nothing, (None, None)
    places = [int(record[k]) for k in ("reportercode", "partnercode")]
    if unknown := [p for p in places if p not in areas]:
        raise ValueError(f"country codes that no row of the table areas has: {unknown}")
    if record["classificationcode"] not in REVISIONS:
        raise ValueError(f"{record['classificationcode']!r} is no edition of the Harmonized System")
    exporter, importer = (areas[p] for p in (places if record["flowcode"] == "X" else places[::-1]))
    mass_kg = number(record.get("netwgt", ""))
    flow = (REVISIONS[record["classificationcode"]], code, int(record["refyear"]), exporter, importer)
    return "", flow, (number(record["primaryvalue"]), mass_kg / 1000 if mass_kg else None)


def _part(reporters: set[str], flows: Mapping[Flow, object]) -> str:
    years, codes = sorted({f[2] for f in flows}), sorted({f[1] for f in flows})
    who = "-".join(sorted(reporters)).lower() if len(reporters) <= 3 else f"{len(reporters)}-reporters"
    span = "-".join(str(y) for y in dict.fromkeys((*years[:1], *years[-1:])))
    return f"comtrade-{who}-{span}-{crc32(repr((sorted(reporters), years, codes)).encode()):08x}"
