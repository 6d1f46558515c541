"""Pages become PDFs with all that a page has; without a browser, or with a bad one, it is said how to mend it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from monazite import __version__
from monazite.core.errors import MonaziteError
from monazite.workbench import pdf

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A brief</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>@page { size: A4 } h2 { break-before: page }</style></head>
<body><h1>Points</h1><p>Told <a href="#q1">[Q1]</a>, <a href="https://example.org/x">outside</a>.
&lt;script&gt;alert(1)&lt;/script&gt;</p><svg width="90" height="90"><path d="M0 0L90 90L0 90Z"/></svg>
<h2>Quotations</h2><p id="q1">“Words”</p>
<script>document.title = "Another"; document.body.textContent = "gone"</script></body></html>"""


@pytest.fixture(scope="module")
def printed() -> bytes:
    if not any(map(shutil.which, pdf._BROWSERS)):
        pytest.skip("no Chromium is installed: apt-get install chromium")
    return pdf.pdf_of(PAGE, date(2026, 11, 21))


def browser(tmp_path, monkeypatch, script):
    """A program in the place of a browser."""
    program = tmp_path / "browser"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("MONAZITE_BROWSER", str(program))


def test_a_pdf_has_title_author_day_outline_tags_and_text(printed):
    found = pypdfium2.PdfDocument(printed)
    told = found.get_metadata_dict()
    assert (told["Title"], told["Author"], told["Creator"]) == ("A brief", f"Monazite {__version__}", "")
    assert told["CreationDate"].startswith("D:20261121000000")
    assert [item.get_title() for item in found.get_toc()] == ["Points", "Quotations"]
    assert found.is_tagged()
    assert len(found) == 2
    assert "<script>alert(1)</script>" in found[0].get_textpage().get_text_range()
    assert "Words" in found[1].get_textpage().get_text_range()
    kinds = [one.type for one in found[0].get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert b"https://example.org/x" in printed
    assert b"/Dest" in printed


def test_the_same_page_gives_the_same_bytes(printed):
    assert pdf.pdf_of(PAGE, date(2026, 11, 21)) == printed
    undated = pdf._signed(printed, None)
    assert len(undated) == len(printed)
    assert "CreationDate" not in {k for k, v in pypdfium2.PdfDocument(undated).get_metadata_dict().items() if v}


def test_a_title_cannot_pass_for_what_the_browser_says():
    head = b"1 0 obj\n<</Title (x \\(/Creator \\(y\\)\\))\n/Creator (Mozilla/5.0 \\(X11\\) and so on)>>\nendobj"
    signed = pdf._signed(head + b"\n/Creator (body)", None)
    assert b"/Title (x \\(/Creator \\(y\\)\\))\n/Author (Monazite" in signed
    assert signed.endswith(b"\n/Creator (body)")


def test_without_a_browser_it_is_said_how_to_mend_it(monkeypatch):
    monkeypatch.setenv("MONAZITE_BROWSER", "no-such-program")
    with pytest.raises(
        MonaziteError, match=r"MONAZITE_BROWSER=no-such-program is no program.*apt-get install chromium"
    ):
        pdf.pdf_of(PAGE)
    monkeypatch.setenv("MONAZITE_BROWSER", "")
    monkeypatch.setattr(pdf, "_BROWSERS", ())
    with pytest.raises(MonaziteError, match="no Chromium, Chrome or Edge is installed"):
        pdf.browser()


def test_a_browser_that_prints_nothing_or_never_ends_is_told(tmp_path, monkeypatch):
    browser(tmp_path, monkeypatch, "echo starting; echo no display here >&2")
    with pytest.raises(MonaziteError, match="printed nothing: no display here"):
        pdf.pdf_of(PAGE)
    browser(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(pdf, "_SECONDS", 0.2)
    with pytest.raises(MonaziteError, match="took more than"):
        pdf.pdf_of(PAGE)
    monkeypatch.setattr(pdf, "_BYTES", 10)
    with pytest.raises(MonaziteError, match="expected 10 at most"):
        pdf.pdf_of(PAGE)


def test_the_browser_gets_a_home_of_its_own_and_nothing_to_ask(tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    copies = 'for a; do case "$a" in --print-to-pdf=*) echo %PDF > "${a#*=}";; esac; done'
    browser(tmp_path, monkeypatch, f'echo "$HOME" "$@" > {seen}; {copies}')
    assert pdf.pdf_of(PAGE).startswith(b"%PDF")
    home, *asked = seen.read_text(encoding="utf-8").split()
    assert f"--user-data-dir={home}/profile" in asked
    assert "--proxy-server=127.0.0.1:9" in asked
    assert asked[-1] == f"file://{home}/page.html"
    assert not Path(home).exists()
