"""`schooltrail verify`: is every stored byte, and every quote, still what it was?"""

from __future__ import annotations

import typer


def verify(context: typer.Context) -> int:
    """Check every stored byte against its hash, and every quote against its message.

    Example: schooltrail verify
    """
    from schooltrail.verifying import verify_workspace
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        report = verify_workspace(workspace)
    for line in report.problems:
        typer.echo(line)
    typer.echo(
        f"{report.evidence} pieces of evidence and {report.quotes} quotes checked: "
        + (f"{len(report.problems)} are not right." if report.problems else "all are whole.")
    )
    return 1 if report.problems else 0


COMMAND = verify
