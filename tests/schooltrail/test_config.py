from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from models.codes import SERVICES
from models.errors import ConfigError
from schooltrail.config import load_config, parse_config
from schooltrail.places import zone_name

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
        ("[mailbox.home]\nuser='u'", "[mailbox.home] host: is missing", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\nport='x'", "port", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\nsecurity='ssl'", "security", "config.example.toml"),
        ("[case]\ntimezone='Mars/Base'", "'Mars/Base' is not a time zone", "config.example.toml"),
        ("[[person]]\nname='x'\nrole='king'", "'king' is not a role", "config.example.toml"),
        ("[[plan]]\nsource='x'", "needs either 'when' or 'service'", "when + expect"),
        ("[[plan]]\nsource='x'\nwhen='incident'", "not what to expect", "parent_notified"),
        ("[[plan]]\nsource='x'\nservice='slp'\nwithin='2 days'", "within", "config.example.toml"),
        (
            "[[plan]]\nsource='x'\nwhen='removal'\nexpect='parent_notified'",
            "'removal'",
            "'removal_from_class'",
        ),
        ("[[plan]]\nsource='x'\nwhen='incident'\nexpect='a_call'", "expect: 'a_call'", "docs/categories.md"),
        ("[[plan]]\nsource='x'\nservice='speech'", "service: 'speech' is not a service", "slp, ot"),
        ("[case]\nstate='AM'", "'AM' is not a state", "two letters"),
        ("[case]\nstate='Ohio'", "'Ohio' is not a state", 'state = "OH"'),
        ("[schedule]\nevery='1s'", 'every: "1s" is not between a minute and a month', "15m"),
        ("[schedule]\nevery='often'", "is not a span of time", "15m"),
        ("[schedule]\nevery=15", 'write it in quotes: every = "..."', "config.example.toml"),
        ("[[school]]\nname='x'\ndomains='x.example'", 'in square brackets: domains = ["', "config.example"),
        ("[school]\nname='x'", "write its heading in two brackets: [[school]]", "config.example.toml"),
        ("[mailbox]\nhost='x'\nuser='u'", "a mailbox needs a name of your own", "[mailbox.home]"),
        ("case = 1", "[case]: write it as a table", "config.example.toml"),
        ("[case]\nterms=[1]", "terms row 1: write it in braces", "config.example.toml"),
        ("[[plan]]\nsource='x'\nservice='slp'\nwithin='soon'", '"5 school_days"', "config.example.toml"),
        ("[[plan]]\nsource='x'\nservice='slp'\nminutes=-1", "must be 0 or more", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\nport=70000", "must be 65535 or less", "config.example.toml"),
        ("[mailbox.home]\nhost='h'\nuser='u'\ntimeout_seconds=0", "must be more than 0", "config.example"),
        (
            "[mailbox.home]\nhost='h'\nuser='u'\nsince='1/2/24'",
            "without quotes, year first",
            "config.example",
        ),
        ("[mailbox.home]\nhost='h'\nuser='u'\nonly_school='maybe'", "write true or false", "config.example"),
        ("[mailbox.me]\npassword='x'", "unknown key 'password'", "never kept here: schooltrail auth me"),
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


def test_a_mailbox_where_there_is_none_says_how_to_add_it():
    with pytest.raises(ConfigError) as caught:
        parse_config("").mailbox("home")

    assert "Add a [mailbox.home] table" in caught.value.remedy
    assert "docs/sign-in.md" in caught.value.remedy


@pytest.mark.parametrize("state", ["", "PA", "pa", "DC", "PR"])
def test_states_are_known_by_two_letters(state):
    assert parse_config(f"[case]\nstate = '{state}'").case.state == state.upper()


def test_no_fault_is_told_in_the_words_of_pydantic():
    """Every type that a value can wrongly have, in every key of every table."""
    import schooltrail.config as module

    heads = {"case": "[case]", "person": "[[person]]", "school": "[[school]]", "mailbox": "[mailbox.home]",
             "plan": "[[plan]]", "schedule": "[schedule]", "database": "[database]"}  # fmt: skip
    told = []
    for table, head in heads.items():
        for key in module._known_keys((table,)):
            for value in ("true", "-5", "1.5", "''", "[1]", "{ x = 1 }", "1979-05-27"):
                try:
                    parse_config(f"{head}\n{key} = {value}")
                except ConfigError as error:
                    told.append(error.problem)

    assert len(told) > 100
    assert [problem for problem in told if "Input should" in problem or "Field required" in problem] == []


def test_services_are_those_that_the_reader_knows():
    lexicon = Path(__file__).parents[2] / "extract" / "lexicons" / "services.toml"

    assert set(tomllib.loads(lexicon.read_text(encoding="utf-8"))) == set(SERVICES)


def test_a_parents_own_address_is_not_the_schools():
    """Else a mailbox with only_school = true would take in everything."""
    config = parse_config("[[person]]\nname='Dana'\nrole='parent'\n[[person]]\nname='Ann'\nrole='aide'")

    assert [person.side for person in config.case.people] == ["family", "school"]


def test_every_state_has_a_zone_that_exists_or_none():
    from schooltrail.places import _states, is_zone, zone_of_state

    assert len(_states()) == 56  # the 50, DC, and five territories
    assert [code for code in _states() if (zone := zone_of_state(code)) and not is_zone(zone)] == []


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("eastern", "America/New_York"),
        ("Central time", "America/Chicago"),
        ("EST", "America/New_York"),  # not the zone of that name, which has no summer time
        ("america/new york", "America/New_York"),
        ("UTC", None),
        ("Mars/Base", None),
        ("", None),
    ],
)
def test_zone_name_takes_what_people_say(said, zone):
    assert zone_name(said) == zone


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
