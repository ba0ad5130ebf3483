"""Read ALTO 4.0 to 4.4, and 2 and 3 as far as they are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import get_args

from lxml import etree

from armarius.errors import FormatError
from armarius.formats import safe_xml
from armarius.formats.alto_grammar import ALTO
from armarius.formats.alto_layout import LayoutReader
from armarius.formats.alto_tags import NAMES, OWN_ID, Tag, Tags
from armarius.formats.notes import shown
from armarius.formats.numbers import number
from armarius.formats.reading import Reading, ReadResult
from armarius.formats.safe_xml import attributes_of, line_of, local
from armarius.page import Direction, Extra, Order, Page, Step

KIND = "armarius:kind"  # keys in the settings of a step, for what ALTO has no element for
CATEGORIES = (
    "contentGeneration",
    "contentModification",
    "preOperation",
    "postOperation",
    "other",
)

_STEP = {
    "processingCategory",
    "processingDateTime",
    "processingAgency",
    "processingStepDescription",
    "processingStepSettings",
}
_MARGINS = ("TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace")

_PAIR = re.compile(r"((?:[^\\=]|\\.)*)=(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_EQUALS = "\\e"


def read(data: bytes, file: str, *, dpi: float | None = None) -> ReadResult:
    """Read one ALTO file with one page.

    Args:
        data: the whole file.
        file: its name, for messages.
        dpi: resolution of the image, needed where the file measures in tenths of
            millimetres or 1/1200 inches.

    Raises:
        FormatError: the file cannot be used.
    """
    root = safe_xml.parse(data, file)
    if local(root) != "alto":
        raise FormatError(
            file,
            line_of(root),
            f"ALTO expected, found {shown(local(root))}",
            "Choose another format",
        )
    return _Reader(root, file, dpi).result()


class _Reader:
    def __init__(self, root: etree._Element, file: str, dpi: float | None) -> None:
        self.root = root
        self.reading = Reading(file, root, "ID", "alto", ALTO)
        self.extra: list[Extra] = []
        self.top = {local(child): child for child in root}
        _scale(self.top.get("Description"), dpi, root, self.reading)

    def result(self) -> ReadResult:
        page_element = self._page_element()
        attributes = attributes_of(page_element)
        self.reading.width = self.reading.size(
            attributes.pop("WIDTH", None), "the page's WIDTH", page_element
        )
        self.reading.height = self.reading.size(
            attributes.pop("HEIGHT", None), "the page's HEIGHT", page_element
        )
        image = self._description()
        self._styles()
        tags = self._tags()
        layout = LayoutReader(self.reading, tags)
        identity = self.reading.own_id(attributes.pop("ID", None), "page", page_element)
        for space in sorted(
            page_element, key=lambda e: _MARGINS.index(local(e)) if local(e) in _MARGINS else 9
        ):
            self._space(space, layout)
        language = attributes.pop("LANG", "")
        if attributes.get("PHYSICAL_IMG_NR") == "1":
            del attributes["PHYSICAL_IMG_NR"]  # what the writer puts anyway
        self.extra += self.reading.attributes(attributes, page_element, "Page/")
        own = tags.own(key for key in tags.by_id if key.startswith("armarius_page_"))
        page = Page(
            image=image,
            width=self.reading.width,
            height=self.reading.height,
            regions=tuple(layout.regions),
            lines=tuple(layout.free_lines),
            order=self._order(),
            direction=_direction(own.get("direction")),
            language=language or own.get("language", ""),
            steps=self.steps,
            id=identity,
            extra=tuple(self.extra),
        )
        self.reading.flag_crossings()
        return ReadResult(page, self.reading.notes.sentences())

    def _page_element(self) -> etree._Element:
        for name, child in self.top.items():
            if name not in ("Description", "Styles", "Tags", "ReadingOrder", "Layout"):
                self._unknown(child)
        layout = self.top.get("Layout")
        pages = [] if layout is None else [child for child in layout if local(child) == "Page"]
        if not pages:
            raise self.reading.fault(
                layout if layout is not None else self.root,
                "there is no Page in it",
                "Export it again",
            )
        if len(pages) > 1:
            raise self.reading.fault(
                pages[1], f"it holds {len(pages)} pages", "Split it into one file per page"
            )
        if layout is not None:
            self.extra += self.reading.attributes(attributes_of(layout), layout, "Layout/")
        return pages[0]

    def _unknown(self, element: etree._Element) -> None:
        self.reading.note(
            f"the element {shown(local(element))} is not known to ALTO; left out", element
        )

    def _description(self) -> str:
        self.steps: tuple[Step, ...] = ()
        description = self.top.get("Description")
        image = ""
        for child in () if description is None else description:
            name = local(child)
            if name == "sourceImageInformation":
                image = self._source(child)
            elif name == "Processing":
                self.steps += (self._step(child),)
            elif name != "MeasurementUnit":
                self._keep("Description", child)
        if not image:
            self.reading.note(
                "it names no image (fileName is empty); choose the image it belongs to",
                description,
            )
        return image

    def _source(self, element: etree._Element) -> str:
        image = ""
        for child in element:
            if local(child) == "fileName":
                image = (child.text or "").strip()
            elif child.text or child.attrib:
                self._keep("sourceImageInformation", child)
        return image

    def _keep(self, parent: str, element: etree._Element) -> None:
        self.extra += self.reading.element(parent, element, f"{parent}/")

    def _styles(self) -> None:
        styles = self.top.get("Styles")
        for child in () if styles is None else styles:
            self._keep("Styles", child)

    def _tags(self) -> Tags:
        element = self.top.get("Tags")
        found = []
        for child in () if element is None else element:
            name, get = local(child), child.get
            key = get("ID") or self.reading.id(None, "tag", child)
            found.append(
                Tag(key, name, get("LABEL") or "", get("TYPE") or "", get("DESCRIPTION") or "")
            )
            if name not in NAMES or not key.startswith(OWN_ID):
                child.set("ID", key)
                if get("LABEL") is None:
                    child.set("LABEL", "")  # the schema demands one
                self._keep("Tags", child)
        return Tags(found)

    def _space(self, element: etree._Element, layout: LayoutReader) -> None:
        name = local(element)
        if name not in _MARGINS:
            self._unknown(element)
            return
        whole = {
            "HPOS": 0,
            "VPOS": 0,
            "WIDTH": self.reading.width,
            "HEIGHT": self.reading.height,
        }
        given = attributes_of(element)
        if name == "PrintSpace":
            given = {k: v for k, v in given.items() if k not in whole or number(v) != whole[k]}
        self.extra += self.reading.attributes(given, element, f"{name}/")
        if name != "PrintSpace" and not element.attrib:
            self.extra.append(Extra("alto", f"{name}/", ""))
        for child in element:
            if local(child) == "Shape":
                self._keep(name, child)
            else:
                layout.block(child, name)

    def _step(self, element: etree._Element) -> Step:
        values: dict[str, str] = {}
        extra: list[Extra] = []
        names = {
            "softwareCreator": "",
            "softwareName": "software",
            "softwareVersion": "version",
        }
        for child in element:
            name, text = local(child), child.text or ""
            if name == "processingSoftware":
                for part in child:
                    if key := names.get(local(part)):
                        values[key] = part.text or ""
                    else:
                        extra.append(
                            Extra("alto", f"processingSoftware/{local(part)}", part.text or "")
                        )
            elif name not in _STEP:
                self._unknown(child)
            elif name in values:
                extra.append(Extra("alto", name, text))
            else:
                values[name] = text
        settings = _settings(values.get("processingStepSettings"), extra)
        kind = settings.pop(KIND, values.get("processingCategory", ""))
        return Step(
            kind=kind,
            software=values.get("software", ""),
            version=values.get("version", ""),
            creator=values.get("processingAgency", ""),
            date=settings.pop("armarius:date", values.get("processingDateTime", "")),
            model=settings.pop("armarius:model", ""),
            model_sha256=settings.pop("armarius:model_sha256", ""),
            description=values.get("processingStepDescription", ""),
            parameters=settings,
            id=self.reading.own_id(element.get("ID"), "step", element),
            extra=tuple(extra),
        )

    def _order(self) -> Order | None:
        element = self.top.get("ReadingOrder")
        if element is None:
            return None
        groups = [self._group(child) for child in element]
        order = groups[0] if len(groups) == 1 else Order(tuple(groups), ordered=False)
        return self.reading.order(order, self.reading.known, element)

    def _group(self, element: etree._Element) -> Order:
        name = local(element)
        refs = (element.get("REF") or "").split()
        rest = {k: v for k, v in attributes_of(element).items() if k not in ("ID", "REF")}
        extra = self.reading.attributes(rest, element)
        identity = self.reading.own_id(element.get("ID"), "group", element)
        if name == "ElementRef":
            if len(refs) == 1:
                return Order(ref=refs[0], id=identity, extra=tuple(extra))
            extra.append(Extra("alto", "ElementRef", ""))
            return Order(tuple(refs), id=identity, extra=tuple(extra))
        if len(refs) > 1:
            extra.append(Extra("alto", "@REF", " ".join(refs)))
        members: list[str | Order] = []
        for child in element:
            member = self._group(child)
            alone = not (member.id or member.extra or member.members)
            members.append(member.ref if alone else member)
        ref = refs[0] if len(refs) == 1 else ""
        return Order(tuple(members), name == "OrderedGroup", identity, ref, tuple(extra))


def _settings(text: str | None, extra: list[Extra]) -> dict[str, str]:
    """Parameters from lines of key=value; text that is not that is kept as it is."""
    if not text:
        return {}
    pairs = [_PAIR.fullmatch(line) for line in text.split("\n")]
    found = {_unescaped(pair[1]): _unescaped(pair[2]) for pair in pairs if pair}
    if settings_text(found) == text:
        return found
    extra.append(Extra("alto", "processingStepSettings", text))
    return {}


def settings_text(parameters: Mapping[str, str]) -> str:
    """Parameters as lines of key=value, with backslash, line break and = in a key escaped."""
    return "\n".join(
        f"{_escaped(key).replace('=', _EQUALS)}={_escaped(value)}"
        for key, value in parameters.items()
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda m: {"n": "\n", "e": "="}.get(m[1], m[1]), text)


def _direction(value: str | None) -> Direction | None:
    return next((d for d in get_args(Direction) if d == value), None)


def _scale(
    description: etree._Element | None,
    dpi: float | None,
    root: etree._Element,
    reading: Reading,
) -> None:
    """Turn all measures of the file into pixels, in place."""
    found = None if description is None else description.find("{*}MeasurementUnit")
    unit = (found.text or "").strip() if found is not None else ""
    if unit == "pixel":
        return
    if not unit:
        reading.note("it has no MeasurementUnit; pixels are assumed", description)
        return
    per_inch = {"mm10": 254.0, "inch1200": 1200.0}.get(unit)
    if per_inch is None:
        what = f"MeasurementUnit is {shown(unit)}, which ALTO does not know"
        raise reading.fault(found, what, "It must be pixel, mm10 or inch1200")
    if not dpi:
        what = f"its coordinates are in {unit} and the resolution of the image is not known"
        raise reading.fault(
            found, what, "Give the resolution in dpi, or export it again in pixels"
        )
    factor = dpi / per_inch
    for element in root.iter(etree.Element):
        _scale_element(element, lambda text: _times(text, factor))


def _scale_element(element: etree._Element, scaled: Callable[[str], str]) -> None:
    for name in (
        "HPOS",
        "VPOS",
        "WIDTH",
        "HEIGHT",
        "POINTS",
        "BASELINE",
        "HLENGTH",
        "VLENGTH",
        "RADIUS",
    ):
        value = element.get(name)
        if value is not None:
            element.set(name, scaled(value))


def _times(text: str, factor: float) -> str:
    parts: Iterable[str] = text.replace(",", " ").split()
    values = (number(part) for part in parts)
    return " ".join(
        "NaN" if v is None else f"{v * factor:.2f}".rstrip("0").rstrip(".") for v in values
    )
