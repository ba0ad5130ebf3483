"""Which of Kraken's models the fast path runs: all that it can build and whose self-test passes.

For the others Kraken itself is asked, and the reason goes to the log and into the provenance of every page.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from armarius.engines import ModelInfo, SegmentOptions, TranscribeOptions, devices, reference
from armarius.engines.kraken_models import KEPT, quietly
from armarius.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from armarius.engines.fast.rec_reading import Reader
    from armarius.engines.fast.seg_heatmap import Network

log = logging.getLogger(__name__)

_LOADED: OrderedDict[tuple[str, str, int, str, str], Any] = OrderedDict()


class Chosen(NamedTuple):
    """What runs a network.

    Attributes:
        network: the fast path's, None for Kraken itself.
        name: for the provenance: ``onnxruntime VERSION``, ``openvino VERSION`` or ``kraken``, with the
            reason if the fast path was wanted.
    """

    network: Any
    name: str


def reader(path: Path, info: ModelInfo, options: TranscribeOptions) -> Chosen:
    """The recogniser for these options; see `_chosen`."""

    def load() -> Reader:
        from armarius.engines.fast.rec_reading import Reader

        return Reader(path, options.threads, options.precision, options.device)

    return _chosen(path, info, options, load)


def layout(path: Path, info: ModelInfo, options: SegmentOptions) -> Chosen:
    """The layout network for these options; see `_chosen`."""

    def load() -> Network:
        from armarius.engines.fast.net_spec import NotBuildable
        from armarius.engines.fast.seg_heatmap import Network

        if info.tasks.count("segmentation") > 1:
            raise NotBuildable("the file holds several layout networks")
        if "reading_order" in info.tasks:
            raise NotBuildable("the model brings its own reading order")
        return Network(path, options.threads, options.precision, options.device)

    return _chosen(path, info, options, load)


def _chosen(
    path: Path,
    info: ModelInfo,
    options: SegmentOptions | TranscribeOptions,
    load: Callable[[], Any],
) -> Chosen:
    """The fast path where it is wanted and can run the model, else Kraken.

    Raises:
        BadInput: the fast path was asked for by name and cannot run this.
        Unavailable: Kraken itself is needed and not installed, or this machine has not the precision.
    """
    if options.inference == "kraken":
        _require_kraken("it was asked for")
        return Chosen(None, "kraken")
    require_precision(options)
    found = _elsewhere(options) or _loaded(path, info, options, load)
    if not isinstance(found, str):
        return Chosen(found, _runtime(options.precision))
    if options.inference == "fast":
        raise BadInput(f"{path.name} cannot be run by the fast path: {found}.")
    _require_kraken(f"the fast path cannot run {path.name}: {found}")
    return Chosen(None, f"kraken ({found})")


def _require_kraken(reason: str) -> None:
    if missing := reference.missing():
        raise Unavailable(
            f"Kraken itself is needed, since {reason}; it is not installed here ({missing}). "
            f"{reference.INSTALL}."
        )


def require_precision(options: SegmentOptions | TranscribeOptions) -> None:
    """Nobody who asked for bf16 waits for Kraken's, which is slower than our fp32.

    Raises:
        Unavailable: the fast path would run, but not in this precision on this machine.
    """
    if options.precision != "bf16" or options.inference == "kraken":
        return
    if devices.settled(options) != "cpu":
        return
    from armarius.engines.fast import net_openvino

    if missing := net_openvino.missing():
        raise Unavailable(f"The precision bf16 cannot be used, since {missing}")


def _runtime(precision: str) -> str:
    if precision == "bf16":
        from armarius.engines.fast import net_openvino

        return f"openvino {net_openvino.version()}"
    import onnxruntime

    return f"onnxruntime {onnxruntime.__version__}"


def _elsewhere(options: SegmentOptions | TranscribeOptions) -> str:
    """Why the fast path does not run with these options; empty where it does."""
    if missing := devices.missing(options.device):
        return missing
    if options.precision == "fp16":
        return "the fast path has no precision fp16"
    if options.precision == "bf16" and options.device != "cpu":
        return "the fast path has no precision bf16 on GPUs"
    return ""


def _loaded(
    path: Path,
    info: ModelInfo,
    options: SegmentOptions | TranscribeOptions,
    load: Callable[[], Any],
) -> Any:
    """The network in the fast path, from memory where it is there, or the reason against it."""
    key = (info.sha256, info.kind, options.threads, options.precision, options.device)
    if key not in _LOADED:
        try:
            with quietly():
                _LOADED[key] = load()
        except Exception as error:
            # What a file holds may break anything; Kraken may still be able to read it.
            from armarius.engines.fast.net_spec import NotBuildable

            known = isinstance(error, NotBuildable)
            said = str(error) if known else f"{type(error).__name__}: {error}"
            _LOADED[key] = said.split("\n", 1)[0]
            log.warning("%s is run by Kraken itself, several times slower: %s", path.name, said)
        while len(_LOADED) > KEPT:
            _LOADED.popitem(last=False)
    _LOADED.move_to_end(key)
    return _LOADED[key]
