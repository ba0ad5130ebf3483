"""Invitations: by mail or link, single and many, used once, never for more than one may share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from armarius.errors import BadInput
from armarius.models import (
    Invitation,
    Letter,
    Membership,
    Notice,
    Role,
    TeamMember,
    User,
)
from armarius.ops import invitations, teams


@pytest.fixture
def inviter(alice):
    """Alice may invite."""
    User.objects.filter(pk=alice.pk).update(may_invite=True, full_name="Alice Fanous")
    alice.refresh_from_db()
    return alice


def invite(client, **given):
    answer = client.post("/invitations", given)
    assert answer.status_code == 201, answer.content
    return answer.json()["path"].partition("#")[2]


def join(client, token, **given):
    body = {"token": token, "username": "nora", "password": "quite long enough", **given}
    return client.post("/invitations/join", body)


def test_a_new_person_joins_a_project_and_a_team_and_is_signed_in(
    as_alice, as_nobody, inviter, project
):
    team = teams.create("Copyists", by=inviter)
    until = (timezone.now() + timedelta(days=3)).isoformat()
    token = invite(
        as_alice, email="nora@example.org", name="Nora", project=project.pk,
        role="transcriber", team=team.pk, expires_at=until,
    )  # fmt: skip
    letter = Letter.objects.get()
    assert letter.to == "nora@example.org"
    assert f"/invitation#{token}" in letter.text
    assert "“Chansonniers”" in letter.text

    seen = as_nobody.post("/invitations/look", {"token": token}).json()
    assert (seen["by"], seen["project"], seen["team"], seen["role"]) == (
        "Alice Fanous", "Chansonniers", "Copyists", "transcriber",
    )  # fmt: skip
    assert as_alice.get("/invitations").json()["items"][0]["state"] == "seen"
    joined = join(as_nobody, token, full_name="Nora Quist")
    assert joined.status_code == 201
    assert joined.json()["email"] == "nora@example.org"
    assert as_nobody.get("/me").json()["username"] == "nora"

    nora = User.objects.get(username="nora")
    assert nora.email_confirmed_at is not None
    assert Membership.objects.get(user=nora).role == Role.TRANSCRIBER
    assert TeamMember.objects.filter(team=team, user=nora).exists()
    assert Notice.objects.get(user=inviter).payload["by"] == "Nora Quist"
    listed = as_alice.get("/invitations").json()["items"][0]
    assert (listed["state"], listed["accepted_by"]["username"]) == ("accepted", "nora")


def test_a_link_works_once_and_not_when_old_revoked_or_sent_again(as_alice, as_nobody, inviter):
    token = invite(as_alice)
    assert join(as_nobody, token).status_code == 201
    again = join(as_nobody, token, username="other")
    assert again.status_code == 422
    assert "Ask Alice Fanous for a new one" in again.json()["detail"]

    old = invite(as_alice)
    Invitation.objects.filter(accepted_at=None).update(expires_at=timezone.now())
    assert "too old" in join(as_nobody, old).json()["detail"]

    number = Invitation.objects.filter(accepted_at=None).get().pk
    fresh = as_alice.post(f"/invitations/{number}/again").json()["path"].partition("#")[2]
    assert join(as_nobody, old).status_code == 404
    assert as_alice.delete(f"/invitations/{number}").status_code == 204
    assert join(as_nobody, fresh).status_code == 404
    assert not User.objects.filter(username="other").exists()


def test_somebody_who_is_here_accepts_and_keeps_a_higher_role(
    as_alice, as_bob, inviter, project
):
    token = invite(as_alice, project=project.pk, role="reader")

    assert as_bob.post("/invitations/accept", {"token": token}).status_code == 204

    assert Membership.objects.get(user__username="bob").role == Role.TRANSCRIBER


def test_who_may_not_share_may_not_invite_into_it(
    as_alice, as_bob, as_nobody, inviter, bob, project
):
    assert as_bob.post("/invitations", {}).status_code == 403
    User.objects.filter(pk=bob.pk).update(may_invite=True)
    into = {"project": project.pk, "role": "reader"}
    assert as_bob.post("/invitations", into).status_code == 403
    assert as_bob.post("/invitations", {"team": 10**6}).status_code == 404
    assert as_alice.post("/invitations", {"project": project.pk}).status_code == 422

    token = invite(as_alice, project=project.pk, role="owner")
    Membership.objects.create(project=project, user=bob_to_owner(bob), role=Role.OWNER)
    Membership.objects.filter(user=inviter).update(role=Role.MANAGER)
    refused = join(as_nobody, token)
    assert refused.status_code == 403  # no longer Alice's to give
    assert not User.objects.filter(username="nora").exists()


def bob_to_owner(bob):
    Membership.objects.filter(user=bob).delete()
    return bob


def test_a_list_invites_everybody_or_nobody(as_alice, inviter, project):
    table = (
        "name;mail\nAda Lovelace;ada@example.org\n\nbea@example.org\nBert <bert@example.org>\n"
    )
    into = {"project": project.pk, "role": "reader", "language": "de"}

    assert as_alice.post("/invitations/many", {"people": table, **into}).json() == {"made": 3}
    assert set(Letter.objects.values_list("to", flat=True)) == {
        "ada@example.org", "bea@example.org", "bert@example.org",
    }  # fmt: skip
    assert (
        Letter.objects.get(to="bert@example.org").subject
        == "Alice Fanous lädt Sie zu Armarius ein"
    )
    assert "Guten Tag Ada Lovelace," in Letter.objects.get(to="ada@example.org").text

    wrong = as_alice.post("/invitations/many", {"people": "a@example.org\nnobody", **into})
    assert wrong.status_code == 422
    assert "Line 2: “nobody” has no mail address." in wrong.json()["detail"]
    assert Invitation.objects.count() == 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org, Ada\n", [("a@x.org", "Ada")]),
        ('"Lovelace, Ada" <a@x.org>', [("a@x.org", "Lovelace, Ada")]),
        ("\ufeffAda\tLovelace\ta@x.org", [("a@x.org", "Ada Lovelace")]),
        ("a@x.org\na@x.org", [("a@x.org", "")]),
    ],
)
def test_addresses_are_found_in_lists_of_many_forms(text, found):
    assert invitations.addresses(text) == found


def test_no_list_without_addresses_or_with_too_many():
    with pytest.raises(BadInput, match="no mail address in the list"):
        invitations.addresses("\n")
    with pytest.raises(BadInput, match="at most 200"):
        invitations.addresses("\n".join(f"a{n}@x.org" for n in range(201)))


def test_ten_thousand_guesses_open_nothing(as_alice, inviter, django_assert_num_queries):
    invite(as_alice)
    with django_assert_num_queries(20):
        for n in range(20):  # each one query; 2^256 of them are needed
            assert (
                Client()
                .post(
                    "/api/invitations/look",
                    f'{{"token":"guess{n}"}}',
                    content_type="application/json",
                )
                .status_code
                == 404
            )
