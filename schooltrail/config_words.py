"""Puts what is wrong with a config.toml into words: where it is, what it is, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from models.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

DEFAULT_REMEDY = "Each key is explained in config.example.toml."
SECRETS = frozenset({"password", "pass", "passwd", "passphrase", "secret", "app_password"})
LIST_EXAMPLES = {
    "student": '["Leo Rivera", "Leo"]',
    "siblings": '["Ana Rivera"]',
    "calendars": '["calendar.ics"]',
    "addresses": '["dana@example.org"]',
    "phones": '["+1 717 555 0101"]',
    "domains": '["maplegrove.k12.example.us"]',
    "folders": '["INBOX", "Sent"]',
    "password_command": '["pass", "show", "mail/dana"]',
    "terms": '[{ name = "2024-25", first = 2024-08-26, last = 2025-06-12 }]',
    "about": '["low", "glucose"]',
}
# By pydantic's own names for what it found; {key} is the key, {limit} the bound that was passed.
WORDS = {
    "missing": "is missing",
    "string_type": 'write it in quotes: {key} = "..."',
    "bool_type": "write true or false, without quotes",
    "bool_parsing": "write true or false, without quotes",
    "int_type": "write a whole number, without quotes",
    "int_parsing": "write a whole number, without quotes",
    "int_from_float": "write a whole number, without quotes",
    "float_type": "write a number, without quotes",
    "float_parsing": "write a number, without quotes",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "literal_error": "write one of: {expected}",
    "string_pattern_mismatch": 'write same_day, or for example "5 school_days"',
}
DAY = "write the day without quotes, year first: 2024-08-26"


@dataclass
class WrongValue(ValueError):
    """A value that is of the right type and still wrong, with what to write instead."""

    problem: str
    remedy: str = DEFAULT_REMEDY

    def __str__(self) -> str:
        """Return the problem alone."""
        return self.problem


def nearest(text: str, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'? " for what a person may have meant, or nothing."""
    wanted, codes = text.strip().lower().replace(" ", "_"), tuple(known)
    close = get_close_matches(wanted, codes, n=2, cutoff=0.6)
    longer = [code for code in codes if len(wanted) > 2 and code.startswith(wanted)]
    found = list(dict.fromkeys(longer[:2] + close))[:2]
    return f"Did you mean {' or '.join(repr(name) for name in found)}? " if found else ""


def explain(
    error: ValidationError, name: str, known_keys: Callable[[Sequence[int | str]], list[str]]
) -> ConfigError:
    """Return the first fault of a config as an error for people.

    Args:
        error: What pydantic found.
        name: The file's name.
        known_keys: Given the place of a table, the keys that it may have.
    """
    # A misspelt key also shows as a missing one: name the misspelling first.
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    loc = first["loc"]
    if first["type"] == "extra_forbidden":
        return ConfigError(
            f"{name}: {_place(loc[:-1])} has an unknown key '{loc[-1]}'",
            _other_key(loc, known_keys(loc[:-1])),
        )
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, WrongValue):
        return ConfigError(f"{name}: {_place(loc)}: {cause.problem}", cause.remedy)
    if first["type"] in {"model_type", "dict_type"} and loc[0] == "mailbox":
        return ConfigError(
            f"{name}: [mailbox]: a mailbox needs a name of your own", "Write it as: [mailbox.home]"
        )
    return ConfigError(f"{name}: {_place(loc)}: {_reason(first)}", DEFAULT_REMEDY)


def _other_key(loc: Sequence[int | str], known: list[str]) -> str:
    if loc[0] == "mailbox" and str(loc[-1]).lower() in SECRETS:
        return f"The password is never kept here: schooltrail auth {loc[1]}"
    return f"{nearest(str(loc[-1]), known)}Use one of: {', '.join(known)}."


def _reason(found: ErrorDetails) -> str:
    key, kind = str(found["loc"][-1]), found["type"]
    if kind == "tuple_type":
        if len(found["loc"]) == 1:
            return f"write its heading in two brackets: [[{key}]]"
        return f"write it in square brackets: {key} = {LIST_EXAMPLES.get(key, '[...]')}"
    if kind in {"model_type", "dict_type"}:
        return _table(found["loc"])
    if kind.startswith(("date_", "datetime_")):
        return DAY
    limits: dict[str, Any] = found.get("ctx", {})
    plain = {name: f"{value:g}" if isinstance(value, float) else value for name, value in limits.items()}
    return WORDS[kind].format(key=key, **plain) if kind in WORDS else found["msg"]


def _table(loc: Sequence[int | str]) -> str:
    if len(loc) == 1:
        return f"write it as a table: a line [{loc[0]}], and its keys below"
    return 'write it in braces: { name = "...", ... }'


def _place(loc: Sequence[int | str]) -> str:
    if not loc:
        return "the top level"
    if isinstance(loc[0], str) and len(loc) > 1 and isinstance(loc[1], int):
        rest = ".".join(str(part) for part in loc[2:])
        return f"[[{loc[0]}]] row {loc[1] + 1}" + (f", {rest}" if rest else "")
    head = 2 if loc[0] == "mailbox" else 1
    rest = " ".join(f"row {part + 1}," if isinstance(part, int) else part for part in loc[head:]).rstrip(",")
    return f"[{'.'.join(str(part) for part in loc[:head])}]" + (f" {rest}" if rest else "")
