"""`/livez` and `/readyz`: for whoever watches over the process."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from armarius import config


def livez(_: HttpRequest) -> HttpResponse:
    """The process answers. Never asks the database: a slow one must not cause restarts."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_: HttpRequest) -> HttpResponse:
    """The database answers, its tables are ours, and the data folder can be written."""
    checks = {"database": _database(), "storage": _storage()}
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return "does not answer"
    return (
        "ok" if not waiting else f"{len(waiting)} migrations are waiting; run “armarius setup”"
    )


def _storage() -> str:
    probe = config.home() / ".writable"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return f"cannot be written: {error.strerror}"
    return "ok"
