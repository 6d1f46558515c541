"""`read` and `brief`: the sample reports, and every kind of bad input, alone and among good ones."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

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


def test_a_brief_is_written_as_pdf_too_if_there_is_a_browser(monazite, monkeypatch, tmp_path):
    report, out, pdf = (tmp_path / name for name in ("talks.txt", "b.html", "b.pdf"))
    report.write_text("India and Japan agreed to hold a second round of talks in early 2026.", encoding="utf-8")
    monkeypatch.setenv("MONAZITE_BROWSER", str(tmp_path / "none"))
    refused = monazite("brief", report, "--as-of", "2026-11-21", "-o", out, "--pdf", pdf)
    assert refused.code == 1
    assert "MONAZITE_BROWSER" in refused.err
    assert not out.exists()
    program = tmp_path / "browser"
    program.write_text('#!/bin/sh\nfor a; do case "$a" in --print-to-pdf=*) echo %PDF > "${a#*=}";; esac; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("MONAZITE_BROWSER", str(program))
    done = monazite("brief", report, "--as-of", "2026-11-21", "-o", out, "--pdf", pdf)
    assert done.code == 0, done.err
    assert f"--pdf {pdf}" in out.read_text(encoding="utf-8")
    assert pdf.read_bytes() == b"%PDF\n"
    assert f"{pdf}: 0 kB, 1 claim from 1 report" in done.out


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
    assert "Stockpile of metal in Japan" in page[page.index('<section id="plan"') :]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere/b.html", "folder does not exist"),
        ("folder", "is a directory"),
        ("file.txt/b.html", "folder does not exist"),
        ("x" * 300 + ".html", "no name for a file"),
        ("report.txt", "is one of the reports"),
    ],
)
def test_a_target_that_cannot_be_is_refused_before_anything_is_read(monazite, tmp_path, name, says):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file.txt").write_text("kept")
    report = tmp_path / "report.txt"
    report.write_text("India and Japan agreed to meet.")
    result = monazite("brief", report, "-o", tmp_path / name)
    assert result.code == 2
    assert says in result.err
    assert report.read_text() == "India and Japan agreed to meet."
    assert (tmp_path / "file.txt").read_text() == "kept"


def test_a_full_disk_is_said_and_leaves_the_old_brief(examples):
    command = [str(Path(sys.executable).with_name("monazite")), "exposure", "Japan", "--mineral", "cobalt", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_seen_enough_hears_no_complaint():
    command = f"{Path(sys.executable).with_name('monazite')} data show countries --rows 200 | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Columns of countries")
    assert done.stderr == ""


def test_a_file_name_that_is_no_text_is_refused(monazite, examples, tmp_path):
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.txt"))
    bad.write_text("India and Japan agreed on Friday to create a working group on rare earths.")
    result = monazite("read", bad, examples, "--json", "--as-of", "2026-11-21")
    assert result.code == 1
    assert "not readable as UTF-8" in result.err
    assert json.loads(result.out)["claims"]


def test_a_report_cannot_steer_the_terminal(monazite, tmp_path):
    report = tmp_path / "a\x1b[31m.txt"
    report.write_text(
        "Published: January 16, 2026\n\nIndia and Japan agreed to create a \x1b]0;owned\x07 working group."
    )
    result = monazite("read", report, "--as-of", "2026-11-21")
    assert "\x1b" not in result.out + result.err
    assert "\x07" not in result.out + result.err


COALITION = """Published: March 3, 2026

BRUSSELS, March 3, 2026. The European Union and Japan agreed on Tuesday to establish a joint working group on cobalt.
The European Union has banned exports of cobalt to China, the European Commission said.
"""


def test_a_coalition_in_a_report_is_its_members_or_left_out_never_nobody(monazite, tmp_path):
    report = tmp_path / "eu.txt"
    report.write_text(COALITION)
    out = tmp_path / "b.html"
    assert monazite("brief", report, "--as-of", "2026-11-21", "-o", out).code == 0
    page = out.read_text()
    assert "No trade of cobalt is recorded for EU" not in page
    assert "Japan: cobalt, 2024" in page


def test_unknown_partners_are_refused_before_anything_is_read(monazite, examples, tmp_path):
    result = monazite("brief", examples, "--partners", "IND,Jpan", "-o", tmp_path / "b.html")
    assert result.code == 2
    assert "Did you mean Japan" in result.err


GALLIUM = (
    "BEIJING, Dec 3, 2024. China on Tuesday banned exports of gallium, germanium and antimony to the United States.\n"
)


def test_every_part_of_a_measure_is_played_or_says_why_not(monazite, tmp_path):
    report, out = tmp_path / "ban.txt", tmp_path / "b.html"
    report.write_text(GALLIUM)
    result = monazite("brief", report, "--as-of", "2026-11-21", "--partners", "USA", "-o", out)
    assert result.code == 0
    assert "1 claim from 1 report\n" in result.out
    page = out.read_text()
    assert "No trade code of the tables is for gallium alone" in page
    assert "811292 holds gallium, hafnium, indium, niobium, rhenium, vanadium too" in page
    assert "China stops exports of antimony to United States: the metal stage" in page
    assert "<h1>The United States would go without" in page


def test_a_name_no_file_can_have_is_named_and_the_rest_is_done(monazite, examples):
    result = monazite("read", "x" * 300 + ".txt", examples, "--json", "--as-of", "2026-11-21")
    assert result.code == 1
    assert "File name too long" in result.err
    assert json.loads(result.out)["claims"]


def test_a_brief_never_takes_the_place_of_a_report_in_a_folder(monazite, tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("India and Japan agreed to meet.")
    assert monazite("brief", tmp_path, "-o", report).code == 2
    assert report.read_text() == "India and Japan agreed to meet."


STORY = (
    "LIMA, March 4, 2025 (Reuters) - The trade ministers of Peru and Chile agreed on Tuesday to set up a joint working "
    "group on copper by June 2026. The group will meet in Santiago every year, the Peruvian ministry said after talks "
    "of four hours in Lima. Nobody else was let into the room, and reporters waited under the trees of the old garden "
    "until the evening, when the two came out smiling and shook hands for the cameras of half a dozen broadcasters."
)


@pytest.fixture
def gathered(server, tmp_path):
    """One story as a page of the web, as a file, and in a feed."""
    page = f"<html><head><title>Copper group</title></head><body><nav>Home</nav><p>{STORY}</p></body></html>"
    feed = "<rss><channel><title>Andes Post</title>{}</channel></rss>"
    item = "<item><title>{0}</title><link>{1}/{0}</link><pubDate>0{2} Mar 2025 10:00:00 GMT</pubDate></item>"
    links = [("new", 4), ("old", 3)]
    server.files |= {"/new": page.encode(), "/old": page.encode()}
    (tmp_path / "feed.xml").write_text(feed.format("".join(item.format(n, server.url, d) for n, d in links)))
    (tmp_path / "a.htm").write_text(page.replace("</p>", " A long day.</p>"))
    return tmp_path


def test_pages_feeds_and_addresses_are_reports_and_copies_are_counted_apart(monazite, server, gathered):
    reports = (gathered / "feed.xml", gathered / "a.htm", "--newest", 1, "--allow", "127.0.0.1")
    ledger = json.loads(monazite("read", *reports, "--json", "--as-of", "2026-11-21").out)
    texts = {r["id"]: r for r in ledger["reports"]}
    assert set(texts) == {"a.htm", f"{server.url}/new"}
    assert (texts["a.htm"]["kind"], texts["a.htm"]["copy_of"]) == ("page", None)
    assert texts[f"{server.url}/new"]["copy_of"] == "a.htm"
    assert texts[f"{server.url}/new"]["fetched"].endswith("+00:00")
    assert "1 of them a copy" in " ".join(monazite("read", *reports, "--as-of", "2026-11-21").out.split())
    out = gathered / "b.html"
    assert monazite("brief", *reports, "--as-of", "2026-11-21", "-o", out).code == 0
    page = out.read_text(encoding="utf-8")
    assert "--newest 1 --allow 127.0.0.1" in page
    assert "copy of R1: no witness of its own" in page
    assert "1 copy" in page


def test_an_address_that_gives_nothing_is_named_and_the_rest_is_done(monazite, server, gathered):
    result = monazite("read", f"{server.url}/gone", f"{server.url}/new", "--allow", "127.0.0.1", "--json")
    assert result.code == 1
    assert "/gone: the server answers 404" in result.err
    assert len(json.loads(result.out)["reports"]) == 1


def test_a_private_address_is_not_asked(monazite, server):
    result = monazite("read", f"{server.url}/new")
    assert result.code == 1
    assert "127.0.0.1, an address of this machine or of a private network" in result.err
    assert server.asked == []
    assert monazite("read", f"{server.url}/new", "--allow", "localhost").code == 2


def test_what_a_model_proposed_is_accounted_for(monazite, server, tmp_path):
    report = tmp_path / "r.txt"
    report.write_text("3 March 2026 - Chile and Japan agreed to set up a working group on lithium.\n", encoding="utf-8")
    said = json.dumps({"claims": [{"kind": "commitment"}]})
    server.files["/v1/chat/completions"] = json.dumps({"choices": [{"message": {"content": said}}]}).encode()
    asked = ("read", report, "--as-of", "2026-11-21", "--model", "m", "--endpoint", f"{server.url}/v1")
    shown = monazite(*asked, "--json")
    assert "m: 1 claims proposed, 0 kept. Claims dropped: shape 1. Fields dropped: none." in shown.err
    assert json.loads(shown.out)["model"]["dropped"] == {"shape": 1}
    assert json.loads(shown.out)["model"]["claims"] == []


def test_a_model_needs_its_endpoint(monazite):
    found = monazite("read", "r.txt", "--model", "m")
    assert found.code == 2
    assert "Give both." in found.err


def test_a_pattern_stands_for_the_files_that_fit(monazite, examples, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for file in examples.glob("*.txt"):
        (tmp_path / "deep" / "er" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "a[1].txt").write_bytes(b"India and Japan agreed on Friday to create a working group on tin.")
    found = json.loads(monazite("read", tmp_path / "**" / "[dev]*.txt", "--json", "--as-of", "2026-11-21").out)
    assert [r["id"] for r in found["reports"]] == sorted(f.name for f in examples.glob("*.txt"))
    found = json.loads(monazite("read", tmp_path / "a[1].txt", "--json", "--as-of", "2026-11-21").out)
    assert [r["id"] for r in found["reports"]] == ["a[1].txt"], "what is there by its name is no pattern"
    nothing = monazite("read", tmp_path / "*.pdf")
    assert (nothing.code, nothing.out) == (2, "")
    assert "*.pdf: no file fits this pattern. Check it." in nothing.err


def test_a_folder_of_too_many_files_is_refused(monazite, examples, monkeypatch):
    monkeypatch.setattr("monazite.workbench.reports.read.MOST_FILES", 2)
    result = monazite("read", examples)
    assert result.code == 2
    assert "more than 2 files" in result.err


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (("--workers", 0), 2, "0 processes, expected 1 to"),
        (("--workers", 2, "--scheduler", "tcp://127.0.0.1:8786"), 2, "Leave one of the two out"),
        (("--scheduler", "nowhere"), 2, "is no address of a scheduler"),
    ],
)
def test_workers_that_cannot_be_are_refused(monazite, examples, options, code, says):
    result = monazite("read", examples, *options)
    assert (result.code, result.out) == (code, "")
    assert says in result.err
