"""Reads config.toml once, into frozen values. The only module that reads files or the environment for options.

Unknown keys are errors that list the known ones: a misspelt key that is silently ignored
would leave a parent believing that something is switched on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from models.errors import ConfigError
from models.records import Case, Person, PlanRow, School, Term
from models.roles import ROLE_SIDES

FILE_NAME = "config.toml"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{name}' is not a time zone; write one such as America/New_York") from error
    return name


def _known_role(role: str) -> str:
    if role and role not in ROLE_SIDES:
        raise ValueError(f"'{role}' is not a role; use one of: {', '.join(sorted(ROLE_SIDES))}")
    return role


def _lowered(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.strip().lower() for value in values)


Lowered = Annotated[tuple[str, ...], AfterValidator(_lowered)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Term(_Strict):
    name: str
    first: date
    last: date


class _Case(_Strict):
    name: str = ""
    timezone: Annotated[str, AfterValidator(_known_zone)] = "America/New_York"
    state: str = ""
    student: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    terms: tuple[_Term, ...] = ()


class _Person(_Strict):
    name: str
    addresses: Lowered = ()
    phones: tuple[str, ...] = ()
    role: Annotated[str, AfterValidator(_known_role)] = ""
    side: Literal["", "family", "school", "neutral"] = ""
    decides: bool = False


class _School(_Strict):
    name: str
    domains: Lowered = ()
    phones: tuple[str, ...] = ()


class _Mailbox(_Strict):
    host: str
    user: str
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    security: Literal["tls", "starttls", "none"] = "tls"
    auth: Literal["password", "oauth2-google", "oauth2-microsoft"] = "password"
    password_command: tuple[str, ...] = ()
    client_id: str = ""
    client_secrets: str = ""
    ca_file: str = ""
    timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    folders: tuple[str, ...] = ()
    since: date | None = None
    only_school: bool = False


class _Plan(_Strict):
    source: str
    when: str = ""
    about: Lowered = ()
    expect: str = ""
    by: Literal["call", "any"] = "any"
    within: Annotated[str, Field(pattern=r"^(same_day|[1-9]\d* (school|business|calendar)_days)$")] = (
        "same_day"
    )
    service: str = ""
    minutes: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=0)] = 0
    per: Literal["", "day", "week", "month", "year"] = ""
    first: date | None = Field(default=None, alias="from")
    until: date | None = None


class _Schedule(_Strict):
    every: str = "15m"


class _Database(_Strict):
    url: str = ""


class _CallLog(_Strict):
    columns: dict[str, str] = {}


class _File(_Strict):
    case: _Case = _Case()
    person: tuple[_Person, ...] = ()
    school: tuple[_School, ...] = ()
    mailbox: dict[str, _Mailbox] = {}
    plan: tuple[_Plan, ...] = ()
    schedule: _Schedule = _Schedule()
    database: _Database = _Database()
    call_log: _CallLog = _CallLog()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One [mailbox.NAME] table. `port` 0 means the usual one for `security`."""

    name: str
    host: str
    user: str
    port: int
    security: Literal["tls", "starttls", "none"]
    auth: Literal["password", "oauth2-google", "oauth2-microsoft"]
    password_command: tuple[str, ...]
    client_id: str
    client_secrets: str
    ca_file: str
    timeout_seconds: float
    folders: tuple[str, ...]
    since: date | None
    only_school: bool


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that config.toml says, checked."""

    case: Case = field(default_factory=Case)
    calendars: tuple[str, ...] = ()
    mailboxes: tuple[Mailbox, ...] = ()
    every: str = "15m"
    database_url: str = ""
    call_log_columns: tuple[tuple[str, str], ...] = ()

    def mailbox(self, name: str) -> Mailbox:
        """Return a mailbox by its name.

        Raises:
            ConfigError: If there is none of that name, with the names there are.
        """
        for mailbox in self.mailboxes:
            if mailbox.name == name:
                return mailbox
        names = ", ".join(mailbox.name for mailbox in self.mailboxes) or "none yet"
        raise ConfigError(f"there is no mailbox '{name}' in {FILE_NAME}", f"Mailboxes: {names}.")


def load_config(path: Path) -> Config:
    """Read and check a config file.

    Raises:
        ConfigError: If it cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist", "Make one with: schooltrail init") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", "Check the file, or make a new one.") from error
    return parse_config(text, name=path.name)


def parse_config(text: str, *, name: str = FILE_NAME) -> Config:
    """Check the text of a config file. Errors as in `load_config`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{name} is not valid TOML: {error}",
            "Paths on Windows need single quotes or forward slashes: 'C:\\mail' or \"C:/mail\".",
        ) from error
    try:
        file = _File.model_validate(data)
    except ValidationError as error:
        raise _explain(error, name) from error
    for row, plan in enumerate(file.plan, start=1):
        _check_plan(plan, row, name)
    return _convert(file)


def _check_plan(plan: _Plan, row: int, name: str) -> None:
    if bool(plan.when) == bool(plan.service):
        raise ConfigError(
            f"{name}: [[plan]] row {row} needs either 'when' or 'service'",
            "Write when + expect for a promise to act, or service + minutes + times + per for sessions.",
        )
    if plan.when and not plan.expect:
        raise ConfigError(
            f"{name}: [[plan]] row {row} says when, but not what to expect", 'Add: expect = "parent_notified"'
        )


def _convert(file: _File) -> Config:
    case = Case(
        name=file.case.name,
        timezone=file.case.timezone,
        state=file.case.state.upper(),
        student=file.case.student,
        siblings=file.case.siblings,
        people=tuple(Person(**person.model_dump()) for person in file.person),
        schools=tuple(School(**school.model_dump()) for school in file.school),
        terms=tuple(Term(**term.model_dump()) for term in file.case.terms),
        plan=tuple(PlanRow(**plan.model_dump()) for plan in file.plan),
    )
    return Config(
        case=case,
        calendars=file.case.calendars,
        mailboxes=tuple(Mailbox(name=name, **box.model_dump()) for name, box in file.mailbox.items()),
        every=file.schedule.every,
        database_url=file.database.url,
        call_log_columns=tuple(sorted(file.call_log.columns.items())),
    )


def _explain(error: ValidationError, name: str) -> ConfigError:
    # A misspelt key also shows as a missing one: name the misspelling first.
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    place = _place(first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(_known_keys(first["loc"][:-1]))
        where = _place(first["loc"][:-1])
        return ConfigError(
            f"{name}: {where} has an unknown key '{first['loc'][-1]}'", f"Use one of: {known}."
        )
    reason = first["msg"].removeprefix("Value error, ")
    return ConfigError(f"{name}: {place}: {reason}", "Each key is explained in config.example.toml.")


def _place(loc: tuple[int | str, ...]) -> str:
    if not loc:
        return "the top level"
    if isinstance(loc[0], str) and len(loc) > 1 and isinstance(loc[1], int):
        rest = ".".join(str(part) for part in loc[2:])
        return f"[[{loc[0]}]] row {loc[1] + 1}" + (f", {rest}" if rest else "")
    head = 2 if loc[0] == "mailbox" else 1
    rest = ".".join(str(part) for part in loc[head:])
    return f"[{'.'.join(str(part) for part in loc[:head])}]" + (f" {rest}" if rest else "")


def _known_keys(loc: tuple[int | str, ...]) -> list[str]:
    models: dict[str, type[BaseModel]] = {
        "case": _Case, "person": _Person, "school": _School, "mailbox": _Mailbox, "plan": _Plan,
        "schedule": _Schedule, "database": _Database, "call_log": _CallLog,
    }  # fmt: skip
    model: Any = models.get(str(loc[0]), _File) if loc else _File
    if "terms" in loc:
        model = _Term
    return [info.alias or key for key, info in model.model_fields.items()]
