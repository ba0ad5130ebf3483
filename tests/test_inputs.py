"""Which images and page files on disk belong together."""

from __future__ import annotations

import pytest
from PIL import Image

from armarius import formats, inputs
from armarius.errors import BadInput
from armarius.page import Line, Page, Region


@pytest.fixture
def place(tmp_path):
    """Put images and PAGE files into folders; a page file is given with the name of its image."""

    def put(*names, **pages):
        for name in names:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (90, 60), 255).save(tmp_path / name)
        for name, reference in pages.items():
            path = tmp_path / f"{name}.xml"
            path.parent.mkdir(parents=True, exist_ok=True)
            square = ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0))
            region = Region("r", square, lines=(Line("l", mask=square),))
            path.write_bytes(formats.write(Page(reference, 90, 60, regions=(region,)), "page"))
        return tmp_path

    return put


@pytest.mark.parametrize(
    ("image", "page", "reference"),
    [
        ("f1.jpg", "f1", "f1.jpg"),  # side by side
        ("images/f1.jpg", "page/f1", "../images/f1.jpg"),
        ("f1.jpg", "page/f1", "f1.jpg"),  # an export with its own folder for pages
        ("GT-PAGE/f1.jpg", "GT-PAGE/f1", "GT-PAGE/f1.jpg"),  # named from the METS folder
        ("f1.jpg", "f1", "C:\\scans\\f1.jpg"),
        ("f1.png", "f1", "f1.tif"),  # converted since
        ("f1.jpg", "f1.corrected", ""),
        ("f1.jpg", "f1", "https://example.org/iiif/f1.jpg?size=max"),
    ],
)
def test_the_image_of_a_page_file_is_found(place, image, page, reference):
    root = place(image, **{page: reference})

    for given in ([root], [root / f"{page}.xml"]):
        (only,) = inputs.collect(given)
        tree, found = only.load()
        assert found.resolve() == root / image
        assert [line.id for line in tree.all_lines()] == ["l"]


def test_a_page_file_never_reaches_out_of_its_folders(place, tmp_path):
    outside = tmp_path / "outside.jpg"
    root = place("a/b/c/other.jpg", **{"a/b/c/f1": "../../../outside.jpg"})
    Image.new("L", (90, 60)).save(outside)

    with pytest.raises(BadInput, match="is not there"):
        inputs.collect([root / "a/b/c/f1.xml"])[0].load()


def test_images_without_page_files_stand_beside_pages(place):
    root = place("f1.jpg", "f2.jpg", "deep/f3.jpg", f1="f1.jpg")

    assert [(i.file.name, str(i.place)) for i in inputs.collect([root])] == [
        ("f3.jpg", "deep/f3"),
        ("f1.xml", "f1"),
        ("f2.jpg", "f2"),
    ]


def test_two_images_that_fit_alike_are_named(place):
    root = place("a/f1.jpg", "b/f1.jpg", **{"c/f1": "f1.jpg"})
    found = [each for each in inputs.collect([root]) if each.file.suffix == ".xml"]
    with pytest.raises(BadInput, match=r"is not there|fits 2 images"):
        found[0].load()


def test_the_order_given_is_kept(place):
    root = place("f1.jpg", "f2.jpg")
    given = [root / "f2.jpg", root / "f1.jpg"]
    assert [each.file for each in inputs.collect(given)] == given


def test_nothing_at_all_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no page image"):
        inputs.collect([tmp_path])
    with pytest.raises(BadInput, match="no page image"):
        inputs.collect([])
