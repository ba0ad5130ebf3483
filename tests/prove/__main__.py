"""Run the long acceptance runs: `python -m tests.prove [NAME ...]`, all of them without a name."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = sorted(
    path.stem
    for path in FOLDER.glob("*.py")
    if path.stem not in ("__init__", "__main__", "record", "served")
)


def main(wanted: list[str]) -> int:
    """Run each in its own process; the exit code is 1 when one of them failed."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(
            f"There is no acceptance run {', '.join(unknown)}. There are: {', '.join(NAMES)}."
        )
        return 2
    failed = []
    for name in wanted or NAMES:
        start = time.monotonic()
        print(f"== {name}", flush=True)
        code = subprocess.run(
            [sys.executable, "-m", f"tests.prove.{name}"], cwd=FOLDER.parents[1], check=False
        ).returncode
        print(
            f"== {name}: {'held' if code == 0 else f'failed ({code})'} in {time.monotonic() - start:.0f} s",
            flush=True,
        )
        if code:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
