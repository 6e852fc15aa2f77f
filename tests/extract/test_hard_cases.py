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
