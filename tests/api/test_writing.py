"""A person's preferences, a project's conventions, characters by their names."""

from __future__ import annotations

import pytest

from armarius.models import Line, Page, Transcription


@pytest.fixture
def line(codex):
    from armarius.models import Image

    image = Image.objects.create(sha256="c" * 64, size=9, format="jpeg", width=20, height=30)
    page = Page.objects.create(document=codex, position=0, name="f1", image=image)
    return Line.objects.create(page=page, key="l1", position=0)


@pytest.fixture
def save(as_bob, line, codex):
    layer = Transcription.objects.create(document=codex, name="manual")

    def act(content, version=0):
        item = {"line": line.pk, "layer": layer.pk, "content": content, "version": version}
        return as_bob.patch(f"/pages/{line.page_id}/texts", {"items": [item]}).json()["saved"]

    return act


def test_preferences_are_set_name_by_name(as_alice, as_bob):
    assert as_alice.get("/me/preferences").json() == {}
    as_alice.patch("/me/preferences", {"split": 58, "keys": {"accept": "Ctrl+Enter"}})
    found = as_alice.patch("/me/preferences", {"split": None, "theme": "dark"}).json()
    assert found == {"keys": {"accept": "Ctrl+Enter"}, "theme": "dark"}
    assert as_bob.get("/me/preferences").json() == {}


def test_preferences_are_small(as_alice):
    answer = as_alice.patch("/me/preferences", {"glyphs": "x" * 70_000})
    assert answer.status_code == 422
    assert "65,536" in answer.json()["detail"]
    assert as_alice.get("/me/preferences").json() == {}
    assert as_alice.patch("/me/preferences", {"x" * 61: 1}).status_code == 422


def test_conventions_are_versioned_and_come_with_the_page(as_alice, as_bob, project, line):
    path = f"/projects/{project.pk}/writing"
    assert as_bob.get(path).json() == {
        "normal_form": "NFC", "doubtful": 0.8, "glyphs": [], "version": 0,
    }  # fmt: skip
    given = {"version": 0, "doubtful": 0.6, "glyphs": [{"text": "ꝑ", "name": "per"}]}
    assert as_alice.patch(path, given).json()["version"] == 1
    assert as_alice.patch(path, given).status_code == 409
    found = as_bob.get(f"/pages/{line.page_id}").json()["writing"]
    assert found == {
        "normal_form": "NFC", "doubtful": 0.6, "version": 1,
        "glyphs": [{"text": "ꝑ", "name": "per"}],
    }  # fmt: skip
    assert as_alice.patch(path, {"version": 1, "glyphs": [{"text": ""}]}).status_code == 422


def test_texts_are_stored_in_the_projects_normal_form_and_the_answer_says_so(
    as_alice, project, save
):
    [saved] = save("e\u0301t\u00e9 \ue8bfꝑ")
    assert saved["content"] == "\u00e9t\u00e9 \ue8bfꝑ"
    assert "content" not in save("\u00e9t\u00e9", 1)[0]
    path = f"/projects/{project.pk}/writing"
    as_alice.patch(path, {"version": 0, "normal_form": "NFD"})
    assert save("\u00e9", 2)[0]["content"] == "e\u0301"
    as_alice.patch(path, {"version": 1, "normal_form": "none"})
    assert "content" not in save("\u00e9e\u0301", 3)[0]


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("small p stroke descender", "ꝑ"),
        ("U+E8BF", "\ue8bf"),
        ("u+a751", "ꝑ"),
        ("rotunda r small", "ꝛ"),
        ("p stroke small", "ᵽ"),
    ],
)
def test_characters_are_found_by_their_names(as_bob, asked, text):
    items = as_bob.get(f"/glyphs?q={asked.replace('+', '%2B').replace(' ', '+')}").json()[
        "items"
    ]
    assert items[0]["text"] == text


@pytest.mark.parametrize("asked", ["e", "U%2BD800", "U%2B110000", "zzzz", "%20"])
def test_what_has_no_name_is_not_found(as_bob, asked):
    assert as_bob.get(f"/glyphs?q={asked}").json()["items"] == []
