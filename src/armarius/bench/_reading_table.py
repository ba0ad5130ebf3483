"""The figures of `bench inference` for people, at most 100 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any, Final

_COLUMNS: Final = (
    # head, width, where the figure is, how it is written
    ("CPU s", 7, ("CPU s per page",), ".2f"),
    ("wall s", 7, ("wall s per page",), ".2f"),
    ("times", 6, ("times the peer, CPU",), ".1f"),
    ("lines/s", 8, ("lines per CPU s",), ".1f"),
    ("MB", 6, ("peak MB",), ",.0f"),
    ("CER", 8, ("against the truth", "CER"), ".2%"),
    ("text", 7, ("against Kraken", "same text"), ".1%"),
    ("base", 7, ("against Kraken", "same baseline"), ".1%"),
    ("mask", 7, ("against Kraken", "same polygon"), ".1%"),
)
_NAME: Final = 32


def table(figures: dict[str, Any]) -> str:
    """All of it as text."""
    return "\n".join(_rows(figures))


def _rows(figures: dict[str, Any]) -> Iterator[str]:
    names = figures["pages"]
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    yield f"{len(names)} pages: {shown}"[:100]
    load = f"load {figures['load before']:.1f} before, {figures['load after']:.1f} after"
    yield f"rounds: {figures['rounds']}, cores: {figures['cores']}, {load}"
    yield f"peer: {figures['peer']}, its defaults"
    for model, ways in figures["models"].items():
        yield ""
        yield f"{model[: _NAME - 1]:<{_NAME}}" + "".join(f"{x[0]:>{x[1]}}" for x in _COLUMNS)
        for way, told in ways.items():
            yield f"  {way:<{_NAME - 2}}" + "".join(_cell(told, *x[1:]) for x in _COLUMNS)
        for way, told in ways.items():
            yield from _stages(way, told)
    for model, told in figures.get("throughput", {}).items():
        yield ""
        yield from _flow(model, told)
    if figures["not run"]:
        yield ""
    for what, why in figures["not run"].items():
        yield from textwrap.wrap(f"not run: {what}: {why}", 100, subsequent_indent="    ")
    yield ""
    yield "CPU s, wall s: per page, all processes. times: the peer's CPU seconds by these. lines/s: per"
    yield "CPU second. MB: most of all processes at once. text, base, mask: lines just as Kraken has them."


def _cell(told: dict[str, Any], width: int, path: tuple[str, ...], written: str) -> str:
    value: Any = told
    for step in path:
        value = value.get(step) if value is not None else None
    return f"{'' if value is None else format(value, written):>{width}}"


def _stages(way: str, told: dict[str, Any]) -> Iterator[str]:
    stages = told.get("CPU s per page by stage")
    if not stages:
        return
    yield f"  {way}, CPU s per page by stage"
    for stage, seconds in sorted(stages.items(), key=lambda x: -x[1]):
        yield f"    {stage:<30}{seconds:8.3f}  {seconds / told['CPU s per page']:5.0%}"


def _flow(model: str, told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['pages']} pages at once with {model}"[:100]
    for name, value in told.items():
        if isinstance(value, dict):
            yield (
                f"  {name:<{_NAME}}{value['pages per minute']:8.2f} pages a minute"
                f"{value['CPU s per page']:8.2f} CPU s a page{value['peak MB']:8,.0f} MB"
            )
        elif name != "pages":
            yield f"  {name:<{_NAME}}{value:8.2f}"
