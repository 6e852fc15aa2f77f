"""What travels between the stages. Standard library only; every record is frozen.

Spans are half-open character offsets. Datetimes are aware. Later stages never edit
an earlier record: they make a new one that points back at it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import date as Day  # `Event.date` hides the type inside its class
from pathlib import Path
from typing import Literal

EvidenceKind = Literal["mail", "document", "call_log", "calendar"]
ZoneKind = Literal["own", "quoted", "forwarded", "signature", "footer", "notice"]
Side = Literal["family", "school", "neutral"]
DateSource = Literal["date", "received", "internaldate", "none"]
ActKind = Literal["protected_activity", "adverse_action", "school_event"]
Precision = Literal["day", "week", "month", "term", "year"]
Direction = Literal["in", "out", "missed"]

HAPPENED = frozenset({"done", "ongoing", "recounted"})
"""Modalities that say that something took place; the others are never counted as having happened."""


def message_key(raw: bytes) -> str:
    """Return the identity of evidence: the SHA-256 of its exact bytes, 64 hex digits."""
    return hashlib.sha256(raw).hexdigest()


# --- evidence -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one copy of some bytes was found, and when we fetched it.

    For IMAP, `source` is the mailbox's name in config.toml and `uid` the UID under `uidvalidity`.
    For files, `source` is the path as given, `member` the place inside it (a path in a folder or
    zip) and `uid` the 1-based position in a file that holds several messages, else 0.
    """

    source_kind: str
    source: str
    fetched_at: datetime
    server: str = ""
    folder: str = ""
    uidvalidity: int = 0
    uid: int = 0
    member: str = ""
    internal_date: datetime | None = None
    flags: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    gmail_message_id: int | None = None
    gmail_thread_id: int | None = None
    message_id: str = ""
    production: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """Exact bytes as they came, with their provenance. Either `raw` or `path` is set.

    `path` is for what is too large to hold in memory; the store streams it and leaves the file.
    """

    kind: EvidenceKind
    provenance: Provenance
    raw: bytes | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Of the first copy: what kind of source it came from, and under which name.

    `received` is the earliest INTERNALDATE of all copies.
    """

    source_kind: str
    name: str
    received: datetime | None
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class FolderState:
    """What the last sync committed about one IMAP folder.

    `uidnext` is a true cursor: every message below it was kept or had already gone.
    `complete` is false while a first pull is under way; then `highestmodseq` is not yet valid.
    """

    source: str
    folder: str
    uidvalidity: int
    uidnext: int
    highestmodseq: int | None
    exists: int
    complete: bool
    synced_at: datetime


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """A copy already held, as needed to recognise it under a new UIDVALIDITY."""

    uid: int
    key: str
    size: int
    internal_date: datetime | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Bad input, kept and shown, never dropped and never fatal."""

    stage: str
    key: str
    reason: str
    version: int = 0


# --- messages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an address as a header gives them; `address` is lower case, either may be empty."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Zone:
    """One stretch of a part's text with one author.

    `level` is 0 for what the sender of this message put in, 1 for the message that it answers,
    2 for the one before. `author_*` and `written_at` are of the zone, not of the message;
    `written_at` is what the attribution line says (naive local time, or None if it cannot be read).
    `source_key` names the held message whose words these are, if one was recognised.
    """

    start: int
    end: int
    kind: ZoneKind
    level: int = 0
    author_name: str = ""
    author_address: str = ""
    written_at: datetime | None = None
    source_key: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The text of a body or of one attachment.

    `name` is "body" or "attachment:FILENAME" (a second one of a name gets " (2)").
    `text` is canonical: the same bytes and the same reader version always give the same text.
    `sha256` is of the attachment's decoded bytes. `note` says why there is no text, if so.
    """

    name: str
    media_type: str
    text: str
    size: int = 0
    sha256: str = ""
    note: str = ""
    zones: tuple[Zone, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message or document, read. `parts[0]` is always the body.

    `message_id`, `in_reply_to` and `references` are without angle brackets. `sent_at` is UTC;
    `utc_offset_minutes` is the offset the sender's clock gave, None if unknown.
    `defects` are short codes and sentences about what could not be read as it should.
    """

    key: str
    medium: Literal["mail", "document"]
    message_id: str
    sent_at: datetime | None
    utc_offset_minutes: int | None
    date_source: DateSource
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    parts: tuple[Part, ...]
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    list_id: str = ""
    automatic: bool = False
    defects: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The canonical text of the body."""
        return self.parts[0].text


@dataclass(frozen=True, slots=True)
class Call:
    """One row of a phone log. `started_at` is naive local time, as phones write it."""

    key: str
    row: int
    started_at: datetime
    direction: Direction
    number: str
    name: str
    duration_s: int


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """Days without school: `start <= day < end`."""

    key: str
    start: date
    end: date
    summary: str


# --- the case, as config.toml gives it ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known at the start. `side` may be empty: it follows from the role."""

    name: str
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    role: str = ""
    side: str = ""
    decides: bool = False


@dataclass(frozen=True, slots=True)
class School:
    """A school or district: whoever writes from `domains` (or below them) is on the school side."""

    name: str
    domains: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A school year or term, first and last day both inside it."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One promise of the child's plan: either `when` -> `expect`, or minutes of a `service`."""

    source: str
    when: str = ""
    about: tuple[str, ...] = ()
    expect: str = ""
    by: str = "any"
    within: str = "same_day"
    service: str = ""
    minutes: int = 0
    times: int = 0
    per: str = ""
    first: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What the stages may know of the matter."""

    name: str = ""
    timezone: str = "America/New_York"
    state: str = ""
    student: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    schools: tuple[School, ...] = ()
    terms: tuple[Term, ...] = ()
    plan: tuple[PlanRow, ...] = ()


# --- suggestions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range in one part of one message, with the words that stand there."""

    message_key: str
    part: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Mention:
    """What one place in one text says happened, will happen or is asked for.

    `happened_on` (and `happened_until`, inclusive, for ranges) is when the act took place; None
    where the words and the message give no date. `asserted_by` is the side whose words these are.
    `extractor` and `version` say which rule or model made it; `rule` names the row that matched.
    """

    span: Span
    kind: ActKind
    category: str
    modality: str
    happened_on: date | None
    happened_until: date | None
    precision: Precision
    date_basis: str
    told_on: date | None
    actor: str
    actor_side: str
    target: str
    services: tuple[str, ...]
    asserted_by: Side
    confidence: float
    extractor: str
    rule: str
    decided_on: date | None = None
    learned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """One person or body, over all addresses and phones that are known to be theirs.

    `id` is stable across rebuilds: it is made from the first address, else from the name.
    """

    id: str
    name: str
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    role: str
    side: Side
    decides: bool = False
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that tells of an event."""

    span: Span
    told_on: date | None
    asserted_by: Side


@dataclass(frozen=True, slots=True)
class Event:
    """One happening, however often it was told. Fields as `export json` gives them."""

    id: str
    kind: ActKind
    category: str
    modality: str
    date: Day | None
    date_end: Day | None
    precision: Precision
    date_basis: str
    asserted_by: Side
    actor: str
    target: str
    services: tuple[str, ...]
    summary: str
    confidence: float
    evidence: tuple[Evidence, ...]
    learned_date: Day | None = None
    decided_date: Day | None = None
    status: str = "suggested"
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was expected and was not found. Invites a look; proves nothing."""

    id: str
    kind: str
    category: str
    trigger: str
    opened: date
    due: date | None
    closed: date | None
    status: Literal["missed", "late", "met", "open"]
    rule: str
    citation: str
    evidence: tuple[Span, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said of a suggestion. Append-only; undoing is one more decision.

    `subject` names what it hangs on (message key, part, span, category), never a row number.
    """

    decided_at: datetime
    action: Literal["confirm", "reject", "edit", "add", "merge", "split", "mute", "undo"]
    subject: str
    detail: str = ""
    reason: str = ""
    undoes: int | None = None
