"""Says for each line whose message it belongs to: a stack of quoting, walked once.

A frame of the stack is one voice at one depth of quote marks. Marks tell where a voice ends; a
block without marks (Outlook) runs to the end of the depth it stands at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.zones.introduction import Introduction, find_introduction, may_introduce

if TYPE_CHECKING:
    from datetime import datetime

    from ingest.zones.lines import Lines
    from models.records import ZoneKind

_TYPED_ROWS = 6
_LOOK_AHEAD = 200
_TYPED_LENGTH = 60
_MAX_LEVEL = 60


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """One message whose words stand in the text. Two voices are never equal, only the same."""

    kind: ZoneKind
    level: int
    name: str = ""
    address: str = ""
    written_at: datetime | None = None
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class _Frame:
    depth: int
    voice: Voice


class _Walk:
    """The state of one pass over the lines."""

    def __init__(self, lines: Lines, *, forwarded: bool, answers: bool) -> None:
        self.lines = lines
        self.forwarded = forwarded
        self.answers = answers
        self.own = Voice("own", 0)
        self.stack = [_Frame(0, self.own)]
        self.resumable: dict[int, Voice] = {}
        self.owners: list[Voice | None] = [None] * len(lines)

    def run(self) -> list[Voice | None]:
        row, texts, depths, owners = 0, self.lines.texts, self.lines.depths, self.owners
        while row < len(texts):
            if not texts[row]:
                row += 1
                continue
            depth, top = depths[row], self.stack[-1]
            if depth < top.depth:
                self._leave(depth)
                top = self.stack[-1]
            if may_introduce(self.lines, row):
                found = find_introduction(self.lines, row, fresh=not self.answers)
                if found:
                    self._enter(found, depth)
                    row = found.stop
                    continue
            if depth > top.depth:
                row = self._deepen(row, depth)
                continue
            owners[row] = top.voice
            row += 1
        return owners

    def _leave(self, depth: int) -> None:
        """Drop the frames below a depth, and remember the last voice of each, for what goes on."""
        latest: dict[int, Voice] = {}
        while self.stack[-1].depth > depth:
            frame = self.stack.pop()
            latest.setdefault(frame.depth, frame.voice)
        self.resumable.update(latest)

    def _enter(self, found: Introduction, depth: int) -> None:
        """Begin the message that an introduction names; its rows belong to that message."""
        below = self.lines.next_filled(found.stop, within=6)
        deeper = below >= 0 and self.lines.depths[below] > found.depth
        content = found.depth + 1 if deeper else found.depth
        above = self.stack[-1].voice
        kind = self._kind(found, above)
        voice = Voice(kind, min(above.level + 1, _MAX_LEVEL), found.name, found.address, found.written_at)
        self.owners[found.start : found.stop] = [voice] * (found.stop - found.start)
        self.stack.append(_Frame(max(content, depth), voice))
        self.resumable = {at: known for at, known in self.resumable.items() if at < content}

    def _kind(self, found: Introduction, above: Voice) -> ZoneKind:
        if found.forward is not None:
            return "forwarded" if found.forward else "quoted"
        return "forwarded" if above.level == 0 and self.forwarded else "quoted"

    def _deepen(self, row: int, depth: int) -> int:
        """Begin or go on with quoted words that no line introduces. Returns the next row."""
        top = self.stack[-1]
        voice = self.resumable.get(depth)
        if voice is None:
            stop = self._typed_until(row, depth)
            if stop:
                self.owners[row:stop] = [top.voice] * (stop - row)
                return stop
            voice = Voice("quoted", min(top.voice.level + depth - top.depth, _MAX_LEVEL))
        self.stack.append(_Frame(depth, voice))
        self.owners[row] = voice
        return row + 1

    def _typed_until(self, row: int, depth: int) -> int:
        """Return where rows end that a person began with ">" as an arrow, or 0.

        Where the subject is fresh there is nothing to quote. In an answer such rows are short and few,
        hang on a line just above, and the message answered is introduced further down.
        """
        texts, depths = self.lines.texts, self.lines.depths
        stop = row
        while stop < len(texts) and depths[stop] == depth and texts[stop]:
            stop += 1
        if not self.answers and (depth == 1 or self.stack[-1].voice is self.own):
            return stop
        if depth != 1:
            return 0
        hangs = row > 0 and bool(texts[row - 1]) and depths[row - 1] < depth
        short = stop - row <= _TYPED_ROWS and all(len(text) <= _TYPED_LENGTH for text in texts[row:stop])
        return stop if hangs and short and self._introduced_below(stop) else 0

    def _introduced_below(self, row: int) -> bool:
        rows = range(row, min(row + _LOOK_AHEAD, len(self.lines)))
        return any(self.lines.texts[at] and find_introduction(self.lines, at) for at in rows)


def voices(lines: Lines, *, forwarded: bool = False, answers: bool = True) -> list[Voice | None]:
    """Return the voice of each line; blank lines have none.

    Args:
        lines: The whole text.
        forwarded: The subject says that the message is a forward.
        answers: The message may answer another one; false if its subject says that it does not.
    """
    return _Walk(lines, forwarded=forwarded, answers=answers).run()
