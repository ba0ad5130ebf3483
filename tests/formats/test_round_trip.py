"""Write a page, read it again, and have the same page; every file valid."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
from hypothesis import HealthCheck, given, settings

from armarius import formats
from armarius.formats import json_tree
from tests.formats.holding import differences, held, sorted_extra
from tests.formats.schemas import faults
from tests.formats.trees import pages

SCHEMA = json.loads(
    files("armarius.formats").joinpath("page_tree.schema.json").read_text("utf-8")
)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


# `make prove ISSUE=fidelity` tries 2,000.
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(pages())
def test_what_is_written_is_valid_and_reads_back_equal(page):
    for form in ("alto", "page"):
        data = formats.write(page, form)
        again = formats.read(data, "again").page

        assert faults(data, form) == []
        assert list(differences(held(page, form), sorted_extra(again))) == []


@settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
@given(pages())
def test_json_loses_nothing_and_fits_its_own_schema(page):
    data = formats.write(page, "json")

    assert formats.read(data, "again").page == page
    jsonschema.validate(json_tree.to_dict(page), SCHEMA)
