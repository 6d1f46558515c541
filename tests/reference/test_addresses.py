"""Only public hosts are asked: every form of a private address is refused, also when a name turns into one."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from urllib3.exceptions import SSLError

from monazite.core.errors import FetchError
from monazite.reference.addresses import PublicPool, is_public

CLOSED = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.1.1",
    "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1:0:0:80ff:fffe",
]  # fmt: skip


@pytest.mark.parametrize("address", CLOSED)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_the_open_internet_is(address: str) -> None:
    assert is_public(address)


def named(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have names resolve to these addresses, one list for each time; the names asked for."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, port: int, *rest: int, **options: int):
        if host.replace(".", "").isdigit():
            return real(host, port, *rest, **options)
        asked.append(host)
        return [(0, 0, 0, "", (a, port)) for a in answers[min(len(asked), len(answers)) - 1]]

    monkeypatch.setattr("monazite.reference.addresses.socket.getaddrinfo", answer)
    return asked


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]", "127.0.0.1.", "0"],
)
def test_this_machine_is_not_asked_under_any_name(server, host: str) -> None:
    with PublicPool() as pool, pytest.raises(FetchError, match=r"this machine|not found|no address"):
        pool.request("GET", f"http://{host}:{server.url.rpartition(':')[2]}/x")
    assert server.asked == []


def test_a_name_of_a_private_host_is_refused_also_among_public_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, ["8.8.8.8", "10.0.0.5"])
    with PublicPool() as pool, pytest.raises(FetchError, match=r"host news\.example is 10\.0\.0\.5"):
        pool.request("GET", "https://news.example/a?key=secret")


def test_the_connection_goes_to_the_address_that_was_checked(server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second look at the name would lead to another host: there is none."""
    server.files["/a"] = b"body"
    asked = named(monkeypatch, ["127.0.0.1"], ["10.0.0.5"])
    port = server.url.rpartition(":")[2]
    with PublicPool(["127.0.0.1"]) as pool:
        assert pool.request("GET", f"http://news.example:{port}/a").data == b"body"
    assert asked == ["news.example"]
    assert server.asked[0][1]["Host"] == f"news.example:{port}"


def test_the_next_address_is_tried_where_one_is_dead(server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.files["/a"] = b"body"
    named(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with PublicPool(["127.0.0.1", "127.0.0.2"]) as pool:
        url = f"http://news.example:{server.url.rpartition(':')[2]}/a"
        assert pool.request("GET", url, retries=False).data == b"body"


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("ftp://example.org/x", "no address"),
        ("http://", "no address"),
        ("http://user:word@example.org/x", "http://example.org/x: has a password"),
        ("http://example.org:99999/x", "no address"),
        ("http://a b/x", "no address|not found"),
    ],
)
def test_other_addresses_are_refused(url: str, what: str) -> None:
    with PublicPool() as pool, pytest.raises(FetchError, match=what) as error:
        pool.request("GET", url)
    assert "word@" not in str(error.value)


def test_a_name_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror("no such host")

    monkeypatch.setattr("monazite.reference.addresses.socket.getaddrinfo", fails)
    with PublicPool() as pool, pytest.raises(FetchError, match=r"nowhere\.example is not found"):
        pool.request("GET", "https://nowhere.example/")


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with TLS whose certificate is for news.example and is trusted; its port."""
    tool = shutil.which("openssl")
    if tool is None:
        pytest.skip("no openssl to make a certificate with")
    names = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run([tool, "req", "-x509", *kind, *names, *files], check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
    (tmp_path / "a").write_bytes(b"body")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as http:
        http.socket = context.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield http.server_port
        http.shutdown()


def test_the_certificate_is_checked_against_the_name(secure: int, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, ["127.0.0.1"])
    with PublicPool(["127.0.0.1"]) as pool:
        assert pool.request("GET", f"https://news.example:{secure}/a", retries=False).data == b"body"
        with pytest.raises(SSLError, match=r"other\.example"):
            pool.request("GET", f"https://other.example:{secure}/a", retries=False)
