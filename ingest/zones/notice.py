"""Tells what a program wrote from what a person typed into its form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.zones.footer import is_rule, opens_footer, speaks_of_self
from ingest.zones.phrases import fold, holds, openings, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.records import Address, ZoneKind

_EDGE = 8
_HEAD = 160
_RELAY_ROWS = 10
_RELAY_TOP = 4
_COMMENT_ROWS = 60
_COMPANY = 120
_MENU = re.compile(r"(?<=\w )(?:My|Mi|Mon|Ma) (?=[A-Z])")


def is_robot(texts: Sequence[str], sender: Address, *, automatic: bool) -> bool:
    """Say whether a program wrote the frame of a message.

    Args:
        texts: Lines in the sender's own place, blank ones left out.
        sender: Who sent it, as the header says.
        automatic: The header says that a program sent it.
    """
    edge = [text[:_HEAD] for text in (*texts[:_EDGE], *texts[_EDGE:][-_EDGE:])]
    if automatic and any(phrase in fold(text) for text in edge for phrase in phrases("notices", "away")):
        return False
    mailbox = sender.address.partition("@")[0]
    if any(word in mailbox for word in phrases("notices", "mailboxes")) or _is_relayed(texts, sender):
        return True
    if _is_relay_layout(texts):
        return True
    # Lists and newsletters carry the headers of programs, but a person's words.
    return (automatic or any(map(_is_robotic, edge))) and not _speaks_of_self(texts)


def _speaks_of_self(texts: Sequence[str]) -> bool:
    """Say whether somebody says "I" or "my"; "under My Bookings" names a menu."""
    return speaks_of_self(texts) and speaks_of_self([_MENU.sub("", text) for text in texts])


def _is_robotic(text: str) -> bool:
    """Say whether a sentence of a line begins as only programs begin one."""
    known, inner = openings("notices", "robot"), text[:-1]
    several = "." in inner or "!" in inner
    if not several and not known.may_begin(text):
        return False
    sentences = fold(text).replace("! ", ". ").split(". ")
    return any(known.begin(sentence.strip("*-_ []()<>")) for sentence in sentences)


def _is_relayed(texts: Sequence[str], sender: Address) -> bool:
    """Say whether a class message system carries somebody's words: "Ms. Tobin via ClassPerch"."""
    if not _has_relay_address(sender):
        return False
    start = _typed_from(texts, relayed=True)
    return 0 < start < _typed_until(texts, start) < len(texts)


def _is_relay_layout(texts: Sequence[str]) -> bool:
    """Say whether the layout alone shows a carried message: who sent it on top, what to click below."""
    below = [text[:_HEAD] for text in texts[1:][-_EDGE:]]
    if not any(map(_closes_relay, below)):
        return False
    ends = any(_unsubscribes(text) or opens_footer(text) or _is_robotic(text) for text in below)
    return ends and _typed_from(texts[:_RELAY_TOP], relayed=False) > 0


def _closes_relay(text: str) -> bool:
    """Say whether a line tells how to answer in a class message system."""
    known = openings("notices", "relay_closes")
    return known.may_begin(text) and known.begin(fold(text[:_HEAD]))


def _has_relay_address(sender: Address) -> bool:
    name = sender.name.casefold().replace("(", " ")
    return " via " in name or sender.address.startswith(("reply+", "reply-", "reply@"))


def notice_kinds(texts: Sequence[str], sender: Address) -> list[ZoneKind]:
    """Return the kind of each line of a notice: notice, own (typed by a person) or footer."""
    kinds: list[ZoneKind] = ["notice"] * len(texts)
    footer = _footer_at(texts, sender)
    kinds[footer:] = ["footer"] * (len(texts) - footer)
    relayed = _has_relay_address(sender)
    start = _typed_from(texts[:footer], relayed=relayed)
    stop = _typed_until(texts[:footer], start)
    if start and (relayed or stop < len(texts) or _is_comment_field(texts[start - 1])):
        start, stop = _without_rules(texts, start, stop)
        kinds[start:stop] = ["own"] * (stop - start)
    return kinds


def _without_rules(texts: Sequence[str], start: int, stop: int) -> tuple[int, int]:
    """Leave out lines that the layout draws around what was typed."""
    while start < stop and is_rule(texts[start]):
        start += 1
    while stop > start and is_rule(texts[stop - 1]):
        stop -= 1
    return start, stop


def _footer_at(texts: Sequence[str], sender: Address) -> int:
    """Return where the last lines begin that unsubscribe or name the company."""
    at = len(texts)
    floor = max(0, len(texts) - _EDGE)
    while at > floor and (
        opens_footer(texts[at - 1]) or _unsubscribes(texts[at - 1]) or _is_company(texts[at - 1], sender)
    ):
        at -= 1
    footer = at
    opened = any(opens_footer(text) or _unsubscribes(text) for text in texts[footer:])
    return footer if opened else len(texts)


def _unsubscribes(text: str) -> bool:
    return holds(fold(text[:_HEAD]), phrases("notices", "opt_outs"))


def _is_company(text: str, sender: Address) -> bool:
    """Say whether a line tells whose program this is: "Ltd", or the sender's name and a place."""
    if len(text) > _COMPANY:
        return False
    low = f" {fold(text)} "
    if holds(low, tuple(f" {form}" for form in phrases("notices", "companies"))):
        return True
    named = sender.name and low.strip().startswith(fold(sender.name))
    return bool(named) and "," in text and text[-1] not in ".!?:"


def _typed_from(texts: Sequence[str], *, relayed: bool) -> int:
    """Return the first line that a person typed, or 0 if the layout shows none.

    A district's own notice says "A message from Oak District" too, so that such words count only
    where the header says that somebody's words are carried.
    """
    for at, text in enumerate(texts[:_COMMENT_ROWS]):
        if _is_comment_field(text) and at + 1 < len(texts):
            return at + 1
    opens = phrases("notices", "relay_opens") + (phrases("notices", "relay_names") if relayed else ())
    for at, text in enumerate(texts[:_RELAY_ROWS]):
        low = f" {fold(text[:_HEAD])}"
        if any(phrase in low for phrase in opens) and len(text) < _HEAD:
            return at + 1 if at + 1 < len(texts) else 0
    return 0


def _is_comment_field(text: str) -> bool:
    """Say whether a line is the name of a field that a teacher fills: "Teacher comment (M. Ellis):"."""
    known = openings("notices", "comment_fields")
    return text[-1] == ":" and len(text) <= _EDGE * 10 and known.begin(fold(text))


def _typed_until(texts: Sequence[str], start: int) -> int:
    """Return the line at which the program's own words go on below what was typed."""
    for at in range(start + 1, len(texts)):
        if _closes_relay(texts[at]) or _is_robotic(texts[at][:_HEAD]):
            return at
    return len(texts)
