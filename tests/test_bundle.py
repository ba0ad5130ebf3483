"""A bundle is whole, checked and says what became of its pages."""

from __future__ import annotations

import hashlib
import json

import pytest
from PIL import Image

from armarius import bundle as bundles
from armarius.bundle import Bundle, BundlePage, Limits
from armarius.engines import SegmentOptions, TranscribeOptions
from armarius.errors import BadInput
from armarius.page import Line, Page


@pytest.fixture
def scan(tmp_path):
    """A page image."""
    path = tmp_path / "f1.png"
    Image.new("L", (60, 90), 255).save(path)
    return path


@pytest.fixture
def codex(scan, tmp_path):
    """A bundle of two pages with one image, to be segmented and read with one model."""
    model = tmp_path / "cursive.safetensors"
    model.write_bytes(b"armarius-echo\n")
    first = Page("f1.png", 60, 90, lines=(Line("l1", baseline=((1, 5), (50, 5))),))
    return Bundle(
        engine="echo",
        pages=(BundlePage("f1", first, scan), BundlePage("f2", Page("f2.png", 0, 0), scan)),
        segment=SegmentOptions(direction="horizontal-rl", own={"lines": 3}),
        transcribe=TranscribeOptions(model=model, batch_size=2),
        keep_lines=True,
        limits=Limits(500, 60),
    )


def described(folder):
    return json.loads((folder / "bundle.json").read_bytes())


def test_what_is_written_is_read_again(codex, tmp_path):
    read = bundles.read(bundles.write(tmp_path / "b", codex))

    assert [item.page for item in read.pages] == [item.page for item in codex.pages]
    assert (read.engine, read.kind, read.keep_lines) == ("echo", "segment+transcribe", True)
    assert read.limits == Limits(500, 60)
    assert read.segment == codex.segment
    assert read.transcribe is not None
    assert (read.transcribe.batch_size, read.transcribe.model_name) == (2, "cursive")
    assert read.transcribe.model is not None
    assert read.transcribe.model.read_bytes() == b"armarius-echo\n"


def test_files_stand_under_their_hash_and_once(codex, scan, tmp_path):
    folder = bundles.write(tmp_path / "b", codex)

    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    assert [path.name for path in (folder / "images").iterdir()] == [sha256]
    assert described(folder)["files"][f"images/{sha256}"] == sha256


def test_the_bundle_outlives_its_sources(codex, scan, tmp_path):
    folder = bundles.write(tmp_path / "b", codex)
    scan.unlink()
    assert bundles.read(folder).pages[0].image.stat().st_size > 0


@pytest.mark.parametrize("part", ["images", "model", "pages"])
def test_a_changed_file_is_refused(codex, tmp_path, part):
    folder = bundles.write(tmp_path / "b", codex)
    file = next((folder / part).iterdir())
    content = file.read_bytes()
    file.unlink()  # it may be linked to its source
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    with pytest.raises(BadInput, match=f"{part}/.* was changed or damaged"):
        bundles.read(folder)

    file.unlink()
    with pytest.raises(BadInput, match=f"{part}/.* is missing"):
        bundles.read(folder)


def test_a_thousand_flipped_bytes_of_a_model_are_refused(codex, tmp_path):
    folder = bundles.write(tmp_path / "b", codex)
    file = next((folder / "model").iterdir())
    whole = file.read_bytes() * 80
    sha256 = hashlib.sha256(whole).hexdigest()
    files = {f"model/{sha256}": sha256}
    target = folder / "model" / sha256

    for place in range(1000):
        target.write_bytes(whole[:place] + bytes([whole[place] ^ 0x20]) + whole[place + 1 :])
        with pytest.raises(BadInput):
            bundles._check_files(folder, files)


@pytest.mark.parametrize(
    "place",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "images/../bundle.json",
        "out/x",
        "images/a/b",
        "images",
    ],
)
def test_a_file_outside_the_bundle_is_refused(codex, tmp_path, place):
    folder = bundles.write(tmp_path / "b", codex)
    value = described(folder)
    value["files"][place] = "0" * 64
    (folder / "bundle.json").write_text(json.dumps(value))

    with pytest.raises(BadInput, match="cannot be a file of a bundle"):
        bundles.read(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "version 99"),
        ({"kind": "paint"}, "kind “paint”"),
        ({"pages": []}, "one page or more"),
        ({"parameters": {}}, "segment, outline or transcribe"),
        ({"parameters": {"segment": {"colour": 1}}}, "cannot be understood"),
        ({"limits": {"memory": 1}}, "cannot be understood"),
        ({"files": None}, "cannot be understood"),
        ({"pages": [{"key": "x", "page": "pages/9.json", "image": "y"}]}, "not in the list"),
    ],
)
def test_a_wrong_description_is_refused_in_one_sentence(codex, tmp_path, change, message):
    folder = bundles.write(tmp_path / "b", codex)
    (folder / "bundle.json").write_text(json.dumps(described(folder) | change))
    with pytest.raises(BadInput, match=message):
        bundles.read(folder)


def test_a_folder_without_a_description_is_no_bundle(tmp_path):
    with pytest.raises(BadInput, match="no bundle"):
        bundles.read(tmp_path)
    (tmp_path / "bundle.json").write_text("[1,")
    with pytest.raises(BadInput, match="cannot be understood"):
        bundles.read(tmp_path)


@pytest.mark.parametrize("key", ["", "../x", "a/b", ".hidden", "x" * 101, "result", "a.failed"])
def test_a_key_must_be_a_file_name(scan, tmp_path, key):
    page = BundlePage(key, Page("x", 0, 0), scan)
    with pytest.raises(BadInput, match="cannot be a page's key"):
        bundles.write(tmp_path / "b", Bundle("echo", [page], SegmentOptions()))


def test_two_pages_may_not_have_one_key(scan, tmp_path):
    page = BundlePage("x", Page("x", 0, 0), scan)
    with pytest.raises(BadInput, match="same key"):
        bundles.write(tmp_path / "b", Bundle("echo", [page, page], SegmentOptions()))


def test_a_missing_image_or_model_is_named(scan, tmp_path):
    page = BundlePage("x", Page("x", 0, 0), tmp_path / "gone.png")
    with pytest.raises(BadInput, match=r"gone\.png cannot be read"):
        bundles.write(tmp_path / "b", Bundle("echo", [page], SegmentOptions()))
    assert not (tmp_path / "b" / "bundle.json").exists()


def test_results_tell_every_page(codex, tmp_path):
    folder = bundles.write(tmp_path / "b", codex)
    bundles.write_whole(
        bundles.page_file(folder, "f1"), next((folder / "pages").iterdir()).read_bytes()
    )
    bundles.write_failure(folder, "f2", "Too dark.", refused=True)
    bundles.write_result(folder, 1, ["f1", "f2", "f3"])

    found = bundles.results(folder)

    assert found.code == 1
    assert [(x.state, x.message, x.refused) for x in found.pages.values()] == [
        ("done", "", False),
        ("failed", "Too dark.", True),
        ("waiting", "", False),
    ]
    assert found.pages["f1"].page().image == "f1.png"
    with pytest.raises(BadInput, match="Too dark"):
        found.pages["f2"].page()


def test_changed_results_are_refused(codex, tmp_path):
    folder = bundles.write(tmp_path / "b", codex)
    with pytest.raises(BadInput, match="has not ended"):
        bundles.results(folder)
    bundles.write_whole(bundles.page_file(folder, "f1"), b"{}")
    bundles.write_result(folder, 0, ["f1"])
    bundles.page_file(folder, "f1").write_bytes(b"[]")
    with pytest.raises(BadInput, match="page f1 was changed"):
        bundles.results(folder)


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    import os

    def fail(handle):
        raise OSError(28, "No space left on device")

    (tmp_path / "kept").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        bundles.write_whole(tmp_path / "kept", b"new")

    assert (tmp_path / "kept").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
