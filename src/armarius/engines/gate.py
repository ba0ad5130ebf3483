"""The gate for model files: decide by content what a file is, without loading it.

Two formats come in: safetensors, and CoreML as Kraken writes it. Neither can run code. What
Python pickles can (checkpoints, `.pt`, `.ckpt`, whatever they are called) is refused here, before
any library that would open them sees the file. No engine and no network library is imported.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from armarius.engines import ModelInfo
from armarius.errors import BadInput

HEADER_LIMIT = 16 * 1024 * 1024  # bytes of a safetensors header; real ones have some kB
METADATA_LIMIT = 64 * 1024 * 1024  # bytes of a CoreML description
WIDTHS = {"F64": 8, "I64": 8, "U64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2}
WIDTHS |= {"I16": 2, "U16": 2, "F8_E4M3": 1, "F8_E5M2": 1, "I8": 1, "U8": 1, "BOOL": 1}
ACCEPTED = "Kraken models in .safetensors or .mlmodel format are accepted"
CONVERT = "Convert it with `ketos convert` to .safetensors, then try again"

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
}
# A description, then one of the networks: what every CoreML file of Kraken has at its top level.
_DESCRIPTION, _METADATA, _USER_DEFINED, _NETWORKS = 2, 100, 100, range(200, 4001)
_NEWEST = 20  # specification version; 9 is the newest known


def examine(path: Path, name: str = "") -> ModelInfo:
    """Say what a model file is.

    Args:
        path: the file.
        name: how the user calls it, for messages; default is the file's name.

    Raises:
        BadInput: it is no model file of an accepted format, or damaged.
    """
    shown = name or path.name
    try:
        with path.open("rb") as stream:
            return _examine(stream, shown, path)
    except OSError as error:
        raise BadInput(f"{shown}: the model cannot be read ({error.strerror}).") from None


def described(path: Path, kind: str) -> tuple[str, dict[str, Any]]:
    """Kraken's own description of the first model for a task in a file that `examine` has passed.

    Returns its prefix in the file, empty for CoreML, and the description.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        read = _safetensors if stream.read(9)[8:] == b"{" else _coreml
        models = read(stream, size, path.name)
    return next((key, model) for key, model in models.items() if kind in model["_tasks"])


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _examine(stream: BinaryIO, shown: str, path: Path) -> ModelInfo:
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(16)
    _refuse_known(start, size, shown)
    safetensors = start[8:9] == b"{"
    try:
        models = (
            _safetensors(stream, size, shown) if safetensors else _coreml(stream, size, shown)
        )
        return _info(models, "safetensors" if safetensors else "coreml", path, size, shown)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, EOFError):
        # UnicodeDecodeError and JSONDecodeError are ValueErrors: metadata of another shape.
        raise BadInput(
            f"{shown}: the model's description cannot be read. {ACCEPTED}."
        ) from None


def _refuse_known(start: bytes, size: int, shown: str) -> None:
    if size == 0:
        raise BadInput(f"{shown}: the file is empty. {ACCEPTED}.")
    if start.startswith(_ZIP):
        raise BadInput(
            f"{shown}: checkpoints and ZIP archives are not accepted, since they can run code. {CONVERT}."
        )
    for magic, kind in _ARCHIVES.items():
        if start.startswith(magic):
            raise BadInput(f"{shown}: this is a {kind} archive. Unpack it; {ACCEPTED}.")
    if start[:1] == b"\x80" and start[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        raise BadInput(
            f"{shown}: Python pickles and checkpoints are not accepted, since they can run code. {CONVERT}."
        )


# --- safetensors: 8 bytes length of the header, the header (JSON), the weights ---------------


def _safetensors(stream: BinaryIO, size: int, shown: str) -> dict[str, dict[str, Any]]:
    """Kraken's description of each model in the file; checks that no weight is missing."""
    stream.seek(0)
    length = int.from_bytes(stream.read(8), "little")
    if length > min(HEADER_LIMIT, size - 8):
        raise BadInput(f"{shown}: the model is damaged: its header says {length:,} bytes.")
    header = json.loads(stream.read(length))
    metadata = header.pop("__metadata__", {})
    spans = sorted(_span(tensor) for tensor in header.values())
    touching = all(before[1] == after[0] for before, after in pairwise(spans))
    if not spans or spans[0][0] != 0 or not touching:
        raise BadInput(f"{shown}: the model is damaged: its weights are not in one piece.")
    if spans[-1][1] != size - 8 - length:
        raise BadInput(
            f"{shown}: the model is damaged: {spans[-1][1]:,} bytes of weights are announced, "
            f"{size - 8 - length:,} are there. Upload it again."
        )
    if "kraken_meta" not in metadata:
        raise BadInput(f"{shown}: this safetensors file is not a Kraken model. {ACCEPTED}.")
    described = json.loads(metadata["kraken_meta"])
    return {key: dict(value) for key, value in described.items()}


def _span(tensor: dict[str, Any]) -> tuple[int, int]:
    start, end = tensor["data_offsets"]
    count = 1
    for side in tensor["shape"]:
        count *= side
    if not 0 <= start <= end or count * WIDTHS[tensor["dtype"]] != end - start:
        raise ValueError("a tensor's size and place differ")
    return start, end


# --- CoreML: protocol buffers, read field by field -------------------------------------------


def _coreml(stream: BinaryIO, size: int, shown: str) -> dict[str, dict[str, Any]]:
    """Kraken's description of the model; checks that the outermost fields fill the file."""
    texts = _user_defined(_description(stream, size, shown))
    meta = json.loads(texts.get("kraken_meta", "{}"))
    if "vgsl" not in texts and "vgsl" not in meta:
        raise BadInput(f"{shown}: this CoreML file is not a Kraken model. {ACCEPTED}.")
    kinds = meta.get("model_type")
    if not kinds and "kraken_meta" in texts:  # Kraken refuses it too
        raise BadInput(
            f"{shown}: the model does not say whether it reads text or finds lines. Ask its maker for a whole file."
        )
    kinds = kinds or ["recognition"]  # what had no description was a recogniser
    meta["_tasks"] = [kinds] if isinstance(kinds, str) else list(kinds)
    if "aux_layers" in texts:
        meta["_tasks"].append("reading_order")
    meta["codec"] = json.loads(texts.get("codec", "null"))
    meta["vgsl"] = texts.get("vgsl") or meta["vgsl"]
    return {"": meta}


def _description(stream: BinaryIO, size: int, shown: str) -> bytes:
    """The description field of a CoreML file that has a network too and is whole."""
    no_model = BadInput(f"{shown}: this is not a model file. {ACCEPTED}.")
    stream.seek(0)
    description, network, version = b"", False, 0
    try:
        for field, kind, value, length in _fields(stream, size):
            version = value if field == 1 and kind == 0 else version
            if not 0 < version <= _NEWEST:  # it stands first in the file
                raise no_model
            if field == _DESCRIPTION and kind == 2 and length <= METADATA_LIMIT:
                description = stream.read(length)
            network = network or (field in _NETWORKS and kind == 2)
    except EOFError:
        if description:
            raise BadInput(f"{shown}: the model is damaged: its end is missing.") from None
        raise no_model from None
    if not network:
        raise no_model
    return description


def _fields(stream: BinaryIO, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (field, wire type, number, length); the stream stands at the start of the content.

    Raises:
        EOFError: a field ends behind `end`, or is no field.
    """
    while (place := stream.tell()) < end:
        key = _varint(stream)
        field, kind = key >> 3, key & 7
        number = _varint(stream) if kind in (0, 2) else 0
        length = {0: 0, 1: 8, 2: number, 5: 4}.get(kind)
        after = stream.tell()
        if field == 0 or length is None or after + length > end or after <= place:
            raise EOFError
        yield field, kind, number, length
        stream.seek(after + length)


def _varint(stream: BinaryIO) -> int:
    value = 0
    for shift in range(0, 70, 7):
        byte = stream.read(1)
        if not byte:
            raise EOFError
        value |= (byte[0] & 127) << shift
        if byte[0] < 128:
            return value
    raise EOFError


def _user_defined(description: bytes) -> dict[str, str]:
    """The map of texts in ModelDescription.metadata.userDefined."""
    texts = {}
    for metadata in _inside(description, _METADATA):
        for entry in _inside(metadata, _USER_DEFINED):
            stream = io.BytesIO(entry)
            pair = {
                field: stream.read(length)
                for field, _, _, length in _fields(stream, len(entry))
            }
            texts[pair.get(1, b"").decode()] = pair.get(2, b"").decode()
    return texts


def _inside(message: bytes, wanted: int) -> list[bytes]:
    stream = io.BytesIO(message)
    found = []
    try:
        for field, kind, _, length in _fields(stream, len(message)):
            if field == wanted and kind == 2:
                found.append(stream.read(length))
    except EOFError:
        raise ValueError("the description ends too early") from None
    return found


# --- what both formats say ---------------------------------------------------------------------


def _info(
    models: dict[str, dict[str, Any]], kind_of_file: str, path: Path, size: int, shown: str
) -> ModelInfo:
    tasks = tuple(task for model in models.values() for task in model.get("_tasks") or ())
    kind = next((task for task in ("recognition", "segmentation") if task in tasks), None)
    if kind is None:
        told = ", ".join(tasks) or "nothing"
        raise BadInput(
            f"{shown}: the model neither recognises nor segments (it does: {told}). "
            "Choose a recognition or a segmentation model."
        )
    model = next(m for m in models.values() if kind in m["_tasks"])
    spec = str(model.get("vgsl", ""))
    found = re.match(r"\[\d+,(\d+),", spec)
    return ModelInfo(
        kind=kind,
        format=kind_of_file,
        sha256=sha256(path),
        size=size,
        name=Path(shown).stem,
        type=_line_type(model) if kind == "recognition" else "",
        alphabet=tuple(sorted(model.get("codec") or ())) if kind == "recognition" else (),
        height=int(found[1]) if found else 0,
        accuracy=_accuracy(model),
        tasks=tasks,
        classes=_classes(model) if kind == "segmentation" else {},
        spec=spec,
        needs=str(model.get("_kraken_min_version") or ""),
    )


def _line_type(model: dict[str, Any]) -> str:
    return "baselines" if str(model.get("seg_type", "")).startswith("baseline") else "bbox"


def _classes(model: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    mapping = model.get("class_mapping") or {}
    return {
        "lines": tuple(mapping.get("baselines") or ()),
        "regions": tuple(mapping.get("regions") or ()),
    }


def _accuracy(model: dict[str, Any]) -> float | None:
    """The best accuracy that training wrote down; the key changed over Kraken's versions."""
    values = []
    for entry in model.get("metrics") or model.get("accuracy") or ():
        told = entry[1] if isinstance(entry, list | tuple) and len(entry) > 1 else None
        if isinstance(told, dict):
            told = told.get("val_metric", told.get("val_accuracy"))
        if isinstance(told, int | float):
            values.append(float(told))
    return max(values, default=None)
