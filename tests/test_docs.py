"""What is not in the documentation does not exist: settings, formats, engines, commands, routes."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import pytest

from armarius import bench, cli, config
from armarius.engines import ENGINES
from armarius.formats import READERS, WRITERS

DOCS = Path(__file__).parents[1] / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("setting", config.SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented_with_its_default(setting):
    row = next(
        (
            line
            for line in read("settings.md").splitlines()
            if line.startswith(f"| `{setting.name}`")
        ),
        "",
    )
    assert row
    assert (setting.default or "empty") in row


@pytest.mark.parametrize("name", sorted({*READERS, *WRITERS}))
def test_every_format_is_documented(name):
    assert f"`{name}`" in read("formats.md")


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_every_engine_is_documented(name):
    assert f"`{name}`" in read("engines.md")


@pytest.mark.parametrize(
    "name", sorted(module.name for module in pkgutil.iter_modules(cli.__path__))
)
def test_every_command_is_documented(name):
    assert f"armarius {name.rstrip('_')}" in read("cli.md")


@pytest.mark.parametrize(
    "name",
    sorted(
        module.name
        for module in pkgutil.iter_modules(bench.__path__)
        if not module.name.startswith("_")
    ),
)
def test_every_bench_is_documented(name):
    assert f"armarius bench {name}" in read("performance.md")


def test_every_route_is_documented():
    from armarius.api import api

    text = read("api.md")
    missing = [
        path
        for path in api.get_openapi_schema()["paths"]
        if path.replace("/api/", "/", 1) not in text and path not in text
    ]
    assert not missing
