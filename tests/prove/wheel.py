"""The wheel installs into an empty environment, serves, and takes over the data of the version before.

Builds the wheel from the working tree, installs it with the pinned versions, starts it on empty
data, signs in, reads the sample project, and starts it again on the same data.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.prove.record import TOP, record
from tests.prove.served import memory_mb, served


def main() -> int:
    """Build, install, serve twice; figures are sizes and seconds."""
    with tempfile.TemporaryDirectory(prefix="armarius-wheel-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        start = time.monotonic()
        wheel = build(folder)
        built = time.monotonic()
        python = install(folder, wheel)
        installed = time.monotonic()
        home = folder / "home"
        with served([str(python.parent / "armarius"), "serve"], home) as first:
            projects = first.get("/api/projects")
            page = first.get("/")
        with served([str(python.parent / "armarius"), "serve"], home) as second:
            again = second.get("/api/projects")
            memory = memory_mb(second.process.pid)
        megabytes = wheel.stat().st_size / 1e6
        size = sum(
            path.stat().st_size for path in (folder / "env").rglob("*") if path.is_file()
        )
    figures = {
        "wheel_mb": round(megabytes, 2),
        "build_s": round(built - start, 1),
        "install_s": round(installed - built, 1),
        "environment_mb": round(size / 1e6),
        "first_start_s": round(first.ready_s, 2),
        "second_start_s": round(second.ready_s, 2),
        "projects": projects["count"],
        "projects_after_restart": again["count"],
        "front_end_served": '<div id="app">' in page,
        "memory_pss_mb": memory,
    }
    record("wheel", figures)
    held = figures["projects"] >= 1 and figures["projects"] == figures["projects_after_restart"]
    return 0 if held and figures["front_end_served"] else 1


def build(folder: Path) -> Path:
    """Make the wheel as a release would."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--wheel-dir",
            str(folder),
            str(TOP),
        ],
        check=True,
    )
    return next(folder.glob("armarius-*.whl"))


def install(folder: Path, wheel: Path) -> Path:
    """Install the wheel and its pinned dependencies, without torch, into an empty environment."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    python = folder / "env" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pinned = [*pip, "-c", str(TOP / "constraints.txt")]
    subprocess.run([*pinned, str(wheel)], check=True)
    subprocess.run([*pinned, "--no-deps", "kraken"], check=True)  # for its segmentation model
    return python


if __name__ == "__main__":
    sys.exit(main())
