"""What is known of a page besides its lines, and its image."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Schema

from armarius.api.answers import Id, Number, direct
from armarius.api.auth import Request
from armarius.api.tags import TagOut, tag_shape
from armarius.errors import NotFound
from armarius.models import FormerImage, Page, Role
from armarius.ops import page_images, sharing, tree_parts, uploading
from armarius.page import Step

router = Router()


class ImageFacts(Schema):
    """The image file; `notes` says what was converted for the eye."""

    sha256: str
    format: str
    size: int
    width: int
    height: int
    notes: list[str]


class FormerOut(Schema):
    """An image that the page had before; `snapshot` holds the page on it, where it was turned or cut."""

    id: int
    sha256: str
    width: int
    height: int
    replaced_at: datetime
    by: str | None
    snapshot: int | None


class StepOut(Schema):
    """One thing that was done to a page; what is not known is empty.

    `kind`: “segmentation”, “recognition”, “import” or another word. `parameters` of what an engine
    did: `inference` is what ran the network, with the reason where the fast path could not,
    `precision` its precision, `device` where.
    """

    kind: str
    software: str
    version: str
    creator: str
    date: str
    model: str
    model_sha256: str
    description: str
    parameters: dict[str, str]


class PageFacts(Schema):
    """Name, origin, type, comment, metadata, tags and image of a page, and what made its texts.

    `direction`: its own; empty for the document's. `steps`: the oldest first.
    """

    id: int
    name: str
    source: str
    type: str
    direction: str
    comment: str
    metadata: dict[str, Any]
    tags: list[TagOut]
    image: ImageFacts
    former_images: list[FormerOut]
    steps: list[StepOut]
    created_at: datetime
    version: int


class ImageIn(Schema):
    """A complete upload that is an image; `anyway`: take it though its shape is another."""

    upload: UUID
    anyway: bool = False


class FormerIn(Schema):
    """Which former image."""

    former: Number


class ImageReplaced(Schema):
    """What became of the lines, one sentence or none."""

    note: str


@router.get("/pages/{page_id}/facts", response=PageFacts)
def get_facts(request: Request, page_id: Id) -> HttpResponse:
    """What is known of a page besides its lines."""
    return direct(_shape(sharing.page_of(request.user, page_id)))


@router.post("/pages/{page_id}/image", response=ImageReplaced)
def replace_image(request: Request, page_id: Id, given: ImageIn) -> HttpResponse:
    """Give the page another image; the old one is kept. 409 where the shapes differ."""
    page = sharing.page_of(request.user, page_id, Role.MANAGER)
    (upload,) = uploading.whole([given.upload], by=request.user)
    note = page_images.replace(
        page, uploading.path(upload), upload.name, anyway=given.anyway, by=request.user
    )
    uploading.remove([upload])
    return direct({"note": note})


@router.post("/pages/{page_id}/image/restore", response=ImageReplaced)
def restore_image(request: Request, page_id: Id, given: FormerIn) -> HttpResponse:
    """Make a former image the present one again."""
    page = sharing.page_of(request.user, page_id, Role.MANAGER)
    former = page.former_images.select_related("image").filter(pk=given.former).first()
    if former is None:
        raise NotFound(f"The page has no former image {given.former}.")
    return direct({"note": page_images.bring_back(page, former, by=request.user)})


def _shape(page: Page) -> dict[str, Any]:
    image = page.image
    return {
        "id": page.pk,
        "name": page.name,
        "source": page.source,
        "type": page.type.name if page.type else "",
        "direction": page.direction,
        "comment": page.comment,
        "metadata": page.metadata,
        "tags": [tag_shape(tag) for tag in page.tags.all()],
        "image": {
            "sha256": image.sha256,
            "format": image.format,
            "size": image.size,
            "width": image.width,
            "height": image.height,
            "notes": image.notes,
        },
        "former_images": [
            _former(one) for one in page.former_images.select_related("image", "by")
        ],
        "steps": [_step(one) for one in tree_parts.steps(page.steps)],
        "created_at": page.created_at,
        "version": page.version,
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "software": one.software,
        "version": one.version,
        "creator": one.creator,
        "date": one.date,
        "model": one.model,
        "model_sha256": one.model_sha256,
        "description": one.description,
        "parameters": one.parameters,
    }


def _former(one: FormerImage) -> dict[str, Any]:
    return {
        "id": one.pk,
        "sha256": one.image.sha256,
        "width": one.image.width,
        "height": one.image.height,
        "replaced_at": one.replaced_at,
        "by": one.by.username if one.by else None,
        "snapshot": one.snapshot_id,
    }
