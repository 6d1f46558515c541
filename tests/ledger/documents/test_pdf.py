"""A PDF -> paragraphs; what is locked, broken, scanned or endless is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from monazite.core.errors import ReportError
from monazite.ledger.documents import pdf
from monazite.ledger.documents.pdf import Line, paragraphs, read_pdf
from monazite.ledger.documents.pdf_lines import lines_of
from monazite.ledger.documents.values import Source

FIRST = [
    "Peru and Chile agreed on Tuesday to set up a joint work-",
    "ing group on copper and on rare-earth minerals. It will meet in",
    "Santiago by June 2026.",
    "The ministers spoke of rare-",
    "earth magnets, and of the north-",
    "South corridor. The group will report to both govern-",
]
SECOND = ["ments every year.", "1. Peru will lend ships to Chile.", "2. Chile will share its data."]


def page(number: int, lines: list[str], gaps: dict[int, int] | None = None) -> list[tuple[float, float, float, str]]:
    """A page with a running head and a number, its lines 14 points apart, more above those in `gaps`."""
    placed, height = [(72.0, 800.0, 9.0, "Ministry of Mines    Joint statement")], 760.0
    for n, text in enumerate(lines):
        height -= 14 + (gaps or {}).get(n, 0)
        placed.append((72.0, height, 11.0, text))
    return [*placed, (290.0, 40.0, 9.0, f"- {number} -")]


def source(data: bytes) -> Source:
    return Source("a.pdf", "a.pdf", data)


def test_lines_become_paragraphs_and_heads_go(make_pdf) -> None:
    data = make_pdf([page(1, FIRST, {3: 10}), page(2, SECOND), page(3, ["That is all."])])
    assert read_pdf(source(data)).text.split("\n\n") == [
        "Peru and Chile agreed on Tuesday to set up a joint working group on copper and on rare-earth minerals. It "
        "will meet in Santiago by June 2026.",
        "The ministers spoke of rare-earth magnets, and of the north-South corridor. The group will report to both "
        "governments every year.",
        "1. Peru will lend ships to Chile.",
        "2. Chile will share its data.",
        "That is all.",
    ]


def test_what_a_pdf_says_of_itself(make_pdf) -> None:
    lines = [(72.0, 700.0, 11.0, "The ministers of Peru and Chile met in Lima.")]
    told = read_pdf(source(make_pdf([lines], "/Title (Joint statement on copper) /CreationDate (D:20250304100000Z)")))
    assert (told.title, told.created, told.published) == ("Joint statement on copper", date(2025, 3, 4), None)
    vain = read_pdf(source(make_pdf([lines], "/Title (Microsoft Word - js.docx) /CreationDate (yesterday)")))
    assert (vain.title, vain.created) == ("", None)


def test_a_scan_says_so(make_pdf) -> None:
    with pytest.raises(ReportError, match=r"no text on its pages \(2\): a scan\. Recognise its text"):
        read_pdf(source(make_pdf([[], []])))


def locked(make_pdf) -> bytes:
    rule = f"/Filter /Standard /V 1 /R 2 /O <{'00' * 32}> /U <{'11' * 32}> /P -44"
    return make_pdf([page(1, FIRST)], extra=f"/Encrypt << {rule} >> /ID [<00> <00>]")


def looped(make_pdf) -> bytes:
    return re.sub(rb"/Kids \[\d", b"/Kids [2", make_pdf([page(1, FIRST)]))


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (locked, "locked with a password"),
        (lambda _: b"%PDF-1.4 and nothing more", "a broken PDF"),
        (lambda make_pdf: make_pdf([[]] * 501), "501 pages, at most 500"),
        (looped, "broken PDF|a scan"),
        (lambda make_pdf: make_pdf([page(1, ["word " * 20] * 40)] * 6), "more than 20,000 characters"),
    ],
    ids=["locked", "broken", "pages", "loop", "long"],
)
def test_refused(make_pdf, make, what, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_MOST_CHARACTERS", 20_000)
    with pytest.raises(ReportError, match=what) as error:
        read_pdf(source(make(make_pdf)))
    assert error.value.mend


def test_a_reader_that_hangs_or_crashes_is_ended(make_pdf, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    real = subprocess.run

    def instead(code: str):
        def run(_: list[str], **options):
            return real([sys.executable, "-c", code], **{**options, "timeout": 0.5})

        return run

    for code, what in (
        ("while True: pass", "more than 60 s"),
        ("import os; os.abort()", "broken"),
        ("print(1", "broken"),
    ):
        monkeypatch.setattr(pdf.subprocess, "run", instead(code))
        with pytest.raises(ReportError, match=what):
            read_pdf(source(make_pdf([page(1, FIRST)])))


def test_the_program_is_the_function(make_pdf) -> None:
    data = make_pdf([page(1, FIRST)])
    assert [Line(*line) for line in lines_of(data, 5, 10_000)["lines"]][1].text.startswith("Peru and Chile")
    assert lines_of(data, 0, 10_000) == {"error": "pages", "pages": 1}
    assert lines_of(data, 5, 10) == {"error": "characters"}


@pytest.mark.parametrize(
    ("cut", "around", "whole"),
    [
        ("work-\ning", "", "working"),
        ("rare-\nearth", "a rare-earth mine", "rare-earth"),
        ("rare-\nearth", "rare is the earth", "rare-earth"),
        ("co-\noperation", "cooperation", "cooperation"),
        ("Indo-\nPacific", "", "Indo-Pacific"),
        ("COVID-\n19", "", "COVID- 19"),
    ],
)
def test_words_cut_at_a_line_end(cut: str, around: str, whole: str) -> None:
    words = Counter(around.split())
    assert pdf._mended(cut.replace("-\n", "- "), words) in {whole, whole.replace("-", "- ")}


def test_two_columns_are_read_one_after_the_other() -> None:
    lines = [
        Line(0, 70, 290, 700, 10, "The left column begins and runs on until it comes to"),
        Line(0, 70, 290, 686, 10, "its end here, where it says that"),
        Line(0, 310, 540, 700, 10, "the right column follows."),
        Line(0, 310, 540, 640, 10, "A paragraph apart."),
    ]
    assert list(paragraphs(lines, 1)) == [
        "The left column begins and runs on until it comes to its end here, where it says that the right column "
        "follows.",
        "A paragraph apart.",
    ]
