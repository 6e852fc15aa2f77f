"""Who is in the mail: the people of config.toml first, then every address that was seen."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from typing import TYPE_CHECKING

from models.people import Directory, fold_name
from models.records import Party, Person
from models.roles import DECIDES, ROLE_SIDES
from timeline.rulebook import role_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.records import Case, Side


def build_parties(case: Case, seen: Iterable[tuple[str, str, int]]) -> tuple[Party, ...]:
    """Return one party per person, the configured ones first, then by address.

    Args:
        case: Its people keep name, role, side and all addresses that config.toml gives.
        seen: (address, display name, number of messages) of everybody in the mail. An address that
            nobody in the case owns becomes a party of its own; its side follows from its domain.
    """
    counts: dict[str, int] = defaultdict(int)
    names: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for address, name, count in seen:
        key = address.lower()
        counts[key] += count
        names[key].append((count, name))

    known = [_configured(person, counts) for person in case.people]
    owned = {address for party in known for address in party.addresses}
    directory = Directory(known, case.schools)
    found = [
        _discovered(address, _best_name(names[address]), counts[address], directory)
        for address in sorted(counts)
        if address and address not in owned
    ]
    return (*known, *found)


def role_of(title: str) -> str:
    """Return the role code that a title or mailbox name speaks of, else an empty string.

    Example: `role_of("Assistant Principal")` is "assistant_principal", `role_of("mother")` is "parent".
    """
    folded = " ".join(title.lower().replace("-", " ").replace(".", " ").split())
    if folded.replace(" ", "_") in ROLE_SIDES:
        return folded.replace(" ", "_")
    words = f" {folded} "
    return next((role for word, role in role_words() if f" {word} " in words), "")


def _configured(person: Person, counts: dict[str, int]) -> Party:
    addresses = tuple(dict.fromkeys(a.lower() for a in person.addresses))
    return Party(
        id=_party_id(addresses[0] if addresses else fold_name(person.name)),
        name=person.name,
        addresses=addresses,
        phones=person.phones,
        role=person.role,
        side=_side(person),
        decides=person.decides or person.role in DECIDES,
        messages=sum(counts[a] for a in addresses),
    )


def _discovered(address: str, name: str, messages: int, directory: Directory) -> Party:
    side = directory.side(address)
    # Only a mailbox's own name is taken for a role, and only in the school's domain: "nurse@", "attendance@".
    mailbox = address.partition("@")[0].replace("_", " ").replace(".", " ")
    role = role_of(mailbox) if side == "school" else ""
    return Party(_party_id(address), name or address, (address,), (), role, side, False, messages)


def _side(person: Person) -> Side:
    if person.side in ("family", "school", "neutral"):
        return person.side  # type: ignore[return-value]
    return ROLE_SIDES.get(person.role, "neutral")


def _best_name(names: list[tuple[int, str]]) -> str:
    usable = [(count, name) for count, name in names if name and "@" not in name]
    return max(usable)[1] if usable else ""


def _party_id(identity: str) -> str:
    return "p" + hashlib.sha256(identity.encode()).hexdigest()[:11]
