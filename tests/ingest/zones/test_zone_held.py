"""Words that the archive holds are recognised whatever a mail program did to them."""

# ruff: noqa: E501 - layouts stand here as they come

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ingest.body import Held, index_lines, split_zones
from models.records import Address

if TYPE_CHECKING:
    from collections.abc import Callable

DANA = Address("Dana Rivera", "dana@example.org")
REWRAPPED = (
    "Hi Dana,\nI wanted to share that Leo is moving up\nto the Cedar reading group starting\nMonday. He has earned it!\n"
    "Please make sure the blue folder comes back\nsigned.\nPriya\n"
)


def test_held_words_are_recognised_without_marks_or_attribution(reading_groups: Held):
    text = f"Great, thank you!\n\n{REWRAPPED}"

    mine, theirs = split_zones(text, held=[reading_groups], sender=DANA)

    assert text[mine.start : mine.end].strip() == "Great, thank you!"
    assert (theirs.kind, theirs.level, theirs.source_key) == ("quoted", 1, "k1")
    assert theirs.author_address == "praman@hollowoak.example"


def test_held_words_without_attribution_have_no_written_date(reading_groups: Held):
    """What no line says is not made up: the held message has its own date."""
    theirs = split_zones(f"Great!\n\n{REWRAPPED}", held=[reading_groups])[1]

    assert theirs.written_at is None


@pytest.mark.parametrize("mark", ["> ", ">> ", "    ", "| "])
def test_held_words_are_recognised_behind_any_mark(mark: str, reading_groups: Held):
    text = "Great!\n\n" + "".join(f"{mark}{line}\n" for line in REWRAPPED.splitlines())

    assert [zone.source_key for zone in split_zones(text, held=[reading_groups])] == ["", "k1"]


def test_held_words_take_the_signature_below_them(reading_groups: Held):
    text = f"Great!\n\n{REWRAPPED}\nPriya Raman\nGrade 2, Room 11\nHollow Oak Elementary\n"

    zones = split_zones(text, held=[reading_groups], sender=DANA)

    assert [zone.kind for zone in zones] == ["own", "quoted"]


def test_two_held_messages_below_each_other_are_a_chain(reading_groups: Held, question: Held):
    text = f"Great!\n\n{REWRAPPED}\n{question.text}\n"

    zones = split_zones(text, held=[reading_groups, question], sender=DANA)

    assert [(zone.level, zone.source_key) for zone in zones] == [(0, ""), (1, "k1"), (2, "k0")]


def test_attribution_that_no_rule_knows_belongs_to_the_held_words_below_it(reading_groups: Held):
    text = f"Great!\n\nPriya Raman <praman@hollowoak.example> kirjoitteli 15:22:\n\n{REWRAPPED}"

    zones = split_zones(text, held=[reading_groups], sender=DANA)

    assert text[zones[0].start : zones[0].end].strip() == "Great!"


def test_held_message_gives_its_key_to_what_rules_found(reading_groups: Held):
    marked = "".join(f"> {line}\n" for line in REWRAPPED.splitlines())
    text = f"Great!\n\nOn Tue, Mar 4, 2025 at 3:22 PM Priya Raman <praman@hollowoak.example> wrote:\n{marked}"

    theirs = split_zones(text, held=[reading_groups])[1]

    assert (theirs.source_key, str(theirs.written_at)) == ("k1", "2025-03-04 15:22:00")


def test_answers_typed_into_unmarked_words_are_own(reading_groups: Held, own: Callable[..., str]):
    text = (
        "See below.\n\nFrom: Priya Raman <praman@hollowoak.example>\nSent: Tuesday, March 4, 2025 3:22 PM\n"
        "To: Dana\nSubject: Groups\n\n"
        + reading_groups.text.replace("earned it!\n", "earned it!\n\nWonderful news for everybody here.\n")
    )

    assert own(text, held=[reading_groups]) == "See below.\nWonderful news for everybody here."


def test_held_words_of_another_author_are_not_tied_to_the_attribution(reading_groups: Held):
    marked = "".join(f"> {line}\n" for line in REWRAPPED.splitlines())
    text = f"Great!\n\nOn Tue, Mar 4, 2025 at 3:22 PM Bo <bo@example.org> wrote:\n{marked}"

    theirs = split_zones(text, held=[reading_groups])[1]

    assert (theirs.author_address, theirs.source_key) == ("bo@example.org", "")


def test_everyday_phrases_are_not_taken_for_quotes(own: Callable[..., str]):
    held = Held(
        "k9", "", Address("Bo", "bo@example.org"), None, "Please let me know if you have any questions."
    )
    text = "The plan is ready.\n\nPlease let me know if you have any questions.\n"

    assert own(text, held=[held]) == text.strip()


def test_what_somebody_says_again_is_their_own(question: Held, own: Callable[..., str]):
    text = f"I ask once more.\n\n{question.text}\n"

    assert own(text, held=[question]) == text.strip()


def test_index_made_before_gives_the_same_zones(reading_groups: Held):
    indexed = replace(reading_groups, index=index_lines(reading_groups.text))
    text = f"Great!\n\n{REWRAPPED}"

    assert split_zones(text, held=[indexed]) == split_zones(text, held=[reading_groups])


@pytest.mark.parametrize("words", ["", "Yes.", "\n\n", "?!"])
def test_held_message_of_no_or_few_words_changes_nothing(words: str, reading_groups: Held):
    few = replace(reading_groups, text=words)

    assert split_zones("Yes.\n\nDana", held=[few]) == split_zones("Yes.\n\nDana")
