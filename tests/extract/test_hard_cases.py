"""The hard cases that the taxonomy lists (part 7), each as far as one message can show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

HAPPENED = {"done", "ongoing", "recounted"}


@pytest.mark.parametrize(
    ("side", "text", "category", "modality"),
    [
        ("school", "We will not be calling CPS.", "cps_report", "denied_happening"),
        ("school", "If you call CPS on me I will lose my job.", "cps_report", "hypothetical"),
        ("school", "He was not removed, he chose to take a break.", "removal_from_class", "denied_happening"),
        ("school", "Aide starts Monday.", "service_started", "planned"),
        ("school", "Aide started Monday.", "service_started", "done"),
        ("family", "Since I filed, he has been sent home four times.", "informal_removal", "recounted"),
        ("school", "No longer eligible for OT: goals met.", "service_reduction", "done"),
        ("school", "I told the principal in September that he would be evaluated.", "commitment", "done"),
        (
            "school",
            "See attached policy: 10 unexcused absences are referred automatically.",
            "absence",
            "policy",
        ),
        ("school", "Nobody has been able to find the log since the flood.", "records_missing", "done"),
        ("school", "Per your request the meeting is moved to May.", "meeting_cancelled", "done"),
        ("school", "she is at it again", "hostility", "done"),
    ],
)
def test_hard_case_is_read_as(
    acts: Callable[..., dict], side: str, text: str, category: str, modality: str
) -> None:
    assert acts(side, text)[category].modality == modality


@pytest.mark.parametrize(
    ("side", "text", "category"),
    [
        ("school", "As mandated reporters all staff must report suspected abuse.", "cps_report"),
        (
            "family",
            "I am not asking for a new evaluation, only for the one you owe us.",
            "evaluation_request",
        ),
        ("school", "Our lawyer will be at the meeting; your lawyer may attend.", "legal_threat"),
        ("school", "Our lawyer will be at the meeting; your lawyer may attend.", "representation"),
        ("school", "Please pick him up, he has a fever.", "informal_removal"),
        (
            "school",
            "See attached policy: 10 unexcused absences are referred automatically.",
            "truancy_referral",
        ),
        ("school", "I am out until Monday.", "knowledge_signal"),
    ],
)
def test_hard_case_is_not_counted(acts: Callable[..., dict], side: str, text: str, category: str) -> None:
    found = acts(side, text).get(category)

    assert found is None or found.modality not in HAPPENED


@pytest.mark.parametrize(
    ("side", "text", "category"),
    [
        ("school", "His first full day is done, from bell to bell.", "schedule_reduction"),
        ("family", "He has an individual aide, full day.", "schedule_reduction"),
        ("school", "I left the card on the new teacher's desk.", "staff_change"),
        ("school", "Ms. Vale has moved a second chair to the corner.", "staff_change"),
        ("family", "We were promised another aide for the spring.", "staff_change"),
        ("school", "She was pulled on Monday to cover the front desk.", "exclusion"),
        ("family", "I would like to know where the evaluation form went.", "evaluation_request"),
        ("school", "We denied your request for an aide.", "records_denial"),
        ("school", "The rule stays as it is.", "stated_reason"),
        ("school", "As I wrote on Monday, he is well.", "stated_reason"),
        ("school", "You may use the side door as of today.", "stated_reason"),
        ("school", "Date | Room | Parent called", "parent_notified"),
        ("school", "This is an automated message.", "parent_notified"),
        ("family", "Last year I always got a call.", "parent_notified"),
    ],
)
def test_opposite_sense_is_left_alone(acts: Callable[..., dict], side: str, text: str, category: str) -> None:
    assert category not in acts(side, text)


def test_aide_sent_elsewhere_is_a_missed_service(acts: Callable[..., dict]) -> None:
    assert "service_missed" in acts("school", "She was pulled on Monday to cover the front desk.")


def test_aide_sent_elsewhere_is_no_removal_of_the_child(acts: Callable[..., dict]) -> None:
    assert "removal_from_class" not in acts("family", "The aide was sent to the other classroom.")


@pytest.mark.parametrize(
    ("side", "text", "category", "day"),
    [
        ("school", "Seen twice today (it was once in May).", "service_delivered", "2024-03-06"),
        ("school", "He was taken to the office (October 3).", "removal_from_class", "2023-10-03"),
        ("school", "School opened Monday, and he was sent to the office on Tuesday.", "removal_from_class",
         "2024-03-05"),
    ],
)  # fmt: skip
def test_date_of_an_act_is_chosen_by_its_role(
    acts: Callable[..., dict], side: str, text: str, category: str, day: str
) -> None:
    assert str(acts(side, text)[category].on.first) == day


def test_what_is_only_thought_of_takes_no_wide_date(acts: Callable[..., dict]) -> None:
    act = acts("family", "Does somebody call me if he is taken out of class this year?")["removal_from_class"]

    assert act.on is None
