"""Migrations of the database."""

from __future__ import annotations
