"""Networks in half precision: the same graphs in OpenVINO, in bfloat16 where the processor has it.

Optional, as is the extra `openvino`. Lines are read one at a time: beside longer ones OpenVINO reads them
wrongly.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

INSTALL = "Install it with `pip install 'armarius[openvino]'`"


@cache
def missing() -> str:
    """Why this machine cannot do it, and what to do: sentences, empty where it can."""
    if find_spec("openvino") is None:
        return f"OpenVINO is not installed here. {INSTALL}, or choose the precision fp32."
    able = _openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if "BF16" not in able:
        return (
            "the processor of this machine cannot compute in bfloat16. Choose the precision "
            "fp32, or a machine with avx512_bf16 or amx_bf16."
        )
    return ""


def version() -> str:
    """Version of OpenVINO."""
    return str(_openvino().get_version()).split("-", 1)[0]


class Session:
    """A graph ready to run in bfloat16 on the CPU with this many threads."""

    def __init__(self, content: bytes, threads: int) -> None:
        core = _openvino().Core()
        settings = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,
            # What is kept for each width of a line: memory would grow with every new one.
            "CPU_RUNTIME_CACHE_CAPACITY": 0,
        }
        self._asked = core.compile_model(
            core.read_model(content), "CPU", settings
        ).create_infer_request()

    def run(self, names: Sequence[str], given: Mapping[str, Any]) -> list[Any]:
        """The outputs of these names, as ONNX Runtime gives them."""
        found = self._asked.infer(dict(given))
        return [np.array(found[name]) for name in names]


@cache
def _openvino() -> Any:
    # The package tells its makers that it was imported, unless it cannot find what tells.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # means: not there
    import openvino

    return openvino
