"""What can be said of Kraken's model files without Kraken: kind, place of its own model, options.

Kraken's default layout model is a file in Kraken's package. It is found by its path; nothing is imported.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from armarius.engines import INFERENCES, PRECISIONS, ModelInfo, gate
from armarius.errors import BadInput, Unavailable

log = logging.getLogger(__name__)

KEPT = 4  # models loaded at once; the least recently used one goes first
_KNOWN: dict[tuple[Path, int, int], ModelInfo] = {}


def own_segmentation_model() -> Path:
    """The layout model in Kraken's package, which is not imported for it.

    Raises:
        Unavailable: the package is not installed.
    """
    found = find_spec("kraken")
    for folder in (found.submodule_search_locations or ()) if found else ():
        model = Path(folder) / "blla.mlmodel"
        if model.is_file():
            return model
    raise Unavailable(
        "Kraken's own segmentation model is not installed. Run `pip install --no-deps kraken==7.1.1`, "
        "or choose a segmentation model."
    )


def kraken_version() -> str:
    """Version of Kraken's package, empty where it is not installed."""
    try:
        return version("kraken")
    except PackageNotFoundError:
        return ""


def describe(path: Path) -> ModelInfo:
    """What the gate says; remembered as long as the file does not change.

    Raises:
        BadInput: no model that is accepted.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise BadInput(f"{path.name}: the model cannot be read ({error.strerror}).") from None
    key = (path.absolute(), state.st_mtime_ns, state.st_size)
    if key not in _KNOWN:
        _KNOWN[key] = gate.examine(path)
    return _KNOWN[key]


def checked(path: Path, kind: str, precision: str, inference: str) -> ModelInfo:
    """What the gate says of a model that shall do a task with these options.

    `kind` is ``recognition`` or ``segmentation``.

    Raises:
        BadInput: the file is no model of that kind; there is no such precision or inference.
    """
    info = describe(path)
    if info.kind != kind:
        raise BadInput(
            f"{path.name} is a {info.kind} model; a {kind} model is needed here. Choose another."
        )
    for name, value, known in (
        ("precision", precision, PRECISIONS),
        ("inference", inference, INFERENCES),
    ):
        if value not in known:
            raise BadInput(f"There is no {name} “{value}”. There are: {', '.join(known)}.")
    return info


@contextmanager
def quietly() -> Iterator[None]:
    """Send warnings of the libraries to the log: they speak to programmers, not to users."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for message in {str(warning.message) for warning in caught}:
        log.debug("library: %s", message)
