"""Stored pages as page trees, and back. Every function has a constant number of queries.

Nothing is overwritten: what `save_layout` replaces stays in a snapshot, removed lines keep
their rows with all texts and their history, and every text that `save_texts` replaces is in
the history of its line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from armarius import models
from armarius.models import AtrModel, Transcription, User
from armarius.ops import copying, news, ontology, snapshots, texts, tree_parts
from armarius.ops.loading import load_pages
from armarius.page import Line, Page, Region

LINE = (
    "position", "type", "type_detail", "direction", "language", "extra", "region", "baseline", "mask",
)  # fmt: skip
log = logging.getLogger(__name__)


def load_page(page: models.Page, layer: Transcription | None) -> Page:
    """The page as a tree, with the texts of one layer or of none. Five queries at most."""
    return load_pages([page], layer)[0][1]


def save_layout(
    page: models.Page,
    tree: Page,
    *,
    by: User | None,
    reason: str,
    same_lines: bool = False,
    fresh: bool = False,
) -> None:
    """Make the regions and lines of the page those of the tree; texts are not touched.

    Args:
        page: locked here until the transaction ends.
        tree: its ids become keys; empty and repeated ones get new names.
        by: who asked for it, None for the system.
        reason: what the snapshot says of why it was taken, at most 200 characters.
        same_lines: lines with an id that the page already has are the same lines, and keep
            their texts in all layers (an edited file comes back). Engines number lines anew,
            so for them equal ids mean nothing.
        fresh: this transaction has made the page: there is nothing to lock, keep or replace,
            and nobody to tell.
    """
    with transaction.atomic(savepoint=not fresh):
        kept = {} if fresh else _clear(page, by=by, reason=reason, same_lines=same_lines)
        keys = Keys()
        types = _types(page.document.project_id, tree)
        regions = _write_regions(page, tree, types, keys)
        count = _write_lines(page, tree, types, keys, regions, kept)
        if not same_lines:
            page.recognised_at = None
        _write_page(page, tree, count)
        if not fresh:
            _tell(page)
    log.info("page %d: layout of %d lines saved (%s)", page.pk, count, reason)


def save_texts(
    page: models.Page,
    tree: Page,
    layer: Transcription,
    *,
    by: User | None = None,
    model: AtrModel | None = None,
    source: str,
    fresh: bool = False,
    whole: bool = True,
) -> int:
    """Store the texts of the tree's lines in a layer, each as a new version; returns how many.

    Lines are found by their ids; a line without text, or with the text it has, is left alone.

    Args:
        page: locked here until the transaction ends.
        tree: as given to `save_layout`, or as `load_page` returned it.
        layer: a layer of the page's document.
        by: the author, None where a model or a file is.
        model: what read the page.
        source: "recognition", "import" or another word for the history.
        fresh: this transaction has made the page, as for `save_layout`.
        whole: with these the page has been read; else more of it follows.

    Raises:
        BadInput: a text is too long or holds a character that cannot be stored.
    """
    with transaction.atomic(savepoint=not fresh):
        if not fresh:
            snapshots.lock(page)
        ids = dict(models.Line.objects.filter(page=page).values_list("key", "id"))
        given = [
            _text(ids[line.id], line)
            for line in tree.all_lines()
            if line.text is not None and line.id in ids
        ]
        written = texts.write(layer.pk, given, by=by, model=model, source=source, fresh=fresh)
        now = timezone.now()
        if whole:
            page.recognised_at = now
            page.steps = tree_parts.plain(tree.steps) if tree.steps else page.steps
        models.Page.objects.filter(pk=page.pk).update(
            recognised_at=page.recognised_at, updated_at=now, steps=page.steps
        )
        if not fresh:
            _tell(page)
    log.info("page %d: %d texts of layer %d saved (%s)", page.pk, written, layer.pk, source)
    return written


class Keys:
    """Gives every region and line of a page a key that no other has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str, word: str) -> str:
        """The wanted key if it is free, else one like it; `word` begins one for no wish."""
        key, number = wanted[:255], 1
        while not key or key in self._taken:
            key = f"{wanted[:240] or word}_{number}"
            number += 1
        self._taken.add(key)
        return key


def _types(project_id: int, tree: Page) -> dict[tuple[str, str], int]:
    wanted = {("region", tree_parts.split_type(one.type)[0]) for one in tree.all_regions()}
    wanted |= {("line", tree_parts.split_type(one.type)[0]) for one in tree.all_lines()}
    return ontology.types_of(project_id, wanted)


def _shape(
    kind: str, shape: Line | Region, types: dict[tuple[str, str], int]
) -> dict[str, Any]:
    name, detail = tree_parts.split_type(shape.type)
    return {
        "type_id": types.get((kind, name)),
        "type_detail": detail,
        "direction": shape.direction or "",
        "language": shape.language[:64],
        "extra": tree_parts.plain(shape.extra),
        "deleted_at": None,
    }


def _write_regions(
    page: models.Page, tree: Page, types: dict[tuple[str, str], int], keys: Keys
) -> list[models.Region]:
    """Store the regions in tree order."""
    regions = list(tree.all_regions())
    rows = [
        models.Region(
            page=page,
            key=keys.take(region.id, "region"),
            position=position,
            kind=region.kind[:32],
            polygon=tree_parts.compact(region.polygon),
            **_shape("region", region, types),
        )
        for position, region in enumerate(regions)
    ]
    copying.insert(rows)
    parents = dict(_parents(tree.regions, iter(range(len(regions)))))
    inner = [(rows[child], rows[parent]) for child, parent in parents.items()]
    for child, parent in inner:
        child.parent = parent
    if inner:
        models.Region.objects.bulk_update([child for child, _ in inner], ["parent"])
    return rows


def _parents(
    regions: tuple[Region, ...], numbers: Iterator[int], parent: int | None = None
) -> Iterator[tuple[int, int]]:
    """Pairs (number of a region, number of its parent), in the order of `all_regions`."""
    for region in regions:
        number = next(numbers)
        if parent is not None:
            yield number, parent
        yield from _parents(region.regions, numbers, number)


def _clear(
    page: models.Page, *, by: User | None, reason: str, same_lines: bool
) -> dict[str, models.Line]:
    """Lock the page, keep its state, take its shapes away; returns the lines that may stay."""
    snapshots.lock(page)
    snapshots.take(page, reason, by=by)
    kept = _present_lines(page) if same_lines else {}
    now = timezone.now()
    going = models.Line.objects.filter(page=page).exclude(pk__in=[x.pk for x in kept.values()])
    going.update(deleted_at=now)
    models.Region.objects.filter(page=page).update(deleted_at=now)
    return kept


def _tell(page: models.Page) -> None:
    what = {"page": page.pk, "document": page.document_id}
    news.tell(page.document.project_id, "page", what)


def _present_lines(page: models.Page) -> dict[str, models.Line]:
    return {line.key: line for line in models.Line.objects.filter(page=page)}


def _write_lines(
    page: models.Page,
    tree: Page,
    types: dict[tuple[str, str], int],
    keys: Keys,
    regions: list[models.Region],
    kept: dict[str, models.Line],
) -> int:
    """Store the lines in tree order; those in `kept` stay the rows they are."""
    homes = [
        (line, row)
        for region, row in zip(tree.all_regions(), regions, strict=True)
        for line in region.lines
    ]
    new: list[models.Line] = []
    same: list[models.Line] = []
    for position, (line, region) in enumerate([*homes, *((line, None) for line in tree.lines)]):
        key = keys.take(line.id, "line")
        fields = _shape("line", line, types) | {
            "position": position,
            "region": region,
            "baseline": tree_parts.compact(line.baseline),
            "mask": tree_parts.compact(line.mask),
        }
        row = kept.pop(key, None)
        if row is None:
            new.append(models.Line(page=page, key=key, **fields))
            continue
        for name, value in fields.items():
            setattr(row, name, value)
        row.version += 1
        same.append(row)
    if kept:
        gone = [row.pk for row in kept.values()]
        models.Line.objects.filter(pk__in=gone).update(deleted_at=timezone.now())
    copying.insert(new)
    snapshots.overwrite(models.Line, same, [*LINE, "version"])
    return len(new) + len(same)


def _write_page(page: models.Page, tree: Page, count: int) -> None:
    now = timezone.now()
    page.order = tree_parts.plain(tree.order) if tree.order else None
    page.steps = tree_parts.plain(tree.steps)
    page.extra = tree_parts.plain(tree.extra)
    page.direction = tree.direction or page.direction
    page.language = tree.language[:64]
    page.key = tree.id[:255]
    page.lines_count = count
    page.segmented_at = now
    page.version += 1
    page.save(
        update_fields=[
            "order", "steps", "extra", "direction", "language", "key", "lines_count",
            "segmented_at", "recognised_at", "version", "updated_at",
        ]
    )  # fmt: skip


def _text(line_id: int, line: Line) -> texts.Given:
    spelled = {"text": line.text, "words": tree_parts.plain(line.words)} if line.words else {}
    other = {"readings": tree_parts.plain(line.readings)} if line.readings else {}
    fits = len(line.confidences) == len(line.text or "")
    return texts.Given(
        line=line_id,
        content=line.text or "",
        confidence=line.confidence,
        confidences=tree_parts.to_bytes(line.confidences) if fits else b"",
        words={**spelled, **other} or None,
    )
