"""Make the sample model again: `python -m armarius.sample.recipe`, or `make sample-model`.

Prints practice pages, trains Kraken's small network on them and writes the model into the package.
The sample pages themselves are not looked at.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from armarius import engines
from armarius.engines import Example, TrainOptions
from armarius.sample import MODEL, practice

PAGES, EPOCHS, SEED = 64, 11, 7


def main() -> None:
    """Train the sample model."""
    parser = argparse.ArgumentParser(
        prog="python -m armarius.sample.recipe",
        description="Train the model of the sample project.",
        epilog="Example: python -m armarius.sample.recipe --output /tmp/sample.safetensors",
    )
    parser.add_argument("--pages", type=int, default=PAGES, help="practice pages to print")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=MODEL)
    given = parser.parse_args()
    options = TrainOptions(epochs=given.epochs, seed=given.seed, held_out=0.05)
    with tempfile.TemporaryDirectory() as folder:
        examples = list(_printed(Path(folder), given.pages, given.seed))
        model = engines.get("kraken").train(examples, given.output, options, tell=_say)
    _say(f"{given.output}: {model.size / 1e6:.2f} MB, {len(model.alphabet)} characters.")


def _printed(folder: Path, number: int, seed: int) -> Iterator[Example]:
    for page in practice.pages(number, seed):
        image = folder / page.name
        image.write_bytes(page.jpeg)
        yield Example(image, page.page)


def _say(sentence: str) -> None:
    print(sentence, flush=True)  # noqa: T201 - a command for the terminal


if __name__ == "__main__":
    main()
