"""`armarius export`: fetch pages of a running instance as files."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "fetch a document of a running instance as ALTO, PAGE, text or JSON"
EXAMPLE = 'armarius export "Ms 3516" --format alto --layer corrected --output ms3516.zip'


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to fetch, and where to put it."""
    from armarius import instance

    parser.add_argument("document", help="id or name of the document")
    parser.add_argument("--project", help="id or name of its project")
    parser.add_argument(
        "--format", required=True, choices=("alto", "page", "text", "json"), help="file format"
    )
    parser.add_argument("--output", required=True, type=Path, help="the ZIP file to write")
    parser.add_argument("--force", action="store_true", help="replace the output if it exists")
    parser.add_argument(
        "--layer", help="id or name of the layer; needed where there are several"
    )
    _extent(parser)
    instance.arguments(parser)


def _extent(parser: argparse.ArgumentParser) -> None:
    """How much of the document goes out, and what goes along; by default all that it has."""
    parser.add_argument("--pages", default="", help="page numbers, like 1-20,25; default: all")
    parser.add_argument("--page-ids", default="", help="or ids of pages, with commas")
    parser.add_argument(
        "--types", nargs="+", default=[], metavar="TYPE",
        help="only regions of these types; \"\" stands for regions without a type",
    )  # fmt: skip
    parser.add_argument(
        "--no-free-lines", action="store_true", help="without lines that are in no region"
    )
    parser.add_argument(
        "--no-characters", action="store_true", help="without the places of single characters"
    )
    parser.add_argument(
        "--breaks", choices=("lines", "paragraphs"), default="lines",
        help="of text: a line for each line, or a paragraph for each region",
    )  # fmt: skip
    parser.add_argument("--mets", action="store_true", help="with a list of the files in METS")
    parser.add_argument("--images", action="store_true", help="with the original images")


def run(options: argparse.Namespace) -> int:
    """Fetch the archive; it has its name only once it is whole."""
    import json

    from armarius import instance, terminal
    from armarius.errors import BadInput

    output: Path = options.output
    if output.exists() and not options.force:
        raise BadInput(f"{output} exists already. Choose another name or add --force.")
    if not output.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {output.absolute().parent}.")
    with instance.connected(options.url, options.token_file) as server:
        document = instance.document(server, options.document, options.project)
        query = _query(options)
        if options.layer:
            query["layer"] = str(instance.layer(server, document, options.layer)["id"])
        with terminal.Bar("fetching", "MB", quiet=options.json) as bar:
            got = terminal.Sum(lambda done: bar.show(done / 1e6, None))
            server.download(f"/api/documents/{document['id']}/export", output, got.add, **query)
    if options.json:
        print(json.dumps({"document": document["id"], "file": str(output), "bytes": got.total}))
    else:
        print(f"{output}: {got.total / 1e6:.1f} MB. README.txt in it tells what was left out.")
    return 0


def _query(options: argparse.Namespace) -> dict[str, str | list[str]]:
    """The options as the API names them."""
    return {
        "format": options.format,
        "numbers": options.pages,
        "pages": options.page_ids,
        "types": options.types,
        "free_lines": str(not options.no_free_lines).lower(),
        "characters": str(not options.no_characters).lower(),
        "breaks": options.breaks,
        "mets": str(options.mets).lower(),
        "images": str(options.images).lower(),
    }
