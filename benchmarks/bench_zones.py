"""Times `ingest.body.split_zones`: ordinary mail, with and without held messages, and hostile texts.

    python benchmarks/bench_zones.py [FOLDER]

Ordinary mail is that of a folder of .eml files (default: the corpus of zones), read once before.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.mail_maker import messages as made_messages
from ingest.body import Held, index_lines, own_text, split_zones
from ingest.parse import read_message
from models.records import Address, Message

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 4
_MEGABYTE = 1_000_000
_SHORTEST, _LONGEST = 500, 2_500
"""Characters of the letters that are timed; they come to about 1,600 on average."""


def _per_second(run: Callable[[], object], units: int) -> float:
    """Return units a CPU second: the best of the rounds that fit, since others share the machine."""
    best, until = float("inf"), time.perf_counter() + _SECONDS
    while time.perf_counter() < until:
        started = time.process_time()
        run()
        best = min(best, time.process_time() - started)
    return units / best


def _letters() -> list[Message]:
    """Return invented letters of middling length, without quotes: what most of a mailbox is."""
    made = (read_message(raw) for raw in made_messages(1_000))
    return [message for message in made if _SHORTEST < len(message.body) < _LONGEST]


def _split(message: Message, held: tuple[Held, ...] = ()) -> object:
    return split_zones(
        message.body,
        held=held,
        sender=message.sender,
        automatic=message.automatic,
        subject=message.subject,
    )


def _held(message: Message) -> Held:
    zones = split_zones(message.body, sender=message.sender)
    text = own_text(message.body, zones)
    return Held(message.key, message.message_id, message.sender, message.sent_at, text, index_lines(text))


def _hostile() -> dict[str, str]:
    line = "The bus was late again on Tuesday and nobody called us about it, so:\n"
    return {
        "5 MB of prose": line * (5 * _MEGABYTE // len(line)),
        "1 MB in one line": "word " * (_MEGABYTE // 5),
        "1 MB of one word": "a" * _MEGABYTE,
        "1 MB of @": "@" * _MEGABYTE,
        "1 MB of >": ">" * _MEGABYTE,
        "5 MB of quoted prose": ("> " + line) * (5 * _MEGABYTE // (len(line) + 2)),
        "1 MB of line feeds": "\n" * _MEGABYTE,
        "1 MB of '>' lines": ">\n" * (_MEGABYTE // 2),
        "1 MB of 'On'": "On \n" * (_MEGABYTE // 4),
        "1 MB of 'From: '": "From: a@example.org\n" * (_MEGABYTE // 20),
        "1 MB of dashes": "-------------------\n" * (_MEGABYTE // 20),
        "1 MB of short quotes": "> a\nb\n" * (_MEGABYTE // 6),
        "1 MB of attributions": "On Tue, Mar 4, 2025 at 3:22 PM A <a@example.org> wrote:\n"
        * (_MEGABYTE // 56),
        "1 MB of To": "To:\n" * (_MEGABYTE // 4),
    }


def main() -> None:
    """Print messages a second, and the seconds that each hostile text takes."""
    parser = argparse.ArgumentParser(description="time the parting of text into zones")
    default = Path(__file__).parent.parent / "tests" / "corpus" / "zones" / "dev"
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    messages = [read_message(path.read_bytes()) for path in sorted(parser.parse_args().folder.rglob("*.eml"))]
    characters = sum(len(message.body) for message in messages)
    held = tuple(_held(message) for message in messages[:3])
    print(f"messages {len(messages)}, mean {characters / len(messages):.0f} characters")
    plain = _per_second(lambda: [_split(message) for message in messages], len(messages))
    print(f"rules alone            {plain:9.0f} messages a CPU second")
    letters = _letters()
    mean = sum(len(message.body) for message in letters) / len(letters)
    alone = _per_second(lambda: [_split(message) for message in letters], len(letters))
    print(f"letters, rules alone   {alone:9.0f} messages a CPU second, mean {mean:.0f} characters")
    matched = _per_second(lambda: [_split(message, held) for message in messages], len(messages))
    print(f"with 3 held, indexed   {matched:9.0f} messages a CPU second")
    for name, text in _hostile().items():
        started = time.process_time()
        zones = split_zones(text, sender=Address("Dana Rivera", "dana@example.org"))
        print(f"{name:24} {time.process_time() - started:6.3f} s, {len(zones)} zones")


if __name__ == "__main__":
    main()
