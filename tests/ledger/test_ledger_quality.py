"""How well the reader reads: our own reports, a part of them held out, the real three; and what they teach it."""

from __future__ import annotations

import csv
import json
import runpy
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from monazite.core.errors import UsageError
from monazite.core.gazetteer import Gazetteer
from monazite.ledger.contract import to_json
from monazite.ledger.documents import read_report, report_of
from monazite.ledger.evaluate import Quality, evaluate
from monazite.ledger.read import read_reports
from monazite.ledger.reading.scene import Scene, read_scene
from monazite.ledger.values import Commitment, Ledger, Measure, Report

AS_OF = date(2026, 11, 21)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", autouse=True)
def scenes_once(parser: Any) -> Iterator[None]:
    """What is annotated is read and learnt from: each report is parsed once for both."""
    parsed: dict[Report, Scene] = {}

    def once(report: Report, *others: Any) -> Scene:
        if report not in parsed:
            parsed[report] = read_scene(report, *others)
        return parsed[report]

    with pytest.MonkeyPatch.context() as patch:
        for module in ("read", "reading.scene"):
            patch.setattr(f"monazite.ledger.{module}.read_scene", once)
        patch.setattr("monazite.ledger.reading.parser.load_parser", lambda: parser)
        yield


def ledger_of(reports: list[dict[str, Any]], names: Gazetteer, parser: Any) -> Ledger:
    return read_reports([report_of(r["id"], r["text"]) for r in reports], AS_OF, names, parser)


def score(reports: list[dict[str, Any]], ledger: Ledger) -> dict[str, Counter[str]]:
    """Expected claims found, claims that nothing expects, and found claims with every stated field right."""
    totals = {"c": Counter[str](), "m": Counter[str]()}
    for report in reports:
        for letter, kind in (("c", Commitment), ("m", Measure)):
            told = [
                (c, e) for c in ledger.claims if isinstance(c, kind) for e in c.evidence if e.report == report["id"]
            ]
            wanted = [(report["text"].index(x["quote"]), x) for x in report[letter]]
            allowed = [at for at, _ in wanted] + [report["text"].index(q) for q in report.get("optional", [])]
            for at, expected in wanted:
                found = [c for c, e in told if e.start <= at < e.end]
                totals[letter]["wanted"] += 1
                totals[letter]["found"] += bool(found)
                totals[letter]["right"] += any(agrees(c, expected) for c in found)
            claims = {c.id: [e for d, e in told if d is c] for c, _ in told}
            totals[letter]["false"] += sum(
                not any(e.start <= at < e.end for e in quotes for at in allowed) for quotes in claims.values()
            )
    return totals


def agrees(claim: Commitment | Measure, expected: dict[str, Any]) -> bool:
    if isinstance(claim, Commitment):
        due = claim.due.end.isoformat() if claim.due and claim.due.end else None
        sides = sorted({*claim.actors, *claim.partners}) == expected["all"]
        return sides and expected.get("end", due) == due and expected.get("status", claim.status) == claim.status
    start = claim.effective.start.isoformat() if claim.effective and claim.effective.start else None
    end = claim.ended.end.isoformat() if claim.ended and claim.ended.end else None
    return (
        sorted(claim.imposer) == expected["by"]
        and sorted(claim.target) == expected["to"]
        and claim.measure == expected["type"]
        and set(expected["goods"]) <= set(claim.goods)
        and expected.get("status", claim.status) == claim.status
        and expected.get("certainty", claim.certainty) == claim.certainty
        and expected.get("from", start) == start
        and expected.get("until", end) == end
    )


@pytest.fixture(scope="module")
def found_in(names: Gazetteer, parser: Any) -> Callable[[str], dict[str, Quality]]:
    """What is found in the annotated reports of a part, by kind; a part is read once."""

    @cache
    def found(part: str) -> dict[str, Quality]:
        folder = Path(__file__).parent / "data" / "reports" / part
        gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        ledger = read_reports([read_report(p) for p in sorted(folder.glob("*.txt"))], AS_OF, names, parser)
        return {q.kind: q for q in evaluate(ledger, gold)}

    return found


def share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


@pytest.mark.parametrize(
    ("part", "recall", "precision", "fields"),
    [("dev", 0.9, 0.9, 0.85), ("held", 0.9, 0.9, 0.6)],
)
def test_development_reports(
    part: str,
    recall: float,
    precision: float,
    fields: float,
    development: list[dict[str, Any]],
    names: Gazetteer,
    parser: Any,
) -> None:
    reports = [r for r in development if r["part"] == part]
    ledger = ledger_of(reports, names, parser)
    for kind, n in score(reports, ledger).items():
        assert n["wanted"] >= 6, kind
        assert share(n["found"], n["wanted"]) >= recall, (kind, n)
        assert share(n["found"], n["found"] + n["false"]) >= precision, (kind, n)
        assert share(n["right"], n["found"]) >= fields, (kind, n)
    hard = [c for c in ledger.conflicts if c.severity == "hard"]
    expected = [h for r in reports for h in r.get("hard", [])]
    assert len(hard) == len(expected)
    for pair in expected:
        assert any(
            all(any(quote in e.text for e in c.evidence) for quote in (pair["a"], pair["b"]) if quote) for c in hard
        ), pair


def test_the_three_real_reports(shared: Path, names: Gazetteer, parser: Any, tmp_path: Path) -> None:
    folder = shared / "reports"
    reports = [read_report(p) for p in sorted(folder.glob("*.txt"))]
    out = tmp_path / "ledger.json"
    out.write_text(json.dumps(to_json(read_reports(reports, AS_OF, names, parser))), encoding="utf-8")
    command = [
        sys.executable,
        str(shared / "checks" / "score_ledger.py"),
        str(folder / "gold.json"),
        str(out),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout.strip().splitlines()[-1])
    assert figures["not_verbatim"] == 0
    for kind in ("commitment", "measure", "event"):
        assert figures[kind]["recall"] >= 0.94, kind
        assert figures[kind]["precision"] >= 0.9, kind
    assert figures["commitment"]["actors_right"] == figures["commitment"]["found"]
    assert figures["hard_conflicts"] == {"gold": 3, "found": 3, "false": 0}
    assert figures["merged_across_reports"]["right"] >= 12
    assert figures["merged_across_reports"]["wrongly_merged"] == 0


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("dev", {"commitments": (0.9, 0.9), "measures": (0.9, 0.9)}),
        ("dev2", {"commitments": (0.85, 0.9), "measures": (0.75, 0.85)}),
        ("dev3", {"commitments": (0.7, 0.85), "measures": (0.7, 0.85)}),
        ("dev5", {"commitments": (0.7, 0.85), "measures": (0.85, 0.85)}),
        ("held", {"commitments": (0.8, 0.8), "measures": (0.75, 0.75)}),
        ("sealed", {"commitments": (0.6, 0.9), "measures": (0.75, 0.9)}),
    ],
)
def test_annotated_reports(
    part: str, least: dict[str, tuple[float, float]], found_in: Callable[[str], dict[str, Quality]]
) -> None:
    found = found_in(part)
    for kind, (recall, precision) in least.items():
        assert (found[kind].recall or 0) >= recall, found[kind]
        assert (found[kind].precision or 0) >= precision, found[kind]
    assert found["claims told by several reports"].false <= (3 if part == "sealed" else 0)
    assert found["hard contradictions"].false <= (1 if part == "sealed" else 0)


@pytest.mark.parametrize(
    ("part", "merged", "contradictions"), [("dev", 0.75, 0.8), ("dev2", 0.55, 0.6), ("dev6", 0.75, 0.7)]
)
def test_what_several_reports_tell_of_one_thing(
    part: str, merged: float, contradictions: float, found_in: Callable[[str], dict[str, Quality]]
) -> None:
    found = found_in(part)
    assert (found["claims told by several reports"].recall or 0) >= merged
    assert (found["hard contradictions"].recall or 0) >= contradictions


def test_the_weights_are_those_the_annotated_reports_teach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "belief.csv"
    monkeypatch.setattr(sys, "argv", ["learn_reader", "--out", str(out)])
    runpy.run_path(str(ROOT / "scripts" / "learn_reader"), run_name="__main__")
    learnt, shipped = out.read_text(encoding="utf-8"), files("monazite.ledger") / "vocabulary" / "belief.csv"
    rows = [list(csv.DictReader(text.splitlines())) for text in (learnt, shipped.read_text(encoding="utf-8"))]
    assert [r["sign"] for r in rows[0]] == [r["sign"] for r in rows[1]]
    kinds = ("measure", "commitment")
    # the last digit may differ with the machine's arithmetic
    assert all(float(a[k]) == pytest.approx(float(b[k]), abs=0.011) for a, b in zip(*rows, strict=True) for k in kinds)


def test_a_ledger_is_perfect_against_itself_and_nothing_against_nothing(names: Gazetteer, parser: Any) -> None:
    text = "LIMA, 3 June 2025 (Agency) - Peru and Norway agreed to build a port by 2027. Norway banned exports of cod."
    ledger = read_reports([report_of("a.txt", text)], AS_OF, names, parser)
    quote = [{"source": "a", "start": e.start, "end": e.end, "text": e.text} for e in ledger.commitments[0].evidence]
    gold = {
        "sources": [{"id": "a", "file": "a.txt"}],
        "records": [
            {"id": "c", "kind": "commitment", "evidence": quote, "actors": ["NOR", "PER"], "partner": [], "status": "x"}
        ],
        "contradictions": [],
    }
    promises, measures, *_ = evaluate(ledger, gold)
    assert (promises.recall, promises.precision) == (1, 1)
    assert promises.right == (("sides", 1, 1), ("status", 0, 1))
    assert (measures.recall, measures.false) == (None, 1)
    with pytest.raises(UsageError, match=r"is also of b\.txt"):
        evaluate(ledger, {**gold, "sources": [*gold["sources"], {"id": "b", "file": "b.txt"}]})
    with pytest.raises(UsageError, match="lacks 'records'"):
        evaluate(ledger, {"sources": []})


@pytest.mark.parametrize(
    ("said", "start", "end", "right"),
    [
        ("by 30 June", "2025-06-30", "2025-06-30", 1),
        ("by 30 June", None, "2025-06-29", 0),
        ("30 June", "2025-06-30", "2025-06-30", 0),
    ],
)
def test_of_a_deadline_only_the_last_day_counts(
    names: Gazetteer, parser: Any, said: str, start: str | None, end: str, right: int
) -> None:
    text = "LIMA, 3 June 2025 (Agency) - Peru will open a school for pilots in Callao in June 2025, its ministry said."
    text = text if right == 0 and start else text.replace("in June 2025", "by 30 June")
    ledger = read_reports([report_of("a.txt", text)], AS_OF, names, parser)
    quote = [{"source": "a", "start": e.start, "end": e.end} for e in ledger.commitments[0].evidence]
    due = {"text": said, "start": start, "end": end}
    gold = {
        "sources": [{"id": "a", "file": "a.txt"}],
        "records": [{"id": "c", "kind": "commitment", "evidence": quote, "due": due}],
        "contradictions": [],
    }
    assert {name: told for name, told, _ in evaluate(ledger, gold)[0].right}["due"] == right
