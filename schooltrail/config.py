"""Reads config.toml once, into frozen values. The only module that reads files or the environment for options.

Unknown keys are errors that list the known ones: a misspelt key that is silently ignored
would leave a parent believing that something is switched on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from models.codes import KIND_OF, SERVICES
from models.errors import ConfigError
from models.records import Case, Person, PlanRow, School, Term
from models.roles import ROLE_SIDES
from schooltrail.config_words import WrongValue, explain, nearest
from schooltrail.places import is_zone, state_code
from schooltrail.schedule import parse_every

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE_NAME = "config.toml"


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise WrongValue(f"'{name}' is not a time zone; write one such as America/New_York")
    return name


def _known_state(state: str) -> str:
    code = state_code(state) if state else ""
    if code is None or len(state) > 2:
        raise WrongValue(f"'{state}' is not a state", f'Write its two letters: state = "{code or "PA"}"')
    return code


def _known_role(role: str) -> str:
    if role and role not in ROLE_SIDES:
        raise WrongValue(f"'{role}' is not a role; use one of: {', '.join(sorted(ROLE_SIDES))}")
    return role


def _known_category(code: str) -> str:
    if code and code not in KIND_OF:
        raise WrongValue(
            f"'{code}' is not a category", f"{nearest(code, KIND_OF)}All of them: docs/categories.md."
        )
    return code


def _known_service(code: str) -> str:
    if code and code not in SERVICES:
        raise WrongValue(f"'{code}' is not a service", f"Use one of: {', '.join(SERVICES)}.")
    return code


def _span(every: str) -> str:
    try:
        parse_every(every)
    except ConfigError as error:
        raise WrongValue(error.problem.removeprefix("every = "), error.remedy) from error
    return every


def _lowered(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value.strip().lower() for value in values)


Category = Annotated[str, AfterValidator(_known_category)]
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
    state: Annotated[str, AfterValidator(_known_state)] = ""
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
    when: Category = ""
    about: Lowered = ()
    expect: Category = ""
    by: Literal["call", "any"] = "any"
    within: Annotated[str, Field(pattern=r"^(same_day|[1-9]\d* (school|business|calendar)_days)$")] = (
        "same_day"
    )
    service: Annotated[str, AfterValidator(_known_service)] = ""
    minutes: Annotated[int, Field(ge=0)] = 0
    times: Annotated[int, Field(ge=0)] = 0
    per: Literal["", "day", "week", "month", "year"] = ""
    first: date | None = Field(default=None, alias="from")
    until: date | None = None


class _Schedule(_Strict):
    every: Annotated[str, AfterValidator(_span)] = "15m"


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
        names = ", ".join(mailbox.name for mailbox in self.mailboxes)
        raise ConfigError(
            f"there is no mailbox '{name}' in {FILE_NAME}",
            f"Mailboxes: {names}."
            if names
            else f"Add a [mailbox.{name}] table to it; docs/sign-in.md has one for your provider.",
        )


def load_config(path: Path) -> Config:
    """Read and check a config file.

    Raises:
        ConfigError: If it cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist", "Make one with: schooltrail init") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path} cannot be read: it is not text in UTF-8", "Save it again as UTF-8 in your editor."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}", "Check that it is a file that you may read."
        ) from error
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
        raise explain(error, name, _known_keys) from error
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
        state=file.case.state,
        student=file.case.student,
        siblings=file.case.siblings,
        people=tuple(_person(person) for person in file.person),
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


def _person(person: _Person) -> Person:
    # The side is spelt out here, once: else only_school would take a parent's own address for the school's.
    side = person.side or ROLE_SIDES.get(person.role, "")
    return Person(**(person.model_dump() | {"side": side}))


def _known_keys(loc: Sequence[int | str]) -> list[str]:
    models: dict[str, type[BaseModel]] = {
        "case": _Case, "person": _Person, "school": _School, "mailbox": _Mailbox, "plan": _Plan,
        "schedule": _Schedule, "database": _Database, "call_log": _CallLog,
    }  # fmt: skip
    model: Any = models.get(str(loc[0]), _File) if loc else _File
    if "terms" in loc:
        model = _Term
    return [info.alias or key for key, info in model.model_fields.items()]
