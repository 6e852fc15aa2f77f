from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from models.records import Event, Evidence, Span
from schooltrail.export import find_export, formats
from schooltrail.export.csv_ import HEADINGS, _safe
from schooltrail.workspace import open_workspace

DOCS = Path(__file__).parents[2] / "docs"


def export(home: Path, name: str) -> bytes:
    file = io.BytesIO()
    with open_workspace(home) as workspace:
        find_export(name).write(workspace, file)
    return file.getvalue()


def test_json_of_the_sample_fits_its_schema(sample_home):
    data = json.loads(export(sample_home, "json"))

    jsonschema.validate(data, json.loads((DOCS / "export.schema.json").read_text("utf-8")))
    assert data["generated_from"]["messages"] == len(data["messages"]) > 200
    assert data["events"]


def test_json_of_an_empty_workspace_fits_its_schema(home):
    data = json.loads(export(home, "json"))

    jsonschema.validate(data, json.loads((DOCS / "export.schema.json").read_text("utf-8")))
    assert data["messages"] == []


@pytest.mark.parametrize("name", ["json", "csv"])
def test_the_same_workspace_gives_the_same_bytes(sample_home, name):
    assert export(sample_home, name) == export(sample_home, name)


def test_json_evidence_points_at_exported_messages_only(sample_home):
    data = json.loads(export(sample_home, "json"))
    ids = {message["id"] for message in data["messages"]}
    second_copies = {message["id"] for message in data["messages"] if message["duplicate_of"]}

    cited = {place["message"] for event in data["events"] for place in event["evidence"]}

    assert cited <= ids - second_copies


def test_json_dates_keep_the_senders_offset(home, make_item, make_mail):
    from schooltrail.pipeline import build

    with open_workspace(home) as workspace:
        workspace.store.evidence.keep([make_item(make_mail(date="Tue, 04 Mar 2025 23:30:00 -0500"))])
        build(workspace)

    [message] = json.loads(export(home, "json"))["messages"]

    assert message["date"] == "2025-03-04T23:30:00-05:00"


def test_json_survives_text_that_is_no_unicode(home, make_item):
    raw = b"From: a@example.org\r\nSubject: =?utf-8?b?7aCA?= \xed\xa0\x80\r\n\r\nx\r\n"
    from schooltrail.pipeline import build

    with open_workspace(home) as workspace:
        workspace.store.evidence.keep([make_item(raw)])
        build(workspace)

    assert len(json.loads(export(home, "json"))["messages"]) == 1


def test_csv_has_a_row_per_event(sample_home):
    rows = list(csv.reader(io.StringIO(export(sample_home, "csv").decode("utf-8-sig"))))

    with open_workspace(sample_home) as workspace:
        events = workspace.store.timeline.events()
    assert tuple(rows[0]) == HEADINGS
    assert len(rows) == len(events) + 1
    assert all(len(row) == len(HEADINGS) for row in rows)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_cells_never_run_as_formulas(text):
    assert _safe(text) == "'" + text


def test_csv_keeps_hostile_words_harmless(home, make_item, make_mail):
    span_text = '=HYPERLINK("http://evil.example","x")'
    with open_workspace(home) as workspace:
        workspace.store.evidence.keep([make_item(make_mail(span_text))])
        [key] = workspace.store.evidence.of_kind("mail")
        span = Span(key, "body", 0, len(span_text), span_text)
        event = Event(
            "e", "school_event", "incident", "done", date(2025, 3, 4), None, "day", "explicit", "school", "", "", (),
            "x", 0.5, (Evidence(span, None, "school"),),
        )  # fmt: skip
        workspace.store.timeline.replace(parties=[], events=[event], gaps=[])

    [_, row] = csv.reader(io.StringIO(export(home, "csv").decode("utf-8-sig")))

    assert row[HEADINGS.index("Words")] == "'" + span_text


def test_formats_are_the_files_in_the_folder():
    assert formats() == ("csv", "json")


def test_export_refuses_to_write_over_a_file(sample_home, run_cli, tmp_path):
    target = tmp_path / "out.json"
    target.write_text("mine")

    code, _, err = run_cli("--home", sample_home, "export", "json", "-o", target)

    assert (code, target.read_text()) == (1, "mine")
    assert "--force" in err
    assert run_cli("--home", sample_home, "export", "json", "-o", target, "--force")[0] == 0


def test_a_failed_export_leaves_nothing_behind(sample_home, tmp_path, monkeypatch, run_cli):
    def full(_workspace, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    from schooltrail.export import Export

    monkeypatch.setattr("schooltrail.export.json_.EXPORT", Export(full))

    code, _, err = run_cli("--home", sample_home, "export", "json", "-o", tmp_path / "out.json")

    assert code == 1
    assert "No space left" in err
    assert list(tmp_path.glob("out.json*")) == []


def test_export_to_a_missing_folder_says_so(sample_home, run_cli, tmp_path):
    code, _, err = run_cli("--home", sample_home, "export", "csv", "-o", tmp_path / "nowhere" / "x.csv")

    assert code == 1
    assert "does not exist" in err
