"""Signing in to Google: the library's own code, with a browser and a Google made up on loopback."""

import json
import logging
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest

from ingest.keychain import Keychain
from ingest.oauth import OAuthClient
from ingest.oauth_google import entry, sign_in, token_source
from models.errors import ConfigError, ExtraMissing, ServerUnreachable, SignInFailed

pytestmark = pytest.mark.oauth
pytest.importorskip("google_auth_oauthlib", reason='needs the extra "oauth"')

SCOPE = "https://mail.google.com/"


@pytest.fixture
def account(make_account):
    return make_account("oauth2-google", host="imap.gmail.com")


@pytest.fixture
def google():
    """Google's token address on loopback: what it answers, and what it was asked."""
    state = SimpleNamespace(
        asked=[],
        answer={
            "access_token": "access-1",
            "refresh_token": "refresh-1",
            "expires_in": 3599,
            "token_type": "Bearer",
            "scope": SCOPE,
        },
    )

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            state.asked.append(parse_qs(self.rfile.read(length).decode()))
            body = json.dumps(state.answer).encode()
            self.send_response(400 if "error" in state.answer else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        state.url = f"http://127.0.0.1:{server.server_port}/token"
        yield state
        server.shutdown()


@pytest.fixture
def client(tmp_path, google, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the made-up Google speaks plain HTTP
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    path = tmp_path / "client_secret.json"
    path.write_text(
        json.dumps(
            {
                "installed": {
                    "client_id": "id.apps.example.org",
                    "client_secret": "not-so-secret",
                    "auth_uri": "https://accounts.example.org/auth",
                    "token_uri": google.url,
                }
            }
        )
    )
    return OAuthClient(secrets_file=path)


@pytest.fixture
def browser():
    """Answer Google's page as a user would. `opened` is the address that was shown."""
    state = SimpleNamespace(opened={}, answer={"code": "the-code"})

    def browse(url: str) -> bool:
        state.opened = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        answer = {"state": state.opened["state"]} | state.answer
        query = "&".join(f"{name}={value}" for name, value in answer.items())
        address = f"{state.opened['redirect_uri']}?{query}"
        threading.Thread(target=lambda: urlopen(address, timeout=5).read(), daemon=True).start()
        return True

    state.browse = browse
    return state


def test_sign_in_keeps_the_refresh_token_alone(account, client, browser, google, memory_keyring, heard):
    sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)

    assert list(memory_keyring.entries.values()) == ["refresh-1"]
    assert google.asked[0]["code"] == ["the-code"]


def test_sign_in_asks_for_mail_and_lasting_access(account, client, browser, google, memory_keyring, heard):
    sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)

    assert browser.opened["scope"] == SCOPE
    assert browser.opened["access_type"] == "offline"
    assert browser.opened["login_hint"] == "dana@example.org"
    assert browser.opened["redirect_uri"].startswith("http://127.0.0.1:")
    assert browser.opened["code_challenge_method"] == "S256"  # PKCE: a stolen code is worth nothing


def test_sign_in_shows_the_address_and_prints_nothing(
    account, client, browser, google, memory_keyring, heard, capsys
):
    sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)

    assert "https://accounts.example.org/auth?" in heard[1]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "access_denied", "code": ""},
        {"code": "the-code", "state": "forged"},  # another page tries to slip in its own answer
    ],
)
def test_sign_in_tells_when_access_was_refused(
    account, client, browser, google, memory_keyring, heard, answer
):
    browser.answer = {name: value for name, value in answer.items() if value}

    with pytest.raises(SignInFailed, match="did not give access") as refused:
        sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)

    assert "schooltrail add" in refused.value.remedy
    assert memory_keyring.entries == {}


def test_sign_in_tells_when_google_refuses_the_code(account, client, browser, google, memory_keyring, heard):
    google.answer = {"error": "invalid_client", "error_description": "The OAuth client was deleted."}

    with pytest.raises(SignInFailed, match="did not give access"):
        sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)


def test_sign_in_tells_when_access_would_not_last(account, client, browser, google, memory_keyring, heard):
    del google.answer["refresh_token"]

    with pytest.raises(SignInFailed, match="for an hour only"):
        sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)


def test_sign_in_ends_when_nobody_answers(account, client, memory_keyring, heard):
    with pytest.raises(SignInFailed, match="nobody answered"):
        sign_in(account, client, Keychain(), say=heard.append, browse=lambda _url: False, wait_seconds=0.2)


def test_sign_in_tells_when_google_cannot_be_reached(
    account, client, browser, google, tmp_path, memory_keyring, heard
):
    text = client.secrets_file.read_text().replace(google.url, "http://127.0.0.1:9/token")
    client.secrets_file.write_text(text)

    with pytest.raises(ServerUnreachable, match="cannot be reached"):
        sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)


def test_sign_in_logs_no_code_and_no_token(account, client, browser, google, memory_keyring, heard, caplog):
    with caplog.at_level(logging.DEBUG):
        sign_in(account, client, Keychain(), say=heard.append, browse=browser.browse)

    assert not any(secret in caplog.text for secret in ("the-code", "access-1", "refresh-1", "not-so-secret"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"web": {"client_id": "x"}}',  # made for a web page, not for a desktop app
        '{"installed": {"client_id": "x"}}',
        '{"installed": 3}',
    ],
)
def test_sign_in_refuses_a_wrong_client_file(account, tmp_path, memory_keyring, heard, text):
    path = tmp_path / "client_secret.json"
    path.write_text(text)

    with pytest.raises(ConfigError) as refused:
        sign_in(account, OAuthClient(secrets_file=path), Keychain(), say=heard.append)

    assert "Desktop app" in refused.value.remedy


def test_sign_in_refuses_a_missing_client_file(account, tmp_path, memory_keyring, heard):
    with pytest.raises(ConfigError, match=r"nowhere\.json"):
        sign_in(account, OAuthClient(secrets_file=tmp_path / "nowhere.json"), Keychain(), say=heard.append)


def test_token_source_gets_a_token_without_the_user(account, client, google, memory_keyring):
    Keychain().write(entry(account), "refresh-1")

    token = token_source(account, client, Keychain())()

    assert token.value == "access-1"
    assert 3500 < token.lives_seconds <= 3599
    assert google.asked[0]["refresh_token"] == ["refresh-1"]


def test_token_source_says_to_sign_in_again_when_access_was_withdrawn(
    account, client, google, memory_keyring
):
    Keychain().write(entry(account), "refresh-1")
    google.answer = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}

    with pytest.raises(SignInFailed, match="no longer accepts") as refused:
        token_source(account, client, Keychain())()

    assert "schooltrail auth home" in refused.value.remedy


def test_token_source_tells_when_google_cannot_be_reached(account, client, memory_keyring):
    from google.auth.exceptions import TransportError

    def request(*_arguments, **_options):
        raise TransportError("no route to host")

    Keychain().write(entry(account), "refresh-1")

    with pytest.raises(ServerUnreachable):
        token_source(account, client, Keychain(), request=request)()

    assert Keychain().read(entry(account)) == "refresh-1"


def test_token_source_says_when_nobody_is_signed_in(account, client, memory_keyring):
    with pytest.raises(SignInFailed, match="not signed in yet"):
        token_source(account, client, Keychain())()


def test_sign_in_names_the_missing_extra(monkeypatch, account, client, memory_keyring, heard):
    monkeypatch.setitem(sys.modules, "google_auth_oauthlib.flow", None)

    with pytest.raises(ExtraMissing) as refused:
        sign_in(account, client, Keychain(), say=heard.append)

    assert "pip install '.[oauth]'" in refused.value.remedy
