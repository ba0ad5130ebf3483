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
    parser.add_argument(
        "--layer", help="id or name of the layer; needed where there are several"
    )
    parser.add_argument("--pages", default="", help="page numbers, like 1-20,25; default: all")
    parser.add_argument("--images", action="store_true", help="with the original images")
    parser.add_argument("--force", action="store_true", help="replace the output if it exists")
    instance.arguments(parser)


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
        query = {"format": options.format, "numbers": options.pages}
        query["images"] = "true" if options.images else "false"
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
