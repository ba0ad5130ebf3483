"""The first page and the credits, which everybody sees, signed in or not."""

from __future__ import annotations

import re
from email.message import Message

import pytest

from armarius import attribution
from armarius.ops import atr_models
from tests.api.conftest import ApiClient
from tests.api.world import build


@pytest.fixture
def world(db):
    return build()


@pytest.fixture
def stranger(world):
    return ApiClient(None)


@pytest.fixture
def chief(world):
    return ApiClient(world.tokens["administrator"])


def test_what_an_administrator_writes_strangers_read(stranger, chief):
    assert stranger.get("/welcome").json() == {"text": "", "version": 0}

    first = chief("PATCH", "/welcome", {"version": 0, "text": "# Welcome"})
    again = chief("PATCH", "/welcome", {"version": 1, "text": "# Come in"})

    assert (first.json()["version"], again.json()["version"]) == (1, 2)
    assert stranger.get("/welcome").json() == {"text": "# Come in", "version": 2}


def test_two_administrators_do_not_overwrite_each_other(chief):
    chief("PATCH", "/welcome", {"version": 0, "text": "mine"})

    for version in (0, 7):
        late = chief("PATCH", "/welcome", {"version": version, "text": "theirs"})
        assert late.status_code == 409
        assert late.json()["items"] == [{"version": 1, "text": "mine"}]


def test_a_text_of_any_length_is_not_taken(chief):
    answer = chief("PATCH", "/welcome", {"version": 0, "text": "x" * 20_001})

    assert answer.status_code == 422


def test_credits_name_what_is_installed_with_its_licence(stranger):
    found = stranger.get("/credits").json()
    licences = {one["name"]: one["licence"] for one in found["server"]}

    assert licences["Django"] == "BSD-3-Clause"
    assert {"numpy", "psycopg-binary", "pyvips-binary"} <= licences.keys()
    assert not {"pytest", "armarius"} & licences.keys()
    assert "Kraken" in found["notice"]
    for group in ("server", "browser", "fonts"):
        for one in found[group]:
            assert re.fullmatch("|https?://[^\\s]+", one["home"])
            assert one["licence"], one["name"]


@pytest.mark.parametrize(
    ("fields", "text", "licence"),
    [
        ({"License-Expression": "MIT AND " * 20 + "MIT"}, "", "MIT AND " * 20 + "MIT"),
        ({"License": "Apache 2.0"}, "", "Apache 2.0"),
        ({"Classifier": "License :: OSI Approved :: MIT License"}, "", "MIT License"),
        ({"License": "Copyright X\nPermission is hereby granted, free\nof charge"}, "", "MIT"),
        ({}, "\n  Apache License\n Version 2.0", "Apache"),
        ({}, "\nThe licence of the house\n\nTake it.", "The licence of the house"),
        ({}, "", ""),
    ],
)
def test_a_licence_is_read_wherever_a_package_states_it(fields, text, licence):
    about = Message()
    for name, value in fields.items():
        about[name] = value

    assert attribution._licence(about, lambda: [text]) == licence


def test_the_models_that_come_along_have_a_licence(db):
    licences = [model.card["licence"] for model in atr_models.offer_built_in()]

    assert licences == ["Apache-2.0"] * 2


def test_of_what_the_build_says_typefaces_stand_by_themselves(tmp_path, monkeypatch):
    built = tmp_path / "credits.json"
    built.write_text(
        '[{"name":"@fontsource/eb-garamond","licence":"OFL-1.1","home":""},'
        '{"name":"vue","licence":"MIT","home":""}]'
    )
    monkeypatch.setattr(attribution, "_BUILT", built)
    attribution.found.cache_clear()

    found = attribution.found()
    attribution.found.cache_clear()

    assert [one.name for one in found.fonts] == ["eb-garamond"]
    assert [one.name for one in found.browser] == ["vue"]
