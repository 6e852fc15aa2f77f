"""What the words around an act make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("side", "text", "category", "modality"),
    [
        ("school", "He was suspended for two days.", "suspension", "done"),
        ("school", "He will be suspended for two days.", "suspension", "planned"),
        ("school", "He was not suspended for two days.", "suspension", "denied_happening"),
        (
            "school",
            "He was suspended for two days, not three.",
            "suspension",
            "done",
        ),  # "not" of another clause
        ("school", "If he does it again, he will be suspended for two days.", "suspension", "threatened"),
        ("school", "Students who fight are suspended for ten days, any student.", "suspension", "policy"),
        ("family", "Was he suspended for two days?", "suspension", "question"),
        ("family", "Why was he suspended for two days?", "suspension", "done"),  # presupposes that he was
        ("family", "He has been suspended three times, for two days.", "suspension", "recounted"),
        ("family", "We may ask for mediation.", "mediation_request", "hypothetical"),
        (
            "school",
            "We have no other choice and he is suspended for a day.",
            "suspension",
            "done",
        ),  # "no" before "and"
    ],
)
def test_modality_is_read(
    acts: Callable[..., dict], side: str, text: str, category: str, modality: str
) -> None:
    assert acts(side, text)[category].modality == modality


def test_not_only_denies_nothing(acts: Callable[..., dict]) -> None:
    found = acts("school", "He was not only suspended for a day but removed from class.")

    assert {found["suspension"].modality, found["removal_from_class"].modality} == {"done"}


def test_denial_inside_the_words_counts(acts: Callable[..., dict]) -> None:
    assert (
        acts("school", "He was not removed, he rested.")["removal_from_class"].modality == "denied_happening"
    )


def test_negative_phrase_denies_nothing(acts: Callable[..., dict]) -> None:
    assert acts("family", "Nobody called me.")["notification_missed"].modality == "done"


@pytest.mark.parametrize(
    ("text", "category", "modality"),
    [
        ("We will not evaluate Leo at this time.", "evaluation_denial", "done"),
        ("We will not be able to provide speech next year.", "service_denial", "done"),
        ("We are not able to add an aide for Leo.", "service_denial", "done"),
        ("The team does not feel an aide is warranted.", "service_denial", "done"),
        ("We denied your request for an aide.", "service_denial", "done"),
        ("The notes will not be released.", "records_denial", "done"),
        ("We may not be able to provide speech next year.", "service_denial", "threatened"),
    ],
)
def test_refusal_is_done_by_saying_it(
    acts: Callable[..., dict], text: str, category: str, modality: str
) -> None:
    assert acts("school", text)[category].modality == modality


def test_refusal_is_as_old_as_its_message(acts: Callable[..., dict]) -> None:
    assert acts("school", "We will not evaluate Leo this year.")["evaluation_denial"].on is None


@pytest.mark.parametrize(
    "text",
    [
        "If you wish, you may request a due process hearing.",
        "Parents may file for due process at any time.",
        "The District offers mediation to all.",
    ],
)
def test_what_a_school_allows_is_no_act_of_the_family(acts: Callable[..., dict], text: str) -> None:
    assert not {"due_process_filing", "mediation_request"} & set(acts("school", text))


def test_what_a_school_acknowledges_is_an_act_of_the_family(acts: Callable[..., dict]) -> None:
    assert "mediation_request" in acts("school", "We received your request for mediation.")
