"""Jobs in the browser: found by filters, cancelled, tried again, and without one of their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journey import with_all

pytestmark = pytest.mark.slow


def transcribe(window: Page, document: int, model: str) -> dict[str, Any]:
    """Have all pages of a document read; returns the job."""
    window.goto(f"/documents/{document}")
    with_all(window, "Transcribe")
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Recognition model").select_option(label=model)
    dialog.get_by_role("button", name="Transcribe").click()
    expect(dialog).to_have_count(0)
    return jobs_of(window)[0]


def jobs_of(window: Page) -> list[dict[str, Any]]:
    """The jobs that the person of the window sees, newest first."""
    return list(window.request.get("/api/jobs").json()["items"])


def wait_for_end(window: Page, job: int) -> dict[str, Any]:
    """The job once it has ended."""
    while not (told := window.request.get(f"/api/jobs/{job}").json())["ended_at"]:
        window.wait_for_timeout(200)
    return dict(told)


@pytest.fixture
def slow(site, document_of) -> Callable[..., tuple[int, int, str]]:
    """A document with read pages, its project, and a model of it that takes seconds for each line."""

    def make(name: str, pages: int, pause: float) -> tuple[int, int, str]:
        document = document_of(name, pages=pages, read=True)
        project = site.live.call("GET", f"/api/documents/{document}")["project"]
        model = f"Slow echo {document}"
        site.fill("model", project_id=project, name=model, pause=pause)
        return document, project, model

    return make


def test_the_work_on_one_page_is_stopped_and_the_others_go_on(open_as, slow):
    document, _, model = slow("alice", pages=3, pause=1)
    window = open_as("alice")
    job = transcribe(window, document, model)

    window.get_by_role("button", name="Stop the work on this page: f3.jpg").click()
    expect(window.get_by_text("The page was left out; the other pages")).to_be_visible()
    wait_for_end(window, job["id"])
    items = window.request.get(f"/api/jobs/{job['id']}/items").json()["items"]
    assert [item["state"] for item in items] == ["done", "done", "skipped"]


def test_jobs_are_filtered_and_one_is_cancelled_and_tried_again(open_as, document_of, slow):
    document, project, model = slow("walburga", pages=1, pause=4)
    window = open_as("walburga")
    one = transcribe(window, document, model)
    other = transcribe(window, document_of("walburga", pages=1, read=True), "Echo")

    window.goto("/jobs")
    lines = window.locator("main article")
    expect(lines).to_have_count(2)
    window.get_by_label("Whose jobs").select_option("Mine")
    expect(lines).to_have_count(2)
    window.get_by_label("Kind of job").select_option("Imports")
    expect(window.get_by_text("No job is like that.")).to_be_visible()
    window.get_by_label("Kind of job").select_option("Transcriptions")
    expect(lines).to_have_count(2)
    window.get_by_label("Whose jobs").select_option(str(project))
    expect(lines).to_have_count(1)

    cancel = window.get_by_role("button", name="Cancel; what is done is kept")
    cancel.click()
    expect(lines).to_contain_text("cancelled")
    assert wait_for_end(window, one["id"])["state"] == "cancelled"
    assert wait_for_end(window, other["id"])["state"] == "done"

    window.get_by_role("button", name="Try what failed again").click()
    expect(lines).to_have_count(2)
    again = jobs_of(window)[0]
    assert again["id"] not in (one["id"], other["id"])
    cancel.click()
    assert wait_for_end(window, again["id"])["state"] == "cancelled"
    window.get_by_label("State", exact=True).select_option("done")
    expect(window.get_by_text("No job is like that.")).to_be_visible()
