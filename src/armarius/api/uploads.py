"""Uploads in pieces: announce a file, send it piece by piece, import it.

A piece that breaks off is no loss: ask where we are (`GET`) and go on there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Header, Query, Router, Schema, Status
from pydantic import Field

from armarius.api.answers import Listed, Window, listed
from armarius.api.auth import Request
from armarius.api.repeating import OFFSET
from armarius.models import Upload
from armarius.ops import sharing, uploading

router = Router(tags=["uploads"])

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
        },
    }
}


class UploadIn(Schema):
    """A file to come."""

    name: Annotated[str, Field(min_length=1, max_length=4000)]
    size: Annotated[int, Field(ge=0, le=2**62)]


class UploadOut(Schema):
    """A file that is coming or has come; complete once `sha256` is there."""

    id: UUID
    name: str
    size: int
    offset: int
    sha256: str
    created_at: datetime
    completed_at: datetime | None


@router.post("/uploads", response={201: UploadOut})
def start(request: Request, file: UploadIn) -> Status[Upload]:
    """Announce a file. Then send its bytes by PATCH, in one piece or many."""
    return Status(201, uploading.start(file.name, file.size, by=request.user))


@router.get("/uploads", response=Listed[UploadOut])
def uploads(request: Request, window: Query[Window]) -> dict[str, object]:
    """Your own uploads, newest first; those that nobody touches go after two days."""
    mine = Upload.objects.filter(owner=request.user).order_by("-created_at", "-id")
    return listed(mine, window)


@router.get("/uploads/{upload_id}", response=UploadOut)
def state(request: Request, upload_id: UUID) -> Upload:
    """How much of the file has arrived: go on at `offset`."""
    return sharing.upload_of(request.user, upload_id)


@router.patch("/uploads/{upload_id}", response=UploadOut, openapi_extra=BODY)
def append(
    request: Request,
    upload_id: UUID,
    upload_offset: Annotated[int, Header(ge=0, le=2**62, alias=OFFSET)],
) -> Upload:
    """Add a piece: raw bytes, with the header `Upload-Offset`; 409 tells the offset that is right."""
    upload = sharing.upload_of(request.user, upload_id)
    length = request.headers.get("Content-Length", "")
    announced = int(length) if length.isascii() and length.isdigit() else None
    return uploading.append(upload, upload_offset, request, length=announced)


@router.delete("/uploads/{upload_id}", response={204: None})
def remove(request: Request, upload_id: UUID) -> Status[None]:
    """Forget an upload that is not wanted any more."""
    uploading.remove([sharing.upload_of(request.user, upload_id)])
    return Status(204, None)
