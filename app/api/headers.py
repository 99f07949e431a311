"""What every response tells a browser: to load nothing from elsewhere, guess no type, and be framed by nobody else."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SecurityHeaders:
    """Adds the headers; ``frame_ancestors`` are the sites that may show the page in a frame, "self" among them."""

    def __init__(self, app: ASGIApp, frame_ancestors: Sequence[str]) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_policy(frame_ancestors),
            "X-Content-Type-Options": "nosniff",
            # With "no-referrer", browsers would call the page's own requests those of another origin.
            "Referrer-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def content_policy(frame_ancestors: Sequence[str]) -> str:
    """The Content-Security-Policy of all pages here, none of which has a script or style of its own within."""
    ancestors = " ".join("'self'" if each == "self" else each for each in frame_ancestors) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        f"base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
