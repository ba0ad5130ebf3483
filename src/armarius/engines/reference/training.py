"""A small trainer for Kraken's recognition networks: from pages to an ordinary model file.

Lines are cut out once, as Kraken does it when it reads, and kept at the height of the network.
Batches hold lines of about one width, so that little is padding; the learning rate falls
linearly to nothing (AdamW: Loshchilov & Hutter 2019; CTC: Graves et al. 2006). The same examples,
options, machine and libraries give the same weights.
"""

from __future__ import annotations

import json
import logging
import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from armarius.engines import Example, ModelInfo, TrainOptions, gate
from armarius.engines import kraken_models as models
from armarius.engines.pixels import open_upright
from armarius.engines.reference import loading
from armarius.errors import BadInput
from armarius.page import Line
from armarius.score import score

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

log = logging.getLogger(__name__)

# Learns in minutes where deeper networks still write nothing: three convolutions with group norm,
# one recurrent layer of 96 units in both directions. See docs/sample.md.
NETWORK = (
    "[1,32,0,1 Cr3,5,24,2,2 Gn8 Cr3,5,48,2,2 Gn8 Cr3,3,64 Gn8 Mp2,1 S1(1x0)1,3 Lbx96 Do0.2,2]"
)
BATCH = 8
RATE = 0.003
PAD = 16  # pixels left and right of a line, as when Kraken reads
_OWN = {"network": NETWORK, "batch": BATCH, "rate": RATE}


@dataclass(frozen=True, slots=True)
class _Strip:
    """A line cut out: `pixels` uint8 (1, height, width), ink bright; the text as on the page."""

    pixels: Tensor
    text: str


def train(
    examples: Sequence[Example],
    output: Path,
    options: TrainOptions,
    tell: Callable[[str], None],
) -> ModelInfo:
    """Train a baseline recognition model and write the best epoch's to `output`.

    Only lines with a text, a baseline and a mask count. What is held out to measure the accuracy
    are whole pages, or lines where there is one page only. `options.own` may set ``network`` (a
    VGSL specification without its output layer), ``batch`` and ``rate``.

    Args:
        examples: pages to learn from.
        output: file to write, `.safetensors`; replaced at once when a better epoch ends.
        options: see `TrainOptions`; `start` must be able to write all the characters.
        tell: gets one sentence per epoch.

    Raises:
        BadInput: too few lines, an unknown option, or characters that `start` does not know.
    """
    if unknown := set(options.own) - set(_OWN):
        raise BadInput(f"There is no training option “{min(unknown)}”. There are: {[*_OWN]}.")
    if options.epochs < 1:
        raise BadInput(f"The number of epochs must be 1 or more, not {options.epochs}.")
    loading.prepare()
    with models.quietly(), loading.threads(options.threads):
        learn, check = _material(examples, options, tell)
        network = _network(learn + check, options)
        _fit(network, learn, check, output, options, tell)
    return gate.examine(output)


# --- lines -----------------------------------------------------------------------------------


def _material(
    examples: Sequence[Example], options: TrainOptions, tell: Callable[[str], None]
) -> tuple[list[_Strip], list[_Strip]]:
    """The lines to learn from and those held out."""
    transform = _transform(_height(options))
    pages = [list(_strips(example, transform)) for example in examples]
    pages = [strips for strips in pages if strips]
    groups = pages if len(pages) > 1 else [[strip] for strips in pages for strip in strips]
    if len(groups) < 2:
        raise BadInput("Two lines with baseline, mask and text are needed to train, or more.")
    random.Random(options.seed).shuffle(groups)  # noqa: S311 - repeatable, not secret
    held = min(max(1, round(len(groups) * options.held_out)), len(groups) - 1)
    check = [strip for group in groups[:held] for strip in group]
    learn = [strip for group in groups[held:] for strip in group]
    tell(f"{len(learn)} lines to learn from, {len(check)} held out.")
    return learn, check


def _height(options: TrainOptions) -> int:
    """Height of the input in pixels: of the model to go on from, else the network's."""
    if options.start:
        return models.describe(options.start).height
    spec = str(options.own.get("network", NETWORK))
    try:
        return int(spec.split(",")[1])
    except (IndexError, ValueError):
        raise BadInput(f"“{spec}” is no network: it must begin like [1,32,0,1 …].") from None


def _transform(height: int) -> Callable[[Image], Tensor]:
    from kraken.lib.dataset import ImageInputTransforms

    made: Callable[[Image], Tensor] = ImageInputTransforms(
        1, height, 0, 1, (PAD, 0), valid_norm=False
    )
    return made


def _strips(example: Example, transform: Callable[[Image], Tensor]) -> Iterator[_Strip]:
    """Every usable line of a page, cut out as Kraken does it."""
    import torch
    from kraken.containers import BaselineLine, Segmentation
    from kraken.lib.functional_im_transforms import (
        text_normalize,
        text_reorder,
        text_whitespace_normalize,
    )
    from kraken.lib.segmentation import extract_polygons

    image = open_upright(example.image)
    for line in example.page.all_lines():
        text = text_whitespace_normalize(text_normalize(line.text or "", "NFC"))
        if not text or len(line.baseline) < 2 or len(line.mask) < 3:
            continue
        baseline, mask = _shape(line, image)
        shape = BaselineLine(line.id, baseline=baseline, boundary=mask)
        wanted = Segmentation(
            type="baselines",
            imagename=str(example.image),
            text_direction="horizontal-lr",
            script_detection=False,
            lines=[shape],
        )
        try:
            strip, _ = next(extract_polygons(image, wanted))
        except ValueError as error:
            log.warning("%s, line %s is left out: %s", example.image.name, line.id, error)
            continue
        if 0 not in strip.size:
            pixels = (transform(strip) * 255).round().to(torch.uint8)
            yield _Strip(pixels, text_reorder(text))


def _shape(line: Line, image: Image) -> Iterator[list[tuple[int, int]]]:
    """Baseline and mask in whole pixels within the image."""
    right, bottom = image.width - 1, image.height - 1
    for points in (line.baseline, line.mask):
        yield [(min(max(int(x), 0), right), min(max(int(y), 0), bottom)) for x, y in points]


# --- the network -------------------------------------------------------------------------------


def _network(strips: list[_Strip], options: TrainOptions) -> Any:
    """A new network for the characters of the lines, or the one to go on from."""
    import torch
    from kraken.lib.codec import PytorchCodec
    from kraken.lib.vgsl import TorchVGSLModel

    torch.manual_seed(options.seed)
    characters = {character for strip in strips for character in strip.text}
    if options.start:
        return _started(options.start, characters)
    codec = PytorchCodec(sorted(characters))
    spec = str(options.own.get("network", NETWORK)).strip().removesuffix("]")
    try:
        return TorchVGSLModel(
            vgsl=f"{spec} O1c{codec.max_label + 1}]",
            codec=codec.c2l,
            hyper_params={
                "seed": options.seed,
                "epochs": options.epochs,
                **_OWN,
                **options.own,
            },
            seg_type="baselines",
            one_channel_mode="L",
            model_type=["recognition"],
            legacy_polygons=False,
        )
    except (ValueError, IndexError) as error:
        raise BadInput(f"The network “{spec}]” cannot be built: {error}.") from error


def _started(path: Path, characters: set[str]) -> Any:
    """A copy of the model of its own; the one kept in memory for reading must not change."""
    from kraken import models as kraken_models

    info = models.describe(path)
    if (info.kind, info.type) != ("recognition", "baselines"):
        raise BadInput(f"{path.name} does not read lines along baselines. Choose another.")
    read = (
        kraken_models.load_safetensors
        if info.format == "safetensors"
        else kraken_models.load_coreml
    )
    network: Any = read(path, tasks=["recognition"])[0]
    if strange := characters - set(network.codec.c2l):
        raise BadInput(
            f"{path.name} cannot write {' '.join(sorted(strange))}. "
            "Train a new model, or take these characters out of the texts."
        )
    network.use_legacy_polygons = False
    return network


def _fit(
    network: Any,
    learn: list[_Strip],
    check: list[_Strip],
    output: Path,
    options: TrainOptions,
    tell: Callable[[str], None],
) -> None:
    import torch

    kind, _ = loading.accelerator(options.device)
    device = torch.device("cpu" if kind in ("cpu", "auto") else options.device)
    size = int(options.own.get("batch", BATCH))
    dice = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    steps = options.epochs * -(-len(learn) // size)
    network.to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=options.own.get("rate", RATE))
    rate = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=steps)
    started, best = time.monotonic(), float("inf")
    for epoch in range(1, options.epochs + 1):
        loss = _learn(network, _batches(learn, size, dice), optimiser, rate, device)
        cer = error_rate(network, check, device)
        minutes = (time.monotonic() - started) / 60
        tell(
            f"Epoch {epoch} of {options.epochs}: loss {loss:.2f} a line, CER {cer:.2%} "
            f"on {len(check)} held-out lines, {minutes:.1f} min."
        )
        told = {"val_metric": 1 - cer, "val_accuracy": 1 - cer}  # Kraken's own words
        network.user_metadata["metrics"].append((epoch, told))
        if cer < best:
            best = cer
            _write(network, output)
        if options.minutes and minutes >= options.minutes:
            break


def _batches(strips: list[_Strip], size: int, dice: random.Random) -> list[list[_Strip]]:
    """All lines in groups of about one width, in random order."""
    by_width = sorted(strips, key=lambda strip: strip.pixels.shape[2] * dice.uniform(0.9, 1.1))
    batches = [by_width[at : at + size] for at in range(0, len(by_width), size)]
    dice.shuffle(batches)
    return batches


def _stack(batch: list[_Strip], device: Any) -> tuple[Tensor, Tensor]:
    """Pixels (lines, 1, height, width) from 0 to 1, padded with paper, and the true widths."""
    import torch

    widths = torch.tensor([strip.pixels.shape[2] for strip in batch])
    stacked = torch.zeros(len(batch), *batch[0].pixels.shape[:2], int(widths.max()))
    for row, strip in zip(stacked, batch, strict=True):
        row[..., : strip.pixels.shape[2]] = strip.pixels / 255
    return stacked.to(device), widths


def _learn(
    network: Any, batches: list[list[_Strip]], optimiser: Any, rate: Any, device: Any
) -> float:
    """One pass over all lines; returns the mean loss of a line."""
    import torch

    network.train()
    total = 0.0
    for batch in batches:
        pixels, widths = _stack(batch, device)
        labels = [network.codec.encode(strip.text) for strip in batch]
        found, lengths = network(pixels, widths)
        loss = network.criterion(
            found.log_softmax(1).squeeze(2).permute(2, 0, 1),
            torch.cat(labels).long().to(device),
            lengths,
            torch.tensor([len(label) for label in labels]),
        )
        optimiser.zero_grad()
        (loss / len(batch)).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        rate.step()
        total += float(loss)
    return total / sum(map(len, batches))


def error_rate(network: Any, strips: list[_Strip], device: Any) -> float:
    """Character error rate over all lines together, in the order that stands on the page."""
    import torch
    from kraken.lib.ctc_decoder import greedy_decoder

    network.eval()
    pairs = []
    ordered = sorted(strips, key=lambda strip: strip.pixels.shape[2])
    with torch.inference_mode():
        for at in range(0, len(ordered), BATCH):
            batch = ordered[at : at + BATCH]
            found, lengths = network(*_stack(batch, device))
            probabilities = found.softmax(1).squeeze(2).cpu()
            for strip, labels in zip(
                batch, greedy_decoder(probabilities, lengths), strict=True
            ):
                read = "".join(part[0] for part in network.codec.decode(labels))
                pairs.append((strip.text, read))
    return score(pairs).cer


# --- the file ------------------------------------------------------------------------------------


def _write(network: Any, output: Path) -> None:
    """Write the network as Kraken does, but with a name for its part that follows from the weights.

    Kraken's own writer draws that name at random, and so no two files would be equal.
    """
    from safetensors.torch import save

    weights = {
        key: value.detach().cpu().clone().contiguous()
        for key, value in sorted(network.state_dict().items())
    }
    digest = sha256(b"".join(value.numpy().tobytes() for value in weights.values()))
    name = str(uuid.uuid5(uuid.NAMESPACE_OID, digest.hexdigest()))
    about = {
        "_kraken_min_version": network._kraken_min_version,
        "_tasks": network.model_type,
        "_model": type(network).__name__,
        **network.user_metadata,
        "codec": network.codec.c2l,
    }
    content = save(
        {f"{name}.{key}": value for key, value in weights.items()},
        metadata={"kraken_meta": json.dumps({name: about}, sort_keys=True)},
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    new = output.with_name(output.name + ".new")
    new.write_bytes(content)
    new.replace(output)
