"""An HTML page -> its main text and what it says of itself. Nothing in it is executed, and nothing it names is fetched.

Rules rather than a library: of those at hand one is slow on short reports, one leaves out lists, one needs a minute for
a page nested 20,000 deep, and two bring packages under the LGPL or MPL. lxml cuts every page at 256 levels.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from lxml import etree, html

from monazite.core.errors import ReportError
from monazite.ledger.documents.values import Document, Source
from monazite.ledger.reading.dates import find_dates

__all__ = ["read_page", "text_of"]

_GONE = {
    "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet", "svg", "canvas", "math",
    "button", "input", "select", "textarea", "label", "dialog", "audio", "video", "figcaption", "nav", "footer",
    "aside",
}  # fmt: skip
_NOISE = {
    "ad", "ads", "advert", "advertisement", "banner", "breadcrumb", "breadcrumbs", "comment", "comments", "consent",
    "cookie", "cookies", "disqus", "footer", "gdpr", "keywords", "menu", "modal", "mostread", "nav", "navbar",
    "navigation", "newsletter", "outbrain", "pagination", "paywall", "popular", "popup", "promo", "recommendations",
    "recommended", "related", "share", "sharing", "sidebar", "signup", "social", "sponsored", "subscribe",
    "subscription", "taboola", "tags", "taglist", "toolbar", "trending",
}  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu"}
_BLOCKS = {
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_LISTS = {"ul", "ol", "menu", "dl", "table", "tr", "p", "div", "section", "li", "h2", "h3", "h4", "h5", "h6"}
_TITLE = ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title")
_PUBLISHER = ("og:site_name", "publisher", "dc.publisher", "dcterms.publisher", "citation_publisher")
_PUBLISHED = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "pubdate", "publishdate",
    "publish-date", "publication_date", "dc.date", "dc.date.issued", "dcterms.issued", "dcterms.date",
    "dcterms.created", "citation_publication_date", "sailthru.date", "parsely-pub-date",
)  # fmt: skip
_MOST_ELEMENTS = 100_000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read_page(source: Source) -> Document:
    """The main text of a page, its title first; paragraphs parted by an empty line, items by a dash.

    :raises ReportError: if it is nested too deep or holds no text.
    """
    tree = _parsed(_decoded(source), source.where)
    stated = _stated(tree)
    lang = tree.get("lang") or ""
    text = _main_text(tree)
    if not text:
        mend = "open it in a browser and save the text, or print it to PDF: its text may be drawn by a script"
        raise ReportError(source.where, "the page has no text", mend)
    title = stated.title or next(iter(_texts(tree.iter("h1"))), "") or next(iter(_texts(tree.iter("title"))), "")
    # a headline above the article's own text is part of the report
    if title and not any(b.casefold().startswith(title.casefold()) for b in text.split("\n\n", 4)[:4]):
        text = f"{title}\n\n{text}"
    return Document(text, title, stated.publisher, stated.published, lang[:2].lower())


def text_of(markup: str, where: str) -> str:
    """The whole text of a piece of HTML, as a feed carries it; of text without marks, itself."""
    if "<" not in markup:
        return markup.strip()
    tree = _parsed(f"<html><body>{markup}</body></html>", where)
    _drop(e for e in tree.iter() if e.tag in _GONE)
    return _written(tree)


def _decoded(source: Source) -> str:
    data = source.data
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    head = data[:2048].decode("latin-1")
    stated = re.search(r"charset=[\"']?([\w-]+)", source.content_type) or re.search(
        r"charset\s*=\s*[\"']?([\w-]+)", head
    )
    for name in (stated[1] if stated else "utf-8", "utf-8"):
        with suppress(LookupError, UnicodeDecodeError, ValueError):
            return codecs.decode(data, name) if "utf" in name.lower() else data.decode(name, errors="replace")
    return data.decode("cp1252", errors="replace")


def _parsed(markup: str, where: str) -> Any:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(markup.replace("\0", "").encode("utf-8", errors="replace") or b"<p>", parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    if any("depth" in entry.message for entry in parser.error_log):
        raise ReportError(
            where, "its elements are nested more than 256 deep", "save the text of the page and pass that"
        )
    tree = html.document_fromstring("<p>") if tree is None else tree
    if sum(1 for _ in tree.iter()) > _MOST_ELEMENTS:
        what = f"it has more than {_MOST_ELEMENTS:,} elements"
        raise ReportError(where, what, "save the text of the report and pass that")
    for element in tree.iter():  # lxml gives such characters and does not take them back
        if element.text and _UNFIT.search(element.text):
            element.text = _UNFIT.sub("", element.text)
        if element.tail and _UNFIT.search(element.tail):
            element.tail = _UNFIT.sub("", element.tail)
    return tree


def _main_text(tree: Any) -> str:
    _drop(e for e in tree.iter() if e.tag in _GONE or _hidden(e))
    lengths = _lengths(tree)
    whole = lengths[tree][0]
    _drop(e for e, (length, _) in lengths.items() if _is_noise(e, length > 0.5 * whole))
    lengths = _lengths(tree)
    root = _root(tree, lengths)
    _drop(e for e in root.iter() if e is not root and e.tag in _LISTS and _only_links(*lengths[e]))
    return _written(root)


def _lengths(tree: Any) -> dict[Any, tuple[int, int]]:
    """How many characters each element holds, blanks aside, and how many of them are links: one walk for all."""
    found: dict[Any, tuple[int, int]] = {}
    for _, element in etree.iterwalk(tree, events=("end",)):
        inside = [found[child] for child in element]
        tails = sum(len("".join(child.tail.split())) for child in element if child.tail)
        own = len("".join((element.text or "").split())) + tails + sum(n for n, _ in inside)
        found[element] = own, own if element.tag == "a" else sum(n for _, n in inside)
    return found


def _drop(elements: Iterable[Any]) -> None:
    for element in list(elements):
        if element.getparent() is not None and element.tag not in ("html", "body"):
            element.drop_tree()


def _hidden(element: Any) -> bool:
    get = element.get
    return (
        get("hidden") is not None
        or get("aria-hidden") == "true"
        or get("role") in _ROLES
        or bool(_HIDDEN.search(get("style") or ""))
    )


def _is_noise(element: Any, most: bool) -> bool:
    """Whether an element's class or id names it as something beside the text, unless it holds the text after all."""
    if element.tag == "header":
        return not any(a.tag in ("article", "main") for a in element.iterancestors()) and not _holds_title(element)
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    words = _NOISE.intersection(w.lower() for w in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", named[:500]))
    if not words or element.tag in ("html", "body", "main"):
        return False
    if _holds_title(element) or element.find(".//*[@itemprop='articleBody']") is not None:
        return False
    return not most or bool(words & {"comment", "comments"})


def _holds_title(element: Any) -> bool:
    return element.find(".//h1") is not None


def _root(tree: Any, lengths: dict[Any, tuple[int, int]]) -> Any:
    """The element that holds the text: what is marked as the article's body, the longest article, main, or the page."""
    for path in ("//*[contains(@itemprop, 'articleBody')]", "//article", "//main | //*[@role='main']"):
        found = {e: lengths[e][0] for e in tree.xpath(path)}
        best = max(found, key=found.__getitem__, default=None)
        # many articles of one length are a list of teasers
        if best is not None and found[best] >= max(200, 0.5 * sum(found.values())):
            return best
    body = tree.find("body")
    return tree if body is None else body


def _only_links(length: int, links: int) -> bool:
    """Whether a block is hardly more than links, as lists of other stories are."""
    return links > 0 and links > 0.6 * length


def _written(root: Any) -> str:
    """The text of an element: a block a paragraph, `<br>` a newline, an item behind a dash, cells parted by tabs."""
    blocks: list[tuple[str, str]] = []
    parts: list[str] = []
    kind = ""

    def close(following: str) -> None:
        nonlocal kind
        lines = (" ".join(re.split(r"[^\S\t]+", line)).strip() for line in "".join(parts).split("\n"))
        text = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
        if text:
            blocks.append((f"- {text}" if kind == "li" else text, kind))
            kind = ""
        kind = following or kind
        parts.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag, begins = element.tag, event == "start"
        if tag in _BLOCKS:
            close(tag if begins and tag in ("li", "tr") else "")
            kind = "" if tag in ("li", "tr") and not begins else kind
        elif tag == "br" and begins:
            parts.append("\n")
        elif tag in ("td", "th") and not begins:
            parts.append("\t")
        words = element.text if begins else element.tail if element is not root else None
        if words:
            parts.append(words if tag == "pre" and begins else re.sub(r"\s+", " ", words))
    close("")
    return "".join(
        ("\n" if kind and kind == before else "\n\n" if before is not None else "") + text
        for (text, kind), before in zip(blocks, [None, *(kind for _, kind in blocks)], strict=False)
    )


def _texts(elements: Iterable[Any]) -> Iterator[str]:
    for element in elements:
        if words := " ".join(element.text_content().split()):
            yield words


def _stated(tree: Any) -> Document:
    """What the head of a page says of it: its JSON-LD, else its meta elements."""
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        meta.setdefault(name.lower(), " ".join((element.get("content") or "").split()))
    linked = _linked(tree)
    publisher = linked.get("publisher")
    publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
    name = publisher.get("name") if isinstance(publisher, dict) else publisher
    times = [e.get("datetime") or e.text_content() for e in tree.iter("time")][:1]
    return Document(
        "",
        _word(linked.get("headline")) or _first(meta, _TITLE),
        _word(name) or _first(meta, _PUBLISHER),
        next(filter(None, map(_day, (linked.get("datePublished"), *(meta.get(n) for n in _PUBLISHED), *times))), None),
    )


def _linked(tree: Any) -> dict[str, Any]:
    """The first article that JSON-LD describes."""
    for element in tree.xpath("//script[@type='application/ld+json']"):
        with suppress(ValueError, RecursionError):
            told = json.loads(element.text or "")
            listed = told if isinstance(told, list) else [told]
            listed = [x for t in listed if isinstance(t, dict) for x in (t, *_list(t.get("@graph")))]
            for thing in listed:
                if isinstance(thing, dict) and re.search("Article|Report|Posting|NewsRelease", str(thing.get("@type"))):
                    return thing
    return {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _word(value: Any) -> str:
    return " ".join(value.split())[:300] if isinstance(value, str) else ""


def _first(meta: dict[str, str], names: Iterable[str]) -> str:
    return next((meta[n][:300] for n in names if meta.get(n)), "")


def _day(value: Any) -> date | None:
    """The day of a time as pages write it: ISO 8601, else in words."""
    if not isinstance(value, str):
        return None
    with suppress(ValueError):
        return date.fromisoformat(value.strip()[:10])
    return next((d.day for d in find_dates(value[:60]) if d.day and d.explicit and not d.mismatch), None)
