"""Which page image a text belongs to, found by name without looking at every image."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Generic, TypeVar

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

    def find(self, path: str, reference: str, folders: Sequence[str]) -> Thing | None:
        """The image that a text is for.

        Args:
            path: the text's own, with its folders.
            reference: the image that it names, perhaps with folders; empty where none.
            folders: those of METS files, to which references may be relative.
        """
        path, reference = path.replace("\\", "/"), reference.replace("\\", "/")
        wanted = dict.fromkeys(_stem(x) for x in (reference, path) if x)
        near = {
            candidate: thing
            for stem in wanted
            for candidate, thing in self._by_stem.get(stem, ())
        }
        for candidate in _candidates(path, reference, folders):
            if candidate in near:
                return near[candidate]
        base = naming.last_part(reference).casefold()
        same = [x for x in near if base and naming.last_part(x).casefold() == base]
        same = same or [x for x in near if _stem(x) in wanted]
        return near[min(same, key=lambda x: _far(x, path))] if same else None


def _candidates(path: str, reference: str, folders: Sequence[str]) -> Iterator[str]:
    """The paths that a reference may mean literally."""
    for home in (*folders, folder(path)):
        yield posixpath.normpath(posixpath.join(home, reference)) if reference else ""


def _far(one: str, other: str) -> int:
    """How many folders lie between two files, by their paths."""
    left, right = folder(one).split("/"), folder(other).split("/")
    common = sum(1 for _ in takewhile(lambda x: x[0] == x[1], zip(left, right, strict=False)))
    return len(left) + len(right) - 2 * common


def folder(path: str) -> str:
    """The folders of a path, without a slash at the end."""
    return path.replace("\\", "/").rpartition("/")[0]


def _stem(path: str) -> str:
    """The name up to its first dot, small: what different suffixes have in common."""
    return naming.last_part(path).casefold().partition(".")[0]
