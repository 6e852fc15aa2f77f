"""`schooltrail init`: make a workspace for a family's matter."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from schooltrail.setup import Answers


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
    from models.errors import ConfigError
    from schooltrail.setup import config_text, provider_of
    from schooltrail.workspace import create_workspace, open_workspace, resolve_home

    home = resolve_home(context.obj.home)
    note = ""
    if config is not None:
        try:
            text = config.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{config} cannot be read: {error}", "Check the name of the file.") from error
    else:
        answers = _ask() if sys.stdin.isatty() else _nothing()
        text = config_text(answers)
        provider = provider_of(answers.address)
        note = provider.note if provider else ""
    if dry_run:
        typer.echo(text)
        return
    create_workspace(home, text)
    with open_workspace(home):
        typer.echo(f"Made a workspace in {home}. Only you can open it.")
    for line in _next(home, note):
        typer.echo(line)


def _nothing() -> Answers:
    from schooltrail.setup import Answers

    return Answers()


def _ask() -> Answers:
    """Ask for what a first sync needs. Enter skips a question."""
    from schooltrail.setup import Answers, is_school_address, provider_of

    typer.echo(
        "Before you start: a school account that is signed in on this computer may let the school see it."
    )
    typer.echo("Someone who shares this computer or mailbox can read what you keep here.\n")
    student = typer.prompt("Your child's name", default="", show_default=False)
    parent = typer.prompt("Your name", default="", show_default=False)
    state = typer.prompt("State (two letters)", default="", show_default=False)
    school = typer.prompt("Name of the school or district", default="", show_default=False)
    domains = typer.prompt(
        "What comes after the @ in the school's mail addresses", default="", show_default=False
    )
    address = typer.prompt("Your own mail address", default="", show_default=False)
    answers = Answers(
        student=student.strip(),
        parent=parent.strip(),
        address=address.strip().lower(),
        state=state.strip().upper()[:2],
        school=school.strip(),
        domains=tuple(d.strip().lstrip("@").lower() for d in domains.replace(",", " ").split()),
        timezone=_local_zone(),
    )
    if answers.address and is_school_address(answers):
        typer.echo("\nThat mailbox belongs to the school. Whoever runs it may read it, and may close it.")
        if not typer.confirm("Use it all the same?", default=False):
            from dataclasses import replace

            return replace(answers, address="")
    if answers.address and provider_of(answers.address) is None:
        from dataclasses import replace

        host = typer.prompt(
            "Your mail provider's IMAP server (Enter to fill in later)", default="", show_default=False
        )
        return replace(answers, host=host.strip())
    return answers


def _local_zone() -> str:
    """Return this computer's time zone, if it has an IANA name."""
    from tzlocal import get_localzone_name

    name = get_localzone_name() or ""
    return name if "/" in name else "America/New_York"


def _next(home: Path, note: str) -> list[str]:
    lines = [f"  {note}"] if note else []
    return [
        *lines,
        "Next:",
        f"  1. Look over {home / 'config.toml'} (config.example.toml explains every line).",
        "  2. schooltrail auth home     signs in to your mailbox",
        "     schooltrail sync          fetches it and builds the timeline",
        "  or schooltrail add FILE      takes in mail that you have as files",
    ]


COMMAND = init
