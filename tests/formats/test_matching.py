"""Which image an XML file means."""

from __future__ import annotations

import pytest

from armarius.errors import BadInput, FormatError
from armarius.formats import mets
from armarius.formats.matching import match, normal


@pytest.mark.parametrize(("reference", "xml", "how", "name"), [
    ("img/f1.jpg", "book/GT-PAGE/f1.xml", "METS folder", "book/img/f1.jpg"),
    ("../img/f1.jpg", "book/GT-PAGE/f1.xml", "XML folder", "book/img/f1.jpg"),
    ("book/img/f1.jpg", "elsewhere/f1.xml", "path", "book/img/f1.jpg"),
    ("scans/f1.jpg", "f1.xml", "base name", "book/img/f1.jpg"),
    ("F1.JPG", "f1.xml", "base name", "book/img/f1.jpg"),
    ("f1.tif", "x.xml", "stem", "book/img/f1.jpg"),
    ("", "f1.xml", "XML name", "book/img/f1.jpg"),
    ("", "f1.chocomufin.xml", "XML name", "book/img/f1.jpg"),
    ("http://example.org/iiif/f1.jpg?x=1", "x.xml", "base name", "book/img/f1.jpg"),
    ("C:\\scans\\f1.jpg", "x.xml", "base name", "book/img/f1.jpg"),
])  # fmt: skip
def test_rules_in_their_order(reference, xml, how, name):
    found = match(
        reference, ["book/img/f1.jpg", "book/img/f2.jpg"], xml=xml, mets=["book/mets.xml"]
    )

    assert found is not None
    assert (found.name, found.how) == (name, how)


@pytest.mark.parametrize(
    "reference",
    ["/etc/passwd", "../../../etc/passwd", "..", ".", "a/../..", "\0", "file:///etc/passwd"],
)
def test_a_reference_never_leads_outside_the_upload(reference):
    assert match(reference, ["f1.jpg"], xml="notes.xml") is None
    assert not normal(reference).startswith(("/", ".."))


def test_the_image_beside_the_xml_is_nearest():
    found = match("f1.jpg", ["a/f1.jpg", "b/f1.jpg"], xml="b/page/f1.xml", mets=["b/mets.xml"])

    assert found is not None
    assert found.name == "b/f1.jpg"


def test_two_that_fit_equally_are_an_error_with_a_cure():
    with pytest.raises(BadInput, match=r"“f1\.jpg” fits 2 images"):
        match("f1.jpg", ["a/f1.jpg", "b/f1.jpg"], xml="c/f1.xml")


METS = b"""<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:x="http://www.w3.org/1999/xlink"><mets:fileSec>
<mets:fileGrp USE="IMG"><mets:file ID="i1" MIMETYPE="image/jpeg"><mets:FLocat x:href="img/f1.jpg"/></mets:file></mets:fileGrp>
<mets:fileGrp USE="PAGE"><mets:file ID="p1"><mets:FLocat x:href="page/f1.xml"/></mets:file></mets:fileGrp></mets:fileSec>
<mets:structMap><mets:div ID="d1"><mets:fptr FILEID="i1"/><mets:fptr FILEID="p1"/></mets:div></mets:structMap></mets:mets>"""


def test_mets_names_its_files_with_group_and_page():
    assert mets.is_mets(METS)
    assert [(x.id, x.href, x.group, x.page) for x in mets.read(METS, "mets.xml")] == [
        ("i1", "img/f1.jpg", "IMG", "d1"), ("p1", "page/f1.xml", "PAGE", "d1"),
    ]  # fmt: skip


def test_other_xml_is_not_mets():
    with pytest.raises(FormatError, match="METS expected, found “alto”"):
        mets.read(b"<alto/>", "mets.xml")
