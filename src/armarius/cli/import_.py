"""`armarius import`: bring files into a document of a running instance."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armarius.instance import Instance

HELP = "import images, PDF, ZIP, ALTO and PAGE into a document of a running instance"
EXAMPLE = 'armarius import "Ms 3516" scans/*.jpg --project Chansonniers'


def arguments(parser: argparse.ArgumentParser) -> None:
    """What goes where."""
    from armarius import instance

    parser.add_argument("document", help="id or name of the document")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="files to import")
    parser.add_argument(
        "--project",
        help="id or name of its project; a document that it does not have yet is created there",
    )
    parser.add_argument("--layer", default="", help="name of the layer for texts; may be new")
    parser.add_argument(
        "--again", action="store_true", help="take images that are there already once more"
    )
    parser.add_argument(
        "--lines", choices=("replace", "keep", "add"), default="replace",
        help="of a page that has lines: replaced (a snapshot keeps them), kept, or added to",
    )  # fmt: skip
    parser.add_argument(
        "--match", choices=("named", "file"), default="named",
        help="a text belongs to the image that it names, or to the one of its own file name",
    )  # fmt: skip
    parser.add_argument("--pdf-pages", default="", help="pages of each PDF, 1-20,25")
    parser.add_argument("--pdf-dpi", type=int, help="resolution of PDF pages, 100 to 600")
    instance.arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Upload, wait for the job, print its report; 1 if anything in it is amiss."""
    from armarius import instance, terminal

    with instance.connected(options.url, options.token_file) as server:
        document = instance.document(
            server, options.document, options.project, create=bool(options.project)
        )
        uploads = _upload(server, options.files, quiet=options.json)
        job = server.post(
            f"/api/documents/{document['id']}/import",
            {
                "uploads": uploads,
                "layer_name": options.layer,
                **{x: getattr(options, x) for x in ("again", "lines", "match")},
                "pdf_pages": options.pdf_pages,
                "pdf_dpi": options.pdf_dpi,
            },
        )
        with terminal.Bar("importing", "pages", quiet=options.json) as bar:
            job = server.wait(job, lambda x: bar.show(_ended(x), x["items_total"]))
        items = list(server.listing(f"/api/jobs/{job['id']}/items"))
    return _report(job, items, as_json=options.json)


def _ended(job: dict[str, int]) -> int:
    return job["items_done"] + job["items_failed"]


def _upload(server: Instance, files: list[Path], *, quiet: bool) -> list[str]:
    """Send the files, some at once; returns the ids of the uploads in their order."""
    from armarius import terminal
    from armarius.errors import BadInput

    for file in files:
        if not file.is_file():
            raise BadInput(f"There is no file {file}.")
    total = sum(file.stat().st_size for file in files)
    with terminal.Bar("uploading", "MB", quiet=quiet) as bar:
        sent = terminal.Sum(lambda done: bar.show(done / 1e6, total / 1e6))
        return server.upload_all(files, sent.add)


def _report(job: dict[str, Any], items: list[dict[str, Any]], *, as_json: bool) -> int:
    """Print what became of a job; returns the exit code, 0 only when all went well."""
    import json

    if as_json:
        print(json.dumps({"job": job, "items": items}, ensure_ascii=False))
    else:
        for item in items:
            if item["message"]:
                print(f"{item['state']}: {item['message']}")
        done, total = job["items_done"], job["items_total"]
        print(f"Job {job['id']} is {job['state']}: {done} of {total} in order.")
    return 0 if job["state"] == "done" else 1
