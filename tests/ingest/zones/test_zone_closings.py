"""Signatures, taglines, disclaimers, list footers and banners."""

from __future__ import annotations

import pytest

from models.records import Address

TEACHER = Address("Leonard Marsh", "lmarsh@hollowoak.example")

BLOCKS = {
    "title and school": "Leonard Marsh\nSchool Counselor, Grades 9-10\nBracken High School\nOffice: 555-0117 x 204",
    "credentials": "Leonard Marsh, M.Ed.\nSpecial Education Teacher\nRoom 12",
    "one line": "Leonard Marsh | School Counselor\nlmarsh@hollowoak.example",
    "surname only": "Mr. Marsh\nMath, Room 217",
    "pronouns": "Leonard Marsh (he/him)\nGrade 2, Room 11\nHollow Oak Elementary\n555-0142",
    "blank line inside": "Leonard Marsh\n\nSchool Counselor\nBracken High School",
    "ways of contact": "Leonard Marsh\nPhone: 555-0117\nFax: 555-0118",
    "spanish": "Leonard Marsh\nEnlace con las familias\nColegio Lomas Altas\nTel. 555-0129",
    "french": "Leonard Marsh\nProfesseur principal\nCollège des Bruyères",
    "german": "Leonard Marsh\nKlassenlehrer 4b\nGrundschule am Park\nTel. 0555 0101",
    "portuguese": "Leonard Marsh\nCoordenador pedagógico\nColégio Aurora",
    "drawn line above": "_____________\nLeonard Marsh\nPrincipal\nBracken High School",
}


@pytest.mark.parametrize("block", BLOCKS)
def test_block_below_the_closing_word_is_a_signature(block, kinds):
    text = f"Mrs. Pruitt,\n\nhe was moved to band.\n\nRegards,\n\n{BLOCKS[block]}\n"

    assert kinds(text, sender=TEACHER) == [
        ("own", "Mrs. Pruitt,\n\nhe was moved to band.\n\nRegards,"),
        ("signature", BLOCKS[block]),
    ]


def test_typed_name_above_a_block_stays_own(kinds):
    text = "He was moved.\n\nThanks,\nLeonard\n\nLeonard Marsh\nSchool Counselor\nBracken High School\n"

    assert kinds(text, sender=TEACHER)[0] == ("own", "He was moved.\n\nThanks,\nLeonard")


def test_block_of_an_office_without_a_name_is_a_signature(kinds):
    text = "He was moved.\n\nThank you\n\nBracken High School\nMain Office 555-0117\n"

    assert kinds(text, sender=Address("Attendance", "a@hollowoak.example"))[1][0] == "signature"


def test_block_of_somebody_unknown_needs_a_name(kinds):
    text = "He was moved.\n\nRegards,\nLeonard Marsh\nSchool Counselor\nBracken High School\n"

    assert kinds(text, sender=Address("", ""))[1] == (
        "signature",
        "Leonard Marsh\nSchool Counselor\nBracken High School",
    )


def test_closing_word_and_name_are_own(kinds):
    text = "Please call me.\n\nThanks,\nDana"

    assert kinds(text) == [("own", text)]


def test_dashes_open_a_signature(kinds):
    text = "One more thing.\n\nAnita\n\n-- \nAnita D.\nCafeteria\n"

    assert kinds(text) == [("own", "One more thing.\n\nAnita"), ("signature", "-- \nAnita D.\nCafeteria")]


def test_dashes_open_a_signature_above_quoted_words(kinds):
    text = "Yes.\n-- \nDana\n\nOn Tue, Mar 4, 2025 at 3:22 PM Bo <bo@example.org> wrote:\n> Hi\n"

    assert [kind for kind, _ in kinds(text)] == ["own", "signature", "quoted"]


@pytest.mark.parametrize(
    "tagline",
    [
        "Sent from my iPhone",
        "Sent from my iPad Pro",
        "Sent from my Galaxy",
        "Sent from Mail for Windows",
        "Get Outlook for iOS",
        "Get Outlook for iOS<https://aka.example/o0ukef>",
        "Sent from Yahoo Mail on Android",
        "Sent from Yahoo Mail. Get the app<https://example.org/app>",
        "Sent with Proton Mail secure email.",
        "Sent via the Samsung Galaxy S21, an AT&T 5G smartphone",
        "Enviado desde mi iPhone",
        "Envoyé de mon iPhone",
        "Télécharger Outlook pour Android",
        "Von meinem iPhone gesendet",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verzonden vanaf mijn iPhone",
    ],
)
def test_tagline_is_a_signature(tagline, kinds):
    text = f"Yes, that is hers.\n\nDana\n\n{tagline}\n"

    assert kinds(text) == [("own", "Yes, that is hers.\n\nDana"), ("signature", tagline)]


def test_words_below_a_tagline_are_own(own):
    text = "Yes.\n\nSent from my iPhone\n\nOh, and please call me about the coat today.\n"

    assert own(text) == "Yes.\nOh, and please call me about the coat today."


@pytest.mark.parametrize(
    "footer",
    [
        "CONFIDENTIALITY NOTICE: This e-mail is for the sole use of the intended recipient(s).",
        "This e-mail and any files transmitted with it are intended solely for the\nentity named above.",
        "If you have received this email in error, please delete it.",
        "AVISO DE CONFIDENCIALIDAD: este mensaje es para su destinatario.",
        "Ce message et toutes les pièces jointes sont confidentiels.",
        "Diese E-Mail enthält vertrauliche Informationen.",
        "Esta mensagem pode conter informação confidencial.",
        "You received this message because you are subscribed to the group.",
        "_______________________________________________\npta mailing list\npta@lists.example\nhttps://l.example/listinfo/pta",
        "Oak Hill families list\nTo unsubscribe, write to the office.",
        "-----\nTo unsubscribe, write to pta@lists.example",
        (
            "Our records are open. Any e-mail may be a public record, and the disclosure of what is privileged or\n"
            "confidential to anyone but the addressee is not allowed; notify the sender and delete it."
        ),
    ],
)
def test_last_paragraph_of_fixed_words_is_a_footer(footer, kinds):
    text = f"He was moved to band today.\n\nDana\n\n{footer}\n"

    assert kinds(text) == [("own", "He was moved to band today.\n\nDana"), ("footer", footer)]


def test_footer_of_several_paragraphs_is_one(own):
    text = "He was moved.\n\nDana\n\nCONFIDENTIALITY NOTICE: For you.\n\nIf you have received this in error, call us.\n"

    assert own(text) == "He was moved.\n\nDana"


def test_footer_right_below_a_signature_is_told_from_it(kinds):
    text = (
        "Moved.\n\nLeonard Marsh\nSchool Counselor\nCONFIDENTIALITY NOTICE: This e-mail is for you alone.\n"
    )

    assert [kind for kind, _ in kinds(text, sender=TEACHER)] == ["own", "signature", "footer"]


def test_footer_below_marked_words_is_the_senders(kinds):
    text = (
        "I can.\n\nOn Thu, Oct 9, 2025 at 6:30 PM Bo <bo@example.org> wrote:\n> Who?\n\n"
        "CONFIDENTIALITY NOTICE: This e-mail is for you alone.\n"
    )

    assert [kind for kind, _ in kinds(text)] == ["own", "quoted", "footer"]


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL] This email originated outside of Pelham USD. Use caution.",
        "CAUTION: This email originated from outside of the organization.\nDo not click links.",
        "You don't often get email from dana@example.org. Learn why this is important",
        "CAUTION: External sender.\n\nDo not click links.",
        "*****\nCAUTION: This email originated from outside.\n*****",
        "[EXTERNO] Este correo proviene de fuera del distrito.",
    ],
)
def test_banner_on_top_is_a_footer(banner, kinds):
    text = f"{banner}\n\nMr. Malhotra, the window is in January.\n"

    assert kinds(text) == [("footer", banner), ("own", "Mr. Malhotra, the window is in January.")]


def test_own_words_right_below_a_banner_are_kept(own):
    """Gateways put the banner into a block of its own, which leaves no blank line in the text."""
    text = "[EXTERNAL] This email originated outside.\nMr. Malhotra, the window is in January.\nNora\n"

    assert own(text) == "Mr. Malhotra, the window is in January.\nNora"
