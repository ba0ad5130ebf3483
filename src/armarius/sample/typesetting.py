"""Set a passage in type: where every word of a page stands, before it is printed.

Units are pixels of the sheet, x to the right, y downwards; a line stands on its baseline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import ImageFont

from armarius.geometry import Box, Points
from armarius.sample.faces import Style, face
from armarius.sample.texts import Passage

SPACE = 0.27  # natural width of a space in em
WIDEST_SPACE = 0.75  # a line that would need wider ones is left ragged
_VOWEL, _CONSONANT = "[aeiouyæœäöüéèêàâîôû]", "[bcdfghjklmnpqrstvxzçß]"
# Between the syllables, as a compositor in a hurry sees them: be-gin, dif-fer.
_BREAK = re.compile(
    f"(?<={_VOWEL})(?={_CONSONANT}{_VOWEL})|(?<={_VOWEL}{_CONSONANT})(?={_CONSONANT}{_VOWEL})"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page looks. Lengths in pixels; `leading` is the distance between baselines.

    Attributes:
        running: running title over the text, empty for none.
        number: page number, empty for none.
        heading: larger line at the head of the text, empty for none.
        catchword: print the first word of the next page below the text.
        style: of the body; running titles are set in the other one.
    """

    width: int = 1600
    height: int = 2300
    columns: int = 1
    family: str = "im-fell-english"
    style: Style = "normal"
    size: int = 48
    leading: int = 62
    margins: tuple[int, int, int, int] = (250, 250, 250, 330)  # left, top, right, bottom
    gutter: int = 70
    running: str = ""
    number: str = ""
    heading: str = ""
    catchword: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """A word at its place."""

    text: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of type: its words, left to right, on one baseline."""

    words: tuple[Word, ...]
    y: float
    font: ImageFont.FreeTypeFont
    type: str = "DefaultLine"

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(word.text for word in self.words)

    def outline(self, slack: tuple[float, float] = (0.1, 0.1)) -> Points:
        """A polygon round the ink, word by word, `slack` of an em wider above and below."""
        above, below = (self.font.size * part for part in slack)
        boxes = [self._ink(word) for word in self.words]
        top = [(x, y - above) for a, y, b, _ in boxes for x in (a, b)]
        bottom = [(x, y + below) for a, _, b, y in boxes for x in (a, b)]
        margin = self.font.size * 0.12
        top[0], top[-1] = (top[0][0] - margin, top[0][1]), (top[-1][0] + margin, top[-1][1])
        bottom[0] = (bottom[0][0] - margin, bottom[0][1])
        bottom[-1] = (bottom[-1][0] + margin, bottom[-1][1])
        return (*top, *reversed(bottom))

    def _ink(self, word: Word) -> Box:
        """Box of a word, never lower than the letter x or higher than the baseline."""
        _, top, _, bottom = self.font.getbbox(word.text, anchor="ls")
        x_height = -0.4 * self.font.size
        return word.x, self.y + min(top, x_height), word.x + word.width, self.y + max(bottom, 0)

    def baseline(self) -> Points:
        """From the first letter to the last, with three points between them."""
        left, right = self.words[0].x, self.words[-1].x + self.words[-1].width
        return tuple((left + (right - left) * step / 4, self.y) for step in range(5))


@dataclass(slots=True)
class Block:
    """Lines that belong together: a region of the page."""

    type: str
    lines: list[SetLine] = field(default_factory=list)


def compose(passage: Passage, layout: Layout) -> tuple[list[Block], list[str]]:
    """Set as much of the passage as the page holds.

    Returns:
        The blocks in reading order, and the words that found no room.
    """
    left, top, right, bottom = layout.margins
    measure = layout.width - left - right
    blocks = _head(layout, left, top, measure)
    y = top + layout.size * 2.0
    main = [Block("MainZone") for _ in range(layout.columns)]
    if layout.heading:
        title = Block("MainZone:heading") if layout.columns > 1 else main[0]
        large = face(layout.family, layout.style, round(layout.size * 1.35))
        title.lines.append(_centred(layout.heading, left, measure, y, large, "HeadingLine"))
        y += layout.leading * 1.55
        if title is not main[0]:
            blocks.append(title)
    width = (measure - layout.gutter * (layout.columns - 1)) / layout.columns
    flow = _Flow(passage, layout, width)
    for column, block in enumerate(main):
        x = left + column * (width + layout.gutter)
        block.lines.extend(flow.fill(x, y, layout.height - bottom))
        if layout.columns > 1:
            block.type = f"MainZone:column#{column + 1}"
    blocks += [block for block in main if block.lines]
    rest = flow.rest()
    foot = max(block.lines[-1].y for block in blocks) + layout.leading * 1.3
    blocks += _foot(layout, left, measure, foot, rest)
    return blocks, rest


def _head(layout: Layout, left: float, top: float, measure: float) -> list[Block]:
    """The running title, in the style that the body is not."""
    if not layout.running:
        return []
    other: Style = "normal" if layout.style == "italic" else "italic"
    font = face(layout.family, other, layout.size)
    line = _centred(layout.running, left, measure, top - layout.size * 0.5, font, "DefaultLine")
    return [Block("RunningTitleZone", [line])]


def _foot(
    layout: Layout, left: float, measure: float, y: float, rest: list[str]
) -> list[Block]:
    """The page number, and the word that the next page begins with."""
    font = face(layout.family, layout.style, layout.size)
    blocks = []
    if layout.number:
        line = _centred(layout.number, left, measure, y, font, "DefaultLine")
        blocks.append(Block("NumberingZone:page", [line]))
    if layout.catchword and rest:
        width = font.getlength(rest[0])
        line = SetLine((Word(rest[0], left + measure - width, width),), y, font)
        blocks.append(Block("QuireMarksZone:catchword", [line]))
    return blocks


def _centred(
    text: str, left: float, measure: float, y: float, font: ImageFont.FreeTypeFont, kind: str
) -> SetLine:
    words = text.split()
    x = left + (measure - _natural(words, font)) / 2
    return SetLine(tuple(_place(words, x, SPACE * font.size, font)), y, font, kind)


def _natural(words: list[str], font: ImageFont.FreeTypeFont) -> float:
    return sum(map(font.getlength, words)) + SPACE * font.size * (len(words) - 1)


def _place(
    words: list[str], x: float, space: float, font: ImageFont.FreeTypeFont
) -> Iterator[Word]:
    for text in words:
        width = font.getlength(text)
        yield Word(text, x, width)
        x += width + space


def _parts(word: str) -> Iterator[tuple[str, str]]:
    """The ways to part a word at the end of a line, the latest first."""
    places = [match.start() for match in _BREAK.finditer(word)]
    for place in reversed(places):
        if place >= 2 and sum(map(str.isalpha, word[place:])) >= 3:
            yield word[:place] + "-", word[place:]


class _Flow:
    """A passage that runs from column to column."""

    def __init__(self, passage: Passage, layout: Layout, width: float) -> None:
        self._layout, self._width, self._verse = layout, width, passage.verse
        self._font = face(layout.family, layout.style, layout.size)
        self._lines = [row for text in passage.paragraphs for row in self._break(text)]

    def _break(self, text: str) -> Iterator[tuple[list[str], float, bool]]:
        """Words, indent and whether to justify, line by line; a gap has no words."""
        size = self._layout.size
        words, first = text.split(), True
        if not words:
            yield [], 0.0, False
        while words:
            indent = size * (1.2 if first and not self._verse else 0)
            if self._verse and not first:
                indent = size * 2.0
            row, words = self._row(words, self._width - indent)
            yield row, indent, bool(words) and not self._verse
            first = False

    def _row(self, words: list[str], width: float) -> tuple[list[str], list[str]]:
        """The words that stand in the width, at least one, and the others."""
        taken = 1
        while taken < len(words) and _natural(words[: taken + 1], self._font) <= width:
            taken += 1
        row, rest = words[:taken], words[taken:]
        if not rest or self._verse:
            return row, rest
        for head, tail in _parts(rest[0]):
            if _natural([*row, head], self._font) <= width:
                return [*row, head], [tail, *rest[1:]]
        return row, rest

    def fill(self, x: float, y: float, bottom: float) -> Iterator[SetLine]:
        """The lines that find room from the baseline `y` down to `bottom`."""
        y += self._layout.leading * 0.4
        while self._lines and y <= bottom:
            words, indent, justify = self._lines.pop(0)
            if words:
                space = self._space(words, self._width - indent) if justify else None
                space = space or SPACE * self._font.size
                yield SetLine(
                    tuple(_place(words, x + indent, space, self._font)), y, self._font
                )
            y += self._layout.leading * (1 if words else 0.6)

    def _space(self, words: list[str], width: float) -> float | None:
        """The space that makes the line reach the margin; None where it would gape."""
        if len(words) < 2:
            return None
        space = (width - sum(map(self._font.getlength, words))) / (len(words) - 1)
        return space if space <= WIDEST_SPACE * self._font.size else None

    def rest(self) -> list[str]:
        """The words that found no room."""
        return [word for words, _, _ in self._lines for word in words]
