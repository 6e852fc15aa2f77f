"""`schooltrail auth`: sign in to a mailbox, once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.account import Account
    from schooltrail.workspace import Workspace


def auth(
    context: typer.Context,
    mailbox: Annotated[str, typer.Argument(metavar="MAILBOX", help="Its name in config.toml, such as home.")],
    *,
    forget: Annotated[
        bool, typer.Option("--forget", help="Sign out: remove the password or token from this computer.")
    ] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Keep it without trying it.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try it, but keep nothing.")] = False,
) -> None:
    """Sign in to a mailbox and keep the password or token in this computer's keyring.

    Asks for the password where there is a terminal; else it is the first line of what is piped in.
    For Google and Microsoft the sign-in happens on their own page: docs/sign-in.md.

    Example: schooltrail auth home
    """
    from schooltrail.syncing import account_of
    from schooltrail.workspace import open_workspace, resolve_home

    with open_workspace(resolve_home(context.obj.home)) as workspace:
        account = account_of(workspace, workspace.config.mailbox(mailbox))
        if forget:
            _forget(account, dry_run=dry_run)
        elif account.auth != "password":
            _on_their_page(workspace, account, check=not no_check, dry_run=dry_run)
        elif workspace.config.mailbox(mailbox).password_command:
            _by_command(workspace, account)
        else:
            _by_password(workspace, account, check=not no_check, keep=not dry_run)


def _forget(account: Account, *, dry_run: bool) -> None:
    from ingest.signin import forget

    if dry_run:
        typer.echo(f"Would remove what the keyring holds for {account.user}.")
    elif forget(account):
        typer.echo(f"Removed. {account.name} is signed out on this computer; mail that was fetched stays.")
    else:
        typer.echo(f"There was nothing to remove for {account.name}.")


def _on_their_page(workspace: Workspace, account: Account, *, check: bool, dry_run: bool) -> None:
    from ingest.signin import sign_in
    from schooltrail.syncing import client_of, secret_of

    mailbox = workspace.config.mailbox(account.name)
    if dry_run:
        secret_of(workspace, mailbox)  # complains about a missing registration
        typer.echo(f"Would sign in {account.user} on the provider's page.")
        return
    sign_in(account, say=typer.echo, client=client_of(workspace, mailbox))
    typer.echo("The access is kept in this computer's keyring.")
    if check:
        _check(workspace, account, secret_of(workspace, mailbox))


def _by_command(workspace: Workspace, account: Account) -> None:
    from schooltrail.syncing import secret_of

    typer.echo("config.toml names a password_command, so nothing is asked and nothing is kept.")
    _check(workspace, account, secret_of(workspace, workspace.config.mailbox(account.name)))


def _by_password(workspace: Workspace, account: Account, *, check: bool, keep: bool) -> None:
    from ingest.signin import clean_password, store_password

    password = clean_password(_ask(account))
    if check and password:  # first: a wrong one should not replace the one that is kept
        _check(workspace, account, lambda: password)
    if keep:
        store_password(account, password)
        typer.echo("The password is kept in this computer's keyring.")


def _ask(account: Account) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    # An app password goes in here for most providers; docs/sign-in.md.
    answer: str = typer.prompt(f"Password or app password of {account.user}", hide_input=True)
    return answer


def _check(workspace: Workspace, account: Account, secret: Callable[[], str]) -> None:
    from ingest.sync import test_connection

    found = test_connection(account, secret, work=workspace.home / "work")
    typer.echo(
        f"Signed in: {len(found.taken)} folders with {found.messages:,} messages. Nothing was changed there."
    )
    if not found.push:
        typer.echo("This server cannot tell when mail comes; watch asks it on schedule.")


COMMAND = auth
