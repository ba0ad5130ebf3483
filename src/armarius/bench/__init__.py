"""Benches: each module has `run(options) -> dict` with figures and ratios to a named peer."""

from __future__ import annotations
