"""Shared by all rooms: the shipped tables, opened once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.reading.parser import load_parser
from monazite.network.supply import SupplyNetwork
from monazite.reference.store import Store, gazetteer, open_store
from monazite.workbench.network import load_network
from monazite.workbench.reports import read, record

if TYPE_CHECKING:
    from spacy.language import Language

loaded = cache(load_parser)


@pytest.fixture(scope="session", autouse=True)
def loaded_once() -> Iterator[None]:
    """The language model takes two seconds to load: once, however many commands read reports here."""
    with pytest.MonkeyPatch.context() as patch:
        for room in (read, record):
            patch.setattr(room, "load_parser", loaded)
        yield


@pytest.fixture(scope="session")
def parser() -> Language:
    return loaded()


@pytest.fixture(scope="session")
def store() -> Iterator[Store]:
    with open_store() as opened:
        yield opened


@pytest.fixture(scope="session")
def names(store: Store) -> Gazetteer:
    return gazetteer(store)


@pytest.fixture(scope="session")
def rare_earths(store: Store) -> SupplyNetwork:
    return load_network(store, "rare-earths")


@pytest.fixture(scope="session")
def examples() -> Path:
    return Path(__file__).parent.parent / "examples" / "reports"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Material beside the checkout that is not part of the project; tests that read it skip without it."""
    folder = Path(__file__).parent.parent.parent / "shared"
    if not folder.is_dir():
        pytest.skip("no shared folder beside the checkout")
    return folder


class Server:
    """A web server on this machine: a scripted answer for each request, the last again and again, or files by path."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[bytes] = []
        script: list[Callable[[BaseHTTPRequestHandler], None]] = []
        files: dict[str, bytes] = {}
        asked, posted = self.asked, self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append((self.path, dict(self.headers)))
                if script:
                    script[min(len(asked), len(script)) - 1](self)
                    return
                body = files.get(self.path.partition("?")[0], files.get(self.path))
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def do_POST(self) -> None:
                posted.append(self.rfile.read(int(self.headers["Content-Length"])))
                self.do_GET()

            def log_message(self, *_: object) -> None: ...

        self.script, self.files = script, files
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    played = Server()
    thread = threading.Thread(target=played.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield played
    played.http.shutdown()
    thread.join()
    played.http.server_close()
