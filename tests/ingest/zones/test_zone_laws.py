"""What holds for every text."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.body import Held, own_text, split_zones
from models.records import Address

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.records import Zone

LINES = st.sampled_from(
    [
        "",
        " ",
        ">",
        "> ",
        ">> deeper",
        "> quoted words of somebody",
        "Hello Ms. Raman,",
        "He was late again, and nobody called us about it.",
        "On Tue, Mar 4, 2025 at 3:22 PM Bo <bo@example.org> wrote:",
        "On Tue, Mar 4, 2025 at",
        "> On Mar 4, 2025, at 3:22 PM, Bo <bo@example.org> wrote:",
        "wrote:",
        "From: Bo Li <bo@example.org>",
        "Sent: Tuesday, March 4, 2025 3:22 PM",
        "To: Dana",
        "Subject: Bus",
        "> From: Bo Li <bo@example.org>",
        "> Subject: Bus",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "________________________________",
        "--",
        "-- ",
        "Thanks,",
        "Dana Rivera",
        "School Counselor, Bracken High School",
        "Tel. 555-0101",
        "Sent from my iPhone",
        "[EXTERNAL] This email originated outside.",
        "CONFIDENTIALITY NOTICE: for you alone.",
        "Do not reply to this message.",
        "Unsubscribe",
        "Ms. Tobin sent a message to Room 6",
        "\ufeff",
        "\x1c\u2028",
        "@:",
        "İ wrote: 3",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(LINES, max_size=30).map("\n".join),
    st.lists(st.one_of(LINES, st.text(max_size=40)), max_size=30).map("\n".join),
)
SENDERS = st.sampled_from(
    [Address("", ""), Address("Dana Rivera", "dana@example.org"), Address("x", "noreply@example.org")]
)
SUBJECTS = st.sampled_from(["", "Re: Bus", "Fwd: Bus", "Bus", "[PTA] FW: x", ":", "Re"])


def partitions(text: str, zones: Iterable[Zone]) -> bool:
    """Say whether zones are the whole text, in order, without holes."""
    at = 0
    for zone in zones:
        if not (zone.start == at and zone.start < zone.end):
            return False
        at = zone.end
    return at == len(text)


@given(
    text=TEXTS, sender=SENDERS, subject=SUBJECTS, automatic=st.booleans(), held=st.lists(TEXTS, max_size=2)
)
@settings(max_examples=300, deadline=None)
def test_zones_are_the_whole_text_without_holes(text, sender, subject, automatic, held):
    earlier = [
        Held(f"k{at}", "", Address("Bo", "bo@example.org"), None, words) for at, words in enumerate(held)
    ]

    zones = split_zones(text, held=earlier, sender=sender, subject=subject, automatic=automatic)

    assert partitions(text, zones)


@given(text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_zones_are_quoted_only_below_level_zero(text):
    zones = split_zones(text)

    assert all((zone.level > 0) is (zone.kind in ("quoted", "forwarded")) for zone in zones)


@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_split_zones_gives_the_same_zones_again(text):
    assert split_zones(text) == split_zones(text)


@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_own_text_is_made_of_words_of_the_text(text):
    assert set(own_text(text, split_zones(text)).split()) <= set(text.split())


def test_empty_text_has_no_zones():
    assert split_zones("") == ()


def test_blank_text_is_own():
    assert [zone.kind for zone in split_zones(" \n\n")] == ["own"]


@pytest.mark.parametrize(
    "text",
    [
        "word " * 200_000,
        "a" * 1_000_000,
        "@" * 1_000_000,
        ">" * 1_000_000,
        "> a\nb\n" * 150_000,
        "On \n" * 250_000,
        "To:\n" * 250_000,
        "From: a@example.org\n" * 50_000,
        "-------------------\n" * 50_000,
        "\n" * 1_000_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_hostile_text_takes_linear_time(text):
    """A megabyte of anything; the limit is generous since tests share the machine."""
    started = time.process_time()

    split_zones(text)

    assert time.process_time() - started < 2
