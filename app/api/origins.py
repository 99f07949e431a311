"""Where a request comes from: what a page of another site makes a browser send is refused before it is read."""

from __future__ import annotations

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problems import problem_response
from app.settings import ServerSettings

# Probes come under whatever name an orchestrator uses, and learn nothing of the documents.
PROBES = ("/healthz", "/readyz")

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^\s/:@?#\[\]]+)(?::(\d{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


class SiteCheck:
    """Answers 421 to a request for a host that isn't served here, and 403 to one that a page of another site sends.

    A form of any site can send files to a server on this machine, and a name that its owner lets point here (DNS
    rebinding) makes a page of that name read what is answered. Browsers say in ``Origin`` whose page sends, and in
    ``Host`` by which name; programs that send no ``Origin`` pass.
    """

    def __init__(self, app: ASGIApp, server: ServerSettings) -> None:
        self._app = app
        self._hosts = {_bare(name) for name in (*server.hosts, server.host, "localhost")}
        self._origins = {origin.lower() for origin in server.origins}
        self._everywhere = _is_unspecified(server.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PROBES:
            headers = Headers(scope=scope)
            hosts, path = headers.getlist("host"), scope["path"]
            if len(hosts) != 1 or not self._serves(hosts[0]):
                named = ", ".join(hosts)[:80] or "no host"
                sentence = f"This request is for {named!a}, which isn't served here: list the name in server.hosts."
                await problem_response(421, "unknown-host", sentence, path)(scope, receive, send)
                return
            if not all(self._allows(origin, hosts[0]) for origin in headers.getlist("origin")):
                sentence = (
                    "A page of another site sent this request: list the site in server.origins if it may, or let your "
                    "proxy pass the header Host on."
                )
                await problem_response(403, "other-origin", sentence, path)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _serves(self, host: str) -> bool:
        parsed = _HOST.fullmatch(host.lower())
        if parsed is None:
            return False
        name = _bare(parsed[1])
        # No name can be pointed here where an address is named: whose page it is, this machine served.
        return name in self._hosts or _is_loopback(name) or (self._everywhere and _is_address(name))

    def _allows(self, origin: str, host: str) -> bool:
        if origin.lower() in self._origins:
            return True
        scheme, _, site = origin.lower().partition("://")
        port = _DEFAULT_PORTS.get(scheme)
        return port is not None and _without_port(site, port) == _without_port(host.lower(), port)


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches an IP address."""
    return _is_loopback(_bare(address))


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ip_address(name).is_loopback


def _is_unspecified(host: str) -> bool:
    name = _bare(host)
    return not name or (_is_address(name) and ip_address(name).is_unspecified)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _bare(host: str) -> str:
    return host.lower().strip("[]").rstrip(".")


def _without_port(site: str, port: str) -> str:
    return site.removesuffix(f":{port}")
