"""News as a stream: who hears what, what is missed, what survives."""

from __future__ import annotations

import asyncio
import json

import pytest
from django.db import connection
from django.test import Client

from armarius.api import events
from armarius.models import Event, Image, Page, Project, Role
from armarius.ops import accounts, members, news, presence, projects, sharing

pytestmark = pytest.mark.django_db(transaction=True)


class Browser:
    """A client of the stream, speaking ASGI to it."""

    def __init__(
        self,
        token: str | None = None,
        last: str = "",
        method: str = "GET",
        cookie: str = "",
        after: str = "",
    ) -> None:
        headers = [(b"authorization", f"Bearer {token}".encode())] if token else []
        headers += [(b"cookie", cookie.encode())] if cookie else []
        headers += [(b"last-event-id", last.encode())] if last else []
        query = f"after={after}".encode() if after else b""
        self.scope = {
            "type": "http", "method": method, "headers": headers, "query_string": query
        }  # fmt: skip
        self.status, self.text = 0, ""
        self.leaving = asyncio.Event()

    async def __aenter__(self) -> Browser:
        self.task = asyncio.create_task(events.events_app(self.scope, self.receive, self.send))
        while not self.text and not self.task.done():
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leaving.set()
        await asyncio.wait_for(self.task, 5)

    async def receive(self) -> dict[str, str]:
        await self.leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()

    async def hears(self, wanted: str) -> bool:
        for _ in range(500):
            if wanted in self.text:
                return True
            await asyncio.sleep(0.01)
        return False


async def tell(project: Project, **payload: int) -> int:
    def do() -> int:
        try:
            return news.tell(project.pk, "job", payload)
        finally:
            connection.close()

    return await asyncio.to_thread(do)


async def listening() -> None:
    """Wait until the hub's LISTEN stands."""

    def count() -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name = %s AND query ~ '^LISTEN'",
                [events.NAME],
            )
            found = int(cursor.fetchone()[0])
        connection.close()
        return found

    for _ in range(500):
        if await asyncio.to_thread(count):
            return
        await asyncio.sleep(0.01)


@pytest.fixture
def token():
    def make(user) -> str:
        try:
            return accounts.create_token(user, "browser")[1]
        finally:
            connection.close()

    return lambda user: asyncio.to_thread(make, user)


def test_a_member_hears_news_of_the_project(token, alice, project):
    async def story():
        async with Browser(await token(alice)) as browser:
            await listening()
            number = await tell(project, id=7)
            assert await browser.hears(f"id: {number}\nevent: job\n")
            data = json.loads(browser.text.split("data: ")[1].split("\n")[0])
            assert data == {"id": 7, "project": project.pk}

    asyncio.run(story())


def test_a_signed_in_browser_hears_them_too(alice, project):
    client = Client()
    client.force_login(alice)
    cookie = f"theme=dark; sessionid={client.cookies['sessionid'].value}"

    async def story():
        async with Browser(cookie=cookie) as browser:
            await listening()
            await tell(project, id=7)
            assert await browser.hears('"id":7')

    asyncio.run(story())


def test_a_stranger_hears_nothing(token, alice, carol, project):
    async def story():
        async with Browser(await token(alice)) as alices, Browser(await token(carol)) as carols:
            await listening()
            await tell(project, id=7)
            assert await alices.hears('"id":7')
            assert "data" not in carols.text

    asyncio.run(story())


def test_members_see_who_is_on_a_page_and_nothing_of_it_is_stored(
    token, alice, carol, bob, codex
):
    image = Image.objects.create(sha256="d" * 64, size=1, format="jpeg", width=9, height=9)
    page = Page.objects.create(document=codex, position=0, name="f1", image=image)

    def come() -> None:
        try:
            seen = sharing.page_view(bob, page.pk)
            presence.tell(seen, by=bob, window="w1", line=12, here=True, asks=True)
        finally:
            connection.close()

    async def story():
        async with Browser(await token(alice)) as alices, Browser(await token(carol)) as carols:
            await listening()
            await asyncio.to_thread(come)
            assert await alices.hears("event: presence\n")
            told = json.loads(alices.text.split("data: ")[1].split("\n")[0])
            assert (told["name"], told["page"], told["line"]) == ("bob", page.pk, 12)
            assert "id: " not in alices.text
            assert "data" not in carols.text

    asyncio.run(story())
    assert not Event.objects.exists()


def test_nobody_is_refused_with_a_problem(db):
    async def story():
        async with Browser() as browser:
            assert browser.status == 401
            assert json.loads(browser.text)["detail"].startswith("Sign in first")

    asyncio.run(story())


def test_only_reading_is_possible(token, alice):
    async def story():
        async with Browser(await token(alice), method="POST") as browser:
            assert browser.status == 405

    asyncio.run(story())


def test_a_client_that_comes_back_gets_what_it_missed(token, alice, project):
    async def story():
        first, second = await tell(project, id=1), await tell(project, id=2)
        async with Browser(await token(alice), last=str(first)) as browser:
            assert await browser.hears(f"id: {second}\n")
            assert f"id: {first}\n" not in browser.text

    asyncio.run(story())


def test_what_was_told_between_loading_and_listening_is_sent(token, alice, project):
    async def story():
        await tell(project, id=1)
        known = await asyncio.to_thread(loaded)
        told = await tell(project, id=2)
        async with Browser(await token(alice), after=str(known)) as browser:
            assert await browser.hears(f"id: {told}\n")
            assert f"id: {known}\n" not in browser.text
            assert "reset" not in browser.text

    asyncio.run(story())


def loaded() -> int:
    try:
        return news.last()
    finally:
        connection.close()


def test_a_stream_that_begins_misses_nothing(token, alice, project):
    async def story():
        async with Browser(await token(alice)) as browser:  # has answered, so it hears
            told = await tell(project, id=1)
            assert await browser.hears(f"id: {told}\n")

    asyncio.run(story())


def test_a_client_that_knows_only_forgotten_news_loads_again(token, alice, project):
    async def story():
        told = await tell(project, id=1)
        async with Browser(await token(alice), after=str(told - 1)) as browser:
            assert await browser.hears("event: reset")

    asyncio.run(story())


def test_nothing_of_foreign_projects_is_sent_again(token, carol, project):
    async def story():
        first = await tell(project, id=1)
        await tell(project, id=2)
        async with Browser(await token(carol), last=str(first)) as browser:
            assert 'data: {"id"' not in browser.text

    asyncio.run(story())


@pytest.mark.parametrize("last", ["999999", "x", "-1", "9" * 40])
def test_a_client_whose_last_news_is_forgotten_is_told_to_load_again(token, alice, last):
    async def story():
        async with Browser(await token(alice), last=last) as browser:
            assert await browser.hears("event: reset")

    asyncio.run(story())


def test_the_stream_survives_a_lost_connection(token, alice, project):
    async def story():
        async with Browser(await token(alice)) as browser:
            await listening()
            await asyncio.to_thread(_cut)
            assert await browser.hears("event: reset")
            await tell(project, id=8)
            assert await browser.hears('"id":8')

    asyncio.run(story())


def _cut() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [events.NAME],
        )
    connection.close()


def test_a_client_that_does_not_read_is_let_go(token, alice, project, monkeypatch):
    monkeypatch.setattr(events, "WAITING", 3)

    async def story():
        async with Browser(await token(alice)) as browser:
            stuck = asyncio.Event()

            async def send(_):
                await stuck.wait()

            stream = events._Stream(alice, {project.pk})
            for _ in range(10):
                stream.put(b"x")
            feeding = asyncio.create_task(events._feed(stream, send))
            stuck.set()
            await asyncio.wait_for(feeding, 5)
            assert browser.status == 200

    asyncio.run(story())


def test_whoever_left_the_project_soon_hears_nothing(token, alice, bob, project, monkeypatch):
    monkeypatch.setattr(events, "REFRESH_S", 0.05)

    async def story():
        async with Browser(await token(bob)) as bobs, Browser(await token(alice)) as alices:
            await listening()
            await asyncio.to_thread(_remove, project, bob)
            await asyncio.sleep(0.5)
            await tell(project, id=9)
            assert await alices.hears('"id":9')
            assert '"id":9' not in bobs.text

    asyncio.run(story())


def _remove(project, user) -> None:
    project.memberships.filter(user=user).delete()
    connection.close()


def test_whoever_is_let_into_a_project_hears_of_it_at_once(token, alice, carol, project):
    async def story():
        async with Browser(await token(carol)) as carols:
            await listening()
            await asyncio.to_thread(_share, project, carol, alice)
            assert await carols.hears(
                f'event: project\ndata: {{"project":{project.pk}}}'
            )  # and not only half a minute later
            await tell(project, id=10)
            assert await carols.hears('"id":10')

    asyncio.run(story())


def test_a_new_project_is_heard_by_whoever_made_it(token, alice):
    async def story():
        async with Browser(await token(alice)) as alices:
            await listening()
            made = await asyncio.to_thread(_create, alice)
            assert await alices.hears(f'"project":{made.pk}')
            await tell(made, id=11)
            assert await alices.hears('"id":11')

    asyncio.run(story())


def _share(project, user, by) -> None:
    found = sharing.project_of(by, project.pk)
    members.add(found, user, Role.READER, by=by)
    connection.close()


def _create(by) -> Project:
    made = projects.create("New", by=by)
    connection.close()
    return made
