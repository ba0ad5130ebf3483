"""A recogniser as an ONNX graph, built layer by layer from its description and weights.

The graph takes lines of several widths at once, padded with zeros on the right, and their widths.
After each layer whatever stands right of a line's own end is set to zero before a layer looks across
columns, so that a line reads the same alone and beside any others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from armarius.engines.fast.rec_spec import (
    Conv,
    Linear,
    Lstm,
    Norm,
    NotBuildable,
    Pool,
    Reshape,
    Spec,
)

OPSET = 17
EPSILON = 1e-5  # of group normalisation, as in torch
# Order of the axes (lines, ..., cut axis as two, ..., columns) that puts the moving part before the axis
# it joins, by the axis that is cut and whether its first part moves.
_ORDERS = {
    (2, True): [0, 2, 1, 3, 4],
    (2, False): [0, 3, 1, 2, 4],
    (1, True): [0, 2, 1, 3, 4],
    (1, False): [0, 1, 2, 3, 4],
}
Weights = Mapping[str, NDArray[np.float32]]


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
    maker = _Maker(weights, spec)
    try:
        for layer in spec.layers:
            maker.add(layer)
    except KeyError as error:
        raise NotBuildable(f"its weights {error} are missing") from None
    return Graph(maker.finish(), tuple(maker.steps))


@dataclass(slots=True)
class _Maker:
    """The graph so far: `value` and its `clean`liness, `widths`, static `channels` and `rows`."""

    weights: Weights
    spec: Spec
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    value: str = "lines"
    widths: str = "widths"
    channels: int = 0
    rows: int = 0
    clean: bool = True  # nothing but zeros right of each line's end
    _mask: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        self.channels, self.rows = self.spec.channels, self.spec.height
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
        """The file; `value` has the scores (lines, columns, labels)."""
        self._put("Softmax", [self.value], "probabilities", axis=-1)
        self._put("ArgMax", ["probabilities"], "labels", axis=-1, keepdims=0)
        self._put("ReduceMax", ["probabilities"], "confidences", axes=[-1], keepdims=0)
        given, taken = helper.make_tensor_value_info, TensorProto.FLOAT
        shape: list[str | int | None] = ["n", self.spec.channels, self.spec.height, "w"]
        graph = helper.make_graph(
            self.nodes,
            "recogniser",
            [given("lines", taken, shape), given("widths", TensorProto.INT64, ["n"])],
            [
                given("labels", TensorProto.INT64, ["n", "t"]),
                given("confidences", taken, ["n", "t"]),
                given("probabilities", taken, ["n", "t", "c"]),
            ],
            self.constants,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        onnx.checker.check_model(model)
        content: bytes = model.SerializeToString()
        return content

    # --- layers ---------------------------------------------------------------------------

    def _conv(self, layer: Conv) -> None:
        self._clean()
        weight = self._weight(
            f"{layer.name}.co.weight", layer.out, self.channels, *layer.kernel
        )
        bias = self._weight(f"{layer.name}.co.bias", layer.out)
        down, across = layer.padding
        self.value = self._op(
            "Conv",
            [self.value, self._constant(weight), self._constant(bias)],
            kernel_shape=layer.kernel,
            strides=layer.stride,
            dilations=layer.dilation,
            pads=[down, across, down, across],
        )
        if layer.activation:
            axis = {"axis": 1} if layer.activation == "Softmax" else {}
            slope = {"alpha": 0.01} if layer.activation == "LeakyRelu" else {}
            self.value = self._op(layer.activation, [self.value], **axis, **slope)
        reach = [
            d * (k - 1) + 1 - 2 * p
            for d, k, p in zip(layer.dilation, layer.kernel, layer.padding, strict=True)
        ]
        self.channels, self.clean = layer.out, False
        self.rows = (self.rows - reach[0]) // layer.stride[0] + 1
        self._shorten(reach[1], layer.stride[1])

    def _pool(self, layer: Pool) -> None:
        self.value = self._op(
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
        mask, shape = self._columns_mask(), self._op("Shape", [self.value])
        groups = self._integers(0, layer.groups, -1)
        widths = self._op("Cast", [self.widths], to=TensorProto.FLOAT)
        each = np.float32(self.channels // layer.groups * self.rows)
        count = self._op("Mul", [widths, self._constant(each)])
        count = self._op("Unsqueeze", [count, self._integers(1, 2)])

        def mean(values: str) -> str:
            total = self._op("ReduceSum", [values, self._integers(2)], keepdims=1)
            return self._op("Div", [total, count])

        grouped = self._op("Reshape", [self.value, groups])
        centred = self._op("Sub", [grouped, mean(grouped)])
        centred = self._op("Mul", [self._op("Reshape", [centred, shape]), mask])
        grouped = self._op("Reshape", [centred, groups])
        variance = mean(self._op("Mul", [grouped, grouped]))
        spread = self._op(
            "Sqrt", [self._op("Add", [variance, self._constant(np.float32(EPSILON))])]
        )
        self.value = self._op("Reshape", [self._op("Div", [grouped, spread]), shape])
        for operator, part in (("Mul", "weight"), ("Add", "bias")):
            values = self._weight(f"{layer.name}.layer.{part}", self.channels)
            self.value = self._op(
                operator, [self.value, self._constant(values.reshape(-1, 1, 1))]
            )
        self.clean = False

    def _lstm_along(self, layer: Lstm) -> None:
        if self.rows != 1:
            raise NotBuildable(f"“{layer.name}” runs along {self.rows} rows at once")
        flat = self._op("Squeeze", [self.value, self._integers(2)])  # lines, channels, columns
        steps = self._op("Transpose", [flat], perm=[2, 0, 1])
        widths = self._op("Cast", [self.widths], to=TensorProto.INT32)
        out = self._lstm(layer, steps, widths)  # columns, directions, lines, channels
        out = self._op("Transpose", [out], perm=[2, 1, 3, 0])
        self.channels = layer.out * (1 + layer.both_ways)
        self.value = self._op("Reshape", [out, self._integers(0, self.channels, 1, -1)])
        self.clean = True

    def _lstm_down(self, layer: Lstm) -> None:
        """Down every column of every line; columns do not see each other."""
        turned = self._op(
            "Transpose", [self.value], perm=[2, 0, 3, 1]
        )  # rows, lines, columns, ch.
        sides = self._op("Shape", [turned], start=1, end=3)
        steps = self._op("Reshape", [turned, self._integers(self.rows, -1, self.channels)])
        out = self._lstm(layer, steps, "")  # rows, directions, lines x columns, channels
        rows = 1 if layer.last else self.rows
        if layer.last:
            out = self._op("Gather", [out, self._integers(self.rows - 1)], axis=0)
        out = self._op("Transpose", [out], perm=[2, 1, 3, 0])
        self.channels, self.rows = layer.out * (1 + layer.both_ways), rows
        shape = self._op("Concat", [sides, self._integers(self.channels, rows)], axis=0)
        out = self._op("Reshape", [out, shape])  # lines, columns, channels, rows
        self.value = self._op("Transpose", [out], perm=[0, 2, 3, 1])
        self.clean = False

    def _lstm(self, layer: Lstm, steps: str, widths: str) -> str:
        """An LSTM over axis 0; torch keeps its gates as i, f, g, o, ONNX as i, o, f, c."""
        gates: dict[str, list[NDArray[np.float32]]] = {"w": [], "r": [], "b": []}
        for suffix in ("", "_reverse")[: 1 + layer.both_ways]:
            stem, four = f"{layer.name}.layer.", 4 * layer.out

            def part(name: str, *shape: int, stem: str = stem, suffix: str = suffix) -> Any:
                values = self._weight(f"{stem}{name}_l0{suffix}", *shape)
                first, forget, cell, out = np.split(values, 4)
                return np.concatenate([first, out, forget, cell])

            gates["w"].append(part("weight_ih", four, self.channels))
            gates["r"].append(part("weight_hh", four, layer.out))
            biases = [part("bias_ih", four), part("bias_hh", four)]
            gates["b"].append(np.concatenate(biases))
        inputs = [steps, *(self._constant(np.stack(gates[key])) for key in "wrb")]
        return self._op(
            "LSTM",
            [*inputs, widths] if widths else inputs,
            direction="bidirectional" if layer.both_ways else "forward",
            hidden_size=layer.out,
        )

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
        cut = self._op("Reshape", [self.value, self._integers(*shape)])
        turned = self._op("Transpose", [cut], perm=order)
        self.value = self._op(
            "Reshape", [turned, self._integers(0, self.channels, self.rows, -1)]
        )

    def _linear(self, layer: Linear) -> None:
        if self.rows != 1:
            raise NotBuildable(f"{self.rows} rows of the line are left at its end")
        inputs = self.channels + layer.ones
        weight = self._weight(f"{layer.name}.lin.weight", layer.out, inputs)
        bias = self._weight(f"{layer.name}.lin.bias", layer.out)
        if layer.ones:
            weight, bias = weight[:, 1:], bias + weight[:, 0]
        flat = self._op("Squeeze", [self.value, self._integers(2)])
        flat = self._op("Transpose", [flat], perm=[0, 2, 1])
        product = self._op("MatMul", [flat, self._constant(weight.T)])
        self.value = self._op("Add", [product, self._constant(bias)])

    # --- parts ----------------------------------------------------------------------------

    def _clean(self) -> None:
        if not self.clean:
            self.value = self._op("Mul", [self.value, self._columns_mask()])
            self.clean = True

    def _columns_mask(self) -> str:
        """1 in a line's own columns, 0 behind them: (lines, 1, 1, columns)."""
        if self._mask[0] != self.widths:
            size = self._op("Shape", [self.value], start=3, end=4)
            size = self._op("Squeeze", [size])
            zero, one = (self._constant(np.array(number, np.int64)) for number in (0, 1))
            places = self._op("Range", [zero, size, one])
            ends = self._op("Unsqueeze", [self.widths, self._integers(1)])
            mask = self._op("Cast", [self._op("Less", [places, ends])], to=TensorProto.FLOAT)
            mask = self._op("Unsqueeze", [mask, self._integers(1, 2)])
            self._mask = (self.widths, mask)
        return self._mask[1]

    def _shorten(self, kernel: int, stride: int) -> None:
        if (kernel, stride) == (1, 1):
            return
        self.steps.append((kernel, stride))
        number = [self._constant(np.array(n, np.int64)) for n in (kernel, stride, 1)]
        widths = self._op("Sub", [self.widths, number[0]])
        widths = self._op("Div", [widths, number[1]])
        self.widths = self._op("Add", [widths, number[2]])

    def _weight(self, name: str, *shape: int) -> NDArray[np.float32]:
        values = self.weights[name]
        if values.shape != shape:
            raise NotBuildable(f"its weights {name} have another size than the layer")
        return values

    def _integers(self, *numbers: int) -> str:
        return self._constant(np.array(numbers, np.int64))

    def _constant(self, values: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values, order="C"), name))
        return name

    def _op(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        return self._put(kind, inputs, f"v{len(self.nodes)}", **attributes)

    def _put(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output
