"""A pure function over chunks of work -> its results in the order of the chunks, whoever does them.

That is this process, processes beside it, or the workers of a Dask cluster. Chunks and results are plain values, so a
worker may be anywhere. The chunk of a worker that is lost is done again by another.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any, Protocol, TypeVar

from monazite.core.errors import FetchError, UsageError
from monazite.workbench import lazy

__all__ = ["Spread", "Workers", "chunked", "spreading"]

Item = TypeVar("Item")
Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_MOST = 4 * (os.cpu_count() or 1)
_AHEAD = 3  # chunks sent ahead for each thread of a worker: none is idle, and few are in memory at once
_SETTINGS = {
    "distributed.scheduler.http.routes": [],  # no pages for others on this machine
    "distributed.worker.http.routes": [],
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.deploy.lost-worker-timeout": "1 day",  # on a busy machine a new process takes longer than usual
}


class Spread(Protocol):
    """The builtin `map` with any number of hands: lazy, results in the order of the chunks, errors at their place."""

    def __call__(self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk], /) -> Iterator[Result]:
        """The results of the chunks."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work: `local` processes on this machine, or those of a Dask `scheduler`; with neither, this process.

    `seconds` is how long to wait for a scheduler and its first worker.
    """

    local: int | None = None
    scheduler: str | None = None
    seconds: float = 15.0

    def __post_init__(self) -> None:
        if self.local is not None and self.scheduler is not None:
            raise UsageError("--workers", "a scheduler is named too, and has its own", "leave one of the two out")
        if self.local is not None and not 1 <= self.local <= _MOST:
            what = f"{self.local} processes, expected 1 to {_MOST} on this machine"
            raise UsageError("--workers", what, "leave it out to work in this process")

    def __bool__(self) -> bool:
        return self.local is not None or self.scheduler is not None

    def __str__(self) -> str:
        return f"--workers {self.local}" if self.scheduler is None else f"--scheduler {self.scheduler}"


def chunked(items: Iterable[Item], weight: Callable[[Item], int], most: int) -> Iterator[tuple[Item, ...]]:
    """The items in their order, in chunks of at most a weight; one that is heavier stands alone.

    >>> list(chunked(["a", "bcd", "ef", "g"], len, 3))
    [('a',), ('bcd',), ('ef', 'g')]
    """
    chunk: list[Item] = []
    total = 0
    for item in items:
        total += (own := weight(item))
        if chunk and total > most:
            yield tuple(chunk)
            chunk, total = [], own
        chunk.append(item)
    if chunk:
        yield tuple(chunk)


@contextmanager
def spreading(workers: Workers) -> Iterator[Spread]:
    """`map` over these workers, while they are held.

    >>> with spreading(Workers()) as spread:
    ...     list(spread(len, ["a", "bc"]))
    [1, 2]

    :raises UsageError: if Dask is not installed, or for no address of a scheduler.
    :raises FetchError: for a scheduler or workers out of reach, at the beginning or on the way.
    """
    with ExitStack() as stack:
        yield partial(_spread, workers, _connected(workers, stack)) if workers else map


def _connected(workers: Workers, stack: ExitStack) -> Any:
    """A client of the workers; what was opened for it is closed with the stack."""
    try:
        client = lazy.function("distributed:Client")  # loads the settings that the next line changes
        stack.enter_context(lazy.function("dask.config:set")(_SETTINGS))
        if workers.scheduler is not None:
            asyncio.run(_reached(workers.scheduler, workers.seconds))
        at = workers.scheduler or stack.enter_context(
            lazy.function("distributed:LocalCluster")(
                n_workers=workers.local,
                threads_per_worker=1,
                host="127.0.0.1",
                security=True,  # whoever reaches a scheduler can run code by it: no other user of this machine does
                memory_limit=None,
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                silence_logs=logging.CRITICAL,
            )
        )
        connected = stack.enter_context(client(at, timeout=workers.seconds, set_as_default=False))
        connected.wait_for_workers(1, timeout=workers.seconds)
        if others := {*connected.run(version, "monazite").values()} - {version("monazite")}:  # may find something else
            what = f"its workers have Monazite {', '.join(sorted(others))}"
            raise UsageError(str(workers), what, f"install {version('monazite')} for all of them")
    except PackageNotFoundError as error:
        raise UsageError(
            str(workers), "a worker has no Monazite", "install it on all machines of the cluster"
        ) from error
    except ImportError as error:
        raise UsageError(str(workers), f"{error.name} is missing", "run: pip install 'monazite[cluster]'") from error
    except (ValueError, TypeError) as error:
        mend = "give one, as tcp://host:8786; for tls:// Dask's own configuration has to name the certificates"
        raise UsageError(str(workers), f"is no address of a scheduler: {error}", mend) from error
    except OSError as error:
        mend = "check the address, and that the scheduler runs and has workers"
        raise FetchError(str(workers), f"nothing works there within {workers.seconds:g} s", mend) from error
    return connected


async def _reached(address: str, seconds: float) -> None:
    """Ask once, and no longer than this: the client itself asks a server that is no scheduler without end."""
    secrets = lazy.function("distributed:Security")().get_connection_args("client")
    asked = lazy.function("distributed.comm:connect")(address, timeout=seconds, **secrets)
    await (await asyncio.wait_for(asked, seconds)).close()


def _spread(
    workers: Workers, client: Any, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]
) -> Iterator[Result]:
    """What workers make of the chunks. A result is taken over when it is done, and is not lost with its worker."""
    numbered, numbers, held, due = enumerate(chunks), dict[str, int](), dict[int, tuple[str, Any]](), 0
    running = lazy.function("distributed:as_completed")(loop=client.loop, with_results=True, raise_errors=False)

    def send(count: int) -> None:
        for number, chunk in islice(numbered, count):
            future = client.submit(_done, pickle.dumps((function, chunk)), pure=False)
            numbers[future.key] = number
            running.add(future)

    send(_AHEAD * max(1, sum(client.nthreads().values())))
    for future, outcome in running:
        send(1)
        held[numbers.pop(future.key)] = future.status, outcome
        while due in held:
            yield _result(workers, *held.pop(due))
            due += 1


def _done(sent: bytes) -> Any:
    """The result of a chunk. What a worker cannot load is an error here; in Dask's own hands it would ask for ever."""
    function, chunk = pickle.loads(sent)  # noqa: S301 - from whoever may run code here anyway
    return function(chunk)


def _result(workers: Workers, status: str, outcome: Any) -> Any:
    if status not in ("error", "cancelled"):  # what was taken over counts, even if its worker has been lost since
        return outcome
    error = outcome[1] if status == "error" else outcome
    what, mend = "the connection was lost on the way", "see that the scheduler runs, then try again"
    if status == "error":
        if type(error).__name__ == "KilledWorker":
            what, mend = "worker after worker ended at one chunk", "give them more memory, or take fewer"
        elif isinstance(error, ImportError) or "deserialization" in str(error):
            what, mend = f"a worker cannot take the work: {error}", "install the same Monazite on all its machines"
        else:
            raise error
    raise FetchError(str(workers), what, mend) from error
