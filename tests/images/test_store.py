"""Keep page images: what is accepted, how it is turned, and what stays when something breaks."""

from __future__ import annotations

import hashlib
import io
import resource
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy
import pytest
from PIL import Image as Pillow
from PIL import ImageOps

from armarius.errors import FormatError, NotFound, Unavailable
from armarius.images import children, store
from armarius.images.tiles import Tiles
from armarius.models import Image
from tests.images.conftest import noise, painted

pytestmark = pytest.mark.django_db


def shown(image):
    """What the eye gets: the full-size level of the pyramid as an array."""
    import pyvips

    return pyvips.Image.tiffload(str(store.pyramid(image.sha256))).numpy()


def left_behind(home):
    """Files that stand nowhere they should."""
    return [path for path in home.rglob("tmp/*") if path.is_file()]


def test_the_original_is_kept_byte_for_byte(write, home):
    path = write(painted(), "f12r.jpg")

    image = store.add(path, "f12r.jpg")

    kept = store.original(image.sha256)
    assert kept.read_bytes() == path.read_bytes()
    assert kept == home / "files" / image.sha256[:2] / image.sha256
    assert image.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (image.size, image.format) == (path.stat().st_size, "jpeg")
    assert (image.width, image.height, image.orientation) == (60, 40, 1)
    assert left_behind(home) == []


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif", "a.jp2", "a.webp"])
def test_every_accepted_format_looks_right(write, name):
    image = store.add(write(painted(600, 520), name), name)

    corners = shown(image)[[10, 10, 500], [10, 590, 10]].astype(int)

    assert image.format == {"jpg": "jpeg", "tif": "tiff"}.get(name[2:], name[2:])
    assert abs(corners - [(200, 0, 0), (0, 160, 0), (0, 0, 200)]).max() < 12


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png", "a.webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_eye_sees_what_the_engines_read(write, orientation, name):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    path = write(painted(90, 60), name, exif=exif)

    image = store.add(path, name)

    with Pillow.open(path) as opened:
        upright = numpy.asarray(ImageOps.exif_transpose(opened).convert("RGB")).astype(int)
    assert image.orientation == orientation
    assert (image.height, image.width) == upright.shape[:2]
    assert abs(shown(image).astype(int) - upright).mean() < 12  # any other turn: above 90
    with Pillow.open(store.thumbnail_path(image.sha256, 300)) as small:
        assert "A" not in small.mode
        assert (
            abs(numpy.asarray(small).astype(int) - upright).mean() < 12
        )  # any other turn: above 90
    assert (image.width, image.height) == ((60, 90) if orientation > 4 else (90, 60))


def test_a_large_page_is_turned_by_way_of_a_file(write, home, monkeypatch):
    from armarius.images import pyramid

    monkeypatch.setattr(pyramid, "IN_MEMORY", 1000)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    path = write(painted(900, 600), "turned.png", exif=exif)

    facts = pyramid.build(
        source=str(path),
        format="png",
        target=str(path.parent / "out.tif"),
        thumbnail=str(path.parent / "out.jpg"),
        box=300,
    )

    assert (facts["width"], facts["height"]) == (600, 900)
    with Pillow.open(path.parent / "out.tif") as opened:
        turned = numpy.asarray(opened).astype(int)
    assert abs(turned[800, 100] - (0, 160, 0)).max() > 50  # the green quarter is not there
    assert abs(turned[800, 500] - (0, 160, 0)).max() < 12  # but in the lower right
    assert sorted(p.name for p in path.parent.glob("out*")) == ["out.jpg", "out.tif"]


@pytest.mark.parametrize(
    ("mode", "name", "note"),
    [
        ("CMYK", "a.jpg", "CMYK"),
        ("CMYK", "a.tif", "CMYK"),
        ("RGBA", "a.png", "transparency"),
        ("LA", "a.png", "transparency"),
        ("P", "a.png", ""),
        ("P", "a.tif", ""),
        ("1", "a.tif", ""),
        ("1", "a.png", ""),
        ("L", "a.jpg", ""),
        ("L", "a.jp2", ""),
        ("RGBA", "a.jp2", "transparency"),
        ("RGBA", "a.webp", "transparency"),
    ],
)
def test_every_kind_of_pixel_is_shown_and_noted(write, mode, name, note):
    page = painted(600, 520)
    converted = page.convert(mode)
    if mode in ("RGBA", "LA"):
        converted.putpixel((300, 5), (0,) * len(mode))

    image = store.add(write(converted, name), name)

    grey = numpy.asarray(Pillow.fromarray(shown(image).squeeze()).convert("L")).astype(int)
    # The order of lightness holds in every mode: white, green, red, blue.
    white, green, red, blue = grey[500, 590], grey[10, 590], grey[10, 10], grey[500, 10]
    assert white > 240
    if mode != "1":
        assert white > min(green, red) > blue
    assert any(note in said for said in image.notes) if note else image.notes == []


def test_16_bits_are_shown_with_8(write):
    ramp = numpy.linspace(0, 65535, 600, dtype="uint16")[None].repeat(40, 0)
    image = store.add(write(Pillow.fromarray(ramp), "deep.tif"), "deep.tif")

    assert image.notes == ["16 bits per channel, shown with 8"]
    assert abs(shown(image)[20, [0, 300, 599]].astype(int) - (0, 128, 255)).max() < 3


def test_a_large_colour_profile_is_applied(write):
    from PIL import ImageCms

    # Blue where the pixel says red: a profile whose effect cannot be overlooked.
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = (
        bytes(srgb)
        .replace(b"rXYZ", b"tmpX")
        .replace(b"bXYZ", b"rXYZ")
        .replace(b"tmpX", b"bXYZ")
    )
    swapped = swapped.replace(b"s\0R\0G\0B", b"t\0e\0s\0t").replace(
        b"\0s\0R\0G\0B", b"\0t\0e\0s\0t"
    )
    padded = (len(swapped) + 8000).to_bytes(4, "big") + swapped[4:] + bytes(8000)
    image = store.add(write(painted(600, 520), "p.png", icc_profile=padded), "p.png")

    assert image.notes == ["colour profile applied, shown as sRGB"]
    red, _, blue = shown(image)[10, 10].astype(int)
    assert blue > 150 > red


def test_a_profile_of_another_kind_of_image_is_left_out(write):
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = store.add(write(painted(mode="L"), "p.tif", icc_profile=srgb), "p.tif")

    assert image.notes == ["colour profile left out, it belongs to another kind of image"]


def test_the_same_bytes_give_the_same_image(write, home):
    path = write(painted(), "a.png")

    first = store.add(path, "a.png")
    again = store.add(io.BytesIO(path.read_bytes()), "other-name.png")

    assert first.pk == again.pk
    assert Image.objects.count() == 1
    assert len(list((home / "files").rglob("*/" + first.sha256))) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_page_added_by_many_at_once_is_kept_once(write, home):
    from django.db import connection

    path = write(noise(700, 700), "a.png")
    together = threading.Barrier(8)

    def add(_):
        together.wait()
        try:
            return store.add(path, "a.png").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(add, range(8)))

    assert len(found) == Image.objects.count() == 1
    assert left_behind(home) == []


def test_every_page_of_a_tiff_can_be_kept_on_its_own(tmp_path):
    pages = [noise(300, 200, seed) for seed in range(3)]
    path = tmp_path / "book.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw")

    assert store.frames(path) == 3
    with pytest.raises(FormatError, match="has 3 pages"):
        store.add(path, "book.tif")
    for number, page in enumerate(pages):
        image = store.add(path, "book.tif", frame=number)
        with Pillow.open(store.original(image.sha256)) as cut:
            assert getattr(cut, "n_frames", 0) == 1
            assert (numpy.asarray(cut) == numpy.asarray(page)).all()
    with pytest.raises(NotFound):
        store.add(path, "book.tif", frame=3)


def test_copies_inside_a_tiff_are_no_pages(tmp_path, write):
    import pyvips

    path = tmp_path / "pyramid.tif"
    pyvips.Image.new_from_array(numpy.asarray(noise(900, 700))).tiffsave(
        str(path), tile=True, pyramid=True, compression="deflate"
    )

    assert store.frames(path) == 1
    assert store.add(path, "pyramid.tif").width == 900


def test_a_missing_pyramid_is_made_again(write, home):
    image = store.add(write(noise(600, 600), "a.jpg"), "a.jpg")
    path = store.pyramid(image.sha256)
    before = path.read_bytes()
    path.unlink()

    assert store.pyramid(image.sha256).read_bytes() == before
    store.original(image.sha256).unlink()
    path.unlink()
    with pytest.raises(NotFound, match="Import the page again"):
        store.pyramid(image.sha256)


def test_a_lost_original_comes_back_with_the_next_import(write):
    path = write(painted(), "a.png")
    image = store.add(path, "a.png")
    store.original(image.sha256).unlink()

    again = store.add(path, "a.png")

    assert again.pk == image.pk
    assert store.original(image.sha256).exists()


@pytest.mark.parametrize("share", [0.5, 1.2])
def test_a_full_disk_leaves_nothing_behind(write, home, monkeypatch, share):
    path = write(noise(900, 900), "a.png", compress_level=9)
    fresh = children.Pool(1)  # a warm child would not have the limit
    monkeypatch.setattr(store, "POOL", fresh)
    page = write(noise(1200, 1200), "b.webp", quality=5)  # its pyramid is larger than itself
    source = path if share < 1 else page
    old = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(source.stat().st_size * share), old[1]))
    try:
        with pytest.raises(Unavailable, match="disk for images is full"):
            store.add(source, source.name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        fresh.close()

    assert [p for p in home.rglob("*") if p.is_file()] == []
    assert Image.objects.count() == 0


def test_a_decoder_that_dies_spoils_only_its_own_page(write, monkeypatch):
    pool = children.Pool(1)
    monkeypatch.setattr(store, "POOL", pool)
    store.add(write(painted(), "a.png"), "a.png")
    child = pool._idle[0]

    child.process.kill()
    child.process.wait()

    assert store.add(write(painted(61, 40), "b.png"), "b.png").width == 61
    pool.close()


def test_a_decoder_that_takes_too_long_is_ended(write):
    pool = children.Pool(1)
    page = write(noise(2000, 2000), "slow.png")
    pool.ask("pyramid", memory_mb=800, seconds=60, **request(page))

    with pytest.raises(children.Unusable, match="more than 0 seconds"):
        pool.ask("pyramid", memory_mb=800, seconds=0.02, **request(page))

    assert pool._idle == []


def test_a_decoder_that_wants_too_much_memory_is_refused_it(write):
    pool = children.Pool(1)
    page = write(noise(3000, 3000), "large.webp", method=0)

    with pytest.raises(children.Unusable, match=r"memory|load error"):
        pool.ask("pyramid", memory_mb=250, seconds=60, **request(page, "webp"))

    pool.close()


def test_images_that_take_much_memory_are_decoded_one_after_the_other(write):
    pages = [write(noise(900, 900, seed), f"{seed}.png") for seed in range(4)]
    used = {}
    for memory_mb in (children.LARGE_MB + 1, children.LARGE_MB):
        pool, together = children.Pool(2), threading.Barrier(4)

        def decode(page, pool=pool, together=together, memory_mb=memory_mb):
            together.wait()
            pool.ask("pyramid", memory_mb=memory_mb, seconds=60, **request(page))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(decode, pages))
        used[memory_mb] = len(pool._idle)
        pool.close()

    assert used == {children.LARGE_MB + 1: 1, children.LARGE_MB: 2}


def request(page, kind="png"):
    """The arguments of the decoding child for one page."""
    return {
        "source": str(page),
        "format": kind,
        "target": str(page.with_suffix(".out")),
        "thumbnail": str(page.with_suffix(".small")),
        "box": 300,
    }


def test_what_a_crash_leaves_is_swept_after_a_day(home):
    old = home / "files" / "tmp" / "0123"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"half a page")

    assert store.sweep() == 0
    assert store.sweep(older_than_s=-1) == 1
    assert not old.exists()


def test_the_pyramid_has_no_metadata_of_the_photographer(write):
    exif = Pillow.Exif()
    exif[0x013B] = "somebody"
    image = store.add(write(noise(600, 600), "a.jpg", exif=exif), "a.jpg")

    assert b"somebody" in store.original(image.sha256).read_bytes()
    assert b"somebody" not in store.pyramid(image.sha256).read_bytes()
    assert b"somebody" not in store.thumbnail_path(image.sha256, 300).read_bytes()
    assert len(Tiles(store.pyramid(image.sha256)).levels) == 2


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_page_of_100_megapixels_is_imported_in_little_memory(
    tmp_path, monkeypatch, orientation
):
    import psutil
    import pyvips

    pool = children.Pool(1)
    monkeypatch.setattr(store, "POOL", pool)
    patch = pyvips.Image.new_from_array(numpy.asarray(noise(1160, 870)))
    page = patch.replicate(10, 10).copy()
    page.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    path = tmp_path / "map.jpg"
    page.jpegsave(str(path), Q=85)
    before = psutil.Process().memory_info().rss

    image = store.add(path, "map.jpg")

    assert image.width * image.height == 11_600 * 8_700
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    assert pool.peak_mb() + max(grown, 0) < 200  # and 100 of a worker that does nothing else
    pool.close()
