"""Write PAGE 2019-07-15."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from lxml import etree

from armarius.formats.grammar import is_datetime
from armarius.formats.page_blocks import LayoutWriter
from armarius.formats.page_grammar import NAMESPACE, PAGE
from armarius.formats.page_reader import CREATOR, OWN_MODEL
from armarius.formats.reading import DERIVED
from armarius.formats.writing import XSI, Writing
from armarius.page import Order, Page, Step

_NAMESPACES = cast("dict[str, str]", {None: NAMESPACE, "xsi": XSI})  # the stubs know no None


def write(page: Page) -> bytes:
    """The page as a PAGE 2019-07-15 file, always valid against its schema."""
    return _document(page)[0]


def losses(page: Page) -> list[str]:
    """What the file would not hold, one sentence each."""
    return _document(page)[1].losses.sentences()


def written(page: Page) -> tuple[bytes, list[str]]:
    """Both of the above, for the price of one."""
    data, writing = _document(page)
    return data, writing.losses.sentences()


def _document(page: Page) -> tuple[bytes, Writing]:
    writing = Writing(page, "page", PAGE, "id")
    if page.annotations:
        writing.losses.add("annotations are not held")
    root = etree.Element(f"{{{NAMESPACE}}}PcGts", nsmap=_NAMESPACES)
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {NAMESPACE}/pagecontent.xsd")
    if page.id:
        root.set("pcGtsId", writing.id(page.id, "page"))
    _metadata(writing, root, page)
    element = writing.new(root, "Page", {"imageFilename": writing.clean(page.image)})
    element.set("imageWidth", str(page.width))
    element.set("imageHeight", str(page.height))
    blocks = LayoutWriter(writing, page)
    blocks.common(element, page, page.extra, "Page/")
    _order(writing, element, page)
    for place, region in enumerate(page.regions):
        blocks.region(element, region, place)
    if page.lines:
        blocks.free(element, page.lines, len(page.regions))
    writing.elements(element, page.extra, "Page/")
    data: bytes = etree.tostring(
        root, encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    return data, writing


def _metadata(writing: Writing, root: etree._Element, page: Page) -> None:
    metadata = writing.new(root, "Metadata", {})
    kept = {x.place: x.content for x in page.extra if x.format == "page"}
    dated = [step.date for step in page.steps if is_datetime(step.date)]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    invented = {
        "Creator": CREATOR,
        "Created": (dated or [now])[0],
        "LastChange": (dated or [now])[-1],
    }
    missing = []
    for name, text in invented.items():
        found = writing.clean(kept.get(f"Metadata/{name}", ""))
        if not found or (name != "Creator" and not is_datetime(found)):
            missing.append(name)
            found = text
        writing.new(metadata, name, {}).text = found
    for step in page.steps:
        _step(writing, metadata, step)
    writing.attributes(metadata, page.extra, "Metadata/")
    if missing and metadata.get("externalRef") is None:
        metadata.set("externalRef", " ".join((DERIVED, *missing)))
    others = [x for x in page.extra if x.place.removeprefix("Metadata/") not in invented]
    writing.elements(metadata, others, "Metadata/")


def _step(writing: Writing, parent: etree._Element, step: Step) -> None:
    attributes = {"type": "processingStep"}
    if step.kind:
        attributes["name"] = writing.clean(step.kind)
    attributes["value"] = writing.clean(step.software)
    own = {
        "date": step.date,
        "version": step.version,
        "creator": step.creator,
        "model": step.model,
        "model_sha256": step.model_sha256,
        "description": step.description,
        "id": step.id,
    }
    if is_datetime(step.date):
        attributes["date"] = own.pop("date")
    element = writing.new(parent, "MetadataItem", attributes)
    _labels(writing, element, "step", own)
    _labels(writing, element, "parameters", step.parameters, keep_empty=True)
    writing.attributes(element, step.extra)
    writing.elements(element, step.extra)


def _labels(
    writing: Writing,
    parent: etree._Element,
    name: str,
    values: Mapping[str, str],
    *,
    keep_empty: bool = False,
) -> None:
    given = {key: value for key, value in values.items() if value or keep_empty}
    if given:
        labels = writing.new(parent, "Labels", {"externalModel": OWN_MODEL, "externalId": name})
        for key, value in given.items():
            writing.new(
                labels, "Label", {"value": writing.clean(value), "type": writing.clean(key)}
            )


def _order(writing: Writing, parent: etree._Element, page: Page) -> None:
    if page.order is None:
        return
    element = writing.new(parent, "ReadingOrder", {})
    _group(writing, element, page.order, None)
    writing.attributes(element, page.extra, "ReadingOrder/")
    if not len(element):
        parent.remove(element)


def _group(writing: Writing, parent: etree._Element, order: Order, index: int | None) -> None:
    name = "OrderedGroup" if order.ordered else "UnorderedGroup"
    element = writing.new(
        parent,
        name if index is None else f"{name}Indexed",
        {"id": writing.id(order.id, "group")},
    )
    if order.ref and (target := writing.target(order.ref)):
        element.set("regionRef", target)
    if index is not None:
        element.set("index", str(index))
    writing.attributes(element, order.extra)
    for place, member in enumerate(order.members):
        _member(writing, element, member, place if order.ordered else None)
    if not len(element):
        writing.losses.add("a group of the reading order is empty")
        parent.remove(element)
        return
    writing.elements(element, order.extra)


def _member(
    writing: Writing, parent: etree._Element, member: str | Order, index: int | None
) -> None:
    if isinstance(member, Order) and (member.members or not member.ref):
        _group(writing, parent, member, index)
        return
    ref = member.ref if isinstance(member, Order) else member
    if isinstance(member, Order) and (member.id or member.extra):
        writing.losses.add("the id of a reference in the reading order is not written")
    if target := writing.target(ref):
        attributes = {"regionRef": target}
        if index is not None:
            attributes = {"index": str(index), **attributes}
        writing.new(parent, "RegionRef" if index is None else "RegionRefIndexed", attributes)
