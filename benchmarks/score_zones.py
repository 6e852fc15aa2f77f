"""Compares the zones that `ingest.body` finds with what a person wrote down for a folder of mail.

    python benchmarks/score_zones.py tests/corpus/zones/dev --misses
    python benchmarks/score_zones.py tests/corpus/zones/unseen

A message counts as exact if its own lines are the right ones, none more and none less. Its chain is
right if the earlier messages are found in order, each with the author and day that stand in its
attribution. Totals only, unless `--misses` asks for names; never for a folder that is to be measured unopened.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.body import split_zones
from ingest.parse import read_message
from ingest.zones.lines import BLANK

if TYPE_CHECKING:
    from models.records import Zone


_BULLET = re.compile(r"(?:[-•*]|\d{1,2}[.)])\s")


@dataclass(frozen=True, slots=True)
class Score:
    """What was right about one message."""

    name: str
    client: str
    language: str
    shape: str
    own: bool
    chain: bool
    kinds: bool
    found: tuple[str, ...]
    wanted: tuple[str, ...]


def score_folder(folder: Path) -> list[Score]:
    """Score every message of a folder that has its truth beside it."""
    return [_score(path) for path in sorted(folder.glob("*.json")) if path.with_suffix(".eml").exists()]


def share(scores: list[Score], aspect: str) -> float:
    """Return the share of messages that are right in one aspect: own, chain or kinds."""
    return sum(bool(getattr(score, aspect)) for score in scores) / max(1, len(scores))


def _score(path: Path) -> Score:
    truth = json.loads(path.read_text(encoding="utf-8"))
    message = read_message(path.with_suffix(".eml").read_bytes())
    text = message.body
    zones = split_zones(text, sender=message.sender, automatic=message.automatic, subject=message.subject)
    own = tuple(line for zone in zones if zone.kind == "own" for line in _lines(text[zone.start : zone.end]))
    wanted = tuple(_plain(line) for line in truth["own"])
    if message.parts[0].media_type == "text/html":  # bullets of a list are drawn by whoever shows it
        own, wanted = (tuple(_BULLET.sub("", line) for line in lines) for lines in (own, wanted))
    return Score(
        path.stem,
        truth["client"],
        truth["language"],
        truth["shape"],
        _letters(own) == _letters(wanted),
        _chain(zones) == _true_chain(truth["segments"]),
        _kinds(zone.kind for zone in zones) == _kinds(part["kind"] for part in truth["segments"]),
        (*own, *map(str, _chain(zones)), str([zone.kind for zone in zones])),
        (
            *wanted,
            *map(str, _true_chain(truth["segments"])),
            str([part["kind"] for part in truth["segments"]]),
        ),
    )


def _kinds(kinds: Any) -> list[str]:
    """Return kinds in order, neighbours of one kind joined: how many zones they make is free."""
    joined: list[str] = []
    for kind in kinds:
        if joined[-1:] != [kind]:
            joined.append(kind)
    return joined


def _chain(zones: tuple[Zone, ...]) -> list[tuple[str, str]]:
    """Return author and day of each earlier message, in order of appearance, each once."""
    quoted = [zone for zone in zones if zone.kind in ("quoted", "forwarded")]
    rows = [
        (
            zone.author_address or _plain(zone.author_name).casefold(),
            zone.written_at.date().isoformat() if zone.written_at else "",
        )
        for zone in quoted
    ]
    return list(dict.fromkeys(rows))


def _true_chain(segments: list[dict[str, Any]]) -> list[tuple[str, str]]:
    quoted = [part for part in segments if part["kind"] in ("quoted", "forwarded")]
    return list(dict.fromkeys(((part["author"] or "").casefold(), part["date"] or "") for part in quoted))


def _letters(lines: tuple[str, ...]) -> str:
    """Return lines as one run without blanks: whether flowed lines are joined is the reader's matter."""
    return "".join(character for line in lines for character in line if character not in BLANK)


def _lines(text: str) -> list[str]:
    return [words for line in text.split("\n") if (words := _plain(line))]


def _plain(line: str) -> str:
    return " ".join(line.strip(BLANK).split())


def _table(scores: list[Score], by: str) -> None:
    print(f"\n{by:18} {'n':>4} {'own':>6} {'chain':>6} {'kinds':>6}")
    for group, size in sorted(Counter(getattr(score, by) for score in scores).items()):
        members = [score for score in scores if getattr(score, by) == group]
        shares = " ".join(f"{share(members, aspect):6.3f}" for aspect in ("own", "chain", "kinds"))
        print(f"{group:18} {size:4} {shares}")


def main() -> None:
    """Print the totals of a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true", help="name what went wrong; not for held-out mail")
    options = parser.parse_args()
    scores = score_folder(options.folder)
    for by in ("client", "language", "shape"):
        _table(scores, by)
    totals = " ".join(f"{aspect}={share(scores, aspect):.3f}" for aspect in ("own", "chain", "kinds"))
    print(f"\nall {len(scores)}: {totals}")
    if options.misses:
        for score in scores:
            if not (score.own and score.chain and score.kinds):
                print(f"\n{score.name} own={score.own} chain={score.chain} kinds={score.kinds}")
                print("  found ", *score.found, sep="\n    ")
                print("  wanted", *score.wanted, sep="\n    ")


if __name__ == "__main__":
    main()
