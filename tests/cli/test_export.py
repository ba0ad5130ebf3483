"""`armarius export` can all that the API's export can."""

from __future__ import annotations

import argparse

from armarius.api.exports import ExportIn
from armarius.cli import export


def parsed(*options):
    parser = argparse.ArgumentParser()
    export.arguments(parser)
    return parser.parse_args(["Ms 1", "--format", "text", "--output", "o.zip", *options])


def test_every_option_of_the_api_is_one_of_the_command():
    asked = export._query(parsed())

    assert {*asked, "layer"} == set(ExportIn.model_fields)
    assert ExportIn.model_validate(asked) == ExportIn(format="text")


def test_options_reach_the_api_as_they_were_given():
    asked = export._query(
        parsed(
            "--pages", "1-3", "--types", "MainZone", "", "--no-free-lines", "--no-characters",
            "--breaks", "paragraphs", "--mets", "--images",
        )
    )  # fmt: skip

    assert ExportIn.model_validate(asked) == ExportIn(
        format="text", numbers="1-3", types=["MainZone", ""], free_lines=False,
        characters=False, breaks="paragraphs", mets=True, images=True,
    )  # fmt: skip
