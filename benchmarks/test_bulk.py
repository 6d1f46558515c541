"""Reports read in bulk, and what they say brought together: made-up reports, by one worker and by two.

The tests take as many reports as MONAZITE_BENCH_REPORTS says. The whole measurement, both runs in turns, one worker
process ended on the way, each line of JSON with the load of the machine:

.venv/bin/python benchmarks/test_bulk.py --reports 2000 --workers 1 2 --rounds 2
.venv/bin/python benchmarks/test_bulk.py --reports 500 1000 2000 4000 --workers 2
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.contract import to_json
from monazite.ledger.documents import report_of, unique_reports
from monazite.ledger.read import brought_together, read_each
from monazite.ledger.reading.parser import load_parser
from monazite.reference.store import gazetteer, open_store
from monazite.workbench.reports.read import _read_by, reports_at
from monazite.workbench.spread import Workers, spreading

REPORTS = int(os.environ.get("MONAZITE_BENCH_REPORTS", "24"))
AS_OF = date(2027, 1, 1)
FIRST = date(2012, 1, 1)
YEARS = 15

GOODS = (
    "lithium", "cobalt", "nickel", "graphite", "gallium", "germanium", "tungsten", "rare earths", "copper", "manganese",
    "antimony", "tin", "platinum", "wheat", "fertiliser", "natural gas", "hydrogen", "uranium", "steel", "solar panels",
)  # fmt: skip
BODIES = ("working group", "joint committee", "business council", "task force", "policy dialogue", "expert panel")
WORKS = ("refinery", "rail line", "deep-water port", "smelter", "research centre", "power line", "battery plant")
FIELDS = ("mining", "recycling", "semiconductors", "shipping", "customs", "artificial intelligence", "clean energy")
NAMES = (
    "Alba",
    "Boran",
    "Cedro",
    "Delmar",
    "Esker",
    "Farol",
    "Gavia",
    "Helmond",
    "Istra",
    "Jarrow",
    "Kestrel",
    "Lomond",
)
DUE = ("by {month} {next}", "in the first half of {next}", "by the end of {next}", "in early {next}", "in {next}")
PLEDGES = (
    ("{a} and {b} agreed to set up a {body} on {good} {due}.",
     "The two sides decided to create a {good} {body}, to meet {due}."),
    ("{a} will invest ${sum} million in a {good} {work} in the {name} region of {b}.",
     "{a} pledged ${sum} million for the {name} {good} {work} in {b}, officials said."),
    ("The two governments will hold the {n} {field} dialogue in {capital} {due}.",
     "The {n} {field} dialogue of the two countries is to take place in {capital} {due}."),
    ("{b} will supply {a} with {sum} tonnes of {good} a year from {next}.",
     "{b} agreed to deliver {sum} tonnes of {good} to {a} each year."),
    ("They agreed to build the {name} {work} {due}.", "The two countries will jointly build the {name} {work}."),
    ("{a} and {b} signed a memorandum of understanding on {field}.",
     "{a} and {b} signed an accord on {field} cooperation."),
)  # fmt: skip
MEASURES = (
    ("{a} banned exports of {good} to {b}.", "{a} has stopped all exports of {good} to {b}, traders said."),
    ("{a} imposed a tariff of {pct} percent on imports of {good} from {b}.",
     "{a} put a {pct} percent duty on {good} from {b}."),
    ("{a} set a quota of {sum} tonnes on exports of {good}.", "{a} limited exports of {good} to {sum} tonnes."),
)  # fmt: skip
FILLERS = (
    "The talks lasted longer than planned, and reporters waited in the hall.",
    "Companies on both sides have asked for clear rules for years.",
    "Analysts see the step as part of a wider search for safe supply.",
    "Prices hardly moved after the news.",
    "The opposition called the plan too small and too late.",
)
OUTLETS = ("wire", "herald", "gazette", "courier", "ministry")


@dataclass(frozen=True)
class Meeting:
    """Something that happened, and what is told of it: for each point two wordings."""

    number: int
    day: date
    words: dict[str, str]
    points: tuple[tuple[str, str], ...]


def meetings(count: int, seed: int, names: Gazetteer) -> Iterator[Meeting]:
    """Made-up meetings of fifteen years: some countries meet often, most seldom."""
    draw = random.Random(seed)
    known = [c for c in names.countries if c.capital and c.demonyms]
    weights = [1 / (1 + n) ** 0.7 for n in range(len(known))]
    draw.shuffle(known)
    for number in range(count):
        a, b = draw.choices(known, weights, k=2)
        while a == b:
            (b,) = draw.choices(known, weights)
        day = FIRST + timedelta(draw.randrange(365 * YEARS))
        points = draw.sample(PLEDGES, k=draw.randint(2, 3)) + draw.sample(MEASURES, k=draw.random() < 0.3)
        words = {
            "a": a.name, "b": b.name, "capital": draw.choice((a, b)).capital, "good": draw.choice(GOODS),
            "body": draw.choice(BODIES), "work": draw.choice(WORKS), "field": draw.choice(FIELDS),
            "name": f"{draw.choice(NAMES)} {draw.choice(NAMES)}", "n": f"{draw.randint(4, 19)}th",
            "sum": str(draw.randint(2, 90) * 10), "pct": str(draw.randint(5, 60)), "next": str(day.year + 1),
            "month": draw.choice(("March", "June", "October")),
        }  # fmt: skip
        yield Meeting(number, day, words, tuple(points))


def texts(count: int, names: Gazetteer, seed: int = 7) -> dict[str, str]:
    """So many made-up reports by file name: each meeting is told by one to five outlets in their own words, one in
    eight of them with another sum, one in ten without its day."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    for meeting in meetings(count, seed, names):
        for outlet in draw.sample(OUTLETS, k=draw.choice((1, 1, 2, 2, 3, 4, 5))):
            words = dict(meeting.words)
            if draw.random() < 0.125:
                words["sum"] = str(int(words["sum"]) + 10)
            day = meeting.day + timedelta(draw.randint(0, 2))
            due = draw.choice(DUE)
            told = [draw.choice(p) for p in meeting.points if draw.random() < 0.85] or [meeting.points[0][0]]
            lines = [line.replace("{due}", due).format_map(words) for line in told]
            lines[1:1] = draw.sample(FILLERS, k=2)
            head = f"{words['a']} and {words['b']} meet in {words['capital']}"
            dateline = "" if draw.random() < 0.1 else f"{words['capital'].upper()}, {day:%B} {day.day}, {day.year}: "
            lead = f"{dateline}Ministers of {words['a']} and {words['b']} met in {words['capital']} on {day:%A}."
            found[f"m{meeting.number:05}-{outlet}.txt"] = "\n\n".join((head, lead, *lines)) + "\n"
            if len(found) == count:
                return found
    return found


@pytest.fixture(scope="module")
def names() -> Gazetteer:
    with open_store() as store:
        return gazetteer(store)


def test_brought_together(benchmark, names):
    reports = [report_of(name, text) for name, text in texts(REPORTS, names).items()]
    readings = read_each(unique_reports(reports), names, load_parser())
    ledger = benchmark.pedantic(brought_together, (readings, AS_OF), rounds=1)
    assert len(ledger.reports) == REPORTS
    assert ledger.commitments
    assert ledger.measures


def test_read_by_two_workers(benchmark, names, tmp_path):
    pytest.importorskip("distributed")
    for name, text in texts(REPORTS, names).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    readings = benchmark.pedantic(read_folder, (tmp_path, names, Workers(2)), rounds=1)
    assert len(readings) == REPORTS


def read_folder(folder: Path, names: Gazetteer, workers: Workers, end_one_at: int = -1):
    """The readings of a folder by some workers; after so many reports, one worker's process is ended."""
    seen = 0

    def progress(message: str) -> None:
        nonlocal seen
        seen += message.endswith(")")
        if seen == end_one_at and message.endswith(")"):
            os.kill(next(children(os.getpid())), signal.SIGKILL)

    with spreading(workers) as spread:
        return _read_by(spread, unique_reports(reports_at([folder], spread=spread)[0]), names, progress)


def children(pid: int) -> Iterator[int]:
    """The worker processes that this process has started (Linux)."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            stat = (process / "stat").read_text()
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid and b"spawn_main" in command:
            yield int(process.name)


def measured(folder: Path, count: int, names: Gazetteer, workers: int, end_one: bool) -> dict[str, object]:
    """One run: seconds of reading, of processors at it, and of bringing together, and a checksum of the ledger."""
    load, cpu, began = os.getloadavg()[0], sum(os.times()[:4]), time.perf_counter()
    readings = read_folder(folder, names, Workers(workers), count // 3 if end_one else -1)
    read_s, cpu, began = time.perf_counter() - began, sum(os.times()[:4]) - cpu, time.perf_counter()
    ledger = brought_together(readings, AS_OF)
    together_s = time.perf_counter() - began
    text = json.dumps(to_json(ledger), default=str, sort_keys=True).replace(str(folder), "").encode()
    return {
        "reports": count, "workers": workers, "one_ended": end_one, "read_s": round(read_s, 1),
        "read_cpu_s": round(cpu, 1), "together_s": round(together_s, 2), "claims": len(ledger.claims),
        "conflicts": len(ledger.conflicts), "sha256": hashlib.sha256(text).hexdigest()[:16],
        "load": (round(load, 1), round(os.getloadavg()[0], 1)),
    }  # fmt: skip


def main() -> None:
    """Measure as asked on the command line; a line of JSON for each run."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--reports", type=int, nargs="+", default=[2000])
    asked.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--end-one", action="store_true", help="end one worker process after a third of the reports")
    args = asked.parse_args()
    with open_store() as store:
        names = gazetteer(store)
    for count in args.reports:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts(count, names).items():
                (Path(folder) / name).write_text(text, encoding="utf-8")
            for _ in range(args.rounds):
                for workers in args.workers:
                    sys.stdout.write(json.dumps(measured(Path(folder), count, names, workers, args.end_one)) + "\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
