"""Page images and page files on disk: which belong together, and what is to be done with them.

For the command line without a database: a page is an image, or an ALTO, PAGE or JSON file whose
image lies beside it (by the rules of `formats.matching`). Only headers of images are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from armarius import formats
from armarius.errors import BadInput
from armarius.formats.matching import match
from armarius.images import headers
from armarius.page import Page

IMAGES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".j2k", ".jpf", ".jpx", ".webp")
PAGES = (".xml", ".json")
_HEAD = 64 * 1024  # bytes in which a page file names its image
_NAMED = re.compile(
    rb"""imageFilename\s*=\s*["']([^"']+)|<(?:\w+:)?fileName[^>]*>\s*([^<]+?)\s*<|"image":\s*"([^"]+)"""
)


@dataclass(frozen=True, slots=True)
class Input:
    """One page to be worked on.

    Attributes:
        file: the image, or the page file whose lines are kept.
        place: where the result goes in the output folder, without suffix.
        root: the folder that the user named, in which images of page files may lie.
    """

    file: Path
    place: Path
    root: Path

    @property
    def name(self) -> str:
        """As the user knows it."""
        return str(self.file)

    def load(self) -> tuple[Page, Path]:
        """The page as far as it is known, and its image.

        Raises:
            BadInput: the page file cannot be read, its image is not there or is no single image.
        """
        if not _is_page_file(self.file):
            _check_image(self.file)
            return Page(self.file.name, 0, 0), self.file
        page = formats.read(_content(self.file), self.file.name).page
        image = image_of(self.file, page.image, self.root)
        _check_image(image)
        return page, image


def collect(given: Sequence[Path]) -> list[Input]:
    """The pages of files and folders (with their subfolders), in order.

    In a folder, an image that a page file names is that page, not one of its own.

    Raises:
        BadInput: a file is not there, is nothing that can be read, or two pages would have
            the same result.
    """
    found: list[Input] = []
    for path in given:
        if path.is_dir():
            found += _folder(path)
        elif path.is_file():
            found.append(_single(path))
        else:
            raise BadInput(f"There is no file or folder {path}.")
    if not found:
        raise BadInput("There is no page image and no ALTO or PAGE file in what was given.")
    places: dict[Path, Input] = {}
    for each in found:
        other = places.setdefault(each.place, each)
        if other is not each:
            raise BadInput(
                f"{other.file} and {each.file} would have the same result, {each.place}. "
                "Give their common folder, or name them differently."
            )
    return found


def image_of(file: Path, reference: str, root: Path) -> Path:
    """The image that a page file means.

    Raises:
        BadInput: it is not there, or several images fit equally well.
    """
    top = root if file.is_relative_to(root) else file.parent
    top = top.parent if top == file.parent and top.parent != top else top
    folders = {file.parent, top, *_named_folders(reference, file.parent, top)}
    candidates = {
        each.relative_to(top).as_posix(): each for folder in folders for each in _images(folder)
    }
    relative = file.relative_to(top).as_posix()
    mets = [
        each.relative_to(top).as_posix()
        for folder in {file.parent, file.parent.parent, top}
        if folder.is_relative_to(top)
        for each in folder.glob("[mM][eE][tT][sS]*.xml")
    ]
    found = match(reference, candidates, xml=relative, mets=mets)
    if found is None:
        wanted = f"its image “{reference}”" if reference else "an image of its name"
        raise BadInput(f"{file}: {wanted} is not there. Put the image beside the file.")
    return candidates[found.name]


def _folder(root: Path) -> Iterator[Input]:
    files = sorted(
        path
        for path in root.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(root).parts)
        and path.is_file()
    )
    pages = [path for path in files if path.suffix.lower() in PAGES and _is_page_file(path)]
    taken = set(_taken(pages, root))
    for path in files:
        image = path.suffix.lower() in IMAGES and path not in taken
        if image or path in pages:
            yield Input(path, path.relative_to(root).with_suffix(""), root)


def _taken(pages: Iterable[Path], root: Path) -> Iterator[Path]:
    """Images that page files name; one that is missing is said when its page is worked on."""
    for page in pages:
        try:
            yield image_of(page, _reference(page), root)
        except BadInput:
            continue


def _single(path: Path) -> Input:
    known = path.suffix.lower() in IMAGES or _is_page_file(path)
    if not known:
        start = _start(path, 16)
        if start.startswith(b"%PDF"):
            raise BadInput(f"{path}: PDF is not read here. Save its pages as images first.")
        if path.suffix.lower() in PAGES or start.lstrip()[:1] == b"<":
            raise BadInput(f"{path}: this is neither an ALTO nor a PAGE file nor a page tree.")
    return Input(path, Path(path.stem), path.parent)


def _is_page_file(path: Path) -> bool:
    if path.suffix.lower() in IMAGES:
        return False
    start = _start(path, 4096).replace(b"\0", b"")
    if path.suffix.lower() == ".json":
        return b'"version"' in start and b'"image"' in start
    return b"<alto" in start.lower() or b"PcGts" in start or b":alto" in start.lower()


def _reference(path: Path) -> str:
    found = _NAMED.search(_start(path, _HEAD))
    return (
        next((x for x in found.groups() if x), b"").decode("utf-8", "replace") if found else ""
    )


def _start(path: Path, size: int) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}).") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}).") from None


def _images(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        for path in folder.iterdir():
            if path.suffix.lower() in IMAGES and path.is_file():
                yield path


def _named_folders(reference: str, *starts: Path) -> Iterator[Path]:
    """Folders that the reference itself names, as long as they lie within the start's parent."""
    named = reference.replace("\\", "/").rpartition("/")[0]
    if not named or "://" in named or "\0" in named:
        return
    top = starts[-1].resolve()
    for start in starts:
        folder = (start / named).resolve()
        if folder.is_relative_to(top):
            yield starts[-1] / folder.relative_to(top)


def _check_image(image: Path) -> None:
    """Refuse what is no image of a page by its header, before a process is bothered with it.

    Of a file with several pages all but the first would be lost without a word.
    """
    frames = headers.examine(image, str(image)).frames
    if frames > 1:
        raise BadInput(
            f"{image}: this file holds {frames} pages. Split it into one image per page first."
        )
