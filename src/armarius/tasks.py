"""What the queue calls: begin an attempt, hand it to the operation of its kind, end it.

Procrastinate imports this module by its name. It runs in a worker's thread.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable

import psycopg
from django.db import InterfaceError, OperationalError, connection
from procrastinate import JobContext
from procrastinate.contrib.django import app

from armarius import jobqueue
from armarius.errors import ArmariusError, Stopped, Superseded
from armarius.models import Attempt
from armarius.ops import attempts, beating, mailing, patience

log = logging.getLogger(__name__)

# Kind of job -> module with `run(attempt)`; imported when the first of its kind comes.
HANDLERS = {
    "import": "armarius.ops.importing",
    "segment": "armarius.ops.recognising",
    "masks": "armarius.ops.outlining",
    "turn": "armarius.ops.turning",
    "transcribe": "armarius.ops.recognising",
}


@app.task(name=jobqueue.TASK, pass_context=True)
def run_batch(context: JobContext, batch_id: int) -> None:
    """Work on a batch if it still wants it."""
    try:
        work(batch_id, context.job.id)
    finally:
        connection.close()


@app.task(name=jobqueue.LETTER_TASK)
def send_letter(letter_id: int) -> None:
    """Send a letter if it still waits."""
    try:
        mailing.send(letter_id)
    finally:
        connection.close()


def work(batch_id: int, entry: int | None) -> None:
    """One attempt at a batch, from its beginning to its end."""
    worker = beating.worker_name()
    try:
        attempt = patience.while_away(lambda: attempts.begin(batch_id, worker, entry))
    except (Superseded, Stopped) as reason:
        log.info("%s", reason)
        return
    beating.add(attempt)
    try:
        outcome, message = _work(attempt)
        patience.while_away(lambda: attempts.finish(attempt, outcome, message, attempt.log))
    except Superseded as reason:
        log.info("%s", reason)
    finally:
        beating.drop(attempt)


def _work(attempt: Attempt) -> tuple[str, str]:
    """Run the handler; outcome and message for `attempts.finish`."""
    try:
        handler(attempt.batch.job.kind)(attempt)
    except Stopped as stopped:
        beat = beating.of(attempt)
        cancelled = beat is None or beat.reason == "cancelled"
        return ("cancelled" if cancelled else "interrupted"), str(stopped)
    except Superseded as superseded:
        return "superseded", str(superseded)
    except attempts.Crashed as crash:
        return "crashed", str(crash)
    except ArmariusError as error:
        return "failed", str(error)
    except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
        log.warning("%s: the database went away: %s", attempt, error)
        return "interrupted", "The database went away."
    except Exception as error:
        log.exception("%s failed", attempt)
        return "crashed", f"{type(error).__name__}; the server's log has the details"
    return "done", ""


def handler(kind: str) -> Callable[[Attempt], None]:
    """The operation for a kind of job."""
    run: Callable[[Attempt], None] = importlib.import_module(HANDLERS[kind]).run
    return run
