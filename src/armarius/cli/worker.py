"""`armarius worker`: takes batches from lanes and works on them until it is told to end.

One process: a few threads for lane `io` (imports, waiting for files), and a slot per engine for the
others. Engines run in child processes; this one stays small.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

HELP = "work on jobs: imports, segmentation, recognition"
EXAMPLE = "armarius worker --lanes io,cpu"

GRACE_S = 12.0  # the supervisor kills after 15


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which lanes to hear, and how much at once."""
    parser.add_argument(
        "--lanes", default="io,cpu", help="lanes to hear, with commas (default: io,cpu)"
    )
    parser.add_argument(
        "--io", type=int, default=3, help="batches of lane io at once (default: 3)"
    )
    parser.add_argument(
        "--slots", type=int, default=1, help="engine processes of the other lanes (default: 1)"
    )


def run(options: argparse.Namespace) -> int:
    """Work until SIGTERM or SIGINT; what is begun is finished or handed back."""
    import asyncio
    import logging

    from armarius import apps

    logging.basicConfig(level=logging.WARNING, format="worker: %(message)s")
    for name in ("procrastinate", "psycopg.pool"):  # their tracebacks of a lost connection
        logging.getLogger(name).setLevel(logging.CRITICAL)
    apps.start()

    from armarius import policy
    from armarius.errors import BadInput

    lanes = [lane.strip() for lane in options.lanes.split(",") if lane.strip()]
    for lane in lanes:
        policy.size_of(lane)
    if not lanes or options.io < 1 or options.slots < 1:
        raise BadInput("A worker needs at least one lane, one thread and one slot.")
    apps.collect_less_often()
    return asyncio.run(_Worker(lanes, options.io, options.slots).work())


class _Worker:
    """The groups of lanes of one process, each with its own number of batches at once."""

    def __init__(self, lanes: list[str], io: int, slots: int) -> None:
        engine = [lane for lane in lanes if lane != "io"]
        groups = [(["io"] if "io" in lanes else [], io), (engine, slots)]
        self.groups = [(names, count) for names, count in groups if names]
        self.running: list[Any] = []

    async def work(self) -> int:
        """Run all groups; exit code 0 after a wanted end."""
        import asyncio
        import signal
        import threading
        from concurrent.futures import ThreadPoolExecutor

        from armarius.compute import local
        from armarius.ops import beating, sweeping, tiling

        loop = asyncio.get_running_loop()
        batches = sum(count for _, count in self.groups)
        loop.set_default_executor(ThreadPoolExecutor(batches + 2, "batch"))
        ended, stop = threading.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end, stop)
        always = [("heart", beating.run), ("sweeper", sweeping.run)]
        if any("io" in names for names, _ in self.groups):
            always.append(("tiler", tiling.run))
        threads = [
            threading.Thread(target=target, args=(ended,), name=name, daemon=True)
            for name, target in always
        ]
        for thread in threads:
            thread.start()
        try:
            await self._serve(stop)
        finally:
            ended.set()
            local.close()
            for thread in threads:
                thread.join(5)
        return 0

    def _end(self, stop: asyncio.Event) -> None:
        import threading

        from armarius.ops import beating

        stop.set()
        for worker in self.running:
            worker.stop()
        beating.end_all()
        timer = threading.Timer(GRACE_S, self._abandon)
        timer.daemon = True
        timer.start()

    @staticmethod
    def _abandon() -> None:
        """End although something does not; the next sweeper sees at once that we are gone."""
        import os

        from armarius.compute import local

        local.close()
        os._exit(1)

    async def _serve(self, stop: asyncio.Event) -> None:
        """Serve all groups on one pool of connections; begin anew when that breaks."""
        import asyncio
        import logging

        from procrastinate.contrib.django import app
        from procrastinate.contrib.django.utils import connector_params
        from procrastinate.psycopg_connector import PsycopgConnector

        log = logging.getLogger(__name__)
        while not stop.is_set():
            pool = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
            try:
                with app.replace_connector(pool) as opened:
                    async with opened.open_async():
                        groups = (self._group(*group, stop) for group in self.groups)
                        await asyncio.gather(*groups)
            except Exception as error:
                log.warning("the database does not answer: %s", error)
                await _rest(stop)

    async def _group(self, names: list[str], count: int, stop: asyncio.Event) -> None:
        """Serve some lanes. Procrastinate's worker ends when the database goes away; ours does not."""
        import logging

        from procrastinate.contrib.django import app
        from procrastinate.worker import Worker

        while not stop.is_set():
            worker = Worker(
                app, queues=names, name="+".join(names), concurrency=count, delete_jobs="always",
                install_signal_handlers=False, update_heartbeat_interval=5, stalled_worker_timeout=120,
            )  # fmt: skip
            self.running.append(worker)
            try:
                await worker.run()  # type: ignore[no-untyped-call]  # Procrastinate's
            except Exception as error:
                logging.getLogger(__name__).warning("the queue went away: %s", error)
            finally:
                self.running.remove(worker)
            await _rest(stop)


async def _rest(stop: asyncio.Event) -> None:
    import asyncio
    import contextlib

    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), 1)
