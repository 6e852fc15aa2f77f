"""Finds the dates of a labelled file and lets its scorer judge them.

usage: python benchmarks/score_dates.py SCORE.py GOLD.jsonl [scorer options]

Lines are {"id", "text", "reference", ...}; what is given to the scorer is {"id", "spans"}.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from extract.extractors.dates import find_dates
from extract.nlp import pipeline


def main() -> None:
    """Print the scorer's table and the speed."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    scorer, gold, *options = sys.argv[1:]
    rows = [json.loads(line) for line in Path(gold).read_text(encoding="utf-8").splitlines()]
    nlp = pipeline()
    started = time.process_time()
    lines = []
    for row in rows:
        starts = [sentence.start_char for sentence in nlp(row["text"]).sents]
        written = datetime.fromisoformat(row["reference"]).replace(tzinfo=None)
        spans = [
            {
                "start": found.start,
                "end": found.end,
                "start_date": found.first.isoformat() if found.first else None,
                "end_date": found.last.isoformat() if found.last else None,
            }
            for found in find_dates(row["text"], written, starts)
        ]
        lines.append(json.dumps({"id": row["id"], "spans": spans}))
    seconds = time.process_time() - started
    predicted = Path(tempfile.mkdtemp()) / "dates.jsonl"
    predicted.write_text("\n".join(lines), encoding="utf-8")
    print(f"{sum(len(row['text']) for row in rows) / seconds:,.0f} characters a second, first load included")
    sys.exit(subprocess.run([sys.executable, scorer, gold, predicted, *options], check=False).returncode)


if __name__ == "__main__":
    main()
