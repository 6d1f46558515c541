"""What stands before every route: who may ask, how much, and what a browser may do with the answer.

Checked in this order, before anything of the body is read: the name the request is for (a foreign page cannot make a
browser take this server for its own: DNS rebinding), the token, where the request comes from (a foreign page cannot ask
with a visitor's rights: CSRF, by the browser's own word in Sec-Fetch-Site or Origin), how often, and how large.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit

from cachetools import TTLCache
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monazite.core.text import printable
from monazite.web.problems import PROBLEM, Problem, stated
from monazite.web.settings import Settings, is_loopback

__all__ = ["CONTENT_POLICY", "COOKIE", "Guard"]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
COOKIE = "monazite"

_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # not "no-referrer", with which browsers send forms from "null"
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_READING = ("GET", "HEAD", "OPTIONS")
_METHODS = (*_READING, "POST", "PUT", "PATCH", "DELETE")
_OPEN = ("/health",)
_JSON_BYTES = 1_000_000
_CLIENTS = 10_000
_LOG = logging.getLogger("monazite.web.requests")


class _TooLarge(Exception):
    """More of a body came than is taken."""


class Guard:
    """The application behind its checks; it counts and logs what passes and what does not."""

    def __init__(self, app: ASGIApp, settings: Settings, registry: CollectorRegistry) -> None:
        self.app, self.settings = app, settings
        self._asked: TTLCache[str, int] = TTLCache(_CLIENTS, ttl=60.0)
        labels = ("method", "route", "status")
        self._requests = Counter("monazite_requests", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram("monazite_request_seconds", "Seconds to the end of an answer.", registry=registry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0
        headers = Headers(scope=scope)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    given[name] = value
                given.setdefault("Cache-Control", "private, no-cache")
            await send(message)

        refusal = self._refusal(scope, headers)
        try:
            if refusal is not None:
                await refusal(scope, receive, answer)
            else:
                await self.app(scope, _bounded(receive, self._most(headers)), answer)
        except _TooLarge:
            if status == 0:
                await _problem(_too_large())(scope, receive, answer)
        finally:
            self._note(scope, status or 500, time.monotonic() - began)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """What to answer in place of the application; None if the request may pass."""
        if not self._is_for_us(headers.get("host", "")):
            return _problem(stated(421, "this server does not go by that name", "name it with --name"))
        if scope["path"] not in _OPEN and (refusal := self._unknown(scope, headers)) is not None:
            return refusal
        if _is_foreign(scope["method"], headers):
            return _problem(stated(403, "another site asked for this", "open the address yourself"))
        if scope["method"] not in _READING and self._is_too_often((scope.get("client") or ("",))[0]):
            return _problem(stated(429, "too many requests", "ask again in a minute"), {"Retry-After": "60"})
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._most(headers):
            return _problem(_too_large())
        return None

    def _is_for_us(self, host: str) -> bool:
        """Whether the name in the request is one of ours; an address in numbers cannot be a foreign name."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in (self.settings.host, *self.settings.names) or is_loopback(name):
            return True
        try:
            return bool(ip_address(name)) and not is_loopback(self.settings.host)
        except ValueError:
            return False

    def _unknown(self, scope: Scope, headers: Headers) -> Response | None:
        """Ask for the token, or put it into a cookie if it stands in the address, or let pass."""
        token = self.settings.token
        if not token:
            return None
        proof = hmac.new(token.encode(), b"monazite cookie", hashlib.sha256).hexdigest()
        bearer = headers.get("authorization", "")
        if _same(bearer, f"Bearer {token}") or _same(_cookie(headers), proof):
            return None
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        if scope["method"] == "GET" and any(k == "token" and _same(v, token) for k, v in query):
            rest = urlencode([(k, v) for k, v in query if k != "token"])
            path = "/" + scope["path"].lstrip("/\\")
            found = RedirectResponse(f"{path}?{rest}" if rest else path, 303)
            found.set_cookie(COOKIE, proof, httponly=True, samesite="strict", path="/")
            return found
        mend = "send `Authorization: Bearer TOKEN`, or open the address once with ?token=TOKEN"
        return _problem(stated(401, "a token is needed", mend), {"WWW-Authenticate": "Bearer"})

    def _is_too_often(self, client: str) -> bool:
        self._asked[client] = count = self._asked.get(client, 0) + 1
        return count > self.settings.limits.changes_per_minute

    def _most(self, headers: Headers) -> int:
        is_form = headers.get("content-type", "").startswith("multipart/form-data")
        return self.settings.limits.body_bytes if is_form else _JSON_BYTES

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._seconds.observe(seconds)
        told = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "method": scope["method"],
            "path": printable(scope["path"])[:200],  # never the query, which may hold what only the caller should know
            "status": status,
            "ms": round(1000 * seconds, 1),
            "client": (scope.get("client") or ("",))[0],
        }
        _LOG.info("%s", json.dumps(told))


def _is_foreign(method: str, headers: Headers) -> bool:
    """Whether a page of another site made the browser ask; following a link to here is no such thing."""
    site = headers.get("sec-fetch-site", "")
    if site:
        follows = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
        return site not in ("same-origin", "none") and not follows
    origin = headers.get("origin", "")
    return bool(origin) and method not in _READING and urlsplit(origin).netloc != headers.get("host", "")


def _bounded(receive: Receive, most: int) -> Receive:
    came = 0

    async def bounded() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise _TooLarge
        return message

    return bounded


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())


def _too_large() -> Problem:
    return stated(413, "more was sent than is taken", "send fewer or smaller files")


def _problem(problem: Problem, headers: dict[str, str] | None = None) -> Response:
    return Response(problem.json(), problem.status, headers, PROBLEM)
