"""Write ALTO 4.4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

from lxml import etree

from armarius.formats.alto_blocks import LayoutWriter
from armarius.formats.alto_grammar import ALTO, NAMESPACE
from armarius.formats.alto_reader import CATEGORIES, KIND, settings_text
from armarius.formats.alto_tags import Tag, Tags
from armarius.formats.grammar import is_datetime
from armarius.formats.safe_xml import local
from armarius.formats.writing import XSI, Writing
from armarius.page import Extra, Order, Page, Step

_SCHEMA = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace")
_CATEGORY = {
    "segmentation": "contentGeneration",
    "recognition": "contentGeneration",
    "correction": "contentModification",
}

_NAMESPACES = cast("dict[str, str]", {None: NAMESPACE, "xsi": XSI})  # the stubs know no None


def write(page: Page) -> bytes:
    """The page as an ALTO 4.4 file, always valid against its schema."""
    return _document(page)[0]


def losses(page: Page) -> list[str]:
    """What the file would not hold, one sentence each."""
    return _document(page)[1].losses.sentences()


def written(page: Page) -> tuple[bytes, list[str]]:
    """Both of the above, for the price of one."""
    data, writing = _document(page)
    return data, writing.losses.sentences()


def _document(page: Page) -> tuple[bytes, Writing]:
    writing = Writing(page, "alto", ALTO, "ID")
    if page.annotations:
        writing.losses.add("annotations are not held")
    root = etree.Element(f"{{{NAMESPACE}}}alto", nsmap=_NAMESPACES)
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {_SCHEMA}")
    root.set("SCHEMAVERSION", "4.4")
    _description(writing, root, page)
    styles = writing.new(root, "Styles", {})
    writing.elements(styles, page.extra, "Styles/")
    tags_element = writing.new(root, "Tags", {})
    tags = _tags(writing.elements(tags_element, page.extra, "Tags/"))
    order = _order(writing, root, page)
    layout = writing.new(root, "Layout", {})
    writing.attributes(layout, page.extra, "Layout/")
    blocks = LayoutWriter(writing, tags, tags_element)
    _layout(writing, layout, page, blocks)
    for element in (styles, tags_element, order):
        if element is not None and not len(element):
            root.remove(element)
    data: bytes = etree.tostring(
        root, encoding="UTF-8", xml_declaration=True, pretty_print=True
    )
    return data, writing


def _description(writing: Writing, root: etree._Element, page: Page) -> None:
    description = writing.new(root, "Description", {})
    writing.new(description, "MeasurementUnit", {}).text = "pixel"
    source = writing.new(description, "sourceImageInformation", {})
    writing.new(source, "fileName", {}).text = writing.clean(page.image)
    writing.elements(source, page.extra, "sourceImageInformation/")
    for step in page.steps:
        _step(writing, description, step)
    writing.elements(description, page.extra, "Description/")


def _step(writing: Writing, parent: etree._Element, step: Step) -> None:
    element = writing.new(parent, "Processing", {"ID": writing.id(step.id, "step")})
    settings = dict(step.parameters)
    category = step.kind if step.kind in CATEGORIES else _CATEGORY.get(step.kind, "other")
    if step.kind != category and step.kind:
        settings[KIND] = step.kind
    dated = _is_date(step.date)
    own = {
        "date": "" if dated else step.date,
        "model": step.model,
        "model_sha256": step.model_sha256,
    }
    settings |= {f"armarius:{key}": value for key, value in own.items() if value}
    raw = [
        item.content
        for item in step.extra
        if item.place == "processingStepSettings" and item.format == "alto"
    ]
    more = [
        item.content
        for item in step.extra
        if item.place == "processingStepDescription" and item.format == "alto"
    ]
    if raw and settings:
        writing.losses.add("the settings of a step are not written beside our own")
    texts = [
        ("processingCategory", category if step.kind else ""),
        ("processingDateTime", step.date if dated else ""),
        ("processingAgency", step.creator),
        *(("processingStepDescription", text) for text in (step.description, *more)),
        ("processingStepSettings", raw[0] if raw and not settings else settings_text(settings)),
    ]
    for name, text in texts:
        if text:
            writing.new(element, name, {}).text = writing.clean(text)
    _software(writing, element, step)


def _software(writing: Writing, element: etree._Element, step: Step) -> None:
    kept = {item.place: item.content for item in step.extra if item.format == "alto"}
    parts = {
        "softwareCreator": kept.get("processingSoftware/softwareCreator", ""),
        "softwareName": step.software,
        "softwareVersion": step.version,
        "applicationDescription": kept.get("processingSoftware/applicationDescription", ""),
    }
    if any(parts.values()):
        software = writing.new(element, "processingSoftware", {})
        for name, text in parts.items():
            if text:
                writing.new(software, name, {}).text = writing.clean(text)


def _is_date(text: str) -> bool:
    """Whether it is a dateTime, date, year and month, or year as XML Schema writes them."""
    if is_datetime(text):
        return text == text.strip()
    if re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", text) and text[:4] != "0000":
        return True
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _tags(elements: list[etree._Element]) -> Tags:
    return Tags(
        Tag(
            e.get("ID") or "",
            local(e),
            e.get("LABEL") or "",
            e.get("TYPE") or "",
            e.get("DESCRIPTION") or "",
        )
        for e in elements
    )


def _order(writing: Writing, root: etree._Element, page: Page) -> etree._Element | None:
    if page.order is None:
        return None
    element = writing.new(root, "ReadingOrder", {})
    order = page.order
    several = [m for m in order.members if isinstance(m, Order) and _is_group(m)]
    bare = not (order.id or order.ref or order.extra or order.ordered)
    if bare and len(several) > 1 and len(several) == len(order.members):
        for member in several:
            _group(writing, element, member)
    else:
        _group(writing, element, order)
    return element


def _is_group(order: Order) -> bool:
    return bool(order.members) and Extra("alto", "ElementRef", "") not in order.extra


def _group(writing: Writing, parent: etree._Element, order: Order) -> None:
    if not _is_group(order) and local(parent) != "ReadingOrder":
        _reference(writing, parent, order)
        return
    name = "OrderedGroup" if order.ordered else "UnorderedGroup"
    element = writing.new(parent, name, {"ID": writing.id(order.id, "group")})
    if order.ref and (target := writing.target(order.ref)):
        element.set("REF", target)
    writing.attributes(element, order.extra)
    for member in order.members:
        if isinstance(member, Order):
            _group(writing, element, member)
        else:
            _reference(writing, element, Order(ref=member))
    if not len(element):
        writing.losses.add("a group of the reading order is empty")
        parent.remove(element)


def _reference(writing: Writing, parent: etree._Element, order: Order) -> None:
    wanted = [order.ref] if order.ref else [m for m in order.members if isinstance(m, str)]
    targets = [target for ref in wanted if (target := writing.target(ref))]
    if targets:
        identity = writing.id(order.id, "ref")
        element = writing.new(parent, "ElementRef", {"ID": identity, "REF": " ".join(targets)})
        writing.attributes(element, order.extra)
    elif not wanted:
        writing.losses.add("a group of the reading order is empty")


def _layout(writing: Writing, layout: etree._Element, page: Page, blocks: LayoutWriter) -> None:
    element = writing.new(layout, "Page", {"ID": writing.id(page.id, "page")})
    element.set("WIDTH", str(page.width))
    element.set("HEIGHT", str(page.height))
    writing.attributes(element, page.extra, "Page/")
    if element.get("PHYSICAL_IMG_NR") is None:
        element.set("PHYSICAL_IMG_NR", "1")
    blocks.page_marks(element, page)
    spaces = {name: writing.new(element, name, {}) for name in _spaces(page)}
    whole = {"HPOS": "0", "VPOS": "0", "WIDTH": str(page.width), "HEIGHT": str(page.height)}
    for name, space in spaces.items():
        writing.attributes(space, page.extra, f"{name}/")
        if name == "PrintSpace":
            for key, value in whole.items():
                if space.get(key) is None:
                    space.set(key, value)
        writing.elements(space, page.extra, f"{name}/")
    for region in page.regions:
        blocks.region(spaces[_space(region.extra)], region)
    if page.lines:
        blocks.free(spaces["PrintSpace"], page.lines)


def _space(extra: tuple[Extra, ...]) -> str:
    return next(
        (x.content for x in extra if x.place == "space" and x.content in _MARGINS), "PrintSpace"
    )


def _spaces(page: Page) -> Iterator[str]:
    wanted = {_space(region.extra) for region in page.regions}
    wanted |= {item.place.partition("/")[0] for item in page.extra if item.format == "alto"}
    wanted.add("PrintSpace")
    return (name for name in _MARGINS if name in wanted)
