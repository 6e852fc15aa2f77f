"""What the tests of zones share: a splitter that answers in plain tuples, and a held message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ingest.body import Held, split_zones
from models.records import Address

if TYPE_CHECKING:
    from collections.abc import Callable

DANA = Address("Dana Rivera", "dana@example.org")
PRIYA = Address("Priya Raman", "praman@hollowoak.example")


@pytest.fixture
def kinds() -> Callable[..., list[tuple[str, str]]]:
    """Split a text and return (kind, words without blank edges) of each zone."""

    def split(text: str, **options: Any) -> list[tuple[str, str]]:
        zones = split_zones(text, **{"sender": DANA, **options})
        return [(zone.kind, text[zone.start : zone.end].strip()) for zone in zones]

    return split


@pytest.fixture
def own() -> Callable[..., str]:
    """Split a text and return the sender's own words."""

    def split(text: str, **options: Any) -> str:
        zones = split_zones(text, **{"sender": DANA, **options})
        return "\n".join(text[zone.start : zone.end].strip() for zone in zones if zone.kind == "own")

    return split


@pytest.fixture
def reading_groups() -> Held:
    """A message from school that the archive holds."""
    return Held(
        key="k1",
        message_id="1@hollowoak.example",
        sender=PRIYA,
        sent_at=None,
        text=(
            "Hi Dana,\n\nI wanted to share that Leo is moving up to the Cedar reading group starting Monday. "
            "He has earned it!\n\nPlease make sure the blue folder comes back signed.\n\nPriya"
        ),
    )


@pytest.fixture
def question() -> Held:
    """What the parent asked before that."""
    return Held(
        key="k0",
        message_id="0@example.org",
        sender=DANA,
        sent_at=None,
        text="Hello Ms. Raman, is there any news about the reading groups? Leo asks every single evening.",
    )
