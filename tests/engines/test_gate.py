"""The model gate: what gets in, what is refused, and that nothing is ever run."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import tarfile
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from armarius.engines import gate
from armarius.errors import BadInput

NAMES = (
    "model.ckpt",
    "model.pt",
    "model.pkl",
    "model.mlmodel",
    "model.safetensors",
    "best model",
)
META = {
    "_tasks": ["recognition"],
    "_model": "TorchVGSLModel",
    "_kraken_min_version": "5.0.0",
    "seg_type": "baselines",
    "codec": {"a": [1], "é": [2], "\u05d0": [3]},
    "vgsl": "[1,48,0,1 Cr3,3,8 O1c4]",
    "metrics": [
        [1, {"val_metric": 0.91}],
        [2, {"val_metric": 0.95}],
        [3, {"val_metric": 0.93}],
    ],
}
SEGMENTER = {
    "_tasks": ["segmentation"],
    "class_mapping": {
        "baselines": {"default": 2},
        "regions": {"MainZone": 3, "MarginTextZone": 4},
    },
    "vgsl": "[1,1800,0,3 Cr7,7,8 O2l5]",
}


def safetensors(*metas, **more):
    metadata = {
        "kraken_meta": json.dumps({f"m{n}": meta for n, meta in enumerate(metas)}),
        **more,
    }
    return save({"m0.weight": np.arange(12, dtype=np.float32).reshape(3, 4)}, metadata)


def field(number, content):
    """One length-delimited field of a protocol buffer; numbers as varints."""

    def varint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])

    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def coreml(**texts):
    """A CoreML file with these user defined texts."""
    metadata = b"".join(field(100, field(1, k) + field(2, v)) for k, v in texts.items())
    described = field(1, field(1, "input")) + field(100, metadata)
    return field(1, 1) + field(2, described) + field(500, b"network" * 40)


@pytest.fixture
def examine(tmp_path):
    def of(content, name="model.safetensors"):
        (tmp_path / name).write_bytes(content)
        return gate.examine(tmp_path / name)

    return of


def test_a_recognition_model_is_described(examine):
    content = safetensors(META)

    told = examine(content, "cursive.bin")

    assert (told.kind, told.format, told.type, told.height) == (
        "recognition",
        "safetensors",
        "baselines",
        48,
    )
    assert told.alphabet == ("a", "é", "\u05d0")
    assert told.accuracy == 0.95
    assert (told.name, told.needs, told.size) == ("cursive", "5.0.0", len(content))


def test_a_segmentation_model_names_its_classes(examine):
    told = examine(safetensors(SEGMENTER, {"_tasks": ["reading_order"]}))

    assert (told.kind, told.tasks) == ("segmentation", ("segmentation", "reading_order"))
    assert told.classes == {"lines": ("default",), "regions": ("MainZone", "MarginTextZone")}
    assert told.alphabet == ()


def test_a_coreml_model_is_described_whatever_its_name(examine):
    meta = json.dumps(
        {"model_type": "recognition", "seg_type": "bbox", "accuracy": [[1, 0.5], [2, 0.75]]}
    )

    told = examine(
        coreml(kraken_meta=meta, codec='{"x": [1]}', vgsl="[1,30,0,1 O1c2]"), "old.safetensors"
    )

    assert (told.kind, told.format, told.type, told.height) == (
        "recognition",
        "coreml",
        "bbox",
        30,
    )
    assert (told.alphabet, told.accuracy) == (("x",), 0.75)


def test_a_coreml_model_that_does_not_say_what_it_is_for_is_refused_as_kraken_does(examine):
    with pytest.raises(BadInput, match="whether it reads text or finds lines"):
        examine(coreml(kraken_meta='{"seg_type": "bbox"}', vgsl="[1,30,0,1 O1c2]"))


def test_a_coreml_model_from_before_descriptions_is_a_recogniser_of_boxes(examine):
    told = examine(coreml(codec='{"x": [1]}', vgsl="[1,48,0,1 O1c2]"))
    assert (told.kind, told.type) == ("recognition", "bbox")


# --- what can run code -----------------------------------------------------------------------


class Marker:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def zipped(content, inside):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(inside, content)
    return out.getvalue()


def tarred(content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("pickle"), io.BytesIO(content))
    return out.getvalue()


def malicious(marker):
    """Twelve files that run code when Python's or torch's loaders open them."""
    pickles = {f"protocol {n}": pickle.dumps(Marker(marker), n) for n in range(6)}
    newest = pickles["protocol 4"]
    return {
        **pickles,
        "torch zip": zipped(newest, "archive/data.pkl"),
        "plain zip": zipped(newest, "model.pkl"),
        "old torch": pickle.dumps(0x1950A86A20F9469CFC6C, 2) + newest,
        "tar": tarred(newest),
        "behind a length": len(newest).to_bytes(8, "little") + b"{" + newest,
        "in the metadata": safetensors({"codec": newest.hex()}) + newest,
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_pickle_gets_in_or_runs(tmp_path, name):
    marker = tmp_path / "marker"
    files = malicious(marker)
    assert len(files) == 12

    for content in files.values():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(BadInput, match=r"accepted|damaged"):
            gate.examine(path)

    assert not marker.exists()


def test_the_pickles_would_run_if_somebody_opened_them(tmp_path):
    """Without this the test above proves nothing."""
    marker = tmp_path / "marker"
    pickle.loads(malicious(marker)["protocol 4"])  # noqa: S301  # on purpose
    assert marker.exists()


def test_checkpoints_are_refused_with_the_cure(examine):
    with pytest.raises(
        BadInput, match=r"pickles and checkpoints are not accepted.*ketos convert"
    ):
        examine(pickle.dumps({"state_dict": 1}), "model.ckpt")


# --- what is damaged or something else -------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (safetensors(META)[:-1], "damaged: 48 bytes of weights are announced, 47 are there"),
        (safetensors(META) + b"\0", "damaged"),
        (safetensors(META)[:200], "damaged"),
        ((2**62).to_bytes(8, "little") + b"{" + b" " * 99, "its header says"),
        (save({"w": np.zeros(3, np.float32)}), "not a Kraken model"),
        (
            save({"w": np.zeros(3, np.float32)}, {"kraken_meta": "[" * 9000}),
            "description cannot be read",
        ),
        (
            save({"w": np.zeros(3, np.float32)}, {"kraken_meta": '{"m": 5}'}),
            "description cannot be read",
        ),
        (safetensors({"_tasks": ["pretrain"]}), "neither recognises nor segments"),
        (coreml(vgsl="[1,48,0,1]", codec="{}")[:-20], "damaged: its end is missing"),
        (coreml(author="somebody"), "not a Kraken model"),
        (field(1, 1) + field(2, b"\xff\xff"), "not a model file"),
        (b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "not a model file"),
        (b"<html>404</html>", "not a model file"),
        (b"\x1f\x8b" + b"0" * 50, "gzip archive"),
    ],
)
def test_what_is_no_whole_model_is_refused_in_one_sentence(examine, content, message):
    with pytest.raises(BadInput, match=message) as refused:
        examine(content)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 300


@given(st.integers(0, 2000), st.integers(0, 255))
def test_a_changed_byte_never_gives_another_error(tmp_path_factory, place, value):
    path = tmp_path_factory.getbasetemp() / "flipped"
    for whole in (safetensors(META), coreml(vgsl="[1,48,0,1]", codec='{"a": [1]}')):
        content = bytearray(whole)
        content[place % len(content)] = value
        path.write_bytes(content)
        try:
            told = gate.examine(path)
        except BadInput:
            continue
        assert told.kind in ("recognition", "segmentation")


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "random"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        gate.examine(path)


def test_the_gate_loads_neither_torch_nor_kraken():
    code = (
        "import sys; from armarius.engines import gate;"
        "print([n for n in ('torch', 'kraken', 'coremltools', 'django') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
