"""Put the regions, lines and texts of a file onto a page, without losing what stands there.

A page without lines takes those of the file. Otherwise the file's lines replace the page's, and
a snapshot keeps the former ones with all their texts; or they are added, or only texts are taken. Lines of the same id at the same place are
the same lines (an edited file comes back) and keep their texts in all layers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from armarius.errors import BadInput
from armarius.geometry import Points, box
from armarius.models import Page, Transcription, User
from armarius.ops import adding, annotation_trees, trees
from armarius.ops.intake import Lines
from armarius.page import Glyph, Region, Word
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree

SHAPE = 0.01  # by how much the two sides' scales may differ: rounding, not another picture


@dataclass(frozen=True, slots=True)
class Layer:
    """The layer that texts go to; made when the first text comes."""

    name: str
    kind: str = Transcription.Kind.IMPORTED

    def of(self, page: Page, by: User) -> Transcription:
        """Find or create it in the page's document."""
        layer, _ = Transcription.objects.get_or_create(
            document_id=page.document_id,
            name=self.name,
            defaults={"kind": self.kind, "created_by": by},
        )
        return layer


def adopt(
    page: Page,
    tree: Tree,
    layer: Layer,
    *,
    new: bool,
    by: User,
    said: str,
    lines: Lines = "replace",
) -> list[str]:
    """Write the tree's layout and texts to a page, inside the caller's transaction.

    Args:
        page: with its image.
        tree: as read from a file.
        layer: where the texts go.
        new: the page was made a moment ago and has nothing on it.
        by: who imports.
        said: what is being done, for the snapshot: “importing f12.xml”.
        lines: what becomes of lines that the page has.

    Returns:
        What the user should know, one sentence each.

    Raises:
        BadInput: the tree is for an image of another shape.
    """
    fitting, notes = fitted(tree, page.image.width, page.image.height)
    if new:
        trees.save_layout(page, fitting, by=by, reason=said, fresh=True)
    else:
        stored = trees.load_page(page, None)
        there, coming = _places(stored), _places(fitting)
        if there and not coming:
            return [*notes, "it holds no line; the page's lines were kept."]
        if there != coming and there and lines == "keep":
            fitting, kept = _known(fitting, there)
            notes += kept
        elif there != coming and there and lines == "add":
            fitting, added = _add(page, stored, fitting, by=by, said=said)
            notes += added
        elif there != coming or not there:
            notes += _replace(page, fitting, there, coming, by=by, said=said)
    if any(line.text is not None for line in fitting.all_lines()):
        trees.save_texts(page, fitting, layer.of(page, by), source="import", fresh=new)
    if fitting.annotations:
        on_texts = any(one.start_line for one in fitting.annotations)
        texts = layer.of(page, by) if on_texts else None
        annotation_trees.adopt(page, fitting.annotations, texts, by=by)
    return notes


def _replace(
    page: Page,
    tree: Tree,
    there: dict[str, Points],
    coming: dict[str, Points],
    *,
    by: User,
    said: str,
) -> list[str]:
    """Put other lines onto a page; says what became of the former ones."""
    same = all(_overlap(there[key], coming[key]) for key in there.keys() & coming.keys())
    trees.save_layout(page, tree, by=by, reason=f"Before {said}", same_lines=same)
    if not there:
        return []
    gone = len(there.keys() - coming.keys()) if same else len(there)
    return [f"{gone} former lines went into a snapshot of the page."]


def _known(tree: Tree, there: dict[str, Points]) -> tuple[Tree, list[str]]:
    """Only the lines that the page has, by id and about the same place; says how many it has not."""
    lines = list(tree.all_lines())
    known = [x for x in lines if x.id in there and _overlap(there[x.id], adding.place_of(x))]
    left = len(lines) - len(known)
    said = [f"{left} of its {len(lines)} lines are not on the page and were left out."]
    flat = replace(tree, regions=(), lines=tuple(known), order=None, annotations=())
    return flat, said if left else []


def _add(
    page: Page, stored: Tree, tree: Tree, *, by: User, said: str
) -> tuple[Tree, list[str]]:
    """Put the lines of the file beside those of the page; returns its texts by their ids there."""
    added = adding.beside(stored, tree)
    trees.save_layout(page, added.page, by=by, reason=f"Before {said}", same_lines=True)
    return added.texts, [f"{added.lines} lines were added to those of the page."]


def adopt_text(page: Page, tree: Tree, layer: Layer, *, by: User) -> list[str]:
    """Write plain text to the lines of a page, first to first, in reading order.

    Raises:
        BadInput: the page has another number of lines.
    """
    there = trees.load_page(page, None)
    lines, texts = there.reading_order(), [line.text for line in tree.all_lines()]
    if len(lines) != len(texts):
        raise BadInput(
            f"{tree.image or 'The text'} has {len(texts)} lines, the page {page.name} has "
            f"{len(lines)}. Segment the page first, then make one line of text for each."
        )
    written = {line.id: text for line, text in zip(lines, texts, strict=True)}
    named = replace(
        there,
        regions=tuple(_with_texts(x, written) for x in there.regions),
        lines=tuple(replace(x, text=written[x.id]) for x in there.lines),
    )
    trees.save_texts(page, named, layer.of(page, by), source="import")
    return []


def fitted(tree: Tree, width: int, height: int) -> tuple[Tree, list[str]]:
    """The tree in the pixels of an image that may be larger or smaller than its own.

    Raises:
        BadInput: the two have different shapes, so they are not the same picture.
    """
    if not tree.width or not tree.height or (tree.width, tree.height) == (width, height):
        return replace(tree, width=width, height=height), []
    across, down = width / tree.width, height / tree.height
    sizes = (
        f"made for an image of {tree.width} x {tree.height}, this one has {width} x {height}"
    )
    if abs(across / down - 1) > SHAPE:
        raise BadInput(
            f"The text was {sizes} pixels and another shape. "
            "Import it with the image that it was made for."
        )
    note = f"it was {sizes} pixels; its coordinates were scaled by {across:.4g}."
    return scaled(replace(tree, width=width, height=height), across, down), [note]


def scaled(tree: Tree, across: float, down: float) -> Tree:
    """The tree with all its coordinates multiplied."""

    def points(old: Points) -> Points:
        return tuple((x * across, y * down) for x, y in old)

    def glyph(old: Glyph) -> Glyph:
        return replace(old, polygon=points(old.polygon))

    def word(old: Word) -> Word:
        return replace(
            old, polygon=points(old.polygon), glyphs=tuple(glyph(x) for x in old.glyphs)
        )

    def line(old: TreeLine) -> TreeLine:
        return replace(
            old,
            baseline=points(old.baseline),
            mask=points(old.mask),
            words=tuple(word(x) for x in old.words),
        )

    def region(old: Region) -> Region:
        return replace(
            old,
            polygon=points(old.polygon),
            lines=tuple(line(x) for x in old.lines),
            regions=tuple(region(x) for x in old.regions),
        )

    return replace(
        tree,
        regions=tuple(region(x) for x in tree.regions),
        lines=tuple(line(x) for x in tree.lines),
        annotations=tuple(replace(x, polygon=points(x.polygon)) for x in tree.annotations),
    )


def _places(tree: Tree) -> dict[str, Points]:
    """Where each line is, by id."""
    return {line.id: adding.place_of(line) for line in tree.all_lines()}


def _overlap(one: Points, other: Points) -> bool:
    if not one or not other:
        return one == other
    left, top, right, bottom = box(one)
    left2, top2, right2, bottom2 = box(other)
    return left <= right2 and left2 <= right and top <= bottom2 and top2 <= bottom


def _with_texts(region: Region, written: dict[str, str | None]) -> Region:
    return replace(
        region,
        lines=tuple(replace(x, text=written[x.id]) for x in region.lines),
        regions=tuple(_with_texts(x, written) for x in region.regions),
    )
