"""Files -> reports: every bad input is refused with where, what and how to mend it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from monazite.core.errors import ReportError, UsageError
from monazite.ledger.documents import LARGEST_BYTES, read_report, report_of, unique_reports

ENGLISH = "The two ministers met in Lima on Monday and agreed to form a working group on copper.\n"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"%PDF-1.7\0\0\0stream", "a broken PDF"),
        (b"PK\x03\x04 and no archive", "a broken archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "an image"),
        (b"{\\rtf1 The ministers met.}", "RTF"),
        (b"\xd0\xcf\x11\xe0" + bytes(200), "old or locked Word"),
        (bytes(range(32)) * 20, "binary"),
        (ENGLISH.encode() * 12_500, "1.1 million characters"),
        (ENGLISH.encode() * 60_000, "a text may have at most 4 MB"),
        (bytes(range(128, 256)) * 20, "neither UTF-8 nor Western"),
        (b"\xff\xfeabc", "UTF-16"),
        ("Les deux ministres se sont réunis lundi à Paris pour parler des terres rares.".encode(), "French"),
        ("両国の外相は東京で会談し、重要鉱物の供給網について協議した。".encode(), "Japanese"),
        (b"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "hardly a letter"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(ReportError, match=what) as error:
        read_report(path)
    assert str(path) == error.value.where
    assert error.value.mend


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such file"):
        read_report(tmp_path / "none.txt")
    with pytest.raises(ReportError, match="folder"):
        read_report(tmp_path)


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    with pytest.raises(ReportError, match=r"50\.0 MB"):
        read_report(path)
    assert LARGEST_BYTES < 50_000_000


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "a\0b.txt"])
def test_a_name_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReportError):
        read_report(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (ENGLISH.encode(), ENGLISH),
        (ENGLISH.replace("\n", "\r\n").encode(), ENGLISH),
        (b"\xef\xbb\xbf" + ENGLISH.encode(), "\ufeff" + ENGLISH),
        (ENGLISH.replace("Lima", "Bogotá – “Lima”").encode("cp1252"), ENGLISH.replace("Lima", "Bogotá – “Lima”")),
        (ENGLISH.encode("utf-16"), ENGLISH),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(content)
    assert read_report(path).text == text


def test_offsets_are_those_of_open(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_bytes(("\ufeff" + ENGLISH.replace("\n", "\r\n") * 3).encode())
    with path.open(encoding="utf-8") as file:
        assert read_report(path).text == file.read()


def test_what_a_text_says_of_itself() -> None:
    report = report_of("a.txt", "Copper talks begin\n\nPublished: 3 March 2025\nSource: Andes Post\n\n" + ENGLISH)
    assert (report.title, report.published, report.publisher) == ("Copper talks begin", date(2025, 3, 3), "Andes Post")
    wire = report_of("b.txt", "LIMA, March 4, 2025 (Reuters) - " + ENGLISH)
    assert (wire.published, wire.publisher) == (date(2025, 3, 4), "Reuters")
    bare = report_of("c.txt", ENGLISH)
    assert (bare.title, bare.published, bare.publisher) == (ENGLISH.strip(), None, None)


def test_a_text_loads_no_reader_of_other_kinds(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ENGLISH, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from monazite.ledger.documents import read_report;"
        f"read_report(Path({str(tmp_path / 'a.txt')!r})); print(sorted(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'py3langid'" in loaded
    assert not [name for name in ("lxml", "pypdfium2", "feedparser", "urllib3") if f"'{name}'" in loaded]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.md", "<p align=center>Joint statement</p>\n\n" + ENGLISH, "text"),
        ("a.md", "# Joint statement\n\n" + ENGLISH, "text"),
        ("a", "<p>" + ENGLISH, "page"),
        ("a.txt", "<!-- saved -->\n<!DOCTYPE html>\n<p>" + ENGLISH, "page"),
        ("a.html", ENGLISH, "text"),
        ("a.pdf", "Less is < more, and a<b. " + ENGLISH, "text"),
    ],
)
def test_the_kind_is_found_by_content(tmp_path: Path, name: str, text: str, kind: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    report = read_report(tmp_path / name)
    assert (report.kind, report.origin, report.fetched) == (kind, str(tmp_path / name), None)


def test_two_reports_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match=r"a\.txt"):
        unique_reports([report_of("a.txt", ENGLISH), report_of("a.txt", ENGLISH * 2)])
