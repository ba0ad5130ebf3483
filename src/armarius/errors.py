"""Every error that Armarius raises on purpose.

ArmariusError
├── BadInput          what the user gave cannot be used; HTTP 422, exit code 2
│   ├── FormatError   a file in a known format has a fault at a known place
│   └── TooLarge      a limit is exceeded, found before anything was decoded; HTTP 413
├── NotFound          it is not there, or not yours; HTTP 404
├── Forbidden         you see it, but your role does not allow this; HTTP 403
├── Conflict          somebody was faster; carries what is stored now; HTTP 409
├── Busy              come back later; HTTP 429
├── Unavailable       a part of the system is not reachable just now; HTTP 503
├── EngineError       an engine failed on a page
├── Stopped           asked to stop, and did
└── Superseded        another attempt has taken this work over; nothing was written

The message is one sentence for the user: what is wrong, where, and what to do.
"""

from __future__ import annotations

from typing import Any


class ArmariusError(Exception):
    """Base of all errors below; its text is meant for the user."""


class BadInput(ArmariusError):
    """What the user gave cannot be used."""


class FormatError(BadInput):
    """A file has a fault at a known place.

    Args:
        file: name of the file as the user knows it.
        line: line number from 1, or None where it is not known.
        what: what is wrong, without a full stop.
        cure: what to do about it, without a full stop.
    """

    def __init__(self, file: str, line: int | None, what: str, cure: str = "") -> None:
        self.file, self.line, self.what, self.cure = file, line, what, cure
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {what}." + (f" {cure}." if cure else ""))


class TooLarge(BadInput):
    """A limit is exceeded; found before anything was decoded."""


class NotFound(ArmariusError):
    """It is not there, or the user may not see it."""


class Forbidden(ArmariusError):
    """The user sees it, but the role does not allow this."""


class Conflict(ArmariusError):
    """Somebody was faster.

    Args:
        message: one sentence.
        items: what is stored now, one mapping per refused item.
    """

    def __init__(self, message: str, items: list[dict[str, Any]] | None = None) -> None:
        self.items = items or []
        super().__init__(message)


class Busy(ArmariusError):
    """Come back later."""


class Unavailable(ArmariusError):
    """A part of the system cannot be reached just now."""


class EngineError(ArmariusError):
    """An engine failed on a page."""


class Stopped(ArmariusError):
    """Asked to stop, and did."""


class Superseded(ArmariusError):
    """Another attempt has taken this work over."""
