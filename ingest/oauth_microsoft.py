"""Signs in to Outlook and Microsoft 365, which take no passwords over IMAP any more.

The user types a short code on Microsoft's page, on any device. The family registers the program
itself (docs/sign-in.md). What Microsoft gives is kept in the keyring without its access tokens: they
are short-lived, large, and their dates would hang on a clock that somebody may set.
"""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

from ingest.oauth import AccessToken, OAuthClient, extra_missing
from models.errors import ConfigError, ServerUnreachable, SignInFailed, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.account import Account
    from ingest.keychain import Keychain

SCOPES = ["https://outlook.office.com/IMAP.AccessAsUser.All"]  # msal adds offline_access itself
AUTHORITY = "https://login.microsoftonline.com/common"
TIMEOUT_SECONDS = 30

log = logging.getLogger(__name__)

# Microsoft says why in a code inside a long text: AADSTS65001 and so on.
# Source: learn.microsoft.com, "Microsoft Entra authentication and authorization error codes".
_CODE = re.compile(r"AADSTS\d+")
_USE_FILES = "Ask the school's IT staff to allow it, or export the mail and use: schooltrail add"
_WRONG_ID = "Check client_id in config.toml; docs/sign-in.md says how to get one."
_REASONS: dict[str, tuple[type[ConfigError] | type[SignInFailed], str, str]] = {
    "AADSTS700016": (ConfigError, "Microsoft does not know this client_id", _WRONG_ID),
    "AADSTS90013": (ConfigError, "Microsoft does not accept this client_id", _WRONG_ID),
    "AADSTS7000218": (
        ConfigError,
        "the registration at Microsoft does not allow sign-in by code",
        "In the registration, open Authentication and switch on: Allow public client flows.",
    ),
    "AADSTS65001": (SignInFailed, "access to the mailbox was not allowed", _USE_FILES),
    "AADSTS90094": (SignInFailed, "an administrator must allow access to this mailbox first", _USE_FILES),
    "AADSTS53003": (SignInFailed, "a rule of the organisation forbids this sign-in", _USE_FILES),
    "AADSTS50105": (SignInFailed, "the organisation has not given you access to this program", _USE_FILES),
    "AADSTS65004": (SignInFailed, "the sign-in was refused on Microsoft's page", "Run: {again}"),
    "authorization_declined": (SignInFailed, "the sign-in was refused on Microsoft's page", "Run: {again}"),
    "access_denied": (SignInFailed, "the sign-in was refused on Microsoft's page", "Run: {again}"),
    "expired_token": (SignInFailed, "the code was not used in time", "Get a new one with: {again}"),
    "authorization_pending": (SignInFailed, "the code was not used in time", "Get a new one with: {again}"),
    "slow_down": (SignInFailed, "the code was not used in time", "Get a new one with: {again}"),
}


def sign_in(
    account: Account,
    client: OAuthClient,
    keychain: Keychain,
    *,
    say: Callable[[str], None],
    http_client: Any = None,
    steady: Callable[[], float] = time.monotonic,
) -> None:
    """Show a code, wait until the user has typed it on Microsoft's page, and keep what comes back.

    Args:
        account: The mailbox.
        client: The registration; `client_id` is needed.
        keychain: Where the tokens are kept.
        say: Shows one line to the user.
        http_client: Sends requests in place of `requests.Session`.
        steady: Seconds of a clock that nobody sets; says when the code runs out.

    Raises:
        ConfigError: If there is no usable registration.
        SignInFailed: If the user or the organisation refuses, or the code runs out.
        ServerUnreachable: If Microsoft cannot be reached.
        ExtraMissing: If the optional packages are not installed.
    """
    app = _Application(account, client, keychain, http_client)
    flow = app.ask(lambda: app.msal.initiate_device_flow(scopes=SCOPES))
    if "user_code" not in flow:
        raise app.refused(flow)
    say(f"On any device, open {flow['verification_uri']} and type this code: {flow['user_code']}")
    say(f"Sign in as {account.user}. Waiting; the code is good for {flow['expires_in'] // 60} minutes.")
    end = steady() + flow["expires_in"]
    result = app.ask(
        lambda: app.msal.acquire_token_by_device_flow(flow, exit_condition=lambda _flow: steady() >= end)
    )
    if "access_token" not in result:
        raise app.refused(result)
    app.keep()
    who = str(result.get("id_token_claims", {}).get("preferred_username", ""))
    if who and who.lower() != account.user.lower():
        say(
            f"You signed in as {who}, which is not {account.user}. It works only if it may open that mailbox."
        )


def token_source(
    account: Account, client: OAuthClient, keychain: Keychain, *, http_client: Any = None
) -> Callable[[], AccessToken]:
    """Return a function that gets a new access token with what `sign_in` kept.

    Raises:
        SignInFailed, ServerUnreachable, ConfigError, ExtraMissing: As `sign_in`; by the function too.
    """
    _client_id(account, client)

    def fetch() -> AccessToken:
        app = _Application(account, client, keychain, http_client)
        known = app.ask(lambda: app.msal.get_accounts()) if app.signed_in else []
        if not known:
            raise SignInFailed(
                f"mailbox '{account.name}' is not signed in yet", f"Run: schooltrail auth {account.name}"
            )
        result = app.ask(
            lambda: app.msal.acquire_token_silent_with_error(SCOPES, known[0], force_refresh=True)
        )
        if not result or "access_token" not in result:
            raise app.refused(result or {}, expired=True)
        app.keep()  # Microsoft renews the refresh token on every use
        return AccessToken(result["access_token"], float(result.get("expires_in", 0)))

    return fetch


def entry(account: Account) -> str:
    """Return the name of the keyring entry."""
    return f"microsoft {account.user} {account.host}"


class _Application:
    """msal's client with its token cache in the keyring and its errors in our words."""

    def __init__(self, account: Account, client: OAuthClient, keychain: Keychain, http_client: Any) -> None:
        client_id = _client_id(account, client)
        try:
            import msal
        except ImportError as error:
            raise extra_missing() from error
        self._account = account
        self._keychain = keychain
        self._service_error = msal.exceptions.MsalServiceError
        self._cache = msal.SerializableTokenCache()
        self.signed_in = self._load()
        self.msal = self.ask(
            lambda: msal.PublicClientApplication(
                client_id,
                authority=AUTHORITY,
                token_cache=self._cache,
                http_client=http_client,
                # requests has no time limit of its own; one's own client brings its own
                timeout=None if http_client else TIMEOUT_SECONDS,
            )
        )

    def ask(self, question: Callable[[], Any]) -> Any:
        """Put a question to msal. Errors on the way become `ServerUnreachable`."""
        try:
            return question()
        except (OSError, ValueError, RuntimeError, self._service_error) as error:
            # requests' errors are OSErrors; msal raises the others when a proxy answers in its place.
            raise ServerUnreachable(
                "Microsoft's sign-in cannot be reached", "Check your network and try again later."
            ) from error

    def keep(self) -> None:
        """Write the token cache to the keyring, without its access tokens."""
        cache = json.loads(self._cache.serialize())
        cache.pop("AccessToken", None)
        self._keychain.write(entry(self._account), json.dumps(cache, separators=(",", ":"), sort_keys=True))

    def refused(self, result: dict[str, Any], *, expired: bool = False) -> SourceError | ConfigError:
        """Put Microsoft's "no" in words. Its own text may hold addresses, so only its code is shown."""
        found = _CODE.search(str(result.get("error_description", "")))
        code = found[0] if found else str(result.get("error", "no answer"))
        log.warning("sign-in refused mailbox=%s code=%s", self._account.name, code)
        again = f"schooltrail auth {self._account.name}"
        kind, problem, remedy = (
            _REASONS.get(code) or _REASONS.get(str(result.get("error"))) or _unknown(expired)
        )
        return kind(f"mailbox '{self._account.name}': {problem} ({code})", remedy.format(again=again))

    def _load(self) -> bool:
        kept = self._keychain.read(entry(self._account))
        try:
            self._cache.deserialize(kept)
        except ValueError:
            return False
        return bool(kept)


def _unknown(expired: bool) -> tuple[type[SignInFailed], str, str]:
    if expired:
        return SignInFailed, "Microsoft no longer accepts the sign-in", "Sign in again with: {again}"
    return SignInFailed, "Microsoft refused the sign-in", "Try again with: {again}   More: docs/sign-in.md"


def _client_id(account: Account, client: OAuthClient) -> str:
    if not client.client_id:
        raise ConfigError(
            f"mailbox '{account.name}': signing in with Microsoft needs a registration of your own",
            f'Set client_id = "…" under [mailbox.{account.name}]; docs/sign-in.md says how to get one.',
        )
    return client.client_id
