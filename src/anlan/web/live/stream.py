# SPDX-License-Identifier: Apache-2.0
"""The ASGI application: `/live/events` for a post, by its session or its token; `/live/cases/NUMBER` for whoever may read that
case by their session. A stream until one of both ends it.

A slow reader is dropped: what it has not taken in half a minute ends its stream, and its browser comes back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from anlan.base.errors import Invalid
from anlan.base.ids import read_number
from anlan.people.tokens import digest_of
from anlan.web.live.hub import Hub, LaterError
from anlan.web.live.shown import Shown
from anlan.web.live.told import Stream

SLOW = 30.0
"""Seconds in which words must be taken."""
BACK = 3_000
"""Milliseconds after which a browser comes back; each adds its own chance."""

PLAIN = ((b"content-type", b"text/plain"), (b"cache-control", b"no-store"))
STREAM = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
WITH_A_TOKEN = ((b"access-control-allow-headers", b"authorization"), (b"access-control-max-age", b"600"))
"""What a page of another port asks before it sends a token."""
CASES = "/live/cases/"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """ASGI: lifespan and http."""

    def __init__(self) -> None:
        """One hub for the process, begun with its event loop."""
        self.hub = Hub()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answers one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            match (await receive())["type"]:
                case "lifespan.startup":
                    await self.hub.start()
                    await send({"type": "lifespan.startup.complete"})
                case "lifespan.shutdown":
                    await self.hub.stop()
                    await send({"type": "lifespan.shutdown.complete"})
                    return

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        origin = given.get("origin", "")
        shared = _shared(origin, given.get("host", ""))
        shown = shown_by(scope["path"], given)
        if scope["path"] == "/healthz":
            await _say(send, 200, b"ready\n")
        elif shown is None or scope["method"] not in ("GET", "OPTIONS"):
            await _say(send, 404, b"")
        elif not _is_ours(given.get("host", "")):
            await _say(send, 400, b"")
        elif origin and not shared:
            await _say(send, 403, b"")
        elif scope["method"] == "OPTIONS":
            await _say(send, 204, b"", (*shared, *WITH_A_TOKEN))
        else:
            await self._open(shown, _position(given, scope.get("query_string", b"")), receive, send, shared)

    async def _open(
        self,
        shown: Shown,
        after: int | None,
        receive: Receive,
        send: Send,
        shared: Iterable[tuple[bytes, bytes]],
    ) -> None:
        try:
            stream = await self.hub.admit(shown, after=after)
        except LaterError:
            # A stream that ends at once: after any other answer a browser would not come back by itself.
            await _say(send, 200, f"retry: {BACK}\n\n".encode(), (*STREAM, *shared))
            return
        if stream is None:
            # The one answer after which a browser does not come back by itself.
            await _say(send, 204, b"", shared)
        else:
            await self._stream(stream, receive, send, shared)

    async def _stream(
        self, stream: Stream, receive: Receive, send: Send, shared: Iterable[tuple[bytes, bytes]]
    ) -> None:
        leaving = asyncio.ensure_future(_until_gone(stream, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *shared]})
            # Where this stream begins, without an id: what was missed before is still to be told.
            await _part(send, f'retry: {BACK}\nevent: here\ndata: {{"at":{stream.told}}}\n\n')
            while (words := await stream.turn()) is not None:
                await asyncio.wait_for(_part(send, words), SLOW)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (TimeoutError, OSError):
            pass  # too slow, or gone
        finally:
            self.hub.part(stream)
            leaving.cancel()


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _part(send: Send, words: str) -> None:
    await send({"type": "http.response.body", "body": words.encode(), "more_body": True})


async def _say(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = PLAIN) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers]})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _is_ours(host: str) -> bool:
    """Whether the connection was made to a name of ours, as the web server asks it."""
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


def _session(cookies: str) -> str:
    """The key of the session in a cookie header; empty where there is none, or what can be none: it is asked for together with others'."""
    try:
        found = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return found.value if found and found.value.isascii() and found.value.isalnum() else ""


def shown_by(path: str, given: dict[str, str]) -> Shown | None:
    """What is shown at this address; None where there is no such address. A token counts instead of a cookie."""
    scheme, _space, text = given.get("authorization", "").partition(" ")
    if path == "/live/events":
        if scheme.lower() == "bearer":
            return Shown(token=digest_of(text.strip()))
        return Shown(session=_session(given.get("cookie", "")))
    if not path.startswith(CASES):
        return None
    try:
        return Shown(session=_session(given.get("cookie", "")), case=read_number(path.removeprefix(CASES)))
    except Invalid:
        return None


def _position(given: dict[str, str], query: bytes) -> int | None:
    """The last position that a browser which comes back has heard of: as EventSource says it, or in the address."""
    said = given.get("last-event-id", "") or parse_qs(query.decode("latin-1")).get("after", [""])[0]
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= 18 else None


def _shared(origin: str, host: str) -> tuple[tuple[bytes, bytes], ...]:
    """Leave to read the stream from a page of the same host on another port, as without a proxy in front; from no other."""
    name = origin.split("://", 1)[-1]
    if not origin or name.rsplit(":", 1)[0] != host.rsplit(":", 1)[0]:
        return ()
    return (
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    )
