"""An address of the web -> a connection to the public host it names; never to this machine or a private network.

A name is resolved once for a request, every address it has is checked, and the connection goes to the very address that
was checked, so that a name that answers differently the second time (DNS rebinding) gains nothing. The certificate is
still checked against the name.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError
from urllib3.util import parse_url

from monazite.core.errors import FetchError

__all__ = ["PublicPool", "is_public"]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet; an IPv4 address inside an IPv6 one counts as itself.

    >>> [is_public(a) for a in ("93.184.215.14", "10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        inside = inside or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inside is not None:
            return is_public(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


class PublicPool:
    """Asks public hosts only, and `allowed` addresses beside them; stands where a `urllib3.PoolManager` does."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self.allowed = frozenset(allowed)
        self.pools: list[urllib3.HTTPConnectionPool] = []

    def __enter__(self) -> PublicPool:
        return self

    def __exit__(self, *_: object) -> None:
        for pool in self.pools:
            pool.close()

    def request(self, method: str, url: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """The answer of the host an address names; options as those of `urllib3.PoolManager.request`.

        :raises FetchError: if the address is none, cannot be resolved, or belongs to no public host.
        """
        where = url.partition("?")[0]
        try:
            parts = parse_url(url)
        except LocationParseError as error:
            raise FetchError(where, "is no address of a web server", "check the address") from error
        if parts.scheme not in _PORTS or not parts.host:
            raise FetchError(where, "is no address of a web server", "begin it with https:// and a host")
        if parts.auth:
            raise FetchError(where.replace(f"{parts.auth}@", ""), "has a password in it", "pass the address without it")
        port = parts.port or _PORTS[parts.scheme]
        host = parts.host.strip("[]")
        named = parts.host if port == _PORTS[parts.scheme] else f"{parts.host}:{port}"
        options["headers"] = {"Host": named, **options.get("headers", {})}
        addresses = self._addresses(where, host, port)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            pool = self._pool(parts.scheme, host, address, port)
            try:
                return pool.urlopen(method, parts.request_uri, **options)
            except (NewConnectionError, ConnectTimeoutError):
                if not last:
                    raise
        raise FetchError(where, "has no address", "check the name of the host")

    def _addresses(self, where: str, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise FetchError(where, f"the host {host} is not found", "check the name and your connection") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        closed = [a for a in addresses if a not in self.allowed and not is_public(a)]
        if closed:
            what = f"the host {host} is {closed[0]}, an address of this machine or of a private network"
            raise FetchError(where, what, "save the document as a file and pass that, or allow the address")
        return addresses

    def _pool(self, scheme: str, host: str, address: str, port: int) -> urllib3.HTTPConnectionPool:
        if scheme == "https":
            made: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                address, port, cert_reqs="CERT_REQUIRED", server_hostname=host, assert_hostname=host
            )
        else:
            made = urllib3.HTTPConnectionPool(address, port)
        self.pools.append(made)
        return made
