"""File formats. None knows another; a new one is a module like its siblings and a row here."""

from __future__ import annotations
