"""Documents and pages through the API: tags, archive, moving, choosing, naming, images."""

from __future__ import annotations

import PIL.Image
import pytest

from armarius.models import Document, Image, Line, Membership, OntologyType, Page, Project, Tag
from armarius.ops import tree_parts, trees
from armarius.page import Line as TreeLine
from armarius.page import Page as Tree
from armarius.page import Step
from tests.api.conftest import ApiClient
from tests.api.world import World, build


@pytest.fixture
def world(db) -> World:
    return build()


@pytest.fixture
def owner(world) -> ApiClient:
    return ApiClient(world.tokens["owner"])


@pytest.fixture
def pages(world) -> list[Page]:
    """Nine more pages behind the first, f2.jpg to f10.jpg."""
    return [
        Page.objects.create(
            document=world.document, position=n, name=f"f{n + 1}.jpg", image=world.page.image
        )
        for n in range(1, 10)
    ]


def test_documents_are_found_by_any_all_or_none_of_their_tags(world, owner):
    home = f"/projects/{world.project.pk}"
    names = ("both", "one", "bare")
    ids = {
        name: owner("POST", f"{home}/documents", {"name": name}).json()["id"] for name in names
    }
    a, b = (owner("POST", f"{home}/tags", {"name": name}).json()["id"] for name in "ab")
    for wanted, tags in ((["both", "one"], [a]), (["both"], [b])):
        body = {"document_ids": [ids[name] for name in wanted], "add": tags}
        assert owner("POST", f"{home}/documents/tag", body).status_code == 204

    def found(match: str, *tags: int) -> set[str]:
        query = f"?match={match}&tags={','.join(map(str, tags))}"
        return {one["name"] for one in owner("GET", f"{home}/documents{query}").json()["items"]}

    assert found("any", a, b) == {"both", "one"}
    assert found("all", a, b) == {"both"}
    assert found("none", b) == {"one", "bare", world.document.name}
    assert found("none") == {"bare"}


def test_a_tag_of_another_project_is_refused(world, owner):
    foreign = Tag.objects.create(project=Project.objects.create(name="other"), name="x")
    body = {"document_ids": [world.document.pk], "add": [foreign.pk]}

    answer = owner("POST", f"/projects/{world.project.pk}/documents/tag", body)

    assert answer.status_code == 404
    assert not world.document.tags.filter(pk=foreign.pk).exists()


def test_an_archived_document_leaves_the_list_and_comes_back(world, owner):
    def listed(query: str = "") -> int:
        return int(
            owner("GET", f"/projects/{world.project.pk}/documents{query}").json()["count"]
        )

    owner("POST", f"/documents/{world.document.pk}/archive", {"archived": True})
    assert (listed(), listed("?archived=true")) == (0, 1)
    assert owner("GET", f"/documents/{world.document.pk}").status_code == 200

    owner("POST", f"/documents/{world.document.pk}/archive", {"archived": False})
    assert listed() == 1


def test_a_new_document_takes_over_settings(world, owner):
    first = {
        "name": "a",
        "direction": "horizontal-rl",
        "script": "Hebr",
        "line_position": "topline",
    }
    home = f"/projects/{world.project.pk}/documents"
    model = owner("POST", home, first).json()["id"]

    made = owner("POST", home, {"name": "b", "settings_of": model, "script": "Arab"}).json()

    assert (made["direction"], made["line_position"]) == ("horizontal-rl", "topline")
    assert made["script"] == "Arab"


def test_metadata_are_names_and_values_that_a_new_document_takes_over(world, owner):
    home = f"/projects/{world.project.pk}/documents"
    told = {"shelfmark": "Paris, BnF, fr. 12575", "date": "1401–1410", "leaves": 43}
    made = owner("POST", home, {"name": "a", "metadata": told}).json()
    address = f"/documents/{made['id']}"

    change = {"version": made["version"], "metadata": {"shelfmark": "fr. 12575", "place": ""}}
    changed = owner("PATCH", address, change).json()
    named = owner("PATCH", address, {"version": changed["version"], "name": "b"}).json()
    late = owner("PATCH", address, {"version": made["version"], "metadata": {}})
    taken = owner("POST", home, {"name": "c", "settings_of": made["id"]}).json()

    assert made["metadata"] == told
    assert changed["metadata"] == named["metadata"] == change["metadata"]
    assert late.status_code == 409
    assert owner("GET", address).json()["metadata"] == change["metadata"]
    assert taken["metadata"] == change["metadata"]
    assert owner("POST", home, {"name": "d", "metadata": ["x"]}).status_code == 422


def test_a_moved_document_keeps_types_tags_and_jobs(world, owner):
    target = Project.objects.create(name="target")
    Membership.objects.create(project=target, user=world.people["owner"], role="manager")
    zone = world.page.regions.get().type.name

    answer = owner("POST", f"/documents/{world.document.pk}/move", {"project": target.pk})

    assert answer.json()["project"] == target.pk
    new = OntologyType.objects.get(project=target, name=zone)
    assert world.page.regions.get().type_id == new.pk
    assert [tag.project_id for tag in world.document.tags.all()] == [target.pk]
    assert [tag.project_id for tag in world.page.tags.all()] == [target.pk]
    world.job.refresh_from_db()
    assert world.job.project_id == target.pk


def test_nobody_moves_a_document_into_a_project_that_they_do_not_manage(world, owner):
    target = Project.objects.create(name="target")
    Membership.objects.create(project=target, user=world.people["owner"], role="transcriber")

    answer = owner("POST", f"/documents/{world.document.pk}/move", {"project": target.pk})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("numbers=2-4,10", [1, 2, 3, 9]),
        ("numbers=8-", [7, 8, 9]),
        ("name=f1*", [9]),
        ("name=F1*.JPG", [9]),
        ("name=f*.jpg", list(range(1, 10))),
        ("name=2.jp", [1]),
        ("state=imported", list(range(1, 10))),
        ("state=unchecked", [0]),
        ("holds=text", [0]),
        ("holds=Text", []),
    ],
)
def test_pages_are_chosen_by_number_name_state_and_text(world, owner, pages, query, places):
    all_ = [world.page.pk, *(page.pk for page in pages)]

    found = owner("GET", f"/documents/{world.document.pk}/page-ids?{query}").json()["page_ids"]

    assert found == [all_[place] for place in places]


def test_nonsense_instead_of_page_numbers_is_refused(world, owner):
    answer = owner("GET", f"/documents/{world.document.pk}/page-ids?numbers=all")
    assert answer.status_code == 422
    assert "1-20,25" in answer.json()["detail"]


def test_pages_are_renamed_together_or_not_at_all(world, owner, pages):
    path = f"/documents/{world.document.pk}/pages/rename"
    folios = [{"page": page.pk, "name": f"f. {n}r"} for n, page in enumerate(pages, 1)]

    assert owner("POST", path, {"names": folios}).status_code == 204
    assert Page.objects.get(pk=pages[2].pk).name == "f. 3r"

    foreign = [{"page": pages[0].pk, "name": "x"}, {"page": 10**9, "name": "y"}]
    assert owner("POST", path, {"names": foreign}).status_code == 404
    assert Page.objects.get(pk=pages[0].pk).name == "f. 1r"


def test_a_better_scan_takes_the_lines_along_and_the_old_one_comes_back(
    world, owner, tmp_path, monkeypatch
):
    page, line = world.page, world.line
    tree = Tree("f1r.jpg", 2000, 3000, lines=(TreeLine("a", ((100, 200), (900, 200))),))
    trees.save_layout(page, tree, by=world.people["owner"], reason="drawn")
    line = Line.objects.get(page=page)
    path = f"/pages/{page.pk}/image"

    def scan(width: int, height: int) -> dict[str, object]:
        upload = world.upload("owner")
        file = tmp_path / "scan.png"
        PIL.Image.new("L", (width, height), width % 250).save(file)
        from armarius.ops import uploading

        uploading.path(upload).write_bytes(file.read_bytes())
        return {"upload": str(upload.pk)}

    refused = owner("POST", path, scan(500, 500))
    assert refused.status_code == 409
    assert refused.json()["items"] == [{"width": 500, "height": 500}]

    assert "0.1" in owner("POST", path, scan(200, 300)).json()["note"]
    line.refresh_from_db()
    assert line.baseline == [[10, 20], [90, 20]]
    former = owner("GET", f"/pages/{page.pk}/facts").json()["former_images"]
    assert [one["width"] for one in former] == [2000, 2000]
    assert [one["snapshot"] for one in former] == [None, None]

    owner("POST", f"{path}/restore", {"former": former[0]["id"]})
    line.refresh_from_db()
    assert line.baseline == [[100, 200], [900, 200]]
    assert Image.objects.get(pages=page).width == 2000


def test_the_facts_of_a_page_tell_its_type_and_its_own_direction(world, owner):
    def facts() -> tuple[str, str]:
        told = owner("GET", f"/pages/{world.page.pk}/facts").json()
        return told["type"], told["direction"]

    def change(**values: str) -> None:
        world.page.refresh_from_db()
        path = f"/pages/{world.page.pk}"
        assert owner("PATCH", path, values | {"version": world.page.version}).status_code == 200

    assert facts() == ("", "")
    change(type="TitlePage", direction="horizontal-rl")
    assert facts() == ("TitlePage", "horizontal-rl")
    change(type="", direction="")
    assert facts() == ("", "")


def test_the_facts_of_a_page_tell_what_made_its_lines_and_texts(world, owner):
    steps = (
        Step("import", software="eScriptorium", description="Made elsewhere"),
        Step(
            "recognition", "kraken", "7.1", date="2026-11-01T10:00:00+00:00", model="latin",
            model_sha256="c" * 64,
            parameters={"inference": "kraken (it has a layer “W”)", "precision": "fp32"},
        ),
    )  # fmt: skip
    world.page.steps = tree_parts.plain(steps)
    world.page.save()

    told = owner("GET", f"/pages/{world.page.pk}/facts").json()["steps"]

    assert [one["kind"] for one in told] == ["import", "recognition"]
    assert (told[0]["software"], told[0]["parameters"]) == ("eScriptorium", {})
    assert told[1]["parameters"]["inference"] == "kraken (it has a layer “W”)"
    assert (told[1]["model"], told[1]["date"]) == ("latin", "2026-11-01T10:00:00+00:00")


def test_the_list_of_pages_says_how_much_is_read_and_checked(world, owner):
    world.page.lines.first().texts.update(checked=True)

    row = owner("GET", f"/documents/{world.document.pk}/pages").json()["items"][0]

    assert (row["lines_count"], row["lines_read"], row["lines_checked"]) == (3, 3, 1)
    assert [tag["id"] for tag in row["tags"]] == [world.tag.pk]


def test_a_document_in_numbers(world, owner):
    report = owner("GET", f"/documents/{world.document.pk}/report").json()
    characters = owner(
        "GET", f"/documents/{world.document.pk}/characters?layer={world.layer.pk}"
    ).json()["characters"]

    assert report["states"] == {"pages": 1, "imported": 0, "segmented": 0, "recognised": 1}
    assert report["layers"][0] | {"document_name": ""} == {
        "id": world.layer.pk, "name": world.layer.name, "document_name": "", "amount": 3, "checked": 0,
    }  # fmt: skip
    # “MARK-7f3a text”, three times.
    assert {row["character"]: row["amount"] for row in characters}["t"] == 6
    assert next(row for row in characters if row["character"] == "-")["name"] == "HYPHEN-MINUS"


def test_the_number_of_queries_does_not_grow_with_the_documents(
    world, owner, django_assert_max_num_queries
):
    for n in range(20):
        Document.objects.create(project=world.project, name=f"d{n}").tags.add(world.tag)

    with django_assert_max_num_queries(8):
        owner("GET", f"/projects/{world.project.pk}/documents?sort=-pages")
