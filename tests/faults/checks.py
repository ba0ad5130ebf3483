"""What must hold after the storm, read from the database and from the files, not through our API."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pyvips

from tests.faults.client import Ledger

ENDED = ("done", "done with problems", "failed", "cancelled")
Rows = list[tuple[Any, ...]]


@dataclass
class After:
    """The system's database and files when all is quiet."""

    url: str
    home: Path
    ledger: Ledger

    def rows(self, query: str, *parameters: Any) -> Rows:
        """All rows of a query."""
        with psycopg.connect(self.url) as database:
            return database.execute(query, parameters).fetchall()

    def problems(self) -> list[str]:
        """Everything that does not hold."""
        return [
            *self.ledger.problems,
            *self._edits(),
            *self._jobs(),
            *self._results(),
            *self._positions(),
            *self._files(),
        ]

    def _edits(self) -> Iterator[str]:
        found: dict[str, list[tuple[Any, ...]]] = {}
        for row in self.rows(
            "SELECT v.content, t.line_id, t.transcription_id, v.version, t.id, t.content "
            "FROM armarius_linetextversion v JOIN armarius_linetext t ON t.id = v.text_id "
            "WHERE v.source = 'edit'"
        ):
            found.setdefault(row[0], []).append(row)
        for content, place in self.ledger.edits.items():
            if content not in found:
                yield f"acknowledged edit lost: {content}"
            elif found[content][0][1:3] != place:
                yield f"edit in the wrong place: {content}"
        for content, rows in found.items():
            if len(rows) > 1:
                yield f"edit stored {len(rows)} times: {content}"
            if content not in self.ledger.sent:
                yield f"nobody wrote {content}"
        for text, count, last, present, newest in self.rows(
            "SELECT t.id, count(*), max(v.version), t.version, "
            "(array_agg(v.content ORDER BY v.version DESC))[1] = t.content "
            "FROM armarius_linetext t JOIN armarius_linetextversion v ON v.text_id = t.id "
            "GROUP BY t.id"
        ):
            if not (count == last == present and newest):
                yield f"text {text}: {count} versions, the last {last}, present {present}"

    def _jobs(self) -> Iterator[str]:
        jobs = {
            row[0]: row[1:]
            for row in self.rows(
                "SELECT id, state, ended_at IS NOT NULL, items_total, items_done, items_failed "
                "FROM armarius_job"
            )
        }
        ends: dict[int, int] = dict(
            self.rows(
                "SELECT (payload->>'id')::int, count(*) FROM armarius_event "
                "WHERE kind = 'job' AND payload->>'state' = ANY(%s) GROUP BY 1",
                list(ENDED),
            )
        )
        waiting: dict[int, int] = dict(
            self.rows(
                "SELECT job_id, count(*) FROM armarius_jobitem WHERE state = 'waiting' GROUP BY 1"
            )
        )
        yield from (f"acknowledged job {x} is lost" for x in self.ledger.jobs if x not in jobs)
        yield from (f"nobody started job {x}" for x in jobs if x not in self.ledger.jobs)
        for job, (state, ended, total, done, failed) in jobs.items():
            if not ended or state not in ENDED:
                yield f"job {job} has not ended: {state}"
            if ends.get(job, 0) != 1:
                yield f"the end of job {job} was told {ends.get(job, 0)} times"
            left = waiting.get(job, 0)
            if done + failed + left != total or (left and state != "cancelled"):
                yield f"job {job} is {state}: {done} + {failed} of {total}, {left} waiting"
            if state == "cancelled" and job not in self.ledger.cancelled:
                yield f"nobody cancelled job {job}"
        for kind, row in self.rows(
            "SELECT 'batch', id FROM armarius_batch WHERE ended_at IS NULL "
            "UNION ALL SELECT 'attempt', id FROM armarius_attempt WHERE ended_at IS NULL"
        ):
            yield f"{kind} {row} is open"

    def _results(self) -> Iterator[str]:
        """Every page's result is stored once: its version counts the layouts that it got."""
        for page, version, segmented, lines, there in self.rows(
            "SELECT p.id, p.version, (SELECT count(*) FROM armarius_jobitem i JOIN armarius_job j "
            "ON j.id = i.job_id WHERE i.page_id = p.id AND j.kind = 'segment' "
            "AND i.state LIKE 'done%%'), p.lines_count, "
            "(SELECT count(*) FROM armarius_line l WHERE l.page_id = p.id AND l.deleted_at IS NULL) "
            "FROM armarius_page p"
        ):
            if version != 1 + segmented:
                yield f"page {page}: version {version} after {segmented} segmentations"
            if lines != there:
                yield f"page {page}: {there} lines, said to be {lines}"
        for job, page, lines, texts in self.rows(
            "SELECT j.id, p.id, p.lines_count, (SELECT count(*) FROM armarius_linetext t "
            "JOIN armarius_line l ON l.id = t.line_id WHERE l.page_id = p.id "
            "AND t.transcription_id = (j.parameters->>'layer')::int) "
            "FROM armarius_jobitem i JOIN armarius_job j ON j.id = i.job_id "
            "JOIN armarius_page p ON p.id = i.page_id "
            "WHERE j.kind = 'transcribe' AND i.state LIKE 'done%%'"
        ):
            if lines != texts:
                yield f"job {job}, page {page}: {texts} texts for {lines} lines"
        for (page,) in self.rows(
            "SELECT i.page_id FROM armarius_jobitem i JOIN armarius_job j ON j.id = i.job_id "
            "WHERE j.kind = 'import' AND i.state LIKE 'done%%' GROUP BY 1 HAVING count(*) > 1"
        ):
            yield f"page {page} was imported twice"
        imported, pages = self.rows(
            "SELECT (SELECT count(*) FROM armarius_jobitem i JOIN armarius_job j ON j.id = i.job_id "
            "WHERE j.kind = 'import' AND i.state LIKE 'done%%'), "
            "(SELECT count(*) FROM armarius_page)"
        )[0]
        if imported != pages:
            yield f"{imported} pages imported, {pages} there"

    def _positions(self) -> Iterator[str]:
        for document, count, first, last in self.rows(
            "SELECT document_id, count(*), min(position), max(position) FROM armarius_page "
            "WHERE deleted_at IS NULL GROUP BY 1"
        ):
            if (first, last) != (0, count - 1):
                yield f"document {document}: {count} pages at positions {first} to {last}"

    def _files(self) -> Iterator[str]:
        files = self.home / "files"
        for path in files.glob("??/*"):
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
                yield f"file {path.name} is not what its name says"
        for sha256, due in self.rows(
            "SELECT sha256, tile_tries IS NOT NULL FROM armarius_image"
        ):
            if not (files / sha256[:2] / sha256).exists():
                yield f"image {sha256} is missing"
            pyramid = self.home / "pyramids" / sha256[:2] / f"{sha256}.tif"
            if due and not pyramid.exists():
                continue
            try:
                pyvips.Image.new_from_file(str(pyramid)).avg()  # reads every pixel
            except pyvips.Error as error:
                yield f"pyramid of {sha256}: {error}"
