"""ALTO's tags: where the types of regions and lines are named, and our own marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

OWN = "armarius:"  # begins the TYPE of tags that hold what ALTO has no attribute for
OWN_ID = "armarius_"  # begins the ID of every tag we made; they are not kept on reading
NAMES = ("LayoutTag", "StructureTag", "RoleTag", "NamedEntityTag", "OtherTag")
_NO_TYPE = {"language", "split"}  # kinds of tags that other programs use for something else
_ROLES = {"line": ("line",), "block": ("block", "region", "zone")}


@dataclass(frozen=True, slots=True)
class Tag:
    """One entry of the Tags element."""

    id: str
    name: str
    label: str
    type: str = ""
    description: str = ""

    def names_type(self) -> bool:
        """Whether it can give a region or a line its type."""
        return (
            bool(self.label)
            and self.name in ("LayoutTag", "StructureTag", "OtherTag")
            and self.type not in _NO_TYPE
            and not self.type.startswith(OWN)
        )


class Tags:
    """The tags of one file; both reader and writer choose with the same rule."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        self.by_id: dict[str, Tag] = {}
        self._by_label: dict[str, list[Tag]] = defaultdict(list)
        for tag in tags:
            self.add(tag)
        self._chosen: dict[tuple[str, str], str] = {}

    def type_of(self, refs: Iterable[str]) -> str:
        """The type that the references give: the label of the first tag that can be one."""
        for ref in refs:
            tag = self.by_id.get(ref)
            if tag and tag.names_type():
                return tag.label
        return ""

    def own(self, refs: Iterable[str]) -> dict[str, str]:
        """What our own marks among the references say, by their kind."""
        tags = (self.by_id.get(ref) for ref in refs)
        return {t.type.removeprefix(OWN): t.label for t in tags if t and t.type.startswith(OWN)}

    def choose(self, label: str, role: str) -> str:
        """Id of the tag that names this type for this role (line, block), empty if none does."""
        key = (label, role)
        if key not in self._chosen:
            self._chosen[key] = self._choose(label, role)
        return self._chosen[key]

    def _choose(self, label: str, role: str) -> str:
        fitting = [tag for tag in self._by_label.get(label, ()) if tag.names_type()]
        words = _ROLES[role]
        for tag in fitting:
            if any(w in tag.description.casefold().split() or tag.type == w for w in words):
                return tag.id
        others = [w for key, value in _ROLES.items() if key != role for w in value]
        for tag in fitting:
            if not any(
                w in tag.description.casefold().split() or tag.type == w for w in others
            ):
                return tag.id
        return fitting[0].id if fitting else ""

    def add(self, tag: Tag) -> str:
        """Take a new tag in."""
        self.by_id[tag.id] = tag
        self._by_label[tag.label].append(tag)
        return tag.id

    def remember(self, label: str, role: str, identity: str) -> None:
        """The next `choose` of this label gives this tag."""
        self._chosen[label, role] = identity
