"""One message in lines of text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schooltrail.words import category_in_words, day_in_words, local_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Address, Mention, Message, Zone
    from models.store import Store

ZONE_NAMES = {
    "own": "own words",
    "quoted": "quoted",
    "forwarded": "forwarded",
    "signature": "signature",
    "footer": "footer",
    "notice": "automatic notice",
}


def header_lines(message: Message, timezone: str) -> list[str]:
    """Return id, people, date on the family's clock and subject; the date says where it was read."""
    date = local_moment(message.sent_at, timezone).isoformat() if message.sent_at else "not known"
    lines = [
        f"Id:      {message.key}",
        f"From:    {_address(message.sender)}",
        f"To:      {', '.join(_address(a) for a in message.to)}",
        *([f"Cc:      {', '.join(_address(a) for a in message.cc)}"] if message.cc else []),
        f"Date:    {date} (read from: {message.date_source})",
        f"Subject: {message.subject}",
    ]
    return lines + [f"Note:    {defect}" for defect in message.defects]


def zone_name(zone: Zone) -> str:
    """Return e.g. "quoted, from Ann Lee, Mar 4, 2025, held as 3f9a12c0"."""
    who = zone.author_name or zone.author_address
    parts = [ZONE_NAMES[zone.kind]]
    if who:
        parts.append(f"from {who}")
    if zone.written_at:
        parts.append(day_in_words(zone.written_at.date()))
    if zone.source_key:
        parts.append(f"held as {zone.source_key[:12]}")
    return ", ".join(parts)


def mention_lines(mentions: Sequence[Mention]) -> list[str]:
    """Return one line per mention: category, modality, date, words, and which rule saw it."""
    return [
        f"{category_in_words(m.category)} ({m.modality}), "
        f"{day_in_words(m.happened_on) if m.happened_on else 'no date'} [{m.date_basis}]: "
        f"“{' '.join(m.span.quote.split())}” "
        f"in {m.span.part} {m.span.start}-{m.span.end}, by {m.extractor}:{m.rule} ({m.confidence:.2f})"
        for m in mentions
    ]


def provenance_lines(store: Store, key: str) -> list[str]:
    """Return the hash and every copy, with the time when it was noticed gone."""
    lines = [f"SHA-256 {key}, {store.evidence.size(key)} bytes"]
    for copy, gone in store.evidence.provenance([key])[key]:
        place = f"{copy.source_kind} {copy.source} {copy.folder} {copy.member}".strip()
        uid = f" UID {copy.uid} (UIDVALIDITY {copy.uidvalidity})" if copy.source_kind == "imap" else ""
        end = f"; no longer there since {gone:%Y-%m-%d %H:%M} UTC" if gone else ""
        lines.append(f"{place}{uid}, fetched {copy.fetched_at:%Y-%m-%d %H:%M} UTC{end}")
    return lines


def message_row(store: Store, message: Message) -> dict[str, Any]:
    """Return everything about one message as JSON-ready values."""
    from dataclasses import asdict

    copies = store.evidence.provenance([message.key])[message.key]
    row: dict[str, Any] = asdict(message)
    row["mentions"] = [asdict(mention) for mention in store.timeline.mentions_of(message.key)]
    row["sources"] = [asdict(copy) | {"gone_at": gone} for copy, gone in copies]
    row["sha256"] = message.key
    plain: dict[str, Any] = _plain(row)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else value.isoformat()


def _address(address: Address) -> str:
    return f"{address.name} <{address.address}>" if address.name else address.address
