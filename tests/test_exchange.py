"""`armarius import` and `armarius export` against a running system: files in, files out."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import pytest

from armarius.formats import json_tree
from armarius.page import Glyph, Line, Page, Region, Word
from tests.live import live_system, reachable
from tests.scans import alto, packed, scan

pytestmark = pytest.mark.slow

BOX = ((2, 2), (58, 2), (58, 70), (2, 70))
PAGE = Page(
    "f1.jpg", 60, 80,
    regions=(
        Region("main", BOX, "MainZone", lines=(
            Line("l1", ((5, 10), (55, 10)), text="en nom", words=(
                Word("en", BOX, glyphs=(Glyph("e", BOX), Glyph("n", BOX))), Word("nom", BOX),
            )),
            Line("l2", ((5, 20), (55, 20)), text="dieu"),
        )),
        Region("margin", BOX, "MarginTextZone", lines=(
            Line("l3", ((5, 30), (55, 30)), text="nota"),
        )),
    ),
    lines=(Line("l4", ((5, 40), (55, 40)), text="free"),),
)  # fmt: skip


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange")
    reachable(folder)
    with live_system(folder / "home") as system:
        system.call("POST", "/api/projects", {"name": "Chansonniers"})
        yield system


@pytest.fixture
def armarius(live, tmp_path):
    """Run a command as somebody with a token in the environment."""

    def run(*arguments, token=True):
        environment = {**live.environment, "ARMARIUS_TOKEN": live.token if token else ""}
        return subprocess.run(
            [sys.executable, "-m", "armarius", *map(str, arguments)],
            env=environment, capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
        )  # fmt: skip

    return run


def test_what_was_imported_comes_out_again(armarius, tmp_path):
    for n in range(1, 4):
        (tmp_path / f"f{n}.jpg").write_bytes(scan(n))
    (tmp_path / "texts.zip").write_bytes(
        packed([(f"f{n}.xml", alto(f"f{n}.jpg", [f"ligne {n}"])) for n in range(1, 4)])
    )
    files = [*sorted(tmp_path.glob("*.jpg")), tmp_path / "texts.zip"]

    into = armarius(
        "import", "Ms 1", *files, "--project", "Chansonniers", "--layer", "a", "--json"
    )
    out = armarius(
        "export", "Ms 1", "--format", "alto", "--layer", "a", "--images", "--output", "out.zip"
    )

    assert into.returncode == 0, into.stderr
    answer = json.loads(into.stdout)
    assert answer["job"]["state"] == "done"
    assert [x["state"] for x in answer["items"]] == ["done"] * 3
    assert out.returncode == 0, out.stderr
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        assert archive.read("f2.jpg") == scan(2)
        assert b"ligne 2" in archive.read("f2.xml")
    assert list(tmp_path.glob("*.part")) == []


def test_an_export_holds_what_its_options_say(armarius, live, tmp_path):
    (tmp_path / "f1.json").write_bytes(json_tree.write(PAGE))
    (tmp_path / "f1.jpg").write_bytes(scan(21))
    (tmp_path / "f2.jpg").write_bytes(scan(22))
    into = armarius(
        "import", "Ms 5", "f1.jpg", "f2.jpg", "f1.json", "--project", "Chansonniers"
    )
    export = ("export", "Ms 5", "--output", "out.zip", "--force")

    def files(*options):
        answer = armarius(*export, *options)
        assert answer.returncode == 0, answer.stderr
        with zipfile.ZipFile(tmp_path / "out.zip") as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    text = files("--format", "text", "--breaks", "paragraphs", "--pages", "1", "--mets")
    some = files("--format", "text", "--types", "MarginTextZone", "", "--no-free-lines")
    bare = json.loads(files("--format", "json", "--no-characters")["f1.json"])
    whole = json.loads(files("--format", "json")["f1.json"])
    [found] = live.call("GET", "/api/search?q=nota")["items"]
    by_id = files("--format", "text", "--page-ids", found["page"])

    assert into.returncode == 0, into.stderr
    assert list(text) == ["f1.txt", "mets.xml", "README.txt"]
    assert text["f1.txt"] == "en nom dieu\n\nnota\n\nfree\n"
    assert (some["f1.txt"], some["f2.txt"]) == ("nota\n", "")
    assert list(by_id) == ["f1.txt", "README.txt"]
    assert '"glyphs"' in json.dumps(whole)
    assert '"glyphs"' not in json.dumps(bare)


def test_a_bad_file_is_named_and_ends_in_1(armarius, tmp_path):
    (tmp_path / "good.jpg").write_bytes(scan(11))
    (tmp_path / "bad.jpg").write_bytes(b"text only, no image")

    answer = armarius("import", "Ms 2", "good.jpg", "bad.jpg", "--project", "Chansonniers")

    assert answer.returncode == 1
    assert "failed: bad.jpg: this is not an image, text was found" in answer.stdout
    assert "is done with problems: 1 of 2 in order." in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["import", "Ms 1", "gone.jpg"], "There is no file gone.jpg."),
        (["import", "Ms none", "here.jpg"], "There is no document “Ms none”"),
        (["import", "999999", "here.jpg"], "There is no document 999999"),
        (["import", "Ms 1", "here.jpg", "--project", "none"], "There is no project “none”"),
        (["import", "Ms 3", "empty.jpg", "--project", "Chansonniers"], "the file is empty"),
        (["import", "Ms 3", "bomb.zip", "--project", "Chansonniers"], "would unpack to"),
        (["import", "Ms 1", "here.jpg", "--url", "http://127.0.0.1:9"], "cannot be reached"),
        (["import", "Ms 1", "here.jpg", "--token-file", "none"], "no token to be read in none"),
        (["export", "Ms 1", "--format", "alto", "--output", "here.jpg"], "here.jpg exists already"),
        (["export", "Ms 1", "--format", "alto", "--output", "no/x.zip"], "There is no folder"),
        (["export", "Ms 1", "--format", "alto", "--output", "x.zip", "--layer", "z"], "no layer “z”"),
        (["export", "Ms 1", "--format", "alto", "--output", "x.zip", "--pages", "x"], "Write them like"),
        (["export", "Ms 1", "--format", "docx", "--output", "x.zip"], "invalid choice"),
    ],
)  # fmt: skip
def test_wrong_commands_are_told_in_one_sentence_and_end_in_2(
    armarius, tmp_path, arguments, sentence
):
    (tmp_path / "here.jpg").write_bytes(scan(12))
    (tmp_path / "empty.jpg").write_bytes(b"")
    (tmp_path / "bomb.zip").write_bytes(packed([("zeros.tif", bytes(60_000_000))]))

    answer = armarius(*arguments)

    assert answer.returncode == 2, answer
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "x.zip").exists()


def test_on_the_server_itself_no_token_is_needed_and_none_is_left(armarius, live, tmp_path):
    (tmp_path / "f9.jpg").write_bytes(scan(99))
    before = live.call("GET", "/api/tokens")["count"]

    answer = armarius(
        "import", "Ms 4", "f9.jpg", "--project", "Chansonniers", "--url", live.url, token=False
    )

    assert answer.returncode == 0, answer.stderr
    assert live.call("GET", "/api/tokens")["count"] == before


def test_interrupting_an_import_ends_in_130_and_the_system_goes_on(live, tmp_path):
    big = tmp_path / "big.tif"
    with big.open("wb") as file:
        file.truncate(400_000_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "armarius", "import", "Ms 9", str(big), "--project", "Chansonniers"],
        env={**live.environment, "ARMARIUS_TOKEN": live.token}, cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    begun = None
    while not begun and process.poll() is None:
        begun = coming(live)

    process.send_signal(2)
    process.communicate(timeout=30)

    assert process.returncode == 130
    upload = coming(live)
    assert upload["completed_at"] is None
    live.call("DELETE", f"/api/uploads/{upload['id']}")
    assert upload["id"] not in {x.name for x in (live.home / "uploads").iterdir()}


def coming(live):
    """The upload of the big file, once some of it has arrived."""
    uploads = live.call("GET", "/api/uploads")["items"]
    return next((x for x in uploads if x["name"] == "big.tif" and x["offset"]), None)
