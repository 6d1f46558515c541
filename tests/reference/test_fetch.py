"""A fetch ends in a whole, checked file or in a clear refusal; a server on this machine plays every fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from monazite.core.errors import FetchError, MonaziteError
from monazite.reference import fetch as module
from monazite.reference.fetch import Request, fetch

BODY = b"year,value\n2024,1\n" * 5000
SUM = sha256(BODY).hexdigest()

Answer = Callable[[BaseHTTPRequestHandler], None]


def gives(status: int, body: bytes = b"", **headers: str) -> Answer:
    """An answer with its whole body, or as much as `Content_Length` does not promise."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def part(start: int, tag: str = '"one"') -> Answer:
    """The rest of the body from a byte on."""
    span = f"bytes {start}-{len(BODY) - 1}/{len(BODY)}"
    return gives(206, BODY[start:], Content_Range=span, ETag=tag)


def played(server, *answers: Answer) -> str:
    """Have the server give these answers; the address of a file there."""
    server.script.extend(answers)
    return f"{server.url}/file.csv?key=secret"


HALF = gives(200, BODY[:40_000], Content_Length=str(len(BODY)), ETag='"one"')
WHOLE = gives(200, BODY, ETag='"one"')


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def get(server, tmp_path: Path, waits: list[float]) -> Callable[..., str]:
    """Fetch what the server plays; no wait is waited for."""

    def run(*answers: Answer, **bounds: object) -> str:
        return fetch(Request(played(server, *answers), pause=waits.append, **bounds), tmp_path / "file.csv").sha256

    return run


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_file_comes_whole(get, tmp_path):
    assert get(WHOLE, sha256=SUM) == SUM
    assert (tmp_path / "file.csv").read_bytes() == BODY


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again(get, server, waits, status):
    assert get(gives(status), gives(status), WHOLE) == SUM
    assert (len(server.asked), waits) == (3, [1.0, 2.0])


def test_the_server_says_when_to_come_again(get, waits):
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    assert get(gives(429, Retry_After="7"), gives(503, Retry_After=date), gives(429, Retry_After="soon"), WHOLE) == SUM
    assert waits == [7.0, 0.0, 4.0]


def test_a_wait_longer_than_the_time_left_is_refused(get, waits):
    with pytest.raises(FetchError, match=r"429 and asks to wait 86,400 s"):
        get(gives(429, Retry_After="86400"), seconds=60.0)
    assert waits == []


def test_a_server_that_stays_busy_is_left_alone(get, server):
    with pytest.raises(FetchError, match="failed 4 times, at last because the server answers 503"):
        get(gives(503), tries=4)
    assert len(server.asked) == 4


def test_a_broken_body_goes_on_where_it_stopped(get, server, tmp_path):
    assert get(HALF, part(40_000)) == SUM
    assert (tmp_path / "file.csv").read_bytes() == BODY
    asked = server.asked[1][1]
    assert (asked["Range"], asked["If-Range"]) == ("bytes=40000-", '"one"')


@pytest.mark.parametrize(
    "second",
    [
        gives(200, BODY, ETag='"two"'),
        part(40_000, tag='"two"'),
        part(30_000),
        gives(416),
        gives(206, BODY[40_000:], ETag='"one"'),
    ],
    ids=["new file", "new tag", "other place", "no such range", "no range named"],
)
def test_a_body_that_changed_meanwhile_is_fetched_anew(get, second):
    assert get(HALF, second, WHOLE) == SUM


@pytest.mark.parametrize("tag", ["", 'W/"one"'])
def test_without_a_strong_tag_a_broken_body_is_fetched_anew(get, server, tag):
    broken = gives(200, BODY[:40_000], Content_Length=str(len(BODY)), **({"ETag": tag} if tag else {}))
    assert get(broken, WHOLE) == SUM
    assert "Range" not in server.asked[1][1]


def test_another_file_than_the_one_asked_for_is_refused(get, tmp_path):
    (tmp_path / "file.csv").write_text("old")
    with pytest.raises(FetchError, match=f"sha256 is {SUM}, expected 0000"):
        get(WHOLE, sha256="0" * 64)
    assert left(tmp_path) == ["file.csv"]
    assert (tmp_path / "file.csv").read_text() == "old"


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True


def drips(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x")
            time.sleep(0.02)
    except OSError:
        handler.close_connection = True


@pytest.mark.parametrize("large", [endless, gives(200, BODY)], ids=["endless", "announced"])
def test_a_body_over_the_bound_is_refused(get, tmp_path, large):
    with pytest.raises(FetchError, match="more than 50,000 bytes"):
        get(large, most_bytes=50_000)
    assert left(tmp_path) == []


def test_a_server_that_only_drips_is_left_when_time_is_up(get, tmp_path):
    with pytest.raises(FetchError, match=r"took more than 0\.3 s"):
        get(drips, seconds=0.3)
    assert left(tmp_path) == []


def test_redirects_on_the_same_host_are_followed_within_bounds(get, server):
    assert get(gives(302, Location="/other"), gives(307, Location="/third"), WHOLE) == SUM
    assert [path for path, _ in server.asked] == ["/file.csv?key=secret", "/other", "/third"]


def test_redirects_without_end_are_refused(get, server):
    with pytest.raises(FetchError, match="without end"):
        get(gives(301, Location="/again"))
    assert len(server.asked) == 5


@pytest.mark.parametrize("place", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_no_other_host_and_no_other_scheme_is_asked(get, server, place):
    with pytest.raises(FetchError, match="was not asked for") as error:
        get(gives(302, Location=place))
    assert len(server.asked) == 1
    assert "secret" not in str(error.value)


def test_https_is_never_left_for_http(tmp_path):
    file = (tmp_path / "x").open("w+b")
    with file, pytest.raises(FetchError, match=r"sends us to http://a\.org"):
        module._redirected(module._State(Request("https://a.org/x"), file), "http://a.org/x")


@pytest.mark.parametrize(("status", "says"), [(404, "check the address"), (403, "check the key")])
def test_what_is_not_there_is_said_at_once(get, server, status, says):
    with pytest.raises(FetchError, match=f"(?i)answers {status}.*{says}"):
        get(gives(status))
    assert len(server.asked) == 1


@pytest.mark.parametrize("url", ["file:///etc/passwd", "example.org", "http://", ""])
def test_only_addresses_of_web_servers_are_asked(tmp_path, url):
    with pytest.raises(FetchError, match="no address"):
        fetch(Request(url), tmp_path / "x")


def test_nobody_there(tmp_path, waits):
    with pytest.raises(FetchError, match="connection failed"):
        fetch(Request("http://127.0.0.1:9/x", tries=2, pause=waits.append), tmp_path / "x")
    assert waits == [1.0]


def test_a_disk_without_room_is_said_before_it_is_full(get, tmp_path, monkeypatch):
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: module.shutil._ntuple_diskusage(100, 90, 10))
    with pytest.raises(FetchError, match="room for 0"):
        get(WHOLE)
    assert left(tmp_path) == []


def test_a_file_that_cannot_be_written_says_so(server, tmp_path):
    with pytest.raises(MonaziteError, match="cannot be written"):
        fetch(Request(played(server, WHOLE)), tmp_path / "nowhere" / "x")
