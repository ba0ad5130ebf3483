"""A lived-in instance for pictures and for visits of every view; runs inside the system's Django."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from typing import NamedTuple

from django.db import transaction

from armarius import page as tree
from armarius import sample
from armarius.images import store
from armarius.models import Membership, Page, Project, User
from armarius.ops import documents, layers, ordering, projects, trees
from armarius.sample import SamplePage

CONFUSIONS = {"f": "ſ", "e": "c", "u": "n", "i": "ı"}


class Book(NamedTuple):
    """A document to make: how many pages, how many of them read, and how many checked."""

    name: str
    pages: int
    read: int
    checked: int


def fill(owner: str, colleagues: list[str]) -> int:
    """Some projects of the owner's; returns the document that has most to see."""
    by = User.objects.get(username=owner)
    prints = [(page, store.add(io.BytesIO(page.jpeg), page.name).pk) for page in sample.pages()]
    first = _project(
        by,
        "English printing before 1700",
        "Sonnets, prose and two-column folios; text is corrected in pairs.",
        colleagues,
    )
    shown = _book(first, Book("Sonnets and other verse, 1609", 6, 4, 1), prints, by)
    _book(first, Book("A folio in two columns", 3, 3, 3), prints[2:], by)
    _book(first, Book("Prose, second impression", 2, 0, 0), prints[4:], by)
    second = _project(
        by, "Letters of the Academy", "Three hands, 1720 to 1745.", colleagues[:1]
    )
    _book(second, Book("Volume 1", 4, 2, 0), prints[1:], by)
    _project(by, "Charters of Saint-Denis", "", [])
    return shown


def _project(by: User, name: str, about: str, colleagues: list[str]) -> Project:
    project = projects.create(name, about, by=by)
    for user in User.objects.filter(username__in=colleagues):
        Membership.objects.create(project=project, user=user, role="transcriber")
    return project


@transaction.atomic
def _book(project: Project, book: Book, prints: list[tuple[SamplePage, int]], by: User) -> int:
    made = documents.create(project, name=book.name, by=by)
    truth = layers.create(made, "Corrected", by=by)
    reading = layers.create(made, "English print 25 Nov", by=by)
    for position in ordering.append(made, book.pages):
        page, image = prints[position % len(prints)]
        row = Page.objects.create(
            document=made, position=position, name=f"f. {position + 1}r", image_id=image
        )
        if position < book.read:
            whole = doubtful(page.page, random.Random(position))
            trees.save_layout(row, whole, by=by, reason="Segmented")
            trees.save_texts(row, whole, reading, by=by, source="recognition")
        if position < book.checked:
            trees.save_texts(row, page.page, truth, by=by, source="edit")
    return made.pk


def doubtful(page: tree.Page, chance: random.Random) -> tree.Page:
    """The page as a model might have read it: few characters wrong, and these not sure."""

    def read(line: tree.Line) -> tree.Line:
        text = line.text or ""
        wrong = [chance.random() < 0.04 and one in CONFUSIONS for one in text]
        said = "".join(
            CONFUSIONS[one] if is_wrong else one
            for one, is_wrong in zip(text, wrong, strict=True)
        )
        sure = tuple(
            chance.uniform(0.3, 0.6) if one else chance.uniform(0.9, 1) for one in wrong
        )
        mean = sum(sure) / len(sure) if sure else None
        return replace(line, text=said, confidences=sure, confidence=mean)

    def region(one: tree.Region) -> tree.Region:
        return replace(
            one,
            lines=tuple(map(read, one.lines)),
            regions=tuple(map(region, one.regions)),
        )

    return replace(
        page, lines=tuple(map(read, page.lines)), regions=tuple(map(region, page.regions))
    )
