"""Own words that begin as disclaimers, list footers and taglines do: they are not given away."""

from __future__ import annotations

import pytest

from ingest.zones.phrases import openings, phrases
from ingest.zones.taglines import is_tagline

KEPT = {
    "message that documents": "This message is intended to document that nobody called us on March 3.",
    "message that was sent": "This email was sent to the principal on Monday. There was no answer.",
    "message that contains": "This email contains three questions, and each needs an answer in writing.",
    "unacceptable": "This communication is the third one about the bus. Nothing changed.",
    "important notice": "IMPORTANT NOTICE: Leo will be absent on Thursday and Friday.",
    "legal notice": "Legal notice: the lease ends in June, so that the address changes.",
    "sent to the office": "Sent to the office twice already. No answer so far.",
    "on the hook": "You are on the pickup sheet for Tuesday and Wednesday.",
    "this list": "This list of dates is what was agreed at the meeting.",
    "to join": "To join the Zoom meeting: https://zoom.example/j/555",
    "to leave": "To leave the building he needs an aide.",
    "removed": "To be removed from class every day is not a plan.",
    "asks for a file under ferpa": (
        "Under FERPA we request the whole file within 45 days. Please do not delete or change any record, "
        "confidential or not."
    ),
    "records request": "Please treat this as a public records request under the Right-to-Know Law of the state.",
    "consent": "We do not consent to the disclosure of confidential health records to the bus company at all.",
    "confidential notes": (
        "The notes of the nurse are confidential. The disclosure to the bus company was unauthorized, and the "
        "district was told on Monday."
    ),
    "your e-mail": (
        "Your e-mail of March 3 went to all families. It held confidential data about Leo, and its disclosure "
        "was unauthorized."
    ),
    "meant for somebody": "The front seat is intended only for the aide who rides along with him.",
    "said to discriminate": "A school that does not discriminate, as the handbook says, would have called him in.",
    "unsubscribe as a question": "Unsubscribe from the robot calls, how is that done?",
    "unsubscribe for somebody": "Unsubscribe Leo from the morning bus, he now walks with his aunt.",
    "spanish": "Este mensaje es para pedir una reunión sobre Leo esta semana.",
    "spanish request": "Solicitamos una copia del expediente confidencial; el destinatario es el abogado.",
    "french": "Ce message est pour demander un rendez-vous au sujet de Leo.",
    "german": "Diese Nachricht ist für Frau Albrecht: Leo kommt morgen später.",
    "portuguese": "Este e-mail é para pedir uma reunião sobre o Leo.",
}

GIVEN = {
    "confidential": "This message is confidential and intended only for the person named above.",
    "received in error": "If you have received this message in error, notify the sender and delete it.",
    "sent by a list": "This email was sent to dana@example.org. Unsubscribe: https://list.example/u",
    "name of a link": "Unsubscribe",
    "names of links": "Unsubscribe | Preferences",
    "send to unsubscribe": "To unsubscribe, please send a message to families-leave@hollowoak.example",
    "list": "You are on the families mailing list of Hollow Oak.",
    "public record": "This email is subject to public records laws of the state.",
    "policy": "Hollow Oak does not discriminate on the basis of race, sex or disability in its programs.",
    "archived": "ATTENTION: District mail is archived and may be subject to public disclosure.",
    "named recipient": (
        "PRIVATE: meant for the named recipient. Unauthorized disclosure of what stands above is prohibited by law "
        "and contract."
    ),
    "two words of law": (
        "The contents of this e-mail are privileged. Unauthorized copying is not allowed; write back if it "
        "reached you and delete your copy."
    ),
    "spanish": "Este mensaje es confidencial y para uso exclusivo de su destinatario.",
    "german": "Diese E-Mail ist vertraulich und nur für den Empfänger bestimmt.",
    "italian": "Questo messaggio contiene informazioni riservate ai soli destinatari.",
    "dutch": "Dit bericht is vertrouwelijk en alleen voor de geadresseerde.",
}


@pytest.mark.parametrize("words", KEPT)
def test_words_that_begin_like_a_footer_stay_own(words, kinds):
    text = f"Good morning,\n\nhe came home early.\n\n{KEPT[words]}\n"

    assert kinds(text, subject="Leo") == [("own", text.strip())]


@pytest.mark.parametrize("words", GIVEN)
def test_footer_is_still_known(words, kinds):
    text = f"He came home early.\n\nDana\n\n{GIVEN[words]}\n"

    assert kinds(text) == [("own", "He came home early.\n\nDana"), ("footer", GIVEN[words])]


def test_name_above_the_drawn_line_of_a_list_stays_own(kinds):
    text = "Bring gloves.\n\nDana\n~~~~~~~~~~\nLinks: you receive all messages sent to this group.\nMute this topic\n"

    assert [kind for kind, _ in kinds(text)] == ["own", "footer"]
    assert kinds(text)[0] == ("own", "Bring gloves.\n\nDana")


@pytest.mark.parametrize(
    "text",
    [
        "Sent from Larkmail on Android",
        "Sent from Quill Mail for iPad",
        "Sent from my Fennec 6",  # a phone that no list names
        "Sent from my old phone",
        "[Sent from my iPhone]",
        "Enviado desde mi teléfono",
        "Envoyé depuis mon Fennec 6",
        "Sent from my Android device with Larkmail. Please excuse typos.",
    ],
)
def test_tagline_names_a_device_or_program(text):
    assert is_tagline(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my kitchen floor",
        "Sent from my iPhone,",  # above a typed name it is a closing word
        "Sent from my sister's house",
        "Sent from the office, no reply",
        "Sent with love",
        "Sent by my mother on Monday",
        "Enviado desde mi casa",
        "Von meinem Bruder kommt das Geld",
        "Sent from my",
    ],
)
def test_tagline_is_not_what_somebody_typed(text):
    assert not is_tagline(text)


def test_doubled_arrows_under_a_fresh_subject_are_own(own):
    text = "What we know so far:\n\n>> half day on the 3rd\n>> no bus on the 4th\n\nIs that right?\nDana"

    assert own(text, subject="next week") == text


@pytest.mark.parametrize("section", ["footers", "weak_footers", "taglines", "sent_from", "banners"])
def test_opening_is_never_missed_by_the_quick_look(section):
    """`may_begin` decides before anything is folded, so that it must let every phrase through."""
    known = openings("closings", section)
    forms = [
        form
        for phrase in phrases("closings", section)
        for form in (phrase, f"*{phrase.upper()} x", f"[{phrase}")
    ]

    assert [form for form in forms if not known.may_begin(form)] == []


@pytest.mark.parametrize(
    ("text", "begins"), [("to leave the list", True), ("to", False), ("", False), ("tomorrow", False)]
)
def test_openings_begin_only_with_a_whole_phrase(text, begins):
    assert openings("closings", "weak_footers").begin(text) is begins
