from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = ROOT / "tools" / "corpus" / "lint.py"
BATCHES = sorted((ROOT / "extract" / "corpus").glob("*.jsonl"))
ROW = {
    "id": "a-1", "side": "school", "from_role": "principal", "to_role": "parent", "subject": "x",
    "sent": "2025-03-04T09:00:00", "text": "He is suspended on Friday. Speech goes on.",
    "labels": [{"kind": "adverse_action", "category": "suspension", "quote": "He is suspended", "modality": "done",
                "actor": "principal", "target": "student", "date": "2025-03-07", "date_text": "Friday"}],
    "services": [{"quote": "Speech", "code": "slp"}],
    "dates": [{"quote": "Friday", "start_date": "2025-03-07", "end_date": None, "precision": "day"}],
}  # fmt: skip


def lint(*paths: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, LINT, *map(str, paths)], capture_output=True, text=True, check=False
    )


def test_the_corpus_holds_together():
    result = lint(*BATCHES)

    assert BATCHES
    assert result.returncode == 0, result.stdout


def test_a_sound_row_passes(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW) + "\n", "utf-8")

    assert lint(tmp_path / "a.jsonl").returncode == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"side": "both"}, "side"),
        ({"sent": "yesterday"}, "sent"),
        ({"from_role": "king"}, "from_role"),
        ({"labels": [ROW["labels"][0] | {"quote": "not there"}]}, "quote not in the text"),
        ({"labels": [ROW["labels"][0] | {"category": "gossip"}]}, "gossip"),
        ({"labels": [ROW["labels"][0] | {"kind": "school_event"}]}, "is no school_event"),
        ({"labels": [ROW["labels"][0] | {"modality": "maybe"}]}, "modality"),
        ({"labels": [ROW["labels"][0] | {"date": "2025-02-30"}]}, "date 2025-02-30"),
        ({"services": [{"quote": "Speech", "code": "singing"}]}, "service"),
        ({"dates": [ROW["dates"][0] | {"precision": "soon"}]}, "date"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, change, said):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW | change) + "\n", "utf-8")

    result = lint(tmp_path / "a.jsonl")

    assert result.returncode == 1
    assert said in result.stdout


def test_doubled_texts_and_broken_lines_are_named(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        json.dumps(ROW) + "\n" + json.dumps(ROW | {"id": "a-2"}) + "\n{", "utf-8"
    )

    result = lint(tmp_path / "a.jsonl")

    assert result.returncode == 1
    assert "doubled: text" in result.stdout
    assert "no JSON" in result.stdout
