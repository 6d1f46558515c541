"""`monazite record`: reports in, decisions, what stands, what is due, files out; on a record of each database."""

from __future__ import annotations

import csv
import json

import icalendar
import pytest
from python_calamine import CalamineWorkbook

HEAD = "SEOUL, {} (Agency) - South Korea and Australia held talks in Seoul.\n\n"
TEXTS = {
    "agreed.txt": HEAD.format("January 5, 2026")
    + "They agreed to set up a working group on lithium by June 2026. They agreed to launch an AI Dialogue.",
    "other.txt": HEAD.format("January 6, 2026").replace("in Seoul", "in Canberra")
    + "The two sides agreed to establish a lithium working group. China banned exports of gallium to Korea.",
    "plain.txt": "South Korea and Australia held talks in Seoul.\n\nThey agreed to hold a private-sector dialogue.",
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def kept():
    """An export of the record of the three reports, made by the first test: reading takes seconds."""
    return []


@pytest.fixture
def record(monazite, reports, kept, tmp_path, monkeypatch):
    """Commands on a record of three reports."""
    file = tmp_path / "kept.json"
    monkeypatch.setenv("MONAZITE_RECORD", str(tmp_path / "record.sqlite"))
    monkeypatch.setenv("MONAZITE_WHO", "ana")
    if kept:
        file.write_bytes(kept[0])
        assert monazite("record", "import", file).code == 0
    else:
        assert "3 new" in monazite("record", "add", reports).out
        assert monazite("record", "export", file).code == 0
        kept.append(file.read_bytes())
    return lambda *words: monazite("record", *words)


def shown(record, *words):
    return json.loads(record("show", "--json", "--as-of", "2027-01-01", *words).out)


def claim(found, words):
    return next(c["id"] for c in found["claims"] if words in json.dumps(c))


def test_adding_again_adds_nothing(record, reports, tmp_path):
    before = record("verify").out
    again = record("add", reports / "agreed.txt")
    assert (again.code, "0 new, 1 on record before" in again.out) == (0, True)
    assert record("verify").out == before
    other = tmp_path / "agreed.txt"
    other.write_text(TEXTS["other.txt"].replace("gallium", "coal"), encoding="utf-8")
    refused = record("add", other)
    assert (refused.code, "another report of this name" in refused.err) == (2, True)
    assert record("verify").out == before


def test_an_undated_report_is_read_again_once_the_day_is_known(monazite, reports, tmp_path):
    place = tmp_path / "r.sqlite"
    steps = [
        json.loads(monazite("record", "add", reports / f"{name}.txt", "--record", place, "--json").out)
        for name in ("plain", "agreed", "other")
    ]
    assert [s["again"] for s in steps] == [[], ["plain.txt"], ["plain.txt"]]
    one = json.loads(monazite("record", "show", "--record", place, "--json", "--as-of", "2027-01-01").out)
    monazite("record", "add", reports, "--record", tmp_path / "whole.sqlite")
    whole = monazite("record", "show", "--record", tmp_path / "whole.sqlite", "--json", "--as-of", "2027-01-01").out
    assert one == json.loads(whole)


def test_what_stands_and_when(record):
    found = shown(record)
    assert {c["kind"] for c in found["claims"]} == {"commitment", "measure", "event"}
    assert "overdue-unverified" in {c.get("standing") for c in found["claims"]}
    early = json.loads(record("show", "--json", "--as-of", "2026-01-05").out)
    assert [r["id"] for r in early["reports"]] == ["agreed.txt"]
    assert shown(record, "--known-at", "2020-01-01")["claims"] == []
    assert "lithium" in record("show", "--as-of", "2027-01-01").out


def test_decisions(record):
    found = shown(record)
    group, dialogue, ban = (claim(found, w) for w in ("working group", "AI Dialogue", "export_ban"))
    (place,) = found["conflicts"]
    done = ("correct", group, "--set", "status=done", "--on", "2026-05-20", "--why", "minutes")
    for words in (
        ("accept", group, "--why", "seen"),
        ("reject", ban, "--why", "hearsay"),
        ("resolve", place["id"][:5], "--answer", "Seoul", "--why", "photographs"),
        done,
        ("correct", dialogue, "--set", "partners=Japan|quad", "--set", "due=early 2027", "--why", "misread"),
    ):
        assert record(*words).code == 0, words
    now = shown(record)
    assert ban not in {c["id"] for c in now["claims"]}
    assert now["conflicts"][0]["resolution"].startswith("Seoul (ana, ")
    told = {c["id"]: c for c in now["claims"]}
    assert (told[group]["status"], told[group]["standing"]) == ("done", "done")
    assert (told[dialogue]["partners"], told[dialogue]["due"]["end"]) == (["JPN", "quad"], "2027-04-30")
    assert [d["kind"] for d in now["decisions"][group]] == ["accept", "correct"]
    assert "minutes" in record("history", group, "--as-of", "2027-01-01").out
    assert "hearsay" in record("show", "--as-of", "2027-01-01").out
    assert record("accept", ban[:6], "--why", "official after all").code == 0
    assert ban in {c["id"] for c in shown(record)["claims"]}
    assert record("verify").code == 0


def test_merge_and_split(record):
    found = shown(record)
    group, dialogue = (claim(found, w) for w in ("working group", "AI Dialogue"))
    assert record("merge", group, dialogue, "--why", "one").code == 0
    assert len(shown(record)["claims"]) == len(found["claims"]) - 1
    assert record("split", dialogue, "--why", "two").code == 0
    assert shown(record)["claims"] == found["claims"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("accept", "cnone"), "nothing on record has this id"),
        (("accept", "c"), "ids begin so"),
        (("merge", "GROUP"), "not two claims"),
        (("merge", "GROUP", "BAN"), "not two claims"),
        (("split", "BAN"), "all of its quotations"),
        (("resolve", "x", "--answer", " "), "is empty"),
        (("correct", "GROUP", "--set", "status=finished"), "is none"),
        (("correct", "GROUP", "--set", "id=c1"), "cannot be set"),
        (("correct", "GROUP", "--set", "due=some time"), "is no time"),
        (("correct", "GROUP", "--set", "due"), "no value"),
        (("correct", "GROUP", "--set", "object=x", "--on", "2026-01-01"), "from a day on"),
        (("correct", "BAN", "--set", "target=Utopia"), "'Utopia' is not known"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(record, words, said):
    found = shown(record)
    ids = {"GROUP": claim(found, "working group"), "BAN": claim(found, "export_ban")}
    before = record("verify").out
    refused = record(*(ids.get(w, w) for w in words), "--why", "x")
    assert refused.code == 2
    assert said in refused.err
    assert record("verify").out == before


def test_changes_and_due(record):
    told = json.loads(record("changes", "--since", "2026-01-05", "--as-of", "2027-01-01", "--json").out)
    assert {c["kind"] for c in told} == {"new", "confirmed", "contradicted", "fallen-due"}
    assert json.loads(record("changes", "--added-since", "2099-01-01", "--json").out) == []
    assert "new" in record("changes", "--added-since", "2020-01-01").out
    assert record("changes").code == 2
    soon = json.loads(record("due", "--as-of", "2026-06-01", "--within", "5w", "--json").out)
    assert [c["due"]["end"] for c in soon] == ["2026-06-30"]
    assert json.loads(record("due", "--as-of", "2026-05-01", "--within", "30d", "--json").out) == []
    assert record("due", "--within", "soon").code == 2


def test_a_calendar_that_others_can_read(record, tmp_path):
    file = tmp_path / "due.ics"
    assert "1 entries" in record("calendar", file, "--as-of", "2026-05-01").out
    (entry,) = icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert entry.decoded("dtend").isoformat() == "2026-07-01"
    assert "lithium" in entry["summary"]
    assert "“They agreed to set up a working group on lithium by June 2026.” (agreed.txt)" in entry["description"]
    record("calendar", tmp_path / "later.ics", "--as-of", "2026-08-01")
    later = icalendar.Calendar.from_ical((tmp_path / "later.ics").read_bytes()).walk("VEVENT")
    assert [e["uid"] for e in later] == [entry["uid"]]


def test_tables(record, tmp_path):
    for name in ("ledger.csv", "ledger.xlsx"):
        assert record("export", tmp_path / name, "--as-of", "2027-01-01").code == 0
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    sheet = CalamineWorkbook.from_path(str(tmp_path / "ledger.xlsx")).get_sheet_by_index(0).to_python()
    assert [list(r.values()) for r in rows] == [[str(cell) for cell in row] for row in sheet[1:]]
    found = shown(record)
    assert len(rows) == sum(len(item["evidence"]) for item in found["claims"] + found["conflicts"])
    assert all(TEXTS[r["report"]][int(r["start"]) : int(r["end"])] == r["quotation"] for r in rows)
    assert record("export", tmp_path / "ledger.pdf").code == 2


def test_no_cell_of_a_table_runs(record, tmp_path):
    """The name of a file comes from outside, as all in a table does."""
    hostile = tmp_path / "=1+1.txt"
    hostile.write_text(TEXTS["agreed.txt"].replace("lithium", "cobalt"), encoding="utf-8")
    assert record("add", hostile, "--who", "ana").code == 0
    record("export", tmp_path / "ledger.csv", "--as-of", "2027-01-01")
    with (tmp_path / "ledger.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=1+1.txt" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_handed_over_whole(record, monazite, tmp_path):
    record("accept", claim(shown(record), "AI Dialogue"), "--why", "seen")
    file, copy = tmp_path / "all.json", tmp_path / "copy.sqlite"
    assert record("export", file).code == 0
    assert monazite("record", "import", file, "--record", copy).code == 0
    mine = json.loads(record("verify", "--json").out)
    theirs = json.loads(record("verify", "--json", "--record", copy).out)
    assert {**mine, "record": ""} == {**theirs, "record": ""}
    assert record("verify", "--head", mine["head"]).code == 0
    cut = record("verify", "--head", "ab" * 32)
    assert (cut.code, "removed" in cut.err) == (1, True)
    file.write_bytes(file.read_bytes().replace(b"seen", b"unseen"))
    refused = monazite("record", "import", file, "--record", tmp_path / "new.sqlite")
    assert (refused.code, "is not what was written" in refused.err) == (1, True)


def test_no_record_is_said(monazite, tmp_path):
    refused = monazite("record", "show", "--record", tmp_path / "none.sqlite")
    assert (refused.code, "monazite record add" in refused.err) == (2, True)
