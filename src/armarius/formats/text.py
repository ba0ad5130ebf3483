"""Plain text: one line of text for one line of the page, in reading order."""

from __future__ import annotations

import re

from armarius.errors import FormatError
from armarius.formats.reading import CHARACTERS, LINES, ReadResult
from armarius.page import Line, Page

LABEL = "Plain text"
SUFFIX = ".txt"
LIMIT = 20 * 1024 * 1024
_BREAK = re.compile("\r\n|\r|\n")
_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read(data: bytes, file: str) -> ReadResult:
    """A page of lines without places; an empty line of the file is a line with empty text.

    Raises:
        FormatError: not UTF-8 (or UTF-16 with its mark), control characters, too long.
    """
    if len(data) > LIMIT:
        raise FormatError(
            file,
            None,
            f"the file has more than {LIMIT // 2**20} MB",
            "Split it into one file per page",
        )
    text = _decoded(data, file)
    rows = _BREAK.split(text)
    if rows and not rows[-1]:
        rows.pop()
    if len(rows) > LINES:
        raise FormatError(
            file,
            LINES + 1,
            f"it has more than {LINES:,} lines, which is the limit of a page",
            "Split it into one file per page",
        )
    for number, row in enumerate(rows, 1):
        if len(row) > CHARACTERS:
            raise FormatError(
                file,
                number,
                f"the line has {len(row):,} characters, the limit is {CHARACTERS:,}",
                "Split the line",
            )
        if _CONTROL.search(row):
            raise FormatError(
                file,
                number,
                "it contains a control character",
                "Remove that character; this may not be a text file",
            )
    lines = tuple(Line(id=f"line_{number}", text=row) for number, row in enumerate(rows, 1))
    notes = ["Plain text has no places: lines are matched by their order."] if lines else []
    return ReadResult(Page(image="", width=0, height=0, lines=lines), notes)


def write(page: Page) -> bytes:
    """The texts in reading order; a line without text is an empty line."""
    rows = (_BREAK.sub(" ", line.text or "") for line in page.reading_order())
    return "".join(f"{row}\n" for row in rows).encode("utf-8", "replace")


def paragraphs(page: Page) -> bytes:
    """The texts in reading order, those that follow one another in a region as one paragraph."""
    home = {line.id: region.id for region in page.all_regions() for line in region.lines}
    rows: list[list[str]] = []
    last: str | None = None
    for line in page.reading_order():
        region = home.get(line.id)
        if region is None or region != last:
            rows.append([])
        last = region
        rows[-1] += [_BREAK.sub(" ", line.text)] if line.text else []
    return "\n".join(f"{' '.join(row)}\n" for row in rows if row).encode("utf-8", "replace")


def losses(page: Page) -> list[str]:
    """What is not the text of a line."""
    found = ["Plain text holds only the texts of the lines in reading order."]
    lines = list(page.all_lines())
    if any(line.text and _BREAK.search(line.text) for line in lines):
        found.append("A line break inside a line is written as a space.")
    if any(line.text is None for line in lines):
        found.append("A line without text is written as an empty line.")
    return found


def _decoded(data: bytes, file: str) -> str:
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = "its content is not UTF-8"
        raise FormatError(
            file,
            line,
            what,
            "Save it as UTF-8 (it may be Latin-1 or Windows-1252; that is never guessed)",
        ) from None
