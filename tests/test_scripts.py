"""The script of docs/scripts.md does what it says, as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile

import pytest

from armarius import sample
from tests.live import TOP, live_system

pytestmark = pytest.mark.slow


def test_the_script_of_the_documentation_runs_as_it_stands(tmp_path):
    text = (TOP / "docs" / "scripts.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (tmp_path / "script.py").write_text(code, "utf-8")
    folder = tmp_path / "images"
    folder.mkdir()
    for page in sample.pages()[:2]:
        (folder / page.name).write_bytes(page.jpeg)
    (folder / "broken.jpg").write_bytes(b"no image")

    with live_system(tmp_path / "home") as live:
        done = subprocess.run(
            [sys.executable, "script.py", str(folder)],
            env={"ARMARIUS_URL": live.url, "ARMARIUS_TOKEN": live.token, "PATH": ""},
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        refused = subprocess.run(
            [sys.executable, "script.py", str(folder)],
            env={"ARMARIUS_URL": live.url, "ARMARIUS_TOKEN": "wrong", "PATH": ""},
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "broken.jpg: failed." in done.stdout
    found = re.search(r"2 pages, (\d+) lines changed, cartulary.zip", done.stdout)
    assert found
    assert int(found[1]) > 0
    names = zipfile.ZipFile(tmp_path / "cartulary.zip").namelist()
    assert len([name for name in names if name.endswith(".xml")]) == 2
    assert refused.returncode == 1
    assert "POST /api/projects:" in refused.stderr
    assert "Traceback" not in refused.stderr
