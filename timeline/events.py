"""Joins mentions to events: one happening, however often it was told.

Two mentions tell of one event when category and reality agree (what only was planned is not what
happened) and their days fit. What a family asks is also told apart by who asked. A retelling that
names no day joins the nearest earlier act of its kind in the retelling's past. The result depends on
the set of mentions alone, not on the order in which they come.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models.records import HAPPENED, Event, Evidence, Mention
from timeline.rulebook import load_rules, summary_template

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.records import Party, Side


SAME_WORDS = 25
"""Characters: a quote at least this long that stands in two messages was copied, not said twice."""


@dataclass(slots=True)
class _Cluster:
    """Mentions that tell of one event, while it grows."""

    number: int
    mentions: list[Mention] = field(default_factory=list)

    @property
    def first(self) -> Mention:
        return self.mentions[0]


def build_events(mentions: Sequence[Mention], parties: Iterable[Party] = ()) -> tuple[Event, ...]:
    """Return the events of all mentions, by date (those without one last), category and id."""
    names = {party.id: party.name for party in parties}
    grouped: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    for mention in set(mentions):
        grouped[mention.kind, mention.category, _reality(mention)].append(mention)
    events = [
        _event(cluster, names)
        for group in sorted(grouped)
        for cluster in _clusters(sorted(grouped[group], key=_by_time))
    ]
    ordered = sorted(
        _mark_disputed(_told_apart(events)), key=lambda e: (e.date or date.max, e.category, e.id)
    )
    return tuple(ordered)


def _told_apart(events: list[Event]) -> list[Event]:
    """Give events that begin with the very same words ids of their own: one sentence may tell of two days."""
    seen: dict[str, int] = defaultdict(int)
    apart: list[Event] = []
    for event in events:
        seen[event.id] += 1
        apart.append(event if seen[event.id] == 1 else replace(event, id=f"{event.id}-{seen[event.id]}"))
    return apart


def _reality(mention: Mention) -> str:
    """What may not be joined: things that happened with things that only were said might."""
    if mention.modality in HAPPENED or mention.category in _said_is_done():
        return "happened"
    return mention.modality


def _said_is_done() -> frozenset[str]:
    """Categories that are done by saying them: the promise is made although its matter lies ahead."""
    return frozenset(load_rules("events")["said_is_done"])


def _by_time(mention: Mention) -> tuple[object, ...]:
    span = mention.span
    # Told with a day of its own before told without, so that a retelling finds what it retells.
    vague = mention.date_basis == "email_date_fallback" and mention.modality == "recounted"
    return (
        vague, mention.precision != "day", mention.happened_on or date.max, mention.told_on or date.max,
        span.message_key, span.part, span.start, span.end, mention.rule,
        # Ties are broken by the rest, or the order of a set would show.
        mention.modality, mention.asserted_by, mention.actor, mention.target, mention.precision,
        mention.happened_until or date.max, mention.confidence,
    )  # fmt: skip


class _Clusters:
    """Events of one category as they grow, found by words, message and day without looking at all."""

    def __init__(self) -> None:
        self.all: list[_Cluster] = []
        self._by_place: dict[str, list[int]] = defaultdict(list)
        self._by_day: list[tuple[date, int]] = []
        self._wide: list[int] = []

    def add(self, mention: Mention) -> None:
        """Join a mention to the nearest event that it fits, or begin a new one with it."""
        fitting = [c for c in self._near(mention) if _same(c, mention)]
        if fitting:
            cluster = min(fitting, key=lambda c: (_distance(c.first, mention), c.number))
        else:
            cluster = _Cluster(len(self.all))
            self.all.append(cluster)
            if mention.happened_on:
                insort(self._by_day, (mention.happened_on, cluster.number))
            if mention.precision != "day" or mention.happened_until:
                self._wide.append(cluster.number)
        cluster.mentions.append(mention)
        self._by_place[mention.span.message_key].append(cluster.number)
        self._by_place[mention.span.quote].append(cluster.number)

    def _near(self, mention: Mention) -> list[_Cluster]:
        numbers = {
            *self._wide,
            *self._by_place[mention.span.message_key],
            *self._by_place[mention.span.quote],
        }
        if mention.happened_on:
            first = mention.happened_on - timedelta(days=load_rules("events")["retold"]["within_days"])
            last = max(_stop(mention), mention.happened_on)
            window = slice(
                bisect_left(self._by_day, (first, -1)), bisect_right(self._by_day, (last, len(self.all)))
            )
            numbers.update(number for _, number in self._by_day[window])
        return [self.all[number] for number in sorted(numbers)]


def _clusters(mentions: list[Mention]) -> list[_Cluster]:
    found = _Clusters()
    for mention in mentions:
        found.add(mention)
    return found.all


def _same(cluster: _Cluster, mention: Mention) -> bool:
    first = cluster.first
    if first.kind == "protected_activity" and first.actor and mention.actor and first.actor != mention.actor:
        return False
    if any(_copied(m, mention) for m in cluster.mentions):
        return True
    if _retold(first, mention):
        return True
    if any(
        m.span.message_key == mention.span.message_key and m.happened_on == mention.happened_on
        for m in cluster.mentions
    ):
        return True
    if mention.happened_on is None or first.happened_on is None:
        return False
    if mention.date_basis == first.date_basis == "email_date_fallback":
        # Two messages of one day by one side, neither with a day of its own: told twice, or done twice?
        # Acts done by writing are two; things that happened are more likely one, told twice.
        return (
            mention.happened_on == first.happened_on
            and mention.category in load_rules("events")["joined_by_day"]
        )
    return _overlap(first, mention)


def _copied(a: Mention, b: Mention) -> bool:
    """Say whether two mentions are one stretch of words, taken along into a second message."""
    if a.span.quote != b.span.quote or len(a.span.quote) < SAME_WORDS:
        return False
    if a.happened_on is None or b.happened_on is None:
        return True
    rules = load_rules("events")
    apart = 0 if a.category in rules["joined_by_day"] else int(rules["copied"]["within_days"])
    return _distance(a, b) <= apart


def _retold(first: Mention, mention: Mention) -> bool:
    """Say whether a mention without a day of its own tells again what was told not long before."""
    rules = load_rules("events")["retold"]
    if mention.category not in rules["categories"] or mention.date_basis != "email_date_fallback":
        return False
    if mention.happened_on is None or first.happened_on is None or mention.asserted_by == "neutral":
        return False
    return 0 <= (mention.happened_on - first.happened_on).days <= int(rules["within_days"])


def _overlap(a: Mention, b: Mention) -> bool:
    return _start(a) <= _stop(b) and _start(b) <= _stop(a)


def _start(mention: Mention) -> date:
    return mention.happened_on or date.max


def _stop(mention: Mention) -> date:
    """The last day that a mention's date may mean."""
    if mention.happened_until:
        return mention.happened_until
    days = {"day": 0, "week": 6, "month": 30, "term": 120, "year": 365}[mention.precision]
    return _start(mention) + timedelta(days=days) if mention.happened_on else date.min


def _distance(a: Mention, b: Mention) -> int:
    return abs((a.happened_on - b.happened_on).days) if a.happened_on and b.happened_on else 0


def _event(cluster: _Cluster, names: dict[str, str]) -> Event:
    # Evidence stands in the order in which it was told; the event takes its name from the first telling.
    told = sorted(
        cluster.mentions, key=lambda m: (m.told_on or date.max, m.span.message_key, m.span.part, m.span.start)
    )
    best = min(
        cluster.mentions,
        key=lambda m: (m.date_basis == "email_date_fallback", m.precision != "day", told.index(m)),
    )
    first = told[0]
    modality = "done" if first.category in _said_is_done() and first.modality == "planned" else best.modality
    actor = next((m.actor for m in told if m.actor), "")
    services = tuple(sorted({service for m in told for service in m.services}))
    learned = min((m.learned_on for m in told if m.learned_on), default=None)
    event = Event(
        id=event_id(first),
        kind=first.kind,
        category=first.category,
        modality=modality,
        date=best.happened_on,
        date_end=best.happened_until,
        precision=best.precision,
        date_basis=best.date_basis,
        asserted_by=first.asserted_by,
        actor=actor,
        target=first.target,
        services=services,
        summary="",
        confidence=max(m.confidence for m in told),
        evidence=tuple(dict.fromkeys(Evidence(m.span, m.told_on, m.asserted_by) for m in told)),
        learned_date=learned,
        decided_date=min((m.decided_on for m in told if m.decided_on), default=None),
    )
    return replace(event, summary=summarise(event, names.get(actor, ""), rule=best.rule))


def event_id(mention: Mention) -> str:
    """Return the identity of the event that this mention was first to tell; it survives every rebuild."""
    span = mention.span
    ground = (
        f"{mention.kind}|{mention.category}|{span.message_key}|{span.part}|{span.start}|{_reality(mention)}"
    )
    return "e" + hashlib.sha256(ground.encode()).hexdigest()[:11]


def summarise(event: Event, actor: str = "", *, rule: str = "") -> str:
    """Return one neutral sentence: who says what happened, never a verdict. Its date stands beside it."""
    said = summary_template(event.category, event.asserted_by, rule)
    note = load_rules("summaries")["modality"].get(event.modality, "")
    who = actor or {"family": "The family", "school": "The school"}.get(event.asserted_by, "Somebody")
    return f"{said.format(who=who)}{note}."


def _mark_disputed(events: list[Event]) -> list[Event]:
    """Mark what one side tells and the other side denies: both stay, beside each other."""
    happened: dict[str, list[Event]] = defaultdict(list)
    denied: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        (
            happened if event.modality in HAPPENED else denied if event.modality == "denied_happening" else {}
        ).setdefault(event.category, []).append(event)
    disputed = {
        e.id
        for category, denials in denied.items()
        for d in denials
        for h in happened[category]
        if h.date == d.date and h.date is not None and _sides(h) != _sides(d)
        for e in (d, h)
    }
    return [replace(e, disputed=True) if e.id in disputed else e for e in events]


def _sides(event: Event) -> frozenset[Side]:
    return frozenset(row.asserted_by for row in event.evidence)
