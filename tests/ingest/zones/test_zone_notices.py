"""What programs write, and what people type into their forms."""

# ruff: noqa: E501 - layouts stand here as they come

from __future__ import annotations

import pytest

from models.records import Address

ROBOT = Address("Attendance Notification", "noreply@rollcall.example")
NOTICE = (
    "ATTENDANCE NOTIFICATION\n\nStudent: RIVERA, LEO\nDate: 03/12/2025\n\nPeriod   Course    Code\n"
    "1        English 8    ABS\n\n*** This is an automated message. Please do not reply. ***"
)
RELAY = (
    "ClassPerch\nMs. Tobin sent a message to Room 6 Families\n\nHi everyone! We start our apple unit on Monday.\n\nMs. T\n\n"
    "Reply in ClassPerch\nYou can also reply to this email.\n\nClassPerch Inc., 9 Harbor Row\nUnsubscribe\n"
)


def test_notice_of_a_mailbox_that_nobody_reads_has_no_own_words(kinds):
    assert kinds(NOTICE, sender=ROBOT) == [("notice", NOTICE)]


def test_notice_is_known_by_what_it_says_of_itself(kinds):
    assert kinds(NOTICE, sender=Address("Office", "office@hollowoak.example")) == [("notice", NOTICE)]


def test_notice_is_known_by_its_header(kinds):
    assert kinds("Lunch balance: -$18.75", automatic=True) == [("notice", "Lunch balance: -$18.75")]


def test_footer_of_a_notice_is_told_from_it(kinds):
    text = NOTICE + "\n\n(c) Rollcall LLC - Privacy policy - Unsubscribe: https://rollcall.example/u\n"

    assert [kind for kind, _ in kinds(text, sender=ROBOT)] == ["notice", "footer"]


def test_words_typed_into_a_class_message_are_own(own):
    sender = Address("Ms. Tobin via ClassPerch", "reply+a81f@classperch.example")

    words = own(RELAY, sender=sender, automatic=True)

    assert words == "Hi everyone! We start our apple unit on Monday.\n\nMs. T"


def test_frame_of_a_class_message_is_notice_and_footer(kinds):
    assert [kind for kind, _ in kinds(RELAY, automatic=True)] == ["notice", "own", "notice", "footer"]


@pytest.mark.parametrize("words", ["I am out of the office until Monday.", "Estaré fuera hasta el lunes."])
def test_answer_of_somebody_away_is_own(words, kinds):
    """Nobody pressed a key, but somebody chose these words and they say when the school was away."""
    assert kinds(words, automatic=True) == [("own", words)]


def test_letter_sent_by_a_list_is_own(kinds):
    """Lists mark what they carry as bulk; the principal wrote it all the same."""
    text = "Dear families,\n\nI will be at the gate on Monday to hear your questions."

    assert kinds(text, automatic=True) == [("own", text)]


def test_answer_to_a_notice_keeps_its_own_words(own):
    text = "He was at the dentist.\n\nOn Oct 14, 2025, at 5:02 PM, Attendance <a@example.org> wrote:\n> Do not reply to this message.\n"

    assert own(text) == "He was at the dentist."


@pytest.mark.parametrize("name", ["Ms. Tobin via ClassPerch", "Ms. Tobin (via ClassPerch)"])
@pytest.mark.parametrize("close", ["Answer in the ClassPerch app.", "Reply above this line to answer."])
def test_words_carried_by_a_class_system_are_own(name, close, kinds):
    text = f"ClassPerch\nMs. Tobin sent you a direct message\n\nLeo forgot his lunch box.\n\n{close}\n"

    parts = kinds(text, sender=Address(name, "msg-9@classperch.example"))

    assert [kind for kind, _ in parts] == ["notice", "own", "notice"]
    assert parts[1][1] == "Leo forgot his lunch box."


@pytest.mark.parametrize("last", ["Rollcall, 9 Harbor Row | Opt out", "Notification settings"])
def test_opting_out_is_the_footer_of_a_notice(last, kinds):
    assert kinds(f"{NOTICE}\n\n{last}\n", sender=ROBOT)[-1] == ("footer", last)
