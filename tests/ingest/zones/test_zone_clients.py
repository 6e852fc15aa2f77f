"""Mail as many programs, schools and families write it: what is given away and what stays own.

Each case is a text and the sender's own words in it; the rest must go to other zones.
"""

# ruff: noqa: E501 - layouts stand here as they come

from __future__ import annotations

import pytest

from models.records import Address

OFFICE = Address("Hollow Oak Office", "office@hollowoak.example")
HORT = Address("Hort Regenbogen", "leitung@hort-regenbogen.example")
MARSH = Address("Leonard Marsh", "lmarsh@hollowoak.example")
DANA = Address("Dana Rivera", "dana@example.org")
ANNE = Address("Anne Lefebvre", "a.lefebvre@tilleul.example")
JENS = Address("Jens Albrecht", "albrecht@grundschule.example")
GIULIA = Address("Giulia Conti", "g.conti@icverdi.example")
SANNE = Address("Sanne de Vries", "s.devries@debron.example")
TERESA = Address("Teresa Matos", "tmatos@aesul.example")

BODY = "He was moved to band today."

SIGNED = {
    "office, typed first name above": (OFFICE, "Kind regards\n\nJan", "Jan Tolliver\n\nSchool Administrator\n\nHollow Oak School\n\nTel 01632 555-0110"),
    "office, same name typed twice": (OFFICE, "Yours sincerely,\n\nMina Patel", "Mina Patel\n\nAdmissions Officer\n\nTel: +44 1632 555-0180"),
    "office, surname with particle": (OFFICE, "Best wishes,", "Ana de Sousa\nAttendance Clerk\nHollow Oak School\n555-0120"),
    "office, role with the name of the office": (HORT, "Liebe Grüße aus dem Regenbogen", "Tanja Wiegert\nLeitung Hort Regenbogen\nTräger: Regenbogen e. V."),
    "office, spanish": (Address("Secretaría Santa Clara", "sec@clara.example"), "Reciban un cordial saludo,", "Remedios Gil\nSecretaría · Colegio Santa Clara\nTel. 555-0121"),
    "office, french": (Address("Vie scolaire", "vs@tilleul.example"), "Bien cordialement,", "Marc Petit\nConseiller principal d'éducation\nCollège du Tilleul\nTél. : 01 55 50 10 10"),
    "office, italian": (Address("Segreteria IC Verdi", "seg@icverdi.example"), "Cordiali saluti,", "Paola Russo\nUfficio alunni\nIstituto Comprensivo Verdi\nTel. 055 550101"),
    "office, dutch": (Address("Administratie De Bron", "adm@debron.example"), "Met vriendelijke groet,", "Kees Bakker\nLeerlingzaken\nBasisschool De Bron\nTel. 055-5550101"),
    "card with strokes": (MARSH, "Thanks,\nLeonard", "Leonard Marsh | Attendance & Registration | Bracken Middle School | P 555-0130 | F 555-0131"),
    "card with dots": (MARSH, "Best,\nLen", "Leonard Marsh • School Nurse • 555-0137"),
    "card with small dots": (MARSH, "Regards,", "Leonard Marsh · Deputy Head · Bracken School"),
    "german": (JENS, "Mit freundlichen Grüßen\n", "Jens Albrecht\nFachlehrer Mathematik\nGrundschule am Park\nDurchwahl 0555 0102"),
    "german registered society": (JENS, "Viele Grüße", "Jens Albrecht\nElternbeirat\nFörderverein der Grundschule am Park e. V."),
    "french, two posts": (ANNE, "Bonne réception,", "Anne Lefebvre\nDirectrice adjointe\nÉcole du Tilleul\n418 555-0133, poste 204\nTéléc. : 418 555-0134"),
    "french, special aide": (ANNE, "Bien à vous,", "Anne Lefebvre\nAESH, classe de CM1\nÉcole du Tilleul"),
    "portuguese": (TERESA, "Com os melhores cumprimentos,", "Teresa Matos\nDiretora de Turma 7.º B\nAgrupamento de Escolas do Sul\nTel. 555 010 101"),
    "italian": (GIULIA, "Cordiali saluti,", "Prof.ssa Giulia Conti\nDocente di lettere\nIC Verdi"),
    "dutch": (SANNE, "Vriendelijke groet,", "Sanne de Vries\nGroepsleerkracht groep 5\nBasisschool De Bron\nWerkdagen: ma, di, do"),
    "dutch, short": (SANNE, "Groetjes,\nSanne", "Sanne de Vries\nIntern begeleider\nBasisschool De Bron"),
    "english headteacher": (MARSH, "Yours faithfully", "Leonard Marsh\nHeadteacher\nThornbury Lane Primary School"),
    "working days": (MARSH, "Kind regards", "Leonard Marsh\nSENCO\nMon/Wed/Fri\nThornbury Lane Primary School"),
    "android, with excuse": (DANA, "Dana", "-- \nSent from my Android device with K-9 Mail. Please excuse my brevity."),
    "k-9 french": (DANA, "Dana", "-- \nEnvoyé de mon appareil Android avec K-9 Mail. Veuillez excuser ma brièveté."),
    "k-9 german": (DANA, "Dana", "-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet."),
    "k-9 spanish": (DANA, "Dana", "-- \nEnviado desde mi dispositivo Android con K-9 Mail. Por favor, disculpa mi brevedad."),
    "k-9 portuguese": (DANA, "Dana", "-- \nEnviado de meu dispositivo Android com K-9 mail. Desculpe-me pela brevidade."),
    "k-9 italian": (DANA, "Dana", "-- \nInviato dal mio dispositivo Android con K-9 Mail. Perdonate la brevità."),
    "k-9 dutch": (DANA, "Dana", "-- \nVerstuurd vanaf mijn Android apparaat met K-9 Mail. Excuseer mijn beknoptheid."),
    "outlook italian": (DANA, "Dana", "Scarica Outlook per iOS"),
    "outlook dutch": (DANA, "Dana", "Outlook voor Android downloaden"),
    "outlook german": (DANA, "Dana", "Holen Sie sich Outlook für iOS"),
    "gmx app": (DANA, "Dana", "Gesendet mit der GMX Mail App"),
    "ipad german": (DANA, "Dana", "Von meinem iPad gesendet"),
    "samsung german": (DANA, "Dana", "Von meinem/meiner Galaxy gesendet"),
    "samsung french": (DANA, "Dana", "Envoyé depuis mon appareil Galaxy"),
    "samsung portuguese": (DANA, "Dana", "Enviado do meu Galaxy"),
    "windows mail french": (DANA, "Dana", "Provenance : Courrier pour Windows"),
    "yahoo italian": (DANA, "Dana", "Inviato da Yahoo Mail su Android"),
}  # fmt: skip

FOOTERS = {
    "own disclaimer of a nurse": "This e-mail may contain protected health information. If you got it by mistake, call me and delete it.",
    "own disclaimer, told": "This message is confidential. If it reached you in error, please let me know and delete it.",
    "own disclaimer, spanish": "Este correo es confidencial. Si lo recibió por error, avíseme, yo lo elimino también.",
    "charity": "This email has been scanned for viruses. Hollow Oak Trust, registered charity 555010.",
    "views": "Views expressed in this email are those of the sender and not of the school.",
    "italian law": "Ai sensi del Regolamento UE 2016/679 si precisa che questo messaggio è riservato ai destinatari.",
    "dutch": "De informatie verzonden met dit e-mailbericht is uitsluitend bestemd voor de geadresseerde.",
    "german": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie den Absender.",
    "french trees": "Pensez à l'environnement avant d'imprimer ce courriel.",
    "portuguese": "Esta mensagem e quaisquer ficheiros anexos são confidenciais e destinam-se ao destinatário.",
    "spanish law": "En cumplimiento de la normativa de protección de datos, le informamos de que este mensaje es confidencial.",
    "virus": "Virus-free. www.scanner.example",
    "virus, german": "Virenfrei. www.scanner.example",
    "virus, french": "Garanti sans virus. www.scanner.example",
}  # fmt: skip

KEPT = {
    "somebody else's computer": (DANA, "He is ill.\n\nSent from my mom's computer lol\n\nDana"),
    "phone, and a reason": (DANA, "He is ill.\n\nSent from my phone because the laptop died"),
    "sister's phone": (DANA, "He is ill.\n\nSent from my sister's phone"),
    "brevity typed": (DANA, "Excuse the short note. He is ill."),
    "card of a mother": (DANA, "He is ill.\n\nDana Rivera | Leo's mom | 555-0101"),
    "card of names and number": (DANA, "He is ill.\n\nDana Rivera | 555-0101"),
    "card with the child": (DANA, "He is ill.\n\nDana Rivera | Leo Rivera | Oak Middle School"),
    "card of somebody else": (DANA, "New pickup person:\nDonna Sather | my mother | 555-0177"),
    "pickup person below thanks": (DANA, "Thanks,\nDonna Sather\nwill come for him at 3.\n555-0177"),
    "told who to call": (DANA, "Please call:\n\nDonna Sather\nhis grandmother\n555-0177"),
    "bus company named at the end": (DANA, "Nobody helped us. Best ask\n\nMs. Bell\nbus driver, route 9\n555-0188"),
    "thanks with a reason": (DANA, "Thanks for the ride on Friday,\nand for the coat.\nDana"),
    "love the map": (DANA, "Love the new seating,\nand so does Leo.\nDana"),
    "german parent": (DANA, "Mila ist krank.\n\nLiebe Grüße von uns allen\nDana Rivera\n(Mama von Mila, 3b)"),
    "dutch parent": (DANA, "Leo is ziek.\n\nGroetjes,\nDana Rivera\nmoeder van Leo, groep 5"),
    "italian parent": (DANA, "Leo è malato.\n\nCordiali saluti,\nDana Rivera\nmamma di Leo, classe 3B"),
    "portuguese parent": (DANA, "O Leo está doente.\n\nCumprimentos,\nDana Rivera\nencarregada de educação do Leo, 7.º B"),
    "spanish parent": (DANA, "Leo está enfermo.\n\nUn saludo,\nDana Rivera\nmadre de Leo, 3.º B\nTel. 555-0101"),
    "french parent": (DANA, "Leo est malade.\n\nCordialement,\nDana Rivera\nmaman de Leo, CM1"),
    "my answers": (DANA, "My answers to the form are attached. Did they arrive?\n\nThe second page is the plan."),
    "on the flyer": (DANA, "On the flyer it says 12:30.\nOn the portal it says 1:30.\nWhich one is right?"),
    "comment field": (DANA, "Comments:\nhe is happy there and wants to stay."),
    "my bookings": (DANA, "I looked under My Bookings and it says nothing for Leo."),
    "lost mail": (DANA, "If you got my letter by mistake, tell me. I sent two."),
    "information of a message": (DANA, "This email contains what the nurse told me. Please delete nothing."),
    "views": (DANA, "The views on the trip differ. Leo wants to go."),
}  # fmt: skip


@pytest.mark.parametrize("case", SIGNED)
def test_signature_of_a_client_or_school_is_given_away(case, kinds):
    sender, closing, block = SIGNED[case]
    text = f"{BODY}\n\n{closing}\n\n{block}\n"

    assert kinds(text, sender=sender) == [
        ("own", f"{BODY}\n\n{closing.strip()}"),
        ("signature", block.strip()),
    ]


@pytest.mark.parametrize("case", FOOTERS)
def test_footer_of_many_languages_is_given_away(case, kinds):
    text = f"{BODY}\n\nLeonard\n\n{FOOTERS[case]}\n"

    assert kinds(text, sender=MARSH) == [("own", f"{BODY}\n\nLeonard"), ("footer", FOOTERS[case])]


@pytest.mark.parametrize("case", KEPT)
@pytest.mark.parametrize("subject", ["Leo this week", "Re: Leo"])
def test_words_of_a_family_stay_own(case, subject, kinds):
    sender, words = KEPT[case]
    text = f"Hello,\n\n{words}\n"

    assert kinds(text, sender=sender, subject=subject) == [("own", text.strip())]


ATTRIBUTED = {
    "gmail": "On Wed, Nov 19, 2025 at 3:02 PM Jo Tidwell <jo@oak.example> wrote:",
    "gmail, spanish": "El mié, 19 nov 2025 a las 15:02, Jo Tidwell (<jo@oak.example>) escribió:",
    "gmail, french": "Le mer. 19 nov. 2025 à 15:02, Jo Tidwell <jo@oak.example> a écrit :",
    "gmail, german": "Am Mi., 19. Nov. 2025 um 15:02 Uhr schrieb Jo Tidwell <jo@oak.example>:",
    "gmail, portuguese": "Em qua., 19 de nov. de 2025 às 15:02, Jo Tidwell <jo@oak.example> escreveu:",
    "gmail, italian": "Il giorno mer 19 nov 2025 alle ore 15:02 Jo Tidwell <jo@oak.example> ha scritto:",
    "gmail, dutch": "Op wo 19 nov 2025 om 15:02 schreef Jo Tidwell <jo@oak.example>:",
    "apple": "On Nov 19, 2025, at 3:02 PM, Jo Tidwell <jo@oak.example> wrote:",
    "apple, german": "Am 19.11.2025 um 15:02 schrieb Jo Tidwell <jo@oak.example>:",
    "apple, dutch": "Op 19 nov 2025 om 15:02 heeft Jo Tidwell <jo@oak.example> het volgende geschreven:",
    "apple, italian": "Il giorno 19 nov 2025, alle ore 15:02, Jo Tidwell <jo@oak.example> ha scritto:",
    "gmail, by number": "2025-11-19 15:02 GMT+01:00 Jo Tidwell <jo@oak.example>:",
}  # fmt: skip


@pytest.mark.parametrize("line", ATTRIBUTED)
@pytest.mark.parametrize(
    "typed",
    ["12:30 or 1:30?? flyer says one", "On the flyer it says 1:30", "- 2 tickets please", "*both* days"],
)
def test_words_right_above_an_attribution_are_own(line, typed, kinds):
    text = f"{typed}\n{ATTRIBUTED[line]}\n\n> Early out on Wednesday.\n"

    assert kinds(text, subject="Re: Early out")[0] == ("own", typed)


@pytest.mark.parametrize("line", ATTRIBUTED)
def test_attribution_wrapped_at_any_word_is_one(line, kinds):
    words = ATTRIBUTED[line].split(" ")
    for at in range(3, len(words)):
        wrapped = " ".join(words[:at]) + "\n" + " ".join(words[at:])
        parts = kinds(f"Yes.\n\n{wrapped}\n\n> Early out.\n", subject="Re: Early out")

        assert [kind for kind, _ in parts] == ["own", "quoted"], wrapped


PHONE = (
    "-------- Mensaje original --------\nDe: Jo Tidwell <jo@oak.example>\nFecha: 14/10/25 12:30 (GMT+01:00)\n"
    "Para: Dana Rivera <dana@example.org>\nAsunto: Bicis\n\n¿Puede venir el sábado?\n\n{}\n\n¿Y el domingo?\n\n{}\n\nUn saludo,\nJo\n"
)


@pytest.mark.parametrize(
    "top",
    [
        "Contesto abajo.",
        "Hi Jo, my answers are below.",
        "Je réponds ci-dessous :",
        "Meine Antworten stehen im Text, Antworten unten.",
        "Rispondo sotto.",
        "Respondo abaixo.",
        "Antwoorden hieronder!",
    ],
)
def test_announced_answers_between_unmarked_questions_are_own(top, own):
    text = f"{top}\n\n" + PHONE.format("Sí, a las nueve.", "No, es el cumple de Leo.")

    assert own(text, subject="Re: Bicis") == f"{top}\nSí, a las nueve.\nNo, es el cumple de Leo."


@pytest.mark.parametrize(
    "top", ["Claro que sí.", "See below.", "Jo asked me this, see below what came of it."]
)
def test_unannounced_words_between_unmarked_questions_stay_quoted(top, own):
    text = f"{top}\n\n" + PHONE.format("El taller está abierto.", "Hay café.")

    assert own(text, subject="Re: Bicis") == top


def test_greeting_below_a_question_is_not_an_announced_answer(own):
    text = "Contesto abajo.\n\n" + PHONE.format("Sí.", "No.").replace(
        "¿Y el domingo?\n\nNo.\n\n", "¿Y el lunes?\n\n"
    )

    assert own(text, subject="Re: Bicis") == "Contesto abajo.\nSí."


OUTLOOK = (
    "Corrected.\n\nLeonard Marsh\nSchool Nurse\nBracken School\n\n"
    "From: Dana Rivera <dana@example.org>\nSent: Monday, September 15, 2025 8:30 PM\nTo: Leonard Marsh <lmarsh@hollowoak.example>\n"
    "Subject: Inhaler\n\nThe new one is in his backpack.\n\nDana\n\n{}\n"
)


@pytest.mark.parametrize(
    "footer", [FOOTERS["views"], FOOTERS["own disclaimer of a nurse"], FOOTERS["german"]]
)
def test_disclaimer_below_a_parents_unmarked_words_is_the_schools(footer, kinds):
    parts = kinds(OUTLOOK.format(footer), sender=MARSH, subject="RE: Inhaler")

    assert [kind for kind, _ in parts] == ["own", "signature", "quoted", "footer"]
    assert parts[-1][1] == footer


def test_disclaimer_below_the_schools_unmarked_words_is_not_the_parents(kinds):
    text = (
        "Thank you.\nDana\n\nFrom: Leonard Marsh <lmarsh@hollowoak.example>\nSent: Monday, September 15, 2025 8:30 PM\n"
        f"To: Dana Rivera <dana@example.org>\nSubject: Inhaler\n\nGot it.\n\nLeonard Marsh\nSchool Nurse\n\n{FOOTERS['views']}\n"
    )

    assert [kind for kind, _ in kinds(text, subject="RE: Inhaler")] == ["own", "quoted"]


def test_sentence_at_the_end_of_a_parents_unmarked_words_stays_quoted(kinds):
    parts = kinds(
        OUTLOOK.format("Please tell me what the school does next."), sender=MARSH, subject="RE: Inhaler"
    )

    assert [kind for kind, _ in parts] == ["own", "signature", "quoted"]


REPORT = "WEEKLY PROGRESS\nStudent: LEO RIVERA\nMissing assignments: 1\n\n{}\n\n{}\n\n{}\n"
ROBOT = Address("Oak District 9", "no-reply@portal.oak.example")


@pytest.mark.parametrize(
    ("field", "close"),
    [
        (
            "Teacher comment (M. Ellis):",
            "Log in to the family portal for details. Do not reply to this e-mail.",
        ),
        ("Comentarios de la maestra:", "Inicie sesión en el portal. No responda a este mensaje."),
        ("Commentaire de l'enseignante :", "Connectez-vous au portail. Ne pas répondre à ce courriel."),
        ("Comments from Ms. Tobin:", "This is an automated message."),
    ],
)
def test_comment_in_a_report_is_own(field, close, kinds):
    text = REPORT.format(field, "He read the whole scene aloud and two boys listened.", close)

    assert [kind for kind, _ in kinds(text, sender=ROBOT, automatic=True)] == ["notice", "own", "notice"]


def test_report_without_a_comment_is_all_notice(kinds):
    text = REPORT.format("Average: 94", "Attendance: 98 %", "Log in to the portal for details.")

    assert [kind for kind, _ in kinds(text, sender=ROBOT, automatic=True)] == ["notice"]


@pytest.mark.parametrize(
    "footer",
    [
        "Oak District 9, 40 Tannery Rd, Oak\nChange how often you get this report: portal.oak.example/prefs",
        "Nightjar Childcare CIC, The Old Drill Hall\nYou receive booking messages because you have an account with us.",
        "AMPA Santa Clara, C/ del Molino, 3. Baja: listas.clara.example/baja",
        "Schulportal GmbH, Am Park 1 - Benachrichtigungen verwalten",
    ],
)
def test_company_and_way_out_below_a_notice_are_its_footer(footer, kinds):
    text = "BOOKING\n\nYour booking has been confirmed.\nChanges can be made under My Bookings.\n\nThis is an automated message.\n\n"

    parts = kinds(f"{text}{footer}\n", sender=ROBOT, automatic=True)

    assert [kind for kind, _ in parts] == ["notice", "footer"]
    assert parts[1][1] == footer


@pytest.mark.parametrize(
    "words",
    [
        "Leo risulta assente.\n\nQuesto è un messaggio automatico, si prega di non rispondere.",
        "Leo is afwezig gemeld.\n\nDit is een automatisch bericht.",
        "Leo a été absent.\n\nCeci est un message automatique.",
        "O Leo faltou.\n\nEsta é uma mensagem automática.",
    ],
)
def test_program_is_known_by_its_sentence_in_many_languages(words, kinds):
    assert kinds(words, sender=Address("Portal", "portal@portal.example")) == [("notice", words)]


def test_program_that_names_a_menu_is_still_a_program(kinds):
    text = "Your booking is confirmed. Change it under My Bookings.\n\nThis is an automated message. Replies are not read.\n"

    assert kinds(text, sender=Address("Club", "bookings@club.example"))[0][0] == "notice"


PARENTS = {
    "new address": "Please update our contact:\n\nDana Rivera\n12 Elm Street\nOakville, PA 17101\n555-0110",
    "typed address": "Please write to us.\n\nDana Rivera\n12 Elm Street\nOakville, PA 17101\n555-0110",
    "pickup list": "These may come:\n\nDonna Sather (grandmother) 555-0177\nLuis Rivera (uncle) 555-0178\n\nDana",
    "doctor": "The doctor is:\n\nDr. Paul Stein\nOak Pediatrics\n555-0166",
    "things to do": "To do\n--\nsign slip\npay trip",
    "class parent": "Best,\nDana Rivera\nClass parent, Room 12",
    "shared in confidence": "This message is confidential, please do not share it with other parents.",
    "disclaimer of hearsay": "Disclaimer: this is only what Leo told his aunt.",
    "disclaimer, dutch": "Disclaimer: Leo heeft het verteld, niemand anders.",
    "because": "You are receiving this because nobody answered the phone at the office all week.",
    "paper": "Save paper and send it by mail next time, please.",
    "views of a child": "Any views expressed by Leo at the meeting were his.",
    "privacy of a photo": "Privacy notice for the trip: we do not want his photo used.",
    "third without an answer, italian": "Questo messaggio è il terzo senza risposta.",
    "as agreed, spanish": "En cumplimiento de lo acordado, Leo irá el lunes al aula de apoyo.",
    "request under law, spanish": "De conformidad con lo dispuesto en el artículo 5, pedimos copia del expediente.",
    "request under law, italian": "Ai sensi della legge 104 chiediamo un incontro.",
    "impressum": "Impressum fehlt auf der Seite.",
    "sign": "He copied it.\n\n© is the sign they want.",
    "call instead, spanish": "No responda a este correo, llame por favor. Estoy en el trabajo.",
    "wrong attachment": "Do not open the attachment I sent first, it is the wrong one.",
    "suspicious caller": "Warning: this sender called me again from outside.",
}  # fmt: skip


@pytest.mark.parametrize("case", PARENTS)
def test_words_of_a_parent_that_begin_as_fixed_words_do_stay_own(case, kinds):
    assert kinds(PARENTS[case], subject="Re: Leo") == [("own", PARENTS[case])]


BANNERS = {
    "first contact": "You don't often get email from d@x.example. Learn why this is important<https://aka.example>",
    "first contact, no link": "You don't often get email from d@x.example. Learn why this is important",
    "sign in front": "⚠ Courriel externe : soyez prudent avec les liens et pièces jointes.",
    "italian": "ATTENZIONE: questa e-mail proviene da un mittente esterno.",
    "dutch": "LET OP: deze e-mail komt van buiten de organisatie. Klik niet op links.",
    "portuguese": "ATENÇÃO: e-mail de remetente externo.",
    "german": "ACHTUNG: Externe E-Mail! Keine Anhänge öffnen.",
    "spanish": "ATENCIÓN: Correo de remitente externo. No abra archivos adjuntos.",
    "two lines": "This Message Is From an External Sender\nThis message came from outside your organization.",
    "wrapped": "CAUTION: This email originated from outside of the\norganization. Do not click links.",
}  # fmt: skip


@pytest.mark.parametrize("banner", BANNERS)
@pytest.mark.parametrize(
    "words", ["Leo is ill.", "The attachment is signed.", "leo is ill", "Is he outside at noon?"]
)
def test_banner_ends_where_words_begin_right_below_it(banner, words, kinds):
    text = f"{BANNERS[banner]}\n{words}\nDana"

    assert kinds(text) == [("footer", BANNERS[banner]), ("own", f"{words}\nDana")]


POSTS = {
    "italian": (Address("Dirigente Scolastico", "ds@ic.example"), "Distinti saluti", "Il Dirigente Scolastico\nProf. Marco Bruni"),
    "portuguese": (Address("Escola Sul", "s@e.example"), "Com os melhores cumprimentos,", "A Coordenadora Técnica\nFilipa Nunes\nTel. 289 555 010"),
    "spanish": (Address("Dirección Santa Clara", "d@c.example"), "Atentamente,", "La Directora\nAna Ruiz Peña\nTel. 555 010 101"),
    "german, for another": (JENS, "Mit freundlichen Grüßen", "i. A. Jens Albrecht\nSchulsekretariat\nTel.: 0555 5501-0"),
    "german, signed": (JENS, "Mit freundlichen Grüßen", "gez. J. Albrecht\n(Schulleiter)"),
}  # fmt: skip


@pytest.mark.parametrize("case", POSTS)
def test_post_above_a_name_opens_the_signature(case, kinds):
    sender, closing, block = POSTS[case]
    text = f"{BODY}\n\n{closing}\n\n{block}\n"

    assert kinds(text, sender=sender) == [("own", f"{BODY}\n\n{closing}"), ("signature", block)]


def test_name_typed_apart_from_the_block_of_an_office_is_own(kinds):
    text = f"{BODY}\n\nKind regards\nHelen Storr\n\nSchool Secretary\nHollow Oak School\nTel 01632 555-0110\n"

    assert kinds(text, sender=OFFICE)[0] == ("own", f"{BODY}\n\nKind regards\nHelen Storr")


RECORDS = {
    "public records": "Pursuant to state law, most written communications to or from school officials are public records.",
    "ferpa": "Student information in this email is protected by FERPA and may not be shared without consent.",
    "italian law": "Ai sensi del GDPR 2016/679 le informazioni sono riservate ai destinatari.",
    "virus scanner": "<https://scanner.example/?utm> Virenfrei.www.scanner.example",
    "translation": "Si necesita este mensaje en español, llame al 555-0110.",
    "list": "You are receiving this because you signed up for news of Hollow Oak.",
    "disclaimer": "Disclaimer: the information in this e-mail is confidential.",
}  # fmt: skip


@pytest.mark.parametrize("case", RECORDS)
def test_statement_of_law_or_list_is_a_footer(case, kinds):
    text = f"{BODY}\n\nLeonard\n\n{RECORDS[case]}\n"

    assert kinds(text, sender=MARSH) == [("own", f"{BODY}\n\nLeonard"), ("footer", RECORDS[case])]
