"""The whole page in one call, and the writing of its texts."""

from __future__ import annotations

import base64
import gzip

import pytest

from armarius.api.pages import WholePage
from armarius.models import Image, Line, LineText, Page, Region, Transcription
from armarius.ops import trees
from armarius.page import Glyph, Word
from armarius.page import Line as TreeLine
from armarius.page import Page as TreePage
from armarius.page import Region as TreeRegion

LINES = 206


def tree(count):
    """A page as medieval ones are: long masks, a confidence for each character."""
    lines = []
    for i in range(count):
        x, y = 150 + (i % 2) * 1200, 120 + (i // 2) * 35
        base = tuple((x + 40 * k + (i * k) % 7, y + (i + k) % 5) for k in range(12))
        mask = tuple((a, b - 20 - (a * 7) % 5) for a, b in base)
        mask += tuple((a, b + 12 + (a * 3) % 5) for a, b in base[::-1])
        words = f"li cheualiers {i} sen uait a cort mult dolenz"
        lines.append(
            TreeLine(
                f"eSc_line_{i:08x}", base, mask, "DefaultLine", words, 0.9,
                tuple(((i * k) % 256) / 255 for k in range(len(words))),
            )
        )  # fmt: skip
    half = len(lines) // 2
    return TreePage(
        "f1r.jpg", 2600, 3900,
        (
            TreeRegion("left", ((0, 0), (9, 0), (9, 9)), "MainZone:column#1", lines=tuple(lines[:half])),
            TreeRegion("right", type="MainZone:column#2", lines=tuple(lines[half:])),
        ),
    )  # fmt: skip


@pytest.fixture
def layer(codex):
    return Transcription.objects.create(document=codex, name="manual")


@pytest.fixture
def folio(codex, layer, alice):
    image = Image.objects.create(sha256="b" * 64, size=1, format="png", width=2600, height=3900)
    page = Page.objects.create(document=codex, position=0, name="f1r.jpg", image=image)
    trees.save_layout(page, tree(LINES), by=alice, reason="import")
    trees.save_texts(page, tree(LINES), layer, by=alice, source="import")
    return page


def test_one_call_has_the_whole_page(as_bob, folio, layer):
    page = as_bob.get(f"/pages/{folio.pk}").json()

    assert [line["position"] for line in page["lines"]] == list(range(LINES))
    assert page["lines"][0]["key"] == "eSc_line_00000000"
    assert page["lines"][0]["type"] == "DefaultLine"
    assert page["regions"][0]["type"] == "MainZone:column#1"
    assert page["layers"] == [{"id": layer.pk, "name": "manual", "kind": "manual"}]
    text = page["texts"][7]
    assert text["content"] == "li cheualiers 7 sen uait a cort mult dolenz"
    assert len(base64.b64decode(text["confidences"])) == len(text["content"])
    assert (text["version"], text["author"]) == (1, "alice")
    assert "words" not in text
    assert page["image"]["iiif"].startswith("/iiif/")


def test_the_answer_is_as_the_openapi_document_says(as_bob, folio):
    page = as_bob.get(f"/pages/{folio.pk}?include=characters").json()

    assert WholePage.model_validate(page).model_dump(mode="json").keys() == page.keys()


def test_a_page_of_206_lines_needs_few_queries_and_little_room(
    as_bob, folio, django_assert_max_num_queries
):
    as_bob.get("/me")
    with django_assert_max_num_queries(6):
        answer = as_bob.get(f"/pages/{folio.pk}", **{"Accept-Encoding": "gzip"})

    assert len(answer.content) < 60_000
    assert len(gzip.decompress(answer.content)) > 100_000


def test_the_caller_chooses_the_layers(as_bob, folio, layer, codex):
    second = Transcription.objects.create(document=codex, name="second")
    line = Line.objects.filter(page=folio)[0]
    LineText.objects.create(line=line, transcription=second, content="x")
    path = f"/pages/{folio.pk}?layers="

    assert {x["layer"] for x in as_bob.get(f"/pages/{folio.pk}").json()["texts"]} == {second.pk}
    assert len(as_bob.get(f"{path}{layer.pk},{second.pk}").json()["texts"]) == LINES + 1
    assert as_bob.get(path).json()["texts"] == []
    assert as_bob.get(f"{path}x").status_code == 422


def test_a_newer_layer_without_text_here_does_not_hide_the_text(as_bob, folio, layer, codex):
    Transcription.objects.create(document=codex, name="read on other pages")

    page = as_bob.get(f"/pages/{folio.pk}").json()

    assert {text["layer"] for text in page["texts"]} == {layer.pk}
    assert len(page["layers"]) == 2


def test_layers_of_other_documents_are_not_shown(as_carol, carol, folio, layer):
    from armarius.models import Document, Membership, Project

    own = Project.objects.create(name="Carol's")
    Membership.objects.create(project=own, user=carol, role="owner")
    document = Document.objects.create(project=own, name="x")
    page = Page.objects.create(document=document, position=0, name="x", image=folio.image)

    assert as_carol.get(f"/pages/{page.pk}?layers={layer.pk}").json()["texts"] == []


def test_characters_come_when_asked_for(as_bob, folio, layer):
    word = Word("En", ((0, 0), (9, 0), (9, 9)), 0.5, (Glyph("E"), Glyph("n")))
    one = TreePage("f1r.jpg", 2600, 3900, lines=(TreeLine("l", text="En", words=(word,)),))
    trees.save_layout(folio, one, by=None, reason="import")
    trees.save_texts(folio, one, layer, source="import")

    (text,) = as_bob.get(f"/pages/{folio.pk}?include=characters").json()["texts"]

    assert text["words"][0]["text"] == "En"
    assert [glyph["text"] for glyph in text["words"][0]["glyphs"]] == ["E", "n"]


def test_saving_one_line_needs_fewer_than_six_queries(as_bob, folio, layer):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    line = Line.objects.filter(page=folio)[0]
    body = {"items": [{"line": line.pk, "layer": layer.pk, "content": "x", "version": 1}]}
    as_bob.get("/me")

    with CaptureQueriesContext(connection) as queries:
        answer = as_bob.patch(f"/pages/{folio.pk}/texts", body, **{"Idempotency-Key": "k"})

    assert answer.json() == {"saved": [{"line": line.pk, "layer": layer.pk, "version": 2}]}
    # In this test the transaction is a savepoint of the test's own.
    real = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(real) == 4


def test_fifty_lines_at_once_need_as_many_queries_as_one(
    as_bob, folio, layer, django_assert_num_queries
):
    lines = Line.objects.filter(page=folio)[:50]
    items = [{"line": x.pk, "layer": layer.pk, "content": "x", "version": 1} for x in lines]
    as_bob.get("/me")

    with django_assert_num_queries(3):
        assert as_bob.patch(f"/pages/{folio.pk}/texts", {"items": items}).status_code == 200


def test_two_people_at_one_line_see_both_texts(as_bob, as_alice, folio, layer):
    line = Line.objects.filter(page=folio)[0]

    def item(content):
        return {
            "items": [{"line": line.pk, "layer": layer.pk, "content": content, "version": 1}]
        }

    assert as_alice.patch(f"/pages/{folio.pk}/texts", item("hers")).status_code == 200
    refused = as_bob.patch(f"/pages/{folio.pk}/texts", item("his"))

    assert refused.status_code == 409
    (there,) = refused.json()["items"]
    assert (there["content"], there["author"], there["version"]) == ("hers", "alice", 2)


def test_the_history_of_a_line_is_a_call_of_its_own(as_bob, folio, layer):
    line = Line.objects.filter(page=folio)[0]
    body = {"items": [{"line": line.pk, "layer": layer.pk, "content": "x", "version": 1}]}
    as_bob.patch(f"/pages/{folio.pk}/texts", body)

    rows = as_bob.get(f"/lines/{line.pk}/history?layer={layer.pk}").json()["items"]

    assert [(row["version"], row["source"], row["author"]) for row in rows] == [
        (2, "edit", "bob"),
        (1, "import", "alice"),
    ]
    restored = as_bob.post(
        f"/lines/{line.pk}/restore", {"layer": layer.pk, "version": 1, "seen": 2}
    )
    assert restored.json()["saved"][0]["version"] == 3


def test_drawing_and_its_conflict(as_bob, folio):
    line = Line.objects.filter(page=folio)[0]
    body = {
        "lines": {"update": [{"id": line.pk, "version": 1, "baseline": [[1, 2], [3.5, 4]]}]}
    }
    path = f"/pages/{folio.pk}/lines"

    drawn = as_bob.patch(path, body)
    refused = as_bob.patch(path, body)

    assert drawn.json()["lines"] == [{"id": line.pk, "key": line.key, "version": 2}]
    assert refused.status_code == 409
    assert refused.json()["items"][0]["baseline"] == [[1, 2], [3.5, 4]]


@pytest.mark.parametrize(
    "body",
    [
        {"lines": {"create": [{"baseline": [[1]]}]}},
        {"lines": {"create": [{"baseline": [[1, 1e9]]}]}},
        {"lines": {"create": [{"type": "x" * 300}]}},
        {"lines": {"create": [{"direction": "up"}]}},
        {"lines": {"delete": [{"id": 1, "version": 1}], "restore": [1]}},
        {"lines": {"create": [{"region": 10**15}]}},
        {"order": [10**15]},
    ],
)
def test_a_drawing_that_cannot_be_used_is_refused(as_bob, folio, body):
    assert as_bob.patch(f"/pages/{folio.pk}/lines", body).status_code == 422


def test_a_snapshot_is_restored_and_that_can_be_undone(as_bob, folio, alice):
    trees.save_layout(folio, tree(3), by=alice, reason="Segmented again")
    (snapshot,) = as_bob.get(f"/pages/{folio.pk}/snapshots").json()["items"]
    assert (snapshot["reason"], snapshot["author"]) == ("Segmented again", "alice")
    assert snapshot["lines"] == LINES

    restored = as_bob.post(f"/snapshots/{snapshot['id']}/restore").json()

    assert Line.objects.filter(page=folio).count() == LINES
    as_bob.post(f"/snapshots/{restored['undo']}/restore")
    assert Line.objects.filter(page=folio).count() == 3
    assert Region.objects.filter(page=folio).count() == 2


def test_a_removed_page_comes_back(as_alice, folio, codex):
    assert as_alice.delete(f"/pages/{folio.pk}").status_code == 204
    assert as_alice.get(f"/pages/{folio.pk}").status_code == 404
    path = f"/documents/{codex.pk}/pages"
    assert as_alice.get(path).json()["count"] == 0
    assert as_alice.get(f"{path}?removed=true").json()["items"][0]["id"] == folio.pk

    assert as_alice.post(f"/pages/{folio.pk}/restore").json()["position"] == 0
    assert as_alice.get(path).json()["count"] == 1


def test_a_page_renamed_by_two_is_a_conflict(as_bob, folio):
    version = Page.objects.get(pk=folio.pk).version
    body = {"version": version, "name": "f. 1r", "direction": "vertical-rl"}

    assert as_bob.patch(f"/pages/{folio.pk}", body).json()["name"] == "f. 1r"
    assert as_bob.patch(f"/pages/{folio.pk}", body).status_code == 409


def test_lines_are_cut_with_their_texts_in_one_call(folio, layer, as_bob):
    """The `checked` of a text may be left out, in new lines and in changed ones."""
    line = folio.lines.order_by("position")[0]
    left, rest = ({"layer": layer.pk, "content": word} for word in ("In", "principio"))
    changed = {"id": line.pk, "version": 1, "texts": [left | {"version": 1}]}
    body = {
        "lines": {"create": [{"key": "rest", "texts": [rest]}], "update": [changed]},
        "source": "cut",
    }

    answer = as_bob.patch(f"/pages/{folio.pk}/lines", body)

    assert answer.status_code == 200, answer.content
    assert {one["version"] for one in answer.json()["texts"]} == {1, 2}
    history = as_bob.get(f"/lines/{line.pk}/history?layer={layer.pk}").json()
    assert [one["source"] for one in history["items"]] == ["cut", "import"]
