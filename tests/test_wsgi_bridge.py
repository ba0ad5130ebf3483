"""Requests through the bridge between the event loop and Django's threads."""

from __future__ import annotations

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from armarius.wsgi_bridge import WHOLE, Bridge


class Answer(list[bytes]):
    """What Django's answers are to a WSGI server: pieces, `streaming` and `close`."""

    def __init__(self, pieces: list[bytes], *, streaming: bool = False) -> None:
        super().__init__(pieces)
        self.streaming, self.closed_in = streaming, ""

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


def call(application, *, headers=(), body=(b"",), path=b"/", gone=False):
    """One request; returns the messages that were sent."""
    sent = []
    waiting = [
        {"type": "http.request", "body": piece, "more_body": i < len(body) - 1}
        for i, piece in enumerate(body)
    ]
    if gone:
        waiting[-1] = {"type": "http.disconnect"}

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": path.decode(), "raw_path": path,
        "query_string": b"a=%C3%A9", "http_version": "1.1", "scheme": "http",
        "headers": [(b"host", b"localhost"), *headers], "client": ("10.0.0.9", 1),
        "server": ("127.0.0.1", 8420),
    }  # fmt: skip
    # In a thread of its own: a browser test of the same run may have left a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Bridge(application, 2)(scope, receive, send)).result()
    return sent


def echo(environ, start_response):
    start_response("201 Created", [("X-Path", environ["PATH_INFO"])])
    return Answer([environ["wsgi.input"].read(), b"!"])


def test_an_ordinary_answer_goes_out_in_one_piece():
    start, body = call(echo, headers=[(b"content-length", b"2")], body=(b"a", b"b"))

    assert start == {
        "type": "http.response.start", "status": 201, "headers": [(b"x-path", b"/")],
    }  # fmt: skip
    assert body["body"] == b"ab!"


LARGE = (b"content-length", b"%d" % (WHOLE + 2))


def test_a_large_body_is_read_as_it_comes():
    _, body = call(echo, headers=[LARGE], body=(b"x" * WHOLE, b"", b"yz"))

    assert body["body"] == b"x" * WHOLE + b"yz!"


def test_a_body_of_unknown_length_is_refused():
    start, body = call(echo, headers=[(b"transfer-encoding", b"chunked")], body=(b"x",))

    assert start["status"] == 411
    assert json.loads(body["body"])["status"] == 411


def test_a_sender_who_goes_is_an_error_for_the_reader():
    failed = []

    def application(environ, start_response):
        start_response("200 OK", [])
        with pytest.raises(OSError, match="gone"):
            environ["wsgi.input"].read()
        failed.append(True)
        return Answer([])

    call(application, headers=[LARGE], body=(b"x", b"y"), gone=True)

    assert failed == [True]


def test_a_sender_of_too_much_is_heard_out_before_the_answer():
    def application(_, start_response):
        start_response("413 Content Too Large", [])
        return Answer([b"too large"])

    start, body = call(application, headers=[LARGE], body=(b"x",) * 5)

    assert (start["status"], body["body"]) == (413, b"too large")


def test_a_stream_goes_out_in_pieces_from_one_thread():
    threads = set()

    class Pieces(Answer):
        def __iter__(self):
            for piece in (b"a", b"", b"b"):
                threads.add(threading.current_thread().name)
                yield piece

    answer = Pieces([], streaming=True)

    def application(_, start_response):
        threads.add(threading.current_thread().name)
        start_response("200 OK", [])
        return answer

    messages = call(application)

    assert [message.get("body") for message in messages] == [None, b"a", b"b", b""]
    assert [message.get("more_body") for message in messages] == [None, True, True, False]
    assert threads == {answer.closed_in}


def test_the_request_stands_in_the_environment_as_wsgi_has_it():
    found = {}

    def application(environ, start_response):
        found.update(environ)
        start_response("200 OK", [])
        return Answer([])

    call(
        application,
        headers=[(b"x-a", b"1"), (b"x-a", b"2"), (b"content-type", b"text/plain")],
        path=b"/a%2Fb/%C3%A9",
    )

    assert found["PATH_INFO"].encode("latin-1").decode() == "/a/b/é"
    assert found["QUERY_STRING"] == "a=%C3%A9"
    assert (found["HTTP_X_A"], found["CONTENT_TYPE"]) == ("1,2", "text/plain")
    assert found["REMOTE_ADDR"] == "10.0.0.9"
    assert (found["SERVER_NAME"], found["SERVER_PORT"]) == ("127.0.0.1", "8420")


def test_an_answer_is_closed_when_sending_it_fails():
    answer = Answer([b"a"], streaming=True)

    def application(_, start_response):
        start_response("broken", [])
        return answer

    with pytest.raises(ValueError, match="invalid literal"):
        call(application)
    assert answer.closed_in
