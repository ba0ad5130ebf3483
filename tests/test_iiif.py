"""Page images over HTTP: who sees them, what can be asked, and how it is answered."""

from __future__ import annotations

import io
import itertools
import time

import numpy
import pytest
from PIL import Image as Pillow

from armarius.images import addresses, fast, store, wanted
from armarius.images.tiles import Tiles
from tests.images.conftest import noise

ANYWHERE = "0,0,100,100/max/0/default.jpg"


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A data folder with one image in it, imported once; and the fields of its row."""
    return tmp_path_factory.mktemp("home"), {}


@pytest.fixture
def page(codex, imported, monkeypatch):
    """A page of Alice's codex, 1,300 x 1,100 pixels."""
    from armarius.models import Image, Page

    folder, fields = imported
    monkeypatch.setenv("ARMARIUS_HOME", str(folder))
    fast.SHELF.forget()
    if not fields:
        path = folder / "f12r.png"
        noise(1300, 1100).save(path)
        row = store.add(path, path.name)
        fields.update(
            {
                name: getattr(row, name)
                for name in ("sha256", "size", "format", "width", "height")
            }
        )
        row.delete()
    image = Image.objects.create(**fields)
    return Page.objects.create(document=codex, position=0, name="f12r", image=image)


@pytest.fixture
def see(client, page):
    """Ask for a part of the page by its signed address; the answer as an image."""

    def get(rest):
        answer = client.get(f"{addresses.address(page)}/{rest}")
        assert answer.status_code == 200, answer.content
        content = b"".join(answer) if answer.streaming else answer.content
        with Pillow.open(io.BytesIO(content)) as opened:
            opened.load()
            return opened

    return get


@pytest.mark.parametrize(
    ("person", "status"),
    [("alice", 200), ("bob", 200), ("ines", 200), ("carol", 404), (None, 404)],
)
def test_a_plain_address_asks_who_is_there(client, request, page, person, status):
    if person:
        client.force_login(request.getfixturevalue(person))

    for identifier in (str(page.pk), f"{page.pk}-{page.image.sha256}"):
        for rest in (
            "info.json",
            ANYWHERE,
            "full/max/0/default.png",
            "full/!300,300/0/default.jpg",
        ):
            answer = client.get(f"/iiif/{identifier}/{rest}")
            assert answer.status_code == status, rest
            assert answer["Access-Control-Allow-Origin"] == "*"
        assert client.get(f"/iiif/{identifier}").status_code == (303 if status == 200 else 404)


@pytest.mark.parametrize("gone", ["page", "document", "project"])
def test_what_is_deleted_is_gone_for_its_owner_too(client, alice, page, gone):
    from django.utils import timezone

    from armarius.models import Page

    client.force_login(alice)
    if gone == "page":
        Page.objects.filter(pk=page.pk).delete()
    else:
        thing = page.document if gone == "document" else page.document.project
        thing.deleted_at = timezone.now()
        thing.save()

    assert client.get(f"/iiif/{page.pk}/info.json").status_code == 404


def test_a_signed_address_needs_no_session_and_no_query(
    client, page, django_assert_num_queries
):
    address = addresses.address(page)

    with django_assert_num_queries(0):
        for rest in ("info.json", ANYWHERE, "full/300,/0/default.jpg"):
            answer = client.get(f"{address}/{rest}")
            assert answer.status_code == 200
            assert answer["Cache-Control"] == "private, max-age=31536000, immutable"


def test_an_address_that_is_too_old_or_forged_shows_nothing(client, page, monkeypatch):
    address = addresses.address(page)
    forged = address[:-1] + ("0" if address[-1] != "0" else "1")
    assert client.get(f"{forged}/{ANYWHERE}").status_code == 404

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 2 * addresses.WEEK_S)
    assert client.get(f"{address}/{ANYWHERE}").status_code == 404


def test_an_old_address_still_serves_who_is_signed_in(client, alice, page, monkeypatch):
    address = addresses.address(page)
    client.force_login(alice)
    now = time.time()

    monkeypatch.setattr(time, "time", lambda: now + 2 * addresses.WEEK_S)

    assert client.get(f"{address}/{ANYWHERE}").status_code == 200


def test_the_hash_in_an_address_must_be_that_of_the_page(client, alice, page):
    client.force_login(alice)

    assert client.get(f"/iiif/{page.pk}-{'0' * 64}/info.json").status_code == 404


def test_the_description_says_what_can_be_asked(client, page):
    address = addresses.address(page)

    answer = client.get(f"{address}/info.json", HTTP_ACCEPT="application/ld+json")

    said = answer.json()
    assert answer["Content-Type"].startswith("application/ld+json")
    assert answer["Link"] == '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
    assert said["id"] == f"http://testserver{address}"
    assert (said["width"], said["height"], said["profile"]) == (1300, 1100, "level2")
    assert said["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4]}]
    assert said["sizes"][-1] == {"width": 1300, "height": 1100}
    for size in said["sizes"]:
        asked = f"full/{size['width']},{size['height']}/0/default.jpg"
        assert client.get(f"{address}/{asked}").status_code == 200
    assert client.get(f"{address}/info.json")["Content-Type"] == "application/json"


def test_the_page_says_how_its_image_is_cut_once_the_tiles_are_there(client, alice, page):
    client.force_login(alice)

    def tiles():
        return client.get(f"/api/pages/{page.pk}").json()["image"]["tiles"]

    store.pyramid_path(page.image.sha256).unlink(missing_ok=True)
    assert tiles() is None
    (said,) = client.get(f"{addresses.address(page)}/info.json").json()["tiles"]

    assert tiles() == {"side": said["width"], "scales": said["scaleFactors"]}


def test_the_base_address_leads_to_the_description(client, page):
    answer = client.get(addresses.address(page))

    assert answer.status_code == 303
    assert answer["Location"] == f"{addresses.address(page)}/info.json"


@pytest.mark.parametrize(
    ("rest", "size"),
    [
        ("full/max/0/default.jpg", (1300, 1100)),
        ("full/^max/0/default.jpg", None),
        ("square/max/0/default.jpg", (1100, 1100)),
        ("100,200,300,400/max/0/default.jpg", (300, 400)),
        ("1200,1000,500,500/max/0/default.jpg", (100, 100)),
        ("pct:10,10,50,50/max/0/default.jpg", (650, 550)),
        ("full/650,/0/default.jpg", (650, 550)),
        ("full/,550/0/default.jpg", (650, 550)),
        ("full/pct:10/0/default.jpg", (130, 110)),
        ("full/200,900/0/default.jpg", (200, 900)),
        ("full/!300,300/0/default.jpg", (300, 254)),
        ("full/!5000,5000/0/default.jpg", (1300, 1100)),
        ("0,0,100,100/^200,/0/default.jpg", (200, 200)),
        ("0,0,100,50/^!200,200/0/default.jpg", (200, 100)),
        ("0,0,100,100/^pct:150/0/default.jpg", (150, 150)),
        ("0,0,100,50/max/90/default.jpg", (50, 100)),
        ("0,0,100,50/max/!180/default.jpg", (100, 50)),
        ("0,0,100,50/max/360/default.jpg", (100, 50)),
        ("0,0,100,100/max/45/default.png", (141, 141)),
        ("full/13,1/0/default.jpg", (13, 1)),
        ("512,512,512,512/max/0/default.jpg", (512, 512)),
        ("1024,1024,276,76/276,76/0/default.jpg", (276, 76)),
        ("0,0,1024,1024/512,512/0/default.jpg", (512, 512)),
    ],
)
def test_every_form_of_request_gives_its_size(see, rest, size, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_MEGAPIXELS", "2")
    image = see(rest)

    if size is None:  # as large as the limit of 2 Mpx allows
        assert 1_990_000 < image.width * image.height <= 2_000_000
    else:
        assert abs(numpy.subtract(image.size, size)).max() <= (1 if "45" in rest else 0)


@pytest.mark.parametrize(
    ("last", "kind", "mode"),
    [
        ("default.jpg", "JPEG", "RGB"),
        ("color.png", "PNG", "RGB"),
        ("gray.webp", "WEBP", "RGB"),
        ("gray.png", "PNG", "L"),
        ("bitonal.png", "PNG", "L"),
        ("gray.jpg", "JPEG", "L"),
    ],
)
def test_qualities_and_formats(see, last, kind, mode):
    image = see(f"0,0,512,512/512,512/0/{last}")

    assert (image.format, image.mode) == (kind, mode)
    if "bitonal" in last:
        assert set(numpy.unique(numpy.asarray(image))) == {0, 255}


@pytest.mark.parametrize(
    "rest",
    [
        "full/max/0/default.gif",
        "full/max/0/default",
        "full/max/0/native.jpg",
        "full/max/361/default.jpg",
        "full/max/-1/default.jpg",
        "full/max/x/default.jpg",
        "full/0,0/0/default.jpg",
        "full/0,/0/default.jpg",
        "full/full/0/default.jpg",
        "full/pct:0/0/default.jpg",
        "full/1301,/0/default.jpg",
        "full/pct:101/0/default.jpg",
        "full/^100000,100000/0/default.jpg",
        "full/^20000,100/0/default.webp",
        "full/!0,0/0/default.jpg",
        "0,0,0,10/max/0/default.jpg",
        "1300,0,10,10/max/0/default.jpg",
        "-1,0,10,10/max/0/default.jpg",
        "1,2,3/max/0/default.jpg",
        "pct:100,0,10,10/max/0/default.jpg",
        "pct:a,0,10,10/max/0/default.jpg",
        "9999999999,0,10,10/max/0/default.jpg",
        "０,0,10,10/max/0/default.jpg",
    ],
)
def test_nonsense_is_refused_in_one_sentence(client, page, rest):
    answer = client.get(f"{addresses.address(page)}/{rest}")

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")


def test_rotation_is_clockwise_and_mirroring_comes_first(see):
    upright = numpy.asarray(see("0,0,200,100/max/0/default.png")).astype(int)

    for degrees, mirrored in itertools.product((0, 90, 180, 270), ("", "!")):
        seen = numpy.asarray(see(f"0,0,200,100/max/{mirrored}{degrees}/default.png")).astype(
            int
        )
        wished = upright[:, ::-1] if mirrored else upright
        assert (seen == numpy.rot90(wished, -degrees // 90)).all()


def test_a_part_is_the_part_of_the_original(see, page):
    with Pillow.open(store.original(page.image.sha256)) as original:
        for x, y, w, h in [(0, 0, 300, 200), (700, 500, 600, 600), (1024, 0, 276, 512)]:
            cut = numpy.asarray(original.crop((x, y, x + w, y + h))).astype(int)
            seen = numpy.asarray(see(f"{x},{y},{w},{h}/max/0/default.png")).astype(int)
            assert abs(seen - cut).mean() < 5
            half = numpy.asarray(see(f"{x},{y},{w},{h}/{w // 2},{h // 2}/0/default.png"))
            small = Pillow.fromarray(cut.astype("uint8")).reduce(2)
            assert abs(half.astype(int) - numpy.asarray(small)).mean() < 5


def test_the_canonical_address_is_linked(client, page):
    address = addresses.address(page)

    for rest, canonical in [
        ("0,0,1300,1100/1300,/0/default.jpg", "full/max/0/default.jpg"),
        ("pct:0,0,50,50/pct:50/!360/color.png", "0,0,650,550/325,275/!0/color.png"),
        ("0,0,100,100/^200,/90/gray.jpg", "0,0,100,100/%5E200,200/90/gray.jpg"),
    ]:
        link = client.get(f"{address}/{rest}")["Link"]
        assert f'<http://testserver{address}/{canonical}>;rel="canonical"' in link


def test_what_the_browser_has_is_not_sent_again(client, page):
    address = f"{addresses.address(page)}/{ANYWHERE}"
    tag = client.get(address)["ETag"]

    again = client.get(address, HTTP_IF_NONE_MATCH=tag)

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == tag


def test_images_are_only_read(client, page):
    address = f"{addresses.address(page)}/info.json"

    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405
    assert client.options(address).status_code == 204
    assert client.head(address).status_code == 200


@pytest.mark.parametrize("harm", ["gone", "cut", "empty", "rotten"])
def test_a_pyramid_that_is_lost_is_made_again_when_asked_for(see, page, harm):
    path = store.pyramid_path(page.image.sha256)
    before = path.read_bytes()
    path.unlink()
    if harm == "rotten":
        level = Tiles(store.pyramid(page.image.sha256)).levels[0]
        start, count = level.starts[0], level.counts[0]
        path.write_bytes(before[:start] + bytes(count) + before[start + count :])
    elif harm != "gone":
        path.write_bytes(before[: len(before) // 2] if harm == "cut" else b"")

    assert see("0,0,512,512/500,500/0/default.jpg").size == (500, 500)
    assert path.read_bytes() == before


def test_a_page_whose_original_is_gone_says_so(client, page, monkeypatch, tmp_path):
    monkeypatch.setenv("ARMARIUS_HOME", str(tmp_path))
    fast.SHELF.forget()

    answer = client.get(f"{addresses.address(page)}/info.json")

    assert answer.status_code == 404
    assert "Import the page again" in answer.json()["detail"]


def test_thumbnails_are_kept_as_files(see, page):
    for box in (150, 300, 600):
        see(f"full/!{box},{box}/0/default.jpg")
        assert store.thumbnail_path(page.image.sha256, box).exists()
    see("full/!301,301/0/default.jpg")

    folder = store.pyramid_path(page.image.sha256).parent
    assert len(list(folder.glob("*.jpg"))) == 3


def test_a_large_answer_goes_by_way_of_a_file_that_leaves_nothing(see, monkeypatch, tmp_path):
    from armarius.images import rendering

    monkeypatch.setattr(rendering, "IN_MEMORY", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spool"))
    (tmp_path / "spool").mkdir()

    for last in ("default.jpg", "default.png", "default.webp"):
        assert see(f"full/max/0/{last}").size == (1300, 1100)

    assert list((tmp_path / "spool").iterdir()) == []


def test_a_thin_image_never_has_a_side_of_nothing():
    asked = wanted.parse("full", "!300,300", "0", "default.jpg", (60_000, 20), 150_000_000)

    assert (asked.width, asked.height) == (300, 1)
