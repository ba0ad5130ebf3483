"""Which work comes first, and which lanes a worker hears. Pure: numbers in, numbers out.

A lane is named by what its work needs: `io`, `cpu`, `cpu-train`, `gpu-N` and `gpu-N-train` with N
in GB of graphics memory. A worker takes the waiting batch with the highest priority, then the
oldest, over all lanes that it hears, so one whole number decides:

    class × 1,000,000  +  N × 10,000  +  0 to 9,999 from fair share and age

A class never overtakes a higher one; within a class a large slice takes what only it can hold;
the rest goes by what each user has used lately, and by how long the work has waited.
"""

from __future__ import annotations

from enum import IntEnum

from armarius.errors import BadInput

GPU_GB = (1, 5, 10, 20, 40)
LANES = (
    "io",
    "cpu",
    "cpu-train",
    *(f"gpu-{size}" for size in GPU_GB),
    *(f"gpu-{size}-train" for size in GPU_GB),
)
USABLE = 0.95  # a slice sold as 5 GB has 4,864 MB
SHARE_POINTS, AGE_POINTS = 7_000, 2_999
HALF_SHARE_S = 3_600.0  # after this much recent use a user's share has fallen to a half
OLD_S = 24 * 3_600.0  # nothing gains by age after this long
HALF_LIFE_S = 7 * 24 * 3_600.0  # use is forgotten by half in this time
INTERACTIVE_ITEMS = 8  # somebody sits and waits for a job of so many pages


class Class(IntEnum):
    """Who waits for the work."""

    TRAINING = 1
    BATCH = 2
    INTERACTIVE = 3


def class_of(kind: str, items: int) -> Class:
    """The class of a job of so many pages or files."""
    if kind == "train":
        return Class.TRAINING
    return Class.INTERACTIVE if items <= INTERACTIVE_ITEMS else Class.BATCH


def size_of(lane: str) -> int:
    """GB of graphics memory that a lane stands for, 0 for the lanes without.

    Raises:
        BadInput: there is no such lane.
    """
    if lane not in LANES:
        raise BadInput(f"There is no lane “{lane}”. There are: {', '.join(LANES)}.")
    return int(lane.split("-")[1]) if lane.startswith("gpu-") else 0


def priority(class_: Class, lane: str, *, used_s: float = 0.0, age_s: float = 0.0) -> int:
    """The number by which waiting work is sorted, the highest first.

    Args:
        class_: who waits for it.
        lane: where it waits.
        used_s: decayed seconds that its owner has used lately (see `decayed`).
        age_s: seconds since it began to wait.
    """
    share = SHARE_POINTS / (1 + max(0.0, used_s) / HALF_SHARE_S)
    age = AGE_POINTS * min(1.0, max(0.0, age_s) / OLD_S)
    return class_ * 1_000_000 + size_of(lane) * 10_000 + int(share + age)


def decayed(seconds: float, ago_s: float) -> float:
    """Seconds used `ago_s` seconds ago, as they count today."""
    return float(seconds * 0.5 ** (max(0.0, ago_s) / HALF_LIFE_S))


def heard(memory_mb: int, *, training: bool) -> tuple[str, ...]:
    """The lanes that a worker with a slice of so much graphics memory hears.

    Args:
        memory_mb: usable memory of the slice; 0 for a worker without one.
        training: whether it also trains. Every machine keeps one worker that does not, so that
            reading never waits behind training.
    """
    if memory_mb <= 0:
        return ("cpu", "cpu-train") if training else ("cpu",)
    fitting = [size for size in GPU_GB if size * 1_024 * USABLE <= memory_mb]
    lanes = [f"gpu-{size}" for size in fitting]
    return (*lanes, *(f"{lane}-train" for lane in lanes)) if training else tuple(lanes)


def smallest_lane(need_mb: int, *, training: bool = False) -> str:
    """The lane of the smallest slice that holds `need_mb` of graphics memory.

    Raises:
        BadInput: no slice is as large.
    """
    for size in GPU_GB:
        if need_mb <= size * 1_024 * USABLE:
            return f"gpu-{size}-train" if training else f"gpu-{size}"
    raise BadInput(
        f"The work needs {need_mb:,} MB of graphics memory; the largest lane has {GPU_GB[-1]} GB."
    )
