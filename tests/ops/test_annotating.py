"""Annotations of images and texts: what they may say, where they are, and their W3C form."""

from __future__ import annotations

import json

import pytest

from armarius import formats
from armarius.errors import BadInput, Conflict
from armarius.models import Line, LineText, Page
from armarius.ops import (
    adopting,
    annotating,
    documents,
    projects,
    taxonomies,
    trees,
    web_annotations,
)
from armarius.ops.annotating import Span

CORNERS = [[10, 20], [110, 20], [110, 70], [10, 70]]


@pytest.fixture
def page(folio, tree, layer, alice):
    trees.save_layout(folio, tree, by=alice, reason="import")
    trees.save_texts(folio, tree, layer, source="import")
    return Page.objects.select_related("document__project", "image").get(pk=folio.pk)


@pytest.fixture
def make(project, alice):
    def taxonomy(name, marker, **values):
        values = {"colour": "", "components": [], "comments": True} | values
        return taxonomies.add(project, {"name": name, "marker": marker} | values, by=alice)

    return taxonomy


@pytest.fixture
def seal(make):
    components = [
        {"name": "shape", "type": "text", "values": ["round", "oval"]},
        {"name": "year", "type": "number", "values": []},
        {"name": "found", "type": "date", "values": []},
    ]
    return make("Seal", "rectangle", components=components)


@pytest.fixture
def person(make):
    return make("Person", "background", comments=False)


def span(layer, start=("l1", 3), end=("l2", 2)):
    ids = dict(Line.objects.values_list("key", "pk"))
    return Span(layer.pk, ids[start[0]], start[1], ids[end[0]], end[1])


def test_an_image_is_annotated_and_the_annotation_changed(page, seal, bob):
    made = annotating.add(page, seal, CORNERS, {"shape": "round"}, ["broken"], by=bob)
    assert annotating.shape(made)["polygon"] == CORNERS

    annotating.change(made, 1, values={"shape": "oval", "year": "1302"}, by=bob)

    made.refresh_from_db()
    assert (made.values, made.comments, made.version) == (
        {"shape": "oval", "year": "1302"}, ["broken"], 2,
    )  # fmt: skip
    with pytest.raises(Conflict):
        annotating.change(made, 1, comments=[], by=bob)
    annotating.put(made, gone=True, by=bob)
    assert list(annotating.of_page(page)) == []
    annotating.put(made, gone=False, by=bob)
    assert list(annotating.of_page(page)) == [made]


@pytest.mark.parametrize(
    "values",
    [{"shape": "square"}, {"colour": "red"}, {"year": "soon"}, {"found": "2026-13-01"}],
)
def test_what_the_taxonomy_does_not_allow_is_refused(page, seal, bob, values):
    with pytest.raises(BadInput):
        annotating.add(page, seal, CORNERS, values, [], by=bob)


def test_a_text_is_annotated_over_lines_and_keeps_its_words(page, person, layer, bob):
    made = annotating.add(page, person, span(layer), {}, [], by=bob)
    assert made.quote == "nom dieu\nam"

    LineText.objects.filter(line__key="l1").update(content="other")
    made.refresh_from_db()
    assert made.quote == "nom dieu\nam"

    Line.objects.filter(key="l2").update(deleted_at="2026-01-01T00:00:00Z")
    assert list(annotating.of_page(page)) == []  # until the line comes back


def test_places_that_are_none_are_refused(page, person, seal, layer, bob):
    for where in (
        span(layer, ("l2", 2), ("l1", 3)),
        span(layer, ("l1", 3), ("l1", 3)),
        span(layer, ("l1", 3), ("l2", 99)),
        Span(layer.pk, 1, 0, 10**9, 1),
        Span(10**9, 1, 0, 1, 1),
        CORNERS,
    ):
        with pytest.raises(BadInput):
            annotating.add(page, person, where, {}, [], by=bob)
    for where in (span(layer), CORNERS[:2]):
        with pytest.raises(BadInput):
            annotating.add(page, seal, where, {}, [], by=bob)
    with pytest.raises(BadInput, match="no comments"):
        annotating.add(page, person, span(layer), {}, ["x"], by=bob)


def test_a_taxonomy_is_changed_removed_and_brought_back(page, seal, project, make, alice):
    made = annotating.add(page, seal, CORNERS, {"shape": "round"}, [], by=alice)
    other = make("Stamp", "polygon")
    assert other.colour != seal.colour

    taxonomies.change(seal, 1, {"components": []}, by=alice)
    made.refresh_from_db()
    assert made.values == {"shape": "round"}  # what was said stays
    with pytest.raises(Conflict):
        taxonomies.change(seal, 1, {"name": "x"}, by=alice)
    with pytest.raises(BadInput, match="already"):
        taxonomies.change(seal, 2, {"name": "Stamp"}, by=alice)

    taxonomies.put(seal, gone=True, by=alice)
    with pytest.raises(BadInput, match="not a taxonomy"):
        annotating.add(page, seal, CORNERS, {}, [], by=alice)
    assert annotating.of_page(page).get() == made
    taxonomies.put(seal, gone=False, by=alice)
    annotating.add(page, seal, CORNERS, {}, [], by=alice)


def test_the_w3c_form_comes_back_as_it_went(page, seal, person, make, layer, bob):
    spot = make("Spot", "polygon")
    annotating.add(page, seal, CORNERS, {"shape": "round"}, ["broken", "wax"], by=bob)
    annotating.add(page, spot, [[0, 0], [9.5, 0], [4, 7]], {}, [], by=bob)
    annotating.add(page, person, span(layer), {}, [], by=bob)

    document = json.loads(json.dumps(web_annotations.write(page, annotating.of_page(page))))
    assert document["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert document["items"][0]["target"]["selector"]["value"] == "xywh=pixel:10,20,100,50"
    assert document["items"][2]["target"]["selector"][1]["exact"] == "nom dieu\nam"

    found = [
        (x.taxonomy, x.where, x.values, x.comments) for x in web_annotations.read(document)
    ]
    assert found == [
        ("Seal", CORNERS, {"shape": "round"}, ["broken", "wax"]),
        ("Spot", [[0, 0], [9.5, 0], [4, 7]], {}, []),
        ("Person", span(layer), {}, []),
    ]


def test_the_form_of_escriptorium_is_read_and_faults_are_said():
    good = {
        "type": "Annotation",
        "body": [
            {"type": "TextualBody", "value": "Seal", "purpose": "tagging"},
            {"type": "TextualBody", "value": "round", "purpose": "attribute-shape"},
        ],
        "target": {"selector": {"type": "FragmentSelector", "value": "xywh=pixel:1,2,3,4"}},
    }
    assert web_annotations.read(good)[0].values == {"shape": "round"}
    for bad in (
        {},
        {"type": "AnnotationPage", "items": []},
        good | {"body": []},
        good | {"target": {}},
        good | {"target": {"selector": {"type": "SvgSelector", "value": "<circle/>"}}},
        good | {"target": {"selector": {"type": "RangeSelector"}}},
    ):
        with pytest.raises(BadInput):
            web_annotations.read(bad)


def test_the_json_tree_carries_them_into_another_project(
    page, seal, person, layer, alice, image
):
    annotating.add(page, seal, CORNERS, {"shape": "round"}, ["broken"], by=alice)
    annotating.add(page, person, span(layer), {}, [], by=alice)
    annotating.put(annotating.add(page, seal, CORNERS, {}, [], by=alice), gone=True, by=alice)
    data = formats.write(trees.load_page(page, layer), "json")
    assert formats.losses(trees.load_page(page, layer), "alto") == ["annotations are not held."]

    other = documents.create(projects.create("Other", by=alice), "copy", by=alice)
    copy = Page.objects.create(document=other, position=0, name="f1r.jpg", image=image)
    for new in (True, False):  # the second time it is there already
        tree = formats.read(data, "f1r.json").page
        adopting.adopt(
            copy, tree, adopting.Layer("manual"), new=new, by=alice, said="importing"
        )

    own = other.transcriptions.get()
    found = trees.load_page(
        Page.objects.select_related("document", "image").get(pk=copy.pk), own
    )
    assert found.annotations == trees.load_page(page, layer).annotations
    assert [x.taxonomy for x in found.annotations] == ["Seal", "Person"]
    assert found.annotations[1].quote == "nom dieu\nam"
