"""Who an address belongs to. Pure; built once per run and handed to the stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.records import Case, Party, School, Side


class Directory:
    """Looks people up by address, then by name; sides by address, then by domain.

    Args:
        parties: Everybody known, as `timeline.people.build_parties` gives them.
        schools: Whose domains, and all below them, are on the school side.
    """

    def __init__(self, parties: Iterable[Party], schools: Iterable[School] = ()) -> None:
        self.parties = tuple(parties)
        self._by_address = {address: party for party in self.parties for address in party.addresses}
        self._by_name: dict[str, Party | None] = {}
        for party in self.parties:
            name = fold_name(party.name)
            # Two people of one name: neither may be guessed.
            self._by_name[name] = None if name in self._by_name else party
        self._domains = tuple(d.lower().lstrip("@.") for school in schools for d in school.domains if d)

    @classmethod
    def of(cls, parties: Iterable[Party], case: Case) -> Directory:
        """Return the directory of a case's people and schools."""
        return cls(parties, case.schools)

    def party(self, address: str, name: str = "") -> Party | None:
        """Return who writes from this address, else the one person of exactly this name, else None."""
        found = self._by_address.get(address.lower()) if address else None
        if found is None and name and not address:
            found = self._by_name.get(fold_name(name))
        return found

    def side(self, address: str, name: str = "") -> Side:
        """Return the side of an address: its owner's, else its domain's, else neutral."""
        found = self.party(address, name)
        if found is not None:
            return found.side
        return "school" if self.is_school(address) else "neutral"

    def is_school(self, address: str) -> bool:
        """Say whether an address lies in a school's domain or below it."""
        domain = address.lower().rpartition("@")[2]
        return any(domain == known or domain.endswith("." + known) for known in self._domains)


def fold_name(name: str) -> str:
    """Return a name for comparing: "Last, First" turned round, lower case, single spaces."""
    if name.count(",") == 1:
        last, _, first = name.partition(",")
        name = f"{first} {last}"
    return " ".join(name.lower().replace(".", " ").split())
