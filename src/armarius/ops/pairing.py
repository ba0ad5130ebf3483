"""Which page image a text belongs to, found by name without looking at every image."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar
from urllib.parse import unquote

from armarius.formats import matching
from armarius.ops import naming

Thing = TypeVar("Thing")


class Names(Generic[Thing]):
    """Images that texts may be meant for.

    Args:
        things: the images.
        paths: all names of an image, with folders where it has some.
    """

    def __init__(
        self, things: Iterable[Thing], paths: Callable[[Thing], Sequence[str]]
    ) -> None:
        self._by_stem: dict[str, list[tuple[str, Thing]]] = defaultdict(list)
        for thing in things:
            for path in dict.fromkeys(paths(thing)):
                plain = path.replace("\\", "/")
                self._by_stem[_stem(plain)].append((plain, thing))

    def find(self, path: str, reference: str, mets: Sequence[str]) -> Thing | None:
        """The image that a text is for.

        Args:
            path: the text's own, with its folders.
            reference: the image that it names, perhaps with folders; empty where none.
            mets: paths of METS files, to whose folders references may be relative.

        Raises:
            BadInput: several images fit equally well.
        """
        wanted = dict.fromkeys(_stem(x) for x in (reference, unquote(reference), path) if x)
        near = {name: thing for stem in wanted for name, thing in self._by_stem.get(stem, ())}
        found = matching.match(reference, near, xml=path, mets=mets)
        return near[found.name] if found else None


def _stem(path: str) -> str:
    """The name up to its first dot, small: what different suffixes have in common."""
    return naming.last_part(path).casefold().partition(".")[0]
