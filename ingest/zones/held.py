"""Recognises the words of messages that the archive holds.

Clients wrap, indent and re-encode what they quote, so lines are not compared: both texts are
read as one stream of words, and runs of `RUN` equal words count. What was recognised overrules
the conventions of mail programs, since it needs none of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.zones.chain import Voice
from ingest.zones.footer import is_banner
from ingest.zones.introduction import has_pointer
from ingest.zones.signature import signature_start

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
_MAX_HELD = 40
_MAX_LEVEL = 60
_SIGNED = 8


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
    _name_sources(lines, owners, cover, held)
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
        stretch = _stretch(owners, cover, row, source)
        if sum(cover.words[at] for at in stretch) >= _least(lines, owners, row, held[source], sender):
            level = min(level + 1, _MAX_LEVEL)
            quoted = Voice(
                "quoted", level, held[source].sender.name, held[source].sender.address, None, held[source].key
            )
            start = _pointer_above(lines, owners, row)
            stop = _signed_until(lines, owners, cover, stretch[-1] + 1, held[source])
            owners[start:stop] = [quoted if owner else None for owner in owners[start:stop]]
        row = stretch[-1] + 1


def _stretch(owners: list[Voice | None], cover: _Cover, row: int, source: int) -> list[int]:
    """Return the rows from one on, blank ones left out, that one held message has."""
    rows = []
    for at in range(row, len(owners)):
        if owners[at] is None:
            continue
        if owners[at] is not owners[row] or cover.source(at) != source:
            break
        rows.append(at)
    return rows


def _least(lines: Lines, owners: list[Voice | None], row: int, message: Held, sender: Address) -> int:
    """Return how many words must be equal before they count as quoted."""
    if lines.depths[row]:
        return RUN
    above = next((owner for owner in reversed(owners[:row][-4:]) if owner), None)
    if above and above.level:
        return _MIN_WORDS  # hangs below quoted words, as earlier messages of a chain do
    # People repeat themselves: what the same person wrote before may be typed again.
    same = bool(sender.address) and message.sender.address == sender.address
    return _MIN_WORDS_SAME_AUTHOR if same else _MIN_WORDS


def _pointer_above(lines: Lines, owners: list[Voice | None], row: int) -> int:
    """Return where an attribution begins that no rule knew, just above recognised words."""
    at = row - 1
    while at >= 0 and not lines.texts[at] and row - at < 3:
        at -= 1
    return at if at >= 0 and owners[at] and has_pointer(lines.texts[at]) else row


def _signed_until(lines: Lines, owners: list[Voice | None], cover: _Cover, row: int, message: Held) -> int:
    """Return where the signature ends that stood below the recognised words; held text has none."""
    rows = []
    for at in range(row, min(row + _SIGNED, len(owners))):
        if owners[at] is None:
            continue
        if owners[at].level or cover.source(at) >= 0:  # type: ignore[union-attr]
            break
        rows.append(at)
    texts = [lines.texts[at] for at in rows]
    blank = [not lines.texts[at - 1] for at in rows]
    signed = bool(rows) and signature_start(texts, blank, message.sender) == 0
    return rows[-1] + 1 if signed else row


def _name_sources(lines: Lines, owners: list[Voice | None], cover: _Cover, held: Sequence[Held]) -> None:
    """Tie each quoted voice to the held message that most of its words are from."""
    rows_of: dict[Voice, list[int]] = {}
    for row, voice in enumerate(owners):
        if voice and voice.level > 0 and not voice.source_key:
            rows_of.setdefault(voice, []).append(row)
    for rows in rows_of.values():
        totals: Counter[int] = Counter()
        for row in rows:
            totals.update(cover.found[row])
        if not totals:
            continue
        best = totals.most_common(1)[0][0]
        spoken = [row for row in rows if cover.source(row) == best]
        if sum(cover.words[row] for row in spoken) >= RUN:
            _tie(lines, owners, cover, rows, spoken, held[best])


def _tie(
    lines: Lines,
    owners: list[Voice | None],
    cover: _Cover,
    rows: list[int],
    spoken: list[int],
    message: Held,
) -> None:
    """Say that rows of one voice are from a held message; give back what was typed between them."""
    voice = owners[rows[0]]
    if voice is None:
        return
    if voice.address and message.sender.address and voice.address != message.sender.address:
        return  # the line says that somebody else wrote this: a message of theirs that quotes it
    name, address = voice.name or message.sender.name, voice.address or message.sender.address
    tied = replace(voice, name=name, address=address, source_key=message.key)
    typed = set(_typed_between(lines, cover, rows, spoken)) if voice.level == 1 else set()
    answer = Voice("own", 0)
    for row in rows:
        owners[row] = answer if row in typed else tied


def _typed_between(lines: Lines, cover: _Cover, rows: list[int], spoken: list[int]) -> list[int]:
    """Return rows without quote marks that stand among the words of a held message but not in it.

    Outlook quotes without marks, and people answer there between the lines.
    """
    inner = [row for row in rows if spoken[0] < row < spoken[-1] and lines.depths[row] == 0]
    other = [
        row
        for row in inner
        if not cover.found[row] and cover.words[row] and not _is_inserted(lines.texts[row])
    ]
    known = sum(cover.words[row] for row in spoken)
    return other if known >= _MIN_WORDS else []


def _is_inserted(text: str) -> bool:
    """Say whether a line is one that programs put into what they quote: pictures, links, banners."""
    return text[0] in "[<" or text.startswith("http") or is_banner(text)


__all__ = ["RUN", "Held", "index_lines", "recognise", "words_of"]
