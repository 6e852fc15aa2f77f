"""Reads one message: its own words, quotes that nobody holds, and the text of attachments."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from extract.letters import signature_of
from extract.passage import Act, Notes, Passage
from models.codes import KIND_OF
from models.records import HAPPENED, Mention, Span
from models.roles import ROLE_SIDES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from models.people import Directory
    from models.records import Case, Message, Part, Person, Side, Zone

EXTRACT_VERSION = 2
"""Raise when the same text would give other mentions; everything is then read again."""

RECOUNTED_AFTER_DAYS = 10
"""An act told later than this is recounted, not reported (the convention of the labelled mail)."""

NIGHT_ENDS = 4
"""Before this hour "today" still means the day before (taxonomy 5.7)."""

_BULK = re.compile(
    r"unsubscribe|manage (?:your )?(?:email )?preferences|you are receiving this|do not reply to this"
    r"|view (?:this email )?in (?:your )?browser"
    r"|^\s*(?:dear|hello|hi|good (?:morning|evening|afternoon)),? (?:\w+ ){0,3}"
    r"(?:families|parents|students|community|neighbors|all)\b|^\s*(?:\w+ )?families[,!]",
    re.IGNORECASE | re.MULTILINE,
)
_INNER_HEADER = re.compile(r"^(From|Date|Sent|To|Cc|Subject):[ \t]*(.*)$", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+")


class Reader:
    """Holds what is built once for a case. `read` is pure: the same message gives the same mentions."""

    def __init__(self, case: Case) -> None:
        from extract.extractors import acts, dates, parties, services
        from extract.lexicon import load_lexicon
        from extract.nlp import pipeline

        self._zone = ZoneInfo(case.timezone)
        self._nlp = pipeline()
        self._names = tuple(name.lower() for name in case.student)
        family = tuple(p.name.split()[0] for p in case.people if p.name and _is_family(p))
        lexicon = load_lexicon({"kid": case.student, "sibling": case.siblings, "family": family})
        self._acts = acts.extractor(lexicon, case.siblings)
        self._dates, self._services, self._parties = dates.EXTRACTOR, services.EXTRACTOR, parties.EXTRACTOR

    def read(self, message: Message, directory: Directory) -> tuple[Mention, ...]:
        """Return what the message says happened, in the order of its parts and text."""
        sent = self._local(message.sent_at)
        found: list[Mention] = []
        for part in message.parts:
            for passage in self._passages(message, part, sent, directory):
                found += self._mentions(passage)
        return tuple(found)

    def notes(self, passage: Passage) -> tuple[Notes, tuple[Act, ...]]:
        """Return dates, services, people and acts of one passage."""
        doc = self._nlp(passage.text)
        empty = Notes()
        notes = Notes(
            dates=self._dates.find(passage, doc, empty),
            services=self._services.find(passage, doc, empty),
            parties=self._parties.find(passage, doc, empty),
        )
        return notes, self._acts.find(passage, doc, notes)

    def _local(self, moment: datetime | None) -> datetime | None:
        return moment.astimezone(self._zone).replace(tzinfo=None) if moment else None

    def _passages(
        self, message: Message, part: Part, sent: datetime | None, directory: Directory
    ) -> Iterator[Passage]:
        told_on = sent.date() if sent else None
        bulk = bool(message.list_id) or message.automatic or is_bulk(part.text, self._names)
        own_side = directory.side(message.sender.address, message.sender.name)
        own_speaker = _speaker(directory, message.sender.address, message.sender.name)

        for zone in part.zones or _whole(part):
            if zone.kind in ("signature", "footer") or (
                zone.kind in ("quoted", "forwarded") and zone.source_key
            ):
                continue
            text = part.text[zone.start : zone.end]
            if not text.strip():
                continue
            side, speaker, written, skipped = own_side, own_speaker, sent, 0
            if zone.kind in ("quoted", "forwarded"):
                side = directory.side(zone.author_address, zone.author_name)
                speaker = _speaker(directory, zone.author_address, zone.author_name)
                written = zone.written_at
            elif part.name != "body" and (inner := _inner_headers(text)):
                author, moment, skipped = inner
                side, speaker = directory.side(author), _speaker(directory, author, "")
                written = self._local(moment) if moment and moment.tzinfo else moment
            if (part.name != "body" or side == "neutral") and (signer := self._signer(text, directory)):
                side, speaker = signer
            if side == "neutral" and not self._names_child(text):
                continue
            yield Passage(
                message_key=message.key,
                part=part.name,
                start=zone.start + skipped,
                text=text[skipped:],
                side=side,
                speaker=speaker,
                written=written,
                told_on=told_on,
                broadcast=bulk or zone.kind == "notice",
            )

    def _signer(self, text: str, directory: Directory) -> tuple[Side, str] | None:
        """Return (side, party id) of whoever signed a letter: a known person, else one with a school's title."""
        lines = signature_of(text)
        for line in lines:
            if (party := directory.party("", line)) and party.side != "neutral":
                return party.side, party.id
        titles = self._parties.find(Passage("", "", 0, "", "neutral"), self._nlp("\n".join(lines)), Notes())
        return ("school", "") if any(ROLE_SIDES.get(t.code) == "school" for t in titles) else None

    def _names_child(self, text: str) -> bool:
        """Say whether words of an outsider concern this family: they name the child."""
        lowered = text.lower()
        return not self._names or any(name in lowered for name in self._names)

    def _mentions(self, passage: Passage) -> Iterator[Mention]:
        _, acts = self.notes(passage)
        for act in acts:
            yield _mention(act, passage)


def _mention(act: Act, passage: Passage) -> Mention:
    kind = KIND_OF[act.category]
    written = as_felt(passage.written)
    if act.on is not None:
        day, until, precision, basis = act.on.first, act.on.last, act.on.event_precision, act.on.basis
    else:
        day, until, precision, basis = written, None, "day", "email_date_fallback"
    modality = act.modality
    if modality == "done" and day and written and (written - day).days > RECOUNTED_AFTER_DAYS:
        modality = "recounted"
    start, end = passage.start + act.start, passage.start + act.end
    return Mention(
        span=Span(passage.message_key, passage.part, start, end, passage.text[act.start : act.end]),
        kind=kind,
        category=act.category,
        modality=modality,
        happened_on=day,
        happened_until=until if until != day else None,
        precision=precision,
        date_basis=basis,
        told_on=passage.told_on,
        actor=passage.speaker if _speaker_acts(act, passage) else "",
        actor_side=passage.side if _speaker_acts(act, passage) else "",
        target=act.target,
        services=act.services,
        asserted_by=passage.side,
        confidence=round(act.score, 3),
        extractor="acts",
        rule=act.rule,
        learned_on=passage.told_on if modality in HAPPENED and day != passage.told_on else None,
    )


def _speaker_acts(act: Act, passage: Passage) -> bool:
    kind = KIND_OF[act.category]
    return (kind, passage.side) in (("protected_activity", "family"), ("adverse_action", "school")) or (
        act.category in ("commitment", "knowledge_signal", "document_issued")
    )


def as_felt(moment: datetime | None) -> date | None:
    """Return the day as its writer would name it: soon after midnight it is still yesterday."""
    if moment is None:
        return None
    return (moment - timedelta(days=1)).date() if moment.hour < NIGHT_ENDS else moment.date()


def _is_family(person: Person) -> bool:
    return (person.side or ROLE_SIDES.get(person.role, "")) == "family" and person.role != "student"


def _speaker(directory: Directory, address: str, name: str) -> str:
    party = directory.party(address, name)
    return party.id if party else ""


def _whole(part: Part) -> tuple[Zone, ...]:
    from models.records import Zone

    return (Zone(0, len(part.text), "own"),)


def is_bulk(text: str, names: tuple[str, ...]) -> bool:
    """Say whether a text speaks to many; one that names the child does not."""
    lowered = text.lower()
    return bool(_BULK.search(text)) and not any(name in lowered for name in names)


def _inner_headers(text: str) -> tuple[str, datetime | None, int] | None:
    """Read the head of a message carried inside another: (author's address, when, where its text begins)."""
    from email.utils import parsedate_to_datetime

    author, moment, at, seen = "", None, 0, 0
    for line in text.splitlines(keepends=True)[:12]:
        match = _INNER_HEADER.match(line.rstrip("\n"))
        if not match:
            break
        at, seen = at + len(line), seen + 1
        name, value = match[1].lower(), match[2]
        if name == "from" and (address := _ADDRESS.search(value)):
            author = address[0].lower()
        if name in ("date", "sent"):
            try:
                moment = parsedate_to_datetime(value)
            except ValueError:
                moment = None
    return (author, moment, at) if seen >= 2 and author else None
