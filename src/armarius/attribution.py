"""What this installation is made of: packages, typefaces and their licences, as they say it themselves."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

_BUILT = Path(__file__).parent / "static" / "credits.json"  # by the build of the front end
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?")
_EXTRA = re.compile(r"""extra == ["']([^"']+)["']""")
_FONTS = "@fontsource/"
_HOMES = ("homepage", "home", "source", "source code", "repository", "github", "documentation")
_LONGEST = 80  # characters of a licence's name; what is longer is its text
_PHRASES = (
    ("GNU Affero General Public License", "AGPL"),
    ("GNU Lesser General Public License", "LGPL"),
    ("GNU General Public License", "GPL"),
    ("Mozilla Public License", "MPL"),
    ("Apache License", "Apache"),
    ("Permission is hereby granted, free of charge", "MIT"),
    ("Redistribution and use in source and binary forms", "BSD"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A package or typeface; `licence` and `home` are empty where it does not say them."""

    name: str
    licence: str
    home: str


@dataclass(frozen=True, slots=True)
class Credits:
    """All parts, and the notice that goes with Armarius itself."""

    notice: str
    server: list[Part]
    browser: list[Part]
    fonts: list[Part]

    def shape(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


@lru_cache(1)
def found() -> Credits:
    """What is installed beside this code; read once."""
    built = [Part(**one) for one in _built()]
    fonts = [one for one in built if one.name.startswith(_FONTS)]
    return Credits(
        notice=_notice(),
        server=_server(),
        browser=[one for one in built if one not in fonts],
        fonts=[replace(one, name=one.name.removeprefix(_FONTS)) for one in fonts],
    )


def _server() -> list[Part]:
    """The packages that we need, and those that these need, as far as they are installed."""
    waiting, seen = [("armarius", "train")], set()
    parts: dict[str, Part] = {}
    while waiting:
        name, extras = one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        try:
            about, needs = metadata.metadata(name), metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        parts[name] = Part(
            about["Name"] or name, _licence(about, partial(_files, name)), _home(about)
        )
        waiting += _wanted(needs, extras)
    parts.pop("armarius", None)
    return sorted(parts.values(), key=lambda one: one.name.casefold())


def _wanted(needs: list[str], extras: str) -> Iterator[tuple[str, str]]:
    """Names and extras of what a package needs in every case, or for some of its own extras."""
    for need in needs:
        only, name = _EXTRA.search(need), _NAME.match(need)
        if name and (only is None or only[1] in extras.split(",")):
            plain = re.sub(r"[-_.]+", "-", name[1]).lower()
            yield plain, (name[2] or "").replace(" ", "")


def _licence(about: Any, files: Callable[[], Iterable[str]]) -> str:
    """What the package says: an expression, a short name, classifiers, or else its licence's text."""
    if expression := about.get("License-Expression"):
        return str(expression)
    named = str(about.get("License") or "").strip()
    if named and len(named) <= _LONGEST and "\n" not in named:
        return named
    classified = [
        x.split(" :: ")[-1]
        for x in about.get_all("Classifier") or []
        if x.startswith("License ::")
    ]
    texts = [named, *files()] if not classified else []
    return ", ".join(classified) or next(filter(None, map(_known, texts)), "")


def _known(text: str) -> str:
    """The name of a licence by a phrase of its text, else the text's first line."""
    plain = " ".join(text.split())
    by_phrase = (name for phrase, name in _PHRASES if phrase.casefold() in plain.casefold())
    lines = (line.strip() for line in text.splitlines())
    return next(by_phrase, "") or next(filter(None, lines), "")[:_LONGEST]


def _files(package: str) -> Iterator[str]:
    """The texts of the licence files that came with a package."""
    for file in metadata.files(package) or []:
        if re.match(r"(?i)(licen[cs]e|copying)", file.name) and not file.name.endswith(".py"):
            with contextlib.suppress(OSError, UnicodeDecodeError):
                yield file.read_text("utf-8")


def _home(about: Any) -> str:
    links = dict(x.split(", ", 1) for x in about.get_all("Project-URL") or [] if ", " in x)
    named = {label.casefold(): link for label, link in links.items()}
    given = [about.get("Home-page"), *(named.get(label) for label in _HOMES)]
    return next((x for x in given if x and x.startswith(("https://", "http://"))), "")


def _notice() -> str:
    """The file NOTICE of the installed package, or of the folder that it runs from."""
    try:
        text = metadata.distribution("armarius").read_text("licenses/NOTICE")
    except metadata.PackageNotFoundError:
        text = None
    beside = Path(__file__).parents[2] / "NOTICE"
    if text is None and beside.is_file():
        text = beside.read_text("utf-8")
    return text or ""


def _built() -> list[dict[str, str]]:
    try:
        parts: list[dict[str, str]] = json.loads(_BUILT.read_text("utf-8"))
    except FileNotFoundError:
        return []
    return parts
