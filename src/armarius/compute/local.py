"""local."""

from __future__ import annotations


def close() -> None:
    """End all engine processes."""
