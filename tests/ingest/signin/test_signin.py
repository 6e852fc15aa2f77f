"""Where a mailbox's password comes from, and what is said when it does not come."""

import logging
import sys
import time

import pytest
from keyring.backends.fail import Keyring as NoKeyring

from ingest.keychain import Keychain
from ingest.oauth import OAuthClient
from ingest.signin import (
    PROVIDERS,
    clean_password,
    forget,
    run_password_command,
    secret_for,
    sign_in,
    store_password,
)
from models.errors import ConfigError, SignInFailed


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_secret_for_gives_the_stored_password(memory_keyring, make_account):
    store_password(make_account(), "correct horse")

    assert secret_for(make_account())() == "correct horse"


def test_secret_for_asks_the_keyring_only_when_called(use_keyring, make_account):
    use_keyring(NoKeyring())

    secret = secret_for(make_account())

    with pytest.raises(SignInFailed, match="no keyring"):
        secret()


def test_secret_for_says_how_to_sign_in_when_nothing_is_stored(memory_keyring, make_account):
    with pytest.raises(SignInFailed) as refused:
        secret_for(make_account())()

    assert "Run: schooltrail auth home" in refused.value.remedy


def test_secret_for_keeps_mailboxes_apart(memory_keyring, make_account):
    store_password(make_account(), "one")
    store_password(make_account(host="imap.example.net"), "two")

    assert secret_for(make_account())() == "one"


def test_secret_for_prefers_the_password_command(memory_keyring, make_account):
    store_password(make_account(), "from the keyring")

    assert (
        secret_for(make_account(), password_command=python("print('from the command')"))()
        == "from the command"
    )


@pytest.mark.parametrize("auth", ["oauth2-google", "oauth2-microsoft"])
def test_secret_for_needs_a_registration_for_oauth(memory_keyring, make_account, auth):
    with pytest.raises(ConfigError) as refused:
        secret_for(make_account(auth))

    assert "docs/sign-in.md" in refused.value.remedy


@pytest.mark.parametrize("auth", ["oauth2-google", "oauth2-microsoft"])
def test_sign_in_needs_a_registration(memory_keyring, make_account, heard, auth):
    with pytest.raises(ConfigError, match="registration of your own"):
        sign_in(make_account(auth), say=heard.append, client=OAuthClient())


def test_store_password_refuses_an_empty_one(memory_keyring, make_account):
    with pytest.raises(SignInFailed, match="empty"):
        store_password(make_account(), "")


def test_forget_removes_everything_of_one_mailbox(memory_keyring, make_account):
    account = make_account()
    other = make_account(user="ana@example.org")
    store_password(account, "one")
    store_password(other, "two")
    for provider in PROVIDERS.values():
        Keychain().write(provider.entry(account), "token" * 500)

    assert forget(account)
    assert list(memory_keyring.entries.values()) == ["two"]


def test_forget_says_when_there_was_nothing(memory_keyring, make_account):
    assert not forget(make_account())


@pytest.mark.parametrize(
    ("printed", "password"),
    [
        (b"secret", "secret"),
        (b"secret\n", "secret"),
        (b"secret\r\nurl: https://mail.example.org\r\n", "secret"),  # pass prints notes after it
        (b" sec ret \n", " sec ret "),
        (b"\xef\xbb\xbfsecret\n", "secret"),  # PowerShell writes a byte order mark
        ("pässwörd\n".encode(), "pässwörd"),
    ],
)
def test_password_command_gives_its_first_line(make_account, printed, password):
    command = python(f"import sys; sys.stdout.buffer.write({printed!r})")

    assert run_password_command(make_account(), command) == password


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit(3)", "failed with code 3"),
        ("print('secret'); raise SystemExit(1)", "failed with code 1"),
        ("", "printed nothing"),
        ("print(); print('second line')", "printed nothing"),
        (r"import sys; sys.stdout.buffer.write(b'\xff\xfe')", "not text"),
    ],
)
def test_password_command_failure_is_told(make_account, code, problem):
    with pytest.raises(SignInFailed, match=problem) as refused:
        run_password_command(make_account(), python(code))

    assert "password_command of mailbox 'home'" in refused.value.remedy


def test_password_command_that_does_not_exist_is_told(make_account):
    with pytest.raises(SignInFailed, match="'no-such-program' could not be started"):
        run_password_command(make_account(), ("no-such-program", "show"))


def test_password_command_that_hangs_is_ended(make_account):
    started = time.monotonic()

    with pytest.raises(SignInFailed, match=r"no answer within 0\.3 seconds"):
        run_password_command(make_account(), python("import time; time.sleep(60)"), timeout_seconds=0.3)

    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="uses sh")
def test_password_command_whose_child_holds_the_pipe_is_ended(make_account):
    """A killed shell's child keeps stdout open; waiting for its end would take a minute."""
    started = time.monotonic()

    with pytest.raises(SignInFailed, match="no answer"):
        run_password_command(make_account(), ("sh", "-c", "sleep 20; true"), timeout_seconds=0.3)

    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="uses echo")
def test_password_command_is_not_given_to_a_shell(make_account):
    assert run_password_command(make_account(), ("echo", "$HOME; exit 3")) == "$HOME; exit 3"


def test_password_command_cannot_wait_for_typing(make_account):
    with pytest.raises(SignInFailed, match="failed with code"):
        run_password_command(make_account(), python("print(input())"))


def test_password_command_complaints_and_secrets_are_not_logged(make_account, caplog, capfd):
    code = "import sys; print('the-secret'); print('the-complaint', file=sys.stderr); raise SystemExit(1)"

    with caplog.at_level(logging.DEBUG), pytest.raises(SignInFailed) as refused:
        run_password_command(make_account(), python(code))

    seen = caplog.text + "".join(capfd.readouterr()) + str(refused.value) + refused.value.remedy
    assert "the-secret" not in seen
    assert "the-complaint" not in seen


@pytest.mark.parametrize(
    ("typed", "password"),
    [
        ("abcd efgh ijkl mnop", "abcdefghijklmnop"),
        ("abcd\u00a0efgh\u00a0ijkl\u00a0mnop\n", "abcdefghijklmnop"),  # as copied from Google's page
        ("abcdefghijklmnop", "abcdefghijklmnop"),
        ("correct horse battery staple", "correct horse battery staple"),
        ("Abcd efgh ijkl mnop", "Abcd efgh ijkl mnop"),
        (" a b ", " a b "),
    ],
)
def test_clean_password_closes_up_app_passwords_only(typed, password):
    assert clean_password(typed) == password
