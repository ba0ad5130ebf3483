"""Every XML of the data pack survives, counted by lxml and not by our reader; 2,000 random trees do too.

For each file: read, write in the same format, validate by the official schema, read again, and
compare the trees. Then every attribute and every text of the original, collected by a plain walk
over its elements, must stand in the written file as often as before.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from lxml import etree

from armarius import formats
from armarius.errors import FormatError
from armarius.formats.safe_xml import attributes_of
from armarius.page import Page
from tests.formats.holding import differences, held, sorted_extra
from tests.formats.schemas import faults
from tests.formats.trees import pages
from tests.prove.record import data_pack, record

TREES = 2_000
SEED = 20_240_301
_POINTS = {"POINTS", "BASELINE", "points"}
_NUMBERS = {"HPOS", "VPOS", "WIDTH", "HEIGHT", "imageWidth", "imageHeight", "WC", "GC", "conf"}
_OURS = {"SCHEMAVERSION", "index"}  # the version we write, and places that are counted anew
_DUMMY = "eSc_dummyblock_"  # stands for "no region"; dropped on reading, as decided
_ITEM = re.compile(r"[^\s{}]+\s*\{[^{}]*\}")
Found = Counter[tuple[str, ...]]


def main() -> int:
    """Count over all files, then try the random trees."""
    pack = data_pack()
    figures: Counter[str] = Counter()
    problems: list[str] = []
    refused: dict[str, str] = {}
    for path in sorted(pack.rglob("*.xml")):
        name = str(path.relative_to(pack))
        if path.name == "mets.xml":
            continue
        try:
            file(path, pack / "schemas", figures, problems)
        except FormatError as error:
            refused[name] = str(error)
            if not name.startswith("bad/"):
                problems.append(f"{name}: {error}")
    start = time.monotonic()
    random_trees(pack / "schemas")
    figures["random_trees"] = TREES
    record(
        "fidelity",
        {
            **figures,
            "random_trees_s": round(time.monotonic() - start),
            "seed": SEED,
            "refused": refused,
            "problems": problems,
        },
    )
    print(dict(figures), refused, *problems, sep="\n")
    return 1 if problems else 0


def file(path: Path, schemas: Path, figures: Counter[str], problems: list[str]) -> None:
    """Hold one file to everything."""
    data = path.read_bytes()
    form = formats.detect(data, path.name)
    page, notes = formats.read(data, path.name)
    written = formats.write(page, form)
    problems += [f"{path.name}: {fault}" for fault in faults(written, form, schemas)]
    again = formats.read(written, path.name).page
    problems += [f"{path.name}: {difference}" for difference in differences(page, again)]
    before, after = found(data), found(written)
    lost = before - after
    reported = sum(number for entry, number in lost.items() if told(entry, notes))
    problems += [
        f"{path.name}: lost {entry} {n} times"
        for entry, n in lost.items()
        if not told(entry, notes)
    ]
    problems += crossed(path.name, page, "page" if form == "alto" else "alto", schemas)
    figures["files"] += 1
    figures["lines"] += sum(1 for _ in page.all_lines())
    figures["lost_but_reported"] += reported
    for kind, entries in counted(before).items():
        figures[kind] += entries


def crossed(name: str, page: Page, form: str, schemas: Path) -> list[str]:
    """Written in the other format, what both share must be there too."""
    data = formats.write(page, form)
    other = formats.read(data, name).page
    problems = [f"{name} as {form}: {fault}" for fault in faults(data, form, schemas)]
    return problems + [
        f"{name} as {form}: {difference}"
        for difference in differences(shares(page), shares(other))
    ]


def shares(page: Page) -> tuple[object, ...]:
    """What ALTO and PAGE share: ids, types, shapes in whole pixels, texts, order."""
    return (
        tuple((r.id, r.type, r.kind, rounded(r.polygon)) for r in page.all_regions()),
        tuple(
            (x.id, x.type, rounded(x.baseline), rounded(x.mask), x.text, x.direction)
            for x in page.all_lines()
        ),
        tuple(line.id for line in page.reading_order()),
    )


def rounded(points: tuple[tuple[float, float], ...]) -> tuple[tuple[int, int], ...]:
    """Points as PAGE holds them."""
    return tuple((round(x), round(y)) for x, y in points)


def found(data: bytes) -> Found:
    """Every attribute and text of a file: (element, attribute, value), numbers by their value."""
    entries: Found = Counter()
    for element in etree.fromstring(data).iter(etree.Element):
        name = etree.QName(element).localname
        for key, value in attributes_of(element).items():
            if key in _OURS or key.startswith("{") or value == _DUMMY:
                continue
            if key == "custom":
                items = Counter(_ITEM.findall(value)) or Counter([value])
                entries.update(
                    {
                        (name, key, item): n
                        for item, n in items.items()
                        if "readingOrder" not in item
                    }
                )
            else:
                entries[name, key, normal(key, value)] += 1
        if element.text and element.text.strip():
            entries[
                name, "text", element.text if name == "Unicode" else element.text.strip()
            ] += 1
    return entries


def normal(key: str, value: str) -> str:
    """Numbers by their value, everything else as it stands."""
    if key in _POINTS:
        return str([float(part) for part in value.replace(",", " ").split()])
    try:
        return str(float(value)) if key in _NUMBERS else value
    except ValueError:
        return value


def told(entry: tuple[str, ...], notes: list[str]) -> bool:
    """Whether the reader reported what is lost."""
    value = entry[2]
    if entry[0] in ("ElementRef", "RegionRefIndexed", "RegionRef"):
        return any(value in note for note in notes)
    return any(f"“{value}”" in note for note in notes)


def counted(entries: Found) -> Counter[str]:
    """How much was compared, by kind."""
    kinds: Counter[str] = Counter()
    for (name, key, value), number in entries.items():
        if key in ("ID", "id"):
            kinds["ids"] += number
        elif key in _POINTS:
            kinds["coordinates"] += number * (value.count(",") + 1)
        elif (name, key) == ("String", "CONTENT") or name == "Unicode":
            kinds["texts"] += number
        elif key in ("TAGREFS", "type", "LABEL") or "structure" in value:
            kinds["types"] += number
        kinds["attributes_and_texts"] += number
    return kinds


def random_trees(schemas: Path) -> None:
    """Raise where a random tree does not survive."""

    @seed(SEED)
    @settings(
        max_examples=TREES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(pages())
    def check(page: Page) -> None:
        for form in ("alto", "page", "json"):
            data = formats.write(page, form)
            again = formats.read(data, "again", form=form).page
            if form == "json":
                assert again == page
            else:
                assert faults(data, form, schemas) == []
                assert list(differences(held(page, form), sorted_extra(again))) == []

    check()


if __name__ == "__main__":
    sys.exit(main())
