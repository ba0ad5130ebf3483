"""The free typefaces that the pages are printed in (SIL Open Font License).

The front end's build puts them, with their licences, among the static files of the package.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

from armarius.errors import BadInput

FOLDER = Path(__file__).parents[1] / "static" / "fonts"
FAMILIES = ("im-fell-english", "im-fell-dw-pica", "eb-garamond")
Style = Literal["normal", "italic"]


@lru_cache(maxsize=64)
def face(family: str, style: Style, size: int) -> ImageFont.FreeTypeFont:
    """A typeface at a size in pixels per em.

    Set without ligatures and kerning, which need a library that not every Pillow finds: the pages
    come out the same everywhere.

    Raises:
        BadInput: the front end has not been built, so there are no fonts.
    """
    path = FOLDER / f"{family}-latin-400-{style}.woff2"
    if not path.is_file():
        raise BadInput(
            f"The typeface {path.name} is not in {FOLDER}. Run “make setup” to build it in."
        )
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
