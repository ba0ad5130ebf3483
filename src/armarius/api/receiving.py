"""Files of a form: to the disk at once, and never more than an upload may have.

A form must say its length (a server hands on no more than that), so the limit holds before
anything is read.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from armarius import config
from armarius.errors import TooLarge


class Capped(TemporaryFileUploadHandler):
    """Django's handler that writes to the disk, with our limit on the whole form."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse by the announced length, before anything is read."""
        limit = config.number("ARMARIUS_MAX_UPLOAD_MB") * 1_000_000
        if content_length > limit:
            raise TooLarge(
                f"The files have more than {limit / 1e6:,.0f} MB. Send them one by one as uploads."
            )
