"""The self-test of a network: what ONNX Runtime computes is what NumPy computes, layer by layer.

Run once when a model is loaded, on a small input: a processor, a build of ONNX Runtime or a kind of layer
that goes wrong is seen there, before any page. That the layers are Kraken's own, the tests show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from armarius.engines.fast.net_spec import (
    Conv,
    Layer,
    Linear,
    Lstm,
    Norm,
    NotBuildable,
    Pool,
    Reshape,
    Spec,
)

Array = NDArray[Any]  # of float32
Weights = Mapping[str, Array]

# Largest difference of a probability; 1e-6 is usual, and 0.03 in bf16.
CLOSE = {"fp32": 1e-4, "bf16": 0.25}
_WIDTHS = (64, 97)  # of the lines of the self-test, in pixels
_PAGE = (72, 56)  # rows and columns of its page


def lines(
    spec: Spec,
    weights: Weights,
    run: Callable[[list[Array]], list[Array]],
    precision: str = "fp32",
) -> None:
    """Read two lines at once, and each by itself with NumPy.

    Raises:
        NotBuildable: they differ.
    """
    chance = np.random.default_rng(1)
    given = [
        chance.random((spec.channels, spec.height, spec.width or width), np.float32)
        for width in _WIDTHS
    ]
    for line, found in zip(given, run(given), strict=True):
        scores = _through(spec, weights, line)[:, 0].T
        wanted = np.exp(scores - scores.max(axis=1, keepdims=True))
        _compare(found, wanted / wanted.sum(axis=1, keepdims=True), CLOSE[precision])


def page(
    spec: Spec, weights: Weights, run: Callable[[Array], Array], precision: str = "fp32"
) -> None:
    """The heatmaps of a small page.

    Raises:
        NotBuildable: they differ.
    """
    given = np.random.default_rng(1).random((spec.channels, *_PAGE), np.float32)
    wanted = 1 / (1 + np.exp(-_through(spec, weights, given)))
    _compare(run(given), wanted, CLOSE[precision])


def _compare(found: Array, wanted: Array, close: float) -> None:
    if found.shape != wanted.shape:
        raise NotBuildable("the self-test gave a result of another size")
    worst = float(np.abs(found - wanted).max(initial=0.0))
    if not worst <= close:
        raise NotBuildable(f"the self-test differed by {worst:.0e}")


def _through(spec: Spec, weights: Weights, values: Array) -> Array:
    """Values (channels, rows, columns) after all layers of a network."""
    for layer in spec.layers:
        values = _layer(layer, weights, values)
    return values


def _layer(layer: Layer, weights: Weights, values: Array) -> Array:
    match layer:
        case Conv():
            return _conv(layer, weights, values)
        case Pool():
            largest: Array = _windows(values, layer.kernel, layer.stride, (1, 1)).max(
                axis=(3, 4)
            )
            return largest
        case Norm():
            return _norm(layer, weights, values)
        case Lstm():
            return _lstm(layer, weights, values)
        case Reshape():
            return _reshape(layer, values)
        case Linear():
            weight = weights[f"{layer.name}.lin.weight"]
            bias = weights[f"{layer.name}.lin.bias"][:, None, None]
            if layer.ones:
                weight, bias = weight[:, 1:], bias + weight[:, :1, None]
            made: Array = np.einsum("oc,chw->ohw", weight, values) + bias
            return made


def _windows(
    values: Array, kernel: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> Array:
    """All windows of a kernel: (channels, rows, columns, kernel rows, kernel columns)."""
    reach = tuple(d * (k - 1) + 1 for d, k in zip(dilation, kernel, strict=True))
    seen = np.lib.stride_tricks.sliding_window_view(values, reach, axis=(1, 2))
    return seen[:, :: stride[0], :: stride[1], :: dilation[0], :: dilation[1]]


def _conv(layer: Conv, weights: Weights, values: Array) -> Array:
    down, across = layer.padding
    padded = np.pad(values, ((0, 0), (down, down), (across, across)))
    seen = _windows(padded, layer.kernel, layer.stride, layer.dilation)
    weight, bias = (weights[f"{layer.name}.co.{part}"] for part in ("weight", "bias"))
    made: Array = np.tensordot(weight, seen, axes=([1, 2, 3], [0, 3, 4])) + bias[:, None, None]
    match layer.activation:
        case "Relu":
            return np.maximum(made, 0)
        case "LeakyRelu":
            return np.where(made > 0, made, made * np.float32(0.01))
        case "Tanh":
            return np.tanh(made)
        case "Softmax":
            made = np.exp(made - made.max(axis=0))
            made /= made.sum(axis=0)
    return made


def _norm(layer: Norm, weights: Weights, values: Array) -> Array:
    grouped = values.reshape(layer.groups, -1)
    spread = np.sqrt(grouped.var(axis=1, keepdims=True) + 1e-5)
    level = ((grouped - grouped.mean(axis=1, keepdims=True)) / spread).reshape(values.shape)
    weight, bias = (
        weights[f"{layer.name}.layer.{part}"][:, None, None] for part in ("weight", "bias")
    )
    made: Array = level * weight + bias
    return made


def _lstm(layer: Lstm, weights: Weights, values: Array) -> Array:
    steps = values.transpose(1, 2, 0) if layer.down else values.transpose(2, 1, 0)
    ways = [_one_way(layer.name, "", weights, steps)]
    if layer.both_ways:
        ways.append(_one_way(layer.name, "_reverse", weights, steps[::-1])[::-1])
    made = np.concatenate(ways, axis=2)  # steps, sequences, channels
    if layer.last:
        made = made[-1:]
    return made.transpose(2, 0, 1) if layer.down else made.transpose(2, 1, 0)


def _one_way(name: str, suffix: str, weights: Weights, steps: Array) -> Array:
    def part(kind: str) -> Array:
        return weights[f"{name}.layer.{kind}_l0{suffix}"]

    size = part("weight_hh").shape[1]
    hidden = cell = np.zeros((steps.shape[1], size), np.float32)
    given = steps @ part("weight_ih").T + part("bias_ih") + part("bias_hh")
    made = np.empty((*steps.shape[:2], size), np.float32)
    for at, step in enumerate(given):
        gates = step + hidden @ part("weight_hh").T
        opened = 1 / (1 + np.exp(-gates))
        entering, kept, leaving = (opened[:, size * n : size * (n + 1)] for n in (0, 1, 3))
        cell = kept * cell + entering * np.tanh(gates[:, 2 * size : 3 * size])
        hidden = made[at] = leaving * np.tanh(cell)
    return made


def _reshape(layer: Reshape, values: Array) -> Array:
    """Axes of `values` are one lower than those of the layer: there are no lines here."""
    source = layer.source - 1
    parts = tuple(part or -1 for part in layer.parts)
    cut = values.reshape(*values.shape[:source], *parts, *values.shape[source + 1 :])
    first = layer.high != layer.source  # which part moves to the other axis
    target = 1 - source  # rows and channels are all that it joins
    moved = np.moveaxis(cut, source if first else source + 1, target)
    sides = moved.shape
    joined: Array = moved.reshape(
        *sides[:target], sides[target] * sides[target + 1], *sides[target + 2 :]
    )
    return joined
