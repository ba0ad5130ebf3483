"""What every answer has in common: problem form, headers, compression, the fall-back page."""

from __future__ import annotations

import gzip
import json

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/me/", None, 404),
        ("PUT", "/me", None, 405),
        ("POST", "/tokens", "{", 400),
        ("POST", "/tokens", b"\xff", 400),
        ("POST", "/tokens", "[" * 10_000 + "]" * 10_000, 400),
        ("POST", "/tokens", '{"name": NaN}', 400),
        ("POST", "/tokens", '{"name": ' + "9" * 5000 + "}", 400),
        ("POST", "/tokens", '{"name": "a\\u0000b"}', 422),
        ("POST", "/tokens", '{"name": "a\\ud800b"}', 422),
        ("POST", "/tokens", {"name": ""}, 422),
        ("POST", "/tokens", {"name": "x" * 101}, 422),
        ("POST", "/tokens", {"name": "x", "expires_at": "2001-01-01T00:00:00Z"}, 422),
        ("POST", "/tokens", None, 422),
        ("POST", "/tokens", [1], 422),
        ("GET", "/tokens?offset=-1", None, 422),
        ("GET", "/tokens?limit=1000000000", None, 422),
        ("GET", "/tokens?limit=%00", None, 422),
        ("DELETE", "/tokens/99999999999999999999", None, 422),
        ("DELETE", "/tokens/0", None, 422),
        ("DELETE", "/tokens/1", None, 404),
    ],
)
def test_every_error_is_a_problem_with_one_sentence(as_alice, method, path, body, status):
    answer = as_alice(method, path, body)

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"].endswith((".", "?"))


def test_a_body_above_32_megabytes_is_413(as_alice):
    body = json.dumps({"name": "x" * 33 * 1024 * 1024})

    assert as_alice.post("/tokens", body).status_code == 413


def test_a_body_that_is_no_json_is_415(as_alice):
    answer = as_alice.client.post("/api/tokens", {"name": "x"}, headers=as_alice.headers)

    assert answer.status_code == 415


def test_both_parts_of_an_astral_character_in_json_are_accepted(as_alice):
    answer = as_alice.post("/tokens", '{"name": "\\ud83d\\ude00"}')

    assert answer.status_code == 201
    assert answer.json()["name"] == "😀"


def test_without_signing_in_it_is_401(as_nobody):
    answer = as_nobody.get("/me")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_fault_of_ours_is_500_without_details(as_alice, monkeypatch):
    from armarius.ops import accounts

    monkeypatch.setattr(accounts, "create_token", lambda *_, **__: 1 / 0)

    answer = as_alice.post("/tokens", {"name": "x"})

    assert answer.status_code == 500
    assert "division" not in answer.content.decode()


def test_a_database_that_is_away_is_503(as_alice, monkeypatch):
    from django.db import OperationalError

    from armarius.ops import accounts

    def away(*_, **__):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(accounts, "create_token", away)
    answer = as_alice.post("/tokens", {"name": "x"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"


def test_json_is_compressed_when_asked_for_and_worth_it(as_alice):
    for i in range(30):
        as_alice.post("/tokens", {"name": f"token {i}"})

    plain = as_alice.get("/tokens")
    packed = as_alice.get("/tokens", **{"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in as_alice.get("/me", **{"Accept-Encoding": "gzip"})


def test_only_our_own_scripts_may_run():
    policy = Client().get("/livez")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_answers_of_the_api_are_kept_by_no_cache(as_alice):
    assert as_alice.get("/me")["Cache-Control"] == "private, no-store"


def test_every_other_address_is_the_web_application(monkeypatch, tmp_path):
    from armarius import urls

    index = tmp_path / "index.html"
    index.write_text("<!doctype html><title>Armarius</title>")
    monkeypatch.setattr(urls, "INDEX", index)

    answer = Client().get("/documents/7/pages/12")

    assert answer.status_code == 200
    assert b"Armarius" in answer.content
    assert Client().post("/documents/7").status_code == 405


def test_health(db):
    assert Client().get("/livez").status_code == 200
    assert Client().get("/readyz").json() == {
        "ready": True,
        "checks": {"database": "ok", "storage": "ok"},
    }


def test_the_documentation_comes_from_our_own_server(db):
    answer = Client().get("/api/docs")

    assert answer.status_code == 200
    assert b"http://" not in answer.content
    assert b"https://" not in answer.content
    assert Client().get("/api/openapi.json").json()["openapi"].startswith("3.")
