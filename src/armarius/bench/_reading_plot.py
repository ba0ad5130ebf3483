"""The seconds of `bench inference` as bars, in an SVG file that any browser shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

_WIDTH: Final = 900
_LEFT: Final = 245  # names of the ways
_RIGHT: Final = 130  # figures beside the bars
_ROW: Final = 26
_HEAD: Final = 46
# Stages from left to right; what none of them names is the last colour.
_STAGES: Final = {
    "layout network": "#1f4e79",
    "lines, masks, order": "#4f81b0",
    "recognition network": "#b5651d",
    "cut out lines": "#d99a5b",
    "rest": "#9a9a9a",
}
_PEER: Final = "#c9c4b8"

Group = tuple[str, dict[str, Any]]  # what was read with what, and what each way took


def svg(groups: list[Group]) -> str:
    """Processor seconds per page: one block of bars for each group, all at one scale.

    Args:
        groups: the title of each, and its ways as `bench inference` tells them.
    """
    most = max(told["CPU s per page"] for _, ways in groups for told in ways.values())
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    parts, top = [], 10
    for title, ways in groups:
        parts.append(_text(10, top + 26, title, "font-weight='bold'"))
        top += _HEAD
        for way, told in ways.items():
            parts += _bar(top, way, told, scale)
            top += _ROW
    parts += _key(top + 14)
    height = top + 60
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        "font-family='sans-serif' font-size='13' fill='#222'>\n"
        f"<rect width='{_WIDTH}' height='{height}' fill='#fff'/>\n"
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _bar(top: int, way: str, told: dict[str, Any], scale: float) -> Iterator[str]:
    yield _text(_LEFT - 8, top + 15, way, "text-anchor='end'")
    whole, at = told["CPU s per page"], float(_LEFT)
    stages = told.get("CPU s per page by stage", {})
    named = {name: stages[name] for name in _STAGES if name in stages}
    pieces = named | {"rest": max(0.0, whole - sum(named.values()))} if named else {"": whole}
    for name, seconds in pieces.items():
        yield (
            f"<rect x='{at:.1f}' y='{top}' width='{seconds * scale:.1f}' height='{_ROW - 6}' "
            f"fill='{_STAGES.get(name, _PEER)}'/>"
        )
        at += seconds * scale
    times = told.get("times the peer, CPU")
    more = f", {times:.1f} times" if times and round(times, 1) != 1 else ""
    yield _text(at + 6, top + 15, f"{whole:.1f} s{more}")


def _key(top: int) -> Iterator[str]:
    at = 10
    for name, colour in _STAGES.items():
        yield f"<rect x='{at}' y='{top}' width='12' height='12' fill='{colour}'/>"
        yield _text(at + 18, top + 11, name)
        at += 40 + 8 * len(name)
    yield _text(10, top + 33, "CPU seconds per page; times: against the kraken command")


def _text(x: float, y: float, said: str, more: str = "") -> str:
    return f"<text x='{x:.1f}' y='{y}' {more}>{escape(said)}</text>"
