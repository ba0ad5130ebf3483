"""What somebody can choose when files come in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lines = Literal["replace", "keep", "add"]
Match = Literal["named", "file"]
DPI = (100, 600)  # what a PDF page may be drawn at


@dataclass(frozen=True, slots=True)
class Intake:
    """How to import.

    Attributes:
        again: take images that the document has already a second time.
        lines: what becomes of the lines of a page that has some: the file's replace them and a
            snapshot keeps them, they are kept and get texts only, or the file's are added.
        match: a text belongs to the image that it names, or (`file`) to the one of its own name.
        pdf_pages: which pages of each PDF, ``1-20,25``; empty for all.
        pdf_dpi: at what resolution PDF pages are drawn; None as the settings say.
    """

    again: bool = False
    lines: Lines = "replace"
    match: Match = "named"
    pdf_pages: str = ""
    pdf_dpi: int | None = None
