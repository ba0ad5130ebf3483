"""A real PostgreSQL and an empty data folder for the whole run, before Django reads its settings.

Loaded by `-p tests.postgres`. A server given in `ARMARIUS_DATABASE_URL` is used as it is. Where several
processes test side by side they share the server, and each has its own database and data folder.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from pathlib import Path


def _provide() -> None:
    if process := os.environ.get("PYTEST_XDIST_WORKER"):
        home = Path(os.environ["ARMARIUS_HOME"], process)
        home.mkdir()
        os.environ["ARMARIUS_HOME"] = str(home)
        return
    if not os.environ.get("ARMARIUS_HOME"):
        home = Path(tempfile.mkdtemp(prefix="armarius-test-"))
        home.chmod(0o755)
        os.environ["ARMARIUS_HOME"] = str(home)
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    if not os.environ.get("ARMARIUS_DATABASE_URL"):
        from armarius.database import Server

        server = Server(Path(os.environ["ARMARIUS_HOME"]), durable=False)
        os.environ["ARMARIUS_DATABASE_URL"] = server.start()
        atexit.register(server.stop)


# A shell that starts us in the background has Ctrl-C ignored, and our children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
_provide()
