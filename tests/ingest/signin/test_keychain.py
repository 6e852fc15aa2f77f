"""Secrets go into the keyring and come back whole, or not at all."""

import keyring.backend
import keyring.errors
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from keyring.backends.null import Keyring as NullKeyring

from ingest.keychain import Keychain
from models.errors import SignInFailed

CHAIN = Keychain("schooltrail-test")
LONG = "".join(chr(33 + number % 90) for number in range(7321))


@pytest.mark.parametrize(
    "secret",
    [
        "x",
        "pass word ",  # spaces are part of a password
        "a" * 1000,  # just fits
        "a" * 1001,
        LONG,
        "schooltrail-pieces:3:abc",  # looks like our own mark
        "пароль🔑" * 200,
    ],
)
def test_keychain_returns_what_was_written(memory_keyring, secret):
    CHAIN.write("token", secret)

    assert CHAIN.read("token") == secret


def test_keychain_reads_none_where_nothing_was_written(memory_keyring):
    assert CHAIN.read("token") is None


def test_keychain_reads_an_entry_that_a_person_made(memory_keyring):
    memory_keyring.set_password("schooltrail-test", "token", "typed by hand")

    assert CHAIN.read("token") == "typed by hand"


def test_keychain_keeps_no_entry_over_the_limit_of_windows(memory_keyring):
    CHAIN.write("token", LONG)

    assert max(len(value) for value in memory_keyring.entries.values()) <= 1000


def test_keychain_leaves_no_old_pieces_when_a_secret_gets_shorter(memory_keyring):
    CHAIN.write("token", LONG)
    CHAIN.write("token", "short")

    assert list(memory_keyring.entries.values()) == ["short"]


def test_keychain_reads_a_torn_secret_as_none(memory_keyring):
    CHAIN.write("token", LONG)
    del memory_keyring.entries[("schooltrail-test", "token #3")]

    assert CHAIN.read("token") is None


@pytest.mark.parametrize("head", ["schooltrail-pieces:", "schooltrail-pieces:x:y", "schooltrail-pieces:-1:y"])
def test_keychain_reads_a_damaged_head_as_none(memory_keyring, head):
    memory_keyring.set_password("schooltrail-test", "token", head)

    assert CHAIN.read("token") is None


@pytest.mark.parametrize("secret", ["short", LONG])
def test_keychain_deletes_every_piece(memory_keyring, secret):
    CHAIN.write("token", secret)

    assert CHAIN.delete("token")
    assert memory_keyring.entries == {}


def test_keychain_says_when_there_was_nothing_to_delete(memory_keyring):
    assert not CHAIN.delete("token")


def test_keychain_without_a_keyring_names_the_other_way(use_keyring):
    use_keyring(NoKeyring())

    with pytest.raises(SignInFailed) as refused:
        CHAIN.read("token")

    assert "no keyring" in refused.value.problem
    assert "password_command" in refused.value.remedy


def test_keychain_notices_a_keyring_that_keeps_nothing(use_keyring):
    use_keyring(NullKeyring())

    with pytest.raises(SignInFailed, match="no keyring"):
        CHAIN.write("token", "secret")


@pytest.mark.parametrize(
    "error",
    [keyring.errors.KeyringLocked("locked"), OSError("no bus"), Exception("bare, as some backends do")],
)
def test_keychain_puts_a_backends_error_in_words(use_keyring, error):
    class Broken(keyring.backend.KeyringBackend):
        priority = -1

        def get_password(self, service, username):
            raise error

        set_password = delete_password = get_password

    use_keyring(Broken())

    with pytest.raises(SignInFailed, match="did not open") as refused:
        CHAIN.read("token")

    assert "Unlock it" in refused.value.remedy
