"""Lines such as "On Tuesday Dana wrote:", in the forms and languages of mail programs."""

# ruff: noqa: E501 - layouts stand here as they come

from __future__ import annotations

from datetime import datetime

import pytest

from ingest.body import split_zones

OWN = "Here is my answer.\n\nDana\n\n"
WORDS = ("Dear parents,", "the bus leaves at six.", "", "Priya")
AT = datetime(2025, 3, 4, 15, 22)
WHO = "Priya Raman <praman@hollowoak.example>"

FORMS = {
    "gmail": f"On Tue, Mar 4, 2025 at 3:22 PM {WHO} wrote:",
    "gmail wrapped": f"On Tue, Mar 4, 2025 at 3:22 PM {WHO}\nwrote:",
    "gmail wrapped inside the address": "On Tue, Mar 4, 2025 at 3:22 PM Priya Raman <\npraman@hollowoak.example> wrote:",
    "gmail over four lines": "On Tue, Mar 4, 2025 at\n3:22 PM Priya\nRaman <praman@hollowoak.example>\nwrote:",
    "gmail narrow blank": f"On Tue, Mar 4, 2025 at 3:22\u202fPM {WHO} wrote:",
    "gmail british": f"On Tue, 4 Mar 2025 at 15:22, {WHO} wrote:",
    "gmail of 2014": f"2025-03-04 15:22 GMT-05:00 {WHO}:",
    "gmail android": f"On Tue, Mar 4, 2025, 3:22 PM {WHO} wrote:",
    "apple": f"On Mar 4, 2025, at 3:22 PM, {WHO} wrote:",
    "proton": f"On Tuesday, March 4th, 2025 at 3:22 PM, {WHO} wrote:",
    "proton marked": f"------- Original Message -------\nOn Tuesday, March 4th, 2025 at 3:22 PM, {WHO} wrote:\n",
    "k-9": f"On March 4, 2025 3:22:00 PM EST, {WHO} wrote:",
    "thunderbird": "On 3/4/2025 3:22 PM, Priya Raman wrote:",
    "thunderbird 24 hours": "On 3/4/25 15:22, Priya Raman wrote:",
    "notes": '"Priya Raman" <praman@hollowoak.example> wrote on 03/04/2025 03:22:00 PM:',
    "zoho": f"---- On Tue, 04 Mar 2025 15:22:00 -0600 {WHO} wrote ----",
    "bold": f"*On Tue, Mar 4, 2025 at 3:22 PM {WHO} wrote:*",
    "spanish gmail": "El mar, 4 mar 2025 a las 15:22, Priya Raman (<praman@hollowoak.example>)\nescribió:",
    "spanish gmail american": f"El mar, 4 mar 2025 a la(s) 3:22 p.m., {WHO} escribió:",
    "spanish apple": f"El 4 mar 2025, a las 15:22, {WHO} escribió:",
    "spanish thunderbird": "El 4/3/25 a las 15:22, Priya Raman escribió:",
    "french gmail": f"Le mar. 4 mars 2025 à 15:22, {WHO} a\nécrit :",
    "french thunderbird": "Le 04/03/2025 à 15:22, Priya Raman a écrit :",
    "german gmail": f"Am Di., 4. März 2025 um 15:22 Uhr schrieb {WHO}:",
    "german apple": f"Am 04.03.2025 um 15:22 schrieb {WHO}:",
    "portuguese gmail": f"Em ter., 4 de mar. de 2025 às 15:22, {WHO} escreveu:",
    "portuguese apple": f"Em 4 de mar. de 2025, à(s) 15:22, {WHO} escreveu:",
    "italian gmail": f"Il giorno mar 4 mar 2025 alle ore 15:22 {WHO} ha scritto:",
    "dutch gmail": f"Op di 4 mrt 2025 om 15:22 schreef {WHO}:",
    "dutch apple": f"Op 4 mrt 2025, om 15:22 heeft {WHO} het volgende geschreven:",
    "swedish gmail": f"Den tis 4 mars 2025 kl 15:22 skrev {WHO}:",
    "polish gmail": f"wt., 4 mar 2025 o 15:22 {WHO} napisał(a):",
    "vietnamese gmail": f"Vào Th 3, 4 thg 3, 2025 vào lúc 15:22 {WHO} đã viết:",
    "chinese gmail": f"{WHO} 於 2025年3月4日 週二 下午3:22寫道：",
}
"""By program: an attribution of one and the same message."""

UNMARKED = {
    "yahoo": f"    On Tuesday, March 4, 2025 at 03:22:00 PM CST, {WHO} wrote:",
    "yahoo spanish": f"    El martes, 4 de marzo de 2025, 15:22:00 CST, {WHO} escribió:",
    "yahoo french": f"Le mardi 4 mars 2025 à 15:22:00 UTC−5, {WHO} a écrit :",
    "outlook on the web": (
        "On Tue, Mar 4, 2025 at 3:22 PM Priya Raman "
        "<praman@hollowoak.example<mailto:praman@hollowoak.example>> wrote:"
    ),
    "zoho": f"---- On Tue, 04 Mar 2025 15:22:00 -0600 {WHO} wrote ----",
}
"""By program: the same, by those that put no marks before what they quote."""


@pytest.mark.parametrize("form", FORMS)
def test_attribution_names_author_and_time_of_marked_words(form):
    text = OWN + FORMS[form] + "\n" + "".join(f"> {words}\n" for words in WORDS)

    mine, theirs = split_zones(text)

    assert (mine.kind, mine.end) == ("own", len(OWN))
    assert (theirs.kind, theirs.level) == ("quoted", 1)
    assert (theirs.author_name, theirs.written_at) == ("Priya Raman", AT)
    assert theirs.author_address == ("praman@hollowoak.example" if "@" in FORMS[form] else "")


@pytest.mark.parametrize("form", UNMARKED)
def test_attribution_takes_everything_below_it_if_nothing_is_marked(form):
    text = OWN + UNMARKED[form] + "\n\n" + "\n".join(WORDS)

    mine, theirs = split_zones(text)

    assert (mine.kind, mine.end) == ("own", len(OWN))
    assert (theirs.author_name, theirs.author_address) == ("Priya Raman", "praman@hollowoak.example")
    assert theirs.written_at == AT


def test_attribution_ends_before_words_on_its_own_line():
    """Yahoo's phone app does not break the line before what it quotes."""
    text = "Yes.\n\n  On Tue, Mar 4, 2025 at 3:22 PM, Priya Raman<praman@hollowoak.example> wrote:   Is he coming?\n"

    theirs = split_zones(text)[1]

    assert (theirs.author_name, theirs.author_address) == ("Priya Raman", "praman@hollowoak.example")


def test_attribution_inside_the_marks_names_the_words_beside_it():
    text = (
        "Yes.\n\n> On Mar 4, 2025, at 3:22 PM, Priya Raman <praman@hollowoak.example> wrote:\n> \n> Coming?\n"
    )

    _, theirs = split_zones(text)

    assert (theirs.level, theirs.author_address) == (1, "praman@hollowoak.example")


def test_attribution_of_a_list_gives_no_address():
    """The address is the list's; taking it for the author's would put words into the wrong mouth."""
    text = "Me too.\n\nOn Thu, Oct 9, 2025 at 6:30 PM Hana Y. via pta-chat\n<pta-chat@lists.example> wrote:\n\n> Who?\n"

    _, theirs = split_zones(text)

    assert (theirs.author_name, theirs.author_address) == ("Hana Y. via pta-chat", "")


def test_attribution_keeps_a_name_that_is_a_month():
    text = "Ok.\n\nOn Tue, Mar 4, 2025 at 3:22 PM April May <amay@example.org> wrote:\n> Hi\n"

    assert split_zones(text)[1].author_name == "April May"


def test_attribution_with_last_name_first_keeps_both():
    text = "Ok.\n\nOn Mar 4, 2025, at 3:22 PM, Raman, Priya <praman@hollowoak.example> wrote:\n> Hi\n"

    assert split_zones(text)[1].author_name == "Raman, Priya"


def test_attribution_without_readable_date_gives_none():
    text = "Ok.\n\nOn Nevermber 41, Priya Raman <praman@hollowoak.example> wrote:\n> Hi\n"

    theirs = split_zones(text)[1]

    assert (theirs.author_address, theirs.written_at) == ("praman@hollowoak.example", None)


def test_attribution_in_an_unknown_language_is_known_by_its_address_above_marks():
    text = "Ok.\n\nPriya Raman (praman@hollowoak.example) ezt írta 2025. 15:22:\n> Hi\n> there\n"

    assert [zone.kind for zone in split_zones(text)] == ["own", "quoted"]


def test_attribution_chain_gives_each_message_its_own_author():
    text = (
        "Third.\n\n"
        "On Wed, Mar 5, 2025 at 8:00 AM Priya Raman <praman@hollowoak.example> wrote:\n\n"
        "> Second.\n>\n"
        "> On Tue, Mar 4, 2025 at 9:00 PM Dana Rivera <dana@example.org> wrote:\n>\n"
        ">> First.\n"
    )

    zones = split_zones(text)

    assert [(zone.level, zone.author_address) for zone in zones] == [
        (0, ""),
        (1, "praman@hollowoak.example"),
        (2, "dana@example.org"),
    ]


def test_answers_between_quoted_lines_are_own(kinds):
    text = (
        "See below.\n\nOn 1/22/2025 4:10 PM, Priya Raman wrote:\n"
        "> Alone or with a partner?\n\nWith a partner.\n\n> Can you volunteer?\n\nSorry, no.\n"
    )

    assert [kind for kind, _ in kinds(text)] == ["own", "quoted", "own", "quoted", "own"]


def test_later_pieces_of_a_quoted_message_keep_its_author():
    text = "On 1/22/2025 4:10 PM, Priya Raman wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n"

    pieces = [zone.author_name for zone in split_zones(text) if zone.kind == "quoted"]

    assert pieces == ["Priya Raman", "Priya Raman"]


def test_words_below_the_marks_are_own(own):
    text = "On 1/22/2025 4:10 PM, Priya Raman wrote:\n> One?\n>\n> Two?\n\nBoth, please.\n\nDana\n"

    assert own(text) == "Both, please.\n\nDana"
