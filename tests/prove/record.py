"""Write the figures of an acceptance run to docs/measured/NAME.json."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from armarius.checkup import processor_flags

TOP = Path(__file__).parents[2]


def data_pack() -> Path:
    """The pack of real pages beside the checkout; its absence is an error, not a skip."""
    folder = Path(os.environ.get("ARMARIUS_DATA_PACK", TOP.parent / "shared" / "data"))
    if not (folder / "sources.json").exists():
        raise SystemExit(
            f"There is no data pack at {folder}. Set ARMARIUS_DATA_PACK to its folder."
        )
    return folder


def record(name: str, figures: dict[str, Any]) -> Path:
    """Store the figures with commit, machine and command; returns the file."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=TOP, capture_output=True, text=True, check=True
    )
    path = TOP / "docs" / "measured" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "name": name,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "processor": f"{_processor()}, {' '.join(processor_flags())}",
        "command": f"make prove ISSUE={name}",
        "figures": figures,
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return path


def _processor() -> str:
    """Its maker's name, family and model: what a virtual machine calls it says little."""
    told = dict.fromkeys(("cpu family", "model", "model name"), "unknown")
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        if name.strip() in told:
            told[name.strip()] = value.strip()
    return f"{told['model name']}, family {told['cpu family']}, model {told['model']}"
