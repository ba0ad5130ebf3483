"""Kraken itself, on torch: what the fast path is compared with, what goes on where it cannot, and training.

The only place that imports kraken, torch, torchvision and lightning, but for the bench, which compares
with Kraken itself. An installation for inference has none of them; `missing` says so without importing anything.
"""

from __future__ import annotations

from importlib.util import find_spec

INSTALL = "Install it with `pip install 'armarius[train]'`"
_NEEDED = ("kraken", "torch", "torchvision", "lightning", "coremltools")


def missing() -> str:
    """Names of the packages that Kraken itself needs and does not find; empty where it can run."""
    return ", ".join(name for name in _NEEDED if find_spec(name) is None)
