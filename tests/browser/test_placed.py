"""The texts of a page at their places: over the image, each on its line and as long as it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

SIZE = (600, 800)  # of the page, in pixels
LINES = [(80, 90 + 60 * n, 520, 130 + 60 * n) for n in range(4)]  # boxes of the masks
TEXTS = [
    "In principio erat uerbum et uerbum",
    "erat apud deum et deus erat uerbum",
    "Hoc erat in principio apud deum sic",
    "omnia per ipsum facta sunt et sine",
]
FONT = "/static/fonts/im-fell-english-latin-400-italic.woff2"

# The box of the dark pixels between two heights of the canvas, and the box of the paper under them.
MEASURE = """(canvas, [from, to]) => {
  const ratio = canvas.width / canvas.clientWidth
  const [top, high] = [Math.round(from * ratio), Math.round((to - from) * ratio)]
  const { data, width } = canvas.getContext('2d').getImageData(0, top, canvas.width, high)
  const boxes = { ink: [1e9, 1e9, 0, 0], paper: [1e9, 1e9, 0, 0] }
  const grow = (box, x, y) => {
    box[0] = Math.min(box[0], x), box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x + 1), box[3] = Math.max(box[3], y + 1)
  }
  for (let at = 0; at < data.length / 4; at++) {
    const [red, green, blue, alpha] = data.subarray(4 * at, 4 * at + 4)
    const [x, y] = [at % width, Math.floor(at / width) + top]
    if (alpha > 100) grow(boxes.paper, x / ratio, y / ratio)
    if (alpha > 200 && red + green + blue < 450) grow(boxes.ink, x / ratio, y / ratio)
  }
  return [boxes.ink, boxes.paper]
}"""
DRAWN = "(canvas) => canvas.toDataURL()"
Box = tuple[float, float, float, float]


@pytest.fixture
def window(site, open_as, document_of) -> Page:
    """A page whose texts are as long as its lines, with its texts above the image."""
    document = document_of("wanda", pages=1, read=True)
    number = site.live.call("GET", f"/api/documents/{document}/pages")["items"][0]["id"]
    items = [
        {"line": text["line"], "layer": text["layer"], "version": text["version"], "content": new}
        for text, new in zip(
            site.live.call("GET", f"/api/pages/{number}")["texts"], TEXTS, strict=True
        )
    ]  # fmt: skip
    assert site.live.call("PATCH", f"/api/pages/{number}/texts", {"items": items})["saved"]
    opened: Page = open_as("wanda", f"/pages/{number}")
    expect(opened.get_by_role("textbox", name="Text of line 1")).to_have_value(TEXTS[0])
    opened.get_by_role("button", name="Whole page").click()
    opened.get_by_role("checkbox", name="Texts").check()
    expect(opened.locator("canvas[data-texts]")).to_be_visible()
    opened.wait_for_timeout(500)
    return opened


def place_of(window: Page) -> Callable[[Box], Box]:
    """Where a box of the image is in its view, while the middle of the page is in the middle."""
    view = window.get_by_role("application").bounding_box()
    assert view is not None
    middle = (view["width"] / 2, view["height"] / 2)
    scale = min((view["width"] - 32) / SIZE[0], (view["height"] - 32) / SIZE[1])

    def place(box: Box) -> Box:
        left, top, right, bottom = (
            middle[at % 2] + (edge - SIZE[at % 2] / 2) * scale for at, edge in enumerate(box)
        )
        return left, top, right, bottom

    return place


def drawn_at(window: Page, mask: Box) -> tuple[Box, Box]:
    """The boxes of the letters and of the paper under them, near where a mask is seen."""
    canvas = window.locator("canvas[data-texts]")
    ink, paper = canvas.evaluate(MEASURE, [mask[1] - 8, mask[3] + 8])
    return ink, paper


def assert_fits(window: Page, mask: Box) -> None:
    """The text fills its mask from one end to the other, and stays inside."""
    ink, paper = drawn_at(window, mask)
    assert paper == pytest.approx(mask, abs=2)
    width, height = mask[2] - mask[0], mask[3] - mask[1]
    assert ink[0] == pytest.approx(mask[0], abs=0.02 * width)
    assert ink[2] == pytest.approx(mask[2], abs=0.02 * width)
    assert mask[1] <= ink[1] < ink[3] <= mask[3]
    assert ink[3] - ink[1] > 0.4 * height


def test_each_text_stands_on_its_line_and_moves_with_the_image(window):
    place = place_of(window)
    for line in LINES:
        assert_fits(window, place(line))

    # Farther away, with the middle of the page where it was.
    box = window.get_by_role("application").bounding_box()
    middle = (box["width"] / 2, box["height"] / 2)
    before = int(window.locator(".share").inner_text().split()[0])
    window.get_by_role("application").focus()
    window.keyboard.press("-")
    window.wait_for_timeout(800)
    after = int(window.locator(".share").inner_text().split()[0])
    assert after < before
    first = place(LINES[0])
    farther: Box = tuple(
        middle[at % 2] + (edge - middle[at % 2]) * after / before
        for at, edge in enumerate(first)
    )
    assert_fits(window, farther)

    # The image is moved by 40 to the right and 30 down, and rests there.
    x, y = box["x"] + 30, box["y"] + box["height"] - 80
    window.mouse.move(x, y)
    window.mouse.down()
    window.mouse.move(x + 9, y + 9)  # so far it could be a click
    window.mouse.move(x + 49, y + 39, steps=5)
    window.wait_for_timeout(500)
    window.mouse.up()
    window.wait_for_timeout(300)
    left, top, right, bottom = farther
    assert_fits(window, (left + 40, top + 30, right + 40, bottom + 30))


def test_texts_are_drawn_again_when_their_typeface_has_come(window):
    canvas = window.locator("canvas[data-texts]")
    before = canvas.evaluate(DRAWN)
    window.evaluate(
        """(url) => {
          document.fonts.add(new FontFace('Late', `url(${url})`))
          document.documentElement.style.setProperty('--transcription', 'Late, serif')
        }""",
        FONT,
    )
    window.wait_for_timeout(500)
    window.evaluate("document.fonts.load('16px Late')")
    expect(canvas).to_be_visible()
    for _ in range(40):
        if canvas.evaluate(DRAWN) != before:
            break
        window.wait_for_timeout(250)
    assert canvas.evaluate(DRAWN) != before
    place = place_of(window)
    for line in LINES:
        assert_fits(window, place(line))


def test_the_typeface_and_the_border_are_ones_own_in_every_browser(window, open_as):
    border = window.get_by_role("separator", name="Border between image and text")
    border.focus()
    for _ in range(5):
        window.keyboard.press("ArrowLeft")
    expect(border).to_have_attribute("aria-valuenow", "48")
    page = window.url
    canvas = window.locator("canvas[data-texts]")
    expect(canvas).to_be_visible()

    window.goto("/profile")
    window.get_by_label("Typeface of transcriptions").select_option("IM Fell English")
    window.wait_for_timeout(1500)  # it goes to the server a moment later
    other = open_as("wanda", page, viewport={"width": 1440, "height": 900})
    expect(other.get_by_role("separator")).to_have_attribute("aria-valuenow", "48")
    field = other.get_by_role("textbox", name="Text of line 1")
    expect(field).to_have_value(TEXTS[0])
    font = field.evaluate("(field) => getComputedStyle(field).fontFamily")
    assert font.startswith('"IM Fell English"')
    other.wait_for_function("""() => [...document.fonts].some(
      (one) => one.family.includes('IM Fell English') && one.status === 'loaded')""")
