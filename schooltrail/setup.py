"""Checks the answers of a set-up and writes the first config.toml out of them. Pure: asks nothing itself."""

from __future__ import annotations

import ipaddress
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schooltrail.places import zone_of_state

USUAL_ZONE = "America/New_York"  # our choice: where most people in the USA live
SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_LABEL = re.compile(r"(?!-)[^\W_](?:[\w-]{0,61}[^\W_])?")
_LOCAL_PART = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider's mail is fetched, and what a person must know first."""

    host: str
    auth: str = "password"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person says at set-up; anything may be empty."""

    student: str = ""
    parent: str = ""
    address: str = ""
    state: str = ""
    timezone: str = USUAL_ZONE
    school: str = ""
    domains: tuple[str, ...] = ()
    host: str = ""
    only_school: bool = False


def name_in(text: str) -> str | None:
    """Return a person's name, "Last, First" turned round; None if it is none.

    Example: name_in("Kim, Sam Lee") == "Sam Lee Kim"
    """
    parts = [" ".join(part.split()) for part in text.split(",")]
    if "@" in text or not all(parts) or not any(letter.isalpha() for letter in text) or len(parts) > 2:
        return None
    if len(parts) == 2 and parts[1].rstrip(".").lower() not in SUFFIXES:
        return f"{parts[1]} {parts[0]}"
    return ", ".join(parts)


def school_in(text: str) -> str | None:
    """Return the name of a school; None for what is an address or has no letter."""
    name = " ".join(text.split())
    return name if "@" not in name and any(letter.isalpha() for letter in name) else None


def domain_in(text: str) -> str | None:
    """Return a mail domain in lower case; None if it cannot be one. What stands before an @ is left off."""
    before, _, domain = text.strip().lower().rpartition("@")
    labels = domain.split(".")
    fits = len(labels) > 1 and len(domain) < 254 and all(_LABEL.fullmatch(label) for label in labels)
    ends_in_letters = len(labels[-1]) > 1 and not labels[-1].isdigit()
    return domain if fits and ends_in_letters and not re.search(r"[\s@,;]", before) else None


def domains_in(text: str) -> tuple[str, ...] | None:
    """Return a school's mail domains, parted by commas or spaces; None if one of them cannot be a school's."""
    found = [domain_in(part) for part in re.split(r"[\s,;]+", text.strip(" \t,;"))]
    # At a provider for everybody, every second person would count as the school.
    right = [domain for domain in found if domain and domain not in _providers()]
    return tuple(dict.fromkeys(right)) if found and len(right) == len(found) else None


def address_in(text: str) -> str | None:
    """Return a mail address in lower case; None if it cannot be one."""
    local, at, domain = text.strip().lower().rpartition("@")
    return f"{local}@{domain}" if at and _LOCAL_PART.fullmatch(local) and domain_in(domain) else None


def host_in(text: str) -> str | None:
    """Return the name or address of a mail server in lower case; None if it cannot be one."""
    host = text.strip().lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host if host == "localhost" or ("@" not in host and domain_in(host)) else None


def zone_proposed(state: str, computer: str) -> str:
    """Return the zone to propose: the state's if most of it keeps one, else the computer's, else New York's.

    A computer that is set to UTC says nothing of where its owner lives.
    """
    local = computer if "/" in computer and not computer.startswith("Etc/") else ""
    return zone_of_state(state) or local or USUAL_ZONE


def provider_of(address: str) -> Provider | None:
    """Return the provider of a mail address, None if it is not a known one."""
    return _providers().get(address.rpartition("@")[2].strip().lower())


def is_school_address(answers: Answers) -> bool:
    """Say whether the mailbox lies on the school's own domain, where the school may read it."""
    return lies_in(answers.address, answers.domains)


def lies_in(address: str, domains: tuple[str, ...]) -> bool:
    """Say whether a mail address is in or under one of some domains."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == known or domain.endswith("." + known) for known in domains)


def config_text(answers: Answers) -> str:
    """Return a config.toml that says what is known, and shows as comments where the rest goes."""
    tables = [_case(answers), _person(answers), _school(answers), _mailbox(answers), REST]
    return "\n".join([STARTER, *tables])


STARTER = """\
# Your workspace. Lines that begin with # are examples: take the # away to switch one on.
# A key that schooltrail does not know is an error, so that a typing slip never goes unnoticed.
"""
CASE_OPTIONS = """\
#siblings = ["Ana Rivera"]          # what happens to them is kept apart
#calendars = ["calendar.ics"]       # the district's calendars, in this folder: all-day events are days without school
#terms = [{ name = "2024-25", first = 2024-08-26, last = 2025-06-12 }]
"""
PERSON_OPTIONS = """\
#phones = ["+1 717 555 0101"]       # so that your calls in a phone log are recognised

# Others you know: one such table each. The rest is found in the mail.
#[[person]]
#name = "Sam Okafor"
#addresses = ["okafor@example.org"]
#role = "case_manager"              # parent, advocate, principal, case_manager, aide, slp, ... (docs/roles.md)
"""
SCHOOL_OPTIONS = '#phones = ["+1 717 555 0199"]       # so that calls with the school are recognised\n'
MAILBOX_OPTIONS = """\
#folders = ["INBOX", "Sent"]        # left out: every folder that can hold mail
#since = 2023-08-01                 # leave out older mail
#password_command = ["pass", "show", "mail/me"]   # left out: the keyring, see: schooltrail auth home
"""
NO_SCHOOL = """\
# Whoever writes from these domains (or below them) is on the school's side.
#[[school]]
#name = "Maple Grove School District"
#domains = ["maplegrove.k12.example.us"]
"""
NO_MAILBOX = """\
# Your mailbox; schooltrail only reads it. docs/sign-in.md has this table for your provider.
#[mailbox.home]
#host = "imap.example.org"
#user = "dana@example.org"
#only_school = false                # true: only mail with the school's people and domains
"""
REST = """\
# What the child's own plan promises: something that should follow something else, or sessions of a service.
#[[plan]]
#when = "removal_from_class"        # a category (docs/categories.md)
#expect = "parent_notified"
#within = "same_day"                # same_day, "5 school_days", "5 business_days", "5 calendar_days"
#source = "IEP 2024-01-18, p. 9"    # where it stands, so that it can be cited

#[[plan]]
#service = "slp"                    # a service (docs/categories.md)
#minutes = 30
#times = 2
#per = "week"                       # day, week, month, year
#source = "IEP 2024-01-18, p. 4"

#[schedule]
#every = "15m"                      # how often `schooltrail watch` looks for new mail: 90s, 15m, 2h, 1d
"""


def _case(answers: Answers) -> str:
    first = answers.student.split()[:1]
    student = list(dict.fromkeys([answers.student, *first])) if answers.student else []
    return _table(
        "[case]",
        f"name = {_quoted(answers.student or 'My case')}",
        f"timezone = {_quoted(answers.timezone)}   # where the school is",
        f"state = {_quoted(answers.state)}   # two letters: adds the state's deadlines to the federal ones",
        f"student = {_quoted_list(student)}   # the child's names as people write them",
        CASE_OPTIONS,
    )


def _person(answers: Answers) -> str:
    if not (answers.parent or answers.address):
        return (
            "#[[person]]\n" + '#name = "Dana Rivera"\n#addresses = ["dana@example.org"]\n#role = "parent"\n'
        )
    address = [f"addresses = {_quoted_list([answers.address])}"] if answers.address else []
    return _table(
        "[[person]]",
        f"name = {_quoted(answers.parent or answers.address)}",
        'role = "parent"',
        *address,
        PERSON_OPTIONS,
    )


def _school(answers: Answers) -> str:
    if not (answers.school or answers.domains):
        return NO_SCHOOL
    return _table(
        "# Whoever writes from these domains (or below them) is on the school's side.",
        "[[school]]",
        f"name = {_quoted(answers.school or answers.domains[0])}",
        f"domains = {_quoted_list(answers.domains)}",
        SCHOOL_OPTIONS,
    )


def _mailbox(answers: Answers) -> str:
    provider = provider_of(answers.address)
    host = answers.host or (provider.host if provider else "")
    if not (answers.address and host):
        return NO_MAILBOX
    return _table(
        "# Your mailbox; schooltrail only reads it. The password is never kept here.",
        "[mailbox.home]",
        f"host = {_quoted(host)}",
        f"user = {_quoted(answers.address)}",
        *([f"auth = {_quoted(provider.auth)}"] if provider and provider.auth != "password" else []),
        f"only_school = {str(answers.only_school).lower()}   # true: only mail with the school's people and domains",
        MAILBOX_OPTIONS,
    )


def _table(*lines: str) -> str:
    return "\n".join(lines)


@cache
def _providers() -> dict[str, Provider]:
    rows = tomllib.loads((Path(__file__).parent / "providers.toml").read_text(encoding="utf-8"))
    return {
        domain: Provider(row["host"], row.get("auth", "password"), row.get("note", ""))
        for row in rows.values()
        for domain in row["domains"]
    }


def _quoted(text: str) -> str:
    # JSON's strings are TOML's basic strings, escapes included.
    return json.dumps(text)


def _quoted_list(values: list[str] | tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(value) for value in values) + "]"
