"""What commands show on a terminal while they work."""

from __future__ import annotations

import io
import sys
import time

import pytest

from armarius import terminal


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (3570, "1 h 0 min"), (12_000, "3 h 20 min")],
)
def test_a_time_is_said_as_people_say_it(seconds, said):
    assert terminal.span(seconds) == said


def test_a_bar_says_how_long_it_will_take_counting_only_what_it_saw(monkeypatch):
    screen, clock = Screen(), [1000.0]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    with terminal.Bar("transcribing", "pages") as bar:
        for done in (4, 5, 6, 10):  # four were there already; then one in a minute
            bar.show(done, 10)
            clock[0] += 60

    shown = [line.partition("\x1b")[0] for line in screen.getvalue().split("\r")[1:]]
    assert [line.partition("pages")[2] for line in shown] == [
        "", ", about 5 min left", ", about 4 min left", "",
    ]  # fmt: skip
    assert max(map(len, shown)) <= 80
