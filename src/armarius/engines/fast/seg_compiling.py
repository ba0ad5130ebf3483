"""Loops compiled by Numba, kept on disk after the first use on a machine.

Numba keeps what it compiled beside the module or, where nobody may write there, in the user's
cache folder (`NUMBA_CACHE_DIR` names another). Where neither can be written, every process
compiles anew, which takes about as long as one page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """The function, compiled at its first call, with arithmetic that is not reordered."""
    try:
        made = numba.njit(cache=True)(function)
    except RuntimeError:  # there is no folder to keep it in
        made = numba.njit(function)
    return cast("F", made)


def compiled_loosely(function: F) -> F:
    """The same for sums whose last bits do not matter: they may be reordered and fused."""
    try:
        made = numba.njit(cache=True, fastmath=True)(function)
    except RuntimeError:
        made = numba.njit(fastmath=True)(function)
    return cast("F", made)
