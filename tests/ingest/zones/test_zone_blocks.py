"""From/Sent/To/Subject blocks and the lines that mark a message: replies and forwards."""

# ruff: noqa: E501 - layouts stand here as they come

from __future__ import annotations

from datetime import datetime

import pytest

from ingest.body import split_zones

OWN = "Here is my answer.\n\nDana\n\n"
WORDS = "\nDear parents,\n\nthe bus leaves at six.\n\nPriya\n"
AT = datetime(2025, 3, 4, 15, 22)
WHO = "Priya Raman <praman@hollowoak.example>"

REPLIES = {
    "outlook": f"From: {WHO}\nSent: Tuesday, March 4, 2025 3:22 PM\nTo: Dana <d@example.org>\nSubject: Bus\n",
    "outlook drawn": (
        "________________________________\n"
        f"From: {WHO}\nSent: Tuesday, March 4, 2025 3:22 PM\nTo: Dana <d@example.org>\nSubject: Bus\n"
    ),
    "outlook bold": (
        "*From:* Priya Raman [mailto:praman@hollowoak.example]\n"
        "*Sent:* Tuesday, March 04, 2025 3:22 PM\n*To:* Dana\n*Subject:* Re: Bus\n"
    ),
    "outlook without address": (
        "From: Priya Raman\nSent: Tuesday, March 4, 2025 3:22 PM\nTo: Rivera, Dana\nSubject: Bus\n"
    ),
    "outlook, paragraphs": (
        f"From: {WHO}\n\nSent: Tuesday, March 4, 2025 3:22 PM\n\nTo: Dana <d@example.org>\n\nSubject: Bus\n"
    ),
    "outlook, many people": (
        f"From: {WHO}\nSent: Tuesday, March 4, 2025 3:22 PM\nTo: Dana <d@example.org>; Bo <b@example.org>;\n"
        "Cy <c@example.org>\nCc: Office <o@example.org>\nSubject: Bus\nImportance: High\n"
    ),
    "outlook mac": f"From: {WHO}\nDate: Tuesday, March 4, 2025 at 3:22 PM\nTo: Dana <d@example.org>\nSubject: Bus\n",
    "spanish": f"De: {WHO}\nEnviado el: martes, 4 de marzo de 2025 15:22\nPara: Dana <d@example.org>\nAsunto: Bus\n",
    "french": f"De : {WHO}\nEnvoyé : mardi 4 mars 2025 15:22\nÀ : Dana <d@example.org>\nObjet : Bus\n",
    "german": f"Von: {WHO}\nGesendet: Dienstag, 4. März 2025 15:22\nAn: Dana <d@example.org>\nBetreff: Bus\n",
    "portuguese": f"De: {WHO}\nEnviado: terça-feira, 4 de março de 2025 15:22\nPara: D <d@example.org>\nAssunto: Bus\n",
    "italian": f"Da: {WHO}\nInviato: martedì 4 marzo 2025 15:22\nA: Dana <d@example.org>\nOggetto: Bus\n",
    "dutch": f"Van: {WHO}\nVerzonden: dinsdag 4 maart 2025 15:22\nAan: Dana <d@example.org>\nOnderwerp: Bus\n",
    "aol": f"-----Original Message-----\nFrom: {WHO}\nTo: d@example.org\nSent: Tue, Mar 4, 2025 3:22 pm\nSubject: Bus\n",
    "zimbra": f"----- Original Message -----\nFrom: {WHO}\nTo: D <d@example.org>\nSent: Tuesday, March 4, 2025 3:22:00 PM\n",
    "samsung": f"-------- Original message --------\nFrom: {WHO}\nDate: 3/4/25  3:22 PM  (GMT-05:00)\nSubject: Bus\n",
    "german marker": f"-----Ursprüngliche Nachricht-----\nVon: {WHO}\nGesendet: Dienstag, 4. März 2025 15:22\n",
    "notes": "Priya Raman\n03/04/2025 03:22 PM\n\nTo: Dana Rivera/Home@Home\ncc: \nSubject: Bus\n",
    "notes on one line": f"{WHO} on 03/04/2025 03:22:00 PM\nTo: Dana Rivera/Home@Home\ncc: \nSubject: Bus\n",
}

FORWARDS = {
    "gmail": f"---------- Forwarded message ---------\nFrom: {WHO}\nDate: Tue, Mar 4, 2025 at 3:22 PM\nSubject: Bus\nTo: <d@example.org>\n\n",
    "gmail spanish": f"---------- Mensaje reenviado ---------\nDe: {WHO}\nFecha: mar, 4 mar 2025 a las 15:22\nAsunto: Bus\n",
    "gmail half translated": f"---------- Forwarded message ---------\nDe: {WHO}\nDate: mar, 4 mar 2025 a las 15:22\nSubject: Bus\n",
    "thunderbird": f"-------- Forwarded Message --------\nSubject: \tBus\nDate: \tTue, 4 Mar 2025 15:22:00 -0600\nFrom: \t{WHO}\n\n",
    "yahoo": f"----- Forwarded Message -----\nFrom: {WHO}\nTo: D <d@example.org>\nSent: Tuesday, March 4, 2025 at 03:22:00 PM CST\n",
    "yahoo on one line": f"----- Forwarded Message ----- From: {WHO}To: D <d@example.org>Sent: Tuesday, March 4, 2025 at 03:22:00 PM CSTSubject: Bus\n",
    "apple": f"Begin forwarded message:\n\nFrom: {WHO}\nDate: March 4, 2025 at 3:22:00 PM CST\nTo: Dana\nSubject: Bus\n",
    "notes": (
        "------------- Forwarded by Dana Rivera/Home on 03/05/2025 08:00 AM -------------\n\n"
        f"{WHO} on 03/04/2025 03:22:00 PM\nTo: Dana Rivera/Home@Home\ncc: \nSubject: Bus\n"
    ),
}


@pytest.mark.parametrize("form", REPLIES)
def test_block_names_author_and_time_of_the_message_answered(form):
    text = OWN + REPLIES[form] + WORDS

    mine, theirs = split_zones(text, subject="Re: Bus")

    assert (mine.kind, mine.end) == ("own", len(OWN))
    assert (theirs.kind, theirs.level, theirs.author_name) == ("quoted", 1, "Priya Raman")
    assert theirs.written_at == AT


@pytest.mark.parametrize("form", FORWARDS)
def test_marker_makes_what_follows_forwarded(form):
    text = OWN + FORWARDS[form] + WORDS

    mine, theirs = split_zones(text, subject="Re: Bus")

    assert (mine.kind, mine.end) == ("own", len(OWN))
    assert (theirs.kind, theirs.author_name, theirs.written_at) == ("forwarded", "Priya Raman", AT)
    assert theirs.author_address == "praman@hollowoak.example"


def test_block_is_forwarded_if_the_subject_says_so():
    text = OWN + REPLIES["outlook"] + WORDS

    assert split_zones(text, subject="FW: Bus")[1].kind == "forwarded"


def test_forward_without_own_words_has_none(own):
    text = FORWARDS["gmail"] + WORDS

    assert own(text) == ""


def test_forward_with_marks_ends_where_the_marks_end(own):
    text = (
        "Look.\n\nBegin forwarded message:\n\n"
        f"> From: {WHO}\n> Date: March 4, 2025 at 3:22 PM\n> Subject: Bus\n>\n> Six.\n\nWhat now?\n"
    )

    assert own(text) == "Look.\nWhat now?"


def test_messages_quoted_inside_a_forward_are_quoted():
    text = (
        FORWARDS["gmail"] + "Yes.\n\nOn Mon, Mar 3, 2025 at 8:00 AM Bo <bo@example.org> wrote:\n\n> Coming?\n"
    )

    assert [(zone.kind, zone.level) for zone in split_zones(text)] == [("forwarded", 1), ("quoted", 2)]


def test_forward_inside_a_forward_is_forwarded():
    text = FORWARDS["gmail"] + "See this.\n\n" + FORWARDS["thunderbird"] + WORDS

    assert [(zone.kind, zone.level) for zone in split_zones(text)] == [("forwarded", 1), ("forwarded", 2)]


def test_blocks_below_each_other_are_a_chain():
    second = f"From: Bo Li <bo@example.org>\nSent: Monday, March 3, 2025 9:00 AM\nTo: {WHO}\nSubject: Bus\n\nWhen?\n"
    text = OWN + REPLIES["outlook"] + WORDS + "\n" + second

    zones = split_zones(text)

    assert [(zone.level, zone.author_name) for zone in zones] == [(0, ""), (1, "Priya Raman"), (2, "Bo Li")]


def test_block_inside_marks_is_the_next_message_of_the_chain():
    text = (
        "I can.\n\nOn Fri, May 2, 2025 at 9:11 AM Kim <kim@example.org> wrote:\n\n"
        "> Can one of you go?\n>\n"
        "> From: Randi <randi@example.org>\n> Sent: Thursday, May 1, 2025 3:48 PM\n> To: Kim\n> Subject: Trip\n>\n"
        "> Need two more.\n>\n"
        "> On Wed, Apr 30, 2025 at 4:02 PM Kim <kim@example.org>\n> wrote:\n>\n>> My list so far.\n"
    )

    authors = [(zone.level, zone.author_address) for zone in split_zones(text)]

    assert authors == [(0, ""), (1, "kim@example.org"), (2, "randi@example.org"), (3, "kim@example.org")]


def test_footers_of_a_quoted_message_stay_with_it(kinds):
    text = OWN + REPLIES["outlook"] + WORDS + "\nCONFIDENTIALITY NOTICE: This e-mail is for you alone.\n"

    assert [kind for kind, _ in kinds(text)] == ["own", "quoted"]


def test_forwarded_block_whose_fields_ran_together_is_read():
    """Yahoo may leave no line breaks between the fields it puts below its marker."""
    text = (
        "look at this\n\n  ----- Forwarded Message -----\n"
        ' From: "Hollow Oak Band" <band@hollowoak.example>To: "Dana" <dana@example.org>'
        "Sent: Tuesday, March 4, 2025 at 04:10:00 PM ESTSubject: Fees\n Fees are due on Friday.\n"
    )

    mine, theirs = split_zones(text, subject="Fw: Fees")

    assert (mine.kind, theirs.kind, theirs.author_name) == ("own", "forwarded", "Hollow Oak Band")
    assert theirs.author_address == "band@hollowoak.example"
    assert theirs.written_at is not None
    assert theirs.written_at.isoformat() == "2025-03-04T16:10:00"
