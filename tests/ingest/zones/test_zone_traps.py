"""Own words that look like a mail program's: nothing that a parent wrote may be lost to a rule."""

from __future__ import annotations

import pytest

TRAPS = {
    "he wrote": "On Monday he wrote:\n> I have nobody to sit with\nIs something going on?",
    "he wrote, dated": "On 3/4/2025 the nurse wrote:\nhe was fine at noon.\nBut he was not.",
    "she wrote, dated, with time": "On March 4 at 3:15 she wrote:\n\nhe was fine.",
    "minutes": "The notes of Tuesday, March 4, 2025 say:\n\n- he sits in front\n- he has breaks",
    "schedule": "Monday\nFrom: 8:00 To: 3:10\n> grandma picks up\n> NOT the bus\n\nTuesday\nFrom: 8:00\nTo: 5:30",
    "form": "TRANSFER REQUEST\nFrom: Ashdown School\nTo: Verity Park\nDate: 08/25/2025\nSubject: Leo\nReason: move",
    "form without dates": "From: Dana\nTo: the school\nI ask for a meeting about Leo.",
    "spanish form": "De: la familia Rivera\nPara: la directora\nAsunto: Leo\n\nPido una reunión.",
    "arrows": "Plan:\n> bus\n> aide\n\n-> then home, 5 -> 6 pm",
    "dashes": "First point.\n\n-----\n\nSecond point.\n-----\nThird.",
    "drawn line": "Please sign:\n\n________________________________\nParent or guardian\n\nThat was the form.",
    "equals": "He was late.\n\n=====\n\nIs that enough?",
    "thanks in the middle": "Thanks,\n\nthe second point is that he was late again.",
    "thanks then name then more": "Thanks,\nDana\n\nOh, and the coat is still missing at school.",
    "two dashes": "He came home early.\n\n--\n\nThe other thing is that nobody called us about the bus at all.",
    "confidential in prose": "What he told you was confidential. Please do not share it with the class.",
    "sent from": "The papers were sent from my office to the district on Monday, and we still wait for an answer.",
    "unsubscribe in prose": "How do we\nunsubscribe from the robot calls?\nThey come at six.",
    "warning": "Warning: he may run when he is upset.\n\nPlease tell the aide.",
    "caution": "Caution is needed with peanuts.",
    "phone below the name": "Please call me.\n\nDana Rivera\n717-555-0101",
    "mother below the name": "Please call me.\n\nDana Rivera\nLeo's mom, 3rd grade\n717-555-0101",
    "name, role, in one line": "Please call me.\n\nDana Rivera, Leo's mother (grade 3)",
    "child below the name": "Please call me.\n\nDana Rivera\nLeo, 3rd grade, Room 12",
    "child's school below the name": "Please call me.\n\nDana Rivera\nLeo Rivera, Oak Middle School",
    "class below the name": "Please call me.\n\nDana\nMs. Lee's class",
    "postscript": "Please call.\n\nDana\n\nP.S. The school band was great",
    "question below": "Is the teacher there?\n\nDana\nWhich room?",
    "colon at end": "These are missing from the 03/04/2025 file:\n\nthe plan and the notes",
    "address and colon": "Please write to office@example.org about this:\n\nhis coat is missing.",
    "subject line": "Subject: Leo's coat\n\nIt is missing.",
    "time stamp": "To: everybody who can help\nCc: the rest\n\nWe need chairs.",
    "original message in prose": "My original message was clear.\nI will not repeat it.",
    "told of an automated call": "We got an automated message again.\nIt said: please do not reply.\nWhat should I do?",
    "the automated call": "The automated call says Leo was absent.\nPlease do not reply-all.\nHe was here.",
    "dashes between points": "Monday: dentist\n--\nTuesday: speech\n--\nWednesday: nothing",
    "dashes above thanks": "He is ill.\n--\nCan he bring the work home?\nThanks,\nDana",
    "told and marked": "On Monday, March 3 at 2:10 PM the bus company wrote:\n> We will be there.\nThey were not.",
    "enumeration": "I ask for:\n(a) the plan,\n(b) the notes,\n(c) the log of his falls",
    "records law": "Under FERPA, the Family Educational Rights Act, I ask for my son's confidential records.",
    "town": "He is well.\n\nWe moved to Boston, MA",
    "form with times": "SLIP\n\nFrom: Ashdown Library\nTo: Leo\nDate: 3/4/2025 3:00 PM\nSubject: overdue books",
    "she wrote, with a full date": 'Look:\n\nOn Tuesday, March 4, 2025 at 3:15 PM Ms. Bell wrote:\n\n"He was fine."',
    "he wrote, with an address": "On 3/4/2025 at 9:15 AM the office (office@example.org) wrote:\nlate.\nHe was not.",
    "do not reply": "He told me: do not reply to this boy. I find that cruel.",
}


@pytest.mark.parametrize("trap", TRAPS)
def test_prose_that_looks_like_a_layout_stays_own(trap, kinds):
    text = f"Hello Ms. Raman,\n\n{TRAPS[trap]}\n"

    assert kinds(text, subject="Leo this week") == [("own", text.strip())]


@pytest.mark.parametrize("trap", [name for name in TRAPS if name != "arrows"])
def test_prose_that_looks_like_a_layout_stays_own_in_an_answer(trap, own):
    text = f"Hello Ms. Raman,\n\n{TRAPS[trap]}\n\nOn Tue, Mar 4, 2025 at 3:22 PM Bo <bo@example.org> wrote:\n> Hi\n"

    assert own(text, subject="Re: Leo") == f"Hello Ms. Raman,\n\n{TRAPS[trap]}"


def test_marks_without_attribution_are_quoted_in_an_answer(own):
    text = "> Can he come at nine?\n\nYes.\n\n> And with a coat?\n\nYes.\n"

    assert own(text, subject="Re: Leo") == "Yes.\nYes."
