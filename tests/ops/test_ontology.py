"""Types of a project: keys, colours, order, removing and back, documents in and out."""

from __future__ import annotations

import pytest

from armarius.errors import BadInput, Conflict
from armarius.models import Line, OntologyType, Region
from armarius.ops import drawing, ontology, ontology_files, trees


def types(project, kind):
    return {row.name: row for row in project.types.filter(kind=kind, deleted_at=None)}


def test_segmonto_comes_with_keys_and_colours_and_only_once(project, alice):
    added = ontology.add_many(project, ontology.segmonto(), by=alice)

    lines = types(project, "line")
    assert added == sum(map(len, ontology.SEGMONTO.values()))
    assert lines["DefaultLine"].key == "1"
    assert len({row.colour for row in lines.values()}) == len(lines)
    assert next(iter(types(project, "region"))) == "MainZone"  # in the vocabulary's order
    assert ontology.add_many(project, ontology.segmonto(), by=alice) == 0


def test_types_met_one_by_one_get_different_colours(folio, tree, alice, project):
    trees.save_layout(folio, tree, by=alice, reason="import")
    for name in ("Gloss", "Rubric"):
        changes = drawing.Changes(create=[{"type": name}])
        drawing.draw(folio, drawing.Changes(), changes, None, by=alice)

    assert len({row.colour for row in types(project, "line").values()}) == 3


def test_a_key_goes_over_to_the_type_that_asks_for_it(project, alice):
    first = ontology.add(project, "line", "A", key="1", by=alice)
    other_kind = ontology.add(project, "region", "A", key="1", by=alice)
    second = ontology.add(project, "line", "B", by=alice)

    ontology.change(second, 1, {"key": "1"}, by=alice)

    first.refresh_from_db()
    other_kind.refresh_from_db()
    assert (first.key, second.key, other_kind.key) == ("", "1", "1")
    with pytest.raises(Conflict):  # it has lost its key since it was read
        ontology.change(first, 1, {"name": "C"}, by=alice)


@pytest.mark.parametrize("name", ["", "  ", "Main:column", "Main#1", "x" * 201])
def test_a_name_that_shapes_could_not_carry_is_refused(project, alice, name):
    with pytest.raises(BadInput):
        ontology.add(project, "line", name, by=alice)


def test_a_renamed_type_stays_on_its_shapes(folio, tree, alice, project):
    trees.save_layout(folio, tree, by=alice, reason="import")

    ontology.change(types(project, "region")["MainZone"], 1, {"name": "Body"}, by=alice)

    assert trees.load_page(folio, None).regions[0].type == "Body:column#1"
    with pytest.raises(BadInput):
        ontology.change(
            types(project, "region")["Body"], 2, {"name": "MarginTextZone"}, by=alice
        )


def test_a_type_in_use_is_removed_only_with_an_heir_and_comes_back(folio, tree, alice, project):
    trees.save_layout(folio, tree, by=alice, reason="import")
    main, margin = (types(project, "region")[x] for x in ("MainZone", "MarginTextZone"))
    own = Region.objects.get(type=margin)
    with pytest.raises(Conflict) as refused:
        ontology.remove(main, None, by=alice)
    assert refused.value.items[0]["regions"] == 1

    ontology.remove(main, margin, by=alice)
    moved = Region.objects.get(key="r1")
    assert (moved.type, moved.version, moved.type_detail) == (margin, 2, ":column#1")
    assert "MainZone" not in types(project, "region")

    ontology.bring_back(main, by=alice)
    moved.refresh_from_db()
    own.refresh_from_db()
    assert (moved.type, own.type) == (main, margin)


def test_an_heir_is_of_the_same_kind_and_a_free_type_needs_none(project, alice):
    line, region = (ontology.add(project, kind, "A", by=alice) for kind in ("line", "region"))
    with pytest.raises(BadInput):
        ontology.remove(line, region, by=alice)

    ontology.remove(line, None, by=alice)
    again = ontology.add(project, "line", "A", by=alice)

    with pytest.raises(BadInput, match="again"):
        ontology.bring_back(line, by=alice)
    ontology.remove(again, None, by=alice)
    ontology.bring_back(line, by=alice)
    assert types(project, "line") == {"A": line}


def test_a_shape_drawn_with_the_name_of_a_removed_type_gets_a_new_one(folio, alice, project):
    old = ontology.add(project, "line", "Gloss", by=alice)
    ontology.remove(old, None, by=alice)

    drawing.draw(
        folio, drawing.Changes(), drawing.Changes(create=[{"type": "Gloss"}]), None, by=alice
    )

    assert Line.objects.get().type not in (None, old)


def test_the_order_is_as_said_and_the_others_follow(project, alice):
    a, b, c = (ontology.add(project, "line", name, by=alice) for name in "abc")

    ontology.arrange(project, [c.pk, a.pk], by=alice)

    assert list(types(project, "line").values()) == [c, a, b]
    for wrong in ([a.pk, a.pk], [0]):
        with pytest.raises(BadInput):
            ontology.arrange(project, wrong, by=alice)


@pytest.mark.parametrize("style", ["armarius", "escriptorium"])
def test_a_document_goes_into_another_project(project, alice, style):
    from armarius.ops import projects

    ontology.add_many(project, ontology.segmonto(), by=alice)
    ontology.add(project, "page", "Cover", colour="#112233", by=alice)
    other = projects.create("Other", by=alice)

    ontology.add_many(
        other, ontology_files.read(ontology_files.write(project, style)), by=alice
    )

    named = ("kind", "name", "colour") + (("key",) if style == "armarius" else ())
    both = [
        OntologyType.objects.filter(project=x).values_list(*named) for x in (project, other)
    ]
    assert list(both[0]) == list(both[1])


def test_a_document_keeps_what_is_there(project, alice):
    mine = ontology.add(project, "line", "A", key="1", by=alice)
    document = {"lines": ["A", {"name": "B", "color": "#ABCDEF"}], "regions": ["Zone"]}

    assert ontology.add_many(project, ontology_files.read(document), by=alice) == 2

    mine.refresh_from_db()
    assert (mine.key, mine.version) == ("1", 1)
    assert types(project, "line")["B"].colour == "#abcdef"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"types": [{"name": "A"}]},
        {"types": "A"},
        {"types": [{"kind": "line", "name": 3}]},
        {"version": 2, "types": []},
        {"lines": [{"name": "A", "color": "red"}]},
        {"types": [{"kind": "line", "name": "A", "key": "12"}]},
        {"lines": [f"{i}" for i in range(501)]},
    ],
)
def test_a_document_that_is_none_is_refused_in_words(document):
    with pytest.raises(BadInput):
        ontology_files.read(document)
