"""200 processes killed during imports, segmentation, recognition and edits; nothing is lost or doubled.

A control run with the protection off (workers without fence, clients without keys) must fail.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.faults.storm import storm
from tests.prove.record import record

KILLS = int(os.environ.get("KILLS", "200"))
SEED = int(os.environ.get("SEED", "1609"))


def main() -> int:
    """Run with the protection on, then off; 0 when the first holds and the second does not."""
    figures = {}
    for name, protected, kills in (("protected", True, KILLS), ("control", False, KILLS // 2)):
        with tempfile.TemporaryDirectory(prefix="armarius-storm-") as folder:
            Path(folder).chmod(0o755)  # the database server may run as another user
            home = Path(folder) / "home"
            figures[name] = storm(home, kills=kills, seed=SEED, protected=protected)
        print(name, json.dumps(figures[name], indent=1, ensure_ascii=False), flush=True)
    held = not figures["protected"]["problems_found"]
    failed = bool(figures["control"]["problems_found"])
    record("durability", {"held": held, "control_failed": failed, **figures})
    print(
        f"protected: {'held' if held else 'FAILED'}; control: {'failed, as it must' if failed else 'DID NOT FAIL'}"
    )
    return 0 if held and failed else 1


if __name__ == "__main__":
    sys.exit(main())
