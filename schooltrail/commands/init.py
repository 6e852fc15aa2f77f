"""`schooltrail init`: make a workspace for a family's matter."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from schooltrail.config import Config
    from schooltrail.setup import Answers

T = TypeVar("T")


def init(
    context: typer.Context,
    *,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="Take this config.toml instead of asking.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the config that would be written, and stop.")
    ] = False,
) -> None:
    """Make a workspace: the folder where your mail and its timeline will live.

    Asks a few questions where there is a terminal; every one may be left empty and filled in later.

    Example: schooltrail --home ~/schooltrail init
    """
    from schooltrail.config import FILE_NAME, parse_config
    from schooltrail.setup import config_text, provider_of
    from schooltrail.workspace import check_free, create_workspace, open_workspace, resolve_home, with_home

    home = resolve_home(context.obj.home)
    if not dry_run:
        check_free(home)  # before the questions: nobody should answer them for nothing
    note = ""
    if config is not None:
        text = _read(config)
    else:
        answers = _ask() if sys.stdin.isatty() else _nothing()
        text = config_text(answers)
        provider = provider_of(answers.address)
        note = provider.note if provider else ""
    checked = parse_config(text, name=str(config or FILE_NAME))
    if dry_run:
        typer.echo(text)
        return
    create_workspace(home, text)
    with open_workspace(home):
        typer.echo(f"Made a workspace in {home}. Only you can open it.")
    for line in _next(home / FILE_NAME, checked, note):
        typer.echo(with_home(home, line))


def _read(config: Path) -> str:
    from models.errors import ConfigError

    if not config.exists():
        raise ConfigError(f"there is no file {config}", "Check its name, or leave out --config to be asked.")
    if config.is_dir():
        raise ConfigError(f"{config} is a folder, not a file", "Name the config.toml inside it.")
    try:
        return config.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{config} is not text in UTF-8", "Save it again as UTF-8 in your editor."
        ) from error
    except OSError as error:
        raise ConfigError(f"{config} cannot be read: {error.strerror}", "Check who may read it.") from error


def _nothing() -> Answers:
    from schooltrail.setup import Answers

    return Answers()


def _ask() -> Answers:
    """Ask for what a first sync needs. Enter skips a question."""
    from schooltrail import setup
    from schooltrail.places import state_code, zone_name

    typer.echo(
        "Before you start: a school account that is signed in on this computer may let the school see it."
    )
    typer.echo("Someone who shares this computer or mailbox can read what you keep here.")
    typer.echo("Enter skips a question.\n")
    no_name = "That is not one person's name, such as Leo Rivera."
    student = _ask_for("Your child's name", setup.name_in, no_name, "")
    parent = _ask_for("Your name", setup.name_in, no_name, "")
    state = _ask_for("State (two letters)", state_code, "That is not a state, such as PA.", "")
    zone = setup.zone_proposed(state, _computer_zone())
    zone = _ask_for("Time zone of the school", zone_name, "That is not a time zone, such as Eastern.", zone)
    school = _ask_for(
        "Name of the school or district", setup.school_in, "That is not a name, such as Maple Grove.", ""
    )
    domains: tuple[str, ...] = _ask_for(
        "What comes after the @ in the school's mail addresses",
        setup.domains_in,
        "That is not a school's mail domain, such as maplegrove.k12.example.us.",
        (),
    )
    address = _ask_for(
        "Your own mail address", setup.address_in, "That is not a mail address, such as dana@example.org.", ""
    )
    return _ask_mailbox(setup.Answers(student, parent, address, state, zone, school, domains))


def _ask_mailbox(answers: Answers) -> Answers:
    """Ask what is left to know of the mailbox, if one was named."""
    from schooltrail.setup import host_in, is_school_address, provider_of

    if not answers.address:
        return answers
    if is_school_address(answers):
        typer.echo("\nThat mailbox belongs to the school. Whoever runs it may read it, and may close it.")
        if not typer.confirm("Use it all the same?", default=False):
            return replace(answers, address="")
    if provider_of(answers.address) is None:
        host = _ask_for(
            "Your mail provider's IMAP server (Enter to fill in later)",
            host_in,
            "That is not a server's name, such as imap.example.org.",
            "",
        )
        if not host:
            return answers
        answers = replace(answers, host=host)
    only = bool(answers.domains) and typer.confirm("Keep only mail with the school?", default=True)
    return replace(answers, only_school=only)


def _ask_for(question: str, check: Callable[[str], T | None], wrong: str, skipped: T) -> T:
    """Ask until an answer passes its check. Enter gives `skipped`, which is shown if it is more than nothing."""
    while True:
        said = typer.prompt(question, default=skipped or "", show_default=bool(skipped))
        if said == skipped or not said.strip():
            return skipped
        if (found := check(said)) is not None:
            if isinstance(found, str) and "," in said and "," not in found:
                typer.echo(f"  Written as: {found}")
            return found
        typer.echo(f"{wrong} Try again, or press Enter {f'for {skipped}' if skipped else 'to skip'}.")


def _computer_zone() -> str:
    """Return this computer's time zone, empty if it is not known."""
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or ""
    except (LookupError, ValueError, OSError):  # a broken TZ or /etc/localtime must not end the set-up
        return ""


def _next(path: Path, config: Config, note: str) -> list[str]:
    """Return how to go on, as lines to print."""
    lines = [f"  {note}"] if note else []
    lines += ["Next:", f"  1. Look over {path}: its comments show what else can be said."]
    if config.mailboxes:
        lines += [
            f"  2. schooltrail auth {config.mailboxes[0].name}",
            "       signs in to your mailbox",
        ]
    else:
        lines += [
            "  2. Add your mailbox to it: docs/sign-in.md has a [mailbox.home] table for your provider.",
            "     schooltrail auth home",
            "       signs in to it",
        ]
    return [
        *lines,
        "     schooltrail sync",
        "       fetches the mail and builds the timeline",
        "  or schooltrail add FILE",
        "       takes in mail that you have as files",
    ]


COMMAND = init
