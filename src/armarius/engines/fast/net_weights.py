"""Weights of a network from its model file, without the libraries that wrote it.

Both formats end as arrays named as torch names them: ``C_0.co.weight``, ``L_8.layer.weight_ih_l0``. CoreML
files are protocol buffers, read here field by field (schema: apple/coremltools, `NeuralNetwork.proto`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from armarius.engines import gate
from armarius.engines.fast.net_spec import NotBuildable

Array = NDArray[np.float32]

# Fields of the messages of CoreML.
_NETWORK, _LAYERS, _NAME = 500, 1, 1
_CONVOLUTION, _INNER_PRODUCT, _ONE_WAY, _BOTH_WAYS, _CUSTOM = 100, 140, 420, 430, 500
_GATES = {"weight_ih": (1, 2, 3, 4), "weight_hh": (20, 21, 22, 23), "bias_hh": (40, 41, 42, 43)}


@dataclass(frozen=True, slots=True)
class Stored:
    """What a model file holds of a network.

    Attributes:
        spec: its line of VGSL.
        told: what else Kraken wrote down with it: ``codec``, ``class_mapping``, ``topline`` and so on.
    """

    spec: str
    weights: Mapping[str, Array]
    told: Mapping[str, Any]


def read(path: Path, kind: str) -> Stored:
    """The first network for a task (``recognition``, ``segmentation``) of a file that the gate has passed.

    Raises:
        NotBuildable: the network is of another family, or has weights of a kind not known here.
    """
    prefix, told = gate.described(path, kind)
    family = told.get("_model", "TorchVGSLModel")
    if family != "TorchVGSLModel" or "vgsl" not in told:
        raise NotBuildable(f"the network is of another family ({family})")
    weights = (
        _safetensors(path, f"{prefix}.nn.") if prefix else dict(_coreml(path.read_bytes()))
    )
    return Stored(str(told["vgsl"]), weights, told)


def _safetensors(path: Path, prefix: str) -> dict[str, Array]:
    from safetensors import safe_open

    found = {}
    with safe_open(path, framework="numpy") as file:  # type: ignore[no-untyped-call]  # theirs
        for key in file.keys():  # noqa: SIM118 (no mapping)
            if key.startswith(prefix):
                try:
                    found[key.removeprefix(prefix)] = file.get_tensor(key).astype(np.float32)
                except TypeError:
                    raise NotBuildable(
                        f"its weights {key} have a type not known here"
                    ) from None
    return found


# --- CoreML --------------------------------------------------------------------------------------


def _coreml(content: bytes) -> Iterator[tuple[str, Array]]:
    for network in _messages(memoryview(content), _NETWORK):
        for layer in _messages(network, _LAYERS):
            yield from _layer(layer)


def _layer(layer: memoryview) -> Iterator[tuple[str, Array]]:
    fields = {field: value for field, value in _fields(layer) if field != 2}
    name = bytes(fields[_NAME]).decode()
    if conv := fields.get(_CONVOLUTION):
        stem, inside = name.removesuffix("_conv"), dict(_fields(conv))
        down, across = _kernel(conv)
        shape = (inside[1], inside[2], down, across)
        yield f"{stem}.co.weight", _floats(inside[90]).reshape(shape)
        yield f"{stem}.co.bias", _floats(inside[91])
    elif product := fields.get(_INNER_PRODUCT):
        stem, inside = name.removesuffix("_lin"), dict(_fields(product))
        yield f"{stem}.lin.weight", _floats(inside[20]).reshape(inside[2], inside[1])
        yield f"{stem}.lin.bias", _floats(inside[21])
    elif recurrent := fields.get(_ONE_WAY) or fields.get(_BOTH_WAYS):
        yield from _recurrent(name.removesuffix("_transposed"), recurrent)
    elif (custom := fields.get(_CUSTOM)) and bytes(dict(_fields(custom))[10]) == b"groupnorm":
        weight, bias = _messages(custom, 20)
        yield f"{name}.layer.weight", _floats(weight)
        yield f"{name}.layer.bias", _floats(bias)


def _recurrent(name: str, layer: memoryview) -> Iterator[tuple[str, Array]]:
    """One direction after the other; CoreML has one bias where torch has two."""
    sizes = dict(_fields(layer))
    columns = {"weight_ih": sizes[1], "weight_hh": sizes[2]}
    for suffix, direction in zip(("", "_reverse"), _messages(layer, 20), strict=False):
        gates = dict(_fields(direction))
        for part, numbers in _GATES.items():
            values = np.concatenate([_floats(gates[number]) for number in numbers])
            shaped = values.reshape(-1, columns[part]) if part in columns else values
            yield f"{name}.layer.{part}_l0{suffix}", shaped
            if part == "bias_hh":
                yield f"{name}.layer.bias_ih_l0{suffix}", np.zeros_like(values)


def _kernel(conv: memoryview) -> tuple[int, int]:
    """The sides of a kernel: two numbers, in one field or in two."""
    numbers: list[int] = []
    for field, value in _fields(conv):
        if field == 20 and isinstance(value, int):
            numbers.append(value)
        elif field == 20:
            at = 0
            while at < len(value):
                number, at = _varint(value, at)
                numbers.append(number)
    return numbers[0], numbers[1]


def _floats(weights: memoryview) -> Array:
    """The packed 32-bit floats of a WeightParams message."""
    for packed in _messages(weights, 1):
        return np.frombuffer(packed, "<f4").astype(np.float32)
    raise NotBuildable("its weights are not stored as 32-bit numbers")


def _messages(message: memoryview, wanted: int) -> list[memoryview]:
    return [value for field, value in _fields(message) if field == wanted]


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Each field's number with its value: a number, or the bytes of text, message or list."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        number, at = _varint(message, at) if kind in (0, 2) else (0, at)
        length = {0: 0, 1: 8, 2: number, 5: 4}.get(kind)
        if length is None or at + length > len(message):
            raise NotBuildable("the file has a field of an unknown kind")
        yield key >> 3, number if kind == 0 else message[at : at + length]
        at += length


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
