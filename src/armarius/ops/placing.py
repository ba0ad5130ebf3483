"""Put an imported image into its document, at its place, under a free name, once.

Items of one import run in parallel and end in any order; their pages nevertheless stand in the
order of the items, together, without gaps. The document's row is locked only at the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from armarius.models import Document, Image, JobItem, Page
from armarius.ops import naming

# Where a page stands until the end of its own transaction; nobody else ever sees it there.
_ASIDE = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of an image.

    Attributes:
        page: the new page, or the one that has this image already.
        new: whether it is new.
        note: what the user should know, one sentence, or empty.
    """

    page: Page
    new: bool
    note: str = ""


def present(document: Document, image: Image) -> Placed | None:
    """The document's page with exactly this image, if there is one."""
    page = (
        Page.objects.filter(document=document, image=image)
        .select_related("image")
        .order_by("position")
        .first()
    )
    if page is None:
        return None
    return Placed(page, False, f"already present: page {page.position + 1}, {page.name}.")


def aside(document: Document, image: Image, item: JobItem, source: str) -> Page:
    """Create the page where nobody sees it; regions and lines can be added before `settle`."""
    return Page.objects.create(
        document=document,
        position=_ASIDE + item.pk % 100_000_000,
        name=naming.of_page(item.name),
        source=source,
        image=image,
    )


def settle(page: Page, item: JobItem, *, once: bool) -> Placed | None:
    """Move a page that was created `aside` to its place; locks the document till the commit.

    Args:
        page: from `aside`, in the same transaction.
        item: whose order among the items of its job decides.
        once: whether an image may stand in the document only once.

    Returns:
        None where `once` holds and another page got the image meanwhile: the caller must
        roll back.
    """
    # An update locks the row as well, and lets others go on that only refer to it.
    Document.objects.filter(pk=page.document_id).update(updated_at=timezone.now())
    others = Page.objects.filter(document=page.document_id).exclude(pk=page.pk)
    stem, suffix = naming.split(page.name)
    alike = others.filter(
        Q(image=page.image_id) | Q(name__startswith=stem, name__endswith=suffix)
    )
    images, names = set(), set()
    for image_id, name in alike.values_list("image_id", "name"):
        images.add(image_id)
        names.add(name)
    if once and page.image_id in images:
        return None
    free = naming.free(page.name, names)
    note = "" if free == page.name else f"its name was taken; it is called {free} now."
    place, count = _place(page, item)
    if place < count:
        others.filter(position__gte=place).update(position=F("position") + 1)
    page.position, page.name = place, free
    page.save(update_fields=["position", "name", "updated_at"])
    return Placed(page, True, note)


# The nearest neighbour among the pages that this import has made so far: after the one before,
# else before the one after, else at the end. An item may also point to a page that was there.
_MADE = """
    FROM armarius_jobitem i
    JOIN armarius_job j ON j.id = i.job_id
    JOIN armarius_page p ON p.id = i.page_id AND p.created_at >= j.created_at
   WHERE p.id <> %(page)s AND p.document_id = %(document)s AND p.deleted_at IS NULL"""
_PLACE = """
SELECT coalesce(
  (SELECT p.position + 1 {made} AND {order} < %(place)s ORDER BY {order} DESC LIMIT 1),
  (SELECT p.position {made} AND {order} > %(place)s ORDER BY {order} LIMIT 1), present), present
FROM (SELECT count(*) AS present FROM armarius_page
  WHERE document_id = %(document)s AND deleted_at IS NULL AND id <> %(page)s) AS pages
"""
# Within one job an index finds the neighbour. A job that tries again what failed in another has
# other positions; then the places in the plan that both came from are compared.
_IN_JOB = _PLACE.format(made=f"{_MADE} AND i.job_id = %(job)s", order="i.position")
_IN_IMPORT = _PLACE.format(
    made=f"{_MADE} AND j.document_id = %(document)s AND j.parameters->>'import' = %(import)s",
    order="(i.source->>'place')::int",
)


def _place(page: Page, item: JobItem) -> tuple[int, int]:
    """Where the page belongs, and how many others there are."""
    plan = item.job.parameters
    whole = item.job.items_total == plan["items"]
    values = {
        "job": item.job_id,
        "import": plan["import"],
        "place": item.position if whole else item.source["place"],
        "page": page.pk,
        "document": page.document_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_IN_JOB if whole else _IN_IMPORT, values)
        place, count = cursor.fetchone()
    return place, count
