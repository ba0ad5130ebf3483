"""The child process that decodes untrusted images and PDFs: one JSON line in, one out.

It sees no settings, no database and no secret, decodes with an explicit list of loaders, and
lives under limits of memory, file size and processor time that each request sets anew.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import sys
from collections.abc import Callable
from typing import Any, Final

from armarius.images.children import Unusable

IDLE_S: Final = 60
_WHERE: Final = "unable to copy to memory"  # libvips says so of every fault there


def main() -> int:
    """Answer requests until the parent goes away or nothing comes for a while."""
    if hasattr(os, "nice"):
        os.nice(5)  # people who read pages go first
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # nothing that a library prints may look like an answer
    while select.select([0], [], [], IDLE_S)[0]:
        line = sys.stdin.buffer.readline()
        if not line:
            break
        answers.write(json.dumps(_answer(json.loads(line))).encode() + b"\n")
        _give_back()
    return 0


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    _limit(request["memory_mb"], request["seconds"])
    try:
        return _task(request["task"])(**request["arguments"])
    except Unusable as unusable:
        return {"error": str(unusable)}
    except MemoryError:
        return {"error": "decoding it takes more memory than allowed"}
    except Exception as error:  # whatever a decoder raises is about this file
        return _in_words(error)


def _task(name: str) -> Callable[..., dict[str, Any]]:
    if name == "pyramid":
        from armarius.images import pyramid  # a PDF needs no vips

        return pyramid.build
    if name == "check":
        from armarius.images import checking

        return checking.check
    if name == "turn":
        from armarius.images import turning

        return turning.turn
    from armarius.images import pdfium  # an image needs no pdfium

    tasks: dict[str, Callable[..., dict[str, Any]]] = {
        "pdf-pages": pdfium.count,
        "pdf-render": pdfium.render,
    }
    return tasks[name]


def _in_words(error: Exception) -> dict[str, Any]:
    text = " ".join(str(error).replace(_WHERE, "").split())
    low = text.lower()
    if "no space left" in low or "quota exceeded" in low or "file too large" in low:
        return {"full": True}
    if "memory" in low or "limit" in low or "creating thread" in low:
        return {"error": f"decoding it takes more memory than allowed ({text[:100]})"}
    return {"error": f"the image is damaged ({text[:160] or type(error).__name__})"}


def _limit(memory_mb: int, seconds: float) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb << 20, hard))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    until = int(spent.ru_utime + spent.ru_stime + seconds * 2) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _give_back() -> None:
    """Hand freed memory back to the system, where the C library knows how."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


if __name__ == "__main__":
    sys.exit(main())
