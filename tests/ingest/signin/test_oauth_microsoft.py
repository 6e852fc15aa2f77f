"""Signing in to Microsoft by code, with msal's own code over a web that is made up."""

import base64
import json
import logging
import sys

import pytest

from ingest.keychain import Keychain
from ingest.oauth import OAuthClient
from ingest.oauth_microsoft import entry, sign_in, token_source
from models.errors import ConfigError, ExtraMissing, ServerUnreachable, SignInFailed

pytestmark = pytest.mark.oauth
pytest.importorskip("msal", reason='needs the extra "oauth"')

CLIENT = OAuthClient(client_id="11111111-2222-3333-4444-555555555555")
BASE = "https://login.microsoftonline.com/common/oauth2/v2.0"
CONFIGURATION = {
    "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
    "authorization_endpoint": f"{BASE}/authorize",
    "token_endpoint": f"{BASE}/token",
    "device_authorization_endpoint": f"{BASE}/devicecode",
}
FLOW = {
    "user_code": "ABCD-EFGH",
    "device_code": "device-secret",
    "verification_uri": "https://microsoft.com/devicelogin",
    "expires_in": 900,
    "interval": 1,
}
PENDING = {"error": "authorization_pending"}


def coded(data: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def tokens(number: int = 1, user: str = "dana@example.org") -> dict:
    claims = {"aud": CLIENT.client_id, "oid": "o", "tid": "t", "sub": "s", "preferred_username": user,
              "iss": "https://login.microsoftonline.com/t/v2.0", "exp": 4_000_000_000, "iat": 1}  # fmt: skip
    return {
        "token_type": "Bearer",
        "scope": "https://outlook.office.com/IMAP.AccessAsUser.All",
        "expires_in": 3600,
        "access_token": f"access-{number}-" + "a" * 2000,
        "refresh_token": f"refresh-{number}-" + "r" * 1500,
        "id_token": f"{coded({'alg': 'none'})}.{coded(claims)}.x",
        "client_info": coded({"uid": "o", "utid": "t"}),
    }


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """msal waits whole seconds between its questions."""
    monkeypatch.setattr("msal.oauth2cli.oauth2.time.sleep", lambda _seconds: None)


@pytest.fixture
def account(make_account):
    return make_account("oauth2-microsoft", host="outlook.office365.com")


@pytest.fixture
def microsoft(web):
    web.on("openid-configuration", CONFIGURATION)
    web.on(
        "discovery/instance", {"metadata": [{"aliases": ["login.microsoftonline.com", "login.windows.net"]}]}
    )
    web.on("/devicecode", FLOW)
    web.on("/token", tokens())
    return web


@pytest.fixture
def signed_in(microsoft, account, memory_keyring, heard):
    sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)
    return microsoft


def refusal(code: str, error: str = "invalid_grant") -> dict:
    return {"error": error, "error_description": f"{code}: for dana@example.org. Trace ID: 0"}


def test_sign_in_shows_code_and_page(signed_in, heard):
    assert "open https://microsoft.com/devicelogin and type this code: ABCD-EFGH" in heard[0]
    assert "dana@example.org" in heard[1]
    assert "15 minutes" in heard[1]


def test_sign_in_asks_for_imap_and_lasting_access(signed_in):
    scopes = signed_in.asked_for("/devicecode")[0]["scope"].split()

    assert "https://outlook.office.com/IMAP.AccessAsUser.All" in scopes
    assert "offline_access" in scopes


def test_sign_in_waits_until_the_code_was_typed(microsoft, account, memory_keyring, heard):
    microsoft.on("/token", PENDING, PENDING, tokens())

    sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)

    assert len(microsoft.asked_for("/token")) == 3


def test_sign_in_keeps_the_refresh_token_and_no_access_token(signed_in, account, memory_keyring):
    kept = Keychain().read(entry(account))

    assert "refresh-1-" in kept
    assert "access-1-" not in kept
    assert len(memory_keyring.entries) > 1  # in pieces: one entry would not fit on Windows


def test_sign_in_names_another_user(microsoft, account, memory_keyring, heard):
    microsoft.on("/token", tokens(user="someone@example.net"))

    sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)

    assert "someone@example.net, which is not dana@example.org" in heard[-1]


def test_sign_in_ends_when_the_code_runs_out(microsoft, account, memory_keyring, heard):
    """Told by a clock that nobody sets: the wall clock may jump while the user types."""
    microsoft.on("/token", PENDING)
    ticks = iter(range(0, 100_000, 300))

    with pytest.raises(SignInFailed, match="not used in time") as refused:
        sign_in(
            account, CLIENT, Keychain(), say=heard.append, http_client=microsoft, steady=lambda: next(ticks)
        )

    assert "schooltrail auth home" in refused.value.remedy
    assert memory_keyring.entries == {}


@pytest.mark.parametrize(
    ("answer", "kind", "problem"),
    [
        ({"error": "authorization_declined"}, SignInFailed, "refused on Microsoft's page"),
        ({"error": "access_denied"}, SignInFailed, "refused on Microsoft's page"),
        ({"error": "expired_token"}, SignInFailed, "not used in time"),
        (refusal("AADSTS65001"), SignInFailed, r"not allowed \(AADSTS65001\)"),
        (refusal("AADSTS90094"), SignInFailed, "an administrator must allow"),
        (refusal("AADSTS53003"), SignInFailed, "a rule of the organisation"),
        (refusal("AADSTS7000218", "invalid_client"), ConfigError, "does not allow sign-in by code"),
        (refusal("AADSTS99999"), SignInFailed, r"refused the sign-in \(AADSTS99999\)"),
        ({"error": "server_says_no"}, SignInFailed, r"refused the sign-in \(server_says_no\)"),
    ],
)
def test_sign_in_tells_why_it_was_refused(microsoft, account, memory_keyring, heard, answer, kind, problem):
    microsoft.on("/token", answer)

    with pytest.raises(kind, match=problem) as refused:
        sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)

    assert "dana@example.org" not in refused.value.problem
    assert memory_keyring.entries == {}


def test_sign_in_tells_of_a_wrong_client_id(microsoft, account, memory_keyring, heard):
    microsoft.on("/devicecode", refusal("AADSTS700016", "unauthorized_client"))

    with pytest.raises(ConfigError, match="does not know this client_id"):
        sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)


@pytest.mark.parametrize("ending", ["openid-configuration", "/devicecode", "/token"])
def test_sign_in_without_a_network_is_told(microsoft, account, memory_keyring, heard, ending):
    microsoft.on(ending, OSError("no route to host"))

    with pytest.raises(ServerUnreachable, match="cannot be reached"):
        sign_in(account, CLIENT, Keychain(), say=heard.append, http_client=microsoft)


def test_token_source_gets_a_token_without_the_user(signed_in, account, heard):
    signed_in.on("/token", tokens(2))

    token = token_source(account, CLIENT, Keychain(), http_client=signed_in)()

    assert token.value.startswith("access-2-")
    assert token.lives_seconds == 3600
    assert signed_in.asked_for("/token")[-1]["refresh_token"].startswith("refresh-1-")


def test_token_source_keeps_the_renewed_refresh_token(signed_in, account):
    signed_in.on("/token", tokens(2))
    token_source(account, CLIENT, Keychain(), http_client=signed_in)()
    signed_in.on("/token", tokens(3))

    token_source(account, CLIENT, Keychain(), http_client=signed_in)()

    assert signed_in.asked_for("/token")[-1]["refresh_token"].startswith("refresh-2-")


@pytest.mark.parametrize("code", ["AADSTS700082", "AADSTS50173"])  # unused for 90 days; password changed
def test_token_source_says_to_sign_in_again_when_the_token_has_expired(signed_in, account, code):
    signed_in.on("/token", refusal(code))

    with pytest.raises(SignInFailed, match=f"no longer accepts the sign-in \\({code}\\)") as refused:
        token_source(account, CLIENT, Keychain(), http_client=signed_in)()

    assert "schooltrail auth home" in refused.value.remedy


def test_token_source_without_a_network_keeps_the_sign_in(signed_in, account):
    signed_in.on("/token", OSError("no route to host"))

    with pytest.raises(ServerUnreachable):
        token_source(account, CLIENT, Keychain(), http_client=signed_in)()

    assert "refresh-1-" in Keychain().read(entry(account))


@pytest.mark.parametrize("kept", [None, "not json", "{}"])
def test_token_source_says_when_nobody_is_signed_in(microsoft, account, memory_keyring, kept):
    if kept:
        Keychain().write(entry(account), kept)

    with pytest.raises(SignInFailed, match="not signed in yet"):
        token_source(account, CLIENT, Keychain(), http_client=microsoft)()


def test_token_source_logs_no_token(signed_in, account, caplog):
    signed_in.on("/token", tokens(2), refusal("AADSTS700082"))
    source = token_source(account, CLIENT, Keychain(), http_client=signed_in)

    with caplog.at_level(logging.INFO):
        source()
        with pytest.raises(SignInFailed):
            source()

    assert "AADSTS700082" in caplog.text
    assert not any(secret in caplog.text for secret in ("access-", "refresh-", "dana@"))


def test_sign_in_names_the_missing_extra(monkeypatch, account, memory_keyring, heard):
    monkeypatch.setitem(sys.modules, "msal", None)

    with pytest.raises(ExtraMissing) as refused:
        sign_in(account, CLIENT, Keychain(), say=heard.append)

    assert "pip install '.[oauth]'" in refused.value.remedy
