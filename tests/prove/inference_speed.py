"""Finding and reading lines against Kraken and Tesseract, on real pages of print and handwriting.

About 40 minutes on two idle cores. Pages and models are the data pack's; its absence is an error.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from armarius import checkup
from armarius.bench import _reading_plot
from armarius.bench._reading_flow import HALF, ONE, TWO
from armarius.bench.inference import DEFAULT_NETWORK, HALF_WAY
from tests.prove.record import data_pack, record

# kind of page: (pages, its model, pages at once with one and two processes)
RUNS = {
    "--printed": (
        (
            "print-fr-17c/bpt6k111525t/f28.xml",
            "print-fr-17c/bpt6k831536/f20.xml",
            "print-fr-17c/bpt6k6127905/f2.xml",
        ),
        "armarius-print-fr-17c",
        100,
    ),
    "--pages": (
        (
            "medieval-fr/bnf_fr_412-wauchier/264_967c1_default.chocomufin.xml",
            "medieval-fr/vaticane_reg_lat_1616-otinel/reg-lat-1616_116r.chocomufin.xml",
        ),
        "armarius-medieval-fr",
        0,
    ),
}
# The kraken command's seconds by ours, at least; bf16 only where the processor is made for it.
CPU_TIMES = {"ours": 3.8, HALF_WAY: 5.0}
# Pages a minute of two processes by those of two kraken commands, at least.
FLOW_TIMES = {"times two kraken commands": 2.5, "in bf16, times two kraken commands": 4.0}
if not checkup.bf16_is_quick(checkup.processor_flags()):
    CPU_TIMES[HALF_WAY] = 0.0
    del FLOW_TIMES["in bf16, times two kraken commands"]
FLOW_MB = 2500
SAME_TEXT = 0.995
NEAR_POLYGON = 0.99
CER_APART = (
    0.0002  # from the kraken command's; of half precision over many pages: half_precision.py
)


def main() -> int:
    """Measure both kinds of pages; 0 when every target is met."""
    pack = data_pack()
    runs = {kind.strip("-"): _bench(pack, kind, *given) for kind, given in RUNS.items()}
    missed = [f"{kind}: {what}" for kind, figures in runs.items() for what in _missed(figures)]
    targets = {
        "times the kraken command, CPU": CPU_TIMES,
        "same text": SAME_TEXT,
        "polygon within 1 px": NEAR_POLYGON,
        "CER apart": CER_APART,
        **FLOW_TIMES,
        "MB at once": FLOW_MB,
    }
    path = record("inference_speed", {"targets": targets, "missed": missed, **runs})
    path.with_suffix(".svg").write_text(_reading_plot.svg(list(_groups(runs))), "utf-8")
    print(path, "all targets met" if not missed else f"missed: {'; '.join(missed)}", sep="\n")
    return 1 if missed else 0


def _groups(runs: dict[str, Any]) -> Iterator[_reading_plot.Group]:
    for (kind, (pages, *_)), figures in zip(RUNS.items(), runs.values(), strict=True):
        what = "print" if kind == "--printed" else "manuscript"
        for model, ways in figures["models"].items():
            yield f"{what}, {len(pages)} pages: {model}", ways


def _bench(
    pack: Path, kind: str, pages: tuple[str, ...], model: str, at_once: int
) -> dict[str, Any]:
    command = [
        *(sys.executable, "-m", "armarius", "bench", "inference", "--json"),
        *("--model", str(pack / "models" / f"{model}.safetensors"), "--language", "fra"),
        *("--throughput", str(at_once)),
        *(kind, *(str(pack / "pages" / page) for page in pages)),
    ]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(answer.stdout)
    return figures


def _missed(figures: dict[str, Any]) -> list[str]:
    """What does not hold, in words; a peer that did not run is one of these."""
    missed = [f"{what} did not run: {why}" for what, why in _needed(figures["not run"])]
    for model, ways in figures["models"].items():
        for way in ("ours", HALF_WAY):
            if way in ways and "against Kraken" in ways[way]:
                missed += [f"{model}, {way}: {x}" for x in _way(ways, way, model)]
    for model, told in figures.get("throughput", {}).items():
        checks = {
            **{name: told.get(name, 0) >= least for name, least in FLOW_TIMES.items()},
            "memory": max(told[x]["peak MB"] for x in (ONE, TWO, HALF) if x in told) < FLOW_MB,
        }
        missed += [f"{model}: {name}" for name, held in checks.items() if not held]
    return missed


def _needed(not_run: dict[str, str]) -> list[tuple[str, str]]:
    """Tesseract and bf16 are not on every machine; the others are."""
    optional = ("tesseract", HALF_WAY)
    return [(what, why) for what, why in not_run.items() if not what.startswith(optional)]


def _way(ways: dict[str, Any], way: str, model: str) -> list[str]:
    told, peer = ways[way], ways["kraken command"]
    missed = []
    if told["times the peer, CPU"] < CPU_TIMES[way]:
        missed.append("CPU")
    if way == "ours" and told["against Kraken"]["same text"] < SAME_TEXT:
        missed.append("same text")
    if way == "ours" and told["against Kraken"]["polygon within 1 px"] < NEAR_POLYGON:
        missed.append("polygons")
    if way == "ours" and model != DEFAULT_NETWORK:
        apart = told["against the truth"]["CER"] - peer["against the truth"]["CER"]
        if abs(apart) > CER_APART:
            missed.append("CER")
    return missed


if __name__ == "__main__":
    sys.exit(main())
