"""PAGE: read 2013 to 2024 and its dialects, write 2019-07-15."""

from __future__ import annotations

from armarius.formats.page_reader import read
from armarius.formats.page_writer import losses, write

LABEL = "PAGE 2019-07-15"
SUFFIX = ".xml"
__all__ = ["LABEL", "SUFFIX", "losses", "read", "write"]
