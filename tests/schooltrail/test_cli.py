from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from schooltrail.cli import build_app, run

ROOT = Path(__file__).parents[2]
COMMANDS = sorted(p.stem.removesuffix("_") for p in (ROOT / "schooltrail" / "commands").glob("[a-z]*.py"))
CONTRACT = set(
    "demo init sync add build timeline gaps status show review watch export verify doctor tag".split()
)


def test_all_commands_of_this_milestone_are_there():
    assert set(COMMANDS) >= CONTRACT


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(run_cli, name):
    code, out, _ = run_cli(name, "--help")

    assert code == 0
    assert re.search(rf"Example:\s+schooltrail\b[^\n]*\b{name}\b", out), out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name):
    assert f"`{name}" in (ROOT / "README.md").read_text(encoding="utf-8") or f"schooltrail {name}" in (
        ROOT / "README.md"
    ).read_text(encoding="utf-8")


def test_help_imports_nothing_heavy():
    heavy = [
        "spacy",
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "fastapi",
        "dateparser",
        "imapclient",
        "rich",
        "numpy",
    ]
    loaded = f"[m for m in {heavy} if m in sys.modules]"
    code = f"import sys; from schooltrail.cli import run; run(['--help']); print({loaded})"

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert result.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["nonsense"], 2),
        (["show"], 2),
        (["timeline", "--kind", "gossip"], 2),
        (["review", "--port", "99999999"], 2),
        (["--home", "/nonexistent/place", "status"], 1),
        (["--home", "/nonexistent/place", "sync"], 1),
        (["tag", "/nonexistent.jsonl"], 1),
        (["--home", "/nonexistent/place", "export", "pptx", "-o", "x"], 1),
    ],
)
def test_exit_codes(run_cli, arguments, code):
    assert run_cli(*arguments)[0] == code


def test_an_error_is_one_line_of_problem_and_one_of_remedy(run_cli, tmp_path):
    code, out, err = run_cli("--home", tmp_path / "none", "timeline")

    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 2
    assert "schooltrail" in err.splitlines()[1]


def test_a_remedy_names_the_workspace_that_was_named(run_cli, tmp_path):
    _, _, err = run_cli("--home", tmp_path / "none", "sync")

    assert f'schooltrail --home "{tmp_path / "none"}" init' in err


def test_ctrl_c_at_a_question_is_no_traceback(monkeypatch, home, run_cli):
    import typer

    def leave(_path):
        raise typer.Abort

    monkeypatch.setattr("schooltrail.workspace.load_config", leave)

    assert run_cli("--home", home, "status")[0] == 130


def test_a_bug_shows_its_traceback(monkeypatch, home):
    monkeypatch.setattr("schooltrail.workspace.load_config", lambda _path: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run(["--home", str(home), "status"])


def test_ctrl_c_says_that_nothing_is_lost(monkeypatch, home, run_cli):
    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("schooltrail.workspace.load_config", interrupted)

    code, _, err = run_cli("--home", home, "status")

    assert code == 130
    assert "Run the same command again" in err


def test_a_full_disk_is_no_traceback(monkeypatch, home, run_cli):
    def full(_path):
        raise OSError(28, "No space left on device", "/x")

    monkeypatch.setattr("schooltrail.workspace.load_config", full)

    code, _, err = run_cli("--home", home, "status")

    assert code == 1
    assert "No space left" in err


def test_home_comes_from_the_environment_too(monkeypatch, sample_home, run_cli):
    monkeypatch.setenv("SCHOOLTRAIL_HOME", str(sample_home))

    code, out, _ = run_cli("status")

    assert code == 0
    assert str(sample_home) in out


def test_add_build_timeline_show_verify_on_files(home, tmp_path, make_mail, run_cli):
    mail = tmp_path / "mail"
    mail.mkdir()
    text = "Dear Ms. Okafor,\nI am requesting a full evaluation of Leo for special education.\nDana"
    (mail / "one.eml").write_bytes(make_mail(text))
    (mail / "two.eml").write_bytes(make_mail("Nothing much.", message_id="<m2@example.org>", subject="Lunch"))

    code, out, err = run_cli("--home", home, "add", mail)
    assert code == 0, err
    assert "Kept 2 new pieces" in out

    code, out, _ = run_cli("--home", home, "add", mail)
    assert (code, "Kept 0 new pieces; 2 were held already" in out) == (0, True)

    code, out, _ = run_cli("--home", home, "timeline", "--json")
    [event] = [row for row in json.loads(out) if row["category"] == "evaluation_request"]
    assert event["date"] == "2025-03-04"
    assert "evaluation" in event["evidence"][0]["quote"]

    code, out, _ = run_cli("--home", home, "show", event["evidence"][0]["message"])
    assert code == 0
    assert "own words" in out
    assert "SHA-256" in out

    code, out, _ = run_cli("--home", home, "verify")
    assert (code, "all are whole" in out) == (0, True)

    code, out, _ = run_cli("--home", home, "search", "evaluat*")
    assert "one message" not in out
    assert "About Leo" in out


def test_show_json_offsets_point_at_the_quotes(sample_home, run_cli):
    _, out, _ = run_cli("--home", sample_home, "timeline", "--json")
    cited = [place for event in json.loads(out) for place in event["evidence"]][:25]
    assert cited

    for place in cited:
        _, out, _ = run_cli("--home", sample_home, "show", place["message"], "--json")
        parts = {part["name"]: part["text"] for part in json.loads(out)["parts"]}
        assert parts[place["part"]][place["start"] : place["end"]] == place["quote"]


def test_show_raw_gives_the_exact_bytes(home, tmp_path, make_mail, run_cli):
    raw = make_mail("Bytes matter.\n") + b"\xff\x00tail"
    (tmp_path / "m.eml").write_bytes(raw)
    assert run_cli("--home", home, "add", tmp_path / "m.eml")[0] == 0
    key = hashlib.sha256(raw).hexdigest()

    result = subprocess.run(
        [sys.executable, "-m", "schooltrail", "--home", str(home), "show", key[:16], "--raw"],
        capture_output=True, check=True, cwd=ROOT,
    )  # fmt: skip

    assert result.stdout == raw


@pytest.mark.parametrize(("wanted", "words"), [("zzzz", "no message begins"), ("", "fits")])
def test_show_of_none_or_several_messages_says_so(sample_home, run_cli, wanted, words):
    code, _, err = run_cli("--home", sample_home, "show", wanted)

    assert code == 1
    assert words in err


def test_add_of_a_missing_path_says_so(home, tmp_path, run_cli):
    code, _, err = run_cli("--home", home, "add", tmp_path / "no such file.mbox")

    assert code == 1
    assert "does not exist" in err


def test_add_of_an_unknown_kind_lists_what_can_be_read(home, tmp_path, run_cli):
    path = tmp_path / "film.mkv"
    path.write_bytes(b"\x1aE\xdf\xa3" + bytes(500))

    code, _, err = run_cli("--home", home, "add", path)

    assert code == 1
    assert "mbox" in err


def test_dry_runs_write_nothing(home, tmp_path, make_mail, run_cli):
    (tmp_path / "m.eml").write_bytes(make_mail())

    assert run_cli("--home", home, "add", tmp_path / "m.eml", "--dry-run")[0] == 0
    assert run_cli("--home", home, "build", "--dry-run")[0] == 0
    assert run_cli("--home", tmp_path / "new", "init", "--dry-run")[0] == 0

    assert not (tmp_path / "new").exists()
    assert "0 messages" in run_cli("--home", home, "status")[1]


def test_sync_without_a_mailbox_says_how_to_name_one(home, run_cli):
    code, _, err = run_cli("--home", home, "sync")

    assert code == 1
    assert "[mailbox.NAME]" in err


def test_verify_names_damage_and_fails(sample_home, run_cli):
    pack = sample_home / "evidence" / "000001.pack"
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 0xFF
    pack.write_bytes(data)

    code, out, _ = run_cli("--home", sample_home, "verify")

    assert code == 1
    assert "damaged" in out


def test_build_all_gives_the_same_timeline(sample_home, run_cli, tmp_path):
    run_cli("--home", sample_home, "export", "json", "-o", tmp_path / "a.json")
    code, _, err = run_cli("--home", sample_home, "build", "--all")
    run_cli("--home", sample_home, "export", "json", "-o", tmp_path / "b.json")

    assert code == 0, err
    first, second = (json.loads((tmp_path / name).read_text("utf-8")) for name in ("a.json", "b.json"))
    assert first["events"] == second["events"]
    assert first["messages"] == second["messages"]


def test_a_closed_pipe_is_no_error(sample_home):
    command = f'"{sys.executable}" -m schooltrail --home "{sample_home}" timeline | head -n 1'

    result = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, cwd=ROOT)

    assert result.stderr == ""


def test_output_survives_a_console_without_unicode(sample_home):
    env = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}

    result = subprocess.run(
        [sys.executable, "-m", "schooltrail", "--home", str(sample_home), "timeline", "--limit", "3"],
        capture_output=True, check=False, cwd=ROOT, env=env,
    )  # fmt: skip

    assert result.returncode == 0, result.stderr


def test_no_mail_text_in_logs(home, tmp_path, make_mail, run_cli):
    (tmp_path / "m.eml").write_bytes(make_mail("Tobacco pineapple umbrella.", subject="Zeppelin"))

    _, _, err = run_cli("--home", home, "--verbose", "add", tmp_path / "m.eml")

    assert not re.search("pineapple|Zeppelin|okafor@", err, re.I)


def test_tag_streams_json_lines(tmp_path, run_cli):
    path = tmp_path / "in.jsonl"
    rows = [
        {
            "id": "1",
            "text": "I am requesting an evaluation for my son.",
            "sender_side": "family",
            "sent": "2025-03-04",
        },
        {"id": "2", "text": "", "sender_side": "school", "sent": "2025-03-04"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")

    code, out, _ = run_cli("tag", path)

    first, second = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert set(first) == {"id", "dates", "parties", "services", "labels"}
    assert first["labels"][0]["category"] == "evaluation_request"
    assert second == {"id": "2", "dates": [], "parties": [], "services": [], "labels": []}


def test_tag_goes_on_after_a_bad_line(tmp_path, run_cli):
    path = tmp_path / "in.jsonl"
    path.write_text(
        'not json\n{"id": "2", "text": "x", "sender_side": "school", "sent": "2025-03-04"}\n', "utf-8"
    )

    code, out, _ = run_cli("tag", path)

    assert code == 3
    assert "error" in json.loads(out.splitlines()[0])
    assert json.loads(out.splitlines()[1])["id"] == "2"


def test_build_app_can_be_made_twice():
    assert build_app() is not build_app()
