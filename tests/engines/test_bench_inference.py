"""`armarius bench inference`: what it tells, and how it compares two readings of a page."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from lxml import etree

from armarius import cli, formats
from armarius.bench import (
    _reading_flow,
    _reading_plot,
    _reading_scores,
    _reading_table,
    _reading_ways,
    inference,
)
from armarius.bench._reading_ways import Command, Models, Warm
from armarius.bench._system import Memory
from armarius.errors import Unavailable
from armarius.page import Line, Page


def line(name, y, text="", *, left=0, right=500, x=0):
    mask = ((left, y - 20), (right, y - 20), (right + x, y + 5), (left, y + 5))
    return Line(name, baseline=((left, y), (right, y)), mask=mask, text=text)


def page(*lines):
    return Page("p.png", 600, 2000, lines=tuple(lines))


def likeness(reference, read):
    told = _reading_scores.Likeness()
    _reading_scores.compare(told, reference, read)
    return told.shares()


def test_a_process_that_ends_while_it_is_watched_takes_nothing():
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    memory = Memory(psutil.Process(process.pid))
    process.wait()
    assert memory.forget() == 0


def test_the_same_page_is_the_same():
    told = likeness(page(line("a", 100, "one")), page(line("b", 100, " one ")))
    assert told["same text"] == told["same baseline"] == told["same polygon"] == 1
    assert (told["CER"], told["lines missed"], told["lines more"]) == (0, 0, 0)


def test_a_closing_point_makes_no_other_polygon():
    one = line("a", 100, "one")
    closed = replace(one, mask=(*one.mask, one.mask[0]))
    assert likeness(page(one), page(closed))["same polygon"] == 1


def test_every_difference_is_counted():
    reference = page(line("a", 100, "abcd"), line("b", 160, "efgh"), line("c", 220, "ijkl"))
    read = page(line("a", 100, "abcx"), line("b", 160, "efgh", x=1), line("d", 900, "more"))
    told = likeness(reference, read)
    assert (told["lines"], told["lines missed"], told["lines more"]) == (3, 1, 1)
    assert told["same text"] == pytest.approx(1 / 3)
    assert told["same baseline"] == pytest.approx(2 / 3)
    assert told["same polygon"] == pytest.approx(1 / 3)
    assert told["polygon within 1 px"] == pytest.approx(2 / 3)
    assert told["CER"] == pytest.approx(5 / 12)  # one letter, and a line that was not found


def test_lines_are_paired_by_their_place_not_by_their_order():
    left = [line("a", 100), line("b", 130), line("c", 160)]
    right = [line("z", 161, left=200), line("x", 98, right=300), line("y", 131)]
    assert _reading_scores.pairs(left, right, 30) == {0: 1, 1: 2, 2: 0}


def test_a_line_without_baseline_stands_at_the_foot_of_its_box():
    box = Line("t", mask=((0, 60), (500, 60), (500, 105), (0, 105)), text="one")
    assert _reading_scores.pairs([line("a", 100), line("b", 160)], [box], 30) == {0: 0}


def test_a_command_is_measured_with_its_children(tmp_path):
    burn = "import sys, time\nwhile time.process_time() < 0.4: pass\nopen(sys.argv[1], 'w').write('x')"
    parent = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}, sys.argv[1]])"
    )
    way = Command([sys.executable, "-c", parent, "OUTPUT"])
    taken = way.read(tmp_path / "none.png", tmp_path / "out.xml")
    assert taken.cpu_s >= 0.4
    assert taken.wall_s > 0
    assert taken.peak_mb > 1


def test_a_command_that_fails_says_why(tmp_path):
    way = Command([sys.executable, "-c", "raise SystemExit('no such page')"])
    with pytest.raises(Unavailable, match="no such page"):
        way.read(tmp_path / "none.png", tmp_path / "out.xml")
    silent = Command([sys.executable, "-c", ""])
    with pytest.raises(Unavailable, match="wrote nothing"):
        silent.read(tmp_path / "none.png", tmp_path / "out.xml")


def test_a_page_that_fails_leaves_the_warm_reader_alive(tmp_path, psalm):
    from armarius import sample

    way = Warm("ours", Models("sample", sample.MODEL))
    try:
        with pytest.raises(Unavailable, match="no such image"):
            way.read(tmp_path / "none.png", tmp_path / "out.xml")
        taken = way.read(psalm.image, tmp_path / "out.xml")
    finally:
        way.close()
    assert set(taken.stages) == {
        "decode", "layout network", "lines, masks, order", "cut out lines",
        "recognition network", "characters and their places", "write",
    }  # fmt: skip
    assert sum(taken.stages.values()) == pytest.approx(taken.cpu_s, rel=0.3, abs=0.3)


def test_kraken_gets_its_defaults_and_its_best():
    models = Models("m", Path("m.safetensors"), Path("layout.safetensors"))
    words = _reading_ways.kraken_command(models, [("a.png", "a.xml"), ("b.png", "b.xml")])
    assert words[words.index("-a") :] == [
        "-a", "-i", "a.png", "a.xml", "-i", "b.png", "b.xml",
        "segment", "-bl", "-i", "layout.safetensors", "ocr", "-m", "m.safetensors",
    ]  # fmt: skip


def test_the_kraken_command_starts_here():
    command = _reading_ways.kraken_command(Models("m", Path("none")), [])
    said = subprocess.run(
        [*command[: command.index("-a")], "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.startswith("kraken, version")


def test_likeness_is_to_the_first_of_krakens_ways():
    one, two = page(line("a", 100, "one")), page(line("a", 100, "two"))
    sheet = inference.Sheet("p", Path("p.png"), None, printed=False)
    read = {"ours": one, "kraken in Python, warm": two}
    seen = {name: inference.Seen() for name in read}
    for name in read:
        inference._compare(seen[name], sheet, name, read, Models("m", Path("m")))
    assert seen["ours"].peer.shares()["same text"] == 0
    assert seen["kraken in Python, warm"].peer.lines == 0


def test_the_bench_tells_all_that_it_promises(tmp_path, psalm, capsys):
    truth = tmp_path / "psalm.xml"
    (tmp_path / psalm.image.name).write_bytes(psalm.image.read_bytes())
    truth.write_bytes(formats.write(psalm.page, "alto"))
    code = cli.main(
        [
            *[
                "bench",
                "inference",
                "--json",
                "--ways",
                "ours",
                "--given-only",
                "--throughput",
                "0",
                "--plot",
                str(tmp_path / "plot.svg"),
                "--printed",
            ],
            str(truth),
        ]
    )
    figures = json.loads(capsys.readouterr().out)
    assert code == 0
    told = figures["models"]["armarius-sample"]["ours"]
    assert told["pages"] == 1
    assert "layout network" in (tmp_path / "plot.svg").read_text("utf-8")
    assert told["lines"] == told["against the truth"]["lines"] == 4
    assert told["against the truth"]["CER"] < 0.4  # small letters, for quickness
    assert told["CPU s per page"] > 0
    assert told["peak MB"] > 50
    assert told["CPU s per page by stage"]["layout network"] > 0
    assert figures["pages"] == ["psalm"]
    assert not {"against Kraken", "times the peer, CPU"} & told.keys()  # nobody asked Kraken
    assert all(width <= 100 for width in map(len, _reading_table.table(figures).split("\n")))


def test_the_table_is_readable_at_100_columns():
    way = {
        "pages": 2, "lines": 80, "CPU s per page": 123.456, "wall s per page": 234.567,
        "times the peer, CPU": 12.34, "lines per CPU s": 123.4, "peak MB": 2345.6,
        "against the truth": {"CER": 0.12345, "lines missed": 0},
        "against Kraken": {"same text": 1.0, "same baseline": 0.995, "same polygon": 0.5},
        "CPU s per page by stage": {"layout network": 3.5, "write": 0.01},
    }  # fmt: skip
    speed = {"pages per minute": 12.3, "CPU s per page": 4.5, "peak MB": 1234.5}
    figures = {
        "pages": [f"a-page-with-a-long-name-{n}" for n in range(9)], "rounds": 1, "cores": 2,
        "load before": 0.1, "load after": 1.2, "peer": "kraken command, 7.1.1",
        "models": {"a-model-with-a-very-long-name-that-goes-on": {
            "ours": way, "kraken command, no line workers": way}},
        "throughput": {"m": {"pages": 8, _reading_flow.ONE: speed, "scaling from 1 to 2": 1.9}},
        "not run": {"tesseract": "the tesseract program is not installed"},
    }  # fmt: skip
    rows = _reading_table.table(figures).split("\n")
    assert max(map(len, rows)) <= 100
    text = "\n".join(rows)
    for part in ("123.46", "12.3", "12.35%", "99.5%", "50.0%", "layout network", "1.90"):
        assert part in text
    assert "not run: tesseract: the tesseract program is not installed" in text


def test_the_plot_is_xml_with_every_way_to_scale():
    ours = {
        "CPU s per page": 4.0, "times the peer, CPU": 5.0,
        "CPU s per page by stage": {"layout network": 3.0, "write": 0.5},
    }  # fmt: skip
    ways = {"ours": ours, "kraken <command>": {"CPU s per page": 20.0}}
    root = etree.fromstring(_reading_plot.svg([("a model", ways)]).encode())
    texts = [node.text for node in root.iter("{*}text")]
    assert {"a model", "ours", "kraken <command>", "4.0 s, 5.0 times", "20.0 s"} <= {*texts}
    bars = [node for node in root.iter("{*}rect") if "." in node.get("x", "")]
    layout, rest, peer = [float(node.get("width", "0")) for node in bars]
    assert layout == pytest.approx(3 * rest, abs=0.3)
    assert peer == pytest.approx(5 * (layout + rest), abs=0.5)


def test_what_cannot_be_used_is_said(tmp_path, capsys):
    assert cli.main(["bench", "inference", "--pages", str(tmp_path / "no.png")]) == 2
    assert "no.png" in capsys.readouterr().err
    assert cli.main(["bench", "inference", "--rounds", "0"]) == 2
    assert "--rounds" in capsys.readouterr().err
    assert cli.main(["bench", "inference", "--throughput", "-1"]) == 2
    assert "--throughput" in capsys.readouterr().err
