"""Compares the acts found in labelled messages with their labels, message by message.

usage: python benchmarks/score_corpus.py FILE.jsonl… [--by-category]

A hit is a category that stands in both; how often it stands in one message is not compared. "counted"
looks only at what is said to have happened, on both sides, as the timeline does.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from extract.passage import Passage
from extract.reader import Reader, is_bulk
from models.codes import KIND_OF
from models.records import HAPPENED, Case

SPEECH = ("commitment", "meeting_scheduled")


def main() -> None:
    """Print precision, recall and F1 per file and over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--by-category", action="store_true")
    args = parser.parse_args()
    reader = Reader(Case())
    every, counted, by_category = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    print(
        "| file | messages | P | R | F1 | counted P | counted R | counted F1 |\n|---|---|---|---|---|---|---|---|"
    )
    for path in args.files:
        here, here_counted, messages = Counter[str](), Counter[str](), 0
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            messages += 1
            gold = {
                (label["category"], _counts(label["category"], label["modality"])) for label in row["labels"]
            }
            found = found_in(reader, row)
            _tally(here, {c for c, _ in gold}, {c for c, _ in found})
            _tally(here_counted, {c for c, yes in gold if yes}, {c for c, yes in found if yes})
            for category in {c for c, _ in gold} | {c for c, _ in found}:
                in_gold, in_found = category in {c for c, _ in gold}, category in {c for c, _ in found}
                by_category[category, "tp" if in_gold and in_found else "fn" if in_gold else "fp"] += 1
        print(f"| {path.stem} | {messages} | {_figures(here)} | {_figures(here_counted)} |")
        every += here
        counted += here_counted
    print(f"| all | | {_figures(every)} | {_figures(counted)} |")
    if args.by_category:
        for category in KIND_OF:
            tally = Counter({key: by_category[category, key] for key in ("tp", "fp", "fn")})
            labelled = tally["tp"] + tally["fn"]
            print(f"{category:26} {_figures(tally)}  found {tally['tp']} of {labelled}, {tally['fp']} false")


def found_in(reader: Reader, row: dict[str, str]) -> set[tuple[str, bool]]:
    """Return (category, said to have happened) of a labelled message."""
    passage = Passage(
        message_key="", part="body", start=0, text=row["text"], side=row["side"],  # type: ignore[arg-type]
        written=datetime.fromisoformat(row["sent"]), broadcast=is_bulk(row["text"], ()),
    )  # fmt: skip
    _, acts = reader.notes(passage)
    return {(act.category, _counts(act.category, act.modality)) for act in acts}


def _counts(category: str, modality: str) -> bool:
    return modality in HAPPENED or (category in SPEECH and modality == "planned")


def _tally(tally: Counter[str], gold: set[str], found: set[str]) -> None:
    tally.update(tp=len(gold & found), fp=len(found - gold), fn=len(gold - found))


def _figures(t: Counter[str]) -> str:
    p = t["tp"] / max(1, t["tp"] + t["fp"])
    r = t["tp"] / max(1, t["tp"] + t["fn"])
    return f"{p:.3f} | {r:.3f} | {2 * p * r / max(1e-9, p + r):.3f}"


if __name__ == "__main__":
    main()
