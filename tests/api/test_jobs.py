"""Jobs through the API: filters, log, table, leaving a page out, forecasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from armarius import checkup
from armarius.engines import reference
from armarius.models import Attempt, Job, JobItem
from tests.api.conftest import ApiClient
from tests.api.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def owner(world) -> ApiClient:
    return ApiClient(world.tokens["owner"])


def test_jobs_are_mine_of_a_kind_or_in_a_state(world, owner):
    reader = ApiClient(world.tokens["reader"])

    assert owner("GET", "/jobs?mine=true").json()["count"] == 1
    assert reader("GET", "/jobs?mine=true").json()["count"] == 0
    assert reader("GET", "/jobs?kind=transcribe&state=waiting").json()["count"] == 1
    assert reader("GET", "/jobs?kind=import").json()["count"] == 0


def test_the_list_says_why_jobs_wait_in_as_many_queries_for_twenty(
    world, owner, django_assert_num_queries
):
    def ask() -> list[str]:
        return [job["message"] for job in owner("GET", "/jobs").json()["items"]]

    reason = "No worker is running. Start one with “armarius worker”."
    ask()  # notes the use of the token
    with CaptureQueriesContext(connection) as few:
        assert ask() == [reason]
    for _ in range(19):
        Job.objects.create(
            kind="import", project=world.project, owner=world.people["owner"],
            title="x", lane="io",
        )  # fmt: skip

    with django_assert_num_queries(len(few)):
        assert ask() == [reason] * 20


def test_masks_that_are_drawn_do_not_fill_the_list(world, owner):
    for state in ("done", "done with problems"):
        Job.objects.create(
            kind="masks", state=state, project=world.project, owner=world.people["owner"],
            title="masks", lane="cpu", ended_at=timezone.now(),
        )  # fmt: skip

    states = [job["state"] for job in owner("GET", "/jobs").json()["items"]]

    assert states == ["done with problems", "waiting"]
    assert owner("GET", "/jobs?kind=masks").json()["count"] == 2


def test_the_log_has_all_attempts_and_its_end_is_cut(world, owner):
    batch = world.job.batches.get()
    for number, text in ((1, "first " * 100), (2, "second")):
        Attempt.objects.create(
            batch=batch,
            number=number,
            worker="w1",
            log=text,
            outcome="lost",
            ended_at=timezone.now(),
        )

    whole = owner("GET", f"/jobs/{world.job.pk}/log").json()
    end = owner("GET", f"/jobs/{world.job.pk}/log?tail=10").json()

    assert whole["whole"]
    assert whole["log"].index("first") < whole["log"].index("second")
    assert (end["log"], end["whole"]) == (whole["log"][-10:], False)


def test_a_table_for_spreadsheets_runs_nothing_in_them(world, owner):
    JobItem.objects.update(name="=1+1, “x”", state="failed", message="It, failed")

    answer = owner("GET", f"/jobs/{world.job.pk}/report.csv")

    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[1].startswith('1,"\'=1+1, “x”",failed,"It, failed",')


def test_a_page_is_left_out_and_the_others_go_on(world, owner):
    other = JobItem.objects.create(
        job=world.job, batch=world.job.batches.get(), position=1, name="other"
    )

    assert owner("POST", f"/pages/{world.page.pk}/stop").json() == {"jobs": 1}
    assert owner("POST", f"/pages/{world.page.pk}/stop").json() == {"jobs": 0}

    states = dict(JobItem.objects.values_list("pk", "state"))
    assert states.pop(other.pk) == "waiting"
    assert list(states.values()) == ["skipped"]
    assert Job.objects.get().ended_at is None
    row = owner("GET", f"/documents/{world.document.pk}/pages").json()["items"][0]
    assert row["busy"] is None


def test_a_job_whose_only_page_is_stopped_ends(world, owner):
    owner("POST", f"/pages/{world.page.pk}/stop")
    assert Job.objects.get().ended_at is not None


def test_a_transcriber_stops_only_their_own_work_on_a_page(world):
    bob = ApiClient(world.tokens["transcriber"])
    assert bob("POST", f"/pages/{world.page.pk}/stop").json() == {"jobs": 0}


def test_a_forecast_counts_what_is_there_and_rests_on_past_jobs(world, owner):
    body = {"page_ids": [world.page.pk], "kind": "transcribe", "model": world.model.pk}
    path = f"/documents/{world.document.pk}/forecast"
    first = owner("POST", path, body).json()
    assert first == {
        "pages": 1, "with_lines": 1, "lines": 3, "checked": 0, "seconds": None, "based_on": 0,
    }  # fmt: skip

    now = timezone.now()
    Job.objects.update(
        state="done", started_at=now - timedelta(seconds=60), ended_at=now, items_done=5
    )
    assert owner("POST", path, body).json()["seconds"] == 12
    assert owner("POST", path, body | {"quick": True}).json()["seconds"] is None
    Job.objects.update(parameters={"quick": True})
    assert owner("POST", path, body).json()["seconds"] is None
    assert owner("POST", path, body | {"quick": True}).json()["seconds"] == 12


def test_a_job_tells_how_exact_and_how_quick_it_is(world, owner):
    path = f"/documents/{world.document.pk}/segment"
    body = {"page_ids": [world.page.pk], "quick": True}
    job = owner("POST", path, body).json()
    assert (job["quick"], job["precision"]) == (True, "fp32")
    told = owner("GET", f"/jobs/{job['id']}").json()
    assert (told["quick"], told["precision"]) == (True, "fp32")


def test_how_lines_are_read_is_chosen_as_on_the_command_line(world, owner, monkeypatch):
    path = f"/documents/{world.document.pk}/transcribe"
    body = {"page_ids": [world.page.pk], "model": world.model.pk}

    def chosen(**asked):
        job = owner("POST", path, body | asked).json()["id"]
        parameters = Job.objects.get(pk=job).parameters
        return [parameters[name] for name in ("mode", "bidi", "inference")]

    assert chosen() == ["auto", "auto", "auto"]
    assert chosen(mode="bbox", bidi="R", inference="fast") == ["bbox", "R", "fast"]
    for wrong in ({"mode": "circle"}, {"bidi": "up"}, {"inference": "warp"}, {"mode": None}):
        assert owner("POST", path, body | wrong).status_code == 422, wrong
    monkeypatch.setattr(reference, "missing", lambda: "torch")
    refused = owner("POST", path, body | {"inference": "kraken"})
    assert refused.status_code == 422
    assert "Kraken itself is not installed" in refused.json()["detail"]


def test_only_precisions_of_this_machine_are_offered(world, owner, monkeypatch):
    monkeypatch.setattr(checkup, "precisions", lambda: ("fp32",))
    assert owner("GET", "/precisions").json() == {"precisions": ["fp32"]}
    path = f"/documents/{world.document.pk}/segment"
    refused = owner("POST", path, {"page_ids": [world.page.pk], "precision": "bf16"})
    assert refused.status_code == 422
    assert "cannot run in bf16 on this machine, only in fp32." in refused.json()["detail"]
