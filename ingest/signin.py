"""Finds the password or access token of a mailbox when it is needed, and keeps new ones safely.

A secret comes from a program that the user names, or from the keyring of the operating system. It is
never in config.toml, in a file of ours, or in the log.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from ingest import oauth_google, oauth_microsoft
from ingest.keychain import SERVICE, Keychain
from ingest.oauth import OAuthClient, keep_fresh
from models.errors import SignInFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.account import Account

COMMAND_SECONDS = 120.0  # a password manager may ask for a fingerprint first
NO_CLIENT = OAuthClient()
PROVIDERS = {"oauth2-google": oauth_google, "oauth2-microsoft": oauth_microsoft}


def secret_for(
    account: Account,
    *,
    password_command: tuple[str, ...] = (),
    keyring_service: str = SERVICE,
    client: OAuthClient = NO_CLIENT,
) -> Callable[[], str]:
    """Return a function that gives the password, or an access token with at least 5 minutes left.

    It may be called from several threads, and asks anew whenever a new connection is made.

    Args:
        account: The mailbox; `auth` says which kind of secret it takes.
        password_command: Program and arguments; the first line that it prints is the password.
        keyring_service: Under which name the keyring holds our entries.
        client: The family's registration with Google or Microsoft.

    Raises:
        ConfigError: If the account needs a registration that is not there.
        SignInFailed: By the function: if there is no secret, or it cannot be had.
        ServerUnreachable, ExtraMissing: By the function, for Google and Microsoft.
    """
    keychain = Keychain(keyring_service)
    if provider := PROVIDERS.get(account.auth):
        return keep_fresh(provider.token_source(account, client, keychain))
    if password_command:
        return lambda: run_password_command(account, password_command)
    return lambda: _kept_password(account, keychain)


def sign_in(
    account: Account,
    *,
    say: Callable[[str], None],
    client: OAuthClient = NO_CLIENT,
    keyring_service: str = SERVICE,
) -> None:
    """Sign in on the provider's own page, for accounts that take no password.

    Args:
        account: A mailbox whose `auth` is "oauth2-google" or "oauth2-microsoft".
        say: Shows one line to the user.
        client: The family's registration with the provider.
        keyring_service: Under which name the keyring holds our entries.

    Raises:
        SignInFailed, ConfigError, ServerUnreachable, ExtraMissing: See `oauth_google`, `oauth_microsoft`.
    """
    PROVIDERS[account.auth].sign_in(account, client, Keychain(keyring_service), say=say)


def store_password(account: Account, password: str, *, keyring_service: str = SERVICE) -> None:
    """Keep a mailbox's password in the keyring.

    Raises:
        SignInFailed: If it is empty, or the keyring does not take it.
    """
    if not password:
        raise SignInFailed("the password is empty", f"Type it after: schooltrail auth {account.name}")
    Keychain(keyring_service).write(_entry(account), password)


def forget(account: Account, *, keyring_service: str = SERVICE) -> bool:
    """Remove everything that the keyring holds for a mailbox. Returns whether there was anything."""
    keychain = Keychain(keyring_service)
    entries = [_entry(account), *(provider.entry(account) for provider in PROVIDERS.values())]
    removed = [keychain.delete(name) for name in entries]  # all of them: any() alone would stop at the first
    return any(removed)


def clean_password(typed: str) -> str:
    """Return a password as the server wants it.

    Google shows an app password as four groups of four letters, and what is copied from its page
    holds spaces, often non-breaking ones. Any other password is left alone.
    """
    groups = typed.split()
    if len(groups) == 4 and all(len(group) == 4 and group.isalpha() and group.islower() for group in groups):
        return "".join(groups)
    return typed


def run_password_command(
    account: Account, command: tuple[str, ...], *, timeout_seconds: float = COMMAND_SECONDS
) -> str:
    """Return the first line that a program prints. No shell, no terminal, its complaints are not kept.

    Raises:
        SignInFailed: If it cannot be started, fails, takes too long or prints nothing.
    """
    program = command[0]
    remedy = f"Try it yourself in a terminal, and correct password_command of mailbox '{account.name}'."
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, and no shell
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        raise SignInFailed(f"the password command '{program}' could not be started", remedy) from error
    try:
        output, _ = process.communicate(timeout=timeout_seconds)
    except subprocess.TimeoutExpired as error:
        # No second read: what the program has started may hold the pipe open for ever.
        process.kill()
        process.wait()
        raise SignInFailed(
            f"the password command '{program}' gave no answer within {timeout_seconds:g} seconds", remedy
        ) from error
    finally:
        if process.stdout:
            process.stdout.close()
    if process.returncode:
        raise SignInFailed(f"the password command '{program}' failed with code {process.returncode}", remedy)
    try:
        password = output.decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise SignInFailed(
            f"the password command '{program}' printed something that is not text", remedy
        ) from error
    if not password:
        raise SignInFailed(f"the password command '{program}' printed nothing on its first line", remedy)
    return password


def _kept_password(account: Account, keychain: Keychain) -> str:
    password = keychain.read(_entry(account))
    if not password:
        raise SignInFailed(
            f"there is no password for mailbox '{account.name}' yet", f"Run: schooltrail auth {account.name}"
        )
    return password


def _entry(account: Account) -> str:
    return f"password {account.user} {account.host}"
