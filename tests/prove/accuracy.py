"""The command line reads as well as Kraken itself did when the references were made.

Every page and model of the data pack's `recognition.json` goes through `armarius transcribe` with
its given lines, and the CER must be the reference's within 0.1 percentage points. Then images
alone are segmented, by us and by Kraken itself in the same run, and the numbers of lines must be
equal within 2 %.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

from armarius import formats, score
from armarius.page import Page
from tests.prove.record import data_pack, record

CER_TOLERANCE = 0.001
LINE_TOLERANCE = 0.02
PILOT = "pilot-typescript-108-lines"  # its model was not kept
# Besides the pages whose numbers the pack holds: one of each other kind.
MORE_IMAGES = (
    "pages/print-fr-17c/bpt6k111525t/f28.jpg",
    "pages/print-fr-17c/bpt6k831536/f20.jpg",
    "pages/medieval-fr/vaticane_reg_lat_1616-otinel/reg-lat-1616_116r.png",
    "pages/handwriting-fr-1914/TestamentsDePoilus_will_AN_0113-0.jpg",
    "pages/ocrd-workspace-page-xml/clauren_mimil_1815/GT-PAGE/clauren_mimil_1815_0031.jpg",
)
KRAKEN_ITSELF = """
import json, sys
from PIL import Image
from armarius.engines.reference.loading import prepare
prepare()
from kraken.configs import SegmentationInferenceConfig
from kraken.tasks import SegmentationTaskModel
model = SegmentationTaskModel.load_model()
for path, direction in json.loads(sys.argv[1]):
    config = SegmentationInferenceConfig(text_direction=direction, accelerator="cpu", device=1)
    found = model.predict(Image.open(path), config)
    regions = sum(len(kind) for kind in found.regions.values())
    print(json.dumps([len(found.lines), regions]), flush=True)
"""


def main() -> int:
    """Measure, write the figures, and say what does not hold."""
    pack = data_pack()
    recognition, wrong = _recognition(pack)
    segmentation, differing = _segmentation(pack)
    path = record("accuracy", {"recognition": recognition, "segmentation": segmentation})
    print(path)
    for sentence in (*wrong, *differing):
        print(sentence, file=sys.stderr)
    return 1 if wrong or differing else 0


# --- recognition on given lines ------------------------------------------------------------------


def _recognition(pack: Path) -> tuple[dict[str, Any], list[str]]:
    references = json.loads((pack / "reference" / "recognition.json").read_bytes())
    groups: dict[str, list[str]] = defaultdict(list)
    for page, models in references.items():
        for label in models:
            if label != PILOT:
                groups[label].append(page)
    rows, wrong = [], []
    started = time.monotonic()
    for label, pages in groups.items():
        with tempfile.TemporaryDirectory(prefix="armarius-accuracy-") as name:
            made = _transcribe(pack, label, pages, Path(name))
            for page in pages:
                row = _row(pack, page, label, made[page], references[page][label])
                rows.append(row)
                print(
                    f"{row['cer']:8.4f} {row['reference_cer']:8.4f} {page} {label}", flush=True
                )
                if abs(row["cer"] - row["reference_cer"]) > CER_TOLERANCE:
                    wrong.append(
                        f"{page} with {label}: CER {row['cer']}, not {row['reference_cer']}."
                    )
    return {
        "pages": len(rows),
        "lines": sum(row["lines"] for row in rows),
        "worst_difference": max(abs(row["cer"] - row["reference_cer"]) for row in rows),
        "lines_read_differently": sum(row["lines_read_differently"] for row in rows),
        "seconds": round(time.monotonic() - started, 1),
        "tolerance": CER_TOLERANCE,
        "rows": rows,
    }, wrong


def _transcribe(pack: Path, label: str, pages: list[str], output: Path) -> dict[str, Page]:
    """Read all pages of one model with the command line; returns the new trees."""
    model = pack / "models" / f"{label.removesuffix('-bbox')}.safetensors"
    mode = ["--mode", "bbox"] if label.endswith("-bbox") else []
    files = [str(pack / page) for page in pages]
    _armarius(
        [
            "transcribe",
            *files,
            "--model",
            str(model),
            *mode,
            "--format",
            "json",
            "--output",
            str(output),
        ]
    )
    return {page: _tree(output / f"{Path(page).stem}.json") for page in pages}


def _row(
    pack: Path, page: str, label: str, made: Page, reference: dict[str, Any]
) -> dict[str, Any]:
    """The CER of one page, against the text of its own file as our reader reads it."""
    truth = {line.id: line.text or "" for line in _tree(pack / page).all_lines()}
    read = {line.id: line.text or "" for line in made.all_lines()}
    kept = json.loads(
        (
            pack
            / "reference"
            / label
            / (page.replace("/", "__").removesuffix(".xml") + ".json")
        ).read_bytes()
    )
    figures = score.score((truth[key], read[key]) for key in truth if truth[key].strip())
    return {
        "page": page,
        "model": label,
        "lines": len(truth),
        "reference_lines": reference["lines"],
        "cer": round(figures.errors / figures.characters, 5),
        "reference_cer": round(reference["char_errors"] / reference["chars"], 5),
        "lines_read_differently": sum(
            _plain(read.get(line["id"], "")) != _plain(line["pred"]) for line in kept
        ),
    }


def _plain(text: str) -> str:
    """The form in which the references were written down."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


# --- segmentation of images alone ----------------------------------------------------------------


def _segmentation(pack: Path) -> tuple[dict[str, Any], list[str]]:
    references = json.loads((pack / "reference" / "segmentation.json").read_bytes())
    wanted: list[tuple[str, str, int | None]] = []
    for key, reference in references.items():
        image, _, direction = key.partition("@")
        wanted.append((image, direction or "horizontal-lr", reference["lines"]))
    more = MORE_IMAGES[: int(os.environ.get("ARMARIUS_PROVE_IMAGES", len(MORE_IMAGES)))]
    wanted += [(image, "horizontal-lr", None) for image in more]
    itself = _kraken_itself(pack, wanted)
    rows: list[dict[str, Any]] = []
    differing = []
    for (image, direction, reference), (lines, regions) in zip(wanted, itself, strict=True):
        page, seconds = _segment(pack / image, direction)
        found = sum(1 for _ in page.all_lines())
        row = {
            "image": image,
            "direction": direction,
            "lines": found,
            "kraken_itself": lines,
            "reference": reference,
            "regions": sum(1 for _ in page.all_regions()),
            "kraken_itself_regions": regions,
            "seconds": seconds,
        }
        rows.append(row)
        print(f"{found:5} {lines:5} {reference} {image} {direction}", flush=True)
        if abs(found - lines) > LINE_TOLERANCE * lines:
            differing.append(
                f"{image} ({direction}): {found} lines, Kraken itself finds {lines}."
            )
    return {
        "images": len(rows),
        "worst_share": max(
            abs(r["lines"] - r["kraken_itself"]) / r["kraken_itself"] for r in rows
        ),
        "tolerance": LINE_TOLERANCE,
        "rows": rows,
    }, differing


def _kraken_itself(
    pack: Path, wanted: list[tuple[str, str, int | None]]
) -> list[tuple[int, int]]:
    asked = json.dumps([(str(pack / image), direction) for image, direction, _ in wanted])
    answer = subprocess.run(
        [sys.executable, "-c", KRAKEN_ITSELF, asked], capture_output=True, text=True, check=True
    )
    return [
        tuple(json.loads(line)) for line in answer.stdout.splitlines() if line.startswith("[")
    ]


def _segment(image: Path, direction: str) -> tuple[Page, float]:
    """Segment an image as a bundle and read it with the smallest model; returns tree and seconds."""
    started = time.monotonic()
    model = data_pack() / "models" / "kraken_overfit_bl_newpoly.safetensors"
    with tempfile.TemporaryDirectory(prefix="armarius-accuracy-") as name:
        _armarius(
            [
                *("transcribe", str(image), "--model", str(model), "--direction", direction),
                *("--format", "json", "--output", name, "--no-characters"),
            ]
        )
        return _tree(Path(name) / f"{image.stem}.json"), round(time.monotonic() - started, 1)


def _armarius(arguments: list[str]) -> None:
    """Run the command; a failure is shown and ends the run."""
    done = subprocess.run([sys.executable, "-m", "armarius", *arguments], check=False)
    if done.returncode:
        raise SystemExit(f"armarius {arguments[0]} ended with code {done.returncode}.")


def _tree(path: Path) -> Page:
    return formats.read(path.read_bytes(), path.name).page


if __name__ == "__main__":
    sys.exit(main())
