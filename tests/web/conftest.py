"""A record of the example reports, and the application over it, made once for all tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from monazite.record.log import entries, open_log, restore
from monazite.web.app import create_app
from monazite.web.settings import Limits, Settings, settings
from monazite.workbench.reports.record import Adding, add
from tests.record.conftest import database, server

__all__ = ["database", "server"]

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> Path:
    """A record on which nobody has decided anything; copy it before you do."""
    where = tmp_path_factory.mktemp("record") / "record.sqlite"
    add(str(where), sorted(examples.glob("*.txt")), Adding("ana", datetime(2026, 2, 1, tzinfo=UTC)))
    return where


@pytest.fixture(scope="session")
def made(record: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    limits = Limits(body_bytes=2_000_000, file_bytes=500_000, files=3, changes_per_minute=100_000, waiting_jobs=1000)
    return Settings(str(record), tmp_path_factory.mktemp("web"), limits=limits)


@pytest.fixture(scope="session")
def client(made: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(made), base_url=ADDRESS) as opened:
        yield opened


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., TestClient]:
    """An application of one's own, whose jobs wait; its record is not there."""

    def opened(**chosen: Any) -> TestClient:
        return TestClient(create_app(settings(str(tmp_path / "record.sqlite"), **chosen)), base_url=ADDRESS)

    return opened


def on_postgresql(record: Path, url: str) -> str:
    """A copy of a record, at the URL."""
    with open_log(str(record)) as found, open_log(url, create=True) as copy:
        restore(copy, entries(found))
    return url


def ended(client: TestClient, id_: str, seconds: float = 120.0) -> dict[str, Any]:
    """A job once it has ended."""
    until = time.monotonic() + seconds
    while (job := client.get(f"/api/v1/jobs/{id_}").json())["state"] in ("waiting", "running"):
        assert time.monotonic() < until, job
        time.sleep(0.05)
    found: dict[str, Any] = job
    return found
