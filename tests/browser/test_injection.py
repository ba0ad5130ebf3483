"""Text stays text: whatever stands in a name, a line or a file, no view runs or draws it."""

from __future__ import annotations

import html
import io
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Dialog, Page, Response, expect

from tests.browser.conftest import Site
from tests.browser.everywhere import Everywhere
from tests.browser.payloads import PAYLOADS, SURROUNDED
from tests.browser.views import View, views
from tests.live import Live

pytestmark = pytest.mark.slow

TEXTS = (*PAYLOADS, *SURROUNDED)
# Entries of menus that take away what the other views are to show, or leave.
MENUS = "main [aria-haspopup=menu], #top-tools [aria-haspopup=menu]"
KEPT = ("Delete", "Remove", "Archive", "Leave", "Sign out")

# What would show that a text was taken for something else.
SIGNS = """() => ({
  ran: window.hits || 0,
  violations: window.violations || [],
  elements: [...document.querySelectorAll('[data-xss]')].map(one => one.outerHTML.slice(0, 120)),
  handlers: [...document.querySelectorAll('[onerror],[onload],[onfocus],[ontoggle]')].length,
  links: [...document.querySelectorAll('[href],[src],[action]')]
    .map(one => one.getAttribute('href') || one.getAttribute('src') || one.getAttribute('action'))
    .filter(link => /^\\s*(javascript|data|vbscript):/i.test(link)),
  computed: document.body.innerText.includes('xss9'),
})"""
CLEAN = {
    "ran": 0, "violations": [], "elements": [], "handlers": 0, "links": [], "computed": False,
}  # fmt: skip
WATCH = """
window.hits = 0
window.hit = () => { window.hits += 1 }
window.violations = []
document.addEventListener('securitypolicyviolation', event =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""
PAGE = """<?xml version="1.0"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
<Metadata><Creator>{label}</Creator><Created>2026-01-01T00:00:00</Created>
<LastChange>2026-01-01T00:00:00</LastChange><Comments>{label}</Comments></Metadata>
<Page imageFilename="{image}" imageWidth="600" imageHeight="800">
<TextRegion id="r1" custom="structure {{type:{label};}}"><Coords points="0,0 600,0 600,800 0,800"/>{lines}
</TextRegion></Page></PcGts>"""
LINE = """<TextLine id="l{n}" custom="structure {{type:{text};}}"><Coords points="10,{y} 590,{y} 590,{z} 10,{z}"/>
<Baseline points="10,{z} 590,{z}"/><TextEquiv><Unicode>{text}</Unicode></TextEquiv></TextLine>"""


def test_the_payloads_do_run_where_text_is_taken_for_html(site):
    window = site.browser.new_page()
    window.add_init_script(WATCH)
    window.goto("about:blank")
    for payload in TEXTS:
        window.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", payload)
    window.wait_for_timeout(500)

    found = window.evaluate(SIGNS)
    window.close()

    assert found["ran"] > 10
    assert len(found["elements"]) > 30


def test_no_view_takes_a_text_for_something_else(site, open_as):
    ids, typed = _soiled(site)
    window = open_as("mallory")
    window.add_init_script(WATCH)
    shown = 0
    dialogs: list[str] = []
    answers: list[Response] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    def keep(answer: Response) -> None:
        answers.append(answer)

    window.on("dialog", refuse)
    window.on("response", keep)
    for view, address in _addresses(ids):
        if view.open:
            window.context.clear_cookies()
        window.goto(address)
        view.drawn(window)
        for side in view.sides(window):
            assert window.evaluate(SIGNS) == CLEAN, (address, side)
        window.goto(address)
        view.drawn(window)
        for opened in _opened(window, address):
            assert window.evaluate(SIGNS) == CLEAN, (address, opened)
            shown += 1

    assert shown > 20
    never = {name: typed.refused[name] for name, count in typed.taken.items() if not count}
    # Neither names of users nor addresses have such characters.
    assert set(never) == {"POST /api/users", "POST /api/invitations/many"}, never
    assert [one for one in typed.refused.values() if one.startswith("5")] == []
    assert dialogs == []
    own = urllib.parse.urlsplit(site.live.url).netloc
    foreign = {urllib.parse.urlsplit(one.url).netloc for one in answers} - {own, ""}
    assert foreign == set()
    assert {one.url: _policy_faults(one) for one in answers if _policy_faults(one)} == {}


def _addresses(ids: Mapping[str, int]) -> list[tuple[View, str]]:
    """Every view, and those that read a text from their address; the ones for strangers last."""
    found = [(view, view.address(ids)) for view in views()]
    by_name = {view.name: view for view in views()}
    for name, address in (
        ("search", "/search?q=xss"),
        ("search", "/search?mode=exact&q={}"),
        ("lost", "/{}"),
        ("sign-in", "/sign-in?next=javascript:hit()"),
        ("sign-in", "/sign-in?next={}"),
    ):
        said = urllib.parse.quote(PAYLOADS[7], safe="")
        found.append((by_name[name], address.format(said)))
    return sorted(found, key=lambda one: one[0].open)


def _soiled(site: Site) -> tuple[Mapping[str, int], Everywhere]:
    """A project in which every text is a payload: typed in, read from files, in names of files."""
    live = _mallory(site)
    call = live.call
    project = call("POST", "/api/projects", {"name": "Soiled"})["id"]
    document = call("POST", f"/api/projects/{project}/documents", {"name": "Soiled"})["id"]
    job = _import(live, document)
    page = call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    whole = call("GET", f"/api/pages/{page}")
    assert {one["content"] for one in whole["texts"]} >= {
        one for one in TEXTS if "\n" not in one and "\t" not in one
    }
    ids = {"project_id": project, "document_id": document, "page_id": page}
    ids["model_id"] = site.fill("model", project_id=project, name="Soiled")
    typed = Everywhere(live, _known(live, ids, whole), PAYLOADS)
    typed.fill()
    return {"projects": project, "documents": document, "pages": page, "jobs": job}, typed


def _mallory(site: Site) -> Live:
    """The system in the hands of an administrator of whom the other tests see nothing."""
    call = site.live.call
    user = call("POST", "/api/users", {"username": "mallory", "is_administrator": True})
    link = call("POST", f"/api/users/{user['id']}/login-link")["path"]
    context = site.browser.new_context(base_url=site.live.url)
    context.request.get(link)
    csrf = context.request.get("/api/me").json()["csrf"]
    headers = {"X-CSRFToken": csrf}
    answer = context.request.post("/api/tokens", data={"name": "x"}, headers=headers)
    token = answer.json()["token"]
    context.close()
    return replace(site.live, token=token)


def _import(live: Live, document: int) -> int:
    """Images with payloads in name and EXIF, one with ground truth, one that is none."""
    names = [payload.replace("/", "") + ".jpg" for payload in PAYLOADS[7:12]]
    files = {name: _image() for name in names}
    lines = "".join(
        LINE.format(n=n, y=3 * n + 100, z=3 * n + 110, text=html.escape(payload))
        for n, payload in enumerate(TEXTS)
    )
    label = html.escape(PAYLOADS[7])
    truth = PAGE.format(label=label, image=html.escape(names[0]), lines=lines)
    files[names[0].replace(".jpg", ".xml")] = truth.encode()
    files["<svg data-xss onload=hit()>.png"] = b"no image"
    uploads = []
    for name, content in files.items():
        made = live.call("POST", "/api/uploads", {"name": name, "size": len(content)})
        address = f"/api/uploads/{made['id']}"
        kind = {"Content_Type": "application/octet-stream", "Upload_Offset": "0"}
        live.call("PATCH", address, content, **kind)
        uploads.append(made["id"])
    body = {"uploads": uploads, "layer_name": PAYLOADS[7]}
    job = int(live.call("POST", f"/api/documents/{document}/import", body)["id"])
    deadline = time.monotonic() + 60
    while live.call("GET", f"/api/jobs/{job}")["ended_at"] is None:
        assert time.monotonic() < deadline, "the import does not end"
        time.sleep(0.1)
    return job


def _image() -> bytes:
    image = Image.new("RGB", (600, 800), "#f3ead6")
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x8298] = PAYLOADS[7], PAYLOADS[0], PAYLOADS[36]
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _known(live: Live, ids: dict[str, int], whole: Any) -> dict[str, Any]:
    """What bodies and paths need besides text."""
    call, project = live.call, ids["project_id"]
    pages = call("GET", f"/api/documents/{ids['document_id']}/pages")["items"]
    kind = {"kind": "line", "name": "Soiled"}
    model = next(m for m in call("GET", "/api/models")["items"] if m["name"] == "Echo")
    lines = [{"key": f"k{n}", "type": text} for n, text in enumerate(PAYLOADS)]
    line = whole["texts"][0]["line"]
    comment = call("POST", f"/api/lines/{line}/comments", {"text": "Soiled"})
    marker = {"name": "Soiled", "marker": "rectangle"}
    taxonomy = call("POST", f"/api/projects/{project}/taxonomies", marker)["id"]
    place = {"taxonomy": taxonomy, "polygon": [[0, 0], [99, 0], [99, 99], [0, 99]]}
    note = call("POST", f"/api/pages/{ids['page_id']}/annotations", place)
    return ids | {
        "layer_id": whole["texts"][0]["layer"],
        "type_id": call("POST", f"/api/projects/{project}/types", kind)["id"],
        "tag_id": call("POST", f"/api/projects/{project}/tags", {"name": "Soiled"})["id"],
        "own_tag_id": call("POST", "/api/me/project-tags", {"name": "Soiled"})["id"],
        "user_id": call("GET", "/api/me")["id"],
        "line_id": line,
        "comment_id": comment["id"],
        "taxonomy_id": taxonomy,
        "annotation_id": note["id"],
        "POST /api/documents/{document_id}/exports": {
            "layer": whole["texts"][0]["layer"],
            "pages": "",
            "numbers": "",
        },
        "email": "",
        "language": "en",
        "POST /api/pages/{page_id}/annotations": place,
        "team_id": call("POST", "/api/teams", {"name": "Soiled"})["id"],
        "model": model["id"],
        "page_ids": [pages[-1]["id"]],
        "names": [
            {"page": one["id"], "name": text} for one, text in zip(pages, PAYLOADS, strict=False)
        ],
        "items": [
            {"line": text["line"], "layer": text["layer"], "version": text["version"],
             "content": PAYLOADS[-1 - n]}
            for n, text in enumerate(whole["texts"][: len(PAYLOADS)])
        ],
        "lines": {"create": lines},
        "regions": {"create": [{"key": "k", "kind": "text", "type": PAYLOADS[7]}]},
    }  # fmt: skip


def _opened(window: Page, address: str) -> Iterator[str]:
    """Unfold menus, and open every dialog that they lead to, one after the other; their names.

    Pages of a document are chosen first, so that what can be done with them is there too.
    """
    cell = window.locator(".cell .picture").first
    if cell.count():
        cell.click(modifiers=["Control"])
    for button in window.locator(MENUS).all()[:4]:
        if not (button.is_visible() and button.is_enabled()):
            continue
        button.click()
        expect(window.get_by_role("menu")).to_be_visible()
        names = window.get_by_role("menuitem").all_inner_texts()
        yield f"menu of {len(names)}"
        window.get_by_role("menu").press("Escape")
        expect(window.get_by_role("menu"), address).to_have_count(0)
        for name in (name.strip() for name in names if not name.strip().startswith(KEPT)):
            button.click()
            window.get_by_role("menuitem", name=name, exact=True).first.click()
            window.wait_for_timeout(300)
            yield name
            if window.get_by_role("dialog").count():
                window.keyboard.press("Escape")
                expect(window.get_by_role("dialog")).to_have_count(0)
            if urllib.parse.urlsplit(window.url).path != urllib.parse.urlsplit(address).path:
                window.goto(address)
                break


def _policy_faults(answer: Response) -> str:
    """Why the content security policy of an answer is none, or empty."""
    if answer.url.startswith(("blob:", "data:")) or answer.status == 304:
        return ""
    policy = answer.headers.get("content-security-policy", "")
    if not policy.startswith(("default-src 'self'", "default-src 'none'")):
        return f"no policy: {policy!r}"
    loose = [word for word in ("unsafe-inline", "unsafe-eval", "*", "http:") if word in policy]
    return " ".join(loose)
