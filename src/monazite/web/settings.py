"""What a server is told when it starts; read once, at the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from math import inf
from pathlib import Path

from monazite.core.errors import UsageError
from monazite.record.shelf import Shelf
from monazite.workbench.reports.record import place

__all__ = ["Limits", "Settings", "is_loopback", "settings"]

_SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one server takes on: bytes, numbers of things at a time, and requests a minute of one client.

    Of answers made while their caller waits there are `at_once`; another waits `room_seconds` for its turn.
    A page waits `page_seconds` for a job until it tells how far that is, a file `file_seconds` until it is refused.
    """

    body_bytes: int = 30_000_000
    file_bytes: int = 25_000_000
    files: int = 20
    cache_bytes: int = 64_000_000
    waiting_jobs: int = 50
    running_jobs: int = 2
    at_once: int = 4
    room_seconds: float = 10.0
    page_seconds: float = 2.0
    file_seconds: float = 60.0
    kept_jobs: int = 500
    changes_per_minute: int = 120
    job_seconds: float = 3600.0
    scenarios: int = 200
    lists: int = 20
    unpacked_bytes: int = 200_000_000
    list_hours: float = 24.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the record and the server's own files are, where it listens, and what it asks of callers.

    `names` are the host names it answers to, besides the address itself. An empty `token` lets everyone in who reaches
    the address.
    """

    record: str
    folder: Path
    host: str = "127.0.0.1"
    port: int = 8000
    token: str = field(default="", repr=False)
    names: tuple[str, ...] = ()
    limits: Limits = Limits()

    @property
    def shared(self) -> str:
        """The database that servers share what they keep by: a record on PostgreSQL; "" where there is none."""
        return self.record if self.record.startswith("postgres") else ""

    @property
    def jobs(self) -> str:
        """Where jobs are kept: beside a record that servers share, or in the folder of this one."""
        return self.shared or str(self.folder / "jobs.sqlite")

    def shelf(self, name: str, most: int, seconds: float = inf) -> Shelf:
        """A shelf for what people bring, beside the jobs; opened once in a process."""
        return _shelf(self.shared or str(self.folder / "shelves.sqlite"), name, most, seconds)


_shelf = cache(Shelf)


def settings(
    record: str = "",
    folder: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str = "",
    names: tuple[str, ...] = (),
) -> Settings:
    """The settings of a server, with the usual places where none is named.

    :raises UsageError: for an address beyond this machine without a token, or with one that can be guessed.
    """
    where = place(record)
    if "://" not in where:
        where = str(Path(where).absolute())  # a job works in a folder of its own
    beside = Path(where).parent if "://" not in where else Path(place()).parent
    if not is_loopback(host):
        if not token:
            what = "others on the network could reach it, and no token is set"
            raise UsageError(f"--host {host}", what, "set MONAZITE_TOKEN, or leave out --host")
        if len(token) < _SHORTEST_TOKEN:
            what = f"has {len(token)} characters, expected {_SHORTEST_TOKEN} or more"
            raise UsageError("the token", what, "make one: python -c 'import secrets; print(secrets.token_urlsafe())'")
    return Settings(where, (folder or beside / "web").absolute(), host, port, token, names)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0"), is_loopback("example.org")
    (True, True, False, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
