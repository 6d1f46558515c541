"""Readings brought together, and a record written and read again: as many reports as MONAZITE_BENCH_READINGS says.

MONAZITE_BENCH_READINGS=10000 .venv/bin/python -m pytest benchmarks/test_record.py --benchmark-json=record.json
"""

from __future__ import annotations

import dataclasses
import os
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monazite.ledger.claims.state import state_of
from monazite.ledger.documents import read_report
from monazite.ledger.drafts import Fact, Pledge, Reading, Slip, Step
from monazite.ledger.read import read_each
from monazite.ledger.reading.parser import load_parser
from monazite.record.keep import document_note, kept, reading_note
from monazite.record.log import append, entries, open_log
from monazite.reference.store import gazetteer, open_store

READINGS = int(os.environ.get("MONAZITE_BENCH_READINGS", "100"))
REPORTS = Path(__file__).parents[1] / "examples" / "reports"


@pytest.fixture(scope="module")
def readings() -> list[Reading]:
    """The sample reports again and again: other countries, other days, two of three names of their own."""
    with open_store() as store:
        names = gazetteer(store)
    found = read_each([read_report(p) for p in sorted(REPORTS.glob("*.txt"))], names, load_parser())
    draw, codes = random.Random(1), [c.iso3 for c in names.countries]
    return [told_elsewhere(found[n % len(found)], n, draw, codes) for n in range(READINGS)]


def told_elsewhere(reading: Reading, number: int, draw: random.Random, codes: list[str]) -> Reading:
    """A reading with its countries, its days and its names changed."""
    pair = dict(zip(("IND", "JPN"), draw.sample(codes, 2), strict=True)) | {"CHN": draw.choice(codes[:10])}
    later, word = timedelta(draw.randrange(3650)), f"name{draw.randrange(READINGS)}"
    name = f"{number}.txt"

    def moved(value: object) -> object:
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return dataclasses.replace(
                value, **{f.name: moved(getattr(value, f.name)) for f in dataclasses.fields(value)}
            )
        if isinstance(value, tuple | frozenset | list):
            return type(value)(moved(v) for v in value)
        if isinstance(value, dict):
            return {k: moved(v) for k, v in value.items()}
        if isinstance(value, date):
            return value + later
        return pair.get(value, name if value == reading.report.id else value) if isinstance(value, str) else value

    def own(draft: Pledge | Step | Fact | Slip) -> object:
        fresh = moved(draft)
        named = isinstance(fresh, Pledge) and number % 3
        return dataclasses.replace(fresh, names=fresh.names | {word}, heads=fresh.heads | {word}) if named else fresh

    drafts = {f: tuple(map(own, getattr(reading, f))) for f in ("pledges", "steps", "facts", "slips")}
    report = dataclasses.replace(reading.report, id=name, sha256=f"{number:064x}")
    anchor = reading.anchor + later if reading.anchor else None
    return dataclasses.replace(reading, report=report, anchor=anchor, **drafts)


def test_brought_together(benchmark, readings):
    state = benchmark.pedantic(state_of, (readings, date(2036, 1, 1)), rounds=1)
    assert len(state.ledger.reports) == READINGS
    assert state.ledger.commitments


def test_kept(benchmark, readings, tmp_path):
    def write_and_read():
        notes = [n for r in readings for n in (document_note(r), reading_note(r, "0"))]
        with open_log(str(tmp_path / f"{os.urandom(4).hex()}.sqlite"), create=True) as log:
            append(log, notes, "bench", datetime.now(UTC))
            return kept(entries(log))

    assert len(benchmark.pedantic(write_and_read, rounds=1).readings) == READINGS
