"""Decides by its addresses alone whether a message is to or from the school."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.account import Account

HEADER_ITEM = b"BODY.PEEK[HEADER.FIELDS (FROM TO CC BCC SENDER REPLY-TO)]"

_ADDRESS = re.compile(r"[^\s<>\"(),:;@]+@[^\s<>\"(),:;@]+")


def concerns_school(header: bytes, account: Account) -> bool:
    """Say whether an address in the header is one of the school's, or in or under one of its domains.

    Example: with the domain "k12.example.us", "office@mail.k12.example.us" counts.
    """
    # Folding may stand anywhere between addresses, never inside one.
    found = {address.lower().rstrip(".") for address in _ADDRESS.findall(header.decode("utf-8", "replace"))}
    if not found.isdisjoint(address.lower() for address in account.school_addresses):
        return True
    domains = tuple(domain.lower().strip(" .@") for domain in account.school_domains)
    return any(
        _inside(address.partition("@")[2], domain) for address in found for domain in domains if domain
    )


def _inside(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)
