"""A running system under load while its processes are killed, and what must hold afterwards."""

from __future__ import annotations
