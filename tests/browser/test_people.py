"""People in the browser: invited, in teams, told, and signed in by OpenID Connect."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from armarius.api.openid import CALLBACK
from tests.live import free_port, live_system
from tests.openid import SECRET, provider

pytestmark = pytest.mark.slow


def letter_to(home: Path, name: str) -> str:
    """The text of a letter that a worker has put into the outbox."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for file in (home / "outbox").glob("*"):
            if f"To: {name}" in (text := file.read_text("utf-8")):
                return text
        time.sleep(0.3)
    raise AssertionError(f"no letter to {name}")


def test_an_invited_person_comes_in_by_letter_and_works(site, open_as, document_of, axe):
    document_of(pages=1)
    alice = next(one for one in site.live.call("GET", "/api/users?q=alice")["items"])
    site.live.call("PATCH", f"/api/users/{alice['id']}", {"may_invite": True})
    window = open_as("alice", "/invitations", bypass_csp=True)
    window.get_by_role("button", name="Invite").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Mail address").fill("nora@example.org")
    dialog.get_by_label("Project").select_option(label="Charters")
    assert axe(window) == []
    dialog.get_by_role("button", name="Invite").click()
    row = window.get_by_role("row").filter(has_text="nora@example.org")
    expect(row.get_by_role("cell", name="not opened")).to_be_visible()
    assert axe(window) == []

    # The letter's link has the configured address; here the site runs elsewhere.
    token = re.search(r"/invitation#(\S+)", letter_to(site.live.home, "nora@example.org"))
    assert token is not None
    guest: Page = open_as("alice", bypass_csp=True)
    guest.context.clear_cookies()
    guest.goto(f"/invitation#{token[1]}")
    expect(guest.get_by_text("Charters")).to_be_visible()
    assert axe(guest) == []
    guest.get_by_label("Choose a user name").fill("nora")
    guest.get_by_label("Your name, as others see it").fill("Nora Quist")
    guest.get_by_label("Password").fill("quite long enough")
    guest.get_by_role("button", name="Create the account").click()
    guest.get_by_role("link", name=re.compile("Charters")).click()
    guest.get_by_role("link", name=re.compile("Cartulary")).click()
    expect(guest.locator(".cell")).to_have_count(1)

    bell = window.get_by_role("button", name=re.compile("unread notice"))
    bell.click()
    expect(window.get_by_text("Nora Quist has accepted your invitation.")).to_be_visible()
    assert axe(window) == []
    window.get_by_role("button", name="Mark all as read").click()
    expect(window.get_by_role("button", name="No notices")).to_be_visible()


def test_a_team_is_made_shared_with_and_left(site, open_as, document_of):
    number = document_of(pages=1)
    site.person("tom")
    owner = open_as("alice", "/teams")
    owner.get_by_role("button", name="New team").first.click()
    owner.get_by_role("dialog").get_by_label("Name").fill("Copyists")
    owner.get_by_role("dialog").get_by_role("button", name="New team").click()
    owner.get_by_role("button", name="Copyists", exact=True).click()
    owner.get_by_label("User name of whom to add to Copyists").fill("tom")
    owner.get_by_role("button", name="Add", exact=True).click()
    expect(owner.get_by_role("button", name="Make owner: tom")).to_be_visible()

    owner.goto(f"/documents/{number}")
    owner.get_by_role("button", name="More for this document").click()
    owner.get_by_role("menuitem", name="Share").click()
    dialog = owner.get_by_role("dialog")
    dialog.get_by_label("Share with").select_option(label="Team: Copyists")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_label("Role of Copyists")).to_have_value("transcriber")

    guest = open_as("tom", f"/documents/{number}")
    expect(guest.locator(".cell")).to_have_count(1)
    guest.goto("/teams")
    guest.get_by_role("button", name="Leave: Copyists").click()
    expect(guest.get_by_role("heading", name="No team yet")).to_be_visible()
    guest.goto(f"/documents/{number}")
    expect(guest.locator(".cell")).to_have_count(0)


def test_a_limit_is_set_seen_and_held(site, open_as, document_of, scans, axe):
    number = document_of("leo", pages=1)
    chief = open_as("administrator", "/people", bypass_csp=True)
    chief.get_by_role("button", name="Edit leo").click()
    dialog = chief.get_by_role("dialog")
    dialog.get_by_label("Disk, GB").fill("0")
    assert axe(chief) == []
    dialog.get_by_role("button", name="Save").click()
    expect(chief.get_by_text("leo was changed.")).to_be_visible()
    chief.goto("/usage")
    expect(chief.get_by_role("row", name=re.compile("^leo"))).to_contain_text("of 0")
    expect(chief.get_by_role("columnheader", name="Disk")).to_have_attribute(
        "aria-sort", "descending"
    )
    chief.get_by_role("button", name="Person").click()
    expect(chief.get_by_role("columnheader", name="Person")).to_have_attribute(
        "aria-sort", "ascending"
    )
    assert axe(chief) == []

    window = open_as("leo", f"/documents/{number}", bypass_csp=True)
    expect(window.locator(".cell")).to_have_count(1)
    window.locator("input[type=file]").first.set_input_files(scans("more.jpg"))
    expect(window.get_by_text("of the 0.0 GB that you may use").first).to_be_visible()
    window.goto("/usage")
    expect(window.get_by_role("region", name="What you use")).to_contain_text("of 0")
    expect(window.get_by_role("table")).to_have_count(0)
    assert axe(window) == []
    assert site.live.call("GET", f"/api/documents/{number}/pages")["count"] == 1


def test_somebody_of_the_university_signs_in_with_its_login(site, tmp_path):
    port = free_port()
    settings = {
        "ARMARIUS_OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "ARMARIUS_OIDC_CLIENT_SECRET": SECRET,
        "ARMARIUS_OIDC_LABEL": "University of Ex",
        "ARMARIUS_OIDC_JOIN": "everybody",
    }
    with live_system(tmp_path / "home", sample=False, worker=False, **settings) as live:
        faults: list[str] = []
        context = site.browser.new_context(base_url=live.url, locale="en-GB")
        window = context.new_page()
        window.on(
            "console",
            lambda one: faults.append(one.text) if "Content Security" in one.text else None,
        )
        with provider(live.url + CALLBACK, port):
            window.goto("/sign-in?next=/profile")
            window.get_by_role("button", name="Sign in with University of Ex").click()
            window.get_by_placeholder("Enter any login").fill("otto")
            window.get_by_placeholder("and password").fill("any")
            window.get_by_role("button", name="Sign-in").click()
            window.get_by_role("button", name="Continue").click()
            expect(window).to_have_url(re.compile(r"/profile$"))
            expect(window.get_by_label("Name, as others see it")).to_have_value("Otto Prinz")
        context.close()
        assert faults == []


def test_an_account_ends_on_its_date(open_as):
    person = open_as("odo")
    expect(person.get_by_role("button", name="odo")).to_be_visible()
    chief = open_as("administrator", "/people")
    chief.get_by_role("button", name="Edit odo").click()
    chief.get_by_label("The account ends on").fill("2026-01-01")
    chief.get_by_role("button", name="Save").click()
    expect(chief.get_by_text("odo was changed.")).to_be_visible()

    person.goto("/projects")

    expect(person.get_by_label("Password")).to_be_visible()


def test_what_was_shared_is_told_behind_the_bell_until_it_is_read(site, open_as, document_of):
    project = site.live.call("GET", f"/api/documents/{document_of(pages=1)}")["project"]
    person = open_as("emma")
    expect(person.get_by_role("heading", name="No project yet")).to_be_visible()

    body = {"username": "emma", "role": "reader"}
    site.live.call("POST", f"/api/projects/{project}/members", body)

    bell = person.get_by_role("button", name=re.compile("1 unread"))
    bell.click()
    person.get_by_role("dialog").get_by_role("link", name=re.compile("Charters")).click()
    expect(person).to_have_url(re.compile(rf"/projects/{project}$"))
    expect(person.get_by_role("button", name=re.compile("unread"))).to_have_count(0)
