"""Which device is meant, and what runs networks on it; no GPU is needed to say so."""

from __future__ import annotations

import onnxruntime
import pytest

from armarius import checkup, cli, engines, sample
from armarius.engines import (
    SegmentOptions,
    TranscribeOptions,
    devices,
    kraken_fast,
    kraken_models,
    reference,
)
from armarius.engines.devices import CPU, CUDA
from armarius.engines.fast import net_graph, net_openvino
from armarius.engines.pixels import open_upright
from armarius.engines.reference import loading
from armarius.errors import BadInput, Unavailable


@pytest.fixture
def machine(monkeypatch):
    """A machine with these GPUs: whether ONNX Runtime can use one, and which one torch can."""

    def made(onnx=False, torch="", kraken=True):
        monkeypatch.setattr(
            devices, "missing", lambda device: "" if onnx or device == "cpu" else "none"
        )
        monkeypatch.setattr(loading, "gpu", lambda: torch)
        monkeypatch.setattr(reference, "missing", lambda: "" if kraken else "torch")

    return made


@pytest.mark.parametrize("wrong", ["gpu", "cpu:1", "mps:0", "cuda:", "cuda:x", "CUDA", ""])
def test_what_is_no_device_is_said(wrong):
    with pytest.raises(BadInput, match="There is no device"):
        devices.parsed(wrong)


def test_a_device_that_is_named_is_taken(machine):
    machine(onnx=True, torch="cuda:0")
    for name in ("cpu", "cuda", "cuda:3", "mps"):
        assert devices.settled(SegmentOptions(device=name)) == name


@pytest.mark.parametrize(
    ("onnx", "torch", "asked", "device"),
    [
        (False, "", {}, "cpu"),
        (False, "", {"precision": "bf16"}, "cpu"),
        (False, "", {"inference": "kraken"}, "cpu"),
        (True, "", {}, "cuda:0"),
        (True, "", {"inference": "fast"}, "cuda:0"),
        (True, "", {"precision": "bf16"}, "cpu"),
        (True, "", {"inference": "kraken"}, "cpu"),
        (False, "cuda:0", {}, "cuda:0"),
        (False, "mps", {}, "mps"),
        (False, "cuda:0", {"precision": "bf16"}, "cuda:0"),
        (False, "cuda:0", {"inference": "fast"}, "cpu"),
    ],
)
def test_auto_is_a_gpu_that_can_run_this_or_else_the_cpu(machine, onnx, torch, asked, device):
    machine(onnx=onnx, torch=torch)
    assert devices.settled(TranscribeOptions(device="auto", **asked)) == device


def test_auto_without_kraken_is_the_cpu_where_onnx_runtime_has_no_gpu(machine):
    machine(torch="cuda:0", kraken=False)  # it would not be asked
    assert devices.settled(TranscribeOptions(device="auto")) == "cpu"
    machine(onnx=True, kraken=False)
    assert devices.settled(TranscribeOptions(device="auto")) == "cuda:0"


def test_onnx_runtime_gets_the_number_of_the_gpu_and_the_cpu_for_the_rest():
    assert devices.providers("cpu", (CUDA, CPU)) == [CPU]
    (first, how), rest = devices.providers("cuda:2", (CUDA, CPU))
    assert (first, how["device_id"], rest) == (CUDA, 2, CPU)
    assert how["use_tf32"] == 0  # else products lose digits
    assert devices.providers("cuda", (CUDA, CPU))[0][1]["device_id"] == 0
    assert devices.providers("cuda", (CPU,)) == devices.providers("mps", (CUDA, CPU)) == []


def test_networks_run_where_they_are_told_to(monkeypatch):
    told = {}
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda *given, **more: told.update(more)
    )
    net_graph.session(b"", 1, device="cuda:1")
    assert [one if one == CPU else one[0] for one in told["providers"]] == [CUDA, CPU]
    net_graph.session(b"", 1)
    assert told["providers"] == [CPU]


@pytest.mark.filterwarnings("ignore:Specified provider")
def test_a_gpu_that_does_not_start_is_said(monkeypatch):
    """The package for GPUs is there, but no driver, or not this GPU."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, CPU])
    devices.missing.cache_clear()
    try:
        assert devices.missing("cuda:7").startswith("ONNX Runtime cannot use cuda:7")
    finally:
        devices.missing.cache_clear()


@pytest.mark.skipif(CUDA in onnxruntime.get_available_providers(), reason="needs no CUDA")
def test_where_it_has_no_gpu_the_reason_is_said():
    assert devices.missing("cpu") == ""
    assert devices.missing("cuda") == "the fast path runs on the CPU here, not on cuda"
    options = SegmentOptions(device="cuda", inference="fast")
    model = kraken_models.own_segmentation_model()
    with pytest.raises(BadInput, match="the fast path runs on the CPU here, not on cuda"):
        kraken_fast.layout(model, engines.get("kraken").describe(model), options)


def test_half_precision_is_refused_at_once_with_auto_too(machine, monkeypatch):
    monkeypatch.setattr(net_openvino, "missing", lambda: "it is not there.")
    machine()
    options = TranscribeOptions(device="auto", precision="bf16")
    with pytest.raises(Unavailable, match="bf16 cannot be used, since it is not there"):
        kraken_fast.require_precision(options)
    machine(torch="cuda:0")
    kraken_fast.require_precision(options)


def test_a_device_that_does_not_exist_is_refused_before_anything_starts(
    psalm, tmp_path, capsys
):
    given = ["transcribe", str(psalm.image), "--model", str(sample.MODEL), "--device", "gpu"]
    assert cli.main([*given, "--output", str(tmp_path / "out")]) == 2
    assert "There is no device “gpu”" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kraken", [True, False])
def test_auto_reads_on_the_fast_path_where_there_is_no_gpu(machine, psalm, kraken):
    machine(kraken=kraken)
    image = open_upright(psalm.image)
    engine = engines.get("kraken")

    found = engine.segment(image, psalm.page, SegmentOptions(device="auto"))
    read = engine.transcribe(image, found, TranscribeOptions(model=sample.MODEL, device="auto"))

    for step in read.steps[-2:]:
        assert step.parameters["inference"].startswith("onnxruntime")
        assert step.parameters["device"] == "cpu"
    assert any(line.text for line in read.all_lines())


def test_the_doctor_tells_whether_there_is_a_gpu_for_it(machine):
    def said():
        return next(x.seen for x in checkup._engine() if x.name == "fast path, GPU")

    machine()
    assert said() == "none"
    machine(onnx=True)
    assert said() == "ONNX Runtime can use the first GPU"


def test_the_package_for_gpus_is_as_good(monkeypatch):
    monkeypatch.setattr(checkup, "_INSTEAD", {"no-such-package": "numpy"})
    assert checkup._installed("no-such-package").startswith("numpy ")
    assert checkup._installed("no-other-package") == ""
