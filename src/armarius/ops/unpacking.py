"""What uploaded files hold: which page images, which texts, and which text belongs to which image.

Only headers, directories and the first kilobytes of XML are read here; no pixel, no whole file.
A file that cannot be used becomes an item with the reason, so that the report names it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from armarius.errors import ArmariusError, BadInput
from armarius.images import headers, pdf, store
from armarius.models import Upload
from armarius.ops import naming, page_lists, pairing, uploading
from armarius.ops.archives import Archive, Member
from armarius.ops.intake import Intake, Match

HEAD = 65_536  # bytes of an XML file in which its image is named
_PAGES = (*headers.ACCEPTED, "heic", "avif", "gif", "bmp", "psd", "djvu", "jxl", "svg")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".webp", ".heic", ".gif", ".bmp")
_OTHER_ARCHIVES = (
    (b"Rar!\x1a\x07", 0),
    (b"7z\xbc\xaf\x27\x1c", 0),
    (b"\x1f\x8b", 0),
    (b"BZh", 0),
    (b"\xfd7zXZ\0", 0),
    (b"(\xb5/\xfd", 0),
    (b"ustar", 257),
)
_IMAGE_NAMES = (
    re.compile(rb"""imageFilename\s*=\s*["']([^"']*)"""),  # PAGE
    re.compile(rb"<(?:\w+:)?fileName>\s*([^<]*?)\s*<"),  # ALTO
    re.compile(rb'"image"\s*:\s*"((?:[^"\\]|\\.)*)"'),  # our JSON
)
_METS = re.compile(rb"<(?:\w+:)?mets[\s>]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file from outside, or one page of it.

    Attributes:
        upload: id of the upload that it came in.
        path: as the user knows it, with the folders of an archive.
        kind: image, pdf, tree (ALTO, PAGE, JSON), text, mets, other.
        member: its place in the archive, None for an upload by itself.
        frame: page of a TIFF or PDF, from 0; None where there is only one.
        reference: the image that a tree names.
        refused: why it cannot be used, one sentence, or empty.
    """

    upload: str
    path: str
    kind: str
    member: int | None = None
    frame: int | None = None
    reference: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """As shown to people, with the page where there are several."""
        name = naming.of_page(self.path)
        if self.frame is None:
            return name
        stem, suffix = naming.split(name)
        return f"{stem} p{self.frame + 1}{suffix if self.kind == 'image' else '.png'}"

    @property
    def place(self) -> str:
        """Where a page came from: the path, with the page where there are several."""
        return self.path if self.frame is None else f"{self.path}#page={self.frame + 1}"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the report to come: a page image, its text, or a text for a page that exists.

    Attributes:
        page: id of the existing page that `tree` is for.
        refused: why it failed already; `left_out` why it is not needed.
    """

    name: str
    image: Source | None = None
    tree: Source | None = None
    page: int | None = None
    refused: str = ""
    left_out: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As kept in `JobItem.source`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Item:
        """The same again."""
        image, tree = kept["image"], kept["tree"]
        return cls(
            name=kept["name"],
            image=Source(**image) if image else None,
            tree=Source(**tree) if tree else None,
            page=kept["page"],
            refused=kept["refused"],
            left_out=kept["left_out"],
        )


@dataclass(frozen=True, slots=True)
class Existing:
    """A page that the document has already."""

    id: int
    name: str
    source: str

    @property
    def paths(self) -> list[str]:
        """What a text may call its image: where it came from, and its name if that is another."""
        if not self.source:
            return [self.name]
        same = naming.of_page(self.source) == self.name
        return [self.source] if same else [self.source, self.name]


def plan(
    uploads: Sequence[Upload], existing: Iterable[Existing], intake: Intake | None = None
) -> list[Item]:
    """Sort what the uploads hold into items, in the natural order of their names.

    Raises:
        BadInput: nothing in them can be used; says why.
    """
    intake = intake or Intake()
    sources = [source for upload in uploads for source in _sources(upload, intake.pdf_pages)]
    sources.sort(key=lambda x: (naming.natural(x.path), x.frame or 0))
    pages = [x for x in sources if x.kind in ("image", "pdf") and not x.refused]
    trees = [x for x in sources if x.kind in ("tree", "text") and not x.refused]
    mets = [x.path for x in sources if x.kind == "mets"]
    paired, for_existing = _pair(trees, pages, list(existing), mets, intake.match)
    items = [Item(x.name, image=x, tree=paired.get(x)) for x in pages]
    items += for_existing
    items += [Item(naming.of_page(x.path), refused=x.refused) for x in sources if x.refused]
    if not any(x.image or x.tree for x in items):
        raise BadInput(_nothing(uploads, items))
    items += [_left_out(x) for x in sources if x.kind in ("mets", "other") and not x.refused]
    return items


def _pair(
    trees: Sequence[Source],
    pages: Sequence[Source],
    existing: Sequence[Existing],
    mets: Sequence[str],
    by: Match,
) -> tuple[dict[Source, Source], list[Item]]:
    """Texts by their page image of the same import, and items for all other texts."""
    here = pairing.Names([x for x in pages if x.frame is None], lambda x: [x.path])
    there = pairing.Names(existing, lambda x: x.paths)
    paired: dict[Source, Source] = {}
    others: list[Item] = []
    for tree in trees:
        name = naming.of_page(tree.path)
        reference = tree.reference if by == "named" else ""
        try:
            image = here.find(tree.path, reference, mets)
            page = None if image else there.find(tree.path, reference, mets)
        except BadInput as error:  # several fit
            others.append(Item(name, refused=str(error)))
            continue
        if image and image not in paired:
            paired[image] = tree
        elif image:
            used = naming.of_page(paired[image].path)
            why = f"{name} was left out: {used} is for the same image, {image.name}."
            others.append(Item(name, left_out=why))
        elif page:
            others.append(Item(name, tree=tree, page=page.id))
        elif tree.kind == "text":
            why = f"{name} was left out: no page image has this name."
            others.append(Item(name, left_out=why))
        else:
            others.append(Item(name, refused=_unmatched(reference, name)))
    return paired, others


def _unmatched(reference: str, name: str) -> str:
    if not reference:
        return (
            f"{name} does not say which image it is for, and no image has its name. "
            "Give it the name of its image and upload both."
        )
    image = naming.of_page(reference)
    return (
        f"{name} is for the image {image}, which is neither in this upload nor a page of the "
        "document. Upload both together."
    )


def _nothing(uploads: Sequence[Upload], items: Sequence[Item]) -> str:
    reasons = list(dict.fromkeys(x.refused for x in items if x.refused))
    if not reasons:
        names = ", ".join(naming.of_page(x.name) for x in uploads[:3])
        return f"{names}: no page image, PDF, ALTO or PAGE file in it. Upload one of these."
    more = f" And {len(reasons) - 3} more such files." if len(reasons) > 3 else ""
    return " ".join(reasons[:3]) + more


def _left_out(source: Source) -> Item:
    name = naming.of_page(source.path)
    if source.kind == "mets":
        return Item(name, left_out=f"{name} was read for the folders of its files only.")
    return Item(name, left_out=f"{name} is no page image, ALTO or PAGE file and was left out.")


def _sources(upload: Upload, pdf_pages: str) -> Iterator[Source]:
    """The files in an upload; a fault of the file becomes a refused source."""
    file, name = uploading.path(upload), naming.of_page(upload.name)
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            with Archive(file, upload.name) as archive:
                yield from _members(upload, archive)
            return
        _refuse_other_archives(head, name)
        source = _source(str(upload.pk), upload.name, head)
        if source.kind == "other":
            found = (
                "text was found" if headers.sniff(head) == "text" else "its content is unknown"
            )
            raise BadInput(
                f"{name} is no page image, PDF, ZIP, ALTO or PAGE file: {found}. Upload one of these."
            )
        yield from _frames(source, file, name, pdf_pages)
    except ArmariusError as error:
        yield Source(str(upload.pk), upload.name, "other", refused=str(error))


def _members(upload: Upload, archive: Archive) -> Iterator[Source]:
    for member in archive.members():
        yield replace(_member(upload, archive, member), member=member.index)


def _member(upload: Upload, archive: Archive, member: Member) -> Source:
    if member.refused:
        return Source(str(upload.pk), member.name, "other", refused=member.refused)
    try:
        is_tree = member.name.lower().endswith((".xml", ".json"))
        head = archive.head(member.index, HEAD if is_tree else 1024)
        source = _source(str(upload.pk), member.name, head)
    except ArmariusError as error:
        return Source(str(upload.pk), member.name, "other", refused=str(error))
    if source.kind == "pdf":
        name = naming.of_page(member.name)
        refused = f"{name} is a PDF within {archive.name}. Upload PDF files by themselves."
        return replace(source, refused=refused)
    return source


def _source(upload: str, path: str, head: bytes) -> Source:
    suffix = naming.split(path)[1].lower()
    found = headers.sniff(head[:1024])
    if not head:
        refused = f"{naming.of_page(path)}: the file is empty. Upload it again."
        return Source(upload, path, "other", refused=refused)
    if found == "pdf":
        return Source(upload, path, "pdf")
    if found in _PAGES or suffix in _SUFFIXES:  # what is no image says so when it is opened
        return Source(upload, path, "image")
    if found == "xml" or suffix == ".xml":
        if _METS.search(head):
            return Source(upload, path, "mets")
        return Source(upload, path, "tree", reference=_reference(head))
    if suffix == ".json" and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Source(upload, path, "tree", reference=_reference(head))
    return Source(upload, path, "text" if suffix == ".txt" else "other")


def _reference(head: bytes) -> str:
    for pattern in _IMAGE_NAMES:
        if found := pattern.search(head):
            return html.unescape(found[1].decode("utf-8", "replace")).strip()
    return ""


def _refuse_other_archives(head: bytes, name: str) -> None:
    if any(head[place : place + len(start)] == start for start, place in _OTHER_ARCHIVES):
        raise BadInput(f"{name} is an archive of another kind than ZIP. Pack the files as ZIP.")


def _frames(source: Source, file: Path, name: str, pdf_pages: str) -> Iterator[Source]:
    """One source per wanted page of a PDF, per page of a TIFF, else the source itself."""
    if source.kind == "pdf":
        yield from (
            replace(source, frame=x) for x in _wanted(pdf.pages(file, name), pdf_pages, name)
        )
    elif source.kind == "image" and (count := store.frames(file, name)) > 1:
        yield from (replace(source, frame=x) for x in range(count))
    else:
        yield source


def _wanted(count: int, pdf_pages: str, name: str) -> list[int]:
    """The pages of a PDF to take, from 0."""
    if not pdf_pages.strip():
        return list(range(count))
    chosen = page_lists.numbers(pdf_pages, count)
    found = [x for x in range(count) if x + 1 in chosen]
    if not found:
        raise BadInput(
            f"{name} has {count} pages; none of them is among {pdf_pages[:80]}. Choose others."
        )
    return found
