"""Search finds what one may see, by words, letters or pattern, and nothing else."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.utils import timezone

from armarius.models import Document, Image, Line, LineText, OntologyType, Page, Project, Role
from armarius.ops import searching

TEXTS = ("En nom dieu amen", "Li rois Artus", "li ROIS de France", "a.b", "roi\u0301s fu")


@pytest.fixture
def lines(project, codex):
    """Lines of the codex, and one in a project that nobody of the cast belongs to."""
    image = Image.objects.create(
        sha256="a" * 64, size=1000, format="jpeg", width=2000, height=3000
    )
    foreign = Document.objects.create(project=Project.objects.create(name="far"), name="far")
    kind = OntologyType.objects.create(project=project, kind="line", name="HeadingLine")
    for document, texts in ((codex, TEXTS), (foreign, ("rois",))):
        page = Page.objects.create(document=document, position=0, name="f1r", image=image)
        layer = document.transcriptions.create(name="manual")
        for number, text in enumerate(texts):
            line = Line.objects.create(
                page=page, key=f"l{number}", position=number,
                type=kind if document == codex and number == 1 else None,
                baseline=[[100, 100 + 50 * number], [900, 100 + 50 * number]],
                mask=[[100, 60 + 50 * number], [900, 60 + 50 * number], [900, 110 + 50 * number]],
            )  # fmt: skip
            LineText.objects.create(line=line, transcription=layer, content=text)
    return codex


def found(client, **query):
    answer = client.get(f"/search?{urlencode(query)}")
    assert answer.status_code == 200, answer.content
    assert answer.json()["count"] == len(answer.json()["items"])
    return [x["content"] for x in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"q": "rois"}, [TEXTS[1], TEXTS[2]]),
        ({"q": "rois -france"}, [TEXTS[1]]),
        ({"q": '"nom dieu"'}, [TEXTS[0]]),
        ({"q": "dieu nom"}, [TEXTS[0]]),
        ({"q": "rois", "mode": "exact"}, [TEXTS[1]]),
        ({"q": "a.b", "mode": "exact"}, [TEXTS[3]]),
        ({"q": "roís", "mode": "exact"}, [TEXTS[4]]),
        ({"q": r"^[Ll]i .*s$", "mode": "regex"}, [TEXTS[1]]),
        ({"q": "rois", "type": "HeadingLine"}, [TEXTS[1]]),
        ({"q": "nothing"}, []),
    ],
)
def test_lines_are_found(as_alice, lines, query, expected):
    assert found(as_alice, **query) == expected


def test_a_search_is_narrowed_by_layer_and_types(as_alice, lines, project):
    zone = OntologyType.objects.create(project=project, kind="region", name="MainZone")
    page = lines.pages.get()
    region = page.regions.create(key="r", position=0, type=zone)
    Line.objects.filter(page=page, position__in=(0, 2)).update(region=region)
    other = lines.transcriptions.create(name="by a model")
    LineText.objects.create(line=page.lines.first(), transcription=other, content="rois rois")

    assert found(as_alice, q="rois", region_type="MainZone") == ["rois rois", TEXTS[2]]
    assert found(as_alice, q="rois", layer_name="by a model") == ["rois rois"]
    assert found(as_alice, q="rois", layer_name="manual", type="HeadingLine") == [TEXTS[1]]
    assert found(as_alice, q="rois", region_type="MainZone", type="HeadingLine") == []


def test_only_names_of_what_one_sees_are_offered(
    as_alice, signed_in, carol, lines, project, django_assert_max_num_queries
):
    OntologyType.objects.create(project=project, kind="region", name="MainZone")
    for number in range(20):
        more = Document.objects.create(project=project, name=f"d{number}")
        more.transcriptions.create(name="manual")
        more.transcriptions.create(name=f"m{number:02}")
    OntologyType.objects.create(
        project=Project.objects.get(name="far"), kind="line", name="far type"
    )
    as_alice.get("/search/choices")

    with django_assert_max_num_queries(5):
        offered = as_alice.get("/search/choices").json()

    assert offered["types"] == ["HeadingLine"]
    assert offered["region_types"] == ["MainZone"]
    assert offered["layers"] == [*(f"m{number:02}" for number in range(20)), "manual"]
    assert as_alice.get(f"/search/choices?project={project.pk}").json() == offered
    nothing: dict[str, list[str]] = {"layers": [], "types": [], "region_types": []}
    assert signed_in(carol).get(f"/search/choices?project={project.pk}").json() == nothing


def test_nobody_finds_what_they_do_not_see(as_alice, signed_in, carol, ines, lines):
    assert found(signed_in(carol), q="rois") == []
    assert len(found(signed_in(ines), q="rois")) == 3
    assert found(as_alice, q="rois", document=10**9) == []
    lines.project.memberships.update(role=Role.READER)
    assert len(found(as_alice, q="rois", document=lines.pk)) == 2


def test_what_is_removed_or_archived_is_not_found(as_alice, lines):
    Line.objects.filter(texts__content=TEXTS[1]).update(deleted_at=timezone.now())
    assert found(as_alice, q="rois") == [TEXTS[2]]
    lines.transcriptions.update(archived_at=timezone.now())
    assert found(as_alice, q="rois") == []


def test_a_find_leads_to_its_place_and_its_picture(as_alice, lines):
    (row,) = as_alice.get("/search?q=artus").json()["items"]

    line = Line.objects.get(pk=row["line"])
    assert (row["page"], row["document"], row["project_name"]) == (
        line.page_id, lines.pk, "Chansonniers",
    )  # fmt: skip
    assert row["cutout"].endswith("/88,98,824,74/!1200,160/0/default.jpg")


def test_nonsense_is_refused_in_a_sentence(as_alice, lines):
    answer = as_alice.get("/search?mode=regex&q=(")
    assert answer.status_code == 422
    assert "is no regular expression" in answer.json()["detail"]
    for query in ("", "?q=", "?q=a&mode=x", "?q=a&document=0", f"?q={'a' * 501}"):
        assert as_alice.get(f"/search{query}").status_code == 422
    assert as_alice.get("/search?q=%00").status_code == 422


def test_a_search_without_end_is_ended(as_alice, lines, monkeypatch):
    monkeypatch.setattr(searching, "SECONDS", 1)
    page, layer = lines.pages.get(), lines.transcriptions.get()
    line = Line.objects.create(page=page, key="long", position=99)
    text = "".join(str(number) for number in range(2000))
    LineText.objects.create(line=line, transcription=layer, content=text)
    answer = as_alice.get(r"/search?mode=regex&q=^(.%2B)(.%2B)(.%2B)(.%2B)\1\2\3\4$")

    assert answer.status_code == 422
    assert "takes longer than 1 seconds" in answer.json()["detail"]


def test_words_are_found_through_the_index(lines):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = searching.with_words(LineText.objects.all(), "rois")
        assert "words_of_texts" in rows.explain()
