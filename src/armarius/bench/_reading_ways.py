"""The ways in which `bench inference` reads a page, each measured with all of its processes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any

import psutil

from armarius.bench._system import EVERY_S, Memory
from armarius.children import die_with_parent
from armarius.errors import Unavailable

# What makes libraries use more threads than they do by themselves, or fewer.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_SAID = 400  # most characters of what a program said last, when it failed
_MENDED = """
from armarius.engines.reference.loading import import_torchvision
import_torchvision()
from kraken.kraken import cli
cli(prog_name="kraken")
"""


@dataclass(slots=True)
class Taken:
    """What reading took: seconds of wall and processors, the most memory of all processes at once."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    stages: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Models:
    """What to read with; `layout` is None for the engine's own."""

    name: str
    reader: Path
    layout: Path | None = None


class Warm:
    """A program that stays: see `_reading_child`.

    Args:
        way: ``ours`` or ``kraken``.

    Raises:
        Unavailable: it cannot read with these models and this precision.
    """

    def __init__(self, way: str, models: Models, precision: str = "fp32") -> None:
        given = {
            "way": way,
            "model": str(models.reader),
            "layout": str(models.layout or ""),
            "precision": precision,
        }
        self._stack = contextlib.ExitStack()
        said = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by the stack
        self._said = self._stack.enter_context(said)
        self._process = self._stack.enter_context(
            subprocess.Popen(
                child(given), env=environment(threads=1), stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=self._said, text=True, preexec_fn=die_with_parent(),
            )
        )  # fmt: skip
        try:
            self._answer()
        except Unavailable:
            self.close()
            raise

    def read(self, image: Path, output: Path) -> Taken:
        """Read a page into an ALTO file.

        Raises:
            Unavailable: it failed.
        """
        process = psutil.Process(self._process.pid)
        cpu, began = cpu_s(process), time.perf_counter()
        with Memory(process) as memory:
            asked = {"image": str(image), "output": str(output)}
            with contextlib.suppress(BrokenPipeError):
                _open(self._process.stdin).write(json.dumps(asked) + "\n")
                _open(self._process.stdin).flush()
            stages = self._answer()["stages"]
            wall = time.perf_counter() - began
        return Taken(wall, cpu_s(process) - cpu, memory.most_mb(0, 1), stages)

    def close(self) -> None:
        """End the program: it does when its stdin ends."""
        self._stack.close()

    def _answer(self) -> Any:
        line = _open(self._process.stdout).readline()
        answer = json.loads(line or "{}")
        if line and "error" not in answer:
            return answer
        raise Unavailable(answer.get("error") or _last(self._said))


class Command:
    """A program that is started for each page.

    Args:
        command: its words; `IMAGE` and `OUTPUT` stand for the files.
        adds: what the program itself adds to the name of the output.
    """

    def __init__(self, command: Sequence[str], adds: str = "") -> None:
        self._command, self._adds = command, adds

    def read(self, image: Path, output: Path) -> Taken:
        """Read a page into an ALTO file.

        Raises:
            Unavailable: it failed.
        """
        places = {"IMAGE": str(image), "OUTPUT": str(output).removesuffix(self._adds)}
        output.unlink(missing_ok=True)
        taken = together([[places.get(word, word) for word in self._command]])
        if not output.exists():
            raise Unavailable("the program ended well and wrote nothing")
        return taken

    def close(self) -> None:
        """Nothing stays."""


def together(commands: Sequence[Sequence[str]], look_s: float = EVERY_S) -> Taken:
    """Run programs side by side until all have ended; the peaks of their memory are added.

    Args:
        commands: the words of each.
        look_s: seconds between two looks at their memory.

    Raises:
        Unavailable: one of them failed; what it said.
    """
    began = time.perf_counter()
    with contextlib.ExitStack() as stack:
        said = [stack.enter_context(tempfile.TemporaryFile()) for _ in commands]
        started = [
            subprocess.Popen(
                command, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent(),
            )
            for command, log in zip(commands, said, strict=True)
        ]  # fmt: skip
        watched = [
            stack.enter_context(Memory(psutil.Process(each.pid), look_s)) for each in started
        ]
        for each in started:  # ended, and still in the table, so that memory can be looked at
            os.waitid(os.P_PID, each.pid, os.WEXITED | os.WNOWAIT)
        wall = time.perf_counter() - began
        peak = sum(each.most_mb(0, 1) for each in watched)
        cpu, failed = 0.0, ""
        for each, log in zip(started, said, strict=True):
            _, status, usage = os.wait4(each.pid, 0)
            each.returncode = os.waitstatus_to_exitcode(status)
            cpu += usage.ru_utime + usage.ru_stime
            failed = failed or (_last(log) if each.returncode else "")
    if failed:
        raise Unavailable(failed)
    return Taken(wall, cpu, peak)


def child(given: dict[str, str]) -> list[str]:
    """The command of `_reading_child`."""
    return [sys.executable, "-m", "armarius.bench._reading_child", json.dumps(given)]


def kraken_command(
    models: Models, files: Sequence[tuple[str, str]], *options: str
) -> list[str]:
    """The `kraken` command line for image and output files, with its defaults but for `options` of `ocr`.

    Raises:
        Unavailable: it is not installed.
    """
    layout = ["-i", str(models.layout)] if models.layout else []
    named = [word for image, output in files for word in ("-i", image, output)]
    ocr = ["ocr", "-m", str(models.reader), *options]
    return [*_kraken(), "-a", *named, "segment", "-bl", *layout, *ocr]


@cache
def _kraken() -> tuple[str, ...]:
    """The command as it is installed; where torchvision does not fit torch, started by way of a mend.

    Raises:
        Unavailable: it is not installed.
    """
    program = Path(sys.executable).with_name("kraken")
    if not program.exists():
        raise Unavailable("the kraken command is not installed: pip install 'armarius[train]'")
    tried = subprocess.run(
        [sys.executable, "-c", "import torchvision"], capture_output=True, check=False
    )
    return (sys.executable, "-c", _MENDED) if tried.returncode else (str(program),)


def environment(threads: int = 0) -> dict[str, str]:
    """Ours without what changes numbers of threads; `threads` for all libraries where it is given."""
    kept = {key: value for key, value in os.environ.items() if key not in _THREADS}
    return kept | (dict.fromkeys(_THREADS, str(threads)) if threads else {})


def cpu_s(process: psutil.Process) -> float:
    """Processor seconds of a process and of all that it has started so far."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = each.cpu_times()
            total += times.user + times.system
            total += times.children_user + times.children_system
    return total


def _open(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise AssertionError
    return stream


def _last(said: IO[bytes]) -> str:
    """The last line that a program said."""
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[-_SAID:] if lines else "it ended without a word"
