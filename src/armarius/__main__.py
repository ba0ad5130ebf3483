"""`python -m armarius` is the command `armarius`."""

from __future__ import annotations

import sys

from armarius.cli import main

sys.exit(main())
