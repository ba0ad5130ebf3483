"""Django's synchronous side inside the ASGI server: one thread per request.

An ordinary request is read on the event loop, handed to a thread with its whole body, and its
whole answer is handed back: two hops, where general bridges take five. Only what is large
travels in pieces: uploads, and answers that are streamed.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
MOST_UNWANTED = 1 << 27  # bytes that are taken and thrown away after an answer
WHOLE = 1 << 20  # bytes of a body that is read before a thread is taken
_LENGTHLESS: Headers = [
    (b"content-type", b"application/problem+json"),
    (b"connection", b"close"),
]
_NEEDS_LENGTH = (
    b'{"type":"about:blank","title":"Length Required","status":411,'
    b'"detail":"Send the body with its Content-Length, not in chunks."}'
)


class Bridge:
    """An ASGI application for HTTP requests out of a WSGI one.

    Args:
        application: the WSGI application.
        threads: requests that are answered at once; more wait.
    """

    def __init__(self, application: Any, threads: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        loop = asyncio.get_running_loop()
        environ = _environ(scope)
        length = environ.get("CONTENT_LENGTH", "")
        if "HTTP_TRANSFER_ENCODING" in environ:  # Django would take the body for empty
            await _Body(receive, loop).drain()
            await send({"type": "http.response.start", "status": 411, "headers": _LENGTHLESS})
            await send({"type": "http.response.body", "body": _NEEDS_LENGTH})
            return
        large = _Body(receive, loop) if length.isdigit() and int(length) > WHOLE else None
        if large is not None:
            environ["wsgi.input"] = io.BufferedReader(large, WHOLE)
        else:
            environ["wsgi.input"] = io.BytesIO(await _whole(receive) if length else b"")
        answer = await loop.run_in_executor(self.pool, self._answer, environ, send, loop)
        if large is not None:
            await large.drain()
        if answer is not None:
            status, headers, body = answer
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    def _answer(
        self, environ: dict[str, Any], send: Send, loop: asyncio.AbstractEventLoop
    ) -> tuple[int, Headers, bytes] | None:
        """Run the application in this thread, to the end: its database connection is this thread's.

        Returns the answer, or None where it was streamed and has been sent from here.
        """
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            started[:] = [status, headers]

        answer = self.application(environ, start_response)
        try:
            status = int(started[0][:3])
            headers = [
                (k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in started[1]
            ]
            if not getattr(answer, "streaming", True):
                return status, headers, b"".join(answer)
            self._stream(status, headers, answer, send, loop)
            return None
        finally:
            getattr(answer, "close", lambda: None)()

    @staticmethod
    def _stream(
        status: int,
        headers: Headers,
        pieces: Iterable[bytes],
        send: Send,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Send piece by piece, never further ahead than the receiver takes them."""

        def wait(message: dict[str, Any]) -> None:
            asyncio.run_coroutine_threadsafe(_send(send, message), loop).result()

        wait({"type": "http.response.start", "status": status, "headers": headers})
        for piece in pieces:
            if piece:
                wait({"type": "http.response.body", "body": piece, "more_body": True})
        wait({"type": "http.response.body", "body": b"", "more_body": False})


class _Body(io.RawIOBase):
    """A body that is fetched from the event loop as a thread reads it."""

    def __init__(self, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        self.receive, self.loop = receive, loop
        self.rest, self.more = b"", True

    def readable(self) -> bool:
        """Yes."""
        return True

    async def drain(self) -> None:
        """Take what the application did not want: a sender who is cut off never reads why."""
        taken = 0
        while self.more and taken < MOST_UNWANTED:
            message = await self.receive()
            self.more = message["type"] != "http.disconnect" and message.get("more_body", False)
            taken += len(message.get("body", b""))

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with what comes next; 0 at the end.

        Raises:
            OSError: the sender has gone.
        """
        while not self.rest and self.more:
            message = asyncio.run_coroutine_threadsafe(_one(self.receive), self.loop).result()
            if message["type"] == "http.disconnect":
                self.more = False
                raise OSError("The sender has gone.")
            self.rest, self.more = message.get("body", b""), message.get("more_body", False)
        count = min(len(buffer), len(self.rest))
        buffer[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count


async def _send(send: Send, message: dict[str, Any]) -> None:
    await send(message)


async def _one(receive: Receive) -> Any:
    return await receive()


async def _whole(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        more = message["type"] != "http.disconnect" and message.get("more_body", False)
        parts.append(message.get("body", b""))
    return b"".join(parts)


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333)."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    path = scope.get("raw_path") or scope["path"].encode()
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path.split(b"?")[0]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
