"""Run bundles on this machine."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from armarius import bundle, compute
from armarius.bundle import Bundle, BundlePage
from armarius.compute import Look, local
from armarius.engines import SegmentOptions
from armarius.errors import BadInput, Unavailable
from armarius.page import Page
from tests.scans import scan


@pytest.fixture
def here():
    """The local back end, ended afterwards."""
    local._draining.clear()
    yield compute.get("local")
    local.close()
    local._draining.clear()


@pytest.fixture
def make(tmp_path):
    """Write a bundle with so many pages for the echo."""

    def make(pages: int = 2, name: str = "bundle", **own: object) -> Path:
        picture = tmp_path / "page.jpg"
        picture.write_bytes(scan(1))
        return bundle.write(
            tmp_path / name,
            Bundle(
                engine="echo",
                pages=[
                    BundlePage(f"p{number}", Page("page.jpg", 60, 80), picture)
                    for number in range(pages)
                ],
                segment=SegmentOptions(own={"lines": 2, **own}),
            ),
        )

    return make


def ended(here, handle: str, within_s: float = 30) -> Look:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        look: Look = here.look(handle)
        if not look.running:
            return look
        time.sleep(0.05)
    raise AssertionError("the run does not end")


def test_a_bundle_runs_to_its_end(here, make):
    folder = make()

    handle = here.launch(folder)

    assert ended(here, handle).code == bundle.EXIT_DONE
    assert {result.state for result in bundle.results(folder).pages.values()} == {"done"}


def test_results_are_there_before_the_end(here, make):
    folder = make(pages=3, hang=["p1"])

    handle = here.launch(folder)
    while bundle.state_of(folder, "p0") is None:
        time.sleep(0.05)

    assert here.look(handle).running
    here.stop(handle)
    assert bundle.state_of(folder, "p1") is None


def test_the_next_bundle_meets_the_same_engine(here, make):
    ended(here, here.launch(make(name="one")))
    first = local.engine_pids()
    ended(here, here.launch(make(name="two")))

    assert local.engine_pids() == first


def test_two_bundles_at_once_have_two_engines(here, make):
    handles = [here.launch(make(name=name, sleep=1)) for name in ("one", "two")]
    while len(local.engine_pids()) < 2:
        time.sleep(0.02)

    assert [ended(here, handle).code for handle in handles] == [0, 0]


def test_a_refused_bundle_says_why(here, make):
    folder = make()
    (folder / "pages" / "0001.json").write_text("{}")

    look = ended(here, here.launch(folder))

    assert look.code == bundle.EXIT_REFUSED
    assert "changed or damaged" in look.message


def test_an_engine_steps_back_behind_the_web_server(here, make):
    import psutil

    ended(here, here.launch(make()))

    assert psutil.Process(local.engine_pids()[0]).nice() == local.NICE


def test_draining_ends_idle_engines_and_starts_no_more(here, make):
    ended(here, here.launch(make()))

    here.drain()

    assert local.engine_pids() == []
    with pytest.raises(Unavailable, match="about to end"):
        here.launch(make(name="late"))


def test_stopping_what_has_ended_changes_nothing(here, make):
    handle = here.launch(make())
    ended(here, handle)

    here.stop(handle)
    here.stop(handle)

    assert here.look(handle) == Look(running=False, message="This run is not known here.")


def test_an_unknown_back_end_is_named():
    with pytest.raises(BadInput, match="There are: local"):
        compute.get("cloud")
