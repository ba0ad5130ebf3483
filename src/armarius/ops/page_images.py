"""Give a page another image: the same leaf scanned again. The old one is kept and can return."""

from __future__ import annotations

import logging
from dataclasses import replace as changed
from pathlib import Path

from django.db import transaction

from armarius.errors import BadInput, Conflict
from armarius.images import store
from armarius.models import FormerImage, Image, Page, User
from armarius.ops import adopting, news, snapshots, trees

log = logging.getLogger(__name__)


def replace(page: Page, file: Path, name: str, *, anyway: bool, by: User) -> str:
    """Store the file as the page's image; returns what became of the lines, one sentence or none.

    An image of the same shape in another resolution takes the lines along, scaled. Of another
    shape it is another picture: then the lines would lie anywhere.

    Args:
        page: with document, project and image.
        file: an image file.
        name: how the user knows it, for messages.
        anyway: take an image of another shape too; the lines stay where they are.
        by: who replaces.

    Raises:
        BadInput: no usable image, or the one that the page has already.
        Conflict: it has another shape; `items` has both sizes.
    """
    image = store.add(file, name)
    if image.pk == page.image_id:
        raise BadInput(f"{name} is the image that the page has already.")
    return put(page, image, anyway=anyway, by=by)


def put(page: Page, image: Image, *, anyway: bool, by: User) -> str:
    """The same with an image that is stored already, such as a former one."""
    with transaction.atomic():
        snapshots.lock(page)
        old = page.image
        same, size = fits(old, image), (image.width, image.height)
        if not same and not anyway:
            raise Conflict(
                f"The new image has {image.width} x {image.height} pixels and another shape than "
                f"the old one ({old.width} x {old.height}). The lines would lie in the wrong places.",
                [{"width": image.width, "height": image.height}],
            )
        FormerImage.objects.create(page=page, image=old, by=by)
        note = ""
        if same and size != (old.width, old.height) and page.lines_count:
            across, down = image.width / old.width, image.height / old.height
            tree = adopting.scaled(trees.load_page(page, None), across, down)
            page.image = image
            trees.save_layout(
                page, changed(tree, width=image.width, height=image.height),
                by=by, reason="Before the image was replaced", same_lines=True,
            )  # fmt: skip
            note = f"Lines and regions were scaled by {across:.4g}."
        page.image = image
        page.version += 1
        page.save(update_fields=["image", "version", "updated_at"])
        news.tell(
            page.document.project_id, "page", {"page": page.pk, "document": page.document_id}
        )
    log.info("page %d: image replaced by user %d", page.pk, by.pk)
    return note


def bring_back(page: Page, former: FormerImage, *, by: User) -> str:
    """Make a former image the present one again."""
    with transaction.atomic():
        if former.snapshot:  # its shapes were turned or cut with it, and come back so
            snapshots.restore(former.snapshot, by=by)
            return "The page is as it was on that image; what was there now is a snapshot."
        note = put(page, former.image, anyway=True, by=by)
        former.delete()
    return note


def fits(one: Image, other: Image) -> bool:
    """Whether the two have the same shape, whatever their resolution."""
    across, down = other.width / one.width, other.height / one.height
    return abs(across / down - 1) <= adopting.SHAPE
