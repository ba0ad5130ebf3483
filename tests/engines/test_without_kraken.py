"""Pages are segmented and read where nothing of Kraken and torch can be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from PIL import Image

from armarius import engines, sample
from armarius.engines import SegmentOptions, TranscribeOptions, kraken_models, reference
from armarius.errors import Unavailable
from armarius.page import Line, Page
from tests.engines.krakens import write_network

pytestmark = pytest.mark.slow

# Packages are found, as their files may be wanted, but running them fails and is written down.
REFUSING = """
import importlib.machinery, sys
class Refused:
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        with open(%(told)r, "a") as file:
            print(module.__name__, file=file)
        raise ImportError(f"{module.__name__} is refused here")
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in %(names)r:
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            if spec is not None:
                spec.loader = Refused()
            return spec
sys.meta_path.insert(0, Finder())
"""
NAMES = ("kraken", "torch", "torchvision", "lightning", "coremltools", "pyarrow", "sklearn")


@pytest.fixture
def refusing(tmp_path):
    """Run Python, and what it starts, without the packages: arguments to (exit code, output)."""
    told = tmp_path / "imported.txt"
    (tmp_path / "sitecustomize.py").write_text(REFUSING % {"told": str(told), "names": NAMES})

    def run(*given):
        paths = [str(tmp_path), os.environ.get("PYTHONPATH", "")]
        done = subprocess.run(
            [sys.executable, *map(str, given)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            capture_output=True,
            text=True,
            check=False,
        )
        imported = told.read_text() if told.exists() else ""
        return done.returncode, done.stdout, imported

    return run


def test_the_refusal_works(refusing):
    code, _, imported = refusing("-c", "import torch")
    assert code == 1
    assert imported == "torch\n"


def test_a_page_is_transcribed_from_image_to_text(refusing, psalm, tmp_path):
    code, out, imported = refusing(
        "-m", "armarius", "transcribe", psalm.image, "--model", sample.MODEL,
        "--format", "text", "--output", tmp_path / "out", "--json",
    )  # fmt: skip

    assert (code, imported) == (0, ""), out
    assert json.loads(out)["pages"]
    text = next((tmp_path / "out").glob("*.txt")).read_text("utf-8")
    assert "The Lord is my shepherd" in text
    assert len(text.splitlines()) == 4


def test_the_doctor_is_content(refusing):
    _, out, imported = refusing("-m", "armarius", "doctor", "--quick", "--json")
    found = {finding["name"]: finding for finding in json.loads(out)["findings"]}
    assert found["fast path"]["state"] == found["layout model"]["state"] == "ok"
    assert set(imported.split()) <= {
        "torch"
    }  # whether Kraken itself starts is asked in a child


@pytest.fixture
def alone(monkeypatch):
    """As where Kraken itself is not installed."""
    monkeypatch.setattr(reference, "missing", lambda: "kraken, torch")


LINE = Line("l", baseline=((5, 40), (95, 40)), mask=((5, 10), (95, 10), (95, 50), (5, 50)))


def _page() -> tuple[Image.Image, Page]:
    return Image.new("RGB", (100, 60), "white"), Page("x", 0, 0, lines=(LINE,))


def test_what_the_fast_path_cannot_run_says_what_to_install(alone, tmp_path):
    model = tmp_path / "odd.safetensors"
    spec = "[1,32,0,1 Cr3,3,8 Mp2,2 (Lfys8 Lbys8) Lbx16 O1c3]"
    told = {"model_type": ["recognition"], "seg_type": "baselines"}
    write_network(spec, model, {"a": [1], "b": [2]}, **told)

    with pytest.raises(Unavailable) as said:
        engines.get("kraken").transcribe(*_page(), TranscribeOptions(model=model))

    assert "the fast path cannot run odd.safetensors: it has a layer “(L" in str(said.value)
    assert "is not installed here (kraken, torch)" in str(said.value)
    assert "pip install 'armarius[train]'" in str(said.value)


def test_kraken_itself_is_not_pretended(alone):
    options = TranscribeOptions(model=sample.MODEL, inference="kraken")
    with pytest.raises(Unavailable, match="it was asked for; it is not installed here"):
        engines.get("kraken").transcribe(*_page(), options)
    with pytest.raises(Unavailable, match="runs on the CPU here, not on cuda; it is not"):
        engines.get("kraken").segment(*_page(), SegmentOptions(device="cuda"))


def test_training_says_what_it_needs(monkeypatch):
    from armarius.engines.reference import loading

    monkeypatch.setattr(loading, "missing", lambda: "torch")
    with pytest.raises(Unavailable, match=r"not installed \(torch\)\. Install it with"):
        loading.prepare.__wrapped__()


def test_a_missing_layout_model_says_where_it_comes_from(monkeypatch):
    monkeypatch.setattr(kraken_models, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match="pip install --no-deps kraken"):
        engines.get("kraken").segment(*_page(), SegmentOptions())
