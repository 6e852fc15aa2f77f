from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from schooltrail.config import load_config, parse_config
from schooltrail.setup import Answers, config_text, is_school_address, provider_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("address", "host", "auth"),
    [
        ("x@gmail.com", "imap.gmail.com", "password"),
        ("x@Outlook.com", "outlook.office365.com", "oauth2-microsoft"),
        ("x@me.com", "imap.mail.me.com", "password"),
    ],
)
def test_known_providers_are_found_by_domain(address, host, auth):
    provider = provider_of(address)

    assert (provider.host, provider.auth) == (host, auth)


@pytest.mark.parametrize("address", ["", "x", "x@example.org", "@gmail.com.example.org"])
def test_other_providers_are_not_guessed(address):
    assert provider_of(address) is None


@pytest.mark.parametrize(
    "answers",
    [
        Answers(),
        Answers(
            student='Leo "the Lion" Núñez\\', parent="Ana\nB", address="a@gmail.com", domains=("x.example",)
        ),
        Answers(address="a@unknown.example"),
        Answers(address="a@unknown.example", host="imap.unknown.example", state="PA"),
    ],
)
def test_config_text_is_always_a_valid_config(answers):
    config = parse_config(config_text(answers))

    assert config.case.student[:1] == ((answers.student,) if answers.student else ())
    assert bool(config.mailboxes) is bool(answers.host or provider_of(answers.address))


def test_config_text_signs_in_to_outlook_with_oauth():
    assert parse_config(config_text(Answers(address="a@hotmail.com"))).mailboxes[0].auth == "oauth2-microsoft"


@pytest.mark.parametrize(
    ("address", "inside"),
    [("a@x.example", True), ("a@mail.x.example", True), ("a@notx.example", False), ("", False)],
)
def test_a_mailbox_on_the_schools_domain_is_noticed(address, inside):
    assert is_school_address(Answers(address=address, domains=("x.example",))) is inside


def test_every_provider_row_has_a_host_and_a_note():
    rows = tomllib.loads((ROOT / "schooltrail" / "providers.toml").read_text("utf-8"))

    for name, row in rows.items():
        assert {"domains", "host", "note"} <= set(row), name


def test_init_without_a_terminal_asks_nothing(tmp_path, run_cli, monkeypatch):
    monkeypatch.setattr("sys.stdin", open(os.devnull))  # noqa: SIM115 - closed with the process

    code, out, _ = run_cli("--home", tmp_path / "new", "init")

    assert code == 0
    assert "schooltrail sync" in out
    assert load_config(tmp_path / "new" / "config.toml").mailboxes == ()


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_init_makes_a_folder_for_its_owner_alone(tmp_path, run_cli):
    run_cli("--home", tmp_path / "new", "init", "--config", ROOT / "config.example.toml")

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "new" / "config.toml").stat().st_mode & 0o777 == 0o600


def test_init_refuses_to_write_over_a_workspace(home, run_cli):
    before = (home / "config.toml").read_text("utf-8")

    code, _, err = run_cli("--home", home, "init", "--config", ROOT / "config.example.toml")

    assert code == 1
    assert "already" in err
    assert (home / "config.toml").read_text("utf-8") == before


def test_init_with_a_wrong_config_makes_nothing(tmp_path, run_cli):
    (tmp_path / "c.toml").write_text("[case]\nnam='x'\n")

    assert run_cli("--home", tmp_path / "new", "init", "--config", tmp_path / "c.toml")[0] == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_init_asks_where_there_is_a_terminal(tmp_path):
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "schooltrail", "--home", str(tmp_path / "new"), "init"],
        stdin=side, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
    )  # fmt: skip
    answers = [
        "Leo Rivera",
        "Dana Rivera",
        "pa",
        "Maple Grove",
        "@maplegrove.example",
        "dana@maplegrove.example",
        "n",
    ]
    os.write(main, ("\n".join(answers) + "\n").encode())

    out, _ = process.communicate(timeout=60)

    config = load_config(tmp_path / "new" / "config.toml")
    assert b"belongs to the school" in out
    assert (config.case.student, config.case.state) == (("Leo Rivera", "Leo"), "PA")
    assert config.case.schools[0].domains == ("maplegrove.example",)
    assert config.mailboxes == ()


def test_doctor_finds_nothing_wrong_with_the_sample(sample_home, run_cli):
    code, out, _ = run_cli("--home", sample_home, "doctor", "--offline")

    assert code == 0, out
    assert "LOOK" not in out


def test_doctor_without_a_workspace_says_how_to_make_one(tmp_path, run_cli):
    code, out, _ = run_cli("--home", tmp_path / "none", "doctor")

    assert code == 1
    assert "schooltrail init" in out


def test_doctor_names_each_fault_with_a_remedy(home, run_cli):
    home.chmod(0o755)
    path = home / "config.toml"
    text = path.read_text("utf-8").replace('student = ["Leo Rivera", "Leo"]', 'calendars = ["gone.ics"]')
    path.write_text(
        text + '[mailbox.home]\nhost = "127.0.0.1"\nport = 1\nuser = "u"\npassword_command = ["echo", "x"]\n'
    )

    code, out, _ = run_cli("--home", home, "doctor")

    faults = [line for line in out.splitlines() if line.startswith("LOOK")]
    assert code == 1
    assert [word for word in ("others on this computer", "no name of the child", "gone.ics", "mailbox home")
            if not any(word in fault for fault in faults)] == []  # fmt: skip


def test_status_of_a_fresh_workspace(home, run_cli):
    code, out, _ = run_cli("--home", home, "status")

    assert code == 0
    assert "not built yet" in out
    assert "schooltrail add" in out


def test_status_says_what_failed_and_what_to_do(home, run_cli):
    import json

    from models.records import Failure
    from schooltrail.workspace import open_workspace

    with (home / "config.toml").open("a") as file:
        file.write('[mailbox.home]\nhost = "h"\nuser = "u"\n')
    with open_workspace(home) as workspace:
        workspace.store.sync.note_failure("home", "the password was refused", "Run: schooltrail auth home")
        workspace.store.messages.fail([Failure("read", "f" * 64, "broken", 1)])

    _, out, _ = run_cli("--home", home, "status")
    _, machine, _ = run_cli("--home", home, "status", "--json")

    assert "the password was refused" in out
    assert "schooltrail auth home" in out
    assert "broken" in out
    assert json.loads(machine)["mailboxes"][0]["failures_in_a_row"] == 1
