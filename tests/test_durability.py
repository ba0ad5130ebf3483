"""A tenth of `make prove ISSUE=durability`: processes are killed under load, and nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.faults.storm import storm


@pytest.mark.slow
def test_twenty_kills_lose_and_double_nothing():
    with tempfile.TemporaryDirectory(prefix="armarius-storm-") as folder:
        Path(folder).chmod(0o755)  # the database server may run as another user

        figures = storm(Path(folder) / "home", kills=20, seed=7)

    assert figures["problems"] == []
    assert sum(figures["killed"].values()) == 20
    assert figures["edits_acknowledged"] > 20
    assert sum(figures["jobs"].values()) > 2
