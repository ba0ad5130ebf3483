"""Which models there are to choose from, and for what. Their files are the business of `model_files`."""

from __future__ import annotations

from pathlib import Path

from armarius.errors import BadInput
from armarius.models import AtrModel
from armarius.ops import model_files

BUILT_IN = "blla (Kraken’s default)"
SAMPLE = "Armarius sample"
DOES = {AtrModel.Kind.RECOGNITION: "reads text", AtrModel.Kind.SEGMENTATION: "finds lines"}


def must_be(model: AtrModel, kind: AtrModel.Kind) -> None:
    """Refuse a model of the other kind.

    Raises:
        BadInput: it is not of that kind, or was removed.
    """
    if model.deleted_at is not None:
        raise BadInput(f"The model “{model}” was removed. Choose another one.")
    if model.kind != kind:
        raise BadInput(
            f"“{model}” is a {model.kind} model: it {DOES[AtrModel.Kind(model.kind)]}. "
            f"Choose a {kind.value} model."
        )


def checked(model: AtrModel) -> Path | None:
    """The model's file after its hash was checked, None for one that its engine brings along.

    Raises:
        Unavailable: the file is missing or was changed.
    """
    return model_files.path(model) if model.sha256 else None


def built_in() -> AtrModel:
    """The segmentation model that Kraken brings along."""
    model, _ = AtrModel.objects.get_or_create(
        project=None, kind=AtrModel.Kind.SEGMENTATION, engine="kraken", sha256="",
        defaults={"name": BUILT_IN},
    )  # fmt: skip
    return _credited(model)


def _credited(model: AtrModel) -> AtrModel:
    """Say under which licence it comes: Kraken's and ours are the same. What was said before stays."""
    if not model.card.get("licence"):
        model.card = model.card | {"licence": "Apache-2.0"}
        model.save(update_fields=["card"])
    return model


def offer_built_in() -> list[AtrModel]:
    """Offer to everybody what needs no upload: Kraken's segmentation and our sample model."""
    offered = [built_in()]
    sample = Path(__file__).parents[1] / "sample" / "armarius-sample.safetensors"
    if sample.exists():
        model = model_files.add(sample, sample.name, SAMPLE, project=None, by=None)
        offered.append(_credited(model))
    return offered
