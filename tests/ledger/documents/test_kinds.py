"""One report as text, page, PDF and .docx: the same words, title and day, known as copies of one another."""

from __future__ import annotations

import textwrap
from html import escape
from pathlib import Path

import pytest

from monazite.ledger.claims.copies import marked
from monazite.ledger.documents import read_report

SIGNS = str.maketrans("’‘“”–—", "''\"\"--")
REPORTS = sorted((Path(__file__).parents[3] / "examples" / "reports").glob("*.txt"))


def printed(paragraphs: list[str], make_pdf) -> bytes:
    """The paragraphs in lines on pages, each with a head and a number."""
    pages: list[list[tuple[float, float, float, str]]] = []
    height = 0.0
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph, 85):
            if height < 400:
                number = f"{len(pages) + 1}"
                pages.append([(72.0, 800.0, 9.0, "Daily monitor | The desk"), (290.0, 40.0, 9.0, number)])
                height = 760.0
            pages[-1].append((72.0, height, 11.0, line))
            height -= 22
        height -= 14
    return make_pdf(pages)


@pytest.mark.parametrize("file", REPORTS, ids=lambda f: f.stem)
def test_one_report_of_four_kinds(file: Path, tmp_path: Path, make_pdf, make_docx) -> None:
    text = file.read_text(encoding="utf-8").translate(SIGNS)
    paragraphs = [p for p in text.split("\n\n") if p.strip()]
    body = f"<h1>{escape(paragraphs[0])}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs[1:])
    runs = "".join(f"<w:p><w:r><w:t>{escape(p)}</w:t></w:r></w:p>" for p in paragraphs)
    made = {
        "text": text.encode(),
        "page": f"<html><nav><a href=/>Home</a></nav><article>{body}</article></html>".encode(),
        "pdf": printed(paragraphs, make_pdf),
        "docx": make_docx(runs),
    }
    reports = {}
    for kind, data in made.items():
        (tmp_path / kind).write_bytes(data)
        reports[kind] = read_report(tmp_path / kind)
    assert {kind: report.kind for kind, report in reports.items()} == {kind: kind for kind in made}
    # Helvetica has one apostrophe, and it is curly
    assert {" ".join(r.text.replace("’", "'").split()) for r in reports.values()} == {" ".join(text.split())}
    assert len({r.published for r in reports.values()}) == 1
    assert sum(r.copy_of is None for r in marked(reports.values())) == 1
