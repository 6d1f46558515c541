"""An address -> the bytes it gives, from a public host, within bounds of size, time and redirects."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from monazite.core.errors import FetchError, MonaziteError, ReportError
from monazite.ledger.documents.kinds import MOST_BYTES
from monazite.ledger.documents.values import Intake, Source
from monazite.reference.addresses import PublicPool
from monazite.reference.fetch import Request, fetch

__all__ = ["fetch_source"]

_ACCEPT = "text/html, application/xhtml+xml, application/pdf, text/plain, application/rss+xml, */*;q=0.5"


def fetch_source(url: str, intake: Intake) -> Source:
    """What an http(s) address gives; its id is the address without its fragment.

    :raises ReportError: if it cannot be had, is too large or slow, or leads to a host that is not public.
    """
    url = url.partition("#")[0]
    request = Request(
        url,
        headers=(("Accept", _ACCEPT),),
        most_bytes=max(MOST_BYTES.values()),
        seconds=intake.seconds,
        silence_seconds=intake.silence_seconds,
        tries=2,
        redirects=5,
        pause=intake.pause,
        pool=partial(PublicPool, intake.allowed),
        elsewhere=True,
    )
    found: list[Source | MonaziteError] = []

    def work() -> None:
        try:
            with TemporaryDirectory() as folder:
                file = Path(folder) / "document"
                got = fetch(request, file)
                found.append(Source(url, got.url, file.read_bytes(), got.content_type.lower(), intake.now()))
        except MonaziteError as error:
            found.append(error)

    # names that do not resolve and headers that drip have no bound of their own
    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(intake.seconds + 1)
    got = found[0] if found else FetchError(url.partition("?")[0], f"took more than {intake.seconds:g} s", "")
    if isinstance(got, MonaziteError):
        mend = got.mend if "try again" not in got.mend else ""
        raise ReportError(
            got.where, got.what, mend or "try again later, or save the document and pass the file"
        ) from got
    return got
