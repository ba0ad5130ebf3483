"""Every kind of bad or odd input ends in one sentence, and nothing is lost or half-written.

Through the API as a user would send it, the import done by the worker's own code. Requests
that are wrong in themselves are at the end.
"""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile

import psutil
import pytest

from armarius.models import Document, Image, Job, JobItem, Page, Upload
from armarius.ops import importing, jobs
from tests.bad_inputs import CASES
from tests.bad_requests import REQUESTS
from tests.scans import alto, scan

pytestmark = pytest.mark.django_db

GROWTH_MB = 300


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A data folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ARMARIUS_HOME", str(folder))
    return folder


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def send(as_alice):
    """Upload files through the API; returns the ids of the uploads."""

    def upload(*files):
        ids = []
        for name, data in files:
            answer = as_alice.post(
                "/api/uploads",
                {"name": name, "size": len(data)},
                content_type="application/json",
            )
            assert answer.status_code == 201, answer.content
            ids.append(answer.json()["id"])
            answer = as_alice.patch(
                f"/api/uploads/{ids[-1]}",
                data,
                content_type="application/octet-stream",
                headers={"Upload-Offset": "0"},
            )
            assert answer.status_code == 200, answer.content
        return ids

    return upload


@pytest.fixture
def bring(as_alice, send, codex):
    """Import files into the codex as a user would; returns the job and its report."""

    def run(*files):
        answer = as_alice.post(
            f"/api/documents/{codex.pk}/import",
            {"uploads": send(*files), "layer_name": "imported"},
            content_type="application/json",
        )
        assert answer.status_code == 202, answer.content
        job = Job.objects.get(pk=answer.json()["id"])
        for batch in job.batches.all():
            attempt = jobs.begin(batch.pk, "test")
            importing.run(attempt)
            jobs.finish(attempt, "done")
        return job, as_alice.get(f"/api/jobs/{job.pk}/items").json()["items"]

    return run


class Memory:
    """The most that this process and its children took, watched from a thread."""

    def __init__(self):
        self._own, self._stop = psutil.Process(), threading.Event()
        self.start = self.most = self._now()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    @property
    def growth_mb(self):
        return (self.most - self.start) / 1e6

    def _watch(self):
        while not self._stop.wait(0.02):
            self.most = max(self.most, self._now())

    def _now(self):
        total = self._own.memory_info().rss
        for child in self._own.children(recursive=True):
            try:
                total += child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return total


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_bad_file_is_named_with_its_fault_and_the_good_one_comes_in(
    case, bring, codex, home, monkeypatch
):
    for name, value in case.settings.items():
        monkeypatch.setenv(name, value)
    files = case.files()

    with Memory() as memory:
        _, report = bring(("zz good.jpg", scan(99)), *files)

    said = [(x["name"], x["state"], x["message"]) for x in report]
    assert any(
        state == case.state and re.search(case.sentence, text) for _, state, text in said
    ), said
    assert all(_is_sentence(text) for _, _, text in said if text), said
    names = list(Page.objects.filter(document=codex).values_list("name", flat=True))
    assert names[-1] == "zz good.jpg"
    if case.pages is not None:
        assert len(names) == case.pages + 1
    if case.names:
        assert tuple(names[:-1]) == case.names
    assert memory.growth_mb < GROWTH_MB
    _nothing_is_half_written(home)


def _is_sentence(message):
    return (
        message[0].isprintable()
        and message.rstrip().endswith((".", ")"))
        and "Traceback" not in message
    )


def _nothing_is_half_written(home):
    for room in ("files/tmp", "pyramids/tmp", "scratch"):
        assert not list((home / room).glob("*"))
    kept = {x.name for x in (home / "files").glob("??/*")}
    assert set(Image.objects.values_list("sha256", flat=True)) <= kept
    places = list(Page.objects.order_by("position").values_list("position", flat=True))
    assert places == list(range(len(places)))
    assert not JobItem.objects.filter(state=JobItem.State.WAITING).exists()


def test_bad_files_alone_are_refused_at_once_with_the_reason(as_alice, send, codex):
    alone = [
        x for x in CASES if x.number in ("56", "57", "58", "59", "60", "61", "62a", "17", "10")
    ]

    for case in alone:
        answer = as_alice.post(
            f"/api/documents/{codex.pk}/import",
            {"uploads": send(*case.files())},
            content_type="application/json",
        )
        assert answer.status_code == 422, case.id
        assert answer["Content-Type"] == "application/problem+json"
        assert re.search(case.sentence, answer.json()["detail"]), answer.json()
    assert len(alone) == 9
    assert not Job.objects.exists()


def test_an_upright_photograph_keeps_its_upright_size(bring, codex):
    case = next(x for x in CASES if x.number == "12")

    bring(*case.files())

    image = Page.objects.get(document=codex).image
    assert (image.width, image.height) == (80, 60)


def test_the_whole_of_an_odd_name_is_kept(bring, codex):
    case = next(x for x in CASES if x.number == "21")

    bring(*case.files())

    assert Page.objects.get(document=codex).source == "x" * 3996 + ".jpg"


def test_odd_texts_come_out_as_they_came_in(bring, as_alice, codex):
    wanted = ["\u0301\u0302", "שלום abc", "\ue8b3", "=cmd|' /C calc'!A0", "a\u202eb"]
    bring(("f1.jpg", scan(1)), ("f1.xml", alto("f1.jpg", wanted)))

    answer = as_alice.get(f"/api/documents/{codex.pk}/export?format=text")

    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.read("f1.txt").decode().splitlines() == wanted


# Requests


def refused(answer, status, sentence):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    detail = answer.json()["detail"]
    assert re.search(sentence, detail), detail
    return answer.json()


@pytest.fixture
def half(as_alice):
    """An upload of which 3 of 6 bytes have come."""
    answer = as_alice.post(
        "/api/uploads", {"name": "f1.jpg", "size": 6}, content_type="application/json"
    )
    as_alice.patch(
        f"/api/uploads/{answer.json()['id']}",
        b"abc",
        content_type="application/octet-stream",
        headers={"Upload-Offset": "0"},
    )
    return answer.json()["id"]


@pytest.fixture
def empty(project):
    return Document.objects.create(project=project, name="empty")


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda x: x.what)
def test_a_request_that_is_wrong_in_itself_is_refused_and_changes_nothing(
    request_, as_alice, half, codex, empty
):
    image = Image.objects.create(sha256="a" * 64, size=1, format="jpeg", width=60, height=80)
    Page.objects.create(document=codex, position=0, name="f1.jpg", image=image)
    before = (Job.objects.count(), Upload.objects.count(), Page.objects.count())
    names = {"document": codex.pk, "empty": empty.pk, "half": half}

    def filled(text):
        for name, value in names.items():
            text = text.replace("{" + name + "}", str(value))
        return text

    body = request_.body if isinstance(request_.body, bytes) else filled(request_.body or "")
    headers = dict(request_.headers)
    kind = headers.pop("Content-Type", "application/json" if request_.body is not None else "")
    answer = as_alice.generic(
        request_.method,
        "/api" + filled(request_.path),
        body,
        content_type=kind,
        headers=headers,
    )

    refused(answer, request_.status, request_.sentence)
    assert (Job.objects.count(), Upload.objects.count(), Page.objects.count()) == before
    assert as_alice.get(f"/api/uploads/{half}").json()["offset"] == 3


def test_a_stranger_finds_neither_upload_nor_document(client, carol, half, codex):
    client.force_login(carol)

    refused(client.get(f"/api/uploads/{half}"), 404, "no upload")
    refused(client.get(f"/api/documents/{codex.pk}/export?format=alto"), 404, "no document")
    answer = client.post(
        f"/api/documents/{codex.pk}/import",
        {"uploads": [half]},
        content_type="application/json",
    )
    refused(answer, 404, "no document")


def test_one_key_for_two_requests_is_refused(as_alice):
    def announce(size):
        return as_alice.post(
            "/api/uploads",
            json.dumps({"name": "f1.jpg", "size": size}),
            content_type="application/json",
            headers={"Idempotency-Key": "once"},
        )

    first, again, other = announce(6), announce(6), announce(7)

    assert first.json()["id"] == again.json()["id"]
    refused(other, 422, "(?i)key")
    assert Upload.objects.count() == 1


def test_an_import_meant_for_managers_is_refused_to_a_transcriber(client, bob, codex):
    client.force_login(bob)

    answer = client.post(
        f"/api/documents/{codex.pk}/import",
        {"uploads": ["00000000-0000-0000-0000-000000000000"]},
        content_type="application/json",
    )

    refused(answer, 403, "you must be manager")
