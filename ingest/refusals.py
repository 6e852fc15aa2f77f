"""Reads why a server said no. Servers say it in prose; the few words that matter are listed here."""

from __future__ import annotations

import re
from typing import Literal

from models.errors import ServerUnreachable, SourceError, Throttled

Cause = Literal["throttled", "quota", "unavailable", "sign-in", "other"]

DEFAULT_WAIT_SECONDS = 10.0
QUOTA_WAIT_SECONDS = 3600.0

# First match wins. Quota stands first: Gmail sends it with words that also sound like throttling.
_SIGNS: tuple[tuple[Cause, re.Pattern[str]], ...] = (
    ("quota", re.compile(r"\[OVERQUOTA\]|exceeded (?:command or )?bandwidth|lockdown in sector", re.I)),
    ("throttled", re.compile(r"throttl|too many|\[LIMIT\]|\[INUSE\]|rate.?limit|slow down|back ?off", re.I)),
    ("unavailable", re.compile(r"\[UNAVAILABLE\]|\[SERVERBUG\]|temporar|try again|unavailable", re.I)),
    (
        "sign-in",
        re.compile(r"\[(?:AUTHENTICATIONFAILED|AUTHORIZATIONFAILED|EXPIRED|PRIVACYREQUIRED|WEBALERT)", re.I),
    ),
)
_BACKOFF = re.compile(r"backoff time:?\s*(\d+)\s*(milli)?s", re.I)


class Refused(SourceError):
    """The server said no to one request, for a reason that waiting will not mend."""


def cause_of(text: str) -> Cause:
    """Return what kind of refusal a server's text is.

    Example: "[UNAVAILABLE] Server busy" is "unavailable".
    """
    return next((cause for cause, sign in _SIGNS if sign.search(text)), "other")


def wait_of(text: str) -> float:
    """Return the seconds that a throttling server asks us to wait, or our own guess, > 0.

    Source: Exchange says "Suggested Backoff Time: 1500 milliseconds".
    """
    match = _BACKOFF.search(text)
    if not match:
        return QUOTA_WAIT_SECONDS if cause_of(text) == "quota" else DEFAULT_WAIT_SECONDS
    seconds = int(match[1]) / (1000 if match[2] else 1)
    return max(seconds, 0.1)


def refusal(host: str, text: str) -> SourceError:
    """Put a server's "no" in words: `Throttled`, `ServerUnreachable`, or else `Refused`."""
    said, cause = shorten(text), cause_of(text)
    if cause in {"throttled", "quota"}:
        wait = wait_of(text)
        return Throttled(
            f"{host} asks us to slow down: {said}",
            "Nothing is lost. Sync again later; it goes on where it stopped."
            if cause == "throttled"
            else "The provider's daily limit is used up. Sync again tomorrow; it goes on where it stopped.",
            wait,
        )
    if cause == "unavailable":
        return ServerUnreachable(
            f"{host} cannot serve the mailbox now: {said}", "Sync again later; it goes on where it stopped."
        )
    return Refused(f"{host} refused a request: {said}", "Sync again; if it stays, ask the mail provider.")


def shorten(text: str, limit: int = 160) -> str:
    """Return a server's text on one line, without control characters, cut to `limit` characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
