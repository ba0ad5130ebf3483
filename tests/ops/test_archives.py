"""ZIP archives from outside, honest and hostile."""

from __future__ import annotations

import io
import random
import stat
import tracemalloc
import zipfile

import pytest

from armarius.errors import BadInput, TooLarge
from armarius.ops.archives import Archive


@pytest.fixture
def packed(tmp_path):
    """Pack files into an archive and open it; a value may be bytes or (ZipInfo, bytes)."""

    def pack(files, method=zipfile.ZIP_DEFLATED):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", method) as archive:
            for name, data in files:
                archive.writestr(name, data)
        return Archive(path, "a.zip")

    return pack


def test_lists_and_reads_members_even_when_two_have_one_name(packed):
    with pytest.warns(UserWarning, match="Duplicate"):
        archive = packed([("d/f1.jpg", b"one"), ("d/", b""), ("d/f1.jpg", b"two")])

    with archive:
        members = archive.members()
        assert [(x.name, x.size, x.refused) for x in members] == [
            ("d/f1.jpg", 3, ""),
            ("d/f1.jpg", 3, ""),
        ]
        assert [archive.read(x.index, 10) for x in members] == [b"one", b"two"]


def test_leaves_out_what_systems_add_without_being_asked(packed):
    with packed(
        [("__MACOSX/._f1.jpg", b"x"), ("a/.DS_Store", b"x"), ("f1.jpg", b"x")]
    ) as archive:
        assert [x.name for x in archive.members()] == ["f1.jpg"]


def test_refuses_a_bomb_before_reading_it(packed):
    with pytest.raises(TooLarge, match=r"would unpack to 0\.2 GB"):
        packed([("zeros.tif", bytes(200_000_000))])


def test_refuses_a_bomb_that_hides_among_incompressible_files(packed):
    noise = random.Random(1).randbytes(2_000_000)
    with packed([("zeros.tif", bytes(60_000_000)), ("noise.jpg", noise)]) as archive:
        zeros, other = archive.members()

        assert "would unpack to 60.0 MB" in zeros.refused
        assert other.refused == ""
        with pytest.raises(BadInput, match="would unpack"):
            archive.read(zeros.index, 100_000_000)


def test_refuses_links_and_archives_in_archives_member_by_member(packed):
    link = zipfile.ZipInfo("f1.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with packed([(link, b"/etc/passwd"), ("inner.zip", b"PK"), ("f2.jpg", b"x")]) as archive:
        refused = [x.refused for x in archive.members()]

    assert "links in archives are not accepted" in refused[0]
    assert "nested archives are not accepted" in refused[1]
    assert refused[2] == ""


def test_refuses_a_password(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("f1.jpg", b"x")
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the flag "encrypted" in the directory
    path.write_bytes(data)

    with pytest.raises(BadInput, match="locked with a password"):
        Archive(path, "a.zip")


def test_refuses_more_members_than_the_limit(packed, monkeypatch):
    monkeypatch.setenv("ARMARIUS_MAX_MEMBERS", "5")

    with pytest.raises(TooLarge, match="more than 5 files"):
        packed([(f"f{x}.jpg", b"x") for x in range(6)])


def test_refuses_a_directory_of_a_million_entries_without_reading_it(tmp_path):
    entry = b"PK\x01\x02" + bytes(24) + (1).to_bytes(2, "little") + bytes(16) + b"f"
    directory = entry * 1_000_000
    end = b"PK\x05\x06" + bytes(4) + (1).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + bytes(6)
    path = tmp_path / "a.zip"
    path.write_bytes(directory + end)
    del directory

    tracemalloc.start()
    with pytest.raises(TooLarge, match="more than 20,000 files"):
        Archive(path, "a.zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 1_000_000


def test_reads_never_more_than_the_limit(packed):
    with packed([("f1.xml", b"x" * 100)]) as archive:
        with pytest.raises(TooLarge, match=r"f1\.xml"):
            archive.read(0, 99)
        with pytest.raises(TooLarge), archive.stream(0, 99):
            pass
        assert archive.read(0, 100) == b"x" * 100


def test_whatever_is_broken_in_an_archive_ends_as_one_sentence(tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for x in range(4):
            archive.writestr(f"päge {x}.xml", f"<alto>{x}</alto>" * 50)
    fault = random.Random(7)
    path, refusals = tmp_path / "a.zip", []

    for _ in range(1500):
        data = bytearray(whole.getvalue())
        for _ in range(fault.randint(1, 4)):
            data[fault.randrange(len(data))] = fault.randrange(256)
        if fault.random() < 0.2:
            del data[fault.randrange(len(data)) :]
        path.write_bytes(data)
        try:
            with Archive(path, "a.zip") as opened:
                for member in opened.members():
                    opened.read(member.index, 1_000_000)
        except BadInput as error:
            refusals.append(str(error))

    assert len(refusals) > 300
    assert all(x.endswith(".") for x in refusals)


def test_an_empty_or_cut_file_is_called_damaged(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 and nothing more")

    with pytest.raises(BadInput, match="damaged"):
        Archive(path, "a.zip")
