"""A feed -> its newest entries: the text if it is there, else the linked page; one that fails stops no other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monazite.core.errors import ReportError
from monazite.ledger.documents import read_documents, read_report
from monazite.ledger.documents.feed import read_feed
from monazite.ledger.documents.values import Intake, Source

STORY = "The trade ministers of Peru and Chile agreed on Tuesday to set up a joint working group on copper. " * 8
LOCAL = Intake(allowed=frozenset({"127.0.0.1"}), now=lambda: datetime(2026, 11, 22, tzinfo=UTC), pause=lambda _: None)


def rss(*items: str) -> str:
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    head = f'<?xml version="1.0"?><rss version="2.0" {space}><channel><title>Andes &amp; Post</title><link>http://a.org/</link>'
    return f"{head}{''.join(f'<item>{item}</item>' for item in items)}</channel></rss>"


def item(day: int, link: str, body: str, title: str = "Copper group") -> str:
    when = f"<pubDate>{day:02} Mar 2025 10:00:00 GMT</pubDate>"
    return f"<title>{title}</title><link>{link}</link>{when}<content:encoded><![CDATA[{body}]]></content:encoded>"


ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Ministry of Mines</title><entry><title>Statement</title>
<link href="/s/1#top"/><published>2025-03-04T10:00:00Z</published>
<content type="html">&lt;p&gt;{STORY}&lt;/p&gt;</content>
</entry></feed>"""


def source(text: str, where: str = "feed.xml") -> Source:
    return Source("feed.xml", where, text.encode())


def test_the_newest_entries_with_their_text(tmp_path: Path) -> None:
    bodies = [f"<p>{STORY}</p><script>China bans gallium</script>"] * 3
    items = [item(n, f"http://a.org/{n}", body, f"Story {n}") for n, body in enumerate(bodies, 1)]
    (tmp_path / "news").write_text(rss(*items), encoding="utf-8")
    reports, failed = read_documents(tmp_path / "news", Intake(newest=2))
    assert failed == ()
    assert [(r.id, r.title, r.published) for r in reports] == [
        ("http://a.org/3", "Story 3", date(2025, 3, 3)),
        ("http://a.org/2", "Story 2", date(2025, 3, 2)),
    ]
    assert {(r.publisher, r.kind, r.text[8:]) for r in reports} == {("Andes & Post", "feed", "\n" + STORY.strip())}
    with pytest.raises(ReportError, match="a feed of many reports"):
        read_report(tmp_path / "news")


def test_atom_and_links_beside_the_feed() -> None:
    (entry,) = read_feed(source(ATOM, "https://mines.example/feed"), 5)
    assert (entry.id, entry.whole) == ("https://mines.example/s/1", True)
    assert (entry.document.publisher, entry.document.published) == ("Ministry of Mines", date(2025, 3, 4))
    (nowhere,) = read_feed(source(ATOM), 5)
    assert (nowhere.id, nowhere.link, nowhere.whole) == ("feed.xml#1", "", True)


@pytest.mark.parametrize("body", ["Two sides met.", STORY + " …", STORY + "<a href='/x'>Read more</a>"])
def test_a_teaser_is_not_the_report(body: str) -> None:
    (entry,) = read_feed(source(rss(item(4, "http://a.org/1", body))), 5)
    assert not entry.whole


def test_linked_pages_are_read_and_a_dead_link_is_named(server, tmp_path: Path) -> None:
    server.files["/good"] = f"<html><body><p>{STORY}</p></body></html>".encode()
    links = (f"{server.url}/good", f"{server.url}/gone", "http://127.0.0.2/closed")
    items = [item(n, link, "<p>They met.</p>") for n, link in enumerate(links, 1)]
    (tmp_path / "feed.xml").write_text(rss(*items), encoding="utf-8")
    (report,), failed = read_documents(tmp_path / "feed.xml", LOCAL)
    assert (report.id, report.kind, report.publisher) == (links[0], "page", "Andes & Post")
    assert (report.published, report.fetched) == (date(2025, 3, 1), datetime(2026, 11, 22, tzinfo=UTC))
    assert [error.where for error in failed] == ["http://127.0.0.2/closed", links[1]]
    assert "404" in str(failed[1])


def test_an_entry_told_twice_is_one_report(tmp_path: Path) -> None:
    (tmp_path / "f").write_text(
        rss(item(1, "http://a.org/1", STORY), item(2, "http://a.org/1#x", STORY)), encoding="utf-8"
    )
    assert len(read_documents(tmp_path / "f")[0]) == 1


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel><title>x</title></channel></rss>",
        "<rss",
        "<feed><entry",
        rss("<title>x</title><pubDate>32 Foo 99999999999</pubDate><description>They met.</description>"),
        f"<!DOCTYPE rss [{BOMB}]>" + rss("<title>&e8;</title><description>&e8;</description>"),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss("<title>&x;</title>"),
    ],
)
def test_a_bad_feed_is_refused_or_gives_little(text: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_text(text, encoding="utf-8")
    try:
        reports, _ = read_documents(tmp_path / "f")
    except ReportError:
        return
    assert all(len(r.text) < 1_000 for r in reports)
