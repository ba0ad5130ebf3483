"""`armarius transcribe`: pages on disk in, text out, without a database."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image

from armarius import cli, formats
from armarius.page import Line, Page, Region

BLOCK_DJANGO = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "ninja", "procrastinate", "psycopg"):
            raise ImportError(f"{name} is not installed")
sys.meta_path.insert(0, Block())
from armarius.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def scans(tmp_path):
    """A folder with an image, an ALTO and a PAGE file beside theirs, and things to pass over."""
    folder = tmp_path / "scans"
    (folder / "quire").mkdir(parents=True)
    for name in ("f1.png", "f2.png", "quire/f3.png"):
        Image.new("L", (600, 900), 255).save(folder / name)
    line = Line(
        "l1",
        baseline=((50, 100), (500, 100)),
        mask=((50, 70), (500, 70), (500, 110), (50, 110)),
    )
    region = Region("r1", ((40, 60), (510, 60), (510, 120), (40, 120)), lines=(line,))
    for name, kind in (("f2.png", "alto"), ("quire/f3.png", "page")):
        page = Page(Path(name).name, 600, 900, regions=(region,))
        (folder / name).with_suffix(".xml").write_bytes(formats.write(page, kind))
    (folder / "mets.xml").write_text("<mets xmlns='http://www.loc.gov/METS/'/>")
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "notes.txt").write_text("nothing")
    return folder


@pytest.fixture
def transcribe(tmp_path, capfd):
    """Run the command in this process; returns exit code, stdout, stderr and the output folder."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def run(*arguments, engine="echo", output=tmp_path / "texts"):
        given = [
            "transcribe",
            *map(str, arguments),
            "--engine",
            engine,
            "--output",
            str(output),
        ]
        code = cli.main(given)
        out, err = capfd.readouterr()
        return code, out, err, output

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)


def written(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def read(path):
    return formats.read(path.read_bytes(), path.name).page


@pytest.mark.parametrize("kind", ["alto", "page", "json"])
def test_a_quick_look_is_asked_for_and_stands_in_every_result(transcribe, scans, kind):
    suffix = "json" if kind == "json" else "xml"

    def heights(*more, output):
        folder = transcribe(
            scans / "f1.png", "--format", kind, *more, output=scans.parent / output
        )[3]
        steps = read(folder / f"f1.{suffix}").steps
        return [one.parameters.get("height") for one in steps if one.kind == "segmentation"]

    assert heights(output="usual") == ["0"]
    assert heights("--quick", output="quick") == ["1200"]


def test_a_folder_becomes_a_folder_of_alto(transcribe, scans):
    code, out, err, output = transcribe(scans)

    assert (code, err) == (0, "")
    assert out.startswith("3 done, 0 skipped, 0 failed in ")
    assert written(output) == ["f1.xml", "f2.xml", "quire/f3.xml"]
    assert all(line.text for path in output.rglob("*.xml") for line in read(path).all_lines())


def test_lines_of_files_are_kept_and_images_segmented(transcribe, scans):
    _, _, _, output = transcribe(scans)

    assert [line.id for line in read(output / "f2.xml").all_lines()] == ["l1"]
    assert [line.id for line in read(output / "quire" / "f3.xml").all_lines()] == ["l1"]
    assert len(list(read(output / "f1.xml").all_lines())) > 5


def test_resegmenting_finds_lines_anew(transcribe, scans):
    _, _, _, output = transcribe(scans / "f2.xml", "--resegment")
    assert "l1" not in [line.id for line in read(output / "f2.xml").all_lines()]


@pytest.mark.parametrize("kind", ["alto", "page", "json"])
def test_a_direction_is_for_pages_that_do_not_say_theirs(transcribe, scans, kind):
    suffix = "json" if kind == "json" else "xml"
    hebrew = Page("f2.png", 600, 900, direction="horizontal-rl")
    (scans / "f2.xml").unlink()
    (scans / f"f2.{suffix}").write_bytes(formats.write(hebrew, kind))

    output = transcribe(
        *(scans / "f1.png", scans / f"f2.{suffix}", "--resegment"),
        *("--format", kind, "--direction", "vertical-rl"),
    )[3]

    found = [read(output / f"{name}.{suffix}") for name in ("f1", "f2")]
    assert [page.direction for page in found] == ["vertical-rl", "horizontal-rl"]
    used = [page.steps[0].parameters["direction"] for page in found]
    assert used == ["vertical-rl", "horizontal-rl"]


@pytest.mark.parametrize(
    ("kind", "suffix"), [("alto", "xml"), ("page", "xml"), ("text", "txt"), ("json", "json")]
)
def test_every_format_can_be_read_again(transcribe, scans, kind, suffix):
    _, _, _, output = transcribe(scans / "f2.xml", "--format", kind)
    assert [line.text for line in read(output / f"f2.{suffix}").all_lines()]


def test_finished_pages_are_skipped_unless_forced(transcribe, scans):
    transcribe(scans)
    code, out, _, output = transcribe(scans)
    assert code == 0
    assert out.startswith("0 done, 3 skipped, 0 failed")

    (output / "f1.xml").unlink()
    assert transcribe(scans)[1].startswith("1 done, 2 skipped, 0 failed")
    assert transcribe(scans, "--force")[1].startswith("3 done, 0 skipped, 0 failed")


def test_several_processes_do_what_one_does(transcribe, scans, tmp_path):
    for number in range(3):
        shutil.copy(scans / "f1.png", scans / f"g{number}.png")
    transcribe(scans, output=tmp_path / "one")
    code, _, _, _ = transcribe(scans, "--processes", 2, output=tmp_path / "two")

    assert code == 0
    assert written(tmp_path / "one") == written(tmp_path / "two")
    for name in written(tmp_path / "one"):
        one, two = read(tmp_path / "one" / name), read(tmp_path / "two" / name)
        assert list(one.all_lines()) == list(two.all_lines())


def test_a_broken_page_is_listed_and_the_others_are_done(transcribe, scans):
    whole = (scans / "f1.png").read_bytes()
    (scans / "half.png").write_bytes(whole[: len(whole) // 2])
    (scans / "cat.jpg").write_text("meow")

    code, out, err, output = transcribe(scans)

    assert code == 1
    assert out.startswith("3 done, 0 skipped, 2 failed")
    assert [line.split(": ")[1] for line in err.splitlines()] == [
        str(scans / "cat.jpg"),
        str(scans / "half.png"),
    ]
    assert not (output / "half.xml").exists()


def test_json_tells_every_page(transcribe, scans):
    (scans / "cat.jpg").write_text("meow")

    code, out, _, output = transcribe(scans, "--json")

    told = json.loads(out)
    assert (code, told["done"], told["failed"]) == (1, 3, 1)
    failed, first = told["pages"][:2]
    assert failed["state"] == "failed"
    assert "text was found" in failed["message"]
    assert first["output"] == str(output / "f1.xml")
    assert first["lines"] > 5


# --- bad input: one sentence, exit code 2, nothing written ---------------------------------------


def refused(answer, *words):
    code, _, err, output = answer
    assert code == 2
    assert err.startswith("armarius: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err
    assert not output.exists() or not written(output)


def test_what_is_not_there_is_said(transcribe, tmp_path):
    refused(transcribe(tmp_path / "gone.png"), "There is no file or folder", "gone.png")


def test_an_empty_folder_is_said(transcribe, tmp_path):
    (tmp_path / "empty").mkdir()
    refused(transcribe(tmp_path / "empty"), "There is no page image")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", "the file is empty"),
        ("cat.jpg", b"meow", "this is not an image"),
        ("book.pdf", b"%PDF-1.7", "PDF is not read here"),
        ("drawing.svg", b"<svg/>", "neither an ALTO nor a PAGE"),
        ("other.xml", b"<TEI/>", "neither an ALTO nor a PAGE"),
        ("other.json", b'{"a": 1}', "neither an ALTO nor a PAGE"),
        ("broken.xml", b"<alto", "broken.xml"),
        (
            "page.xml",
            b"<PcGts xmlns='x'><Page imageFilename='../../etc/passwd'/></PcGts>",
            "page.xml",
        ),
        ("bomb.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><alto>&b;</alto>", "bomb.xml"),
    ],
)
def test_what_is_no_page_is_refused(transcribe, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    refused(transcribe(tmp_path / name), words)


def test_a_file_with_several_pages_is_refused(transcribe, tmp_path):
    leaves = [Image.new("L", (90, 90), shade) for shade in (0, 99)]
    leaves[0].save(tmp_path / "book.tif", save_all=True, append_images=leaves[1:])
    refused(transcribe(tmp_path / "book.tif"), "2 pages", "Split it")


def test_two_pages_with_one_result_are_refused(transcribe, scans):
    shutil.copy(scans / "f1.png", scans / "quire" / "f1.png")
    refused(transcribe(scans / "f1.png", scans / "quire" / "f1.png"), "same result", "f1")


def test_a_result_never_replaces_its_source(transcribe, scans):
    before = (scans / "f2.xml").read_bytes()
    code, _, err, _ = transcribe(scans / "f2.xml", "--force", output=scans)
    assert code == 2
    assert "would replace it" in err
    assert (scans / "f2.xml").read_bytes() == before


def test_an_image_that_is_missing_is_named(transcribe, scans):
    (scans / "f2.png").unlink()
    refused(transcribe(scans / "f2.xml"), "f2.xml: its image “f2.png” is not there")


def test_options_out_of_range_are_named(transcribe, scans):
    refused(transcribe(scans, "--processes", 0), "--processes must be 1 to 256")
    refused(transcribe(scans, "--batch-size", 99999), "--batch-size must be 1 to 1024")


def test_models_are_checked_before_anything_starts(transcribe, scans, tmp_path):
    (tmp_path / "model.ckpt").write_bytes(b"\x80\x04\x95rest")
    refused(transcribe(scans, engine="kraken"), "Which model?")
    refused(transcribe(scans, "--model", tmp_path / "gone", engine="kraken"), "no model file")
    refused(
        transcribe(scans, "--model", tmp_path / "model.ckpt", engine="kraken"),
        "not accepted",
        "ketos convert",
    )


def test_the_output_must_be_a_folder(transcribe, scans, tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, err, _ = transcribe(scans, output=tmp_path / "file")
    assert code == 2
    assert "is not a folder" in err


# --- as a program --------------------------------------------------------------------------------


def test_it_works_where_django_is_not_installed(scans, tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            BLOCK_DJANGO,
            "transcribe",
            str(scans),
            "--engine",
            "echo",
            "--output",
            str(tmp_path / "o"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(written(tmp_path / "o")) == 3


def test_ctrl_c_ends_it_cleanly_and_the_same_command_goes_on(scans, tmp_path):
    for number in range(20):
        shutil.copy(scans / "f1.png", scans / f"g{number:02}.png")
    output = tmp_path / "o"
    command = [
        sys.executable,
        "-m",
        "armarius",
        "transcribe",
        str(scans),
        "--engine",
        "echo",
        "--output",
        str(output),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    end = time.monotonic() + 30
    while not (output.exists() and written(output)) and time.monotonic() < end:
        time.sleep(0.01)
    children = psutil.Process(process.pid).children(recursive=True)

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert err == "\narmarius: stopped. The same command goes on with the pages left.\n"
    assert not [child for child in children if child.is_running()]
    for name in written(output):
        assert read(output / name)  # whole, and no half file beside
    again = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    told = json.loads(again.stdout)
    assert again.returncode == 0
    assert told["skipped"] >= 1
    assert told["done"] + told["skipped"] == 23
