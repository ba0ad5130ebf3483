"""armarius evaluate: compare what was read with what stands on the page."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from armarius.geometry import Points
    from armarius.page import Line, Page

HELP = "compare recognised files with reference files: character and word error rates"
EXAMPLE = "armarius evaluate --reference truth/ --hypothesis read/ --json"
_SUFFIXES = (".xml", ".txt", ".json")
_CONFUSIONS = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--reference",
        type=Path,
        required=True,
        metavar="DIR",
        help="files with the true text (ALTO, PAGE, text or JSON), or one file",
    )
    parser.add_argument(
        "--hypothesis",
        type=Path,
        required=True,
        metavar="DIR",
        help="files with the recognised text, paired by name without suffix",
    )
    parser.add_argument(
        "--unit",
        choices=("codepoint", "grapheme"),
        default="codepoint",
        help="what one character is (default: codepoint)",
    )
    parser.add_argument(
        "--normalization",
        choices=("NFC", "NFD", "NFKC", "NFKD", "none"),
        default="NFC",
        help="Unicode normal form of both texts (default: NFC)",
    )
    parser.add_argument(
        "--keep-spaces",
        action="store_true",
        help="compare white space as it stands; by default runs of it count as one space",
    )
    parser.add_argument(
        "--count-empty",
        action="store_true",
        help="count what was read on lines without reference text as insertions",
    )
    parser.add_argument(
        "--confusions",
        type=int,
        default=0,
        metavar="N",
        help="also show the N most frequent confusions of characters",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(options: argparse.Namespace) -> int:
    """Compare; 0 all pages compared, 1 some missing or unreadable, 2 nothing to compare."""
    from armarius.score import Rules

    rules = Rules(
        unit=options.unit,
        normalization=options.normalization,
        collapse=not options.keep_spaces,
        empty="count" if options.count_empty else "skip",
    )
    report = evaluate(options.reference, options.hypothesis, rules)
    count = options.confusions or (_CONFUSIONS if options.json else 0)
    if options.json:
        json.dump(report.as_dict(count), sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        report.show(count)
    return 1 if report.problems else 0


@dataclass(slots=True)
class PageReport:
    """One page: its name, sums, and how its lines were paired."""

    name: str
    score: Any
    matched_by: str
    missing_lines: int
    extra_lines: int


class Report:
    """All pages, the sums, and what went wrong."""

    def __init__(self, rules: Any) -> None:
        from armarius.score import Score

        self.rules, self.total = rules, Score()
        self.pages: list[PageReport] = []
        self.problems: list[str] = []

    def as_dict(self, confusions: int) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "rules": self.rules.stated(),
            "total": {"pages": len(self.pages), **_figures(self.total)},
            "pages": [
                {
                    "page": page.name,
                    **_figures(page.score),
                    "lines_matched_by": page.matched_by,
                    "missing_lines": page.missing_lines,
                    "extra_lines": page.extra_lines,
                }
                for page in self.pages
            ],
            "confusions": list(_confusions(self.total.confusions, confusions)),
            "problems": self.problems,
        }

    def show(self, confusions: int) -> None:
        """Print a table for people."""
        width = max([len(page.name) for page in self.pages] + [5])
        print(f"{'page':<{width}}  lines   chars  errors     CER     WER  lines matched by")
        for page in self.pages:
            more = "".join(
                f", {number} {what}"
                for number, what in (
                    (page.missing_lines, "missing"),
                    (page.extra_lines, "extra"),
                )
                if number
            )
            print(f"{page.name:<{width}}  {_row(page.score)}  {page.matched_by}{more}")
        print(f"{'total':<{width}}  {_row(self.total)}")
        print(f"({self.rules.stated()}; extra lines are not counted)")
        for entry in _confusions(self.total.confusions, confusions):
            print(
                f"{entry['count']:6}  {entry['reference_name']} read as {entry['hypothesis_name']}"
            )
        for problem in self.problems:
            print(f"armarius: {problem}", file=sys.stderr)


def evaluate(reference: Path, hypothesis: Path, rules: Any) -> Report:
    """Compare all files of `reference` with those of the same name in `hypothesis`.

    Raises:
        BadInput: a place does not exist, or there is no reference file.
    """
    from armarius.errors import BadInput

    truths = dict(_files(reference))
    if not truths:
        raise BadInput(
            f"There is no ALTO, PAGE, text or JSON file in {reference}. Choose the folder of the reference files."
        )
    single = reference.is_file() and hypothesis.is_file()
    read = {next(iter(truths)): hypothesis} if single else dict(_files(hypothesis))
    report = Report(rules)
    for name, path in truths.items():
        other = read.get(name) or _by_base(name, read)
        if other is None:
            report.problems.append(
                f"{name}: there is no file of this name in {hypothesis}. It is not counted; recognise the page and evaluate again."
            )
            continue
        _page(report, name, path, other)
    if not report.pages:
        raise BadInput(_together(report.problems) or "There is nothing to compare.")
    return report


def _together(problems: list[str]) -> str:
    """The first of them, and how many there are."""
    more = (
        f" {len(problems) - 1} more pages cannot be compared either."
        if len(problems) > 1
        else ""
    )
    return "".join(problems[:1]) + more


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    from armarius.errors import BadInput

    if place.is_file():
        yield place.stem, place
        return
    if not place.is_dir():
        raise BadInput(f"{place} does not exist. Give a folder or a file.")
    for path in sorted(place.rglob("*")):
        if (
            path.suffix.lower() in _SUFFIXES
            and path.is_file()
            and path.name.lower() != "mets.xml"
        ):
            yield path.relative_to(place).with_suffix("").as_posix(), path


def _by_base(name: str, read: dict[str, Path]) -> Path | None:
    """The only file with the same name without folders, or before the first dot."""
    for short in (_base, _first_part):
        found = [path for other, path in read.items() if short(other) == short(name)]
        if len(found) == 1:
            return found[0]
    return None


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _first_part(name: str) -> str:
    return _base(name).partition(".")[0]


def _page(report: Report, name: str, truth: Path, read: Path) -> None:
    from armarius import formats
    from armarius.errors import FormatError
    from armarius.score import score

    try:
        kinds, pages = [], []
        for path in (truth, read):
            data = path.read_bytes()
            kinds.append(formats.detect(data, path.name) if data.strip() else "text")
            pages.append(formats.read(data, path.name, form=kinds[-1]).page)
    except (FormatError, OSError) as error:
        report.problems.append(f"{name}: {error}")
        return
    left, right = (list(page.reading_order()) for page in pages)
    matched_by, pairs = _pairs(*pages, by_id="text" not in kinds)
    others = {left[i].id: right[j].text or "" for i, j in pairs}
    missing = sum(line.id not in others for line in left if line.text)
    extra = len(right) - len(pairs)
    sums = score(((line.text or "", others.get(line.id, "")) for line in left), report.rules)
    report.total += sums
    report.pages.append(PageReport(name, sums, matched_by, missing, extra))


def _pairs(truth: Page, read: Page, *, by_id: bool) -> tuple[str, list[tuple[int, int]]]:
    """How the lines of two pages are paired, and the indices of the pairs in reading order.

    By their ids, where the same lines were read; else by their place on the image, so that one
    line more or less does not shift all others; texts without places by their order.
    """
    from armarius import geometry

    left, right = list(truth.reading_order()), list(read.reading_order())
    places = {line.id: j for j, line in enumerate(right)}
    same = [(i, places[line.id]) for i, line in enumerate(left) if line.id in places]
    runs = _runs(left), _runs(right, truth.width / read.width if read.width else 1)
    if same and by_id and all(runs) and all(runs[0][i] == runs[1][j] for i, j in same):
        return "id", same  # the same lines: where each of them lies needs no search
    facing = geometry.facing(*runs) if all(runs) else None
    if same and by_id and (facing is None or 2 * len(set(same) & set(facing)) >= len(same)):
        return "id", same
    if facing is not None:
        return "place", facing
    return "reading order", [(n, n) for n in range(min(len(left), len(right)))]


def _runs(lines: list[Line], scale: float = 1) -> list[Points]:
    """Where the lines run: their baselines, if all of them have one; else nothing."""
    if any(len(line.baseline or ()) < 2 for line in lines):
        return []
    return [tuple((x * scale, y * scale) for x, y in line.baseline or ()) for line in lines]


def _figures(score: Any) -> dict[str, Any]:
    names = (
        "lines",
        "characters",
        "errors",
        "insertions",
        "deletions",
        "substitutions",
        "words",
        "word_errors",
    )
    return {
        "cer": round(score.cer, 6),
        "wer": round(score.wer, 6),
        **{name: getattr(score, name) for name in names},
    }


def _row(score: Any) -> str:
    return f"{score.lines:5}  {score.characters:6}  {score.errors:6}  {score.cer:6.2%}  {score.wer:6.2%}"


def _confusions(counted: Counter[tuple[str, str]], limit: int) -> Iterator[dict[str, Any]]:
    from armarius.score import character_name

    for (left, right), count in counted.most_common(limit) if limit else ():
        yield {
            "reference": left,
            "hypothesis": right,
            "count": count,
            "reference_name": character_name(left),
            "hypothesis_name": character_name(right),
        }
