"""Many people at once: a list of invitations, and a team that gets another name and ends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_people import letter_to

pytestmark = pytest.mark.slow

LIST = "name;mail\nEda Lang;eda@example.org\nwithout an address\n"


def test_a_list_from_a_file_invites_everybody_once_it_is_whole(
    site, open_as, document_of, tmp_path, axe
):
    document_of(pages=1)
    alice = site.live.call("GET", "/api/users?q=alice")["items"][0]
    site.live.call("PATCH", f"/api/users/{alice['id']}", {"may_invite": True})
    file = tmp_path / "seminar.csv"
    file.write_text(LIST, "utf-8")
    window = open_as("alice", "/invitations", bypass_csp=True)
    window.get_by_role("button", name="Invite").first.click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("A list").check()
    dialog.get_by_label("From a file").set_input_files(file)
    people = dialog.get_by_label("One address per line, or a CSV table")
    expect(people).to_have_value(LIST)
    dialog.get_by_label("Project").select_option(label="Charters")
    dialog.get_by_label("Role").select_option("reader")
    assert axe(window) == []

    dialog.get_by_role("button", name="Invite").click()
    expect(
        dialog.get_by_text("Line 3: “without an address” has no mail address.")
    ).to_be_visible()
    people.fill(LIST.replace("without an address", "Fay Moss <fay@example.org>"))
    dialog.get_by_role("button", name="Invite").click()

    expect(window.get_by_text("2 people were invited.")).to_be_visible()
    for name in ("eda@example.org", "fay@example.org"):
        row = window.get_by_role("row", name=re.compile(name))
        expect(row).to_have_count(1)
        expect(row).to_contain_text("Charters")
        expect(row).to_contain_text("not opened")
    assert "Eda Lang" in letter_to(site.live.home, "eda@example.org")


def test_a_team_gets_another_name_and_is_dissolved_with_all_that_was_shared(
    site, open_as, document_of
):
    number = document_of(pages=1)
    site.person("tess")
    team = site.live.call("POST", "/api/teams", {"name": "Readers"})["id"]
    path = f"/api/teams/{team}"
    site.live.call("POST", f"{path}/people", {"username": "tess"})
    share = {"team": team, "role": "transcriber"}
    site.live.call("POST", f"/api/documents/{number}/shares", share)
    guest = open_as("tess", f"/documents/{number}")
    expect(guest.locator(".cell")).to_have_count(1)

    owner = open_as("administrator", "/teams")
    owner.get_by_role("button", name="Rename team: Readers").click()
    dialog = owner.get_by_role("dialog")
    expect(dialog.get_by_label("Name")).to_have_value("Readers")
    dialog.get_by_label("Name").fill("Proof readers")
    dialog.get_by_label("Name").press("Enter")
    expect(owner.get_by_role("button", name="Proof readers", exact=True)).to_be_visible()
    guest.goto("/teams")
    expect(guest.get_by_role("button", name="Leave: Proof readers")).to_be_visible()

    owner.get_by_role("button", name="Delete the team: Proof readers").click()
    expect(dialog).to_contain_text("shared with its people no longer")
    dialog.get_by_role("button", name="Delete the team").click()
    expect(owner.get_by_text("“Proof readers” was deleted.")).to_be_visible()
    expect(owner.get_by_role("button", name="Proof readers", exact=True)).to_have_count(0)
    guest.goto(f"/documents/{number}")
    expect(guest.locator(".cell")).to_have_count(0)
    expect(guest.get_by_role("alert")).to_contain_text("not shared with you")
    expect(guest.get_by_role("link", name="…")).to_have_count(0)
