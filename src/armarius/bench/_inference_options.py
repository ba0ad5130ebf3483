"""What can be said to `bench inference`. Imported at every start of the command line: keep it light."""

from __future__ import annotations

import argparse
from pathlib import Path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Pages, models, and what to leave out."""
    parser.add_argument(
        "--pages", nargs="+", type=Path, default=[], metavar="PAGE",
        help="images, or ALTO or PAGE files beside theirs, whose text is the truth (default: the sample)",
    )  # fmt: skip
    parser.add_argument(
        "--printed", nargs="+", type=Path, default=[], metavar="PAGE",
        help="the same, of printed pages, which Tesseract reads as well",
    )  # fmt: skip
    parser.add_argument("--model", type=Path, help="recognition model (default: the sample's)")
    parser.add_argument("--segmentation-model", type=Path, help="layout model")
    parser.add_argument("--language", default="eng", help="for Tesseract (default eng)")
    parser.add_argument(
        "--ways", nargs="+", choices=("ours", "kraken", "tesseract"), metavar="WAY",
        default=["ours", "kraken", "tesseract"], help="ours, kraken, tesseract (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--given-only", action="store_true", help="without Kraken's default network"
    )
    parser.add_argument(
        "--throughput", type=int, default=8, metavar="N",
        help="pages for one and two processes at work, 0 for none (default 8)",
    )  # fmt: skip
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the seconds (SVG)")
