"""Checks that nothing has changed: bytes against hashes, quotes against messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schooltrail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Verification:
    """How much was checked, and one line for each thing that is not right."""

    evidence: int
    quotes: int
    problems: tuple[str, ...]


def verify_workspace(workspace: Workspace) -> Verification:
    """Re-read and re-hash all evidence, and compare every event's quote with the text it points at."""
    store = workspace.store
    problems: list[str] = []
    evidence = 0
    for key, problem in store.evidence.verify():
        evidence += 1
        if problem:
            copies = store.evidence.provenance([key])[key]
            where = "; ".join(f"{p.source} {p.folder} {p.member}".strip() for p, _ in copies[:3])
            problems.append(f"{problem} (found in: {where or 'no copy listed'})")
    unlisted = len(store.evidence.unlisted())
    if unlisted:
        problems.append(
            f"{unlisted} in the packs and not listed in the database (schooltrail build --all brings them back)"
        )
    cited: dict[str, list[tuple[str, str, int, int, str]]] = {}
    for event in store.timeline.events():
        for item in event.evidence:
            span = item.span
            cited.setdefault(span.message_key, []).append(
                (event.id, span.part, span.start, span.end, span.quote)
            )
    quotes = 0
    for message in store.messages.iterate(sorted(cited)):
        texts = {part.name: part.text for part in message.parts}
        for event_id, part, start, end, quote in cited[message.key]:
            quotes += 1
            if texts.get(part, "")[start:end] != quote:
                problems.append(
                    f"event {event_id}: its quote no longer stands in message {message.key[:16]} ({part})"
                )
        del cited[message.key]
    problems += [f"events cite message {key[:16]}, which is not held" for key in cited]
    return Verification(evidence, quotes, tuple(problems))
