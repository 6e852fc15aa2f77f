"""A keyring in memory that is as narrow as Windows', and accounts of an invented family."""

import json
from types import SimpleNamespace

import keyring
import keyring.backend
import keyring.errors
import pytest

from ingest.account import Account


class MemoryKeyring(keyring.backend.KeyringBackend):
    """Keeps entries in a dict. Like Windows' it refuses what is over 2,560 bytes of UTF-16."""

    priority = -1  # never chosen by itself

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.entries.get((service, username))

    def set_password(self, service, username, password):
        if len(password.encode("utf-16-le")) > 2560:
            raise OSError("The stub received bad data")
        self.entries[(service, username)] = password

    def delete_password(self, service, username):
        if (service, username) not in self.entries:
            raise keyring.errors.PasswordDeleteError("not found")
        del self.entries[(service, username)]


@pytest.fixture
def use_keyring():
    """Let a test choose the machine's keyring; the one before comes back afterwards."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.fixture
def memory_keyring(use_keyring):
    backend = MemoryKeyring()
    use_keyring(backend)
    return backend


@pytest.fixture
def make_account():
    def make(auth: str = "password", **changes) -> Account:
        fields = {"name": "home", "host": "imap.example.org", "user": "dana@example.org"} | changes
        return Account(auth=auth, **fields)

    return make


@pytest.fixture
def heard():
    """Collect what is said to the user."""
    return []


class FakeWeb:
    """Stands in for `requests.Session`: gives answers by the end of the address, keeps what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list] = {}
        self.asked: list[tuple[str, dict]] = []

    def on(self, ending: str, *answers) -> None:
        """Queue answers for an address; the last one is repeated. An exception is raised."""
        self.answers[ending] = list(answers)

    def get(self, url, params=None, headers=None, **_options):
        return self._answer(url, params or {})

    def post(self, url, params=None, data=None, headers=None, **_options):
        return self._answer(url, data or {})

    def close(self) -> None:
        pass

    def asked_for(self, ending: str) -> list[dict]:
        return [data for url, data in self.asked if url.endswith(ending)]

    def _answer(self, url, data):
        self.asked.append((url, dict(data)))
        for ending, answers in self.answers.items():
            if url.endswith(ending):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if isinstance(answer, Exception):
                    raise answer
                status = 400 if "error" in answer else 200
                return SimpleNamespace(
                    status_code=status, text=json.dumps(answer), headers={}, raise_for_status=lambda: None
                )
        raise AssertionError(f"nobody should ask for {url}")


@pytest.fixture
def web():
    return FakeWeb()
