"""Armarius: automatic text recognition campaigns on historical documents."""

from __future__ import annotations

__version__ = "0.1.0"
