"""Tiles as stored: the same bytes, the same pixels, and nobody's who may not see them."""

from __future__ import annotations

import asyncio
import io
import itertools
import time

import numpy
import pytest
import pyvips
from PIL import Image

from armarius.images import addresses, fast, store, tiff
from armarius.images.tiles import TILE, Cold, Shelf, Tiles, scales
from tests.images.conftest import noise


def ask(path, method="GET", headers=()):
    """Call the fast path as the server does; its answer, or None where it declines."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    if not asyncio.run(fast.tile_app(scope, receive, send)):
        assert sent == []
        return None
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.django_db
def test_a_stored_tile_has_the_pixels_that_decoding_the_pyramid_gives(write, mode):
    image = store.add(write(noise(1500, 2100).convert(mode), "p.png"), "p.png")
    path = store.pyramid(image.sha256)
    tiles = Tiles(path)

    checked = 0
    for scale in (1, 2):
        level = pyvips.Image.tiffload(str(path), page=scale // 2)
        side = TILE * scale
        for x, y in itertools.product(range(0, 1500, side), range(0, 2100, side)):
            place = tiles.place(x, y, side)
            if place is None:
                continue
            decoded = level.crop(x // scale, y // scale, TILE, TILE)
            stored = pyvips.Image.new_from_buffer(tiles.read(*place), "")
            assert (stored - decoded).abs().max() == 0
            checked += 1
    assert checked == 2 * 4 + 1 * 2  # whole tiles only: 1500 x 2100 and 750 x 1050


@pytest.mark.parametrize(
    "size", [(90, 60), (512, 300), (513, 80), (1025, 40), (1026, 2053), (40, 4099)]
)
@pytest.mark.django_db
def test_the_scales_of_an_image_are_known_from_its_size(write, size):
    image = store.add(write(noise(*size), "p.png"), "p.png")

    levels = Tiles(store.pyramid(image.sha256)).levels

    assert scales(*size) == [1 << number for number in range(len(levels))]


def test_a_tile_at_the_edge_is_not_stored_as_asked(page):
    tiles = Tiles(store.pyramid(page.image.sha256))

    assert tiles.place(512, 512, 512) == (0, 4)
    assert tiles.place(1024, 0, 512) is None
    assert tiles.place(0, 1024, 512) is None
    assert tiles.place(0, 0, 1024) == (1, 0)
    assert tiles.place(0, 0, 2048) is None
    assert tiles.place(100, 0, 512) is None
    assert tiles.place(0, 0, 500) is None
    assert tiles.place(0, 0, 0) is None


@pytest.mark.parametrize("size", ["512,512", "512,", ",512", "max", "^512,", "!512,512"])
def test_every_way_to_ask_for_a_stored_tile_gives_its_bytes(page, size):
    status, headers, body = ask(
        f"{addresses.address(page)}/512,512,512,512/{size}/0/default.jpg"
    )

    assert status == 200
    assert body == Tiles(store.pyramid(page.image.sha256)).read(0, 4)
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"immutable" in headers[b"cache-control"]
    assert Image.open(io.BytesIO(body)).size == (512, 512)


@pytest.mark.parametrize(
    "rest",
    [
        "1024,0,276,512/276,512/0/default.jpg",  # at the edge
        "0,0,512,512/256,256/0/default.jpg",
        "0,0,1024,1024/max/0/default.jpg",
        "0,0,512,512/512,512/90/default.jpg",
        "0,0,512,512/512,512/0/gray.jpg",
        "0,0,512,512/512,512/0/default.png",
        "full/!301,301/0/default.jpg",
        "full/max/0/default.jpg",
        "info.json",
    ],
)
def test_what_is_not_stored_is_left_to_the_view(page, rest):
    assert ask(f"{addresses.address(page)}/{rest}") is None


def test_thumbnails_are_answered_at_once_after_the_import(page):
    status, headers, body = ask(addresses.thumbnail(page))

    assert status == 200
    assert Image.open(io.BytesIO(body)).size == (300, 254)
    assert ask(addresses.thumbnail(page), headers=[(b"if-none-match", headers[b"etag"])])[
        ::2
    ] == (
        304,
        b"",
    )


def test_head_says_the_length_and_sends_nothing(page):
    address = f"{addresses.address(page)}/0,0,512,512/512,512/0/default.jpg"

    status, headers, body = ask(address, "HEAD")

    assert (status, body) == (200, b"")
    assert int(headers[b"content-length"]) == len(ask(address)[2])
    assert ask(address, "POST") is None


def test_an_address_is_good_for_one_image_and_not_for_ever(page, monkeypatch):
    good = addresses.identifier(page.pk, page.image.sha256)
    page_id, sha256, week, signature = good.split("-")
    tile = "0,0,512,512/512,512/0/default.jpg"
    assert ask(f"/iiif/{good}/{tile}")

    other = "0" * 64
    for forged in (
        f"{page_id}-{other}-{week}-{signature}",
        f"{int(page_id) + 1}-{sha256}-{week}-{signature}",
        f"{page_id}-{sha256}-{int(week) + 1}-{signature}",
        f"{page_id}-{sha256}-{week}-{'0' * 32}",
        f"{page_id}-{sha256}",
        page_id,
    ):
        assert ask(f"/iiif/{forged}/{tile}") is None

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + addresses.WEEK_S)
    assert ask(f"/iiif/{good}/{tile}")
    monkeypatch.setattr(time, "time", lambda: now + 2 * addresses.WEEK_S)
    assert ask(f"/iiif/{good}/{tile}") is None


def test_a_cut_off_pyramid_is_found_out(page):
    path = store.pyramid(page.image.sha256)
    whole = path.read_bytes()
    opened = Tiles(path)

    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(tiff.Damaged):
        Tiles(path)
    with pytest.raises(tiff.Damaged):
        opened.read(0, len(opened.levels[0].starts) - 1)
    assert ask(f"{addresses.address(page)}/0,0,512,512/512,512/0/default.jpg") is None


def test_another_kind_of_tiff_is_no_pyramid(tmp_path, write):
    with pytest.raises(tiff.Damaged):
        Tiles(write(noise(600, 600), "plain.tif"))
    with pytest.raises(tiff.Damaged):
        Tiles(write(noise(60, 60), "no.png"))


def test_a_tile_that_is_not_in_memory_is_not_waited_for(page, monkeypatch):
    tiles = Tiles(store.pyramid(page.image.sha256))

    def cold(*_):
        raise BlockingIOError(11, "again")

    with monkeypatch.context() as patched:
        patched.setattr("os.preadv", cold)
        with pytest.raises(Cold):
            tiles.read(0, 0, wait=False)
    assert tiles.read(0, 0, wait=False) == tiles.read(0, 0)


def test_the_shelf_holds_no_more_files_than_it_should(write, db):
    names = [
        store.add(write(noise(600, 520, seed), f"{seed}.png"), "p.png").sha256
        for seed in range(4)
    ]
    shelf = Shelf(store.pyramid_path, most=2)

    held = [shelf.take(name) for name in names]

    assert shelf.kept(names[0]) is None
    assert shelf.kept(names[3]) is held[3]
    assert held[0].read(0, 0)  # still open for whoever has it


def test_the_profile_of_a_small_rgb_image_travels_with_its_tiles(write, db):
    from PIL import ImageCms

    adobe = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    profile = adobe[:16] + b"RGB " + adobe[20:]
    image = store.add(write(noise(600, 600), "p.jpg", icc_profile=profile), "p.jpg")

    tile = Tiles(store.pyramid(image.sha256)).read(0, 0)

    opened = Image.open(io.BytesIO(tile))
    assert opened.info["icc_profile"] == profile
    assert numpy.asarray(opened).shape == (512, 512, 3)
    assert image.notes == ["colour profile kept with the tiles"]
