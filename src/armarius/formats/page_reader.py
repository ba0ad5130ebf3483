"""Read PAGE 2013 to 2024 with the dialects of Transkribus, OCR-D and eScriptorium."""

from __future__ import annotations

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import safe_xml
from armarius.formats.grammar import is_datetime
from armarius.formats.notes import shown
from armarius.formats.page_grammar import PAGE
from armarius.formats.page_layout import LayoutReader
from armarius.formats.reading import DERIVED, Reading, ReadResult
from armarius.formats.safe_xml import attributes_of, line_of, local
from armarius.page import Extra, Order, Page, Step

OWN_MODEL = (
    "armarius"  # externalModel of the Labels that hold what MetadataItem has no attribute for
)
CREATOR = "Armarius"  # the Creator we write where the page has none
_GROUPS = {"OrderedGroup", "OrderedGroupIndexed", "UnorderedGroup", "UnorderedGroupIndexed"}
_REFS = {"RegionRef", "RegionRefIndexed"}


def read(data: bytes, file: str) -> ReadResult:
    """Read one PAGE file.

    Raises:
        FormatError: the file cannot be used.
    """
    root = safe_xml.parse(data, file)
    if local(root) != "PcGts":
        what = f"PAGE expected, found {shown(local(root))}"
        raise FormatError(file, line_of(root), what, "Choose another format")
    return _Reader(root, file).result()


class _Reader:
    def __init__(self, root: etree._Element, file: str) -> None:
        self.root = root
        self.reading = Reading(file, root, "id", "page", PAGE)
        self.extra: list[Extra] = []

    def result(self) -> ReadResult:
        reading = self.reading
        element = self._page_element()
        attributes = attributes_of(element)
        image = attributes.pop("imageFilename", "").strip()
        if not image:
            reading.note(
                "it names no image (imageFilename is empty); choose the image it belongs to",
                element,
            )
        reading.width = reading.size(attributes.pop("imageWidth", None), "imageWidth", element)
        reading.height = reading.size(
            attributes.pop("imageHeight", None), "imageHeight", element
        )
        steps = self._metadata()
        identity = reading.own_id(self.root.get("pcGtsId"), "page", self.root)
        layout = LayoutReader(reading)
        custom = layout.custom(attributes, "Page")
        direction = layout.direction("Page", attributes, custom)
        language = layout.language("Page", attributes, custom)
        order = None
        for child in element:
            if local(child) == "ReadingOrder":
                order = child
        layout.regions_of(element, ordered=order is None)
        for child in element:
            if not layout.is_region(child) and child is not order:
                self.extra += reading.element("Page", child, "Page/")
        self.extra += [
            *reading.attributes(attributes, element, "Page/"),
            *custom.remaining("Page/"),
        ]
        page = Page(
            image=image,
            width=reading.width,
            height=reading.height,
            regions=tuple(layout.regions),
            lines=tuple(layout.free_lines),
            order=self._order(order),
            direction=direction,
            language=language,
            steps=steps,
            id=identity,
            extra=tuple(self.extra),
        )
        reading.flag_crossings()
        return ReadResult(page, reading.notes.sentences())

    def _page_element(self) -> etree._Element:
        pages = [child for child in self.root if local(child) == "Page"]
        if not pages:
            raise self.reading.fault(self.root, "there is no Page in it", "Export it again")
        if len(pages) > 1:
            raise self.reading.fault(
                pages[1], f"it holds {len(pages)} pages", "Split it into one file per page"
            )
        for child in self.root:
            if local(child) not in ("Page", "Metadata"):
                self.reading.note(
                    f"the element {shown(local(child))} is not known to PAGE; left out", child
                )
        return pages[0]

    def _metadata(self) -> tuple[Step, ...]:
        found = [child for child in self.root if local(child) == "Metadata"]
        if not found:
            return ()
        steps: list[Step] = []
        texts = {local(child): (child.text or "").strip() for child in found[0]}
        given = attributes_of(found[0])
        invented: list[str] = []
        if given.get("externalRef", "").startswith(DERIVED):
            invented = given.pop("externalRef").split()
        for child in found[0]:
            name = local(child)
            if name in ("Creator", "Created", "LastChange"):
                if (
                    name not in invented
                    and (text := texts[name])
                    and (name == "Creator" or is_datetime(text))
                ):
                    self.extra.append(Extra("page", f"Metadata/{name}", text))
            elif name == "MetadataItem" and child.get("type") == "processingStep":
                steps.append(self._step(child))
            else:
                self.extra += self.reading.element("Metadata", child, "Metadata/")
        self.extra += self.reading.attributes(given, found[0], "Metadata/")
        return tuple(steps)

    def _step(self, element: etree._Element) -> Step:
        own: dict[str, str] = {}
        parameters: dict[str, str] = {}
        extra: list[Extra] = []
        for labels in element:
            pairs = {label.get("type") or "": label.get("value") or "" for label in labels}
            plain = len(pairs) == len(labels) and all(
                set(label.attrib) <= {"type", "value"} for label in labels
            )
            where = dict(labels.items())
            if where == {"externalModel": OWN_MODEL, "externalId": "step"} and plain:
                own = pairs
            elif where == {"externalModel": OWN_MODEL, "externalId": "parameters"} and plain:
                parameters = pairs
            else:
                extra += self.reading.element("MetadataItem", labels)
        given = attributes_of(element)
        return Step(
            kind=own.pop("kind", "") or given.pop("name", ""),
            software=given.pop("value", ""),
            date=own.pop("date", "") or given.pop("date", ""),
            parameters=parameters,
            **{
                key: own.pop(key, "")
                for key in ("version", "creator", "model", "model_sha256", "description")
            },
            id=self.reading.own_id(own.pop("id", ""), "step", element),
            extra=tuple(extra),
        )

    def _order(self, element: etree._Element | None) -> Order | None:
        if element is None:
            return None
        given = attributes_of(element)
        self.extra += self.reading.attributes(given, element, "ReadingOrder/")
        groups = [self._group(child) for child in element if local(child) in _GROUPS]
        if len(groups) != 1:
            self.reading.note(
                f"the ReadingOrder has {len(groups)} groups in place of one", element
            )
        if not groups:
            return None
        order = groups[0] if len(groups) == 1 else Order(tuple(groups), ordered=False)
        return self.reading.order(order, self.reading.known, element)

    def _group(self, element: etree._Element) -> Order:
        given = attributes_of(element)
        identity = self.reading.own_id(given.pop("id", None), "group", element)
        ref = given.pop("regionRef", "")
        given.pop("index", None)
        extra: list[Extra] = []
        ordered = local(element).startswith("Ordered")
        members: list[tuple[int, str | Order]] = []
        for child in element:
            name = local(child)
            index = _index(child) if ordered else 0
            if name in _REFS:
                members.append((index, child.get("regionRef") or ""))
            elif name in _GROUPS:
                members.append((index, self._group(child)))
            else:
                extra += self.reading.element("OrderedGroup", child)
        members.sort(key=lambda member: member[0])
        name = "OrderedGroup" if ordered else "UnorderedGroup"
        extra += self.reading.attributes(given, element, name=name)
        return Order(
            tuple(member for _, member in members), ordered, identity, ref, tuple(extra)
        )


def _index(element: etree._Element) -> int:
    try:
        return int(element.get("index") or 0)
    except ValueError:
        return 0
