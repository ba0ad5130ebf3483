"""A tenth of `make prove ISSUE=editing`: in a browser nothing that was written is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Site
from tests.faults import writers

pytestmark = pytest.mark.slow


@pytest.fixture
def context_of(site: Site) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser of somebody's own, signed in."""
    made: list[BrowserContext] = []

    def make(name: str) -> BrowserContext:
        context = site.browser.new_context(base_url=site.live.url, locale="en-GB")
        made.append(context)
        window = context.new_page()
        window.goto(site.person(name))
        window.close()
        return context

    yield make
    for context in made:
        context.close()


def test_fifty_edits_are_stored_once_each_and_in_order(site, document_of, context_of):
    desk = writers.desk_of(site, document_of(pages=1), 10, texts=False)

    figures = writers.alone(site, desk, context_of("alice"), edits=50, seed=3)

    assert figures["problems"] == []
    assert figures["network"] > 0
    assert figures["tab"] > 0
    assert figures["server"] > 0


def test_two_people_on_the_same_lines_lose_nothing(site, document_of, context_of):
    desk = writers.desk_of(site, document_of(pages=1), 20, texts=True)
    site.person("ben")
    project = site.live.call("GET", f"/api/pages/{desk.page}")["project"]
    member = {"username": "ben", "role": "transcriber"}
    site.live.call("POST", f"/api/projects/{project}/members", member)

    both = context_of("alice"), context_of("ben")
    figures = writers.together(site, desk, both, edits=100, seed=5)

    assert figures["problems"] == []
    assert figures["refused"] > 0
