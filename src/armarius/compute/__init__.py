"""Where bundles run. None knows another; a new one is a module like its siblings and a row here.

A compute back end is a module with five functions. A run is named by a handle, plain text, so
that it can be stored and found again by another process where the back end allows it.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from armarius.errors import BadInput


@dataclass(frozen=True, slots=True)
class Look:
    """How a run is doing.

    Attributes:
        running: it has not ended yet.
        code: its exit code as DESIGN §5 lists them; None while it runs, and where it was killed.
        message: why it ended so, one sentence, where there is something to say.
    """

    running: bool
    code: int | None = None
    message: str = ""


class Compute(Protocol):
    """What a module must have to run bundles."""

    NAME: str

    def launch(self, folder: Path) -> str:
        """Start the bundle in the folder; returns the handle of its run.

        Raises:
            Unavailable: nothing can be started here just now.
        """

    def look(self, handle: str) -> Look:
        """How the run is doing; results of pages that are ready lie in the bundle already."""

    def wait(self, handle: str, seconds: float) -> None:
        """Wait until there is something new in the bundle, at most so long."""

    def stop(self, handle: str) -> None:
        """End the run within seconds; ending one that has ended changes nothing."""

    def drain(self) -> None:
        """End what is idle now, and start nothing more."""


COMPUTE: Mapping[str, str] = {
    "local": "armarius.compute.local",
}


def get(name: str) -> Compute:
    """The back end of that name.

    Raises:
        BadInput: there is none.
    """
    try:
        path = COMPUTE[name]
    except KeyError:
        raise BadInput(
            f"There is no compute back end “{name}”. There are: {', '.join(COMPUTE)}."
        ) from None
    return cast("Compute", importlib.import_module(path))
