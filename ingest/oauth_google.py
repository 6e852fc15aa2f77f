"""Signs in to Gmail with Google's own page, for accounts that may not use an app password.

The family registers the program itself (docs/sign-in.md). Google sends the answer to a page that
this program opens on 127.0.0.1 for one request. Only the refresh token is kept, in the keyring.
"""

from __future__ import annotations

import json
import logging
import webbrowser
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ingest.oauth import AccessToken, OAuthClient, extra_missing
from models.errors import ConfigError, ServerUnreachable, SignInFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.account import Account
    from ingest.keychain import Keychain

SCOPE = "https://mail.google.com/"  # the only scope that opens IMAP
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
WAIT_SECONDS = 300
WEB_PAGE = "You are signed in. Close this window and go back to schooltrail."

log = logging.getLogger(__name__)


def sign_in(
    account: Account,
    client: OAuthClient,
    keychain: Keychain,
    *,
    say: Callable[[str], None],
    browse: Callable[[str], object] = webbrowser.open,
    wait_seconds: float = WAIT_SECONDS,
) -> None:
    """Let the user allow access in the browser, and keep the refresh token.

    Args:
        account: The mailbox; its user is offered on Google's page.
        client: The registration; `secrets_file` is needed.
        keychain: Where the refresh token is kept.
        say: Shows one line to the user.
        browse: Opens an address in the user's browser.
        wait_seconds: How long the user has, > 0.

    Raises:
        ConfigError: If there is no usable registration.
        SignInFailed: If the user refuses or does not answer, or Google gives no lasting access.
        ServerUnreachable: If Google cannot be reached.
        ExtraMissing: If the optional packages are not installed.
    """
    config = _registration(account, client)
    try:
        from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
        from oauthlib.oauth2.rfc6749.errors import OAuth2Error  # type: ignore[import-untyped]
    except ImportError as error:
        raise extra_missing() from error
    for talkative in ("google_auth_oauthlib", "requests_oauthlib", "oauthlib"):
        # The first logs the address that carries the code, the others tokens.
        logging.getLogger(talkative).setLevel(logging.WARNING)
    flow = InstalledAppFlow.from_client_config(config, [SCOPE])
    _announce(flow, say, browse)
    try:
        credentials = flow.run_local_server(
            host="127.0.0.1",
            port=0,
            open_browser=False,
            authorization_prompt_message="",
            success_message=WEB_PAGE,
            timeout_seconds=wait_seconds,
            access_type="offline",
            prompt="consent",
            login_hint=account.user,
        )
    except WSGITimeoutError as error:
        raise SignInFailed(
            f"nobody answered Google's page within {wait_seconds / 60:.0f} minutes",
            f"Start again with: schooltrail auth {account.name}",
        ) from error
    except (OAuth2Error, Warning) as error:  # oauthlib raises a bare Warning when fewer rights were given
        log.warning("sign-in refused mailbox=%s reason=%s", account.name, getattr(error, "error", "scope"))
        raise SignInFailed(
            "Google did not give access to this mailbox",
            f"Run schooltrail auth {account.name} again and allow access to mail. A school account may "
            "forbid it: then export the mail and use schooltrail add.",
        ) from error
    except OSError as error:
        raise _unreachable() from error
    if not credentials.refresh_token:
        raise SignInFailed(
            "Google gave access for an hour only",
            "Remove the program at myaccount.google.com/permissions, then sign in again: "
            f"schooltrail auth {account.name}",
        )
    keychain.write(entry(account), credentials.refresh_token)


def token_source(
    account: Account, client: OAuthClient, keychain: Keychain, *, request: Any = None
) -> Callable[[], AccessToken]:
    """Return a function that gets a new access token for the kept refresh token.

    Args:
        account: The mailbox.
        client: The registration that the user signed in with.
        keychain: Where the refresh token is kept.
        request: A `google.auth.transport.Request`; None uses the library's own.

    Raises:
        SignInFailed, ServerUnreachable, ConfigError, ExtraMissing: As `sign_in`; by the function too.
    """
    config = _registration(account, client)["installed"]

    def fetch() -> AccessToken:
        try:
            from google.auth.exceptions import RefreshError, TransportError
            from google.auth.transport.requests import Request
            from google.oauth2.credentials import Credentials
        except ImportError as error:
            raise extra_missing() from error
        refresh_token = keychain.read(entry(account))
        if not refresh_token:
            raise SignInFailed(
                f"mailbox '{account.name}' is not signed in yet", f"Run: schooltrail auth {account.name}"
            )
        make: Any = Credentials  # the library is only half typed
        credentials = make(
            token=None,
            refresh_token=refresh_token,
            token_uri=config.get("token_uri", TOKEN_URL),
            client_id=config["client_id"],
            client_secret=config["client_secret"],
            scopes=[SCOPE],
        )
        try:
            credentials.refresh(request or Request())
        except TransportError as error:
            raise _unreachable() from error
        except RefreshError as error:
            if error.retryable:
                raise _unreachable() from error
            # The text may hold an address, so it is not shown or logged.
            raise SignInFailed(
                f"Google no longer accepts the sign-in of mailbox '{account.name}'",
                f"Sign in again with: schooltrail auth {account.name}   If this comes back every week, "
                'the registration is still in "testing": docs/sign-in.md',
            ) from error
        return AccessToken(credentials.token, _left(credentials.expiry))

    return fetch


def entry(account: Account) -> str:
    """Return the name of the keyring entry."""
    return f"google {account.user} {account.host}"


def _registration(account: Account, client: OAuthClient) -> dict[str, dict[str, str]]:
    if client.secrets_file is None:
        raise ConfigError(
            f"mailbox '{account.name}': signing in with Google needs a registration of your own",
            'Easier: an app password. Else set client_secrets = "client_secret.json": docs/sign-in.md',
        )
    remedy = 'Download it again at console.cloud.google.com, from a client of type "Desktop app".'
    try:
        config: dict[str, dict[str, str]] = json.loads(client.secrets_file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{client.secrets_file} cannot be read as Google's client file", remedy) from error
    installed = config.get("installed") if isinstance(config, dict) else None
    needed = {"client_id", "client_secret", "auth_uri", "token_uri"}
    if not isinstance(installed, dict) or not needed <= installed.keys():
        raise ConfigError(f"{client.secrets_file} is not the client file of a desktop app", remedy)
    return config


def _announce(flow: Any, say: Callable[[str], None], browse: Callable[[str], object]) -> None:
    """Show the address of Google's page when the flow makes it: the library would print it to stdout."""
    make = flow.authorization_url

    def authorization_url(**options: Any) -> tuple[str, str]:
        url, state = make(**options)
        say("Your browser opens Google's page. If it does not, open this address on this computer:")
        say(f"  {url}")
        try:
            browse(url)
        except webbrowser.Error as error:
            log.info("no browser was opened reason=%s", error)
        return url, state

    flow.authorization_url = authorization_url


def _left(expiry: datetime | None) -> float:
    """Return the seconds until a naive UTC time, as google-auth gives it; 0 if it gave none."""
    return (expiry.replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds() if expiry else 0.0


def _unreachable() -> ServerUnreachable:
    return ServerUnreachable("Google's sign-in cannot be reached", "Check your network and try again later.")
