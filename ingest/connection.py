"""Opens a signed-in connection to an IMAP server, or says in words why it cannot.

Certificates are always checked and there is no switch to turn that off: a password or years of
mail with a school are not worth a server that only may be the right one.
"""

from __future__ import annotations

import imaplib
import logging
import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import imapclient
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from ingest.refusals import cause_of, refusal, shorten
from models.errors import ServerNotTrusted, ServerUnreachable, SignInFailed, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.account import Account

log = logging.getLogger(__name__)

MAX_LINE_BYTES = 20_000_000
"""imaplib gives up on lines over 1,000,000 bytes: a SEARCH answer of about 140,000 UIDs."""

BUFFER_BYTES = 128 * 1024

_CERT_EXPIRED, _CERT_NOT_YET_VALID, _CERT_WRONG_HOST = 10, 9, 62  # X509_V_ERR_* of OpenSSL


def connect(account: Account, secret: Callable[[], str]) -> imapclient.IMAPClient:
    """Return a signed-in client, in no folder yet.

    Args:
        account: Where and as whom.
        secret: Called once, when the server is there and trusted: the password, or for OAuth 2 an
            access token.

    Raises:
        ServerUnreachable: If the name does not resolve, nothing answers, or the server hangs up.
        ServerNotTrusted: If the certificate does not hold, or the line would stay readable.
        SignInFailed: If the server refuses the password or token.
        Throttled: If the server asks us to come back later.
    """
    client = _open(account)
    try:
        _sign_in(client, account, secret)
    except BaseException:
        hang_up(client)
        raise
    log.info("signed in mailbox=%s host=%s", account.name, account.host)
    return client


def hang_up(client: imapclient.IMAPClient) -> None:
    """Close a connection without a word to the server; never raises."""
    with suppress(Exception):
        client.shutdown()


def log_out(client: imapclient.IMAPClient) -> None:
    """End a session politely; never raises."""
    try:
        client.logout()
    except Exception:  # the work is done; whatever the server does now, the socket must go
        hang_up(client)


def lost(account: Account, error: Exception) -> ServerUnreachable:
    """Put a broken connection in words."""
    if isinstance(error, TimeoutError):
        problem = f"{account.host} did not answer within {account.timeout_seconds:g} seconds"
    else:
        problem = f"the connection to {account.host} was lost ({shorten(str(error)) or type(error).__name__})"
    return ServerUnreachable(problem, "Check your network and sync again; it goes on where it stopped.")


def _open(account: Account) -> imapclient.IMAPClient:
    """Connect and encrypt."""
    # A module global on purpose: imaplib reads no attribute of the object here.
    imaplib._MAXLINE = max(imaplib._MAXLINE, MAX_LINE_BYTES)  # type: ignore[attr-defined]
    client = None
    try:
        context = None if account.security == "none" else _context(account)
        client = imapclient.IMAPClient(
            account.host,
            port=account.port,
            ssl=account.security == "tls",
            ssl_context=context,
            timeout=account.timeout_seconds,
        )
        # imapclient formats every line for its debug log, wanted or not: a third of a long pull.
        client._imap.debug = 0
        client.normalise_times = False
        if account.security == "starttls":
            client.starttls(context)
        _widen_buffer(client)
    except (OSError, IMAPClientError) as error:
        if client is not None:
            hang_up(client)
        raise _explain(account, error) from error
    return client


def _widen_buffer(client: imapclient.IMAPClient) -> None:
    """Read in larger gulps than imaplib's 8 KB. Nothing is buffered now: the server waits for us."""
    # From Python 3.14 on imaplib has a buffer of its own, and the attribute cannot be set.
    with suppress(AttributeError):
        client._imap.file = client._imap.sock.makefile("rb", buffering=BUFFER_BYTES)


def _context(account: Account) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=account.ca_file or None)
    except OSError as error:
        raise ServerNotTrusted(
            f"mailbox '{account.name}': the certificate file {account.ca_file} cannot be read",
            "Correct ca_file, or leave it out to use the system's certificates.",
        ) from error


def _sign_in(client: imapclient.IMAPClient, account: Account, secret: Callable[[], str]) -> None:
    if client._imap.state == "AUTH":  # the greeting was PREAUTH: a server on this computer
        return
    word = secret()
    try:
        if account.auth != "password":
            _token_login(client, account.user, word)
        elif word.isascii() and account.user.isascii():
            _check_line(account, word)
            # imaplib quotes the password but not the user.
            user = account.user.replace("\\", "\\\\").replace('"', '\\"')
            client.login(f'"{user}"', word)
        else:  # LOGIN cannot carry it; the SASL mechanism is defined as UTF-8
            answer = f"\0{account.user}\0{word}".encode()
            client.sasl_login("PLAIN", lambda _challenge: answer)
    except (LoginError, IMAPClientError) as error:
        # imaplib's text of an abort means the line broke; anything else is the server's own "no".
        if isinstance(error.__context__, IMAPClientAbortError) or isinstance(error, IMAPClientAbortError):
            raise _sign_in_cut(account, str(error)) from None
        raise _refused(account, str(error)) from None
    except OSError as error:
        raise lost(account, error) from error


def _token_login(client: imapclient.IMAPClient, user: str, token: str) -> None:
    """Sign in with XOAUTH2. A second challenge is the server's error report: answered with nothing."""
    answers = iter([f"user={user}\1auth=Bearer {token}\1\1".encode()])
    client.sasl_login("XOAUTH2", lambda _challenge: next(answers, b""))


def _check_line(account: Account, word: str) -> None:
    if "\r" in word or "\n" in word or "\0" in word:
        raise SignInFailed(
            f"mailbox '{account.name}': the password holds a line break",
            "Only the first line of what the password command prints may be the password; store it again.",
        )


def _sign_in_cut(account: Account, text: str) -> SourceError:
    if cause_of(text) in {"throttled", "quota", "unavailable"}:
        return refusal(account.host, text)
    return ServerUnreachable(
        f"{account.host} hung up during the sign-in",
        "Wait some minutes and try again: many servers do this after too many sign-ins.",
    )


def _refused(account: Account, text: str) -> SourceError:
    if cause_of(text) in {"throttled", "quota", "unavailable"}:
        return refusal(account.host, text)
    log.warning("sign-in refused mailbox=%s host=%s", account.name, account.host)
    return SignInFailed(
        f"{account.host} refused the sign-in of {account.user}", _sign_in_remedy(account, text)
    )


# Providers that take no ordinary password over IMAP, by a part of the server's name.
_APP_PASSWORDS = (
    ("gmail", "Gmail takes an app password here (myaccount.google.com/apppasswords), not your usual one."),
    ("google", "Google takes an app password here (myaccount.google.com/apppasswords), not your usual one."),
    (
        "yahoo",
        "Yahoo takes an app password here (Account security, Generate app password), not your usual one.",
    ),
    ("aol", "AOL takes an app password here (Account security, Generate app password), not your usual one."),
    ("me.com", "iCloud takes an app-specific password here (account.apple.com), not your usual one."),
    ("icloud", "iCloud takes an app-specific password here (account.apple.com), not your usual one."),
    ("office365", 'Microsoft takes no passwords over IMAP: set auth = "oauth2-microsoft".'),
    ("outlook", 'Microsoft takes no passwords over IMAP: set auth = "oauth2-microsoft".'),
)


def _sign_in_remedy(account: Account, text: str) -> str:
    if account.auth != "password":
        return (
            f"Sign in again with: schooltrail auth {account.name}. A school or office account may forbid IMAP: "
            "then export the mail and use: schooltrail add"
        )
    host = account.host.lower()
    for part, remedy in _APP_PASSWORDS:
        if part in host:
            return remedy
    if "logindisabled" in text.lower() or "privacyrequired" in text.lower():
        return 'The server takes passwords only on an encrypted line: use security = "tls" or "starttls".'
    return (
        "Check user and password. Gmail, Yahoo and iCloud take an app password, not the usual one; "
        "others may want IMAP switched on in their settings."
    )


def _explain(account: Account, error: Exception) -> SourceError:
    where = f"{account.host}, port {account.port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _not_trusted(account, error)
    if isinstance(error, socket.gaierror):
        return ServerUnreachable(
            f"the name {account.host} is not known on the network",
            f"Check host in mailbox '{account.name}', and that this computer is online.",
        )
    if isinstance(error, ConnectionRefusedError):
        return ServerUnreachable(
            f"{where} refused the connection", "Check host and port: 993 for tls, 143 for starttls."
        )
    if isinstance(error, TimeoutError):
        return ServerUnreachable(
            f"{where} did not answer within {account.timeout_seconds:g} seconds",
            "Check host, port and your network; a firewall may be in the way.",
        )
    if isinstance(error, CapabilityError) or "TLS not supported" in str(error):
        return ServerNotTrusted(
            f"{where} offers no encryption, so nothing was sent to it",
            'Use security = "tls" with port 993, or ask the mail provider.',
        )
    if isinstance(error, ssl.SSLError):
        return ServerUnreachable(
            f"{where} does not speak TLS as expected ({shorten(error.reason or str(error))})",
            'Check port and security: 993 goes with "tls", 143 with "starttls".',
        )
    if isinstance(error, IMAPClientError) and cause_of(str(error)) != "other":
        return refusal(account.host, str(error))
    return ServerUnreachable(
        f"{where} cannot be used ({shorten(str(error)) or type(error).__name__})",
        "Check host, port and security, and that this is an IMAP server.",
    )


def _not_trusted(account: Account, error: ssl.SSLCertVerificationError) -> ServerNotTrusted:
    if error.verify_code == _CERT_EXPIRED:
        return ServerNotTrusted(
            f"the certificate of {account.host} has expired",
            "Check this computer's clock; if it is right, the mail provider must renew the certificate.",
        )
    if error.verify_code == _CERT_NOT_YET_VALID:
        return ServerNotTrusted(
            f"the certificate of {account.host} is not valid yet", "Check this computer's clock and date."
        )
    if error.verify_code == _CERT_WRONG_HOST or "match" in error.verify_message:
        return ServerNotTrusted(
            f"the server that answered is not {account.host}, by its certificate",
            f"Use the server name that your provider gives for IMAP as host in mailbox '{account.name}'.",
        )
    return ServerNotTrusted(
        f"the certificate of {account.host} is not vouched for ({shorten(error.verify_message)})",
        "Check host. If it is your own server or your school's, set ca_file to its authority's certificate.",
    )
