"""Says how to reach one mailbox. Holds no secret: the password or token is asked for when it is needed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.errors import ConfigError

if TYPE_CHECKING:
    from datetime import date

Security = Literal["tls", "starttls", "none"]
Auth = Literal["password", "oauth2-google", "oauth2-microsoft"]

SECURITY: tuple[Security, ...] = ("tls", "starttls", "none")
AUTH: tuple[Auth, ...] = ("password", "oauth2-google", "oauth2-microsoft")


@dataclass(frozen=True, slots=True)
class Account:
    """One login on one IMAP server, and what to take from it.

    `name` is the mailbox's name in config.toml; provenance and sync state hang on it. `since` leaves
    out what arrived before that day. With `only_school`, mail is taken in only if one of its
    addresses is in `school_addresses`, or in or under one of `school_domains`. `ca_file` replaces
    the system's certificate authorities; it never weakens the check.

    Raises:
        ConfigError: If a value cannot work, or would send a password over an open network.
    """

    name: str
    host: str
    user: str
    port: int = 993
    security: Security = "tls"
    auth: Auth = "password"
    timeout_seconds: float = 30.0
    folders: tuple[str, ...] = ()
    since: date | None = None
    only_school: bool = False
    school_addresses: tuple[str, ...] = ()
    school_domains: tuple[str, ...] = ()
    ca_file: str = ""

    def __post_init__(self) -> None:
        _check_choice(self.name, "security", self.security, SECURITY)
        _check_choice(self.name, "auth", self.auth, AUTH)
        if not self.host.strip() or not self.user.strip():
            raise ConfigError(
                f"mailbox '{self.name}': host and user must not be empty",
                'Set both, for example host = "imap.example.org" and user = "you@example.org".',
            )
        if not 0 < self.port < 65536:
            raise ConfigError(
                f"mailbox '{self.name}': {self.port} is not a port",
                'Use 993 for security = "tls", 143 for "starttls".',
            )
        if self.timeout_seconds <= 0:
            raise ConfigError(
                f"mailbox '{self.name}': timeout_seconds = {self.timeout_seconds} is not above 0",
                "Leave it out to use 30.",
            )
        if self.security == "none" and not is_loopback(self.host):
            raise ConfigError(
                f"mailbox '{self.name}': security = \"none\" would send the password readable to others",
                'Use security = "tls"; "none" is for a server on this computer only.',
            )
        if self.only_school and not (self.school_addresses or self.school_domains):
            raise ConfigError(
                f"mailbox '{self.name}': only_school is on, but no address or domain of a school is known",
                "Add a [[school]] with its domains, or a [[person]] with an address.",
            )


def is_loopback(host: str) -> bool:
    """Say whether a host name can only mean this computer."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_choice(mailbox: str, key: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ConfigError(
            f"mailbox '{mailbox}': {key} = \"{value}\" is not known",
            f"Use one of: {', '.join(known)}.",
        )
