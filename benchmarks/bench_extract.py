"""Measures extraction: messages of 150 words a second on one core, and the memory that it takes.

usage: python benchmarks/bench_extract.py [FILE.jsonl…]

Text is joined from labelled messages to 150 words each; without files, from the project's own corpus.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import datetime
from pathlib import Path

from extract.passage import Passage
from extract.reader import Reader
from models.records import Case

WORDS = 150
MESSAGES = 2000
CORPUS = Path(__file__).parents[1] / "extract" / "corpus"


def main() -> None:
    """Print messages a second, characters a second and the peak of memory."""
    words = _words([Path(name) for name in sys.argv[1:]] or sorted(CORPUS.glob("*.jsonl")))
    texts = [" ".join(words[(i * WORDS) % len(words) :][:WORDS]) for i in range(MESSAGES)]
    reader = Reader(Case(student=("Leo",)))
    written = datetime.fromisoformat("2024-03-06T12:00:00")
    reader.notes(Passage("", "body", 0, texts[0], "family", written=written))
    started = time.process_time()
    acts = sum(
        len(reader.notes(Passage("", "body", 0, text, "family", written=written))[1]) for text in texts
    )
    seconds = time.process_time() - started
    characters = sum(map(len, texts))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| messages/s | characters/s | acts | peak MiB |\n|---|---|---|---|")
    print(f"| {MESSAGES / seconds:,.0f} | {characters / seconds:,.0f} | {acts:,} | {peak:,.0f} |")


def _words(files: list[Path]) -> list[str]:
    rows = (json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines())
    return " ".join(row["text"] for row in rows).split()


if __name__ == "__main__":
    main()
