"""What commands show on a terminal while they work. Nothing is shown where nobody looks."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

WIDTH = 30


class Bar:
    """A progress bar on stderr, if that is a terminal.

    Args:
        what: is being done: “uploading”.
        unit: of the numbers: “pages”.
        quiet: show nothing at all.
    """

    def __init__(self, what: str, unit: str, *, quiet: bool = False) -> None:
        self._what, self._unit = what, unit
        self._shown = 0.0
        self._begun: tuple[float, float] | None = None  # when, and how much was done then
        self._on = not quiet and sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._on and self._shown:
            sys.stderr.write("\n")

    def show(self, done: float, total: float | None) -> None:
        """Draw it, at most ten times a second; without a total only the number."""
        now = time.monotonic()
        if not self._on or (now - self._shown < 0.1 and done != total):
            return
        self._shown = now
        self._begun = self._begun or (now, done)
        if total:
            filled = int(WIDTH * min(1, done / total))
            bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {done:,.0f} of {total:,.0f}"
        else:
            bar = f"{done:,.1f}"
        line = f"{self._what} {bar} {self._unit}"
        if total and (left := self._left(now, done, total)):
            line += f", {left}"
        sys.stderr.write(f"\r{line}\x1b[K ")
        sys.stderr.flush()

    def _left(self, now: float, done: float, total: float) -> str:
        """How long it will take, once some of it was done while we looked."""
        since, before = self._begun or (now, done)
        if done <= before or done >= total:
            return ""
        return f"about {span((now - since) / (done - before) * (total - done))} left"


def span(seconds: float) -> str:
    """A time as people say it: 40 s, 5 min, 3 h 20 min."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


class Sum:
    """Adds up what several threads report, and tells the sum."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell, self._lock = tell, threading.Lock()
        self.total = 0

    def add(self, more: int) -> None:
        """Count `more`."""
        with self._lock:
            self.total += more
            self._tell(self.total)
