"""An address -> a report, or a clear refusal; a server on this machine plays every fault."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest

from monazite.core.errors import ReportError
from monazite.ledger.documents import read_documents
from monazite.ledger.documents.values import Intake
from monazite.ledger.values import Report

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
STORY = "The two ministers met in Lima on Monday and agreed to form a working group on copper.\n"
PAGE = f"<html><head><title>Copper</title></head><body><nav>Home</nav><p>{STORY}</p></body></html>".encode()

Answer = Callable[[BaseHTTPRequestHandler], None]


def gives(body: bytes = b"", kind: str = "text/html", status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Type": kind, "Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.close_connection = True
        with suppress(OSError):  # the other side may have had enough
            handler.wfile.write(body)

    return answer


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A header a byte at a time, without end."""
    handler.close_connection = True
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.02)
    except OSError:
        pass


def silent(handler: BaseHTTPRequestHandler) -> None:
    """Nothing, until the other side has had enough."""
    handler.close_connection = True
    handler.connection.recv(1)


@pytest.fixture
def get(server) -> Callable[..., Report]:
    """The report at an address of the server, which gives these answers."""

    def run(*answers: Answer, path: str = "/news/a?b=1#part", **bounds: float) -> Report:
        server.script.extend(answers)
        intake = Intake(allowed=frozenset({"127.0.0.1"}), now=lambda: NOW, pause=lambda _: None, **bounds)
        (report,), failed = read_documents(server.url + path, intake)
        assert failed == ()
        return report

    return run


def test_a_page(get, server) -> None:
    report = get(gives(PAGE))
    assert (report.id, report.origin) == (f"{server.url}/news/a?b=1",) * 2
    assert (report.kind, report.title, report.text) == ("page", "Copper", f"Copper\n\n{STORY.strip()}")
    assert (report.fetched, report.copy_of) == (NOW, None)


@pytest.mark.parametrize(
    ("body", "kind", "found"),
    [
        (STORY.encode(), "text/plain", "text"),
        (b"<p>" + STORY.encode(), "text/plain", "text"),
        (b"<p>" + STORY.encode(), "text/html; charset=utf-8", "page"),
        (PAGE, "application/octet-stream", "page"),
        (PAGE, "application/pdf", "page"),
    ],
)
def test_the_kind_is_what_it_is(get, body: bytes, kind: str, found: str) -> None:
    assert get(gives(body, kind)).kind == found


def test_a_pdf(get, make_pdf) -> None:
    assert get(gives(make_pdf([[(72.0, 700.0, 11.0, STORY.strip())]]), "text/html")).text == STORY.strip()


def test_a_redirect_is_followed_and_the_report_keeps_its_address(get, server) -> None:
    report = get(gives(status=301, Location="/moved"), gives(status=302, Location=f"{server.url}/b"), gives(PAGE))
    assert (report.id, report.origin) == (f"{server.url}/news/a?b=1", f"{server.url}/b")


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("http://127.0.0.2/x", "this machine or of a private network"),
        ("http://169.254.169.254/latest/meta-data", "private network"),
        ("http://[::1]/x", "private network"),
        ("http://localhost.localdomain.invalid/x", "not found"),
        ("file:///etc/passwd", "sends us to file://"),
        ("ftp://127.0.0.1/x", "sends us to ftp://"),
        ("http://user:word@127.0.0.1/x", "has a password"),
        ("/again", "without end"),
        ("", "without end"),
    ],
)
def test_a_redirect_that_leads_astray_is_not_followed(get, place: str, what: str) -> None:
    with pytest.raises(ReportError, match=what):
        get(gives(status=302, Location=place))


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (gives(status=404), "answers 404"),
        (gives(status=403), "answers 403"),
        (gives(status=503), "failed 2 times"),
        (gives(PAGE, Content_Length="100000"), "failed 2 times"),
        (gives(b"x" * 21_000_000), "more than 20,000,000 bytes"),
        (gives(b"<html>" + b"x" * 6_000_000), "6.0 MB, a page may have at most 5 MB"),
        (gives(gzip.compress(bytes(100_000_000)), Content_Encoding="gzip"), "more than 20,000,000 bytes"),
        (gives(PAGE, Content_Encoding="gzip"), "failed 2 times"),
        (gives(b"\x89PNG" + bytes(100)), "an image"),
        (gives(), "empty"),
    ],
)
def test_refused(get, server, answer: Answer, what: str) -> None:
    with pytest.raises(ReportError, match=what) as error:
        get(answer)
    assert error.value.where.startswith(server.url)
    assert error.value.mend


def test_packed_pages_are_unpacked(get) -> None:
    assert get(gives(gzip.compress(PAGE), Content_Encoding="gzip")).title == "Copper"


@pytest.mark.parametrize(("answer", "bounds"), [(drips, {}), (silent, {}), (silent, {"silence_seconds": 0.1})])
def test_a_server_that_takes_too_long_is_left(get, answer: Answer, bounds: dict[str, float]) -> None:
    with pytest.raises(ReportError, match=r"took more than 0\.4 s|connection failed"):
        get(answer, seconds=0.4, **bounds)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/x", "http://localhost/x", "https://192.168.0.1/", "http://[fe80::1]/"]
)
def test_no_private_address_unless_allowed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))
    with pytest.raises(ReportError, match="this machine or of a private network"):
        read_documents(url)


def test_nobody_there() -> None:
    with pytest.raises(ReportError, match="connection failed"):
        read_documents("http://127.0.0.1:9/x", Intake(allowed=frozenset({"127.0.0.1"}), pause=lambda _: None))
