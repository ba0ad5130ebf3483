"""Outlive a restart of the database."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError, psycopg.OperationalError)
WAIT_S = 120.0
Result = TypeVar("Result")


def while_away(do: Callable[[], Result], wait_s: float = WAIT_S) -> Result:
    """Do something, again and again while the database is away.

    The answer to a commit may be lost with the connection, so `do` must be something that
    changes nothing when it was done already, or that a fence refuses then.

    Raises:
        OperationalError: the database is away for longer than `wait_s` seconds.
    """
    deadline = time.monotonic() + wait_s
    pause = 0.1
    while True:
        try:
            return do()
        except AWAY as error:
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            log.info("the database is away: %s", str(error).strip().partition("\n")[0])
            connection.close()
        time.sleep(pause)
        pause = min(pause * 2, 2.0)
