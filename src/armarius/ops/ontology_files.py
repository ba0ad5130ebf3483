"""The ontology of a project as a JSON document, and back: ours, and eScriptorium's lists of types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from armarius.errors import BadInput
from armarius.models import OntologyType, Project
from armarius.ops import ontology

FORMAT = "armarius-ontology"
KINDS = ("page", "region", "line")
# How eScriptorium's API, and files made by hand, call the lists; the first word is written.
_LISTS = {
    "page": ("valid_part_types", "parts", "pages", "page_types"),
    "region": ("valid_block_types", "regions", "blocks", "region_types"),
    "line": ("valid_line_types", "lines", "line_types"),
}
_HEX = frozenset("0123456789abcdef")


def write(project: Project, style: str) -> dict[str, Any]:
    """The types of a project as `armarius` or `escriptorium` writes them."""
    rows = list(OntologyType.objects.filter(project=project, deleted_at=None))
    if style == "escriptorium":
        return {
            _LISTS[kind][0]: [
                {"name": row.name, "color": row.colour} for row in rows if row.kind == kind
            ]
            for kind in KINDS
        }
    names = ("kind", "name", "colour", "key")
    types = [{name: getattr(row, name) for name in names} for row in rows]
    return {"format": FORMAT, "version": 1, "types": types}


def read(document: Mapping[str, Any]) -> list[dict[str, str]]:
    """The types of a document in one of the two forms, as `ontology.add_many` takes them.

    Raises:
        BadInput: it is neither, or an entry cannot be used; says which.
    """
    found = list(_ours(document) if "types" in document else _theirs(document))
    if not found:
        words = ", ".join(words[0] for words in _LISTS.values())
        raise BadInput(f"There are no types in this document. It needs “types”, or {words}.")
    if len(found) > ontology.MOST:
        raise BadInput(f"{len(found)} types at once; the limit is {ontology.MOST}.")
    return found


def _ours(document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    version = document.get("version", 1)
    if version != 1:
        raise BadInput("This ontology was written by a newer version of Armarius.")
    for place, entry in enumerate(_list(document, "types"), 1):
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind not in KINDS:
            raise BadInput(f"Type {place}: its “kind” must be page, region or line.")
        yield _type(str(kind), entry, f"Type {place}")


def _theirs(document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for kind, words in _LISTS.items():
        for word in words:
            for place, entry in enumerate(_list(document, word), 1):
                yield _type(kind, entry, f"{word}, entry {place}")


def _list(document: Mapping[str, Any], word: str) -> list[Any]:
    found = document.get(word, [])
    if not isinstance(found, list):
        raise BadInput(f"“{word}” must be a list.")
    return found


def _type(kind: str, entry: Any, where: str) -> dict[str, str]:
    given = {"name": entry} if isinstance(entry, str) else entry
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str):
        raise BadInput(f"{where}: a type needs a “name”.")
    colour = str(given.get("colour") or given.get("color") or "").lower()
    if colour and not (len(colour) == 7 and colour[0] == "#" and set(colour[1:]) <= _HEX):
        raise BadInput(f"{where}: the colour must be like #0072b2.")
    key = str(given.get("key") or "")
    if key and not (len(key) == 1 and key in "0123456789"):
        raise BadInput(f"{where}: the key must be one digit.")
    return {"kind": kind, "name": name, "colour": colour, "key": key}
