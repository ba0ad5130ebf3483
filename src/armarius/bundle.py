"""A bundle: a folder with everything that one job needs, and its results.

    bundle.json              what to do, with which files (by SHA-256), within which limits
    pages/0001.json ...      the page trees
    images/<sha256>          the page images, as imported
    model/<sha256>           the model files
    progress.jsonl           written by the run: what it does, line by line
    log.txt                  written by the run: what engine and libraries said
    out/<key>.json           written by the run: the new page trees
    out/<key>.failed.json    written by the run or its keeper: why there is none
    out/result.json          written by the run, last: every page with its state and hash

The same bundle runs on this machine, on a remote worker and on a cluster node; it needs no network
and no database. Files appear under their final names only when they are whole.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from armarius.engines import OutlineOptions, SegmentOptions, TranscribeOptions
from armarius.errors import BadInput
from armarius.formats import json_tree
from armarius.page import Page

VERSION = 1
STEPS = ("segment", "outline", "transcribe")
EXIT_DONE, EXIT_PROBLEMS, EXIT_REFUSED, EXIT_ELSEWHERE, EXIT_STOPPED = 0, 1, 2, 75, 130
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
Options = TypeVar("Options", SegmentOptions, OutlineOptions, TranscribeOptions)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the run may use: memory of all its processes, wall clock time of the whole bundle."""

    memory_mb: int = 8000
    seconds: int = 24 * 3600


@dataclass(frozen=True, slots=True)
class BundlePage:
    """One page of a bundle.

    Attributes:
        key: its name in the bundle: letters, digits, dot, dash and underscore.
        page: what is known of it.
        image: the image file; in a bundle that was read, the one inside.
        sha256: of the image where the writer knows it already.
    """

    key: str
    page: Page
    image: Path
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What to do with some pages.

    Attributes:
        segment: how to segment, None for not at all.
        transcribe: how to read the lines, None for not at all.
        keep_lines: pages that have lines already are not segmented.
        outline: for which lines to draw masks, None for not at all.
        early: somebody looks on; lines are told before their page is done, see `early`.
    """

    engine: str
    pages: Sequence[BundlePage]
    segment: SegmentOptions | None = None
    transcribe: TranscribeOptions | None = None
    keep_lines: bool = False
    limits: Limits = field(default_factory=Limits)
    outline: OutlineOptions | None = None
    early: bool = False

    @property
    def kind(self) -> str:
        """The steps that it asks for, as ``segment+transcribe``."""
        return "+".join(step for step in STEPS if getattr(self, step))


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of one page: ``done`` with a file, ``failed`` with a sentence, or ``waiting``.

    `refused`: it failed because of what was given, not because of the engine or this machine.
    """

    key: str
    state: str
    file: Path | None = None
    message: str = ""
    refused: bool = False

    def page(self) -> Page:
        """The new page tree.

        Raises:
            BadInput: there is none, since the page failed.
        """
        if self.file is None:
            raise BadInput(f"Page {self.key} has no result: {self.message}")
        return json_tree.read(self.file.read_bytes(), self.file.name).page


@dataclass(frozen=True, slots=True)
class Results:
    """What became of a bundle; `message` says why where nothing could be done at all."""

    code: int
    pages: Mapping[str, PageResult]
    message: str = ""


# --- writing -----------------------------------------------------------------------------------


def write(folder: Path, bundle: Bundle) -> Path:
    """Make the folder; `bundle.json` comes last, so that half a bundle is none.

    Images and models are linked where the file system can, else copied.

    Raises:
        BadInput: no page, two pages with one key, a key that is no file name, or nothing to do.
    """
    _check_pages(bundle)
    for part in ("pages", "images", "model", "out"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    files: dict[str, str] = {}
    pages = []
    for number, item in enumerate(bundle.pages, 1):
        place = f"pages/{number:04}.json"
        content = json_tree.write(item.page)
        write_whole(folder / place, content, durable=False)  # its hash tells if it was cut
        files[place] = hashlib.sha256(content).hexdigest()
        image = _take(folder, "images", item.image, files, item.sha256)
        pages.append({"key": item.key, "page": place, "image": image})
    described: dict[str, Any] = {
        "version": VERSION,
        "kind": bundle.kind,
        "engine": bundle.engine,
        "parameters": {
            step: _plain(folder, options, files)
            for step in STEPS
            if (options := getattr(bundle, step))
        },
        "keep_lines": bundle.keep_lines,
        "early": bundle.early,
        "files": files,
        "limits": dataclasses.asdict(bundle.limits),
        "pages": pages,
    }
    write_json(folder / "bundle.json", described, durable=False)
    return folder


def write_whole(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file so that it is there whole or not at all; if `durable`, after a power cut too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object, *, durable: bool = True) -> None:
    """Write plain values as UTF-8 JSON, whole or not at all."""
    write_whole(path, json.dumps(value, ensure_ascii=False, indent=1).encode(), durable=durable)


def _check_pages(bundle: Bundle) -> None:
    if not bundle.pages:
        raise BadInput("A bundle needs one page or more.")
    if not bundle.kind:
        raise BadInput("A bundle must segment, outline or transcribe.")
    keys = [item.key for item in bundle.pages]
    for key in keys:
        if not _KEY.fullmatch(key) or key.endswith(".failed") or key == "result":
            raise BadInput(f"“{key}” cannot be a page's key in a bundle.")
    if len(set(keys)) < len(keys):
        raise BadInput("Two pages of a bundle have the same key.")


def _plain(
    folder: Path,
    options: SegmentOptions | OutlineOptions | TranscribeOptions,
    files: dict[str, str],
) -> dict[str, Any]:
    """The options as JSON, the model by its place in the bundle."""
    plain = dataclasses.asdict(options)
    if not isinstance(options, OutlineOptions) and options.model is not None:
        plain["model"] = _take(folder, "model", options.model, files)
        plain["model_name"] = options.model_name or options.model.stem
    return plain


def _take(folder: Path, part: str, source: Path, files: dict[str, str], known: str = "") -> str:
    """Put a file into the bundle under its hash; returns its place."""
    sha256 = known or _hash(source)
    place = f"{part}/{sha256}"
    target = folder / place
    if place not in files:
        target.unlink(missing_ok=True)
        try:
            os.link(source.resolve(), target)
        except OSError:  # another file system, or one without links
            shutil.copyfile(source, target)
        files[place] = sha256
    return place


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read ({error.strerror}).") from None


# --- reading -----------------------------------------------------------------------------------


def read(folder: Path) -> Bundle:
    """Read a bundle and check every file against its hash.

    Raises:
        BadInput: it is no bundle, of another version, or a file is missing or changed.
    """
    try:
        described = json.loads((folder / "bundle.json").read_bytes())
        if described["version"] != VERSION:
            raise BadInput(
                f"{folder.name}: version {described['version']} of bundles is not known here."
            )
        _check_files(folder, described["files"])
        return _bundle(folder, described)
    except FileNotFoundError:
        raise BadInput(f"{folder.name} is no bundle: there is no bundle.json in it.") from None
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise BadInput(
            f"{folder.name}: bundle.json cannot be understood ({error!r})."
        ) from None


def _bundle(folder: Path, described: dict[str, Any]) -> Bundle:
    def inside(place: str) -> Path:
        if place not in described["files"]:
            raise BadInput(f"{folder.name}: {place} is not in the list of files.")
        return folder / place

    def page(item: dict[str, str]) -> BundlePage:
        data = inside(item["page"]).read_bytes()
        image = inside(item["image"])
        return BundlePage(
            item["key"], json_tree.read(data, item["page"]).page, image, image.name
        )

    def options(step: str, kind: type[Options]) -> Options | None:
        plain = described["parameters"].get(step)
        if plain is None:
            return None
        if plain.get("model") is not None:
            plain = {**plain, "model": inside(str(plain["model"]))}
        return kind(**plain)

    bundle = Bundle(
        engine=described["engine"],
        pages=tuple(page(item) for item in described["pages"]),
        segment=options("segment", SegmentOptions),
        outline=options("outline", OutlineOptions),
        transcribe=options("transcribe", TranscribeOptions),
        keep_lines=described["keep_lines"],
        early=described.get("early", False),
        limits=Limits(**described["limits"]),
    )
    _check_pages(bundle)
    if bundle.kind != described["kind"]:
        raise BadInput(
            f"{folder.name}: its kind “{described['kind']}” does not fit its parameters."
        )
    return bundle


def _check_files(folder: Path, files: Mapping[str, str]) -> None:
    for place, sha256 in files.items():
        parts = PurePosixPath(place).parts
        named = (
            len(parts) == 2 and parts[0] in ("pages", "images", "model") and ".." not in parts
        )
        if not named or not _SHA256.fullmatch(sha256):
            raise BadInput(f"{folder.name}: “{place}” cannot be a file of a bundle.")
        try:
            same = _hash(folder / place) == sha256
        except BadInput:
            raise BadInput(
                f"{folder.name}: {place} is missing. Send the bundle again."
            ) from None
        if not same:
            raise BadInput(
                f"{folder.name}: {place} was changed or damaged. Send the bundle again."
            )


# --- results -----------------------------------------------------------------------------------


def page_file(folder: Path, key: str) -> Path:
    """Where the new tree of a page goes."""
    return folder / "out" / f"{key}.json"


def failure_file(folder: Path, key: str) -> Path:
    """Where the reason goes why a page has none."""
    return folder / "out" / f"{key}.failed.json"


def write_failure(folder: Path, key: str, message: str, *, refused: bool = False) -> None:
    """Keep the reason why a page has no result."""
    write_json(failure_file(folder, key), {"message": message, "refused": refused})


def state_of(folder: Path, key: str) -> PageResult | None:
    """What became of a page so far; None where it was not tried to its end."""
    if (done := page_file(folder, key)).exists():
        return PageResult(key, "done", done)
    if (failed := failure_file(folder, key)).exists():
        told = json.loads(failed.read_bytes())
        return PageResult(key, "failed", None, str(told["message"]), bool(told["refused"]))
    return None


def write_result(folder: Path, code: int, keys: Iterable[str], message: str = "") -> None:
    """Close the bundle: name every page's state and hash."""
    pages: dict[str, Any] = {}
    for key in keys:
        state = state_of(folder, key)
        if state is None:
            pages[key] = {"state": "waiting"}
        elif state.file is None:
            failure = {"message": state.message, "refused": state.refused}
            pages[key] = {"state": "failed", **failure}
        else:
            name = f"out/{state.file.name}"
            pages[key] = {"state": "done", "file": name, "sha256": _hash(state.file)}
    write_json(
        folder / "out" / "result.json",
        {"version": VERSION, "code": code, "message": message, "pages": pages},
        durable=False,
    )


def results(folder: Path) -> Results:
    """Read what a run left behind and check its hashes.

    Raises:
        BadInput: the run has not ended, or a file is missing or changed.
    """
    try:
        told = json.loads((folder / "out" / "result.json").read_bytes())
        pages = {key: _result(folder, key, value) for key, value in told["pages"].items()}
        return Results(int(told["code"]), pages, str(told["message"]))
    except FileNotFoundError:
        raise BadInput(f"{folder.name} has no results: its run has not ended.") from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadInput(
            f"{folder.name}: result.json cannot be understood ({error!r})."
        ) from None


def _result(folder: Path, key: str, told: Mapping[str, Any]) -> PageResult:
    if told["state"] != "done":
        refused = bool(told.get("refused", False))
        return PageResult(key, told["state"], None, told.get("message", ""), refused)
    file = page_file(folder, key)
    if told["file"] != f"out/{key}.json" or _hash(file) != told["sha256"]:
        raise BadInput(f"{folder.name}: the result of page {key} was changed or damaged.")
    return PageResult(key, "done", file)
