"""Writes the first config.toml of a workspace out of a few answers. Pure: asks nothing itself."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


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
    timezone: str = "America/New_York"
    school: str = ""
    domains: tuple[str, ...] = ()
    host: str = ""


STARTER = """\
# Your workspace. Every option is explained in config.example.toml.
"""


def provider_of(address: str) -> Provider | None:
    """Return the provider of a mail address, None if it is not a known one."""
    return _providers().get(address.rpartition("@")[2].strip().lower())


def config_text(answers: Answers) -> str:
    """Return a config.toml that says what is known, and shows where the rest goes."""
    first = answers.student.split()[:1]
    student = list(dict.fromkeys([answers.student, *first])) if answers.student else []
    lines = [
        STARTER,
        "[case]",
        f"name = {_quoted(answers.student or 'My case')}",
        f"timezone = {_quoted(answers.timezone)}",
        f"state = {_quoted(answers.state)}",
        f"student = {_quoted_list(student)}",
    ]
    if answers.parent or answers.address:
        lines += ["", "[[person]]", f"name = {_quoted(answers.parent or answers.address)}", 'role = "parent"']
        lines += [f"addresses = {_quoted_list([answers.address])}"] if answers.address else []
    if answers.school or answers.domains:
        lines += ["", "[[school]]", f"name = {_quoted(answers.school or answers.domains[0])}"]
        lines += [f"domains = {_quoted_list(answers.domains)}"]
    host = answers.host or (found.host if (found := provider_of(answers.address)) else "")
    if answers.address and host:
        provider = provider_of(answers.address)
        lines += ["", "[mailbox.home]", f"host = {_quoted(host)}", f"user = {_quoted(answers.address)}"]
        lines += [f"auth = {_quoted(provider.auth)}"] if provider and provider.auth != "password" else []
        lines += ["only_school = false   # true: take in only mail to or from the people and domains above"]
    return "\n".join(lines) + "\n"


def is_school_address(answers: Answers) -> bool:
    """Say whether the mailbox lies on the school's own domain, where the school may read it."""
    domain = answers.address.rpartition("@")[2].lower()
    return any(domain == known or domain.endswith("." + known) for known in answers.domains)


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
