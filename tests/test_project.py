"""What holds for the project as a whole: layers, docs, the wheel, privacy."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from models.codes import KIND_OF
from models.roles import ROLE_SIDES

ROOT = Path(__file__).parents[1]
PACKAGES = ("ingest", "extract", "timeline", "models", "schooltrail")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_import_contracts_hold():
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert result.returncode == 0, result.stdout


def test_no_module_is_too_long_to_read():
    long = {
        str(path.relative_to(ROOT)): n
        for path in SOURCES
        if (n := len(path.read_text("utf-8").splitlines())) > 400
    }
    # Reasons: records and tables are lists of small things; the store's messages are one table's doings.
    reasoned = {"models/records.py", "models/tables.py", "models/store/messages.py"}

    assert set(long) <= reasoned, long


def test_docs_list_every_code():
    roles = (ROOT / "docs" / "roles.md").read_text("utf-8")
    categories = (ROOT / "docs" / "categories.md").read_text("utf-8")
    services = tomllib.loads((ROOT / "extract" / "lexicons" / "services.toml").read_text("utf-8"))

    assert [code for code in ROLE_SIDES if f"`{code}`" not in roles] == []
    assert [code for code in (*KIND_OF, *services) if f"`{code}`" not in categories] == []


def test_links_in_the_docs_lead_somewhere():
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")

    assert broken == []


def test_constraints_hold_names_and_versions_only():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]

    assert pins
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)] == []


def test_constraints_pin_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    pinned = {
        re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower()
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }

    names = {
        re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", d)[0]).lower() for d in wanted if "win32" not in d
    }

    assert names <= pinned, names - pinned


def test_nothing_reports_home():
    """No address outside the project's own documents and the mail providers' own sign-in pages."""
    known = (
        "login.microsoftonline.com", "outlook.office.com", "outlook.office365.com", "mail.google.com", "googleapis.com",
        "accounts.google.com", "myaccount.google.com", "127.0.0.1", "localhost", "example", "microsoft.com",
        "www.w3.org", "schemas.openxmlformats.org",  # names of XML vocabularies, never opened
    )  # fmt: skip
    found = [
        f"{path.relative_to(ROOT)}: {address}"
        for path in SOURCES
        for address in re.findall(r"https?://[a-z0-9][^\s\"'<>)}\]]+", path.read_text("utf-8"))
        if not any(name in address for name in known)
    ]

    assert found == []


@pytest.mark.slow
def test_the_wheel_ships_what_it_needs_and_no_more(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}

    assert tops == set(PACKAGES)
    wanted = [
        "models/migrations/versions/0001_first.py", "schooltrail/sample/mail/001.eml", "schooltrail/sample/calls.csv",
        "schooltrail/web/templates/timeline.html", "schooltrail/web/static/page.css", "schooltrail/providers.toml",
        "extract/lexicons/protected.toml", *(f"{package}/py.typed" for package in PACKAGES),
    ]  # fmt: skip
    assert [name for name in wanted if name not in names] == []
    data = [p.relative_to(ROOT).as_posix() for package in PACKAGES for p in (ROOT / package).rglob("*.toml")]
    assert [name for name in data if name not in names] == []
