"""PAGE's ``custom`` attribute: ``name {key:value; key:value;}`` and whatever else people write there."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ITEM = re.compile(r"([^\s{}]+)\s*\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_SPECIAL = re.compile(r"[\s{};:\\]")

Items = dict[str, dict[str, str]]


def parse(text: str, known: Mapping[str, frozenset[str]]) -> tuple[Items, str]:
    """The items that we know, and the rest of the text as it stands.

    Args:
        text: the attribute's value.
        known: keys that we take out, by the name of their item.

    Returns:
        Values by item and key, and what is left: other items, other keys, free text.
    """
    items: Items = {}

    def take(match: re.Match[str]) -> str:
        name = match[1]
        if name not in known or name in items:
            return match[0]
        pairs = [pair.partition(":") for pair in match[2].split(";") if pair.strip()]
        items[name] = {
            k.strip(): _plain(v.strip()) for k, _, v in pairs if k.strip() in known[name]
        }
        others = [f"{k}{s}{v}" for k, s, v in pairs if k.strip() not in known[name]]
        return f"{name} {{{';'.join(others).strip()};}}" if others else ""

    rest = _ITEM.sub(take, text)
    return items, " ".join(rest.split())


def item(name: str, **values: str) -> str:
    """One item as text."""
    return (
        f"{name} {{{' '.join(f'{key}:{_escaped(value)};' for key, value in values.items())}}}"
    )


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)


def _escaped(value: str) -> str:
    return _SPECIAL.sub(lambda match: f"\\u{ord(match[0]):04x}", value)
