from __future__ import annotations

import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from models.errors import WorkspaceError
from schooltrail.config import load_config, parse_config
from schooltrail.setup import (
    Answers,
    address_in,
    config_text,
    domains_in,
    host_in,
    is_school_address,
    name_in,
    provider_of,
    school_in,
    zone_proposed,
)
from schooltrail.workspace import create_workspace, with_home

ROOT = Path(__file__).parents[2]
needs_terminal = pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")


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


@pytest.mark.parametrize(
    "answers",
    [Answers(), Answers("Leo", "Ana", "a@gmail.com", "PA", domains=("x.example",), only_school=True)],
)
def test_config_text_shows_options_that_are_valid_when_switched_on(answers):
    lines = config_text(answers).splitlines()
    on = [line[1:] if line.startswith("#") and not line.startswith("# ") else line for line in lines]

    config = parse_config("\n".join(on))

    assert [row.when or row.service for row in config.case.plan] == ["removal_from_class", "slp"]
    assert config.mailbox("home").only_school is answers.only_school
    assert config.case.terms
    assert config.case.schools


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Leo Rivera", "Leo Rivera"),
        ("Kim, Sam Lee", "Sam Lee Kim"),
        ("  de la Cruz ,  Ana ", "Ana de la Cruz"),
        ("Leo Rivera, Jr.", "Leo Rivera, Jr."),
        ("Kim, Sam, Lee", None),
        ("Kim,", None),
        ("leo@example.org", None),
        ("12", None),
    ],
)
def test_name_in_turns_last_first_round(said, name):
    assert name_in(said) == name


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (" Dana@Example.org ", "dana@example.org"),
        ("dana+leo@mail.example.org", "dana+leo@mail.example.org"),
        ("Sam Kim, Sammy", None),
        ("dana@example", None),
        ("dana@@example.org", None),
        ("Dana <dana@example.org>", None),
        ("@example.org", None),
        ("dana@example..org", None),
        ("dana@-example.org", None),
    ],
)
def test_address_in_takes_mail_addresses_alone(said, address):
    assert address_in(said) == address


@pytest.mark.parametrize(
    ("said", "domains"),
    [
        ("@Maple.Example", ("maple.example",)),
        ("maple.example, office@k12.maple.example", ("maple.example", "k12.maple.example")),
        ("maple.example maple.example;", ("maple.example",)),
        ("PA", None),
        ("@pinehill.example.org; x", None),
        ("https://maple.example", None),
        ("gmail.com", None),  # everybody who writes from there would be the school
        ("10.0.0.1", None),
        (",", None),
    ],
)
def test_domains_in_takes_a_schools_domains_alone(said, domains):
    assert domains_in(said) == domains


@pytest.mark.parametrize(
    ("said", "host"),
    [
        ("IMAP.example.org.", "imap.example.org"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("localhost", "localhost"),
        ("Lee Kim", None),
        ("imap.example.org:993", None),
        ("imaps://imap.example.org", None),
        ("dana@example.org", None),
        ("999.1.1.1", None),
    ],
)
def test_host_in_takes_names_and_addresses_of_servers(said, host):
    assert host_in(said) == host


@pytest.mark.parametrize(
    ("said", "name"),
    [("Maple  Grove", "Maple Grove"), ("P.S. 9", "P.S. 9"), ("a@x.example", None), ("7", None)],
)
def test_school_in_takes_names(said, name):
    assert school_in(said) == name


@pytest.mark.parametrize(
    ("state", "computer", "zone"),
    [
        ("CA", "America/New_York", "America/Los_Angeles"),  # the school's state, not the traveller's computer
        ("TN", "America/Chicago", "America/Chicago"),  # evenly split
        ("", "America/Denver", "America/Denver"),
        ("", "Etc/UTC", "America/New_York"),
        ("", "UTC", "America/New_York"),
        ("TN", "", "America/New_York"),
    ],
)
def test_zone_proposed_goes_by_the_state_first(state, computer, zone):
    assert zone_proposed(state, computer) == zone


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
    assert f'schooltrail --home "{tmp_path / "new"}" sync' in out
    assert "[mailbox.home]" in out
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


def _init_at_a_terminal(home: Path, *answers: str) -> str:
    """Run `init` at a pseudo-terminal, give it these lines, and return what it printed."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "schooltrail", "--home", str(home), "init"],
        stdin=side, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, text=True,
    )  # fmt: skip
    os.write(main, "".join(f"{answer}\n" for answer in answers).encode())
    try:
        return process.communicate(timeout=60)[0]
    finally:
        process.kill()
        os.close(main)
        os.close(side)


@needs_terminal
def test_init_asks_where_there_is_a_terminal(tmp_path):
    out = _init_at_a_terminal(
        tmp_path / "new", "Leo Rivera", "Dana Rivera", "pa", "", "Maple Grove", "@maplegrove.example",
        "dana@maplegrove.example", "n",
    )  # fmt: skip

    config = load_config(tmp_path / "new" / "config.toml")
    assert "belongs to the school" in out
    assert (config.case.student, config.case.state) == (("Leo Rivera", "Leo"), "PA")
    assert config.case.schools[0].domains == ("maplegrove.example",)
    assert config.mailboxes == ()
    assert "Add your mailbox" in out


@needs_terminal
def test_init_asks_again_after_an_answer_that_cannot_be(tmp_path):
    out = _init_at_a_terminal(
        tmp_path / "new", "Kim, Sam Lee", "", "America/New_York", "CA", "", "Pine Hill", "PA",
        "@pinehill.example.org; x", "pinehill.example.org", "Sam Kim, Sammy", "lee@example.org", "Lee Kim",
        "imap.example.org", "",
    )  # fmt: skip

    config = load_config(tmp_path / "new" / "config.toml")
    assert config.case.student == ("Sam Lee Kim", "Sam")
    assert (config.case.state, config.case.timezone) == ("CA", "America/Los_Angeles")
    assert config.case.schools[0].domains == ("pinehill.example.org",)
    assert [(box.host, box.user, box.only_school) for box in config.mailboxes] == [
        ("imap.example.org", "lee@example.org", True)
    ]
    assert out.count("Try again, or press Enter to skip.") == 5
    assert "That is not a mail address, such as dana@example.org." in out
    assert f'schooltrail --home "{tmp_path / "new"}" auth home' in out


@needs_terminal
def test_init_takes_enter_for_everything(tmp_path):
    out = _init_at_a_terminal(tmp_path / "new", *[""] * 7)

    assert load_config(tmp_path / "new" / "config.toml").case.people == ()
    assert "Made a workspace" in out


def test_init_on_a_file_says_so(tmp_path, run_cli):
    (tmp_path / "file").write_text("x")

    code, _, err = run_cli("--home", tmp_path / "file", "init")

    assert code == 1
    assert "is a file, not a folder" in err


@pytest.mark.parametrize(
    ("name", "problem"),
    [("none.toml", "there is no file"), ("", "is a folder"), ("b.toml", "not text in UTF-8")],
)
def test_init_names_an_unreadable_config_once_and_in_words(tmp_path, run_cli, name, problem):
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")

    code, _, err = run_cli("--home", tmp_path / "new", "init", "--config", tmp_path / name)

    assert code == 1
    assert problem in err
    assert "Errno" not in err
    assert err.count(str(tmp_path)) == 1


def test_create_workspace_names_no_option_of_a_command_it_does_not_know(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(WorkspaceError) as caught:
        create_workspace(tmp_path / "file" / "below", "")

    assert "--home" not in caught.value.remedy


def test_with_home_names_the_workspace_in_commands_alone(tmp_path):
    text = "schooltrail only reads. Run: schooltrail auth home, or look around: schooltrail demo"

    assert with_home(tmp_path, text) == text.replace("trail auth", f'trail --home "{tmp_path}" auth')


def test_with_home_is_silent_where_the_workspace_is_found_anyway(tmp_path, monkeypatch):
    monkeypatch.setenv("SCHOOLTRAIL_HOME", str(tmp_path))

    assert with_home(tmp_path, "schooltrail sync") == "schooltrail sync"


def test_doctor_finds_nothing_wrong_with_the_sample(sample_home, run_cli):
    code, out, _ = run_cli("--home", sample_home, "doctor", "--offline")

    assert code == 0, out
    assert "LOOK" not in out


def test_doctor_without_a_workspace_says_how_to_make_one(tmp_path, run_cli):
    code, out, _ = run_cli("--home", tmp_path / "none", "doctor")

    assert code == 1
    assert f'schooltrail --home "{tmp_path / "none"}" init' in out


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


def test_doctor_finds_what_cannot_be_and_who_can_read_the_mailbox(home, run_cli):
    with (home / "config.toml").open("a") as file:
        file.write('[[person]]\nname = "Ann"\naddresses = ["Sam Kim, Sammy"]\n[[school]]\nname = "P"\n')
        file.write('domains = ["PA"]\n[mailbox.home]\nhost = "Lee Kim"\nuser = "a; b"\n')
        file.write('[mailbox.school]\nhost = "127.0.0.1"\nuser = "dana@maplegrove.k12.example.us"\n')

    code, out, _ = run_cli("--home", home, "doctor", "--offline")

    faults = [line.removeprefix("LOOK  ") for line in out.splitlines() if line.startswith("LOOK")]
    assert code == 1
    assert faults == [
        "'sam kim, sammy' of Ann is not a mail address",
        "'pa' is not a mail domain",
        "'Lee Kim' is not the name of a mail server",
        "'a; b' is not a mail address",
        "mailbox school (dana@maplegrove.k12.example.us) is on the school's own domain",
    ]


def test_doctor_says_that_it_does_not_look_for_damage(home, run_cli):
    _, out, _ = run_cli("--home", home, "doctor", "--offline")

    assert f'schooltrail --home "{home}" verify' in out


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
