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
