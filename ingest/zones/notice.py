"""Tells what a program wrote from what a person typed into its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.footer import opens_footer
from ingest.zones.phrases import fold, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Address, ZoneKind

_EDGE = 8
_HEAD = 160
_RELAY_ROWS = 10


def is_robot(texts: Sequence[str], sender: Address, *, automatic: bool) -> bool:
    """Say whether a program wrote the frame of a message.

    Args:
        texts: Lines in the sender's own place, blank ones left out.
        sender: Who sent it, as the header says.
        automatic: The header says that a program sent it.
    """
    edge = [fold(text[:_HEAD]) for text in (*texts[:_EDGE], *texts[-_EDGE:])]
    if automatic:
        return not any(phrase in text for text in edge for phrase in phrases("notices", "away"))
    mailbox = sender.address.partition("@")[0]
    if mailbox.startswith(phrases("notices", "mailboxes")):
        return True
    return any(text.strip("*-_ []()").startswith(phrases("notices", "robot")) for text in edge)


def notice_kinds(texts: Sequence[str]) -> list[ZoneKind]:
    """Return the kind of each line of a notice: notice, own (typed by a person) or footer."""
    kinds: list[ZoneKind] = ["notice"] * len(texts)
    footer = _footer_at(texts)
    kinds[footer:] = ["footer"] * (len(texts) - footer)
    start = _typed_from(texts[:footer])
    if start:
        stop = _typed_until(texts[:footer], start)
        kinds[start:stop] = ["own"] * (stop - start)
    return kinds


def _footer_at(texts: Sequence[str]) -> int:
    """Return where the last lines begin that unsubscribe or name the company."""
    at = len(texts)
    floor = max(0, len(texts) - _EDGE)
    while at > floor and (
        opens_footer(texts[at - 1]) or _unsubscribes(texts[at - 1]) or _is_company(texts[at - 1])
    ):
        at -= 1
    footer = at
    opened = any(opens_footer(text) or _unsubscribes(text) for text in texts[footer:])
    return footer if opened else len(texts)


def _unsubscribes(text: str) -> bool:
    low = fold(text[:_HEAD])
    return any(
        word in low
        for word in ("unsubscribe", "privacy policy", "cancelar suscripción", "désabonner", "désinscrire")
    )


def _is_company(text: str) -> bool:
    low = fold(text[:_HEAD])
    return len(text) < 100 and any(
        word in f" {low} " for word in (" inc.", " inc,", " inc ", " llc", " corp", " ltd", " gmbh", " s.a.")
    )


def _typed_from(texts: Sequence[str]) -> int:
    """Return the first line that a person typed, or 0 if the layout shows none."""
    for at, text in enumerate(texts[:_RELAY_ROWS]):
        low = f" {fold(text[:_HEAD])}"
        if any(phrase in low for phrase in phrases("notices", "relay_opens")) and len(text) < _HEAD:
            return at + 1 if at + 1 < len(texts) else 0
    return 0


def _typed_until(texts: Sequence[str], start: int) -> int:
    """Return the line at which the program's own words go on below what was typed."""
    for at in range(start + 1, len(texts)):
        low = fold(texts[at][:_HEAD])
        if low.startswith(phrases("notices", "relay_closes") + phrases("notices", "robot")):
            return at
    return len(texts)
