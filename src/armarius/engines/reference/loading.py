"""Getting Kraken and its models into memory: imports, devices, threads, loaded models."""

from __future__ import annotations

import importlib
import logging
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from armarius.engines import ModelInfo, devices
from armarius.engines.kraken_models import KEPT, quietly
from armarius.engines.reference import INSTALL, missing
from armarius.errors import BadInput, EngineError, Unavailable

_OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
# Ours in the words of Lightning: weights stay as they are, and what torch thinks safe is halved.
PRECISIONS = {"fp32": "32-true", "bf16": "bf16-mixed", "fp16": "16-mixed"}
_LOADED: OrderedDict[tuple[str, str, str, str], Any] = OrderedDict()
_KEPT_ALIVE: list[Any] = []


@cache
def prepare() -> str:
    """Import torch, torchvision and kraken once; returns Kraken's version.

    Raises:
        Unavailable: one of them is not installed.
        EngineError: one of them does not start.
    """
    if lacking := missing():
        raise Unavailable(f"Kraken itself is not installed ({lacking}). {INSTALL}.")
    noisy = logging.getLogger("coremltools")  # complains of the torch version at every import
    noisy.setLevel(logging.CRITICAL)
    for name in ("kraken", "lightning", "lightning.fabric", "lightning.pytorch", "torch"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        with quietly():
            import_torchvision()
            importlib.import_module("kraken.tasks")
            importlib.import_module("kraken.lib.segmentation")
    except ImportError as error:
        raise EngineError(f"Kraken cannot be started ({error}). {INSTALL}.") from error
    return version("kraken")


def import_torchvision() -> None:
    """Import torchvision even where its compiled part does not fit torch.

    A CPU build of torch beside the ordinary torchvision wheel is a common pair; that wheel's
    library then does not load, and the import fails on two operators that nobody declared.
    Kraken uses none of them, so declaring their names is enough.
    """
    import torch

    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
            del sys.modules[name]
        library: Any = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]  # theirs
        for operator in _OPERATORS:
            library.define(operator)
        _KEPT_ALIVE.append(library)
        importlib.import_module("torchvision")


def load(path: Path, info: ModelInfo, kind: str, device: str, precision: str) -> Any:
    """The model, ready for a task (`kind`), from memory where it is there.

    Raises:
        BadInput: the file cannot be loaded.
        EngineError: Kraken is not installed.
    """
    prepare()
    accelerator(device)
    key = (info.sha256, kind, device, precision)
    if key not in _LOADED:
        with quietly():
            _LOADED[key] = _task(path, info, kind)
        while len(_LOADED) > KEPT:
            _LOADED.popitem(last=False)
    _LOADED.move_to_end(key)
    return _LOADED[key]


def _task(path: Path, info: ModelInfo, kind: str) -> Any:
    from kraken import models, tasks

    # Never kraken's own search: it would try every loader that any installed package registers.
    read = models.load_safetensors if info.format == "safetensors" else models.load_coreml
    wrap = tasks.RecognitionTaskModel if kind == "recognition" else tasks.SegmentationTaskModel
    try:
        loaded = read(path)
        if not loaded:
            raise BadInput(
                f"{path.name} needs Kraken {info.needs} or newer; {prepare()} is installed."
            )
        return wrap(loaded)
    except (ValueError, RuntimeError, KeyError, TypeError, AttributeError, IndexError) as error:
        # The gate saw a Kraken model; weights that do not fit its network end here.
        first = str(error).strip().split("\n", 1)[0].replace(path.as_posix(), "the file")
        # In a bundle the file is called by its hash, which tells nobody anything.
        shown = "The model" if path.name == info.sha256 else f"{path.name}: the model"
        raise BadInput(f"{shown} cannot be loaded ({first.rstrip('.')}).") from error


def accelerator(device: str) -> tuple[str, Any]:
    """The device in the words of the network library: (accelerator, devices).

    Raises:
        BadInput: there is no such device.
        Unavailable: not on this machine.
    """
    import torch

    kind, wanted = devices.parsed(device)
    if kind == "cuda":
        present = torch.cuda.device_count()
        if wanted >= present:
            raise Unavailable(
                f"There is no GPU for “{device}”: {present} CUDA devices are usable here. Choose cpu."
            )
        return "cuda", [wanted]
    if kind == "mps" and not torch.backends.mps.is_available():
        raise Unavailable("There is no Apple GPU usable here. Choose cpu.")
    return kind, 1


@cache
def gpu() -> str:
    """The GPU that torch can use here, ``cuda:0`` or ``mps``; empty where there is none."""
    try:
        import torch
    except (ImportError, OSError):  # not installed, or a library of its own is missing
        return ""
    if torch.cuda.is_available():
        return "cuda:0"
    return "mps" if torch.backends.mps.is_available() else ""


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Give torch, OpenMP and BLAS this many threads and no more."""
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        with threadpool_limits(limits=count):
            yield
    finally:
        torch.set_num_threads(before)
