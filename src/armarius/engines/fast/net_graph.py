"""Drawing networks as ONNX graphs: nodes, constants, and the layers that all of Kraken's networks have.

No tracing: every layer of the description becomes a few operators of the standard, with the weights of
the model file. Opset 17 is what every ONNX Runtime of the last years runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from armarius.engines import devices
from armarius.engines.fast import net_openvino
from armarius.engines.fast.net_spec import Conv, Lstm, NotBuildable, Spec

OPSET = 17
EPSILON = 1e-5  # of group normalisation, as in torch
SMALLEST = np.finfo(np.float32).tiny  # of the normal numbers
Weights = Mapping[str, NDArray[np.float32]]
Shape = list[str | int | None]


@dataclass(slots=True)
class Sketch:
    """A graph so far: its nodes, and the `value` that the last of them gave."""

    weights: Weights
    spec: Spec
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    value: str = "input"
    channels: int = 0

    def conv(self, layer: Conv) -> None:
        """A convolution and its activation; goes on from `value`."""
        shape = (layer.out, self.channels, *layer.kernel)
        weight = self.weight(f"{layer.name}.co.weight", *shape)
        bias = self.weight(f"{layer.name}.co.bias", layer.out)
        down, across = layer.padding
        self.value = self.op(
            "Conv",
            [self.value, self.constant(weight), self.constant(bias)],
            kernel_shape=layer.kernel,
            strides=layer.stride,
            dilations=layer.dilation,
            pads=[down, across, down, across],
        )
        if layer.activation:
            axis = {"axis": 1} if layer.activation == "Softmax" else {}
            slope = {"alpha": 0.01} if layer.activation == "LeakyRelu" else {}
            self.value = self.op(layer.activation, [self.value], **axis, **slope)
        self.channels = layer.out

    def lstm(self, layer: Lstm, steps: str, widths: str = "") -> str:
        """An LSTM over axis 0 of `steps`; torch keeps its gates as i, f, g, o, ONNX as i, o, f, c."""
        gates: dict[str, list[NDArray[np.float32]]] = {"w": [], "r": [], "b": []}
        for suffix in ("", "_reverse")[: 1 + layer.both_ways]:
            stem, four = f"{layer.name}.layer.", 4 * layer.out

            def part(name: str, *shape: int, stem: str = stem, suffix: str = suffix) -> Any:
                values = self.weight(f"{stem}{name}_l0{suffix}", *shape)
                first, forget, cell, out = np.split(values, 4)
                return np.concatenate([first, out, forget, cell])

            gates["w"].append(part("weight_ih", four, self.channels))
            gates["r"].append(part("weight_hh", four, layer.out))
            biases = [part("bias_ih", four), part("bias_hh", four)]
            gates["b"].append(np.concatenate(biases))
        inputs = [steps, *(self.constant(np.stack(gates[key])) for key in "wrb")]
        return self.op(
            "LSTM",
            [*inputs, widths] if widths else inputs,
            direction="bidirectional" if layer.both_ways else "forward",
            hidden_size=layer.out,
        )

    def weight(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Weights by their name in the model file.

        Raises:
            NotBuildable: they have another shape.
            KeyError: there are none.
        """
        values = self.weights[name]
        if values.shape != shape:
            raise NotBuildable(f"its weights {name} have another size than the layer")
        # Long training leaves subnormal numbers, which many processors multiply a hundred times slower.
        return np.where(np.abs(values) < SMALLEST, np.float32(0), values)

    def integers(self, *numbers: int) -> str:
        """A constant list of whole numbers."""
        return self.constant(np.array(numbers, np.int64))

    def constant(self, values: Any) -> str:
        """A constant; returns its name."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values, order="C"), name))
        return name

    def op(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        """A node with one output; returns the output's name."""
        return self.put(kind, inputs, f"v{len(self.nodes)}", **attributes)

    def put(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """A node whose output has this name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def content(
        self, name: str, inputs: Mapping[str, tuple[type, Shape]], outputs: Mapping[str, Any]
    ) -> bytes:
        """The ONNX file; inputs and outputs are given with their types and shapes."""

        def told(values: Mapping[str, tuple[type, Shape]]) -> list[Any]:
            return [
                helper.make_tensor_value_info(
                    key, TensorProto.INT64 if kind is int else TensorProto.FLOAT, shape
                )
                for key, (kind, shape) in values.items()
            ]

        graph = helper.make_graph(self.nodes, name, told(inputs), told(outputs), self.constants)
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
        onnx.checker.check_model(model)
        made: bytes = model.SerializeToString()
        return made


def session(content: bytes, threads: int, precision: str = "fp32", device: str = "cpu") -> Any:
    """A graph ready to run with this many CPU threads, in ONNX Runtime or, for bf16, OpenVINO.

    On a GPU the CPU takes what the GPU cannot run.
    """
    if precision == "bf16":
        return net_openvino.Session(content, threads)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.inter_op_num_threads = 1
    settings.enable_mem_pattern = False  # plans memory per shape; every input has another
    settings.log_severity_level = 3
    # Waiting threads that spin take the cores of others.
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    wanted = devices.providers(device, onnxruntime.get_available_providers())
    return onnxruntime.InferenceSession(content, settings, providers=wanted)
