"""Answers typed between the lines of an Outlook quote, marked with the sender's name."""

from __future__ import annotations

import pytest

from ingest.zones.answers import claim_answers
from ingest.zones.chain import voices
from ingest.zones.lines import scan
from models.records import Address

ASKED = (
    "Please see below.\n\nFrom: Priya Raman <praman@hollowoak.example>\nSent: Monday, March 3, 2025 9:12 AM\n"
    "To: Dana Rivera <dana@example.org>\nSubject: Field trip\n\nDoes Leo need his inhaler on the bus?\n"
)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Dana Rivera", "[Dana Rivera]"),  # what Outlook puts there
        ("Rivera, Dana", "[Rivera, Dana]"),
        ("Rivera, Dana", "[Dana Rivera]"),
        ("Dana Rivera", "[Dana]"),
        ("Dana Rivera", "[DR]"),
        ("Dana Rivera", "[DR:]"),
        ("Dana Rivera", "*[Dana Rivera]*"),
        ("Dana M. Rivera", "[DMR]"),
        ("Dana M. Rivera", "[DR]"),
    ],
)
def test_answer_that_bears_the_senders_name_is_own(name, label, kinds):
    text = f"{ASKED}{label} Yes, it is in the red pouch.\nIs he allowed to swim?\n"

    parts = kinds(text, sender=Address(name, "dana@example.org"), subject="RE: Field trip")

    assert [kind for kind, _ in parts] == ["own", "quoted", "own", "quoted"]
    assert parts[2][1] == f"{label} Yes, it is in the red pouch."


@pytest.mark.parametrize("label", ["[PR]", "[Leo]", "[image: map]", "[D]", "[]", "Dana:"])
def test_line_that_bears_no_name_of_the_sender_stays_quoted(label, kinds):
    text = f"{ASKED}{label} yes\nIs he allowed to swim?\n"

    assert [kind for kind, _ in kinds(text, subject="RE: Field trip")] == ["own", "quoted"]


def test_wrapped_answer_is_own_to_its_end(own):
    answer = (
        "[DR] Yes. It is in the red pouch in the front of his backpack and the\nsecond one is at the office."
    )

    assert own(f"{ASKED}{answer}\nIs he allowed to swim?\n", subject="RE: Field trip").endswith(answer)


def test_answer_given_in_an_earlier_message_stays_quoted(kinds):
    """The message answered is the sender's own; what is marked there was said at that time."""
    text = ASKED.replace(
        "From: Priya Raman <praman@hollowoak.example>", "From: Dana Rivera <dana@example.org>"
    )

    assert [kind for kind, _ in kinds(f"{text}[DR] Yes.\nFine?\n", subject="RE: Field trip")] == [
        "own",
        "quoted",
    ]


def test_answer_under_quote_marks_stays_quoted(kinds):
    text = "Thanks!\n\nOn Mon, Mar 3, 2025 at 9:12 AM Priya Raman <praman@hollowoak.example> wrote:\n> [DR] Yes.\n"

    assert [kind for kind, _ in kinds(text, subject="Re: Field trip")] == ["own", "quoted"]


def test_claim_answers_without_a_name_claims_nothing():
    lines = scan(f"{ASKED}[DR] Yes.\n[] No.")
    owners = voices(lines)

    assert claim_answers(lines, owners, Address("", "")) == owners
