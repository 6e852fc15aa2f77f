"""Runs the stages over what is new: read, zone, extract, build. The only place that knows their order.

Each stage asks the store what it has not done yet, works in batches, and commits each batch, so a
killed build goes on where it stopped and the cost follows what is new, not what is held.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models.records import Failure, Mention, Message, Zone
from schooltrail.recovering import recover_unlisted
from schooltrail.spreading import POOL_FROM, Mapper, ordered_map

if TYPE_CHECKING:
    from models.records import Case, Origin
    from models.store import Store
    from schooltrail.workspace import Workspace

log = logging.getLogger(__name__)

BATCH_BYTES = 8 * 1024 * 1024
BATCH_MESSAGES = 1000
OUTLOOK_MAGIC = bytes.fromhex("d0cf11e0")
"""How an Outlook .msg file begins; only those need the optional package."""

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total)."""


def _silent(_stage: str, _done: int, _total: int) -> None:
    return


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one build did: counts of what was new, and of what could not be read in all."""

    read: int
    extracted: int
    events: int
    gaps: int
    unread: int


def build(
    workspace: Workspace, *, everything: bool = False, progress: Progress = _silent, today: date | None = None
) -> BuildReport:
    """Bring all suggestions up to date with the evidence.

    Args:
        workspace: An open workspace; the caller holds its lock.
        everything: Read and extract all again. Decisions are not touched.
        progress: Told how far each stage is.
        today: The day that open deadlines are measured against, by default today where the school is.
    """
    store, case = workspace.store, workspace.config.case
    if everything:
        recover_unlisted(workspace)
        store.messages.forget_failures()
    keep_calendars(workspace)
    read = read_new(store, everything=everything, progress=progress)
    read_logs(workspace)
    extracted = extract_new(store, case, everything=everything, progress=progress)
    progress("timeline", 0, 1)
    events, gaps = rebuild_timeline(store, case, today=today or datetime.now(ZoneInfo(case.timezone)).date())
    progress("timeline", 1, 1)
    store.set_meta("built_at", datetime.now(UTC).isoformat(timespec="seconds"))
    return BuildReport(read, extracted, events, gaps, store.messages.counts()["unread"])


# --- read ---------------------------------------------------------------------------------------


def read_new(
    store: Store,
    *,
    everything: bool = False,
    progress: Progress = _silent,
    workers: int | None = None,
) -> int:
    """Read mail and documents that are not read yet, and split them into zones. Returns how many."""
    from ingest.body import ZONES_VERSION
    from ingest.parse import READER_VERSION

    todo = [
        (key, size)
        for key in ("mail", "document")
        for key, size in _due(store, key, READER_VERSION, everything)
    ]
    progress("read", 0, len(todo))
    log.info("to read messages=%d", len(todo))
    by_old_rules = store.messages.keys() if store.meta("zones_version") != str(ZONES_VERSION) else []
    # A build that was killed may have read messages and not zoned them: ask for both.
    if not todo and not by_old_rules and not store.messages.unzoned():
        return 0
    with ExitStack() as stack:
        mapper = ordered_map(stack, len(todo) if workers is None else POOL_FROM * (workers > 1))
        done = 0
        for messages, failures in mapper(_read_batch, _raw_batches(store, todo)):
            store.messages.add(messages, reader_version=READER_VERSION)
            if failures:
                store.messages.fail(failures)
            done += len(messages) + len(failures)
            progress("read", done, len(todo))
        store.messages.mark_duplicates()
        _zone_new(store, mapper, [key for key, _ in todo], by_old_rules, progress)
    store.set_meta("zones_version", str(ZONES_VERSION))
    return len(todo)


def waiting(store: Store) -> tuple[int, int]:
    """Return how many messages wait to be read, and how many read ones to be searched for acts."""
    from extract.reader import EXTRACT_VERSION
    from ingest.parse import READER_VERSION

    unread = sum(len(store.evidence.unread(READER_VERSION, kind=kind)) for kind in ("mail", "document"))
    return unread, len(store.messages.to_extract(EXTRACT_VERSION))


def _due(store: Store, kind: str, version: int, everything: bool) -> list[tuple[str, int]]:
    if not everything:
        return store.evidence.unread(version, kind=kind)
    return [(key, store.evidence.size(key)) for key in store.evidence.of_kind(kind)]


@dataclass(frozen=True, slots=True)
class _Raw:
    """One piece of evidence on its way to a reader, which may be another process.

    `damage` says why there are no bytes, if so.
    """

    key: str
    raw: bytes
    damage: str
    origin: Origin


def _raw_batches(store: Store, todo: Sequence[tuple[str, int]]) -> Iterator[list[_Raw]]:
    for keys in _by_size(todo):
        origins = store.evidence.origins(keys)
        batch = [
            _Raw(key, raw, damage, origins[key])
            for key, (raw, damage) in zip(keys, store.evidence.read_each(keys), strict=True)
        ]
        yield batch


def _by_size(todo: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    batch: list[str] = []
    held = 0
    for key, size in todo:
        if batch and (held + size > BATCH_BYTES or len(batch) >= BATCH_MESSAGES):
            yield batch
            batch, held = [], 0
        batch.append(key)
        held += size
    if batch:
        yield batch


def _read_batch(batch: list[_Raw]) -> tuple[list[Message], list[Failure]]:
    """Read one batch; runs in a worker process. A message that breaks the reader becomes a failure."""
    from ingest.parse import READER_VERSION

    messages, failures = [], []
    for item in batch:
        if item.damage:
            failures.append(Failure("read", item.key, item.damage, READER_VERSION))
            continue
        try:
            message = _read_one(item)
            # What answers nothing can quote nothing that is held: it is zoned at once, while it is at hand.
            messages.append(message if _earlier(message) else _zoned(message))
        except Exception as error:  # the reader promises never to raise; a bug there must not lose the rest
            log.warning("message kept unread key=%s reason=%s", item.key[:16], type(error).__name__)
            failures.append(Failure("read", item.key, f"{type(error).__name__}: {error}", READER_VERSION))
    return messages, failures


def _read_one(item: _Raw) -> Message:
    if item.origin.source_kind == "document":
        from ingest.documents import read_document

        return read_document(item.raw, name=item.origin.name, key=item.key, added_at=item.origin.fetched_at)
    from ingest.parse import read_message

    raw = item.raw
    if raw.startswith(OUTLOOK_MAGIC):
        from ingest.outlook import readable

        raw = readable(raw)
    return read_message(raw, key=item.key, internal_date=item.origin.received)


# --- zones --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unzoned:
    """One message on its way to the zone splitter, with the held messages that it may quote."""

    message: Message
    held: tuple[Any, ...]


def _zone_new(
    store: Store, mapper: Mapper, new: Sequence[str], by_old_rules: Sequence[str], progress: Progress
) -> None:
    """Zone what is new, and again what stands in the same threads: it may quote what has now come in."""
    fresh = store.messages.unzoned()
    keys = fresh + sorted({*store.messages.in_threads_of(new), *by_old_rules}.difference(fresh))
    progress("zones", 0, len(keys))
    done = 0
    for zones in mapper(_zone_batch, _zone_batches(store, keys)):
        store.messages.set_zones(zones)
        done += len(zones)
        progress("zones", min(done, len(keys)), len(keys))


def _zone_batches(store: Store, keys: Sequence[str]) -> Iterator[list[_Unzoned]]:
    from ingest.body import Held

    for at in range(0, len(keys), BATCH_MESSAGES):
        messages = store.messages.load(keys[at : at + BATCH_MESSAGES])
        wanted = {ref for message in messages for ref in _earlier(message)}
        texts = store.messages.held(wanted)
        known = {
            ref: Held(text.key, text.message_id, text.sender, text.sent_at, text.text)
            for ref, text in texts.items()
        }
        yield [_Unzoned(m, tuple(known[ref] for ref in _earlier(m) if ref in known)) for m in messages]


def _earlier(message: Message) -> list[str]:
    """Message-IDs that this one answers or refers to, nearest first."""
    return list(dict.fromkeys([*message.in_reply_to, *reversed(message.references)]))[:20]


def _zone_batch(batch: list[_Unzoned]) -> dict[tuple[str, str], tuple[Zone, ...]]:
    """Split the texts of one batch into zones; runs in a worker process."""
    return {
        (message.key, part.name): part.zones
        for message in (_zoned(item.message, item.held) for item in batch)
        for part in message.parts
        if part.zones
    }


def _zoned(message: Message, held: tuple[Any, ...] = ()) -> Message:
    """Return the message with zones in its body and in the messages that it carries inside."""
    from ingest.body import split_zones

    parts = tuple(
        replace(
            part,
            zones=split_zones(
                part.text,
                held=held,
                sender=message.sender,
                automatic=message.automatic,
                subject=message.subject,
            ),
        )
        if part.text and (position == 0 or part.media_type == "message/rfc822")
        else part
        for position, part in enumerate(message.parts)
    )
    return replace(message, parts=parts)


# --- logs, extraction, timeline -----------------------------------------------------------------


def keep_calendars(workspace: Workspace) -> None:
    """Take in the district calendars that config.toml names; the same bytes are kept once."""
    from schooltrail.adding import add_paths

    named = [workspace.home / name for name in workspace.config.calendars]
    missing = [path for path in named if not path.is_file()]
    add_paths(workspace.store, [path for path in named if path not in missing])
    for path in missing:
        workspace.store.messages.fail(
            [Failure("calendar", path.name, f"{path} is named in config.toml, but not there")]
        )


def read_logs(workspace: Workspace) -> None:
    """Read phone logs and calendars. They are few and small, so all are read every time."""
    store, config = workspace.store, workspace.config
    failures: list[Failure] = []
    call_logs, calendars = store.evidence.of_kind("call_log"), store.evidence.of_kind("calendar")
    if call_logs:
        from ingest.call_logs import read_calls

        for key, (raw, damage) in zip(call_logs, store.evidence.read_each(call_logs), strict=True):
            if damage:
                failures.append(Failure("call_log", key, damage))
                continue
            log_read = read_calls(
                raw,
                key=key,
                mapping=dict(config.call_log_columns),
                timezone=config.case.timezone,
            )
            store.messages.set_calls(key, log_read.calls)
            failures += [Failure("call_log", key, problem) for problem in log_read.problems[:1]]
    if calendars:
        from ingest.calendars import read_calendar

        for key, (raw, damage) in zip(calendars, store.evidence.read_each(calendars), strict=True):
            if damage:
                failures.append(Failure("calendar", key, damage))
                continue
            calendar = read_calendar(raw, key=key)
            store.messages.set_calendar(key, calendar.days)
            failures += [Failure("calendar", key, problem) for problem in calendar.problems[:1]]
    store.messages.fail(failures)


def extract_new(store: Store, case: Case, *, everything: bool = False, progress: Progress = _silent) -> int:
    """Extract mentions from messages that this extraction version has not read. Returns how many."""
    from extract.reader import EXTRACT_VERSION

    if everything:
        store.messages.forget_extraction()
    keys = store.messages.to_extract(EXTRACT_VERSION)
    progress("extract", 0, len(keys))
    log.info("to extract messages=%d", len(keys))
    if not keys:
        return 0
    from extract.reader import Reader
    from models.people import Directory
    from timeline.people import build_parties

    reader = Reader(case)
    directory = Directory.of(build_parties(case, store.messages.senders()), case)
    for at in range(0, len(keys), BATCH_MESSAGES):
        batch = keys[at : at + BATCH_MESSAGES]
        mentions: list[Mention] = []
        for message in store.messages.load(batch):
            try:
                mentions += reader.read(message, directory)
            except Exception as error:  # one strange message must not cost the timeline of all others
                log.warning("message not extracted key=%s reason=%s", message.key[:16], type(error).__name__)
                store.messages.fail(
                    [Failure("extract", message.key, f"{type(error).__name__}: {error}", EXTRACT_VERSION)]
                )
        store.timeline.set_mentions(batch, mentions, version=EXTRACT_VERSION)
        progress("extract", at + len(batch), len(keys))
    return len(keys)


def rebuild_timeline(store: Store, case: Case, *, today: date) -> tuple[int, int]:
    """Build people, events and gaps anew from all mentions. Returns (events, gaps not closed in time)."""
    from models.people import Directory
    from timeline.events import build_events
    from timeline.exchange import exchange_of
    from timeline.gaps import find_gaps
    from timeline.people import build_parties

    parties = build_parties(case, store.messages.senders())
    events = build_events(store.timeline.mentions(), parties)
    directory = Directory.of(parties, case)
    gaps = find_gaps(
        events,
        calls=store.messages.calls(),
        case=case,
        calendar=store.messages.calendar(),
        messages_meta=[
            exchange_of(message, directory, case.timezone) for message in store.messages.envelopes()
        ],
        today=today,
    )
    store.timeline.replace(parties=parties, events=events, gaps=gaps)
    log.info("timeline built people=%d events=%d gaps=%d", len(parties), len(events), len(gaps))
    return len(events), sum(gap.status != "met" for gap in gaps)
