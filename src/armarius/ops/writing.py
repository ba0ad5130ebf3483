"""The conventions of a project's transcribers: normal form, what counts as doubtful, glyphs."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, cast

from django.db import IntegrityError, transaction
from django.db.models import F

from armarius.errors import BadInput, Conflict
from armarius.models import Project, User, Writing
from armarius.ops import news

MOST_GLYPHS: Final = 400
FOUND: Final = 60  # glyphs of one search
# Where the characters of scripts are; the planes above hold no names that a scribe would want.
_SEARCHED: Final = (range(0x20, 0x3400), range(0xA000, 0xAC00), range(0xD7B0, 0xD800), range(0xF900, 0x10000), range(0x10000, 0x17000), range(0x1D000, 0x1D800), range(0x1F000, 0x1FB00))  # fmt: skip

DEFAULTS: Final[dict[str, Any]] = {
    "normal_form": "NFC",
    "doubtful": 0.8,
    "glyphs": [],
    "version": 0,
}

log = logging.getLogger(__name__)


def of(project_id: int) -> Writing:
    """The project's conventions; an unsaved row with the defaults where nobody has set any."""
    return Writing.objects.filter(project=project_id).first() or Writing(
        project_id=project_id, version=0
    )


def normal_form(project_id: int) -> str:
    """The form that texts of the project are stored in: NFC, NFD or none."""
    found = Writing.objects.filter(project=project_id).values_list("normal_form", flat=True)
    return found.first() or Writing.Form.NFC


def normal(text: str, form: str) -> str:
    """The text in a normal form. Private use and compatibility characters stay what they are."""
    if form == Writing.Form.NONE:
        return text
    return unicodedata.normalize(cast("Literal['NFC', 'NFD']", form), text)


def change(project: Project, version: int, values: Mapping[str, Any], *, by: User) -> Writing:
    """Set conventions, if nobody else did since `version` was read (0: there were none).

    Texts that are stored already stay as they are.

    Raises:
        BadInput: too many glyphs, or one that is no text.
        Conflict: somebody was faster; the error says what is stored now.
    """
    if "glyphs" in values:
        _check(values["glyphs"])
    with transaction.atomic():
        if not _written(project, version, values):
            now = of(project.pk)
            raise Conflict(
                "Somebody changed the project's writing meanwhile. Load it again.",
                [{"version": now.version, "normal_form": now.normal_form}],
            )
        news.tell(project.pk, "project", {"project": project.pk})
    log.info("project %d: writing changed by user %d", project.pk, by.pk)
    return of(project.pk)


def _written(project: Project, version: int, values: Mapping[str, Any]) -> bool:
    if version:
        found = Writing.objects.filter(project=project, version=version)
        return bool(found.update(**values, version=F("version") + 1))
    try:
        with transaction.atomic():
            Writing.objects.create(project=project, **values)
    except IntegrityError:
        return False
    return True


def _check(glyphs: Sequence[Mapping[str, str]]) -> None:
    if len(glyphs) > MOST_GLYPHS:
        raise BadInput(f"{len(glyphs)} glyphs; the limit is {MOST_GLYPHS}.")
    if any(not one["text"] or "\n" in one["text"] for one in glyphs):
        raise BadInput("A glyph is empty or has a line break. Remove it.")


def glyphs_named(words: str) -> list[dict[str, str]]:
    """Characters whose Unicode name has all the words, or the one at a code point like U+A751.

    Those with the words as whole words come first, of these those with the shortest names.
    """
    wanted = words.upper().split()
    if len(wanted) == 1 and (found := _at(wanted[0])):
        return [found]
    if not wanted or not any(len(word) > 1 for word in wanted):
        return []
    hits = []
    for point in (point for part in _SEARCHED for point in part):
        name = unicodedata.name(chr(point), "")
        if name and all(word in name for word in wanted):
            hits.append({"text": chr(point), "name": name})
    whole = set(wanted)
    hits.sort(
        key=lambda one: (-len(whole & set(one["name"].split())), len(one["name"]), one["name"])
    )
    return hits[:FOUND]


def _at(code: str) -> dict[str, str] | None:
    digits = code.removeprefix("U+")
    if digits == code or not 2 <= len(digits) <= 6 or not digits.isalnum():
        return None
    try:
        point = int(digits, 16)
        text = chr(point)
    except (ValueError, OverflowError):
        return None
    if point < 0x20 or 0xD800 <= point < 0xE000:
        return None
    private = unicodedata.category(text) == "Co"
    return {"text": text, "name": unicodedata.name(text, "PRIVATE USE" if private else "")}
