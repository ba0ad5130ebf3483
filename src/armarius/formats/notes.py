"""What a reader repaired or a writer could not keep: one sentence each, repeats counted."""

from __future__ import annotations

MOST = 200  # different sentences about one file


class Notes:
    """Sentences in the order they were first needed; the same one is counted, not repeated."""

    def __init__(self) -> None:
        self._seen: dict[str, list[int]] = {}

    def add(self, sentence: str, line: int | None = None) -> None:
        """Remember a sentence without full stop, and the line of the file it is about."""
        if len(self._seen) >= MOST and sentence not in self._seen:
            sentence, line = "there is more of this kind than is listed here", None
        found = self._seen.setdefault(sentence, [0, line or 0])
        found[0] += 1

    def sentences(self) -> list[str]:
        """All sentences with place and number."""
        return [_finished(text, *counted) for text, counted in self._seen.items()]


def _finished(text: str, times: int, line: int) -> str:
    place = f"line {line}" if line else ""
    if times > 1:
        place = f"{times} times, first at {place}" if place else f"{times} times"
    return f"{text} ({place})." if place else f"{text}."


def shown(value: str, limit: int = 60) -> str:
    """A value of the file as a message may show it: short, no control or direction marks."""
    cut = value if len(value) <= limit else value[:limit] + "…"
    return "“" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in cut) + "”"
