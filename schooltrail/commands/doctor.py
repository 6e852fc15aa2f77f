"""`schooltrail doctor`: is the set-up sound, and if not, what to do."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    context: typer.Context,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not try to reach the mail servers.")] = False,
) -> int:
    """Check the set-up and say what to do. Changes nothing.

    Example: schooltrail doctor
    """
    from schooltrail.checks import run_checks
    from schooltrail.workspace import resolve_home

    failed = False
    for check in run_checks(resolve_home(context.obj.home), offline=offline):
        typer.echo(f"{'ok  ' if check.fine else 'LOOK'}  {check.what}")
        if not check.fine and check.remedy:
            typer.echo(f"      {check.remedy}")
        failed = failed or not check.fine
    return 1 if failed else 0


COMMAND = doctor
