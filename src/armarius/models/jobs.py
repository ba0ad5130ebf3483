"""Jobs: what a user asked for, its items, its batches and every attempt at a batch.

A job has items (one per page or file: the report) and batches (one queue entry each, some
items together). A batch is attempted at most a few times; only the current attempt, by its
number, may change anything.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from armarius.models.pages import Page
from armarius.models.projects import Document, Project


class Job(models.Model):
    """A piece of work a user asked for. The queue rows are Procrastinate's; this one is ours."""

    class Kind(models.TextChoices):
        IMPORT = "import"
        SEGMENT = "segment"
        MASKS = "masks"
        TURN = "turn"
        TRANSCRIBE = "transcribe"
        EXPORT = "export"

    class State(models.TextChoices):
        WAITING = "waiting"
        STAGING = "staging"
        RUNNING = "running"
        COLLECTING = "collecting"
        DONE = "done"
        DONE_WITH_PROBLEMS = "done with problems"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ENDED = (State.DONE, State.DONE_WITH_PROBLEMS, State.FAILED, State.CANCELLED)

    kind = models.CharField(max_length=16, choices=Kind)
    state = models.CharField(max_length=24, choices=State, default=State.WAITING)
    project = models.ForeignKey(Project, models.CASCADE, related_name="jobs")
    document = models.ForeignKey(Document, models.CASCADE, null=True, related_name="jobs")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    title = models.CharField(max_length=300)  # "Transcribe 32 pages of Ms 3516"
    parameters = models.JSONField(default=dict)
    lane = models.CharField(max_length=16)
    priority = models.IntegerField(default=0)
    items_total = models.PositiveIntegerField(default=0)
    items_done = models.PositiveIntegerField(default=0)
    items_failed = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True)  # shown to the owner as it stands
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None)
                ^ Q(state__in=["done", "done with problems", "failed", "cancelled"]),
                name="job_ended_when_its_state_says_so",
            )
        ]
        indexes: ClassVar = [
            # What of mine is still running?
            models.Index(
                fields=["owner"], name="job_open_by_owner", condition=Q(ended_at=None)
            ),
            # The jobs of a document, newest first.
            models.Index(fields=["document", "-created_at"], name="job_by_document"),
        ]

    def __str__(self) -> str:
        return self.title


class Batch(models.Model):
    """Some items of a job that one worker takes together: one queue entry.

    `entry` is the id of that queue entry; one that is queued again gets another, and only the
    present one may begin an attempt.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    attempt = models.PositiveIntegerField(
        default=0
    )  # the current one; counted before it starts
    crashes = models.PositiveIntegerField(default=0)  # attempts whose worker or engine died
    entry = models.BigIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["job", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "number"], name="batch_number_once_per_job")
        ]
        indexes: ClassVar = [
            # The sweeper's question: which open batch has lost its queue entry?
            models.Index(fields=["entry"], name="batch_open", condition=Q(ended_at=None))
        ]

    def __str__(self) -> str:
        return f"batch {self.number} of job {self.job_id}"


class JobItem(models.Model):
    """One page or file of a job, and what became of it: a row of the report."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        NOTED = "done with a note"
        SKIPPED = "skipped"
        FAILED = "failed"

    job = models.ForeignKey(Job, models.CASCADE, related_name="items")
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=1000)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, related_name="+")
    source = models.JSONField(
        default=dict
    )  # where its input is: upload, member, page number ...
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    message = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["job", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job", "position"], name="item_position_once_per_job"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Attempt(models.Model):
    """One try at a batch, by one worker."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    worker = models.CharField(max_length=200)
    # Times of life are the database's: the clocks of workers may differ.
    started_at = models.DateTimeField(db_default=Now())
    heartbeat_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=24, blank=True
    )  # done, failed, cancelled, lost, crashed, interrupted, superseded
    message = models.TextField(blank=True)
    log = models.TextField(blank=True)  # the last lines of the run's log

    class Meta:
        ordering: ClassVar = ["batch", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="attempt_number_once")
        ]
        indexes: ClassVar = [
            # The sweeper's question: whose heartbeat has stopped?
            models.Index(
                fields=["heartbeat_at"], name="attempt_open", condition=Q(ended_at=None)
            ),
            # How much has a user used lately?
            models.Index(fields=["ended_at"], name="attempt_by_end"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} at {self.batch_id}"
