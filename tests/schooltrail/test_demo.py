from __future__ import annotations

import email
import email.utils
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from schooltrail.demo import MARKER, SAMPLE, WIDTH, next_steps, summary
from schooltrail.workspace import open_workspace

ROOT = Path(__file__).parents[2]


def test_the_demo_fits_one_screen(sample_home):
    with open_workspace(sample_home) as workspace:
        lines = [*summary(workspace), *next_steps(Path("/tmp/schooltrail-demo"))]

    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= WIDTH


def test_the_demo_finds_something_of_each_kind(sample_home):
    with open_workspace(sample_home) as workspace:
        counts = workspace.store.timeline.counts()

    assert min(counts[kind] for kind in ("protected_activity", "adverse_action", "school_event", "gaps")) > 0
    assert counts["parties"] > 10


def test_demo_prints_and_ends_without_a_terminal(tmp_path, run_cli, monkeypatch):
    monkeypatch.setenv("DEMO_SERVE", "0")

    code, out, err = run_cli("demo", "--into", tmp_path / "demo")

    assert (code, err) == (0, "")
    assert "Possible adverse events" in out


def test_demo_replaces_an_earlier_demo_only(tmp_path, run_cli, monkeypatch):
    monkeypatch.setenv("DEMO_SERVE", "0")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "child.jpg").write_bytes(b"dear")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / MARKER).write_text("demo")
    (tmp_path / "old" / "stale").write_text("x")

    refused = run_cli("demo", "--into", tmp_path / "photos")
    replaced = run_cli("demo", "--into", tmp_path / "old")

    assert refused[0] == 1
    assert (tmp_path / "photos" / "child.jpg").read_bytes() == b"dear"
    assert replaced[0] == 0
    assert not (tmp_path / "old" / "stale").exists()


def test_demo_into_a_file_says_so(tmp_path, run_cli):
    (tmp_path / "file").write_text("x")

    code, _, err = run_cli("demo", "--into", tmp_path / "file", "--no-serve")

    assert code == 1
    assert "is a file" in err


def test_the_sample_rebuilds_to_the_same_bytes(tmp_path):
    subprocess.run(
        [sys.executable, ROOT / "tools" / "sample" / "build.py", tmp_path], check=True, capture_output=True
    )

    for path in SAMPLE.rglob("*"):
        if path.is_file() and path.name not in {"STORY.md", "config.toml"}:
            twin = tmp_path / path.relative_to(SAMPLE)
            assert twin.read_bytes() == path.read_bytes(), path.name


@pytest.fixture(scope="module")
def mails():
    return [email.message_from_bytes(path.read_bytes()) for path in sorted((SAMPLE / "mail").glob("*.eml"))]


def test_the_sample_is_as_large_and_varied_as_promised(mails):
    types = Counter(part.get_content_type() for mail in mails for part in mail.walk())
    days = [email.utils.parsedate_to_datetime(mail["Date"]) for mail in mails if mail["Date"]]

    assert len(mails) >= 80
    assert (max(days) - min(days)).days >= 14 * 30
    assert (
        min(types[kind] for kind in ("text/html", "application/pdf", "message/rfc822", "text/calendar")) >= 1
    )


def test_the_sample_uses_example_domains_only(mails):
    for mail in mails:
        for _, address in email.utils.getaddresses(
            [mail.get("From", ""), mail.get("To", ""), mail.get("Cc", "")]
        ):
            domain = address.rpartition("@")[2].lower()
            assert not domain or domain.endswith((".example", "example.org", "example.com", "example.net")), (
                address
            )
