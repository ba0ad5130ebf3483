"""The layers of a network, from the line of VGSL that describes it.

VGSL (variable-size graph specification language) is Tesseract's; Kraken's dialect, in which layers also
have names, is described in its documentation (mittagessen/kraken, Apache-2.0). The names lead to
the weights in a model file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

ACTIVATIONS: Mapping[str, str] = {"r": "Relu", "t": "Tanh", "lr": "LeakyRelu", "m": "Softmax"}
_HEAD = re.compile(r"(\d+),(\d+),(\d+),(\d+)$")
_NAME = r"(?:\{(?P<name>\w+)\})?"
_CONV = re.compile(
    rf"C(?P<turned>T)?(?P<act>lr|[strlm]){_NAME}(?P<ky>\d+),(?P<kx>\d+),(?P<out>\d+)"
    r"(?:,(?P<sy>\d+),(?P<sx>\d+))?(?:,(?P<dy>\d+),(?P<dx>\d+))?$"
)
_POOL = re.compile(rf"Mp{_NAME}(?P<ky>\d+),(?P<kx>\d+)(?:,(?P<sy>\d+),(?P<sx>\d+))?$")
_NORM = re.compile(rf"Gn{_NAME}(?P<groups>\d+)$")
_LSTM = re.compile(
    rf"L(?P<way>[frb])(?P<axis>[xy])(?P<last>s)?(?P<old>[co])?{_NAME}(?P<out>\d+)$"
)
_SHAPE = re.compile(
    rf"S{_NAME}(?P<source>\d)\((?P<a>\d+)x(?P<b>\d+)\)(?P<high>\d),(?P<low>\d)$"
)
_OUTPUT = re.compile(rf"O{_NAME}(?P<dim>[012])(?P<kind>[lsc])(?P<ones>a)?(?P<out>\d+)$")
_HEATMAP = re.compile(rf"O{_NAME}2l(?P<out>\d+)$")
_IDLE = re.compile(rf"(?:Do{_NAME}[\d.,]*|I(?:\{{\w+\}})?)$")  # nothing happens when reading


class NotBuildable(Exception):
    """The fast path has no such network; the message says what stands in the way."""


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution; pairs are (down, across)."""

    name: str
    out: int
    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int]
    activation: str

    @property
    def padding(self) -> tuple[int, int]:
        """Zeros on both sides, so that an odd kernel keeps the size."""
        down, across = (
            d * (k - 1) // 2 for d, k in zip(self.dilation, self.kernel, strict=True)
        )
        return down, across


@dataclass(frozen=True, slots=True)
class Pool:
    """The largest value in each window."""

    kernel: tuple[int, int]
    stride: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Norm:
    """Group normalisation (Wu and He 2018)."""

    name: str
    groups: int


@dataclass(frozen=True, slots=True)
class Lstm:
    """A recurrent layer along the line, or down each of its columns.

    Attributes:
        down: it runs from top to bottom.
        last: only its last step goes on.
    """

    name: str
    out: int
    both_ways: bool
    down: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Reshape:
    """Cuts one axis in two parts, and joins one of them to another axis.

    Axes are numbered as in (lines, channels, rows, columns).
    """

    source: int
    parts: tuple[int, int]
    high: int
    low: int


@dataclass(frozen=True, slots=True)
class Linear:
    """The output: one value per column and label; `ones` marks a bias kept among the weights."""

    name: str
    out: int
    ones: bool


Layer = Conv | Pool | Norm | Lstm | Reshape | Linear


@dataclass(frozen=True, slots=True)
class Spec:
    """A network: what goes in, and its layers in order.

    Attributes:
        channels, height, width: of the input in pixels; a width of 0 is any width.
    """

    channels: int
    height: int
    width: int
    layers: tuple[Layer, ...]


def parse(text: str, *, heatmap: bool = False) -> Spec:
    """Read a VGSL line such as ``[1,48,0,1 Cr3,3,32 Mp2,2 S1(1x0)1,3 Lbx100 O1c59]``.

    Args:
        text: the line.
        heatmap: it ends in one map per class (``O2l4``), as a layout network does, not in characters.

    Raises:
        NotBuildable: it has a layer that this module does not know.
    """
    parts = text.strip().removeprefix("[").removesuffix("]").split()
    head = _HEAD.match(parts[0]) if parts else None
    if head is None:
        raise NotBuildable(f"its description “{text[:60]}” is not understood")
    _, height, width, channels = (int(number) for number in head.groups())
    made = [_layer(part, i) for i, part in enumerate(parts[1:])]
    layers = [layer for layer in made if layer is not None]
    if heatmap:
        if not layers or not _HEATMAP.match(parts[-1]):
            raise NotBuildable("its last layer gives no heatmaps")
    elif not layers or not isinstance(layers[-1], Linear):
        if _HEATMAP.match(parts[-1]):
            raise NotBuildable(f"its output “{parts[-1]}” is not one of characters")
        raise NotBuildable("its last layer gives no characters")
    return Spec(channels, height, width, tuple(layers))


def _layer(part: str, number: int) -> Layer | None:
    """One layer; None for one that does nothing when reading."""
    if _IDLE.match(part):
        return None
    for pattern, make in _MAKERS:
        if found := pattern.match(part):
            return make(found, number)
    raise NotBuildable(f"it has a layer “{part}”")


def _pair(
    found: re.Match[str], down: str, across: str, default: tuple[int, int]
) -> tuple[int, int]:
    return (int(found[down]), int(found[across])) if found[down] else default


def _conv(found: re.Match[str], number: int) -> Conv:
    if found["turned"]:
        raise NotBuildable(f"it has a transposed convolution “{found[0]}”")
    return Conv(
        name=found["name"] or f"C_{number}",
        out=int(found["out"]),
        kernel=(int(found["ky"]), int(found["kx"])),
        stride=_pair(found, "sy", "sx", (1, 1)),
        dilation=_pair(found, "dy", "dx", (1, 1)),
        activation=ACTIVATIONS.get(found["act"], ""),  # Kraken leaves sigmoids out as well
    )


def _pool(found: re.Match[str], _: int) -> Pool:
    kernel = (int(found["ky"]), int(found["kx"]))
    return Pool(kernel, _pair(found, "sy", "sx", kernel))


def _norm(found: re.Match[str], number: int) -> Norm:
    return Norm(found["name"] or f"Gn_{number}", int(found["groups"]))


def _lstm(found: re.Match[str], number: int) -> Lstm:
    if found["old"]:
        raise NotBuildable("its recurrent layers are of an old kind (clstm or ocropy)")
    down, last = found["axis"] == "y", bool(found["last"])
    if last and not down:
        raise NotBuildable(f"its layer “{found[0]}” makes one column of a whole line")
    name = found["name"] or f"L_{number}"
    return Lstm(name, int(found["out"]), found["way"] == "b", down, last)


def _reshape(found: re.Match[str], _: int) -> Reshape:
    axes = {0: 0, 1: 2, 2: 3, 3: 1}
    source, high, low = (axes.get(int(found[key]), 0) for key in ("source", "high", "low"))
    if {source, high, low} != {1, 2} or high == low:
        raise NotBuildable(f"it reshapes other axes than rows and channels (“{found[0]}”)")
    return Reshape(source, (int(found["a"]), int(found["b"])), high, low)


def _heatmap(found: re.Match[str], number: int) -> Conv:
    name = found["name"] or f"l_{number}"
    return Conv(name, int(found["out"]), (1, 1), (1, 1), (1, 1), activation="")


def _linear(found: re.Match[str], number: int) -> Linear:
    if found["dim"] != "1" or found["kind"] != "c":
        raise NotBuildable(f"its output “{found[0]}” is not one of characters")
    return Linear(found["name"] or f"O_{number}", int(found["out"]), bool(found["ones"]))


_MAKERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], Layer]], ...] = (
    (_CONV, _conv),
    (_POOL, _pool),
    (_NORM, _norm),
    (_LSTM, _lstm),
    (_SHAPE, _reshape),
    (_HEATMAP, _heatmap),
    (_OUTPUT, _linear),
)
