"""Addresses of page images that carry their own proof of permission.

A page read with permission hands out an address whose identifier is

    <page id>-<SHA-256 of the image>-<week>-<signature>

Whoever has it may read that one image until the end of the following week: no session and no
database is asked per tile, and browser and proxy caches keep what they have. Without week and
signature (`<page id>` alone, or with the hash) the session decides.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings

from armarius.models import Page

PREFIX: Final = "/iiif/"
WEEK_S: Final = 7 * 86_400
_IDENTIFIER = re.compile(
    r"([0-9]{1,18})(?:-([0-9a-f]{64})(?:-([0-9]{1,6})-([0-9a-f]{32}))?)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Named:
    """What an identifier names; `week` is None where it carries no signature."""

    page_id: int
    sha256: str
    week: int | None


def address(page: Page) -> str:
    """The image's base address below the site's root, signed; for users who may see the page."""
    return f"{PREFIX}{identifier(page.pk, page.image.sha256)}"


def thumbnail(page: Page, box: int = 300) -> str:
    """Address of the page's thumbnail that fits into a square; 300 is there from the import on."""
    return f"{address(page)}/full/!{box},{box}/0/default.jpg"


def identifier(page_id: int, sha256: str) -> str:
    """The signed identifier of a page's image; the same all week long."""
    week = int(time.time() // WEEK_S)
    return f"{page_id}-{sha256}-{week}-{_signature(page_id, sha256, week)}"


@lru_cache(4096)
def named(text: str) -> Named | None:
    """Take an identifier apart; None where it is none or its signature is wrong.

    Whether a signature is still young enough is for `fresh` to say: the answer here is kept.
    """
    match = _IDENTIFIER.fullmatch(text)
    if not match:
        return None
    page_id, sha256, week, signature = match.groups()
    if week is None:
        return Named(int(page_id), sha256 or "", None)
    if not hmac.compare_digest(_signature(int(page_id), sha256, int(week)), signature):
        return None
    return Named(int(page_id), sha256, int(week))


def fresh(name: Named) -> bool:
    """True where the identifier carries a signature of this week or the one before."""
    return name.week is not None and 0 <= time.time() // WEEK_S - name.week <= 1


def _signature(page_id: int, sha256: str, week: int) -> str:
    said = f"{page_id}-{sha256}-{week}".encode()
    return hmac.digest(_key(settings.SECRET_KEY), said, "sha256").hex()[:32]


@lru_cache(2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"armarius.images.addresses" + secret.encode()).digest()
