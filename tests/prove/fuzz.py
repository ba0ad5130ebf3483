"""A thousand requests to every route, made from the OpenAPI document: no 5xx, nothing undocumented."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from tests.prove.record import TOP, record

REQUESTS = os.environ.get("ARMARIUS_FUZZ", "1000")


def main() -> int:
    """Run the fuzz test with many requests; its exit code."""
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/api/test_fuzz.py", "-q", "--tb=short"],
        cwd=TOP, env={**os.environ, "ARMARIUS_FUZZ": REQUESTS}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    print(answer.stdout[-20_000:])
    counts = {
        word: int(number)
        for number, word in re.findall(r"(\d+) (passed|failed|errors?)", answer.stdout)
    }
    record("fuzz", {"requests_per_route_and_phase": int(REQUESTS), "routes": counts})
    return answer.returncode


if __name__ == "__main__":
    sys.exit(main())
