"""What each format can hold of a page, as docs/formats.md states it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from armarius.page import Extra, Line, Order, Page, Region, Word


def held(page: Page, form: str) -> Page:
    """The page as a file of this format gives it back."""
    if form == "json":
        return page
    change = _Alto() if form == "alto" else _Page()
    return sorted_extra(change.page(page))


class _Held:
    """What ALTO and PAGE have in common: no foreign extras, no empty groups."""

    form = ""

    def kept(self, extra: tuple[Extra, ...]) -> tuple[Extra, ...]:
        return tuple(item for item in extra if item.format == self.form)

    def page(self, page: Page) -> Page:
        return replace(
            page,
            regions=tuple(self.region(region) for region in page.regions),
            lines=tuple(self.line(line) for line in page.lines),
            order=self.order(page.order) if page.order else None,
            extra=self.kept(page.extra),
            annotations=(),
        )

    def region(self, region: Region) -> Region:
        return replace(
            region,
            polygon=self.points(region.polygon),
            lines=tuple(self.line(line) for line in region.lines),
            regions=tuple(self.region(inner) for inner in region.regions),
            extra=self.kept(region.extra),
        )

    def line(self, line: Line) -> Line:
        raise NotImplementedError

    def points(
        self, points: tuple[tuple[float, float], ...]
    ) -> tuple[tuple[float, float], ...]:
        return points

    def order(self, order: Order) -> Order | None:
        members: list[str | Order] = []
        for member in order.members:
            if isinstance(member, str):
                members.append(member)
            elif member.ref:
                members.append(self.leaf(member))
            elif (kept := self.order(member)) is not None:
                members.append(kept)
        return replace(order, members=tuple(members)) if members else None

    def leaf(self, leaf: Order) -> str | Order:
        return leaf


class _Alto(_Held):
    form = "alto"

    def line(self, line: Line) -> Line:
        values = [word.confidence for word in line.words if word.confidence is not None]
        mean = sum(values) / len(values) if values and len(values) == len(line.words) else None
        fits = not line.words and len(line.confidences) == len(line.text or "")
        tenths = tuple(1 - round((1 - value) * 9) / 9 for value in line.confidences)
        return replace(
            line,
            confidence=mean if line.words else line.confidence,
            confidences=tenths if fits else (),
            extra=self.kept(line.extra),
        )


class _Page(_Held):
    form = "page"

    def points(
        self, points: tuple[tuple[float, float], ...]
    ) -> tuple[tuple[float, float], ...]:
        return tuple((round(x), round(y)) for x, y in points)

    def line(self, line: Line) -> Line:
        bytes_ = tuple(round(value * 255) / 255 for value in line.confidences)
        told = line.text is not None
        extra = self.kept(line.extra)
        if not told:
            extra = tuple(x for x in extra if not x.place.startswith("TextEquiv"))
        if not line.baseline:
            extra = tuple(x for x in extra if not x.place.startswith("Baseline"))
        return replace(
            line,
            baseline=self.points(line.baseline),
            mask=self.points(line.mask),
            confidence=line.confidence if told else None,
            confidences=bytes_ if len(bytes_) == len(line.text or "") else (),
            readings=line.readings if told else (),
            words=tuple(self.word(word) for word in line.words),
            extra=extra,
        )

    def word(self, word: Word) -> Word:
        glyphs = tuple(
            replace(glyph, polygon=self.points(glyph.polygon)) for glyph in word.glyphs
        )
        return replace(
            word, polygon=self.points(word.polygon), glyphs=glyphs, extra=self.kept(word.extra)
        )

    def leaf(self, leaf: Order) -> str | Order:
        return leaf.ref


def sorted_extra(page: Page) -> Page:
    """The page with all extras sorted: their order means nothing."""

    def line(item: Line) -> Line:
        words = tuple(
            replace(word, extra=tuple(sorted(word.extra, key=repr))) for word in item.words
        )
        return replace(item, words=words, extra=tuple(sorted(item.extra, key=repr)))

    def region(item: Region) -> Region:
        return replace(
            item,
            lines=tuple(line(x) for x in item.lines),
            regions=tuple(region(x) for x in item.regions),
            extra=tuple(sorted(item.extra, key=repr)),
        )

    return replace(
        page,
        regions=tuple(region(x) for x in page.regions),
        lines=tuple(line(x) for x in page.lines),
        extra=tuple(sorted(page.extra, key=repr)),
    )


def differences(left: object, right: object, at: str = "page") -> Iterator[str]:
    """Where two trees differ, for the message of a failing test."""
    if left == right:
        return
    if hasattr(left, "__dataclass_fields__") and type(left) is type(right):
        for name in left.__dataclass_fields__:
            yield from differences(getattr(left, name), getattr(right, name), f"{at}.{name}")
    elif isinstance(left, tuple) and isinstance(right, tuple) and len(left) == len(right):
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    else:
        yield f"{at}: {left!r} became {right!r}"
