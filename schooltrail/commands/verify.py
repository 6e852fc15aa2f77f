"""`schooltrail verify`: is every stored byte, and every quote, still what it was?"""

from __future__ import annotations

import typer


def verify(context: typer.Context) -> int:
    """Check every stored byte against its hash, and every quote against its message.

    Example: schooltrail verify
    """
    from schooltrail.verifying import verify_workspace
    from schooltrail.words import counted
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        report = verify_workspace(workspace)
    for line in report.problems:
        typer.echo(line)
    typer.echo(
        f"{counted(report.evidence, 'piece')} of evidence and {counted(report.quotes, 'quote')} checked: "
        + (f"{counted(len(report.problems), 'problem')}." if report.problems else "all are whole.")
    )
    if report.problems:
        typer.echo("  Add or sync what is damaged once more, or restore the folder from a backup.", err=True)
    return 1 if report.problems else 0


COMMAND = verify
