"""Settings -> a server that runs until it is stopped."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from monazite.core.errors import UsageError
from monazite.web.app import SHARED_METRICS, create_app
from monazite.web.settings import Settings, is_loopback

__all__ = ["run"]

_LOGS = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "monazite.web": {"handlers": ["stderr"], "level": "INFO"},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING"},
    },
}


_CHOSEN: dict[str, Any] = {
    "log_config": _LOGS,
    "access_log": False,  # the guard logs, without what is secret
    "server_header": False,
    "proxy_headers": False,
    "timeout_graceful_shutdown": 5,
    "timeout_worker_healthcheck": 60,  # a busy machine is slow, not dead
    "limit_concurrency": 500,
}


def run(settings: Settings, say: Callable[[str], None], workers: int = 1, check: bool = False) -> None:
    """Serve until stopped, by so many processes, or only `check` that it could be; `say` is told the address.

    :raises UsageError: for an address that cannot be listened on.
    :raises RecordError: where the jobs cannot be kept.
    """
    app = create_app(settings)
    with _listening(settings) as sock:
        host, port = sock.getsockname()[:2]
        say(f"Monazite is at http://{f'[{host}]' if ':' in host else host}:{port} (stop it with Ctrl-C)")
        if not is_loopback(settings.host):
            say("others on the network can reach it; they need the token, and nothing hides it from who listens in")
        if check or workers > 1:
            app.state.service.jobs.close()
        if check:
            return
        if workers == 1:
            uvicorn.Server(uvicorn.Config(app, **_CHOSEN)).run(sockets=[sock])
        else:
            config = uvicorn.Config(partial(create_app, settings), factory=True, workers=workers, **_CHOSEN)
            with TemporaryDirectory(prefix="monazite-metrics-") as folder:
                os.environ[SHARED_METRICS] = folder  # the processes are started anew, and inherit it
                Multiprocess(config, [sock]).run()


def _listening(settings: Settings) -> socket.socket:
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        # with its protocol named, or each answer waits 40 ms for an acknowledgement (asyncio then sets TCP_NODELAY)
        sock = socket.socket(family, kind, protocol)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(2048)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise UsageError(where, f"cannot be listened on: {error.strerror or error}", "name another --port") from error
    return sock
