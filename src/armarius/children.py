"""Child processes that do not outlive their parent (Linux; elsewhere they are stopped on exit)."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(signal_number: int = signal.SIGTERM) -> Callable[[], None] | None:
    """What a child does before it becomes its program: ask for a signal when its parent dies.

    Give the result as `preexec_fn` to `subprocess.Popen`. The kernel sends the signal when the
    *thread* that started the child ends, so start children from a thread that stays.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)

    return ask
