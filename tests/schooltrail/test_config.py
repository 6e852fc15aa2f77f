from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from models.errors import ConfigError
from schooltrail.config import load_config, parse_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_is_a_valid_config():
    config = load_config(EXAMPLE)

    assert config.case.student == ("Leo Rivera", "Leo")
    assert config.mailbox("home").host == "imap.example.org"
    assert [row.when or row.service for row in config.case.plan] == ["removal_from_class", "slp"]


def test_the_example_shows_every_key():
    from schooltrail.config import _File

    text = EXAMPLE.read_text(encoding="utf-8")
    shown = {line.lstrip("#").split("=")[0].strip() for line in text.splitlines() if "=" in line}
    for name, info in _File.model_fields.items():
        inner = info.annotation
        while not hasattr(inner, "model_fields"):
            inner = inner.__args__[-1] if inner.__args__[-1] is not Ellipsis else inner.__args__[0]
        missing = {field.alias or key for key, field in inner.model_fields.items()} - shown
        assert not missing, f"[{name}] lacks {missing} in config.example.toml"


def test_commented_options_of_the_example_are_valid_when_switched_on():
    lines = []
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        bare = line[1:] if line.startswith("#") and ("=" in line or line.startswith("#[")) else line
        lines.append(bare)

    config = parse_config("\n".join(lines))

    assert config.mailbox("home").since is not None
    assert dict(config.call_log_columns)["number"] == "Phone Number"


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("[case]\nnam = 'x'", "[case] has an unknown key 'nam'", "name, timezone"),
        (
            "[mailbox.home]\nhost='h'\nuser='u'\nprt=1",
            "[mailbox.home] has an unknown key 'prt'",
            "host, user, port",
        ),
        ("[[plan]]\nsource='x'\nfrm=2024-01-01", "[[plan]] row 1 has an unknown key 'frm'", "from, until"),
        ("cas = 1", "the top level has an unknown key 'cas'", "case, person"),
        ("[case]\nterms=[{nam='x'}]", "unknown key", "name, first, last"),
        ("[mailbox.home]\nuser='u'", "[mailbox.home] host: Field required", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\nport='x'", "port", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\nsecurity='ssl'", "security", "config.example.toml"),
        ("[case]\ntimezone='Mars/Base'", "'Mars/Base' is not a time zone", "config.example.toml"),
        ("[[person]]\nname='x'\nrole='king'", "'king' is not a role", "config.example.toml"),
        ("[[plan]]\nsource='x'", "needs either 'when' or 'service'", "when + expect"),
        ("[[plan]]\nsource='x'\nwhen='incident'", "not what to expect", "parent_notified"),
        ("[[plan]]\nsource='x'\nservice='slp'\nwithin='2 days'", "within", "config.example.toml"),
        ("[case\n", "not valid TOML", "single quotes"),
        ('[case]\ncalendars = ["C:\\Users\\x.ics"]', "not valid TOML", "single quotes"),
    ],
)
def test_a_wrong_config_says_where_and_what_to_do(text, problem, remedy):
    with pytest.raises(ConfigError) as caught:
        parse_config(text)

    assert problem in caught.value.problem
    assert remedy in caught.value.remedy


def test_a_missing_config_says_how_to_make_one(tmp_path):
    with pytest.raises(ConfigError, match="does not exist") as caught:
        load_config(tmp_path / "config.toml")

    assert "schooltrail init" in caught.value.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_of_a_windows_editor_is_no_error(tmp_path, encoding):
    path = tmp_path / "config.toml"
    path.write_text("[case]\nname = 'Núñez'\n", encoding=encoding)

    assert load_config(path).case.name == "Núñez"


def test_a_config_that_is_no_text_is_refused_in_words(tmp_path):
    path = tmp_path / "config.toml"
    path.write_bytes("[case]\nname = 'Núñez'".encode("utf-16"))

    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(path)


def test_addresses_and_domains_are_compared_in_lower_case():
    config = parse_config("[[school]]\nname='M'\ndomains=['MapleGrove.Example.US ']")

    assert config.case.schools[0].domains == ("maplegrove.example.us",)


def test_an_unknown_mailbox_lists_the_known_ones():
    with pytest.raises(ConfigError) as caught:
        load_config(EXAMPLE).mailbox("work")

    assert "home" in caught.value.remedy


def test_contract_keys_are_all_known():
    """The keys that the contract fixes, once more by hand: renaming one breaks people's files."""
    contract = {
        "case": "name timezone state student siblings calendars terms",
        "person": "name addresses phones role side decides",
        "school": "name domains phones",
        "mailbox": "host user port security auth password_command folders since only_school",
        "plan": "when about expect by within source from until service minutes times per",
        "schedule": "every",
        "database": "url",
    }
    import schooltrail.config as module

    models = {
        "case": module._Case, "person": module._Person, "school": module._School, "mailbox": module._Mailbox,
        "plan": module._Plan, "schedule": module._Schedule, "database": module._Database,
    }  # fmt: skip
    for table, keys in contract.items():
        known = {info.alias or name for name, info in models[table].model_fields.items()}
        assert set(keys.split()) <= known, table
    assert tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["schedule"] == {"every": "15m"}
