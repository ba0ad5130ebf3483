"""The rules of the house that no linter has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
MODULES = sorted(
    path
    for path in [*(TOP / "src").rglob("*.py"), *(TOP / "tests").rglob("*.py")]
    if "migrations" not in path.parts
)
FRONT = sorted(
    path for suffix in ("ts", "vue") for path in (TOP / "frontend" / "src").rglob(f"*.{suffix}")
)


@pytest.mark.parametrize(
    "path", [*MODULES, *FRONT], ids=lambda path: str(path.relative_to(TOP))
)
def test_a_module_has_at_most_400_lines(path):
    if path.name != "schema.d.ts":  # generated from the OpenAPI document
        assert path.read_text("utf-8").count("\n") <= 400


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TOP)))
def test_a_function_has_at_most_60_lines_of_code(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            documented = (ast.get_docstring(node) or "").count("\n") + 2
            assert (node.end_lineno or 0) - node.lineno + 1 - documented <= 60, node.name


def test_no_module_has_a_name_that_says_nothing():
    empty = {"utils", "helpers", "common", "base", "manager", "misc"}
    assert not [path for path in [*MODULES, *FRONT] if path.stem in empty]


def test_nothing_in_the_repository_is_larger_than_5_mb():
    import subprocess

    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True
    ).stdout
    large = [
        name
        for name in files.decode().split("\0")
        if name and (TOP / name).stat().st_size > 5_000_000
    ]
    assert not large
