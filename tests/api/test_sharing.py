"""Sharing projects and documents with persons and teams: the highest role counts, at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from armarius.models import Document, Membership, Page, Project, Role, Team
from armarius.ops import members, sharing, teams


@pytest.fixture
def readers(bob):
    """A team of Bob's."""
    return teams.create("Readers", by=bob)


def role_of(client, path):
    answer = client.get(path)
    return answer.json()["role"] if answer.status_code == 200 else answer.status_code


def test_a_team_opens_a_project_to_everybody_in_it_and_closes_it_again(
    as_alice, as_bob, as_carol, alice, carol, project, readers
):
    teams.add(readers, alice, by=readers.owner)
    path = f"/projects/{project.pk}"
    assert role_of(as_carol, path) == 404

    shared = as_alice.post(f"{path}/members", {"team": readers.pk, "role": "reader"})
    assert shared.status_code == 201
    assert shared.json()["team"] == {"id": readers.pk, "name": "Readers"}
    assert role_of(as_carol, path) == 404
    assert as_bob.post(f"/teams/{readers.pk}/people", {"username": "carol"}).status_code == 201
    assert role_of(as_carol, path) == "reader"
    assert as_alice.get("/projects").json()["items"][0]["members"] == 3

    as_alice.patch(f"{path}/teams/{readers.pk}", {"role": "transcriber"})
    assert role_of(as_carol, path) == "transcriber"
    assert as_alice.delete(f"{path}/teams/{readers.pk}").status_code == 204
    assert role_of(as_carol, path) == 404


def test_the_highest_of_several_roles_counts(as_bob, project, readers, bob, codex):
    path = f"/projects/{project.pk}"
    for role, effective in (("reader", "transcriber"), ("manager", "manager")):
        Membership.objects.update_or_create(
            project=project, team=readers, defaults={"role": role}
        )
        assert role_of(as_bob, path) == effective
        assert role_of(as_bob, f"/documents/{codex.pk}") == effective
        assert as_bob.get("/projects").json()["count"] == 1  # seen once, by both ways


def test_a_shared_document_shows_nothing_else_of_its_project(
    as_alice, as_carol, project, codex, carol
):
    other = Document.objects.create(project=project, name="Ms 1")
    path = f"/documents/{codex.pk}"
    shared = as_alice.post(f"{path}/shares", {"username": "carol", "role": "transcriber"})
    assert shared.status_code == 201

    assert role_of(as_carol, path) == "transcriber"
    assert role_of(as_carol, f"/documents/{other.pk}") == 404
    assert role_of(as_carol, f"/projects/{project.pk}") == "guest"
    documents = as_carol.get(f"/projects/{project.pk}/documents").json()
    assert [one["name"] for one in documents["items"]] == ["Ms 3516"]
    assert as_carol.get(f"/projects/{project.pk}/types").status_code == 200
    assert as_carol.get(f"/projects/{project.pk}/members").status_code == 403
    assert as_carol.post(f"{path}/layers", {"name": "x"}).status_code == 201

    assert as_alice.delete(f"{path}/shares/{shared.json()['id']}").status_code == 204
    assert role_of(as_carol, path) == 404
    assert role_of(as_carol, f"/projects/{project.pk}") == 404


def test_a_document_counts_more_than_the_project_where_its_role_is_higher(
    as_alice, as_bob, project, codex, bob
):
    members.share(sharing.document_of(owner_of(project), codex.pk), bob, Role.MANAGER, by=bob)

    assert role_of(as_bob, f"/documents/{codex.pk}") == "manager"
    assert role_of(as_bob, f"/projects/{project.pk}") == "transcriber"
    assert as_bob.delete(f"/documents/{codex.pk}").status_code == 403  # the project's to decide


def owner_of(project):
    return project.memberships.get(role=Role.OWNER).user


def test_nobody_shares_above_their_own_role_or_with_a_team_of_others(
    as_alice, signed_in, project, codex, carol, readers
):
    Membership.objects.create(project=project, user=carol, role=Role.MANAGER)
    carols = signed_in(carol)
    members_path = f"/projects/{project.pk}/members"

    assert carols.post(members_path, {"team": readers.pk, "role": "reader"}).status_code == 404
    mine = teams.create("Mine", by=carol)
    assert carols.post(members_path, {"team": mine.pk, "role": "owner"}).status_code == 403
    shares = f"/documents/{codex.pk}/shares"
    assert as_alice.post(shares, {"username": "bob", "role": "owner"}).status_code == 422
    neither = as_alice.post(members_path, {"role": "reader"})
    assert neither.status_code == 422
    assert "a user name or a team" in neither.json()["detail"]


def test_a_team_is_handed_on_before_its_owner_leaves_and_dissolved(
    as_bob, as_carol, readers, bob, carol, project
):
    path = f"/teams/{readers.pk}"
    as_bob.post(f"{path}/people", {"username": "carol"})
    Membership.objects.create(project=project, team=readers, role=Role.READER)
    assert as_carol.patch(path, {"name": "x"}).status_code == 403
    assert as_bob.delete(f"{path}/people/{bob.pk}").status_code == 422
    assert as_bob.patch(path, {"name": "Lectores"}).json()["name"] == "Lectores"

    assert as_bob.post(f"{path}/owner", {"user": carol.pk}).json()["owner"]["id"] == carol.pk
    assert as_bob.delete(f"{path}/people/{bob.pk}").status_code == 204
    assert as_bob.get(path).status_code == 404
    assert as_carol.delete(path).status_code == 204
    assert not Team.objects.exists()
    assert role_of(as_carol, f"/projects/{project.pk}") == 404


def test_the_owner_of_a_project_stays_although_a_team_owns_it_too(
    as_alice, alice, project, readers
):
    Membership.objects.create(project=project, team=readers, role=Role.OWNER)

    gone = as_alice.delete(f"/projects/{project.pk}/members/{alice.pk}")

    assert gone.status_code == 422
    assert "needs an owner" in gone.json()["detail"]


def test_queries_stay_the_same_however_many_ways_lead_in(as_bob, bob, project, codex):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            as_bob.get("/projects")
            as_bob.get(f"/projects/{project.pk}/documents")
        return len(queries)

    ask()
    before = ask()
    for number in range(5):
        team = teams.create(f"team {number}", by=bob)
        Membership.objects.create(project=project, team=team, role=Role.MANAGER)
        other = Project.objects.create(name=f"{number}")
        document = Document.objects.create(project=other, name="d")
        document.shares.create(team=team, role=Role.READER)

    assert ask() == before
    assert as_bob.get("/projects").json()["count"] == 6


def test_the_page_of_an_editor_opens_by_every_way(as_carol, carol, codex, project, image):
    page = Page.objects.create(document=codex, position=0, name="f1", image=image)
    path = f"/pages/{page.pk}"
    team = teams.create("t", by=carol)
    for give in (
        lambda: codex.shares.create(user=carol, role=Role.READER),
        lambda: codex.shares.create(team=team, role=Role.READER),
        lambda: Membership.objects.create(project=project, team=team, role=Role.READER),
        lambda: Membership.objects.create(project=project, user=carol, role=Role.READER),
    ):
        assert as_carol.get(path).status_code == 404
        given = give()
        assert as_carol.get(path).status_code == 200
        assert as_carol.patch(f"{path}/texts", {"items": []}).status_code in (403, 422)
        given.delete()


@pytest.fixture
def image(db):
    from armarius.models import Image

    return Image.objects.create(sha256="b" * 64, size=1, format="jpeg", width=20, height=30)
