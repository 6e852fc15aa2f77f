"""Mentions, events and grounds with everything that a test does not care about filled in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from models.codes import KIND_OF
from models.records import Event, Evidence, Mention, Span

if TYPE_CHECKING:
    from collections.abc import Callable


def mention(category: str = "suspension", day: str | None = "2024-03-04", **changes: object) -> Mention:
    """Return a mention; `key`, `start` and `quote` place it."""
    key, start = str(changes.pop("key", "m1")), int(str(changes.pop("start", 0)))
    quote = str(changes.pop("quote", "he was suspended"))
    values: dict[str, object] = {
        "span": Span(key, "body", start, start + len(quote), quote),
        "kind": KIND_OF[category],
        "category": category,
        "modality": "done",
        "happened_on": date.fromisoformat(day) if day else None,
        "happened_until": None,
        "precision": "day",
        "date_basis": "explicit",
        "told_on": date(2024, 3, 6),
        "actor": "",
        "actor_side": "",
        "target": "student",
        "services": (),
        "asserted_by": "school",
        "confidence": 0.6,
        "extractor": "acts",
        "rule": "r",
    }
    return Mention(**(values | changes))  # type: ignore[arg-type]


def event(category: str = "incident", day: str | None = "2024-03-04", **changes: object) -> Event:
    """Return an event told by one message."""
    key, quote = str(changes.pop("key", "m1")), str(changes.pop("quote", "he had a low"))
    side = str(changes.get("asserted_by", "school"))
    values: dict[str, object] = {
        "id": f"e-{category}-{day}-{key}",
        "kind": KIND_OF[category],
        "category": category,
        "modality": "done",
        "date": date.fromisoformat(day) if day else None,
        "date_end": None,
        "precision": "day",
        "date_basis": "explicit",
        "asserted_by": side,
        "actor": "",
        "target": "student",
        "services": (),
        "summary": "",
        "confidence": 0.6,
        "evidence": (Evidence(Span(key, "body", 0, len(quote), quote), None, side),),  # type: ignore[arg-type]
    }
    return Event(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def make_mention() -> Callable[..., Mention]:
    """Make a mention."""
    return mention


@pytest.fixture
def make_event() -> Callable[..., Event]:
    """Make an event."""
    return event
