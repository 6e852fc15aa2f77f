"""Keeps secrets in the operating system's keyring, and nowhere else.

Windows takes about 2,500 bytes in one entry and stores two for each character; a token cache is
longer. So a long secret is cut into pieces, and its first entry says how many there are and what
their hash is: a write that was cut off reads as "nothing stored", never as half a secret.
"""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from models.errors import SignInFailed

if TYPE_CHECKING:
    from collections.abc import Callable

SERVICE = "schooltrail"
PIECE = 1000  # characters
MARK = "schooltrail-pieces"

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keychain:
    """The entries of one service in this user's keyring."""

    service: str = SERVICE

    def read(self, entry: str) -> str | None:
        """Return a secret, None if there is none.

        Raises:
            SignInFailed: If there is no keyring, or it does not open.
        """
        head = self._get(entry)
        if head is None or not head.startswith(f"{MARK}:"):
            return head
        count, digest = _read_head(head)
        secret = "".join(self._get(f"{entry} #{number}") or "" for number in range(1, count + 1))
        if _hash(secret) != digest:
            log.warning("stored secret is not whole pieces=%d", count)
            return None
        return secret

    def write(self, entry: str, secret: str) -> None:
        """Store a secret in place of what was there.

        Raises:
            SignInFailed: If there is no keyring, it does not open, or it keeps nothing.
        """
        before = self._pieces(entry)
        if len(secret) <= PIECE and not secret.startswith(MARK):
            count, head = 0, secret
        else:
            pieces = [secret[start : start + PIECE] for start in range(0, len(secret), PIECE)]
            count, head = len(pieces), f"{MARK}:{len(pieces)}:{_hash(secret)}"
            for number, piece in enumerate(pieces, start=1):
                self._set(f"{entry} #{number}", piece)
        self._set(entry, head)
        for number in range(count + 1, before + 1):
            self._remove(f"{entry} #{number}")
        # The "null" keyring takes everything and keeps nothing, without a word.
        if self.read(entry) != secret:
            raise _no_keyring()

    def delete(self, entry: str) -> bool:
        """Remove a secret. Returns whether there was one."""
        pieces = self._pieces(entry)
        if self._get(entry) is None:
            return False
        self._remove(entry)
        for number in range(1, pieces + 1):
            self._remove(f"{entry} #{number}")
        return True

    def _pieces(self, entry: str) -> int:
        head = self._get(entry) or ""
        return _read_head(head)[0] if head.startswith(f"{MARK}:") else 0

    def _get(self, entry: str) -> str | None:
        import keyring  # late: it looks through every installed package for backends

        found: str | None = _ask(lambda: keyring.get_password(self.service, entry))
        return found

    def _set(self, entry: str, value: str) -> None:
        import keyring

        _ask(lambda: keyring.set_password(self.service, entry, value))

    def _remove(self, entry: str) -> None:
        import keyring
        import keyring.errors

        with suppress(keyring.errors.PasswordDeleteError):
            _ask(lambda: keyring.delete_password(self.service, entry))


def _ask(question: Callable[[], T]) -> T:
    import keyring.errors

    try:
        return question()
    except keyring.errors.PasswordDeleteError:
        raise
    except keyring.errors.NoKeyringError as error:
        raise _no_keyring() from error
    except Exception as error:
        # Each backend has its own kinds of error (D-Bus, COM, Security.framework), often bare Exceptions.
        raise SignInFailed(
            f"the keyring of this computer did not open ({type(error).__name__})",
            "Unlock it (log in once on the screen) and try again, or use password_command: docs/sign-in.md",
        ) from error


def _no_keyring() -> SignInFailed:
    return SignInFailed(
        "this computer has no keyring that passwords can be kept in",
        "Name a program that prints the password in config.toml, for example: "
        'password_command = ["pass", "show", "mail/school"]   More ways: docs/sign-in.md',
    )


def _read_head(head: str) -> tuple[int, str]:
    _, count, digest = (*head.split(":"), "", "")[:3]
    return (int(count), digest) if count.isdigit() else (0, "")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
