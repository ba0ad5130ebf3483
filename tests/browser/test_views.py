"""Every view: reachable by everybody who may, in both themes and sizes, for every way of reading."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.views import views

pytestmark = pytest.mark.slow

# Chromium's measure of what moves without being asked; up to 0.1 passes as good.
STILL = 0.1
# Also what sticks out inside the frame, where it would be cut off.
WIDE = """() => Math.max(document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('main, .top')].map(one => one.getBoundingClientRect().left + one.scrollWidth))"""
JUMPS = """
window.jumped = 0
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumped += entry.value
}).observe({type: 'layout-shift', buffered: true})
"""


def test_a_wrong_password_is_told_in_place_and_the_way_leads_back(site, open_as):
    window = open_as("alice")
    window.context.clear_cookies()
    window.goto("/models")
    expect(window).to_have_url(re.compile(r"/sign-in\?next=/models"))

    window.get_by_label("User name").fill("alice")
    window.get_by_label("Password").fill("wrong")
    window.get_by_role("button", name="Sign in").click()

    expect(window.get_by_role("alert")).to_contain_text("do not fit together")


def test_a_project_is_shared_by_user_name(open_as, document_of):
    owner = open_as("alice", f"/documents/{document_of(pages=1)}")
    owner.get_by_role("link", name="Charters").click()
    guest = open_as("gisela")
    expect(guest.get_by_role("heading", name="No project yet")).to_be_visible()

    owner.get_by_placeholder("User name").fill("gisela")
    owner.get_by_role("button", name="Share", exact=True).click()
    expect(owner.get_by_label("Role of gisela")).to_have_value("transcriber")

    guest.reload()
    guest.get_by_role("link", name=re.compile("Charters")).click()
    guest.get_by_role("link", name=re.compile("Cartulary")).click()
    expect(guest.locator(".cell")).to_have_count(1)
    expect(guest.get_by_role("button", name="Add files")).to_have_count(0)

    owner.get_by_placeholder("User name").fill("nobody-of-this-name")
    owner.get_by_role("button", name="Share", exact=True).click()
    expect(owner.get_by_role("alert")).to_contain_text("nobody-of-this-name")


def test_what_one_does_the_other_sees_at_once(open_as, document_of):
    number = document_of(pages=2)
    first, second = (open_as("alice", f"/documents/{number}") for _ in range(2))
    expect(second.locator(".cell")).to_have_count(2)

    first.get_by_role("button", name="More for this document").click()
    first.get_by_role("menuitem", name="Document settings").click()
    expect(first.get_by_role("dialog")).to_be_visible()
    first.keyboard.press("Escape")
    expect(first.get_by_role("dialog")).to_have_count(0)
    first.locator(".cell .picture").first.click(modifiers=["Control"])
    first.get_by_role("toolbar").get_by_role("button", name="Delete").click()

    expect(second.locator(".cell")).to_have_count(1)


def test_ten_thousand_pages_scroll_with_few_cells(site, open_as, document_of):
    number = document_of(pages=1)
    site.fill("many", document_id=number, count=9_999)
    window = open_as("alice", f"/documents/{number}")
    expect(window.locator(".cell").first).to_be_visible()
    assert window.locator(".cells li").count() < 200

    window.locator("main").evaluate("main => main.scrollTo(0, main.scrollHeight)")
    expect(window.locator(".cell .caption").last).to_contain_text("f10000.jpg")
    assert window.locator(".cells li").count() < 200

    window.get_by_role("button", name="Choose all").first.evaluate("button => button.click()")
    expect(window.get_by_role("toolbar")).to_contain_text("10,000 pages chosen")


def test_an_administrator_adds_a_person_who_comes_in_by_link(open_as, axe):
    window = open_as("administrator", "/people", bypass_csp=True)
    window.get_by_label("User name").fill("yves")
    window.get_by_role("button", name="Add person").click()
    link = window.locator(".secret").inner_text()
    expect(window.get_by_role("cell", name="yves", exact=True)).to_be_visible()
    assert axe(window) == []

    window.context.clear_cookies()
    window.goto(link)
    expect(window.get_by_role("button", name="yves")).to_be_visible()
    expect(window.get_by_role("link", name="People")).to_have_count(0)


def test_a_token_is_shown_once_and_works(alice, site):
    window = alice
    window.goto("/tokens")
    window.get_by_label("Name").fill("backup script")
    window.get_by_role("button", name="Create token").click()
    secret = window.locator(".secret").inner_text()

    answer = window.request.get("/api/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json()["username"] == "alice"
    window.reload()
    expect(window.get_by_role("cell", name="backup script", exact=True)).to_be_visible()
    assert secret not in window.content()


def test_a_model_that_is_none_is_refused_in_place(open_as, document_of, tmp_path):
    document_of(pages=1)
    window = open_as("alice", "/models")
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"PK\x03\x04 no model")
    window.get_by_role("button", name="Add model").click()
    dialog = window.get_by_role("dialog")
    dialog.get_by_label("Model file").set_input_files(file)
    dialog.get_by_role("button", name="Add model").click()

    expect(dialog.get_by_role("alert")).to_contain_text("model.safetensors")


def test_the_first_view_is_light_and_its_files_are_kept(open_as):
    window = open_as("alice")
    files: list[Response] = []

    def keep(answer: Response) -> None:
        files.append(answer)

    window.on("response", keep)
    window.goto("/projects")
    expect(window.get_by_role("heading", level=1)).to_be_visible()

    scripts = [one for one in files if one.url.endswith(".js")]
    assert scripts
    assert sum(int(one.headers["content-length"]) for one in scripts) < 350_000
    assert all("immutable" in one.headers["cache-control"] for one in scripts)
    assert all(one.headers.get("content-encoding") in ("br", "gzip", None) for one in scripts)


@pytest.fixture
def ids(site, document_of) -> dict[str, int]:
    """An id for each kind of address; all belongs to the administrator."""
    document = document_of("administrator", pages=2, read=True)
    call = site.live.call
    page = call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    model = next(m for m in call("GET", "/api/models")["items"] if m["name"] == "Echo lines")
    wanted = {"page_ids": [page], "model": model["id"]}
    job = call("POST", f"/api/documents/{document}/segment", wanted)["id"]
    while call("GET", f"/api/jobs/{job}")["ended_at"] is None:
        time.sleep(0.2)
    project = call("GET", f"/api/documents/{document}")["project"]
    return {"projects": project, "documents": document, "pages": page, "jobs": job}


@pytest.mark.parametrize(
    ("theme", "width", "height"), [("light", 1440, 900), ("dark", 820, 1180)]
)
def test_every_view_is_accessible_fits_and_does_not_jump(
    open_as, ids, axe, theme, width, height
):
    size = {"width": width, "height": height}
    window: Page = open_as("administrator", color_scheme=theme, viewport=size, bypass_csp=True)
    window.add_init_script(JUMPS)
    faults: dict[str, list[str]] = {}
    for view in sorted(views(), key=lambda one: one.open):
        if view.open:
            window.context.clear_cookies()
        window.goto(view.address(ids))
        view.drawn(window)
        jumped = window.evaluate("window.jumped")
        for side in view.sides(window):
            found = axe(window)
            wide = window.evaluate(WIDE)
            if wide > width:
                found.append(f"{wide} pixels wide")
            if jumped > STILL:
                found.append(f"its parts jump while it loads: {jumped:.2f}")
            if found:
                faults[f"{view.name} {side}"] = found

    assert faults == {}


def test_a_page_says_what_made_its_texts(open_as, document_of):
    window = open_as("alice", f"/documents/{document_of(pages=1, read=True)}")
    window.locator(".cell .picture").first.focus()
    window.keyboard.press("Space")
    bar = window.get_by_role("toolbar", name="With the chosen pages")
    entry = bar.get_by_role("button", name="Page and image")
    if not entry.is_visible():
        bar.get_by_role("button", name="More").click()
        entry = window.get_by_role("menuitem", name="Page and image")
    entry.click()

    steps = window.get_by_role("dialog").get_by_role("list").get_by_role("listitem").last
    for said in (
        "Text read",
        "with latin",
        "kraken 7.1",
        "network run by onnxruntime 1.32",
        "in fp32",
    ):
        expect(steps).to_contain_text(said)


def test_dialogs_hold_the_focus_and_give_it_back(open_as, document_of, axe):
    number = document_of(pages=1)
    window = open_as("alice", f"/documents/{number}", bypass_csp=True)
    window.locator(".cell .picture").first.focus()
    window.keyboard.press("Space")
    bar = window.get_by_role("toolbar", name="With the chosen pages")
    for name in ("Segment", "Transcribe", "Export", "Tag", "Rename", "Move", "Page and image"):
        button = bar.get_by_role("button", name=name)
        if button.is_visible():
            button.click()
        else:
            button = bar.get_by_role("button", name="More")
            button.click()
            window.get_by_role("menuitem", name=name).click()
        dialog = window.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert axe(window) == []
        for _ in range(12):
            window.keyboard.press("Tab")
            assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
        window.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
