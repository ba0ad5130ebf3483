"""`GET /api/events`: news as server-sent events, one stream per browser.

Runs on the event loop beside Django, not in it: a stream lasts for hours and must not hold a
thread. All streams of a process share one database connection that LISTENs; each hears only of
projects that its user may see, which is asked again every half minute, and at once when
somebody is let into a project or put out of it (`project` news that name `users`).

    id: 4711
    event: job
    data: {"id": 12, "state": "running", "items_done": 3, …, "project": 5}

News of the kind `presence` (see `ops.presence`) have no id: they are worth nothing a minute later.

A client that comes back with `Last-Event-ID` gets what it missed; one that comes for the first
time gives `?after=` the number that `/api/me` told, and gets what was told since. News may
arrive twice, and `event: reset` says that some may be missing: load what is shown again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from types import FrameType
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import Q
from procrastinate.contrib.django.utils import connector_params

from armarius.api import auth
from armarius.api.problems import problem
from armarius.models import Event, User
from armarius.ops import news, presence, sharing

log = logging.getLogger(__name__)

QUIET_S = 15.0  # a comment keeps proxies from closing a silent stream
REFRESH_S = 30.0
STREAMS_PER_USER = 32
WAITING = 1000  # news that a slow client may be behind
REPLAYED = 1000
LISTENS_S = 2.0  # how long a stream waits for the database before it begins
# News that commit late have smaller ids than some that were sent before them.
OVERLAP = timedelta(seconds=30)
NAME = "armarius events"  # of the connection, as the database's administrator sees it
RESET = b"event: reset\ndata: {}\n\n"

News = Sequence[Any]  # id, project, kind, payload
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# Django's ORM is synchronous; two threads are enough for questions asked once in a while.
_threads = ThreadPoolExecutor(2, "events")


@dataclass(eq=False)
class _Stream:
    """One client."""

    user: User
    projects: set[int]
    documents: set[int] = field(default_factory=set)  # shared by themselves
    waiting: asyncio.Queue[bytes | None] = field(
        default_factory=lambda: asyncio.Queue(WAITING + 1)
    )
    renew: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, row: News, person: int | None) -> bool:
        """Whether the news are for this client."""
        if person is not None:
            return person == self.user.pk
        return row[1] in self.projects or row[3].get("document") in self.documents

    def put(self, message: bytes | None) -> None:
        """Queue a message; None ends the stream, and so does a client that is too slow."""
        if self.waiting.qsize() >= WAITING:
            message = None
        with contextlib.suppress(asyncio.QueueFull):
            self.waiting.put_nowait(message)


class _Hub:
    """The one listening connection of a process, and the streams that it feeds."""

    def __init__(self) -> None:
        self.streams: set[_Stream] = set()
        self.listens = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._caught: Callable[[int, FrameType | None], None] | None = None

    def join(self, stream: _Stream) -> None:
        """Feed a stream; the first one opens the connection."""
        self.streams.add(stream)
        if self._task is None or self._task.done():
            self.listens = asyncio.Event()
            self._task = asyncio.create_task(self._listen())
            self._end_with_the_process()

    def leave(self, stream: _Stream) -> None:
        """Feed it no longer; the last one closes the connection."""
        self.streams.discard(stream)
        if not self.streams and self._task is not None:
            self._task.cancel()
            self._task = None

    def end(self) -> None:
        """End all streams; the process stops."""
        for stream in self.streams:
            stream.put(None)

    def _end_with_the_process(self) -> None:
        """End the streams on SIGTERM: the server waits for open answers before it stops."""
        before = signal.getsignal(signal.SIGTERM)
        if before is self._caught or not callable(before):
            return
        loop = asyncio.get_running_loop()

        # The loop has a handler of its own, which it calls apart from this one.
        def caught(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(self.end)
            before(number, frame)

        self._caught = caught
        signal.signal(signal.SIGTERM, caught)

    def count(self, user: User) -> int:
        """Open streams of a user."""
        return sum(1 for stream in self.streams if stream.user.pk == user.pk)

    async def _listen(self) -> None:
        first = True
        while True:
            try:
                async with await _connect() as database:
                    await database.execute(f"LISTEN {news.CHANNEL}; LISTEN {presence.CHANNEL}")
                    if not first:  # what was told meanwhile is not known here
                        self._broadcast(RESET)
                    first = False
                    self.listens.set()
                    while True:
                        await self._pass_on(database)
            except psycopg.Error as error:
                log.warning("news: %s", str(error).strip().partition("\n")[0])
                first = False
                self.listens.clear()
                await asyncio.sleep(1)

    async def _pass_on(self, database: psycopg.AsyncConnection) -> None:
        """Wait for news and hand them to whoever may see them."""
        found = database.notifies(timeout=60, stop_after=1)
        notes = [note async for note in found]
        if not notes:
            await database.execute("SELECT 1")  # notices a connection that died silently
            return
        for note in notes:
            if note.channel == presence.CHANNEL:
                self._show(note.payload)
        ids = [int(note.payload) for note in notes if note.channel == news.CHANNEL]
        if not ids:
            return
        rows = await database.execute(
            "SELECT id, project_id, kind, payload, user_id FROM armarius_event WHERE id = ANY(%s)",
            [ids],
        )
        for *row, person in sorted(await rows.fetchall(), key=lambda row: ids.index(row[0])):
            message = _written(row)
            for stream in self.streams:
                if stream.hears(row, person):
                    stream.put(message)
                if row[2] == "project" and stream.user.pk in row[3].get("users", ()):
                    stream.renew.set()

    def _show(self, payload: str) -> None:
        """Tell where somebody is to whoever may see the project."""
        told = json.loads(payload)
        message = f"event: {presence.KIND}\ndata: {payload}\n\n".encode()
        for stream in self.streams:
            if told["project"] in stream.projects or told["document"] in stream.documents:
                stream.put(message)

    def _broadcast(self, message: bytes) -> None:
        for stream in self.streams:
            stream.put(message)


hub = _Hub()


async def events_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request with a stream."""
    if scope["method"] != "GET":
        await _refuse(send, 405, f"{scope['method']} is not possible here, only GET.")
        return
    headers = {
        name.decode().lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    who = headers.get("authorization"), _session(headers.get("cookie", ""))
    try:
        user, projects, documents = await _asked(_visible, *who)
    except psycopg.Error:
        await _refuse(
            send, 503, "The database does not answer just now. Try again in a moment."
        )
        return
    if user is None:
        await _refuse(send, 401, "Sign in first, or send a token as “Authorization: Bearer …”.")
        return
    if hub.count(user) >= STREAMS_PER_USER:
        await _refuse(send, 429, f"You have {STREAMS_PER_USER} streams open; close one.")
        return
    stream = _Stream(user, projects, documents)
    hub.join(stream)
    try:
        last = headers.get("last-event-id", "")
        await _serve(stream, who, last, _after(scope), receive, send)
    finally:
        hub.leave(stream)


async def _serve(
    stream: _Stream,
    who: tuple[str | None, str | None],
    last: str,
    after: int | None,
    receive: Receive,
    send: Send,
) -> None:
    # What is told before the database listens reaches nobody; what is told later is queued.
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(hub.listens.wait(), LISTENS_S)
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    first = b"retry: 2000\n\n"
    if last:
        first += b"".join(await _asked(_missed, stream, last))
    elif after is not None:
        first += b"".join(await _asked(_since, stream, after))
    await send({"type": "http.response.body", "body": first, "more_body": True})
    tasks = [
        asyncio.create_task(_gone(receive)),
        asyncio.create_task(_refresh(stream, who)),
        asyncio.create_task(_feed(stream, send)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        for outcome in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                log.info("a stream ended: %s", outcome)
    with contextlib.suppress(Exception):  # the client may be gone
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _feed(stream: _Stream, send: Send) -> None:
    """Send what waits, at least a comment every now and then."""
    while True:
        try:
            message = await asyncio.wait_for(stream.waiting.get(), QUIET_S)
        except TimeoutError:
            message = b": still here\n\n"
        if message is None:
            return
        await send({"type": "http.response.body", "body": message, "more_body": True})


async def _refresh(stream: _Stream, who: tuple[str | None, str | None]) -> None:
    """Ask again what the user may see; ends when the token or the session has ended."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stream.renew.wait(), REFRESH_S)
        stream.renew.clear()
        with contextlib.suppress(psycopg.Error):
            user, projects, stream.documents = await _asked(_visible, *who)
            if user is None:
                return
            joined, stream.projects = projects - stream.projects, projects
            for project in joined:
                stream.put(b'event: project\ndata: {"project":%d}\n\n' % project)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _visible(
    authorization: str | None, session: str | None
) -> tuple[User | None, set[int], set[int]]:
    user = auth.user_of(authorization, session)
    return (None, set(), set()) if user is None else (user, *sharing.heard(user))


def _missed(stream: _Stream, last: str) -> Sequence[bytes]:
    """What was told since the event with that id, with some overlap; a reset if it is too much."""
    known = Event.objects.filter(pk=int(last)).first() if _is_id(last) else None
    if known is None:
        return [RESET]
    again = Q(created_at__gte=known.created_at - OVERLAP) & ~Q(pk=known.pk)
    return _told(stream, again)


def _since(stream: _Stream, after: int) -> Sequence[bytes]:
    """What was told since a client loaded what it shows; a reset if some of it is forgotten."""
    if after and not Event.objects.filter(pk__lte=after).exists():
        return [RESET]
    return _told(stream, Q(pk__gt=after))


def _told(stream: _Stream, when: Q) -> Sequence[bytes]:
    mine = Q(project__in=stream.projects) | Q(user=stream.user)
    if stream.documents:
        mine |= Q(user=None, payload__document__in=list(stream.documents))
    found = Event.objects.filter(mine, when).order_by("pk")
    rows = list(found.values_list("pk", "project_id", "kind", "payload")[:REPLAYED])
    return [RESET] if len(rows) == REPLAYED else [_written(row) for row in rows]


def _after(scope: Scope) -> int | None:
    given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("after", [""])[-1]
    return int(given) if _is_id(given) else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _written(row: News) -> bytes:
    data = json.dumps(row[3] | {"project": row[1]}, ensure_ascii=False, separators=(",", ":"))
    return f"id: {row[0]}\nevent: {row[2]}\ndata: {data}\n\n".encode()


def _session(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


async def _asked(question: Callable[..., Any], *given: Any) -> Any:
    """Ask Django's ORM in a thread."""

    def answer() -> Any:
        try:
            return question(*given)
        except Exception as error:
            # Django's errors as the driver's, so that there is one kind to catch.
            if isinstance(error.__cause__, psycopg.Error):
                raise error.__cause__ from None
            raise
        finally:
            connection.close()

    return await asyncio.get_running_loop().run_in_executor(_threads, answer)


async def _connect() -> psycopg.AsyncConnection:
    given = connector_params() | {"application_name": NAME}
    return await psycopg.AsyncConnection.connect(**given, autocommit=True)


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _refuse(send: Send, status: int, detail: str) -> None:
    """Answer with a problem, as the rest of the API does."""
    answer = problem(status, detail)
    headers = [
        (name.lower().encode(), value.encode()) for name, value in answer.headers.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content, "more_body": False})
