"""A layout network as an ONNX graph: page images of any size in, heatmaps out.

Built from the description and the weights like a recogniser (`rec_network`), but for one page at a time:
nothing is padded, and both sides are free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from armarius.engines.fast.net_graph import EPSILON, Sketch, Weights
from armarius.engines.fast.net_spec import Conv, Lstm, Norm, NotBuildable, Pool, Spec


def build(spec: Spec, weights: Weights) -> bytes:
    """The ONNX file: input `page` (1, channels, rows, columns), output `heatmap` (classes, ...).

    Raises:
        NotBuildable: weights are missing or of another size, or a layer is none of a layout network.
    """
    maker = _Maker(weights, spec, channels=spec.channels, value="page")
    try:
        for layer in spec.layers:
            maker.add(layer)
    except KeyError as error:
        raise NotBuildable(f"its weights {error} are missing") from None
    return maker.finish()


@dataclass(slots=True)
class _Maker(Sketch):
    """The graph so far; `sides` names its rows and columns while channels are the last axis."""

    sides: str = ""

    def add(self, layer: object) -> None:
        if not isinstance(layer, Lstm):
            self._channels_first()
        match layer:
            case Conv():
                self.conv(layer)
            case Pool():
                self.value = self.op(
                    "MaxPool", [self.value], kernel_shape=layer.kernel, strides=layer.stride
                )
            case Norm():
                self._norm(layer)
            case Lstm():
                self._lstm(layer)
            case _:
                name = type(layer).__name__.lower()
                raise NotBuildable(f"its layout network has a layer of the kind “{name}”")

    def finish(self) -> bytes:
        """The file; the likelihoods are not yet as large as the page."""
        self._channels_first()
        heat = self.op("Sigmoid", [self.value])
        self.put("Squeeze", [heat, self.integers(0)], "heatmap")
        return self.content(
            "layout",
            {"page": (float, [1, self.spec.channels, "h", "w"])},
            {"heatmap": (float, [self.channels, "y", "x"])},
        )

    def _norm(self, layer: Norm) -> None:
        """Group normalisation: batch normalisation with the mean and variance of the page's own groups.

        Means are taken row by row first: over a million values in one go they would lose digits.
        """
        if self.channels % layer.groups:
            raise NotBuildable(f"{self.channels} channels are not {layer.groups} groups")
        rows = self.op("ReduceMean", [self.value], axes=[3], keepdims=0)
        mean = self._mean_of_groups(rows, layer.groups)
        rows = self.op("ReduceSumSquare", [self.value], axes=[3], keepdims=0)
        squared = self._mean_of_groups(self.op("Div", [rows, self._width()]), layer.groups)
        variance = self.op("Sub", [squared, self.op("Mul", [mean, mean])])
        zero = self.constant(np.float32(0))
        each = [
            self._per_channel(values, layer.groups)
            for values in (mean, self.op("Max", [variance, zero]))
        ]
        parts = [
            self.constant(self.weight(f"{layer.name}.layer.{part}", self.channels))
            for part in ("weight", "bias")
        ]
        self.value = self.op("BatchNormalization", [self.value, *parts, *each], epsilon=EPSILON)

    def _width(self) -> str:
        """Columns of `value`, as a number to divide by."""
        width = self.op("Shape", [self.value], start=3, end=4)
        return self.op("Cast", [width], to=TensorProto.FLOAT)

    def _mean_of_groups(self, rows: str, groups: int) -> str:
        """Mean over the channels and rows of each group: (groups, 1)."""
        grouped = self.op("Reshape", [rows, self.integers(groups, -1)])
        return self.op("ReduceMean", [grouped], axes=[1], keepdims=1)

    def _per_channel(self, values: str, groups: int) -> str:
        """A number per group as one per channel."""
        size = self.channels // groups
        wide = self.op("Expand", [values, self.integers(groups, size)])
        return self.op("Reshape", [wide, self.integers(-1)])

    def _lstm(self, layer: Lstm) -> None:
        """Along every row by itself, or down every column; leaves (rows, columns, channels)."""
        if layer.last:
            raise NotBuildable(f"its layer “{layer.name}” makes one step of a whole page")
        self._channels_last()
        steps = self.value if layer.down else self.op("Transpose", [self.value], perm=[1, 0, 2])
        out = self.lstm(layer, steps)  # steps, directions, sequences, channels
        order = [0, 2, 1, 3] if layer.down else [2, 0, 1, 3]
        out = self.op("Transpose", [out], perm=order)
        self.channels = layer.out * (1 + layer.both_ways)
        self.value = self.op("Reshape", [out, self.integers(0, 0, self.channels)])

    # The two moves between the orders of axes are transpositions of matrices, or move whole lists of
    # channels: several times faster than moving every number by itself.
    def _channels_last(self) -> None:
        if not self.sides:
            self.sides = self.op("Shape", [self.value], start=2, end=4)
            flat = self.op("Reshape", [self.value, self.integers(self.channels, -1)])
            flat = self.op("Transpose", [flat], perm=[1, 0])
            shape = self.op("Concat", [self.sides, self.integers(self.channels)], axis=0)
            self.value = self.op("Reshape", [flat, shape])

    def _channels_first(self) -> None:
        if self.sides:
            flat = self.op("Reshape", [self.value, self.integers(-1, self.channels)])
            flat = self.op("Transpose", [flat], perm=[1, 0])
            shape = self.op("Concat", [self.integers(1, self.channels), self.sides], axis=0)
            self.value, self.sides = self.op("Reshape", [flat, shape]), ""
