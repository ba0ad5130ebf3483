"""Flags and comments on lines: what somebody should look at, and what was said about it.

They are beside the work: a flag or a comment is no new version of its line or page.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from armarius.errors import BadInput, Conflict, Forbidden
from armarius.models import (
    DocumentAccess,
    Line,
    LineComment,
    Page,
    ProjectAccess,
    Role,
    User,
)
from armarius.ops import news, noticing
from armarius.ops.sharing import at_least

_NAMED = re.compile(r"(?<!\w)@([\w.+-]{1,150})(?<![.])")

log = logging.getLogger(__name__)


def flag(page: Page, line_ids: Sequence[int], *, flagged: bool, by: User) -> list[int]:
    """Set or take away the flags of lines; returns the lines that have changed.

    Raises:
        BadInput: a line is not on this page.
    """
    with transaction.atomic():
        rows = Line.objects.select_for_update().filter(page=page, pk__in=line_ids)
        there = dict(rows.order_by("pk").values_list("pk", "flagged"))
        if missing := set(line_ids) - there.keys():
            raise BadInput(f"There is no line {min(missing)} on this page.")
        changed = [pk for pk, was in there.items() if was != flagged]
        Line.objects.filter(pk__in=changed).update(flagged=flagged)
        if changed:
            _tell(page, changed)
    log.info("page %d: %d flags set by user %d", page.pk, len(changed), by.pk)
    return changed


def add(line: Line, text: str, *, by: User) -> LineComment:
    """Say something about a line."""
    with transaction.atomic():
        made = LineComment.objects.create(line=line, author=by, text=text)
        _tell(line.page, [line.pk])
        document = line.page.document
        payload = {"by": by.full_name or by.username, "what": document.name}
        noticing.notice(_concerned(made), "comment", {**payload, "page": line.page_id})
    log.info("line %d: comment %d by user %d", line.pk, made.pk, by.pk)
    return made


def _concerned(comment: LineComment) -> set[int]:
    """Who has a part in the thread, and who is named in the comment (`@name`) and sees the line."""
    names = _NAMED.findall(comment.text)[:20]
    named = User.objects.filter(username__in=names).values_list("pk", flat=True)
    thread = comment.line.comments.filter(deleted_at=None, author__isnull=False)
    people = {*named, *thread.values_list("author_id", flat=True)} - {comment.author_id}
    document = comment.line.page.document
    inside = ProjectAccess.objects.filter(project=document.project_id, rank__gte=1)
    guests = DocumentAccess.objects.filter(document=document)
    seeing = {
        *inside.filter(user__in=people).values_list("user_id", flat=True),
        *guests.filter(user__in=people).values_list("user_id", flat=True),
    }
    return people & seeing


def change(
    comment: LineComment,
    version: int,
    *,
    text: str | None = None,
    resolved: bool | None = None,
    by: User,
) -> None:
    """Write another text, or say that the matter is settled or open again.

    Raises:
        Conflict: somebody changed it since `version` was read.
        Forbidden: another text for somebody else's comment.
    """
    if text is not None and comment.author_id != by.pk:
        raise Forbidden(
            "Only its author changes the text of a comment. Answer with one of yours."
        )
    values: dict[str, object] = {} if text is None else {"text": text}
    if resolved is not None:
        values |= {"resolved_at": timezone.now() if resolved else None}
        values |= {"resolved_by": by if resolved else None}
    with transaction.atomic():
        done = LineComment.objects.filter(
            pk=comment.pk, version=version, deleted_at=None
        ).update(**values, version=F("version") + 1)
        comment.refresh_from_db()
        if not done:
            now = {"id": comment.pk, "version": comment.version, "text": comment.text}
            raise Conflict("Somebody changed this comment meanwhile. Load it again.", [now])
        _tell(comment.line.page, [comment.line_id])
    log.info("comment %d: changed by user %d", comment.pk, by.pk)


def remove(comment: LineComment, *, by: User) -> None:
    """Take a comment away, one's own or as manager anybody's; `bring_back` undoes it.

    Raises:
        Forbidden: it is somebody else's.
    """
    _mine(comment, by)
    _put(comment, gone=True, by=by)


def bring_back(comment: LineComment, *, by: User) -> None:
    """Undo `remove`; raises as it does."""
    _mine(comment, by)
    _put(comment, gone=False, by=by)


def _mine(comment: LineComment, by: User) -> None:
    if comment.author_id != by.pk and not at_least(comment, Role.MANAGER):
        raise Forbidden("Only its author or a manager takes a comment away.")


def _put(comment: LineComment, *, gone: bool, by: User) -> None:
    with transaction.atomic():
        LineComment.objects.filter(pk=comment.pk).update(
            deleted_at=timezone.now() if gone else None, version=F("version") + 1
        )
        comment.refresh_from_db()
        _tell(comment.line.page, [comment.line_id])
    log.info("comment %d: %s by user %d", comment.pk, "removed" if gone else "back", by.pk)


def _tell(page: Page, lines: Sequence[int]) -> None:
    what = {"page": page.pk, "document": page.document_id, "lines": list(lines)[:20]}
    news.tell(page.document.project_id, "notes", what)
