"""What signing in with Google and with Microsoft have in common."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.errors import ExtraMissing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPARE_SECONDS = 5 * 60


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """The registration under which schooltrail asks a provider for access.

    The project has none of its own, so each family brings one: docs/sign-in.md.

    Args:
        client_id: The "Application (client) ID" of a Microsoft registration.
        secrets_file: The client_secret_….json that Google lets you download.
    """

    client_id: str = ""
    secrets_file: Path | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A key that opens the mailbox for a while, usually an hour."""

    value: str
    lives_seconds: float

    def __repr__(self) -> str:
        """Keep the token out of logs and tracebacks."""
        return f"AccessToken(…, lives_seconds={self.lives_seconds})"


def keep_fresh(
    fetch: Callable[[], AccessToken],
    *,
    wall: Callable[[], float] = time.time,
    steady: Callable[[], float] = time.monotonic,
) -> Callable[[], str]:
    """Return a function that gives an access token with at least 5 minutes left.

    Two clocks decide. The steady one may stand still while the computer sleeps, and the wall clock may
    be set back; a token counts as used up when either of them says so.

    Args:
        fetch: Gets a new token from the provider; its errors pass through.
        wall: Seconds since the epoch.
        steady: Seconds of a clock that nobody sets.
    """
    lock = threading.Lock()
    token, wall_end, steady_end = "", 0.0, 0.0

    def secret() -> str:
        nonlocal token, wall_end, steady_end
        with lock:
            left = min(wall_end - wall(), steady_end - steady())
            if not token or left < SPARE_SECONDS:
                fresh = fetch()
                token = fresh.value
                wall_end, steady_end = wall() + fresh.lives_seconds, steady() + fresh.lives_seconds
            return token

    return secret


def extra_missing() -> ExtraMissing:
    """Return the error for a sign-in whose optional packages are not installed."""
    return ExtraMissing(
        "signing in with Google or Microsoft needs an optional part that is not installed",
        "In the folder of schooltrail, run: pip install '.[oauth]'",
    )
