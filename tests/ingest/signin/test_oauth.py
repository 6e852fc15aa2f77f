"""Access tokens are renewed in time, whatever the clocks do."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.oauth import AccessToken, keep_fresh
from models.errors import SignInFailed


@pytest.fixture
def clocks():
    return {"wall": 1_750_000_000.0, "steady": 100.0}


@pytest.fixture
def fetched():
    return []


@pytest.fixture
def secret(clocks, fetched):
    def fetch() -> AccessToken:
        fetched.append(None)
        return AccessToken(f"token {len(fetched)}", 3600)

    return keep_fresh(fetch, wall=lambda: clocks["wall"], steady=lambda: clocks["steady"])


@pytest.mark.parametrize(
    ("wall", "steady", "token"),
    [
        (0, 0, "token 1"),
        (3299, 3299, "token 1"),
        (3301, 3301, "token 2"),  # under 5 minutes left
        (3301, 1, "token 2"),  # the computer slept: its steady clock stood still
        (-86400, 3301, "token 2"),  # somebody set the wall clock back
        (-86400, 10, "token 1"),
        (86400, 10, "token 2"),  # set forward: one fetch too many does no harm
    ],
)
def test_keep_fresh_renews_by_either_clock(secret, clocks, wall, steady, token):
    secret()
    clocks["wall"] += wall
    clocks["steady"] += steady

    assert secret() == token


def test_keep_fresh_works_from_a_wrong_clock(secret, clocks, fetched):
    """A clock that is years off does not matter: only what passes is counted."""
    clocks["wall"] = 0.0

    secret()
    secret()

    assert len(fetched) == 1


def test_keep_fresh_asks_again_after_a_failure():
    answers = iter([SignInFailed("no", "later"), AccessToken("token", 3600)])

    def fetch() -> AccessToken:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    secret = keep_fresh(fetch)
    with pytest.raises(SignInFailed):
        secret()

    assert secret() == "token"


def test_keep_fresh_fetches_once_for_many_threads():
    fetched, together = [], threading.Barrier(4)

    def fetch() -> AccessToken:
        fetched.append(None)
        return AccessToken("token", 3600)

    secret = keep_fresh(fetch)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: (together.wait(5), secret())[1], range(4)))

    assert results == ["token"] * 4
    assert len(fetched) == 1


def test_access_token_does_not_show_itself():
    assert "hidden" not in repr(AccessToken("hidden", 3600))
