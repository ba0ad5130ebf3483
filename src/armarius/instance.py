"""A running instance, talked to from the command line through its public API.

Only the user's own server is ever asked, the one named by --url. Broken connections are taken
up again; a file goes on where it stopped.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from armarius import __version__, config
from armarius.errors import BadInput, Conflict, Stopped, Unavailable

PIECE = 8_000_000  # bytes of an upload sent at once
AT_ONCE = 4  # files sent side by side
TRIES = 6  # of one request, with a pause that doubles
PAUSE_S = 0.5
ENDED = ("done", "done with problems", "failed", "cancelled")

Thing = TypeVar("Thing")
_BROKEN = (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError)


class Instance:
    """The API of one server.

    Args:
        url: where it is, ``http://127.0.0.1:8420``.
        token: of the user in whose name everything is done.
    """

    def __init__(self, url: str, token: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise BadInput(
                f"“{url}” is no address of a server. Begin it with http:// or https://."
            )
        self.url = url.rstrip("/")
        self._stop = threading.Event()
        self._headers = {
            "Authorization": f"Bearer {token}",
            "User-Agent": f"armarius/{__version__} (command line)",
        }

    def get(self, path: str, **query: Any) -> Any:
        """Read something; repeated while the connection breaks."""
        asked = f"{path}?{urlencode(query)}" if query else path
        return self._patiently(lambda _: self._json("GET", asked))

    def listing(self, path: str, **query: Any) -> Iterator[Any]:
        """All items of a list, piece by piece."""
        offset = 0
        while True:
            answer = self.get(path, offset=offset, limit=500, **query)
            yield from answer["items"]
            offset += len(answer["items"])
            if offset >= answer["count"] or not answer["items"]:
                return

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Do something once: the key lets the server recognise a repetition."""
        key = {"Idempotency-Key": os.urandom(16).hex(), "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._patiently(lambda _: self._json("POST", path, data, key))

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Change something once, as `post`."""
        key = {"Idempotency-Key": os.urandom(16).hex(), "Content-Type": "application/json"}
        data = json.dumps(body).encode()
        return self._patiently(lambda _: self._json("PATCH", path, data, key))

    def upload(self, file: Path, sent: Callable[[int], None]) -> str:
        """Send a file in pieces; returns the upload's id.

        Args:
            file: what to send.
            sent: told of the bytes that have arrived, piece by piece.

        Raises:
            BadInput: the file cannot be read, or the server refuses it.
            Unavailable: the server cannot be reached, or something else arrived.
        """
        try:
            size = file.stat().st_size
            with file.open("rb") as stream:
                upload = self.post("/api/uploads", {"name": file.name, "size": size})
                own = hashlib.sha256()
                while not upload["completed_at"]:
                    if self._stop.is_set():
                        raise Stopped(f"{file} was not sent to its end.")
                    piece = stream.read(PIECE)
                    if not piece:
                        raise BadInput(
                            f"{file} became shorter while it was sent. Send it again."
                        )
                    own.update(piece)
                    upload = self._piece(upload, piece)
                    sent(len(piece))
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror}.") from None
        if upload["sha256"] != own.hexdigest():
            raise Unavailable(
                f"{file.name} arrived with other bytes than were sent. Send it again."
            )
        return str(upload["id"])

    def upload_all(self, files: Sequence[Path], sent: Callable[[int], None]) -> list[str]:
        """Send files, some at once; returns the ids of the uploads in their order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                return list(pool.map(lambda file: self.upload(file, sent), files))
            except BaseException:
                self._stop.set()  # those under way end with their present piece
                pool.shutdown(cancel_futures=True)
                raise

    def download(
        self, path: str, target: Path, got: Callable[[int], None], **query: Any
    ) -> None:
        """Write an answer to a file, which has its name only once it is whole.

        Raises:
            Unavailable: the connection broke off.
        """
        request = self._request("GET", f"{path}?{urlencode(query, doseq=True)}")
        part = target.with_name(target.name + ".part")
        try:
            with self._open(request) as answer, part.open("wb") as file:
                while piece := answer.read(1 << 20):
                    file.write(piece)
                    got(len(piece))
                if answer.length:  # http.client ends a short answer without a word
                    raise IncompleteRead(b"", answer.length)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except _BROKEN as error:
            raise self._unreachable(error) from None
        except OSError as error:
            raise BadInput(f"{target} cannot be written: {error.strerror}.") from None
        finally:
            part.unlink(missing_ok=True)

    def wait(
        self, job: dict[str, Any], seen: Callable[[dict[str, Any]], None]
    ) -> dict[str, Any]:
        """Wait for a job to end, telling every state seen; returns it as it ended."""
        while job["state"] not in ENDED:
            seen(job)
            time.sleep(0.3)
            job = self.get(f"/api/jobs/{job['id']}")
        seen(job)
        return job

    def _piece(self, upload: dict[str, Any], piece: bytes) -> dict[str, Any]:
        """Send one piece; where the connection breaks, ask how far it came and send the rest."""
        path, start = f"/api/uploads/{upload['id']}", int(upload["offset"])

        def attempt(number: int) -> dict[str, Any]:
            now: dict[str, Any] = self._json("GET", path) if number else upload
            at = int(now["offset"])
            if at >= start + len(piece):
                return now
            headers = {"Upload-Offset": str(at), "Content-Type": "application/octet-stream"}
            answer: dict[str, Any] = self._json("PATCH", path, piece[at - start :], headers)
            return answer

        # Conflict: the server has not yet noticed that the former connection is gone.
        return self._patiently(attempt, Conflict)

    def _patiently(self, call: Callable[[int], Thing], *more: type[Exception]) -> Thing:
        passing: tuple[type[Exception], ...] = (*_BROKEN, *more, Unavailable)
        for number in range(TRIES - 1):
            try:
                return call(number)
            except passing:
                time.sleep(PAUSE_S * 2**number)
        try:
            return call(TRIES - 1)
        except _BROKEN as error:
            raise self._unreachable(error) from None

    def _json(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        with self._open(self._request(method, path, data, headers or {})) as answer:
            return json.loads(answer.read() or b"null")

    def _request(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> urllib.request.Request:
        return urllib.request.Request(  # noqa: S310  http and https only, see __init__
            self.url + path, data, {**self._headers, **(headers or {})}, method=method
        )

    @contextmanager
    def _open(self, request: urllib.request.Request) -> Iterator[Any]:
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
                yield answer
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error) from None

    def _unreachable(self, error: Exception) -> Unavailable:
        reason = getattr(error, "reason", error)
        return Unavailable(
            f"{self.url} cannot be reached ({reason}). Is “armarius serve” running?"
        )


def _refusal(error: urllib.error.HTTPError) -> Exception:
    """The server's own sentence."""
    try:
        detail = str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError, HTTPException, OSError):
        detail = f"The server answered {error.code} {error.reason}."
    if error.code in (502, 503, 504):
        return Unavailable(detail)
    return Conflict(detail) if error.code == 409 else BadInput(detail)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which instance, and in whose name."""
    parser.add_argument(
        "--url", help="address of the instance; default: the one on this machine"
    )
    parser.add_argument(
        "--token-file", type=Path, help="file with an API token; or set ARMARIUS_TOKEN"
    )
    parser.add_argument("--json", action="store_true", help="answer with one JSON object")


def document(
    server: Instance, wanted: str, project: str | None, *, create: bool = False
) -> dict[str, Any]:
    """The document with this id or name, in a project or in any that the user sees.

    Raises:
        BadInput: there is none, or several have the name.
    """
    if wanted.isascii() and wanted.isdigit():
        return dict(server.get(f"/api/documents/{wanted}"))
    homes = list(server.listing("/api/projects"))
    if project:
        homes = [x for x in homes if project in (str(x["id"]), x["name"])]
        if len(homes) != 1:
            raise BadInput(_choose("project", project, homes))
    found = [
        dict(x)
        for home in homes
        for x in server.listing(f"/api/projects/{home['id']}/documents")
        if x["name"] == wanted
    ]
    if not found and create:
        return dict(server.post(f"/api/projects/{homes[0]['id']}/documents", {"name": wanted}))
    if len(found) != 1:
        raise BadInput(_choose("document", wanted, found))
    return found[0]


def layer(server: Instance, of: dict[str, Any], wanted: str) -> dict[str, Any]:
    """The document's layer with this name or id.

    Raises:
        BadInput: it has none.
    """
    there = list(server.listing(f"/api/documents/{of['id']}/layers"))
    found = [x for x in there if wanted in (x["name"], str(x["id"]))]
    if not found:
        names = ", ".join(f"“{x['name']}”" for x in there) or "none"
        raise BadInput(f"{of['name']} has no layer “{wanted}”. There are: {names}.")
    return dict(found[0])


def _choose(word: str, wanted: str, found: list[dict[str, Any]]) -> str:
    if not found:
        return f"There is no {word} “{wanted}”, or it is not shared with you."
    ids = ", ".join(str(x["id"]) for x in found)
    return f"Several {word}s are called “{wanted}”. Give the id instead, one of {ids}."


@contextmanager
def connected(url: str | None, token_file: Path | None) -> Iterator[Instance]:
    """The instance with a token from --token-file, ARMARIUS_TOKEN, or made on the spot.

    A token is made where none is given and this machine's own instance is meant: whoever may
    read its data folder may do everything anyway. It is deleted at the end.

    Raises:
        BadInput: there is no token and none can be made.
    """
    here = f"http://127.0.0.1:{config.number('ARMARIUS_PORT')}"
    token = os.environ.get("ARMARIUS_TOKEN", "").strip()
    if token_file:
        try:
            token = token_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise BadInput(f"There is no token to be read in {token_file}.") from None
    if token:
        yield Instance(url or here, token)
        return
    if (url and url.rstrip("/") != here) or not os.access(config.home() / "secret", os.R_OK):
        raise BadInput(
            "No token: make one with “armarius token” on the server and put it into the "
            "environment variable ARMARIUS_TOKEN, or name a file that holds it by --token-file."
        )
    with _passing_token() as made:
        yield Instance(here, made)


@contextmanager
def _passing_token() -> Iterator[str]:
    from armarius import apps

    apps.start()
    from datetime import timedelta

    from django.db import OperationalError
    from django.utils import timezone

    from armarius.ops import accounts

    try:
        user = accounts.administrator()
    except OperationalError:
        raise Unavailable(
            f"No instance runs here with the data in {config.home()}. Start it with “armarius serve”, "
            "or name another one by --url and put a token of it into ARMARIUS_TOKEN."
        ) from None
    until = timezone.now() + timedelta(days=1)
    token, text = accounts.create_token(user, "command line on the server", expires_at=until)
    try:
        yield text
    finally:
        accounts.delete_token(token.pk, by=user)
