"""Fixtures that tests of several packages share."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from models.records import EvidenceItem, Provenance
from models.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from models.store import Store

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workspace's store."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def make_item() -> Callable[..., EvidenceItem]:
    """Make a piece of evidence out of bytes, as if it came over IMAP."""

    def make(raw: bytes, *, kind: str = "mail", **provenance: object) -> EvidenceItem:
        values = {
            "source_kind": "imap",
            "source": "home",
            "fetched_at": NOW,
            "folder": "INBOX",
            "uidvalidity": 1,
        }
        return EvidenceItem(kind, Provenance(**(values | provenance)), raw=raw)

    return make


@pytest.fixture
def make_mail() -> Callable[..., bytes]:
    """Make a small raw message."""

    def make(
        text: str = "Hello.",
        *,
        sender: str = "Dana Rivera <dana@example.org>",
        to: str = "Ms. Okafor <okafor@maplegrove.k12.example.us>",
        subject: str = "About Leo",
        date: str = "Tue, 04 Mar 2025 09:00:00 -0500",
        message_id: str = "<m1@example.org>",
        extra: str = "",
    ) -> bytes:
        lines = [
            f"From: {sender}",
            f"To: {to}",
            f"Subject: {subject}",
            f"Date: {date}",
            f"Message-ID: {message_id}",
        ]
        lines += [line for line in extra.splitlines() if line]
        lines += ["Content-Type: text/plain; charset=utf-8", "", *text.splitlines()]
        return "\r\n".join(lines).encode() + b"\r\n"

    return make


CONFIG = """\
[case]
name = "Rivera"
timezone = "America/New_York"
state = "PA"
student = ["Leo Rivera", "Leo"]

[[person]]
name = "Dana Rivera"
addresses = ["dana@example.org"]
phones = ["+1 717 555 0101"]
role = "parent"

[[school]]
name = "Maple Grove"
domains = ["maplegrove.k12.example.us"]
phones = ["+1 717 555 0199"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty workspace folder with a config."""
    from schooltrail.workspace import create_workspace

    folder = tmp_path / "home"
    create_workspace(folder, CONFIG)
    return folder


@pytest.fixture(scope="session")
def _built_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from schooltrail.adding import add_paths
    from schooltrail.demo import prepare, sources
    from schooltrail.pipeline import build
    from schooltrail.workspace import open_workspace

    folder = tmp_path_factory.mktemp("sample") / "home"
    prepare(folder)
    with open_workspace(folder) as workspace:
        add_paths(workspace.store, sources())
        build(workspace, today=datetime(2025, 11, 21, tzinfo=UTC).date())
    return folder


@pytest.fixture
def sample_home(_built_sample: Path, tmp_path: Path) -> Path:
    """A workspace of one's own with the built sample family in it."""
    folder = tmp_path / "sample-home"
    shutil.copytree(_built_sample, folder)
    return folder


@pytest.fixture
def run_cli(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run one command in this process. Returns exit code, stdout, stderr."""
    from schooltrail.cli import run

    def call(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return call
