"""What docs/scheduling.md tells people to paste must at least be well-formed, and name commands that exist."""

import configparser
import os
import plistlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from schooltrail.schedule import parse_every

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "scheduling.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_docs_units_run_commands_that_exist():
    commands = {path.stem for path in (DOCS.parent / "schooltrail/commands").glob("*.py")}
    parser = configparser.ConfigParser(interpolation=None)
    started = []
    for block in blocks("ini"):
        parser.read_string(block)
        if parser.has_option("Service", "ExecStart"):
            started.append(parser["Service"]["ExecStart"].split()[-1])

    assert started
    assert set(started) <= commands


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_docs_units_please_systemd(tmp_path):
    names = ["schooltrail.service", "schooltrail.timer", "schooltrail-watch.service"]
    assert len(blocks("ini")) == len(names)
    paths = [tmp_path / name for name in names]
    for path, block in zip(paths, blocks("ini"), strict=True):
        path.write_text(block.replace("%h/.local/bin/schooltrail", "/bin/true"))

    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *paths],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )

    if "Failed to initialize" in done.stderr:
        pytest.skip(f"systemd-analyze does not work here: {done.stderr.splitlines()[0]}")
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if str(tmp_path) in line]


def test_docs_plist_is_one():
    [block] = blocks("xml")

    agent = plistlib.loads(block.encode())

    assert agent["ProgramArguments"][-1] == "sync"
    assert agent["StartInterval"] == parse_every("15m")


def test_docs_spans_are_understood():
    spans = re.findall(r"`(\d+[smhd])`", TEXT)

    assert [parse_every(span) for span in spans] == [90, 900, 7200, 86400]


@pytest.mark.parametrize("name", ["scheduling.md", "sign-in.md"])
def test_docs_links_inside_lead_somewhere(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([\w.-]*)#([\w-]+)\)", text):
        page = (DOCS / (target or name)).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}

        assert anchor in anchors
