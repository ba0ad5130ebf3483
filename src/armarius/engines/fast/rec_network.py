"""A recogniser as an ONNX graph, built layer by layer from its description and weights.

The graph takes lines of several widths at once, padded with zeros on the right, and their widths.
After each layer whatever stands right of a line's own end is set to zero before a layer looks across
columns, so that a line reads the same alone and beside any others.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from onnx import TensorProto

from armarius.engines.fast.net_graph import EPSILON, Sketch, Weights
from armarius.engines.fast.net_spec import (
    Conv,
    Linear,
    Lstm,
    Norm,
    NotBuildable,
    Pool,
    Reshape,
    Spec,
)

# Order of the axes (lines, ..., cut axis as two, ..., columns) that puts the moving part before the axis
# it joins, by the axis that is cut and whether its first part moves.
_ORDERS = {
    (2, True): [0, 2, 1, 3, 4],
    (2, False): [0, 3, 1, 2, 4],
    (1, True): [0, 2, 1, 3, 4],
    (1, False): [0, 1, 2, 3, 4],
}


@dataclass(frozen=True, slots=True)
class Graph:
    """A network ready to run.

    Attributes:
        content: the ONNX file. Inputs `lines` (lines, channels, rows, columns) float32 and `widths`
            (lines,) int64; outputs `labels` int64 and `confidences` float32, both (lines, columns),
            and `probabilities` (lines, columns, labels).
        steps: (kernel, stride) of each layer that shortens a line; see `columns`.
    """

    content: bytes
    steps: tuple[tuple[int, int], ...]

    def columns(self, width: int) -> int:
        """Columns of the output for a line of that width; 0 where it is too short for the network."""
        for kernel, stride in self.steps:
            if width < kernel:
                return 0
            width = (width - kernel) // stride + 1
        return width


def build(spec: Spec, weights: Weights) -> Graph:
    """Build the graph; `weights` are named as in Kraken's model files, ``C_0.co.weight`` and so on.

    Raises:
        NotBuildable: weights are missing or of another size, or the layers do not fit together.
    """
    maker = _Maker(weights, spec, value="lines", channels=spec.channels)
    try:
        for layer in spec.layers:
            maker.add(layer)
    except KeyError as error:
        raise NotBuildable(f"its weights {error} are missing") from None
    return Graph(maker.finish(), tuple(maker.steps))


def labels(spec: Spec) -> int:
    """How many labels the network tells apart."""
    last = spec.layers[-1]
    return last.out if isinstance(last, Linear) else 0


@dataclass(slots=True)
class _Maker(Sketch):
    """The graph so far: `value` and its `clean`liness, `widths`, static `channels` and `rows`."""

    steps: list[tuple[int, int]] = field(default_factory=list)
    widths: str = "widths"
    rows: int = 0
    clean: bool = True  # nothing but zeros right of each line's end
    _mask: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        self.rows = self.spec.height
        if self.rows < 1:
            raise NotBuildable("its input has no fixed height")

    def add(self, layer: object) -> None:
        match layer:
            case Conv():
                self._conv(layer)
            case Pool():
                self._pool(layer)
            case Norm():
                self._norm(layer)
            case Lstm(down=True):
                self._lstm_down(layer)
            case Lstm():
                self._lstm_along(layer)
            case Reshape():
                self._reshape(layer)
            case Linear():
                self._linear(layer)
        if self.rows < 1:
            raise NotBuildable("its layers leave no rows of the line")

    def finish(self) -> bytes:
        """The file; `value` has the scores (lines, labels, 1, columns)."""
        flat = self.op("Squeeze", [self.value, self.integers(2)])
        scores = self.op("Transpose", [flat], perm=[0, 2, 1])
        self.put("Softmax", [scores], "probabilities", axis=-1)
        self.put("ArgMax", ["probabilities"], "labels", axis=-1, keepdims=0)
        self.put("ReduceMax", ["probabilities"], "confidences", axes=[-1], keepdims=0)
        shape: list[str | int | None] = ["n", self.spec.channels, self.spec.height, "w"]
        return self.content(
            "recogniser",
            {"lines": (float, shape), "widths": (int, ["n"])},
            {
                "labels": (int, ["n", "t"]),
                "confidences": (float, ["n", "t"]),
                "probabilities": (float, ["n", "t", "c"]),
            },
        )

    # --- layers ---------------------------------------------------------------------------

    def _conv(self, layer: Conv) -> None:
        self._clean()
        self.conv(layer)
        reach = [
            d * (k - 1) + 1 - 2 * p
            for d, k, p in zip(layer.dilation, layer.kernel, layer.padding, strict=True)
        ]
        self.clean = False
        self.rows = (self.rows - reach[0]) // layer.stride[0] + 1
        self._shorten(reach[1], layer.stride[1])

    def _pool(self, layer: Pool) -> None:
        self.value = self.op(
            "MaxPool", [self.value], kernel_shape=layer.kernel, strides=layer.stride
        )
        self.rows = (self.rows - layer.kernel[0]) // layer.stride[0] + 1
        self._shorten(layer.kernel[1], layer.stride[1])
        self.clean = False

    def _norm(self, layer: Norm) -> None:
        """Means and variances over a line's own columns only."""
        if self.channels % layer.groups:
            raise NotBuildable(f"{self.channels} channels are not {layer.groups} groups")
        self._clean()
        mask, shape = self._columns_mask(), self.op("Shape", [self.value])
        groups = self.integers(0, layer.groups, -1)
        widths = self.op("Cast", [self.widths], to=TensorProto.FLOAT)
        each = np.float32(self.channels // layer.groups * self.rows)
        count = self.op("Mul", [widths, self.constant(each)])
        count = self.op("Unsqueeze", [count, self.integers(1, 2)])

        def mean(values: str) -> str:
            total = self.op("ReduceSum", [values, self.integers(2)], keepdims=1)
            return self.op("Div", [total, count])

        grouped = self.op("Reshape", [self.value, groups])
        centred = self.op("Sub", [grouped, mean(grouped)])
        centred = self.op("Mul", [self.op("Reshape", [centred, shape]), mask])
        grouped = self.op("Reshape", [centred, groups])
        variance = mean(self.op("Mul", [grouped, grouped]))
        spread = self.op(
            "Sqrt", [self.op("Add", [variance, self.constant(np.float32(EPSILON))])]
        )
        self.value = self.op("Reshape", [self.op("Div", [grouped, spread]), shape])
        for operator, part in (("Mul", "weight"), ("Add", "bias")):
            values = self.weight(f"{layer.name}.layer.{part}", self.channels)
            self.value = self.op(
                operator, [self.value, self.constant(values.reshape(-1, 1, 1))]
            )
        self.clean = False

    def _lstm_along(self, layer: Lstm) -> None:
        if self.rows != 1:
            raise NotBuildable(f"“{layer.name}” runs along {self.rows} rows at once")
        flat = self.op("Squeeze", [self.value, self.integers(2)])  # lines, channels, columns
        steps = self.op("Transpose", [flat], perm=[2, 0, 1])
        widths = self.op("Cast", [self.widths], to=TensorProto.INT32)
        out = self.lstm(layer, steps, widths)  # columns, directions, lines, channels
        out = self.op("Transpose", [out], perm=[2, 1, 3, 0])
        self.channels = layer.out * (1 + layer.both_ways)
        self.value = self.op("Reshape", [out, self.integers(0, self.channels, 1, -1)])
        self.clean = True

    def _lstm_down(self, layer: Lstm) -> None:
        """Down every column of every line; columns do not see each other."""
        turned = self.op(
            "Transpose", [self.value], perm=[2, 0, 3, 1]
        )  # rows, lines, columns, ch.
        sides = self.op("Shape", [turned], start=1, end=3)
        steps = self.op("Reshape", [turned, self.integers(self.rows, -1, self.channels)])
        out = self.lstm(layer, steps)  # rows, directions, lines x columns, channels
        rows = 1 if layer.last else self.rows
        if layer.last:
            out = self.op("Gather", [out, self.integers(self.rows - 1)], axis=0)
        out = self.op("Transpose", [out], perm=[2, 1, 3, 0])
        self.channels, self.rows = layer.out * (1 + layer.both_ways), rows
        shape = self.op("Concat", [sides, self.integers(self.channels, rows)], axis=0)
        out = self.op("Reshape", [out, shape])  # lines, columns, channels, rows
        self.value = self.op("Transpose", [out], perm=[0, 2, 3, 1])
        self.clean = False

    def _reshape(self, layer: Reshape) -> None:
        """Move a part of the rows into the channels, or the other way round."""
        sides = {1: self.channels, 2: self.rows}
        parts = [
            size or sides[layer.source] // max(1, layer.parts[1 - i])
            for i, size in enumerate(layer.parts)
        ]
        if parts[0] * parts[1] != sides[layer.source]:
            raise NotBuildable(
                f"{sides[layer.source]} cannot be cut in {parts[0]} × {parts[1]}"
            )
        shape = [0, self.channels, self.rows, -1]
        shape[layer.source : layer.source + 1] = parts  # axis 0 is still the lines'
        first = layer.high != layer.source  # which part moves to the other axis
        moving, staying = parts if first else parts[::-1]
        rest = sides[3 - layer.source] * moving
        self.channels, self.rows = (staying, rest) if layer.source == 1 else (rest, staying)
        order = _ORDERS[layer.source, first]
        cut = self.op("Reshape", [self.value, self.integers(*shape)])
        turned = self.op("Transpose", [cut], perm=order)
        self.value = self.op(
            "Reshape", [turned, self.integers(0, self.channels, self.rows, -1)]
        )

    def _linear(self, layer: Linear) -> None:
        if self.rows != 1:
            raise NotBuildable(f"{self.rows} rows of the line are left at its end")
        inputs = self.channels + layer.ones
        weight = self.weight(f"{layer.name}.lin.weight", layer.out, inputs)
        bias = self.weight(f"{layer.name}.lin.bias", layer.out)
        if layer.ones:
            weight, bias = weight[:, 1:], bias + weight[:, 0]
        flat = self.op("Squeeze", [self.value, self.integers(2)])
        flat = self.op("Transpose", [flat], perm=[0, 2, 1])
        product = self.op("MatMul", [flat, self.constant(weight.T)])
        scores = self.op(
            "Transpose", [self.op("Add", [product, self.constant(bias)])], perm=[0, 2, 1]
        )
        self.value = self.op("Unsqueeze", [scores, self.integers(2)])
        self.channels, self.clean = layer.out, False

    # --- parts ----------------------------------------------------------------------------

    def _clean(self) -> None:
        if not self.clean:
            self.value = self.op("Mul", [self.value, self._columns_mask()])
            self.clean = True

    def _columns_mask(self) -> str:
        """1 in a line's own columns, 0 behind them: (lines, 1, 1, columns)."""
        if self._mask[0] != self.widths:
            size = self.op("Shape", [self.value], start=3, end=4)
            size = self.op("Squeeze", [size])
            zero, one = (self.constant(np.array(number, np.int64)) for number in (0, 1))
            places = self.op("Range", [zero, size, one])
            ends = self.op("Unsqueeze", [self.widths, self.integers(1)])
            mask = self.op("Cast", [self.op("Less", [places, ends])], to=TensorProto.FLOAT)
            mask = self.op("Unsqueeze", [mask, self.integers(1, 2)])
            self._mask = (self.widths, mask)
        return self._mask[1]

    def _shorten(self, kernel: int, stride: int) -> None:
        if (kernel, stride) == (1, 1):
            return
        self.steps.append((kernel, stride))
        number = [self.constant(np.array(n, np.int64)) for n in (kernel, stride, 1)]
        widths = self.op("Sub", [self.widths, number[0]])
        widths = self.op("Div", [widths, number[1]])
        self.widths = self.op("Add", [widths, number[2]])
