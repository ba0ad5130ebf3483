"""The list of projects: found by name and by one's own tags."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow


def make(window: Page, *names: str) -> None:
    """Projects of whoever looks at the window."""
    for name in names:
        window.goto("/")
        window.get_by_role("button", name="New project").first.click()
        dialog = window.get_by_role("dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="New project").click()
        expect(window.get_by_role("heading", name=name)).to_be_visible()
    window.goto("/")


def test_projects_are_found_by_ones_own_tags_and_by_their_names(open_as):
    window = open_as("hildegard")
    make(window, "Antiphonary", "Breviary", "Charters of Saint-Denis")
    names = window.locator(".card h2")

    window.get_by_role("button", name="Tag: Breviary").click()
    dialog = window.get_by_role("dialog", name="Tag “Breviary”")
    dialog.get_by_label("New tag").fill("this year")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_role("checkbox", name="this year")).to_be_checked()
    dialog.get_by_role("button", name="Save").click()
    expect(window.locator(".card .tags")).to_have_text("this year")

    window.get_by_role("button", name="this year", exact=True).click()
    expect(names).to_have_text(["Breviary"])
    window.get_by_label("Which of the tags").select_option("None of these tags")
    expect(names).to_have_text(["Charters of Saint-Denis", "Antiphonary"])
    window.get_by_label("Order").select_option("By name")
    expect(names).to_have_text(["Antiphonary", "Charters of Saint-Denis"])
    window.get_by_role("textbox", name="Part of the name").fill("chart")
    expect(names).to_have_text(["Charters of Saint-Denis"])
    window.get_by_role("textbox", name="Part of the name").fill("psalter")
    expect(window.get_by_text("No project is like that.")).to_be_visible()

    window.get_by_role("textbox", name="Part of the name").fill("")
    window.get_by_label("Which of the tags").select_option("Any of these tags")
    window.get_by_role("button", name="Tag: Breviary").click()
    dialog.get_by_role("button", name="Take from everything: this year").click()
    expect(dialog.get_by_text("You have no tags for projects yet.")).to_be_visible()
    dialog.get_by_role("button", name="Cancel").click()
    expect(names).to_have_count(3)
    expect(window.locator(".card .tags")).to_have_count(0)

    window.locator(".card", has_text="Breviary").click(position={"x": 60, "y": 100})
    expect(window).to_have_url(re.compile(r"/projects/\d+$"))
    expect(window.get_by_role("heading", name="Breviary")).to_be_visible()


def test_deleted_documents_and_projects_come_back_from_their_lists(site, open_as, document_of):
    document = document_of("radegund", pages=1)
    project = site.live.call("GET", f"/api/documents/{document}")["project"]
    site.live.call("DELETE", f"/api/documents/{document}")
    window = open_as("radegund", f"/projects/{project}")
    expect(window.get_by_text("No document yet")).to_be_visible()
    window.get_by_role("button", name="Deleted documents").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_role("button", name="Bring back: Cartulary").click()
    expect(dialog.get_by_text("No document was deleted.")).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.get_by_role("link", name="Cartulary")).to_be_visible()

    site.live.call("DELETE", f"/api/projects/{project}")
    window.goto("/")
    expect(window.get_by_text("No project yet")).to_be_visible()
    window.get_by_role("button", name="Deleted projects").click()
    dialog.get_by_role("button", name="Bring back: Charters").click()
    expect(dialog.get_by_text("No project of yours was deleted.")).to_be_visible()
    window.keyboard.press("Escape")
    expect(window.locator(".card h2")).to_have_text("Charters")


def test_documents_are_tagged_together_and_found_by_any_all_or_none_of_their_tags(
    site, open_as, document_of
):
    document = document_of("lioba", pages=1)
    project = site.live.call("GET", f"/api/documents/{document}")["project"]
    for name in ("Bible", "Charters"):
        site.live.call("POST", f"/api/projects/{project}/documents", {"name": name})
    window = open_as("lioba", f"/projects/{project}")
    names = window.locator(".document strong")
    expect(names).to_have_text(["Bible", "Cartulary", "Charters"])

    for chosen, tag in (
        (("Bible", "Cartulary"), "vellum"),
        (("Cartulary", "Charters"), "urgent"),
    ):
        for name in chosen:
            window.get_by_label(f"Choose: {name}").check()
        window.get_by_role("toolbar").get_by_role("button", name="Tag").click()
        dialog = window.get_by_role("dialog", name="Tag 2 documents")
        dialog.get_by_label("New tag").fill(tag)
        dialog.get_by_role("button", name="Add").click()
        expect(dialog.get_by_role("checkbox", name=tag)).to_be_checked()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
    both = window.locator(".document", has_text="Cartulary").locator(".tags")
    expect(both).to_contain_text("vellum")
    expect(both).to_contain_text("urgent")

    window.get_by_role("button", name="vellum", exact=True).click()
    expect(names).to_have_text(["Bible", "Cartulary"])
    window.get_by_role("button", name="urgent", exact=True).click()
    expect(names).to_have_text(["Bible", "Cartulary", "Charters"])
    window.get_by_label("Which of the tags").select_option("All of these tags")
    expect(names).to_have_text(["Cartulary"])
    window.get_by_role("button", name="vellum", exact=True).click()
    window.get_by_label("Which of the tags").select_option("None of these tags")
    expect(names).to_have_text(["Bible"])


def test_the_rules_of_writing_are_set_for_a_project(site, open_as, document_of):
    project = site.live.call("GET", f"/api/documents/{document_of(pages=1)}")["project"]
    window = open_as("alice", f"/projects/{project}/guidelines")

    window.get_by_role("button", name="Rules of writing").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_role("radio", name="Decomposed (NFD)").check()
    dialog.get_by_label("Mark characters").fill("65")
    dialog.get_by_role("button", name="Save").click()
    expect(window.get_by_text("The rules of writing are saved.")).to_be_visible()

    kept = site.live.call("GET", f"/api/projects/{project}/writing")
    assert (kept["normal_form"], kept["doubtful"]) == ("NFD", 0.65)
    window.get_by_role("button", name="Rules of writing").click()
    expect(dialog.get_by_role("radio", name="Decomposed (NFD)")).to_be_checked()
    expect(dialog.get_by_label("Mark characters")).to_have_value("65")


def test_a_model_is_shared_with_a_team_until_that_is_ended(site, open_as, document_of):
    call = site.live.call
    project = call("GET", f"/api/documents/{document_of('administrator', pages=1)}")["project"]
    site.fill("model", project_id=project, name="Gothic hands")
    team = call("POST", "/api/teams", {"name": "Palaeographers"})["id"]
    site.person("wido")
    call("POST", f"/api/teams/{team}/people", {"username": "wido"})

    window = open_as("administrator", "/models")
    window.get_by_role("button", name="Describe and share: Gothic hands").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Whom to share with").select_option("Palaeographers")
    dialog.get_by_role("button", name="Share", exact=True).click()
    expect(dialog.get_by_role("listitem")).to_contain_text("Palaeographers")

    member = open_as("wido", "/models")
    expect(member.get_by_text("Gothic hands")).to_be_visible()
    dialog.get_by_role("button", name="Palaeographers").click()
    expect(dialog.get_by_role("listitem")).to_have_count(0)
    member.reload()
    expect(member.get_by_role("heading", name="Models")).to_be_visible()
    expect(member.get_by_text("Gothic hands")).to_have_count(0)
