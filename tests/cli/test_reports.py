"""`read` and `brief`: the sample reports, and every kind of bad input, alone and among good ones."""

from __future__ import annotations

import json
import re
import shutil

import pytest

BAD = {
    "empty.txt": b"",
    "binary.txt": bytes(range(256)) * 40,
    "image.png": b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "huge.txt": b"India and Japan agreed to meet. " * 1_700_000,
    "german.txt": (
        "Deutschland und Frankreich haben sich am Freitag darauf geeinigt, die Zusammenarbeit bei Rohstoffen "
        "zu vertiefen. Die Minister beider Länder wollen bis Ende des Jahres eine gemeinsame Arbeitsgruppe einsetzen."
    ).encode(),
    "nothing.txt": b"The weather in the valley was mild all week, and the orchards came into bloom earlier than usual.",
}


@pytest.fixture
def bad(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name, content in BAD.items():
        (folder / name).write_bytes(content)
    return folder


def test_the_sample_reports_as_json(monazite, examples):
    files = sorted(examples.glob("*.txt"))
    result = monazite("read", *files, "--json", "--as-of", "2026-11-21")
    assert result.code == 0
    ledger = json.loads(result.out)
    text = {f.name: f.read_text(encoding="utf-8") for f in files}
    assert {r["id"] for r in ledger["reports"]} == set(text)
    for item in ledger["claims"] + ledger["conflicts"]:
        assert item["evidence"]
        for e in item["evidence"]:
            assert text[e["report"]][e["start"] : e["end"]] == e["text"]
    (ban,) = (c for c in ledger["claims"] if c["kind"] == "measure" and c["goods"] == ["rare earths"])
    assert (ban["imposer"], ban["target"], ban["measure"]) == (["CHN"], ["JPN"], "export_ban")
    assert ban["certainty"] == "reported"
    assert {c["type"] for c in ledger["conflicts"] if c["severity"] == "hard"} >= {"place", "weekday"}
    late = [c for c in ledger["claims"] if c["kind"] == "commitment" and c["standing"] == "overdue-unverified"]
    assert late


def test_the_sample_reports_for_a_person(monazite, examples):
    result = monazite("read", examples, "--as-of", "2026-11-21")
    assert result.code == 0
    assert "Where the reports disagree" in result.out


@pytest.mark.parametrize("name", BAD)
def test_a_bad_report_alone_is_refused(monazite, bad, name):
    result = monazite("read", bad / name, "--json")
    assert result.code in (1, 2)
    assert name in result.err
    assert result.out == ""
    assert "Traceback" not in result.err


def test_a_missing_report_is_refused(monazite, tmp_path):
    result = monazite("brief", tmp_path / "nowhere.txt", "-o", tmp_path / "b.html")
    assert result.code == 1
    assert "nowhere.txt" in result.err
    assert not (tmp_path / "b.html").exists()


def test_bad_reports_among_good_ones_are_named_and_the_rest_is_done(monazite, bad, examples, tmp_path):
    for file in examples.glob("*.txt"):
        shutil.copy(file, bad)
    out = tmp_path / "brief.html"
    result = monazite("brief", bad, "--as-of", "2026-11-21", "-o", out)
    assert result.code == 1
    page = out.read_text(encoding="utf-8")
    for name in BAD:
        assert name in result.err
        assert name in page
    assert "overdue" in page


def test_the_same_file_name_twice_is_refused_once(monazite, examples, tmp_path):
    file = next(iter(sorted(examples.glob("*.txt"))))
    (tmp_path / file.name).write_bytes(file.read_bytes())
    result = monazite("read", file, tmp_path / file.name, "--json")
    assert result.code == 1
    assert "rename one" in result.err.lower()
    assert len(json.loads(result.out)["reports"]) == 1


def test_the_brief_stands_alone_and_can_be_made_again(monazite, examples, tmp_path):
    files = sorted(examples.glob("*.txt"))
    pages = []
    for _ in range(2):
        out = tmp_path / "brief.html"
        assert monazite("brief", *files, "--as-of", "2026-11-21", "--partners", "IND,JPN", "-o", out).code == 0
        pages.append(out.read_bytes())
    assert pages[0] == pages[1]
    page = pages[0].decode()
    assert not re.search(r"<(?:script|img|iframe)\b", page)
    assert all('href="data:' in link for link in re.findall(r"<link\b[^>]*>", page))
    assert not re.search(r"(?:src|url\()\s*=?\s*[\"']?https?:", page)
    for part in ("rare earths", "Tokyo", "New Delhi", "overdue", "assumption", "--as-of 2026-11-21"):
        assert part in page


def test_a_brief_that_cannot_be_written_leaves_the_old_one(monazite, examples, tmp_path):
    target = tmp_path / "folder" / "b.html"
    result = monazite("brief", examples, "--as-of", "2026-11-21", "-o", target)
    assert result.code == 1
    assert "cannot be written" in result.err


def test_unknown_partners_are_refused_before_anything_is_read(monazite, examples, tmp_path):
    result = monazite("brief", examples, "--partners", "IND,Jpan", "-o", tmp_path / "b.html")
    assert result.code == 2
    assert "Did you mean Japan" in result.err
