"""Random page trees."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from hypothesis import strategies as st

from armarius.page import (
    Annotation,
    Direction,
    Extra,
    Glyph,
    Line,
    Order,
    Page,
    Reading,
    Region,
    Step,
    Word,
)

# Everything XML 1.0 allows, private use and right-to-left included.
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r ꝑꝰ̄ \ue8b3שם\u202e<&>\"'{};:\\"),
    max_size=12,
)
WORDS = st.text(
    st.characters(categories=("L", "M", "N", "P", "Zs"), exclude_characters="\ufffe\uffff"),
    max_size=10,
)
KINDS = st.sampled_from(
    ["text"] * 5 + ["image", "table", "separator", "music", "custom", "unknown", "Ex libris"]
)
TYPES = st.sampled_from(
    [
        "",
        "",
        "MainZone",
        "MainZone:column#2",
        "paragraph",
        "stamp",
        "Machine Printed text",
        "__proto__",
        "é;{}:",
    ]
) | st.text(st.characters(categories=("L", "N", "Zs")), max_size=8)
LANGUAGES = st.sampled_from(
    [
        "",
        "",
        "fr",
        "la",
        "fro-x-pic",
        "French",
        "Old Church Slavonic",
        "qaa",
        "langue d’oïl",
        " ",
    ]
)
SHARES = st.none() | st.floats(0, 1)
DIRECTION: st.SearchStrategy[Direction | None] = st.sampled_from([None, *get_args(Direction)])
DATES = st.sampled_from(
    ["", "2024-03-01T10:00:00+01:00", "2024-03-01", "2024", "2024-13-45T99:00:00", "last week"]
)

ALTO_LINE = [Extra("alto", "@CS", "true"), Extra("alto", "@STYLEREFS", "style_1")]
ALTO_WORD = [
    Extra("alto", "@STYLE", "bold italics"),
    Extra("alto", "SP", '<SP WIDTH="10"/>'),
    Extra("alto", "ALTERNATIVE", '<ALTERNATIVE PURPOSE="expan">per</ALTERNATIVE>'),
]
ALTO_PAGE = [
    Extra("alto", "Page/@PHYSICAL_IMG_NR", "7"),
    Extra("alto", "Page/@QUALITY", "Missing in original"),
    Extra(
        "alto",
        "Tags/OtherTag",
        '<OtherTag ID="BT1" LABEL="MainZone" DESCRIPTION="block type MainZone"/>',
    ),
    Extra(
        "alto",
        "Tags/NamedEntityTag",
        '<NamedEntityTag ID="NE1" LABEL="Paris"><XmlData><x xmlns="urn:x">1</x></XmlData></NamedEntityTag>',
    ),
    Extra(
        "alto",
        "sourceImageInformation/fileIdentifier",
        "<fileIdentifier>ark:/1</fileIdentifier>",
    ),
]
PAGE_LINE = [
    Extra("page", "@custom", "textStyle {offset:0; length:4; bold:true;} #cit"),
    Extra("page", "@production", "handwritten-cursive"),
    Extra("page", "TextStyle", '<TextStyle bold="true"/>'),
    Extra("page", "TextEquiv/@comments", "unsure"),
    Extra("page", "Baseline/@conf", "0.5"),
]
PAGE_REGION = [
    Extra("page", "@comments", "torn"),
    Extra("page", "@continuation", "true"),
    Extra(
        "page", "UserDefined", '<UserDefined><UserAttribute name="a" value="b"/></UserDefined>'
    ),
    Extra("page", "AlternativeImage", '<AlternativeImage filename="x.png"/>'),
]
PAGE_PAGE = [
    Extra("page", "Metadata/Creator", "scriptorium"),
    Extra("page", "Metadata/Created", "2020-01-01T00:00:00"),
    Extra("page", "Metadata/Comments", "<Comments>seen</Comments>"),
    Extra("page", "Page/@type", "content"),
    Extra("page", "Page/Border", '<Border><Coords points="0,0 9,0 9,9"/></Border>'),
]


def some(choices: list[Extra]) -> st.SearchStrategy[tuple[Extra, ...]]:
    """A few of these, in any order."""
    return st.lists(st.sampled_from(choices), max_size=2, unique=True).map(tuple)


class Trees:
    """Draws pages; ids are unique in each."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.used: set[str] = set()
        self.width, self.height = draw(st.sampled_from([(0, 0), (1000, 1400), (2480, 3508)]))

    def id(self, *, empty: bool) -> str:
        """A new id."""
        if empty and self.draw(st.booleans()):
            return ""
        stem = self.draw(st.from_regex(r"\A[a-zA-Zé_][a-z0-9._-]{0,5}\Z"))
        while stem in self.used or stem.startswith("armarius"):
            stem += "x"
        self.used.add(stem)
        return stem

    def points(self, least: int) -> tuple[tuple[float, float], ...]:
        """No points, or at least so many inside the page."""
        if self.draw(st.integers(0, 4)) == 0:
            return ()
        x = st.floats(0, self.width or 5000) | st.integers(0, self.width or 5000)
        y = st.floats(0, self.height or 5000) | st.integers(0, self.height or 5000)
        return tuple(self.draw(st.lists(st.tuples(x, y), min_size=least, max_size=least + 3)))

    def glyph(self) -> Glyph:
        """One character."""
        text = self.draw(st.sampled_from(["a", "é", "e\u0301", "ꝑ", "🀀", " "]))
        return Glyph(text, self.points(3), self.draw(SHARES), self.id(empty=True))

    def word(self) -> Word:
        """One word, sometimes with characters."""
        glyphs = tuple(self.glyph() for _ in range(self.draw(st.sampled_from([0, 0, 1, 2]))))
        extra = self.draw(some(ALTO_WORD))
        return Word(
            self.draw(WORDS),
            self.points(3),
            self.draw(SHARES),
            glyphs,
            self.id(empty=True),
            extra,
        )

    def line(self) -> Line:
        """One line."""
        words = tuple(self.word() for _ in range(self.draw(st.sampled_from([0, 0, 0, 1, 3]))))
        text = self.draw(st.none() | TEXT | st.just(" ".join(word.text for word in words)))
        shares = st.lists(st.floats(0, 1), min_size=len(text or ""), max_size=len(text or ""))
        readings = st.builds(Reading, TEXT, SHARES)
        return Line(
            id=self.id(empty=False),
            baseline=self.points(2),
            mask=self.points(3),
            type=self.draw(TYPES),
            text=text,
            confidence=self.draw(SHARES),
            confidences=tuple(self.draw(st.just([]) | shares)),
            words=words,
            readings=tuple(self.draw(st.lists(readings, max_size=2))),
            direction=self.draw(DIRECTION),
            language=self.draw(LANGUAGES),
            extra=self.draw(some(ALTO_LINE + PAGE_LINE)),
        )

    def region(self, depth: int = 0) -> Region:
        """One region with lines and, not too deep, further regions."""
        inner = self.draw(st.sampled_from([0, 0, 0, 1, 2])) if depth < 2 else 0
        return Region(
            id=self.id(empty=False),
            polygon=self.points(3),
            type=self.draw(TYPES),
            kind=self.draw(KINDS),
            lines=tuple(self.line() for _ in range(self.draw(st.integers(0, 2)))),
            regions=tuple(self.region(depth + 1) for _ in range(inner)),
            direction=self.draw(DIRECTION),
            language=self.draw(LANGUAGES),
            extra=self.draw(some(PAGE_REGION)),
        )

    def order(self, ids: list[str], depth: int = 0) -> Order:
        """A group of references, sometimes to what is not there."""
        members: list[str | Order] = []
        for _ in range(self.draw(st.integers(0, 3))):
            what = self.draw(st.integers(0, 3 if depth < 2 else 1))
            if what == 3:
                members.append(self.order(ids, depth + 1))
            elif what == 2:
                members.append(
                    Order(ref=self.draw(st.sampled_from(ids)), id=self.id(empty=False))
                )
            else:
                members.append(self.draw(st.sampled_from(ids)))
        return Order(tuple(members), self.draw(st.booleans()), self.id(empty=True))

    def step(self) -> Step:
        """One step of the provenance."""
        return Step(
            kind=self.draw(
                st.sampled_from(["", "segmentation", "recognition", "preOperation", "a b"])
            ),
            software=self.draw(TEXT),
            version=self.draw(st.sampled_from(["", "7.1.1"])),
            creator=self.draw(TEXT),
            date=self.draw(DATES),
            model=self.draw(TEXT),
            model_sha256=self.draw(st.sampled_from(["", "ab" * 32])),
            description=self.draw(TEXT),
            parameters=self.draw(st.dictionaries(TEXT, TEXT, max_size=2)),
            id=self.id(empty=True),
        )

    def annotation(self) -> Annotation:
        """One annotation."""
        size = st.integers(0, 999_999)
        return Annotation(
            taxonomy=self.draw(TEXT),
            marker=self.draw(st.sampled_from(["rectangle", "bold"])),
            colour=self.draw(st.sampled_from(["", "#0072b2"])),
            polygon=self.points(3),
            start_line=self.draw(TEXT),
            start=self.draw(size),
            end_line=self.draw(TEXT),
            end=self.draw(size),
            quote=self.draw(TEXT),
            values=self.draw(st.dictionaries(TEXT, TEXT, max_size=2)),
            comments=tuple(self.draw(st.lists(TEXT, max_size=2))),
        )

    def page(self) -> Page:
        """The page."""
        extra = self.draw(some(ALTO_PAGE)) + self.draw(some(PAGE_PAGE))
        style = Extra("alto", "Styles/TextStyle", '<TextStyle ID="style_1" FONTSIZE="10"/>')
        page = Page(
            image=self.draw(TEXT).strip(),
            width=self.width,
            height=self.height,
            regions=tuple(self.region() for _ in range(self.draw(st.integers(0, 3)))),
            lines=tuple(self.line() for _ in range(self.draw(st.integers(0, 2)))),
            direction=self.draw(DIRECTION),
            language=self.draw(LANGUAGES),
            steps=tuple(self.step() for _ in range(self.draw(st.integers(0, 2)))),
            id=self.id(empty=True),
            extra=(style, *extra),
            annotations=tuple(
                self.annotation() for _ in range(self.draw(st.sampled_from([0, 0, 2])))
            ),
        )
        ids = [region.id for region in page.all_regions()]
        ids += [line.id for line in page.all_lines()]
        if not ids or not self.draw(st.booleans()):
            return page
        return replace(page, order=self.order(ids))


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """A random page tree."""
    return Trees(draw).page()
