"""The order of characters in lines of mixed scripts: the Unicode bidirectional algorithm (UAX #9).

From the order on the page to that of reading, and the other way: the algorithm is the same, since a line
that is turned twice is as it was. A text is one paragraph. Classes of characters are those of Python's
own Unicode tables; blocks of right-to-left scripts count as such where these do not know a character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

DEEPEST = 125  # levels of embedding (BD2)
_MOST_BRACKETS = 63  # open at once (BD16)
_EMBEDDINGS = {"LRE": (0, ""), "RLE": (1, ""), "LRO": (0, "L"), "RLO": (1, "R")}
_ISOLATES = ("LRI", "RLI", "FSI")
_REMOVED = (*_EMBEDDINGS, "PDF", "BN")  # by rule X9
_NEUTRAL = ("B", "S", "WS", "ON", *_ISOLATES, "PDI")
# Unassigned characters of these ranges are right-to-left or Arabic letters (DerivedBidiClass.txt).
_RIGHTWARDS = (
    (0x590, 0x8FF),
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFF),
    (0x10800, 0x10FFF),
    (0x1E800, 0x1EFFF),
)
_ARABIC = ((0x600, 0x7BF), (0x860, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF), (0x10D00, 0x10D3F),
           (0x10EC0, 0x10EFF), (0x10F30, 0x10F6F), (0x1EC70, 0x1ECBF), (0x1ED00, 0x1ED4F), (0x1EE00, 0x1EEFF))  # fmt: skip
# Characters and their mirror images, side by side (BidiMirroring.txt of Unicode 17).
_PAIRS = (
    "()<>[]{}«»༺༻༼༽᚛᚜‹›⁅⁆⁽⁾₍₎∈∋∉∌∊∍∕⧵∟⯾∠⦣∡⦛∢⦠∤⫮∼∽≃⋍≅≌≒≓≔≕≤≥≦≧≨≩≪≫≮≯≰≱≲≳≴≵≶≷≸≹≺≻≼≽≾≿⊀⊁⊂⊃⊄⊅⊆⊇"
    "⊈⊉⊊⊋⊏⊐⊑⊒⊘⦸⊢⊣⊦⫞⊨⫤⊩⫣⊫⫥⊰⊱⊲⊳⊴⊵⊶⊷⊸⟜⋉⋊⋋⋌⋐⋑⋖⋗⋘⋙⋚⋛⋜⋝⋞⋟⋠⋡⋢⋣⋤⋥⋦⋧⋨⋩⋪⋫⋬⋭⋰⋱⋲⋺⋳⋻⋴⋼⋶⋽⋷⋾⌈⌉⌊⌋〈〉❨❩❪❫❬❭❮❯"
    "❰❱❲❳❴❵⟃⟄⟅⟆⟈⟉⟋⟍⟕⟖⟝⟞⟢⟣⟤⟥⟦⟧⟨⟩⟪⟫⟬⟭⟮⟯⦃⦄⦅⦆⦇⦈⦉⦊⦋⦌⦍⦐⦎⦏⦑⦒⦓⦔⦕⦖⦗⦘⦤⦥⦨⦩⦪⦫⦬⦭⦮⦯⧀⧁⧄⧅⧏⧐⧑⧒⧔⧕⧘⧙⧚⧛⧨⧩⧸⧹⧼⧽⨫⨬"
    "⨭⨮⨴⨵⨼⨽⩤⩥⩹⩺⩻⩼⩽⩾⩿⪀⪁⪂⪃⪄⪅⪆⪇⪈⪉⪊⪋⪌⪍⪎⪏⪐⪑⪒⪓⪔⪕⪖⪗⪘⪙⪚⪛⪜⪝⪞⪟⪠⪡⪢⪦⪧⪨⪩⪪⪫⪬⪭⪯⪰⪱⪲⪳⪴⪵⪶⪷⪸⪹⪺⪻⪼⪽⪾⪿⫀⫁⫂⫃⫄⫅⫆⫇⫈⫉⫊"
    "⫋⫌⫍⫎⫏⫐⫑⫒⫓⫔⫕⫖⫬⫭⫷⫸⫹⫺⸂⸃⸄⸅⸉⸊⸌⸍⸜⸝⸠⸡⸢⸣⸤⸥⸦⸧⸨⸩⹕⹖⹗⹘⹙⹚⹛⹜〈〉《》「」『』【】〔〕〖〗〘〙〚〛﹙﹚﹛﹜﹝﹞﹤﹥（）＜＞［］｛｝｟｠｢｣"
)
MIRRORED = {
    one: other
    for left, right in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)
    for one, other in ((left, right), (right, left))
}


def reordered(text: str, base: Literal["L", "R"] | None = None) -> tuple[str, list[int]]:
    """The text in the other order, and where each of its characters stood.

    Marks that only steer the order are left out; what stands in right-to-left parts and has a
    mirror image is replaced by it.

    Args:
        text: one paragraph.
        base: direction of the paragraph; None is that of the first strong character (P2, P3).
    """
    kinds = [_kind(char) for char in text]
    level = {"L": 0, "R": 1}[base] if base else _first_strong(kinds)
    if level == 0 and not any(kind in _TURNING for kind in set(kinds)):
        order = [place for place, kind in enumerate(kinds) if kind != "BN"]
        return "".join(text[place] for place in order), order
    levels = _levels(text, kinds, level)
    order = [place for place in _visual(levels) if kinds[place] not in (*_ISOLATES, "PDI")]
    turned = (
        MIRRORED.get(text[place], text[place]) if (levels[place] or 0) % 2 else text[place]
        for place in order
    )
    return "".join(turned), order


_TURNING = ("R", "AL", "AN", "PDF", *_EMBEDDINGS, *_ISOLATES, "PDI")


@cache
def _kind(char: str) -> str:
    """Bidirectional class of a character."""
    known = unicodedata.bidirectional(char)
    if known:
        return known
    code = ord(char)
    if any(first <= code <= last for first, last in _ARABIC):
        return "AL"
    if any(first <= code <= last for first, last in _RIGHTWARDS):
        return "R"
    unused = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0000 <= code <= 0xE0FFF
    return "BN" if unused else "ET" if 0x20A0 <= code <= 0x20CF else "L"


def _first_strong(kinds: Sequence[str]) -> int:
    """P2, P3: 1 where the first strong character outside of isolates runs to the left."""
    depth = 0
    for kind in kinds:
        depth = max(0, depth + (kind in _ISOLATES) - (kind == "PDI"))
        if depth == 0 and kind in ("L", "R", "AL"):
            return int(kind != "L")
    return 0


def _levels(text: str, kinds: Sequence[str], paragraph: int) -> list[int | None]:
    """The level of every character, None for those that go (X9)."""
    partners = _partners(kinds)
    explicit, resolved = _explicit(kinds, partners, paragraph)
    levels = list(explicit)
    for sequence in _sequences(kinds, explicit, partners):
        run = _run(sequence, kinds, explicit, resolved, paragraph)
        run.weak()
        run.brackets([text[place] for place in sequence], [kinds[place] for place in sequence])
        run.neutral()
        for place, kind in zip(sequence, run.kinds, strict=True):
            level = explicit[place] or 0
            odd = {"L": 1, "EN": 1, "AN": 1}  # I2
            even = {"R": 1, "AN": 2, "EN": 2}  # I1
            levels[place] = level + (odd if level % 2 else even).get(kind, 0)
    return _whitespace(kinds, levels, paragraph)


def _partners(kinds: Sequence[str]) -> dict[int, int]:
    """BD9: the end of every isolate that has one, by its start."""
    partners, opened = {}, []
    for place, kind in enumerate(kinds):
        if kind in _ISOLATES:
            opened.append(place)
        elif kind == "PDI" and opened:
            partners[opened.pop()] = place
    return partners


# --- explicit levels (X1 to X8) ------------------------------------------------------------------


@dataclass(slots=True)
class _Stack:
    """Open embeddings and isolates, each as (level, override, whether it is an isolate)."""

    open: list[tuple[int, str, bool]]
    lost_isolates: int = 0
    lost_embeddings: int = 0
    isolates: int = 0

    def next_level(self, odd: int) -> int:
        """The next higher odd or even level; 0 where that is too deep."""
        level = self.open[-1][0]
        level += 1 if level % 2 != odd else 2
        fits = level <= DEEPEST and not self.lost_isolates and not self.lost_embeddings
        return level if fits else 0

    def embed(self, kind: str) -> None:
        """X2 to X5."""
        odd, override = _EMBEDDINGS[kind]
        if level := self.next_level(odd):
            self.open.append((level, override, False))
        elif not self.lost_isolates:
            self.lost_embeddings += 1

    def isolate(self, odd: int) -> None:
        """X5a to X5c."""
        if level := self.next_level(odd):
            self.isolates += 1
            self.open.append((level, "", True))
        else:
            self.lost_isolates += 1

    def end_isolate(self) -> None:
        """X6a."""
        if self.lost_isolates:
            self.lost_isolates -= 1
        elif self.isolates:
            self.lost_embeddings = 0
            while not self.open[-1][2]:
                self.open.pop()
            self.open.pop()
            self.isolates -= 1

    def end_embedding(self) -> None:
        """X7."""
        if self.lost_isolates:
            return
        if self.lost_embeddings:
            self.lost_embeddings -= 1
        elif not self.open[-1][2] and len(self.open) > 1:
            self.open.pop()


def _explicit(
    kinds: Sequence[str], partners: dict[int, int], paragraph: int
) -> tuple[list[int | None], list[str]]:
    """Levels by embeddings and isolates, and the classes that overrides leave."""
    stack = _Stack([(paragraph, "", False)])
    levels: list[int | None] = []
    resolved = list(kinds)
    for place, kind in enumerate(kinds):
        if kind in _EMBEDDINGS:
            stack.embed(kind)
        elif kind == "PDF":
            stack.end_embedding()
        elif kind == "PDI":
            stack.end_isolate()
        level, override, _ = stack.open[-1]
        levels.append(None if kind in _REMOVED else paragraph if kind == "B" else level)
        if override and kind not in (*_REMOVED, "B"):
            resolved[place] = override
        if kind in _ISOLATES:
            inside = kinds[place + 1 : partners.get(place, len(kinds))]
            stack.isolate(_first_strong(inside) if kind == "FSI" else int(kind == "RLI"))
    return levels, resolved


def _sequences(
    kinds: Sequence[str], levels: Sequence[int | None], partners: dict[int, int]
) -> Iterator[list[int]]:
    """X10, BD13: runs of one level, those inside one isolate joined across the isolates within."""
    kept = [place for place, level in enumerate(levels) if level is not None]
    runs = [list(run) for _, run in groupby(kept, key=lambda place: levels[place])]
    starting = {run[0]: run for run in runs}
    closing = set(partners.values())
    for run in runs:
        if kinds[run[0]] == "PDI" and run[0] in closing:
            continue  # it goes on from the run that its isolate stands in
        sequence = list(run)
        while (end := partners.get(sequence[-1])) is not None and end in starting:
            sequence += starting[end]
        yield sequence


# --- implicit levels (W1 to I2) --------------------------------------------------------------------


def _run(
    sequence: list[int],
    kinds: Sequence[str],
    levels: Sequence[int | None],
    resolved: list[str],
    paragraph: int,
) -> _Run:
    """A sequence with the directions at its ends (X10)."""
    level = levels[sequence[0]] or 0
    first, last = sequence[0], sequence[-1]
    before = next((x for x in reversed(levels[:first]) if x is not None), paragraph)
    after = next((x for x in levels[last + 1 :] if x is not None), paragraph)
    if kinds[last] in _ISOLATES:  # without an end
        after = paragraph
    start, end, own = (
        "R" if x % 2 else "L" for x in (max(level, before), max(level, after), level)
    )
    return _Run([resolved[place] for place in sequence], start, end, own)


@dataclass(slots=True)
class _Run:
    """An isolating run sequence: its classes, what stands before and after it, its own direction."""

    kinds: list[str]
    start: str
    end: str
    own: str

    def weak(self) -> None:
        """W1 to W7."""
        kinds = self.kinds
        before = self.start
        for at, kind in enumerate(kinds):  # W1
            if kind == "NSM":
                kinds[at] = "ON" if before in (*_ISOLATES, "PDI") else before
            before = kinds[at]
        self._numbers("AL", "AN")  # W2
        kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
        for at in range(1, len(kinds) - 1):  # W4
            near, far = kinds[at - 1], kinds[at + 1]
            if near == far and (
                (kinds[at] in ("ES", "CS") and near == "EN")
                or (kinds[at] == "CS" and near == "AN")
            ):
                kinds[at] = near
        at = 0
        for kind, group in groupby(list(kinds)):  # W5, W6
            size = len(list(group))
            if kind == "ET":
                touched = "EN" in (
                    kinds[at - 1] if at else "",
                    *kinds[at + size : at + size + 1],
                )
                kinds[at : at + size] = ["EN" if touched else "ON"] * size
            at += size
        kinds[:] = ["ON" if kind in ("ES", "CS") else kind for kind in kinds]
        self._numbers("L", "L")  # W7

    def _numbers(self, after: str, become: str) -> None:
        """European numbers after a strong character of a class change theirs."""
        strong = self.start
        for at, kind in enumerate(self.kinds):
            if kind in ("L", "R", "AL"):
                strong = kind
            elif kind == "EN" and strong == after:
                self.kinds[at] = become

    def brackets(self, chars: Sequence[str], original: Sequence[str]) -> None:
        """N0: pairs of brackets take the direction of what is in them, or of what stands before."""
        for opening, closing in _bracket_pairs(chars, self.kinds):
            inside = {_strong(kind) for kind in self.kinds[opening + 1 : closing]} - {""}
            if not inside:
                continue
            found = self.own
            if self.own not in inside:
                earlier = (_strong(kind) for kind in reversed(self.kinds[:opening]))
                if next(filter(None, earlier), self.start) != self.own:
                    found = "L" if self.own == "R" else "R"
            for place in (opening, closing):
                self.kinds[place] = found
                for mark in range(place + 1, len(original)):
                    if original[mark] != "NSM":
                        break
                    self.kinds[mark] = found

    def neutral(self) -> None:
        """N1, N2: between two of one direction neutrals take it, else that of the run."""
        at, before = 0, self.start
        for is_neutral, group in groupby(list(self.kinds), key=lambda kind: kind in _NEUTRAL):
            size = len(list(group))
            if is_neutral:
                following = self.kinds[at + size : at + size + 1]
                after = _strong(following[0]) if following else self.end
                self.kinds[at : at + size] = [before if before == after else self.own] * size
            else:
                before = _strong(self.kinds[at + size - 1])
            at += size


def _strong(kind: str) -> str:
    """Direction that a class stands for among neutrals; numbers run like right-to-left letters."""
    return kind if kind == "L" else "R" if kind in ("R", "EN", "AN") else ""


def _bracket_pairs(chars: Sequence[str], kinds: Sequence[str]) -> list[tuple[int, int]]:
    """BD16: places of opening and closing brackets that belong together, by the opening one."""
    opened: list[tuple[str, int]] = []
    pairs = []
    for at, (char, kind) in enumerate(zip(chars, kinds, strict=True)):
        plain = unicodedata.normalize("NFC", char)
        if kind != "ON" or plain not in MIRRORED:
            continue
        form = unicodedata.category(char)
        if form == "Ps":
            if len(opened) == _MOST_BRACKETS:
                break
            opened.append((MIRRORED[plain], at))
        elif form == "Pe":
            for number in range(len(opened) - 1, -1, -1):
                if opened[number][0] == plain:
                    pairs.append((opened[number][1], at))
                    del opened[number:]
                    break
    return sorted(pairs)


# --- order (L1, L2) --------------------------------------------------------------------------------


def _whitespace(
    kinds: Sequence[str], levels: list[int | None], paragraph: int
) -> list[int | None]:
    """L1: separators, and white space before them and at the end, have the paragraph's level."""
    trailing = True
    for place in range(len(kinds) - 1, -1, -1):
        if levels[place] is None:
            continue
        if kinds[place] in ("B", "S"):
            trailing = True
        elif kinds[place] not in ("WS", *_ISOLATES, "PDI"):
            trailing = False
        if trailing:
            levels[place] = paragraph
    return levels


def _visual(levels: Sequence[int | None]) -> list[int]:
    """L2: the places, every part turned that has at least a level, from the highest down."""
    order = [place for place, level in enumerate(levels) if level is not None]
    present = [levels[place] or 0 for place in order]
    for least in range(max(present, default=0), 0, -1):
        turned: list[int] = []
        for inside, part in groupby(order, key=lambda place: (levels[place] or 0) >= least):
            places = list(part)
            turned += reversed(places) if inside else places
        order = turned
    return order
