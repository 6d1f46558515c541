"""A page -> its main text: what stands around it is left out, what it says of itself is taken, nothing is executed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monazite.core.errors import ReportError
from monazite.ledger.documents import read_report
from monazite.ledger.documents.page import read_page, text_of
from monazite.ledger.documents.values import Source

NEWS = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Copper group agreed | Andes Post</title>
<meta property="og:site_name" content="Andes Post">
<meta property="article:published_time" content="2025-03-04T23:30:00Z">
<script>document.write("China banned exports of gallium to Japan.")</script>
<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle",
"headline": "Peru and Chile agree copper group", "datePublished": "2025-03-04",
"publisher": {"name": "The Andes Post"}}]}
</script></head><body class="has-sidebar">
<div id="cookie-consent"><p>We use cookies. By going on you agree to them.</p></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World</a></li></ul></nav></header>
<main><article class="post with-comments"><h1>Peru and Chile agree copper group</h1>
<div class="share-buttons"><a href="#">Facebook</a></div>
<p>LIMA, March 4, 2025 (Reuters) - The trade ministers of Peru and Chile agreed on Tuesday to set up a joint
working group on <b>copper</b>.</p><!-- China will impose a quota on tungsten. -->
<p>It will meet in Santiago by June 2026,<br>the ministry said.</p>
<figure><img src="http://127.0.0.1:9/x.jpg"><figcaption>The ministers in Lima.</figcaption></figure>
<ul><li><p>Peru will lend ships;</p></li><li>Chile will share data.</li></ul>
<table><tr><th>Year</th><th>Tonnes</th></tr><tr><td>2024</td><td>2.7 million</td></tr></table>
<p><a href="/x">Read also: Indonesia will lift its ban on nickel</a></p>
<div style="display: none">Russia banned exports of uranium.</div>
<aside><p>Japan will build a stockpile of magnets.</p></aside>
<div class="tags">copper, mining, Peru</div></article>
<section id="comments"><p>Chile will surely ban exports of copper next year, mark my words, everybody.</p></section>
</main>
<div class="related"><h3>More</h3><ul><li><a href="/1">India bans rice exports</a></li></ul></div>
<footer><p>© 2025 Andes Post</p></footer></body></html>"""
TEXT = """Peru and Chile agree copper group

LIMA, March 4, 2025 (Reuters) - The trade ministers of Peru and Chile agreed on Tuesday to set up a joint \
working group on copper.

It will meet in Santiago by June 2026,
the ministry said.

- Peru will lend ships;
- Chile will share data.

Year\tTonnes
2024\t2.7 million"""


def page(markup: str | bytes, content_type: str = "") -> Source:
    return Source("a.html", "a.html", markup if isinstance(markup, bytes) else markup.encode(), content_type)


def test_the_main_text_and_no_more() -> None:
    assert read_page(page(NEWS)).text == TEXT


def test_what_a_page_says_of_itself(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NEWS, encoding="utf-8")
    report = read_report(tmp_path / "a.txt")  # the name does not decide
    assert (report.kind, report.id, report.text) == ("page", "a.txt", TEXT)
    assert (report.title, report.publisher) == ("Peru and Chile agree copper group", "The Andes Post")
    assert (report.published, report.language) == (date(2025, 3, 4), "en")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ('<meta name="date" content="2025-03-04">', date(2025, 3, 4)),
        ('<meta itemprop="datePublished" content="4 March 2025">', date(2025, 3, 4)),
        (
            '<meta name="DC.date.issued" content="soon"><meta name="pubdate" content="2025-03-04 10:00">',
            date(2025, 3, 4),
        ),
        ("<time datetime='2025-03-04T10:00+09:00'>Tuesday</time>", date(2025, 3, 4)),
        ('<script type="application/ld+json">[{"@type": ["NewsArticle"], "datePublished": 5}]</script>', None),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script>", None),
        ('<script type="application/ld+json">{"@type": "Report", "publisher": [{"name": ["x"]}]}</script>', None),
    ],
)
def test_days_of_publication(head: str, day: date | None) -> None:
    found = read_page(page(f"<html><head>{head}</head><body><p>The ministers met in Lima.</p></body></html>"))
    assert (found.published, found.publisher) == (day, "")


def test_a_page_without_marks_of_its_parts() -> None:
    markup = """<html><title>Announcement No. 61</title><body><table>
    <tr><td><a href=/>Home</a> | <a href=/n>News</a></td></tr>
    <tr><td><b>Announcement No. 61 of 2025</b><br><br>The ministry announces the following decision.<br><br>
    1. Exporters of terbium must obtain a licence.<br>2. It takes effect on December 1, 2025.</td></tr></table>"""
    assert read_page(page(markup)).text == (
        "Announcement No. 61 of 2025\n\nThe ministry announces the following decision.\n\n"
        "1. Exporters of terbium must obtain a licence.\n2. It takes effect on December 1, 2025."
    )


def test_the_longest_article_is_the_text_and_a_list_of_teasers_is_none() -> None:
    long = "The two ministers met in Lima and agreed to form a working group on copper. " * 5
    teaser = "<article><p>India bans rice.</p></article>"
    assert read_page(page(f"<html><article><p>{long}</p></article>{teaser * 3}</html>")).text == long.strip()
    listed = read_page(page("<html><body>" + "<article><p>" + long[:230] + "</p></article>" * 5 + "</body></html>"))
    assert listed.text.count("Lima") >= 3


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("<html><meta charset=iso-8859-1><p>Bogotá agreed</p>".encode("latin-1"), ""),
        ("<html><p>Bogotá agreed</p>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<html><p>Bogotá agreed</p>".encode(), ""),
        ("<html><meta charset=no-such><p>Bogotá agreed</p>".encode(), ""),
        ("<html><p>Bogotá agreed</p>".encode("cp1252"), ""),
        ("\ufeff<html><p>Bogotá agreed</p>".encode(), "text/html; charset=ascii"),
        ("<html><p>Bogotá agreed</p>".encode("utf-16"), ""),
        ('<?xml version="1.0" encoding="utf-8"?><html><p>Bogotá agreed</p></html>'.encode(), ""),
    ],
)
def test_encodings(data: bytes, kind: str) -> None:
    assert read_page(page(data, kind)).text == "Bogotá agreed"


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<div>" * 20_000 + "The ministers met.", "more than 256 deep"),
        ("<html>" + "<p>word" * 120_000, "more than 100,000 elements"),
        ("<html><body><script>document.write('The ministers met')</script></body></html>", "no text"),
        ("<html></html>", "no text"),
        ("<!doctype html>", "no text"),
    ],
)
def test_refused(markup: str, what: str) -> None:
    with pytest.raises(ReportError, match=what):
        read_page(page(markup))


def test_no_entity_from_outside_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a secret", encoding="utf-8")
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    assert "secret" not in read_page(page(f"{entity}<html><p>The ministers met &x; in Lima.</p></html>")).text


def test_a_piece_of_markup() -> None:
    assert text_of("<p>One &amp; two</p><script>x</script><p>Three</p>", "x") == "One & two\n\nThree"
    assert text_of(" plain ", "x") == "plain"


@given(st.text(st.sampled_from("<>/=\"'&#1; abp!-divhrefscript\n\0\x01\x0bé\uffff"), max_size=300))
def test_no_markup_breaks_the_reader(markup: str) -> None:
    try:
        text = read_page(page(f"<html>{markup}")).text
    except ReportError:
        return
    assert text == text.strip()
    assert text
