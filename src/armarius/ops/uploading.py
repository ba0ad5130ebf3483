"""Files that arrive in pieces, so that a broken connection costs a piece and not the file.

A piece is appended at the offset that both sides agree on. The row's offset is written after
the bytes are on the disk: what it promises is there, whatever dies in between. Bytes after it
are cut off again before the next piece. Nobody sees an upload before it is whole.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from armarius import config
from armarius.errors import BadInput, Busy, Conflict, NotFound, TooLarge, Unavailable
from armarius.models import Job, Upload, User
from armarius.ops import limits

KEPT = timedelta(hours=48)  # an upload that nobody touches and no job needs
OPEN_PER_USER = 20_000
PIECE = 1 << 20
SPARE = 500_000_000  # bytes of disk that uploads never take: the database lives there too

log = logging.getLogger(__name__)


class Readable(Protocol):
    """Where the bytes of a piece come from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


def folder() -> Path:
    """Where unfinished and not yet imported files lie."""
    return config.home() / "uploads"


def path(upload: Upload) -> Path:
    """The file of an upload, there once its first piece is."""
    return folder() / str(upload.pk)


def start(name: str, size: int, *, by: User) -> Upload:
    """Announce a file; its room on the disk is reserved by the row.

    Raises:
        TooLarge: the file is above the limit, `by` may not use as much disk, or there is no room for
            it on the disk.
        BadInput: it has no bytes or no name.
        Busy: `by` has too many uploads.
    """
    limit = config.number("ARMARIUS_MAX_UPLOAD_MB")
    if not name.strip() or "\x00" in name:
        raise BadInput("The file has no usable name. Give it one and upload it again.")
    if size < 1:
        raise BadInput(f"{name[:200]}: the file is empty. Upload it again.")
    if size > limit * 1_000_000:
        raise TooLarge(
            f"{name[:200]} has {size / 1e6:,.0f} MB; the limit for one upload is {limit:,} MB. "
            "Send it in several parts."
        )
    folder().mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=by.pk)  # many at once: one by one
        mine = Upload.objects.filter(owner=by)
        if mine.count() >= OPEN_PER_USER:
            raise Busy(
                f"You have {OPEN_PER_USER:,} uploads waiting. Import or delete some first."
            )
        limits.check_upload(user, name, size)
        _check_room(size)
        return Upload.objects.create(owner=by, name=name, size=size)


def find(upload_id: UUID, *, by: User) -> Upload:
    """The user's own upload.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    try:
        return Upload.objects.get(pk=upload_id, owner=by)
    except Upload.DoesNotExist:
        raise NotFound("There is no such upload. Start it again.") from None


def whole(upload_ids: Sequence[UUID], *, by: User) -> list[Upload]:
    """The user's uploads in the order asked for, all of them complete.

    Raises:
        NotFound: one is not there or somebody else's.
        BadInput: one has not arrived in full.
    """
    found = Upload.objects.in_bulk(list(upload_ids))
    uploads = [found[x] for x in upload_ids if x in found and found[x].owner_id == by.pk]
    if len(uploads) != len(upload_ids):
        raise NotFound("One of the uploads is not there. Upload the file again.")
    for upload in uploads:
        if upload.completed_at is None:
            raise BadInput(
                f"{upload.name}: {upload.offset:,} of {upload.size:,} bytes have arrived. "
                "Send the rest before importing."
            )
    return uploads


def append(upload: Upload, offset: int, body: Readable, *, length: int | None = None) -> Upload:
    """Add a piece at `offset`; the last one completes the upload and names its SHA-256.

    Args:
        upload: one that `find` has returned.
        offset: where the sender believes we are.
        body: the bytes; what arrives before it breaks off is kept.
        length: bytes that the sender announces, if it does.

    Raises:
        Conflict: we are elsewhere (its item tells where), or somebody else is sending.
        TooLarge: the piece goes beyond the announced size; nothing of it is kept.
        Unavailable: the disk is full; nothing of the piece is kept.
    """
    with _held(upload) as file:
        upload.refresh_from_db()
        if offset != upload.offset:
            raise Conflict(
                f"{upload.name}: {upload.offset:,} bytes have arrived, this piece begins at "
                f"{offset:,}. Go on at {upload.offset:,}.",
                [{"id": str(upload.pk), "offset": upload.offset}],
            )
        room = upload.size - offset
        if length is not None and length > room:
            raise _beyond(upload)
        digest = hashlib.sha256() if offset == 0 else None
        try:
            arrived = _copy(body, file, offset, room, digest)
            os.fsync(file.fileno())
        except _Beyond:
            file.truncate(offset)
            raise _beyond(upload) from None
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            raise Unavailable(
                f"The server's disk is full. {offset:,} bytes of {upload.name} are safe; go on "
                "there when there is room again."
            ) from None
        _keep(upload, arrived, digest)
    return upload


def remove(uploads: Sequence[Upload]) -> None:
    """Forget uploads and their files; the rows go first, so no row ever lacks its file."""
    Upload.objects.filter(pk__in=[x.pk for x in uploads]).delete()
    for upload in uploads:
        path(upload).unlink(missing_ok=True)


def sweep() -> int:
    """Remove what nobody has touched for two days and no open job needs, and files without a row.

    A file is judged by its row, never by its own date; rows are written before files. Returns
    the number of uploads removed.
    """
    needed = {
        upload_id
        for parameters in Job.objects.filter(ended_at=None).values_list("parameters", flat=True)
        for upload_id in parameters.get("uploads", [])
    }
    old = Upload.objects.filter(updated_at__lt=timezone.now() - KEPT).exclude(pk__in=needed)
    gone = list(old)
    remove(gone)
    lying = {x.name for x in folder().iterdir()} if folder().exists() else set()
    known = {str(x) for x in Upload.objects.values_list("pk", flat=True)}
    for name in lying - known:
        (folder() / name).unlink(missing_ok=True)
    if gone:
        log.info("%d forgotten uploads removed", len(gone))
    return len(gone)


class _Beyond(Exception):
    """More bytes than announced."""


def _beyond(upload: Upload) -> TooLarge:
    return TooLarge(
        f"{upload.name} was announced with {upload.size:,} bytes and more are coming. "
        "Start it again with the right size."
    )


def _check_room(size: int) -> None:
    promised = Upload.objects.filter(completed_at=None).aggregate(
        bytes=Sum(F("size") - F("offset"))
    )["bytes"]
    free = shutil.disk_usage(folder()).free - SPARE - int(promised or 0)
    if size > free:
        raise TooLarge(
            f"There is room for {max(0, free) / 1e6:,.0f} MB on the server's disk, the file has "
            f"{size / 1e6:,.0f} MB. Ask the administrator for more."
        )


@contextmanager
def _held(upload: Upload) -> Iterator[_File]:
    """The upload's file, ours alone: a lock of the system, which ends with the process."""
    descriptor = os.open(path(upload), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(
                f"{upload.name} is just being sent by another request. Ask for its offset and go on.",
                [{"id": str(upload.pk), "offset": upload.offset}],
            ) from None
        yield file


class _File(Protocol):
    def write(self, data: bytes, /) -> int | None: ...
    def seek(self, place: int, /) -> int: ...
    def truncate(self, size: int, /) -> int: ...
    def fileno(self) -> int: ...


def _copy(
    body: Readable, file: _File, offset: int, room: int, digest: hashlib._Hash | None
) -> int:
    """Write what comes, from `offset` on; returns the offset after it."""
    file.truncate(offset)
    file.seek(offset)
    arrived = offset
    while True:
        try:
            piece = body.read(min(PIECE, room + 1))
        except OSError as error:  # the sender has gone; Django's UnreadablePostError is one too
            log.info("an upload broke off after %d bytes: %s", arrived, error)
            return arrived
        if not piece:
            return arrived
        if arrived + len(piece) > offset + room:
            raise _Beyond
        file.write(piece)
        if digest is not None:
            digest.update(piece)
        arrived += len(piece)


def _keep(upload: Upload, arrived: int, digest: hashlib._Hash | None) -> None:
    upload.offset = arrived
    if arrived == upload.size:
        upload.sha256 = digest.hexdigest() if digest else _sha256(path(upload))
        upload.completed_at = timezone.now()
    upload.save(update_fields=["offset", "sha256", "completed_at", "updated_at"])


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
