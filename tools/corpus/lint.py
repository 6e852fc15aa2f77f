"""Checks labelled messages: codes, exact quotes, dates, duplicates, openings, balance.

Usage: python tools/corpus/lint.py extract/corpus/*.jsonl
Exit code 1 if anything is wrong. Standard library only.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from models.codes import KIND_OF  # noqa: E402
from models.roles import ROLE_SIDES  # noqa: E402

FIELDS = {"id", "side", "from_role", "to_role", "subject", "sent", "text", "labels", "services", "dates"}
LABEL_FIELDS = {"kind", "category", "quote", "modality", "actor", "target", "date", "date_text"}
MODALITIES = {
    "done", "ongoing", "planned", "offered", "threatened", "conditional", "requested", "denied_happening",
    "hypothetical", "policy", "question", "recounted",
}  # fmt: skip
TARGETS = {"student", "parent", "sibling", "staff", "advocate", "other"}
PRECISIONS = {"time", "day", "week", "month", "season", "term", "year"}
OPENING_WORDS = 6
WITHOUT_ACTS = 0.45
"""At least so large a share of all messages holds no act (issue of the corpus: our own choice)."""


def problems_of(row: dict, services: set[str]) -> list[str]:
    """Return what is wrong with one message."""
    found = [f"field {name} missing" for name in sorted(FIELDS - set(row))]
    if found:
        return found
    text = row["text"]
    if row["side"] not in {"family", "school", "neutral"}:
        found.append(f"side {row['side']}")
    for name in ("from_role", "to_role"):
        if row[name] not in {*ROLE_SIDES, "unknown"}:
            found.append(f"{name} {row[name]}")
    found += [] if _moment(row["sent"]) else [f"sent {row['sent']}"]
    for label in row["labels"]:
        found += [f"label lacks {name}" for name in sorted(LABEL_FIELDS - set(label))]
        if KIND_OF.get(label.get("category", "")) != label.get("kind"):
            found.append(f"{label.get('category')} is no {label.get('kind')}")
        if label.get("quote", "") not in text or not label.get("quote"):
            found.append(f"quote not in the text: {label.get('quote')!r}")
        if label.get("modality") not in MODALITIES:
            found.append(f"modality {label.get('modality')}")
        if label.get("actor") not in {*ROLE_SIDES, "unknown"}:
            found.append(f"actor {label.get('actor')}")
        if label.get("target") not in TARGETS:
            found.append(f"target {label.get('target')}")
        if label.get("date") and not _day(label["date"]):
            found.append(f"date {label['date']}")
        if label.get("date_text") and label["date_text"] not in text:
            found.append(f"date_text not in the text: {label['date_text']!r}")
    for service in row["services"]:
        if service.get("quote", "") not in text or service.get("code") not in services:
            found.append(f"service {service}")
    for expression in row["dates"]:
        if expression.get("quote", "") not in text or not expression.get("quote"):
            found.append(f"date quote not in the text: {expression.get('quote')!r}")
        if not _day(expression.get("start_date")) or expression.get("precision") not in PRECISIONS:
            found.append(f"date {expression}")
        elif expression.get("end_date") and not _day(expression["end_date"]):
            found.append(f"end_date {expression}")
    return found


def main(paths: list[str]) -> int:
    """Check files, print what is wrong and a summary, and return the exit code."""
    import tomllib

    services = set(tomllib.loads((ROOT / "extract" / "lexicons" / "services.toml").read_text("utf-8")))
    wrong = 0
    ids: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    openings: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    total = empty = 0
    for path in paths:
        for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), start=1):
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                print(f"{path}:{number}: no JSON: {error}")
                wrong += 1
                continue
            for problem in problems_of(row, services):
                print(f"{path}:{number}: {problem}")
                wrong += 1
            words = re.findall(r"\w+", str(row.get("text", "")).lower())
            ids[row.get("id", "")] += 1
            texts[" ".join(words)] += 1
            openings[" ".join(words[:OPENING_WORDS])] += 1
            categories.update(label.get("category") for label in row.get("labels", []))
            total += 1
            empty += not row.get("labels")
    doubled = [f"id {name}" for name, n in ids.items() if n > 1] + [
        f"text {t[:60]}" for t, n in texts.items() if n > 1
    ]
    for name in doubled:
        print(f"doubled: {name}")
    for opening, n in openings.most_common(5):
        if n > max(4, total // 50) and opening:
            print(f"{n} messages open with: {opening}")
            wrong += 1
    missing = sorted(set(KIND_OF) - set(categories))
    share = empty / total if total else 0
    print(f"{total} messages, {empty} without an act ({share:.0%}), {sum(categories.values())} labels")
    rare = ", ".join(f"{category} {n}" for category, n in categories.most_common()[-8:])
    print(f"rarest: {rare}; none of: {', '.join(missing) or '-'}")
    return 1 if wrong or doubled else 0


def _day(value: object) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False


def _moment(value: object) -> bool:
    try:
        return bool(datetime.fromisoformat(str(value)))
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
