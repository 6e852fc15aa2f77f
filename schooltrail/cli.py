"""Builds the command line out of schooltrail/commands, and puts errors into words.

Help must come at once, so command modules import nothing heavy at their top, and plain help
is used instead of Rich's, whose import alone costs as much as all the rest.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated

import typer

from models.errors import SchooltrailError
from schooltrail import commands

DONE, FAILED, INTERRUPTED = 0, 1, 130  # commands themselves return 3 where some input was not read


@dataclass(frozen=True, slots=True)
class App:
    """What every command is given: the workspace folder as asked for."""

    home: Path | None


def build_app() -> typer.Typer:
    """Return the command line with one command per module in schooltrail/commands."""
    app = typer.Typer(
        name="schooltrail",
        help="Turns years of mail with a school into a cited timeline. Nothing leaves this computer.",
        epilog="New here? Try: schooltrail demo",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for module in sorted(iter_modules(commands.__path__), key=lambda found: _order(found.name)):
        command = import_module(f"schooltrail.commands.{module.name}").COMMAND
        app.command(name=module.name.removesuffix("_"), epilog=getattr(command, "example", None))(command)
    return app


def run(arguments: list[str]) -> int:
    """Run one command. Returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 done but some input unread."""
    try:
        result = build_app()(args=arguments, prog_name="schooltrail", standalone_mode=False)
    except SchooltrailError as error:
        _complain(error.problem, _with_home(arguments, error.remedy))
        return FAILED
    except BrokenPipeError:
        # The reader of our output (head, less) has had enough; that is no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS}:
            raise
        _complain(
            f"{error.filename or 'the disk'}: {error.strerror}", "Check free space and who may write there."
        )
        return FAILED
    except typer.Abort:  # Ctrl-C or the end of input at a question
        _complain("stopped", "Run the same command again when you like.")
        return INTERRUPTED
    except typer.Exit as leaving:
        return leaving.exit_code
    except Exception as error:
        # Typer carries its own copy of Click, so its usage errors are known by what they can do.
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show()
        return int(error.exit_code)
    if result == INTERRUPTED:  # Typer's answer to Ctrl-C
        _complain("stopped", "What was kept stays kept. Run the same command again to go on.")
    return result if isinstance(result, int) else DONE


def _options(
    context: typer.Context,
    *,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="The workspace folder. Left out: $SCHOOLTRAIL_HOME, else your data folder."
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say on stderr what is being done.")
    ] = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and stop.",
            is_eager=True,
            callback=lambda on: _say_version(asked=on),
        ),
    ] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR,
        stream=sys.stderr,
        format="%(levelname)s %(name)s %(message)s",
    )
    context.obj = App(home)


def _say_version(*, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"schooltrail {version('schooltrail')}")
        raise typer.Exit


def _order(name: str) -> int:
    """Put commands in the order in which a person needs them; new ones come last."""
    known = (
        "demo", "init", "auth", "sync", "watch", "add", "build", "timeline", "gaps", "show", "search", "status",
        "review", "export", "verify", "doctor", "tag",
    )  # fmt: skip
    plain = name.removesuffix("_")
    return known.index(plain) if plain in known else len(known)


def _with_home(arguments: list[str], remedy: str) -> str:
    """Name the workspace in a remedy's commands, if one was named in the command that failed."""
    from schooltrail.workspace import resolve_home, with_home

    for place, argument in enumerate(arguments[:-1]):
        if argument == "--home":
            return with_home(resolve_home(Path(arguments[place + 1])), remedy)
    return remedy


def _complain(problem: str, remedy: str) -> None:
    typer.echo(problem, err=True)
    typer.echo(f"  {remedy}", err=True)
