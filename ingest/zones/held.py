"""Recognises the words of messages that the archive holds.

Clients wrap, indent and re-encode what they quote, so lines are not compared: both texts are
read as one stream of words, and runs of `RUN` equal words count. What was recognised overrules
the conventions of mail programs, since it needs none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.zones.chain import Voice
from ingest.zones.introduction import has_pointer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ingest.zones.lines import Lines
    from models.records import Address

RUN = 5
"""Words that must be equal in a row; shorter runs are everyday phrases."""

_MIN_WORDS = 12
_MIN_WORDS_SAME_AUTHOR = 30
_SHARE_OF_LINE = 0.8
_SHARE_OF_VOICE = 0.5
_MAX_HELD = 40


@dataclass(frozen=True, slots=True)
class Held:
    """An earlier message that the archive holds, for recognising its words.

    `text` is what its sender wrote (own words), `index` what `index_lines` made of it; left empty,
    it is made when needed. Give the messages that References and In-Reply-To name, newest first.
    """

    key: str
    message_id: str
    sender: Address
    sent_at: datetime | None
    text: str
    index: frozenset[int] = field(default=frozenset(), compare=False)


def words_of(text: str) -> list[str]:
    """Return the words of a text, case folded, without marks of quoting and punctuation."""
    return [word for raw in text.casefold().split() if (word := _bare(raw))]


def index_lines(text: str) -> frozenset[int]:
    """Return the hashes of all runs of `RUN` words. Valid within one process only."""
    words = words_of(text)
    return frozenset(hash(tuple(words[i : i + RUN])) for i in range(len(words) - RUN + 1))


def _bare(raw: str) -> str:
    return raw if raw.isalnum() else "".join(filter(str.isalnum, raw))


@dataclass(frozen=True, slots=True)
class _Cover:
    """For each row: how many words it has, and how many of them each held message has too."""

    words: list[int]
    found: list[dict[int, int]]

    def source(self, row: int) -> int:
        """Return which held message has this row, or -1."""
        found = self.found[row]
        if not found:
            return -1
        best = max(found, key=lambda at: found[at])
        return best if found[best] >= _SHARE_OF_LINE * self.words[row] else -1


def recognise(
    lines: Lines, owners: list[Voice | None], held: Sequence[Held], sender: Address
) -> list[Voice | None]:
    """Return the voices again, with what held messages say about them.

    Own words that stand in an earlier message become quoted; quoted words learn which message they
    are from; answers typed between the lines of a quoted message become own.
    """
    held = held[:_MAX_HELD]
    cover = _cover(lines, held)
    owners = list(owners)
    _claim_own(lines, owners, cover, held, sender)
    _name_sources(owners, cover, held)
    return owners


def _cover(lines: Lines, held: Sequence[Held]) -> _Cover:
    """Look up every run of words of the text in every held message."""
    sources: dict[int, int] = {}
    for at, message in reversed(list(enumerate(held))):
        sources.update(dict.fromkeys(message.index or index_lines(message.text), at))
    stream: list[str] = []
    rows: list[int] = []
    counts = [0] * len(lines)
    for row, text in enumerate(lines.texts):
        words = words_of(text) if text else []
        counts[row] = len(words)
        stream += words
        rows += [row] * len(words)
    by_word = [-1] * len(stream)
    for start in range(len(stream) - RUN + 1):
        source = sources.get(hash(tuple(stream[start : start + RUN])), -1)
        if source >= 0:
            by_word[start : start + RUN] = [source] * RUN
    found: list[dict[int, int]] = [{} for _ in counts]
    for row, source in zip(rows, by_word, strict=True):
        if source >= 0:
            found[row][source] = found[row].get(source, 0) + 1
    return _Cover(counts, found)


def _claim_own(
    lines: Lines, owners: list[Voice | None], cover: _Cover, held: Sequence[Held], sender: Address
) -> None:
    """Turn stretches of own words that an earlier message has into quoted ones."""
    level, row = 0, 0
    while row < len(owners):
        voice = owners[row]
        source = cover.source(row) if voice and voice.level == 0 else -1
        if source < 0:
            level = max(level, voice.level if voice else 0)
            row += 1
            continue
        stop, last, total = row, row, 0
        while stop < len(owners) and (
            owners[stop] is None or (owners[stop] is voice and cover.source(stop) == source)
        ):
            if owners[stop] is voice:
                last, total = stop, total + cover.words[stop]
            stop += 1
        same = bool(sender.address) and held[source].sender.address == sender.address
        if total >= (_MIN_WORDS_SAME_AUTHOR if same else _MIN_WORDS):
            level = min(level + 1, 60)
            start = _pointer_above(lines, owners, row)
            quoted = _voice_of(held[source], level)
            for at in range(start, last + 1):
                owners[at] = quoted if owners[at] else None
        row = stop


def _pointer_above(lines: Lines, owners: list[Voice | None], row: int) -> int:
    """Return where an attribution begins that no rule knew, just above recognised words."""
    at = row - 1
    while at >= 0 and not lines.texts[at] and row - at < 3:
        at -= 1
    return at if at >= 0 and owners[at] and has_pointer(lines.texts[at]) else row


def _voice_of(message: Held, level: int) -> Voice:
    return Voice("quoted", level, message.sender.name, message.sender.address, None, source_key=message.key)


def _name_sources(owners: list[Voice | None], cover: _Cover, held: Sequence[Held]) -> None:
    """Tie each quoted voice to the held message that most of its words are from."""
    rows_of: dict[int, list[int]] = {}
    by_id: dict[int, Voice] = {}
    for row, voice in enumerate(owners):
        if voice and voice.level > 0 and not voice.source_key:
            rows_of.setdefault(id(voice), []).append(row)
            by_id[id(voice)] = voice
    for key, rows in rows_of.items():
        totals: dict[int, int] = {}
        for row in rows:
            for source, count in cover.found[row].items():
                totals[source] = totals.get(source, 0) + count
        if not totals:
            continue
        best = max(totals, key=lambda at: totals[at])
        spoken = [row for row in rows if cover.source(row) == best]
        known = sum(cover.words[row] for row in spoken)
        if not spoken or known < RUN:
            continue
        _tie(owners, cover, rows, spoken, by_id[key], held[best])


def _tie(
    owners: list[Voice | None],
    cover: _Cover,
    rows: list[int],
    spoken: list[int],
    voice: Voice,
    message: Held,
) -> None:
    address = voice.address or message.sender.address
    if voice.address and message.sender.address and voice.address != message.sender.address:
        return  # the line says that somebody else wrote this: a message of theirs that quotes it
    tied = replace(voice, name=voice.name or message.sender.name, address=address, source_key=message.key)
    for row in rows:
        owners[row] = tied


__all__ = ["RUN", "Held", "index_lines", "recognise", "words_of"]
