"""Devices: which one is meant, and what runs networks on it.

ONNX Runtime runs them on the CPU and, where its package for NVIDIA's GPUs is installed in place of the
ordinary one, on these too. Kraken itself knows more devices.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from armarius.engines import SegmentOptions, TranscribeOptions, reference
from armarius.errors import BadInput

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
# Products stay as exact as on the CPU; every line has another width, for which no search is worth it.
_HOW = {"use_tf32": 0, "cudnn_conv_algo_search": "HEURISTIC"}


def parsed(device: str) -> tuple[str, int]:
    """Kind and number of a device: ``cpu``, ``auto``, ``mps`` or ``cuda``.

    Raises:
        BadInput: there is no such device.
    """
    found = re.fullmatch(r"(cpu|auto|mps|cuda)(?::(\d{1,4}))?", device)
    if found is None or (found[2] and found[1] != "cuda"):
        raise BadInput(f"There is no device “{device}”. Choose cpu, auto, cuda, cuda:N or mps.")
    return found[1], int(found[2] or 0)


def settled(options: SegmentOptions | TranscribeOptions) -> str:
    """The device that is meant: for ``auto`` a GPU where one can run this, else the CPU.

    Raises:
        BadInput: there is no such device.
    """
    if parsed(options.device)[0] != "auto":
        return options.device
    exact = options.precision == "fp32"
    if exact and options.inference != "kraken" and not missing("cuda:0"):
        return "cuda:0"
    if options.inference == "fast" or reference.missing():
        return "cpu"
    from armarius.engines.reference import loading

    return loading.gpu() or "cpu"


def providers(device: str, offered: Sequence[str]) -> list[Any]:
    """What ONNX Runtime runs a network with, what comes first first; none where it cannot.

    Args:
        device: a settled one.
        offered: names of all that the installed ONNX Runtime has.
    """
    kind, number = parsed(device)
    if kind == "cuda" and CUDA in offered:
        return [(CUDA, {"device_id": number, **_HOW}), CPU]
    return [CPU] if kind == "cpu" else []


@cache
def missing(device: str) -> str:
    """Why ONNX Runtime cannot run networks on a device, empty where it can; a GPU is tried once."""
    if parsed(device)[0] == "cpu":
        return ""
    import onnxruntime

    wanted = providers(device, onnxruntime.get_available_providers())
    if not wanted:
        return f"the fast path runs on the CPU here, not on {device}"
    try:
        tried = onnxruntime.InferenceSession(_nothing(), providers=wanted, enable_fallback=0)
    except (RuntimeError, ValueError) as error:
        return f"ONNX Runtime cannot use {device} ({str(error).strip().splitlines()[0]})"
    usable = CUDA in tried.get_providers()
    return "" if usable else f"ONNX Runtime cannot use {device}: CUDA or cuDNN do not start"


def _nothing() -> bytes:
    """A network that gives back what it gets."""
    from onnx import TensorProto, helper

    ends = [helper.make_tensor_value_info(x, TensorProto.FLOAT, [1]) for x in ("given", "made")]
    node = helper.make_node("Identity", ["given"], ["made"])
    graph = helper.make_graph([node], "nothing", ends[:1], ends[1:])
    opsets = [helper.make_opsetid("", 17)]
    made: bytes = helper.make_model(
        graph, opset_imports=opsets, ir_version=9
    ).SerializeToString()
    return made
