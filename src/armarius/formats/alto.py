"""ALTO: read 4.0 to 4.4 (2 and 3 as far as they are the same), write 4.4."""

from __future__ import annotations

from armarius.formats.alto_reader import read
from armarius.formats.alto_writer import losses, write

LABEL = "ALTO 4.4"
SUFFIX = ".xml"
__all__ = ["LABEL", "SUFFIX", "losses", "read", "write"]
