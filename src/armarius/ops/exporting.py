"""Hand out pages and a layer as files, in a ZIP that is made while it is sent.

Pages are loaded some fifty at a time with a fixed number of queries; what lies in memory does
not depend on how many there are. A list inside says what the format could not hold and what
was left out.
"""

from __future__ import annotations

import logging
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.utils import timezone
from zipstream import ZipStream

from armarius import __version__, formats
from armarius.errors import BadInput, NotFound
from armarius.formats import mets
from armarius.formats import text as plain_text
from armarius.images import store
from armarius.models import Document, Page, Transcription
from armarius.ops import loading, naming, narrowing, page_lists
from armarius.page import Page as Tree

CHUNK = 50  # pages loaded together
PIECE = 256 * 1024  # bytes sent together
NAMED = 5  # pages named with each loss in the list inside
LISTED = 500  # lines of each part of it
LEVEL = 3  # of deflate: a third of the time of the usual 6, files 8 % larger
_MIME = {
    "alto": "application/xml", "page": "application/xml",
    "text": "text/plain", "json": "application/json",
}  # fmt: skip
_IMAGE_SUFFIXES = {"jpeg": ".jpg", "tiff": ".tif"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What to hand out.

    Attributes:
        document: with its project.
        page_ids: in the order of the document.
        layer: whose texts; None where the document has no layer.
        format: one of `formats.WRITERS`.
        images: whether the original images go along.
        extent: how much of each page.
        paragraphs: in plain text, the lines of a region become one paragraph.
        mets: whether a list of the files in METS goes along.
    """

    document: Document
    page_ids: Sequence[int]
    layer: Transcription | None
    format: str
    images: bool
    extent: narrowing.Extent = field(default_factory=narrowing.Extent)
    paragraphs: bool = False
    mets: bool = False

    @property
    def file_name(self) -> str:
        """What the archive is called."""
        return naming.of_file(f"{self.document.name} {self.format}.zip")


def choose(
    document: Document,
    format_name: str,
    *,
    layer_id: int | None = None,
    page_ids: Sequence[int] | None = None,
    numbers: str = "",
    images: bool = False,
) -> Choice:
    """Check what somebody wants to have.

    Args:
        document: one that the user may see.
        format_name: of `formats.WRITERS`.
        layer_id: a layer of the document; needed where it has more than one.
        page_ids: some pages, None for all.
        numbers: or pages as people count them, ``1-20,25``.
        images: whether the original images go along.

    Raises:
        BadInput: no such format, no page, or several layers and none chosen.
        NotFound: the layer or a page is not in the document.
    """
    if format_name not in formats.WRITERS:
        raise BadInput(
            f"There is no format “{format_name[:50]}”. Choose one of {', '.join(formats.WRITERS)}."
        )
    there = list(
        Page.objects.filter(document=document).order_by("position").values_list("pk", flat=True)
    )
    if not there:
        raise BadInput(f"{document.name} has no pages yet. Import some first.")
    chosen = there
    if page_ids is not None:
        wanted = set(page_ids)
        chosen = [pk for pk in there if pk in wanted]
        if missing := sorted(wanted - set(there)):
            raise NotFound(f"{document.name} has no page with the id {missing[0]}.")
    if numbers:
        places = page_lists.numbers(numbers, len(there))
        chosen = [
            pk for place, pk in enumerate(there, 1) if place in places and pk in set(chosen)
        ]
    if not chosen:
        raise BadInput("No page chosen. Choose one or more pages to export.")
    return Choice(document, chosen, _layer(document, layer_id), format_name, images)


def stream(choice: Choice) -> Iterator[bytes]:
    """The archive in pieces, made while they are asked for."""
    yield from _gathered(_archive(choice))
    log.info(
        "document %d: %d pages handed out as %s",
        choice.document.pk,
        len(choice.page_ids),
        choice.format,
    )


@dataclass(slots=True)
class _Report:
    """What the list inside the archive will say."""

    losses: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    left_out: list[str] = field(default_factory=list)
    files: list[list[mets.MetsFile]] = field(default_factory=list)
    pages: int = 0

    def lost(self, page: str, losses: Iterable[str]) -> None:
        """Note what the format cannot hold of a page; memory stays bounded."""
        for loss in losses:
            known = loss in self.losses
            if known or len(self.losses) < LISTED:
                self.counts[loss] += 1
                if len(self.losses[loss]) < NAMED:
                    self.losses[loss].append(page)

    def omit(self, what: str) -> None:
        """Note what was left out."""
        if len(self.left_out) <= LISTED:
            self.left_out.append(what if len(self.left_out) < LISTED else "… and more")

    def listed(self, choice: Choice, name: str, group: str, kind: str) -> None:
        """Note a file for METS, where that is wanted."""
        if choice.mets:
            self.files[-1].append(mets.MetsFile("", name, group, kind, ""))

    def text(self, choice: Choice) -> str:
        """The list itself."""
        layer = f"layer “{choice.layer.name}”" if choice.layer else "no layer"
        parts = [
            f"{choice.document.name}: {self.pages} pages, {layer}, as {choice.format}.",
            f"Written by Armarius {__version__} on {timezone.now():%Y-%m-%d %H:%M} UTC.",
            "",
            f"What {choice.format} cannot hold and these files therefore lack:",
        ]
        for loss, pages in self.losses.items():
            more = self.counts[loss] - len(pages)
            parts.append(
                f"- {loss} ({', '.join(pages)}{f' and {more} more' if more > 0 else ''})"
            )
        parts += ["- nothing"] if not self.losses else []
        parts += ["", "What was left out:"]
        parts += [f"- {x}" for x in self.left_out] or ["- nothing"]
        return "\n".join(parts) + "\n"


def _archive(choice: Choice) -> Iterator[bytes]:
    archive = ZipStream()
    report, taken = _Report(), {"readme", "mets"} if choice.mets else {"readme"}
    for start in range(0, len(choice.page_ids), CHUNK):
        for page, tree in _load(choice, choice.page_ids[start : start + CHUNK]):
            yield from _page(choice, page, tree, archive, report, taken)
    if choice.mets and any(report.files):
        title = naming.of_file(choice.document.name)
        yield from _entry(archive, "mets.xml", mets.write(title, report.files))
    yield from _entry(archive, "README.txt", report.text(choice).encode())
    yield from archive.footer()


def _entry(archive: ZipStream, name: str, data: bytes) -> Iterator[bytes]:
    archive.add(data, name, compress_type=zipfile.ZIP_DEFLATED, compress_level=LEVEL)
    yield from archive.file()


def _load(choice: Choice, page_ids: Sequence[int]) -> list[tuple[Page, Tree]]:
    pages = (
        Page.objects.filter(pk__in=page_ids)
        .select_related("image", "document")
        .order_by("position")
    )
    return loading.load_pages(list(pages), choice.layer)


def _page(
    choice: Choice,
    page: Page,
    tree: Tree,
    archive: ZipStream,
    report: _Report,
    taken: set[str],
) -> Iterator[bytes]:
    """The files of one page; a page that cannot be written is named in the list."""
    stem = _free_stem(page.name, taken)
    image = stem + _IMAGE_SUFFIXES.get(page.image.format, f".{page.image.format}")
    tree = narrowing.narrowed(replace(tree, image=image), choice.extent)
    suffix = formats.WRITERS[choice.format].suffix
    report.files.append([])
    try:
        data, losses = formats.written(tree, choice.format)
        data = plain_text.paragraphs(tree) if choice.paragraphs else data
    except Exception:
        log.exception("page %d cannot be written as %s", page.pk, choice.format)
        report.omit(f"{page.name}: it could not be written; the server's log says why")
    else:
        report.pages += 1
        report.lost(page.name, losses)
        report.listed(choice, stem + suffix, choice.format.upper(), _MIME[choice.format])
        yield from _entry(archive, stem + suffix, data)
    if choice.images:
        yield from _image(choice, page, image, archive, report)


def _image(
    choice: Choice, page: Page, name: str, archive: ZipStream, report: _Report
) -> Iterator[bytes]:
    original: Path = store.original(page.image.sha256)
    if not original.exists():
        report.omit(f"{page.name}: its image is not on the server any more")
        return
    report.listed(choice, name, "IMAGE", f"image/{page.image.format}")
    archive.add_path(original, name)  # not packed again
    yield from archive.file()


def _free_stem(name: str, taken: set[str]) -> str:
    """A stem that no other file has, whichever case the reader's system ignores."""
    stem = naming.split(naming.of_file(name))[0]
    free, number = stem, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number})"
    taken.add(free.casefold())
    return free


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth a trip through the server."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _layer(document: Document, layer_id: int | None) -> Transcription | None:
    layers = Transcription.objects.filter(document=document)
    if layer_id is not None:
        layer = layers.filter(pk=layer_id).first()
        if layer is None:
            raise NotFound(f"{document.name} has no layer {layer_id}.")
        return layer
    some = list(layers.filter(archived_at=None)[:20])
    if len(some) > 1:
        names = ", ".join(f"{x.pk} (“{x.name}”)" for x in some)
        raise BadInput(f"{document.name} has several layers. Choose one: {names}.")
    return some[0] if some else None
