"""The rows behind the store, in the three layers of trust.

Evidence is only ever added to. Suggestions may be thrown away and rebuilt at any time.
Decisions are append-only. Only `models.store` (and the migrations) may import this module.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import date as Day  # columns are named `date`
from typing import Any

from sqlalchemy import DateTime, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Column, Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes: their instant is a guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given to the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _utc(*, nullable: bool = True, index: bool = False) -> Any:
    return Field(sa_column=Column(UtcDateTime, nullable=nullable, index=index))


def _owner(target: str) -> Any:
    return Field(sa_column=Column(ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True))


class Meta(SQLModel, table=True):
    """Small facts about the workspace: which version wrote it, when it was last built."""

    __tablename__ = "meta"
    name: str = Field(primary_key=True)
    value: str


# --- evidence -----------------------------------------------------------------------------------


class Blob(SQLModel, table=True):
    """Bytes in the vault: which pack, where, how long."""

    __tablename__ = "blob"
    key: str = Field(primary_key=True)
    kind: str = Field(index=True)
    size: int
    pack: int
    offset: int
    stored: int
    kept_at: datetime = _utc(nullable=False)


class Copy(SQLModel, table=True):
    """One place where those bytes were found."""

    __tablename__ = "copy"
    __table_args__ = (
        UniqueConstraint("source_kind", "source", "folder", "uidvalidity", "uid", "member", "key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(foreign_key="blob.key", index=True)
    source_kind: str
    source: str
    server: str
    folder: str
    uidvalidity: int
    uid: int
    member: str
    internal_date: datetime | None = _utc()
    flags: str
    labels: str
    gmail_message_id: int | None
    gmail_thread_id: int | None
    message_id: str
    production: str
    fetched_at: datetime = _utc(nullable=False)


class Tombstone(SQLModel, table=True):
    """A copy that is no longer where it was. Its bytes stay."""

    __tablename__ = "tombstone"
    copy_id: int = Field(foreign_key="copy.id", primary_key=True)
    noticed_at: datetime = _utc(nullable=False)
    reason: str


class FolderRow(SQLModel, table=True):
    """Sync state of one IMAP folder, committed together with the messages it speaks of."""

    __tablename__ = "folder_state"
    source: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int
    uidnext: int
    highestmodseq: int | None
    exists: int
    complete: bool
    synced_at: datetime = _utc(nullable=False)


class MailboxRow(SQLModel, table=True):
    """How the syncs of one mailbox went."""

    __tablename__ = "mailbox_state"
    source: str = Field(primary_key=True)
    last_success: datetime | None = _utc()
    last_failure: datetime | None = _utc()
    failures: int = 0
    problem: str = ""
    remedy: str = ""


class Lease(SQLModel, table=True):
    """Who may work on what, until when. Keeps two machines off one mailbox."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    holder: str
    until: datetime = _utc(nullable=False)


class FailureRow(SQLModel, table=True):
    """Input that a stage could not read."""

    __tablename__ = "failure"
    stage: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    reason: str
    version: int
    at: datetime = _utc(nullable=False)


# --- suggestions --------------------------------------------------------------------------------


class MessageRow(SQLModel, table=True):
    """A message or document as read."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_thread", "thread"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(foreign_key="blob.key", unique=True)
    medium: str
    message_id: str = Field(index=True)
    in_reply_to: str
    refs: str
    sent_at: datetime | None = _utc(index=True)
    utc_offset_minutes: int | None
    date_source: str
    from_name: str
    from_address: str = Field(index=True)
    recipients: str
    subject: str
    thread: str
    duplicate_of: str | None = Field(default=None, index=True)
    list_id: str
    automatic: bool
    defects: str
    reader_version: int


class PartRow(SQLModel, table=True):
    """The canonical text of a body (position 0) or attachment."""

    __tablename__ = "message_part"
    __table_args__ = (UniqueConstraint("message_id", "position"),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = _owner("message.id")
    position: int
    name: str
    media_type: str
    size: int
    sha256: str
    heading: str
    text: str
    note: str


class ZoneRow(SQLModel, table=True):
    """One stretch of a part's text with one author."""

    __tablename__ = "zone"
    id: int | None = Field(default=None, primary_key=True)
    part_id: int = _owner("message_part.id")
    position: int
    start: int
    end: int
    kind: str
    level: int
    author_name: str
    author_address: str
    written_at: str
    source_key: str


class ExtractionRow(SQLModel, table=True):
    """Which extraction version has read a message."""

    __tablename__ = "extraction"
    message_id: int = Field(
        sa_column=Column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    )
    version: int


class MentionRow(SQLModel, table=True):
    """What one place in one text says."""

    __tablename__ = "mention"
    id: int | None = Field(default=None, primary_key=True)
    message_id: int = _owner("message.id")
    message_key: str
    part: str
    start: int
    end: int
    quote: str
    kind: str
    category: str
    modality: str
    happened_on: date | None
    happened_until: date | None
    precision: str
    date_basis: str
    told_on: date | None
    actor: str
    actor_side: str
    target: str
    services: str
    asserted_by: str
    confidence: float
    extractor: str
    rule: str
    decided_on: date | None
    learned_on: date | None


class PartyRow(SQLModel, table=True):
    """A person or body."""

    __tablename__ = "party"
    id: str = Field(primary_key=True)
    name: str
    addresses: str
    phones: str
    role: str
    side: str
    decides: bool
    messages: int


class EventRow(SQLModel, table=True):
    """One happening."""

    __tablename__ = "event"
    id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    category: str
    modality: str
    date: Day | None = Field(default=None, index=True)
    date_end: Day | None = None
    precision: str
    date_basis: str
    learned_date: Day | None = None
    decided_date: Day | None = None
    asserted_by: str
    actor: str
    target: str
    services: str
    summary: str
    confidence: float
    status: str
    disputed: bool


class EvidenceRow(SQLModel, table=True):
    """One place that tells of an event."""

    __tablename__ = "event_evidence"
    id: int | None = Field(default=None, primary_key=True)
    event_id: str = _owner("event.id")
    message_key: str = Field(index=True)
    part: str
    start: int
    end: int
    quote: str
    told_on: date | None
    asserted_by: str


class GapRow(SQLModel, table=True):
    """Something expected and not found."""

    __tablename__ = "gap"
    id: str = Field(primary_key=True)
    kind: str
    category: str
    trigger: str
    opened: date
    due: date | None
    closed: date | None
    status: str
    rule: str
    citation: str
    evidence: str


class CallRow(SQLModel, table=True):
    """One row of a phone log."""

    __tablename__ = "call"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(foreign_key="blob.key", index=True)
    row: int
    started_at: datetime = Field(sa_column=Column(DateTime(timezone=False), nullable=False, index=True))
    direction: str
    number: str
    name: str
    duration_s: int


class CalendarRow(SQLModel, table=True):
    """Days without school."""

    __tablename__ = "calendar_day"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(foreign_key="blob.key", index=True)
    start: date
    end: date
    summary: str


# --- decisions ----------------------------------------------------------------------------------


class DecisionRow(SQLModel, table=True):
    """What a person said, in the order it was said."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, primary_key=True)
    decided_at: datetime = _utc(nullable=False)
    action: str
    subject: str = Field(index=True)
    detail: str
    reason: str
    undoes: int | None


# --- the same tables for Core statements: bulk rows and joins, without an object per row --------


def _table(model: type[SQLModel]) -> Table:
    # SQLModel sets it where mypy cannot see it.
    table: Table = vars(model)["__table__"]
    return table


BLOB = _table(Blob)
COPY = _table(Copy)
TOMBSTONE = _table(Tombstone)
FOLDER = _table(FolderRow)
MAILBOX = _table(MailboxRow)
LEASE = _table(Lease)
FAILURE = _table(FailureRow)
MESSAGE = _table(MessageRow)
PART = _table(PartRow)
ZONE = _table(ZoneRow)
EXTRACTION = _table(ExtractionRow)
MENTION = _table(MentionRow)
PARTY = _table(PartyRow)
EVENT = _table(EventRow)
EVIDENCE = _table(EvidenceRow)
GAP = _table(GapRow)
CALL = _table(CallRow)
CALENDAR = _table(CalendarRow)
DECISION = _table(DecisionRow)
