"""What a schema allows, as far as it is needed to put foreign elements back in their place.

A grammar is a text, one element a line::

    Name @attribute @required! @typed:type / Child* (One|Other)+ Last!

``!`` is exactly one, ``+`` one or more, ``*`` any number, nothing at most one; ``#text``
allows text, ``#any`` allows everything inside. Types are the ones of `_TYPES`, or words
with ``|`` between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from lxml import etree

from armarius.formats.languages import SCRIPTS
from armarius.formats.safe_xml import local, namespace_of

Check = Callable[[str], bool]

# NCName of XML 1.0 (fifth edition) without the supplementary planes' exceptions.
_START = "A-Za-z_À-ÖØ-öø-˿Ͱ-ͽͿ-῿\u200c\u200d⁰-↏Ⰰ-⿯、-\ud7ff豈-﷏ﷰ-\ufffd\U00010000-\U000effff"
NAME = re.compile(f"[{_START}][{_START}0-9.·\u0300-\u036f‿⁀-]*")
_DATE = r"-?\d{4}-\d\d-\d\d"
_ZONE = r"(Z|[+-]\d\d:\d\d)?"
_NUMBER = r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*"

_TYPES: dict[str, str] = {
    "id": NAME.pattern,
    "idref": NAME.pattern,
    "idrefs": rf"\s*{NAME.pattern}(\s+{NAME.pattern})*\s*",
    "int": r"\s*[+-]?\d{1,9}\s*",
    "count": r"\s*\+?\d{1,9}\s*",
    "float": _NUMBER,
    "share": r"\s*\+?(0*(\.\d*)?|0*1(\.0*)?|0*\.\d+)([eE]-\d+)?\s*",
    "boolean": r"\s*(true|false|0|1)\s*",
    "language": r"\s*[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\s*",
    "languages": r"\s*([a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*\s*)*",
    "datetime": rf"\s*{_DATE}T\d\d:\d\d:\d\d(\.\d+)?{_ZONE}\s*",
    "hex": r"\s*([0-9a-fA-F]{2})*\s*",
    "points": r"([0-9]+,[0-9]+ )+([0-9]+,[0-9]+)",
    "fontstyles": r"\s*((bold|italics|smallcaps|strikethrough|subscript|superscript|underline)\s*)+",
    "uri": r"[^\s<>\"{}|\\^`]*",
    "three": r"(?s).{0,3}",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What one element may carry; `slots` are (names, fewest, most) in their order."""

    attributes: dict[str, Check | None]
    required: tuple[str, ...]
    slots: tuple[tuple[tuple[str, ...], int, int], ...]
    text: bool
    anything: bool
    references: frozenset[str]

    def position(self, name: str) -> int:
        """Place of a child in the sequence, -1 where it is not allowed."""
        for index, (names, _, _) in enumerate(self.slots):
            if name in names:
                return index
        return -1


class Grammar:
    """The rules of one namespace."""

    def __init__(self, namespace: str, text: str) -> None:
        self.namespace = namespace
        self.rules = {name: rule for line in text.splitlines() for name, rule in _line(line)}

    def attribute(self, element: str, name: str, value: str) -> bool:
        """Whether `element` may carry this attribute with this value."""
        rule = self.rules.get(element)
        if rule is None or name not in rule.attributes:
            return False
        check = rule.attributes[name]
        return check is None or check(value)

    def refers(self, element: str, name: str) -> bool:
        """Whether the attribute holds ids of other elements."""
        rule = self.rules.get(element)
        return rule is not None and name in rule.references

    def position(self, parent: str, child: str) -> int:
        """Place of `child` among the children of `parent`, -1 where it is not allowed."""
        rule = self.rules.get(parent)
        return rule.position(child) if rule else -1

    def fits(self, element: etree._Element) -> bool:
        """Whether the element with everything in it is what the schema allows."""
        rule = self.rules.get(local(element))
        if rule is None or namespace_of(element) != self.namespace:
            return False
        names = {str(name) for name in element.attrib}
        if not names.issuperset(rule.required):
            return False
        if not all(self.attribute(local(element), str(k), str(v)) for k, v in element.items()):
            return False
        if rule.anything:
            return True
        stray = [element.text, *(child.tail for child in element)]
        if not rule.text and any(part and part.strip() for part in stray):
            return False
        return _sequence(rule, [local(child) for child in element]) and all(
            self.fits(child) for child in element
        )


def _sequence(rule: Rule, children: list[str]) -> bool:
    at = 0
    for names, fewest, most in rule.slots:
        count = 0
        while at < len(children) and children[at] in names and count < most:
            at, count = at + 1, count + 1
        if count < fewest:
            return False
    return at == len(children)


def _line(line: str) -> Iterator[tuple[str, Rule]]:
    head, _, tail = line.partition("/")
    words = head.split()
    if not words:
        return
    attributes: dict[str, Check | None] = {}
    required, references = [], []
    for word in words[1:]:
        name, _, kind = word.removeprefix("@").partition(":")
        if name.endswith("!"):
            name = name[:-1]
            required.append(name)
        if kind in ("idref", "idrefs"):
            references.append(name)
        attributes[name] = _check(kind) if kind else None
    children = tail.split()
    slots = tuple(_slot(word) for word in children if not word.startswith("#"))
    text, anything = "#text" in children, "#any" in children
    yield (
        words[0],
        Rule(attributes, tuple(required), slots, text, anything, frozenset(references)),
    )


def _slot(word: str) -> tuple[tuple[str, ...], int, int]:
    fewest, most = {"!": (1, 1), "+": (1, 10**9), "*": (0, 10**9)}.get(word[-1], (0, 1))
    return tuple(word.rstrip("!+*").strip("()").split("|")), fewest, most


def is_datetime(value: str) -> bool:
    """Whether the text is an XML dateTime that exists in the calendar."""
    if re.fullmatch(_TYPES["datetime"], value) is None:
        return False
    try:
        datetime.fromisoformat(value.strip())
    except ValueError:
        return False
    return True


@cache
def _check(kind: str) -> Check:
    if kind == "script":
        return SCRIPTS.__contains__
    if kind == "datetime":
        return is_datetime
    if kind in _TYPES:
        pattern = re.compile(_TYPES[kind])
        return lambda value: pattern.fullmatch(value) is not None
    words = frozenset(word.replace("_", " ") for word in kind.split("|"))
    return lambda value: value in words
