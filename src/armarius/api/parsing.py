"""Bodies and queries of requests: what can never be stored is refused before anything else."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser as NinjaParser

from armarius.api.problems import NotJson, NotOurMediaType
from armarius.errors import BadInput

# NUL cannot be stored, half a surrogate pair cannot be written; JSON can name both.
_SUSPECT = re.compile(rb"\\u(0000|[dD][89a-fA-F])")
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_SENTENCE = "A text holds the character U+{:04X}, which cannot be stored. Remove it."


class Parser(NinjaParser):
    """JSON only, no deeper than Python reads, without NUL and half characters."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """The JSON of the body."""
        if request.content_type != "application/json":
            raise NotOurMediaType("Send the body as application/json.")
        try:
            data = json.loads(request.body, parse_constant=_no_number)
        except (RecursionError, UnicodeDecodeError, RawPostDataException):
            raise NotJson(
                "The body is nested too deeply, or it is not UTF-8. Send plain JSON."
            ) from None
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise NotJson(f"The body is not JSON: {error.msg} at {place}.") from None
        except ValueError:
            raise NotJson(
                "The body is not JSON: a number is too long, NaN or infinite."
            ) from None
        if _SUSPECT.search(request.body):
            _refuse_unusable(data)
        return data  # type: ignore[no-any-return]

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The values behind the question mark."""
        for name in data:
            for value in (name, *data.getlist(name)):
                if isinstance(value, str) and (found := _UNUSABLE.search(value)):
                    raise BadInput(_SENTENCE.format(ord(found[0])))
        return super().parse_querydict(data, list_fields, request)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _refuse_unusable(data: Any) -> None:
    """Walk without recursion: the depth is the sender's choice."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and (found := _UNUSABLE.search(value)):
            raise BadInput(_SENTENCE.format(ord(found[0])))
