"""Outlook's files, written by our own small writers and read by the real libraries."""

from __future__ import annotations

import email
import io
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from email import policy

import pytest

from ingest import outlook
from ingest.outlook import msg_to_eml, readable
from ingest.rebuild import MARK, Attachment, Letter, mailbox, rebuild
from ingest.sources.msg import recognises
from models.errors import ExtraMissing, SourceError

SUBJECT, BODY, HTML, HEADERS = 0x0037, 0x1000, 0x1013, 0x007D
SENDER_NAME, SENDER_EMAIL, SENDER_SMTP, MESSAGE_ID = 0x0C1A, 0x0C1F, 0x5D01, 0x1035
SENT = datetime(2024, 9, 4, 19, tzinfo=UTC)
TRAVELLED = (
    "Microsoft Mail Internet Headers Version 2.0\r\n"
    "Received: from a.example.org\r\n\tby b.example.org\r\n"
    "From: Jo Tarvo <jo@example.org>\r\nSubject: note\r\nMessage-ID: <m1@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary=lost\r\n"
    "Date: Wed, 4 Sep 2024 15:00:00 -0400\r\n\r\n"
)


def parsed(raw):
    return email.message_from_bytes(raw, policy=policy.default)


PINNED = "6d49840ea3dd71f8c0fa302fc2afd4e38da9aa002b4ecbcd48cef81566796929"


# --- rebuilding -----------------------------------------------------------------------------------


def test_rebuild_keeps_the_headers_that_travelled():
    raw = rebuild(Letter(headers=TRAVELLED, subject="ignored", plain="hello"))

    assert raw.startswith(b"Received: from a.example.org\r\n\tby b.example.org\r\nFrom: Jo Tarvo")
    message = parsed(raw)
    assert (message["subject"], message["date"]) == ("note", "Wed, 04 Sep 2024 15:00:00 -0400")
    assert (message[MARK], message.get_content_type()) == ("parts", "text/plain")
    assert "lost" not in str(message)


def test_rebuild_makes_headers_and_says_so():
    letter = Letter(
        sender=mailbox("Jo Tarvo", "jo@example.org"),
        to=mailbox("Zoë R.", "zoe@example.org"),
        subject="Aide hours – no aide today, and none tomorrow",
        sent_at=SENT,
        message_id="<m1@example.org>",
        plain="hello",
    )

    message = parsed(rebuild(letter))

    assert message[MARK] == "headers and parts"
    assert message["from"] == "Jo Tarvo <jo@example.org>"
    assert message["to"].addresses[0].display_name == "Zoë R."
    assert message["to"].addresses[0].addr_spec == "zoe@example.org"
    assert message["subject"] == letter.subject
    assert message["date"].datetime == SENT


def test_rebuild_gives_all_parts_back():
    inner = rebuild(Letter(subject="inside", plain="deep"))
    letter = Letter(
        plain="plain é",
        html="<p>é</p>".encode("cp1252"),
        attachments=(
            Attachment("plan é.pdf", b"%PDF-1.4", "application/pdf"),
            Attachment("logo.png", b"\x89PNG", "image/png", content_id="logo@1"),
            Attachment("note.msg", inner, message=True),
        ),
    )

    message = parsed(rebuild(letter))
    parts = [part for part in message.walk() if not part.is_multipart()]

    assert message.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in parts] == [
        "text/plain", "text/html", "application/pdf", "image/png", "text/plain",
    ]  # fmt: skip
    assert parts[0].get_content() == "plain é"
    assert parts[1].get_payload(decode=True) == "<p>é</p>".encode("cp1252")
    assert (parts[2].get_filename(), parts[2].get_payload(decode=True)) == ("plan é.pdf", b"%PDF-1.4")
    assert parts[3]["content-id"] == "<logo@1>"
    assert parts[4].get_content() == "deep"


def test_rebuild_gives_the_same_bytes_again():
    """The hash of these bytes is the identity of a message from a .pst; it may not change with a release."""
    import hashlib

    letter = Letter(
        sender=mailbox("Zoë", "zoe@example.org"), subject="é", sent_at=SENT, plain="a", html=b"<p>a</p>",
        attachments=(Attachment("x é", b"x"),),
    )  # fmt: skip

    assert hashlib.sha256(rebuild(letter)).hexdigest() == PINNED


@pytest.mark.parametrize(
    ("name", "address", "header"),
    [
        ("Jo", "jo@example.org", '"Jo" <jo@example.org>'),
        ("", "jo@example.org", "jo@example.org"),
        ("jo@example.org", "jo@example.org", "jo@example.org"),
        ('Jo "J" T', "jo@example.org", "\"Jo 'J' T\" <jo@example.org>"),
        ("Jo", "/O=SCHOOL/CN=JO", '"Jo"'),  # inside one organisation there is no address
        ("", "/O=SCHOOL/CN=JO", '"/O=SCHOOL/CN=JO"'),
        ("", "", ""),
        ("Jo\r\nBcc: x@example.org", "jo@example.org", '"Jo Bcc: x@example.org" <jo@example.org>'),
    ],
)
def test_mailbox_names_a_person(name, address, header):
    assert mailbox(name, address) == header


def test_rebuild_lets_no_value_end_a_header():
    letter = Letter(
        subject="x\r\nBcc: evil@example.org\r\n\r\nbody",
        message_id="<a>\nX: y",
        attachments=(Attachment('a"\r\nX: y', b""),),
    )

    message = parsed(rebuild(letter))

    assert "bcc" not in message
    assert "x" not in message
    assert [part.get_filename() for part in message.iter_attachments()] == ["a' X: y"]


def test_rebuild_does_not_believe_a_strange_media_type():
    letter = Letter(
        attachments=(Attachment("a", b"x", "multipart/mixed; boundary=z"), Attachment("b", b"y", "text"))
    )

    types = [part.get_content_type() for part in parsed(rebuild(letter)).iter_attachments()]

    assert types == ["application/octet-stream"] * 2


def test_rebuild_of_nothing_is_still_a_message():
    message = parsed(rebuild(Letter()))

    assert (message[MARK], message.get_content()) == ("headers and parts", "")


# --- .msg -----------------------------------------------------------------------------------------


def test_readable_leaves_other_bytes_alone(mail):
    assert readable(mail(1)) == mail(1)


def test_msg_becomes_mail(msg_bytes):
    raw = msg_bytes(
        texts={
            SUBJECT: "Aide hours", BODY: "No aide.\r\n", SENDER_NAME: "Jo Tarvo",
            SENDER_SMTP: "jo@example.org", SENDER_EMAIL: "jo@example.org", MESSAGE_ID: "<m1@example.org>",
        },
        sent_at=SENT,
        recipients=[(1, "Dana R", "dana@example.org"), (2, "Ruthann", "ruthann@example.org")],
        attachments=[("plan é.pdf", b"%PDF-1.4")],
    )  # fmt: skip

    message = parsed(readable(raw))

    assert message["from"] == "Jo Tarvo <jo@example.org>"
    assert (message["to"], message["cc"]) == (
        "Dana R <dana@example.org>",
        "Ruthann <ruthann@example.org>",
    )
    assert (message["subject"], message["message-id"]) == ("Aide hours", "<m1@example.org>")
    assert message["date"].datetime == SENT
    assert message[MARK] == "headers and parts"
    assert message.get_body().get_content().splitlines() == ["No aide."]
    [attachment] = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_payload(decode=True)) == ("plan é.pdf", b"%PDF-1.4")


def test_msg_keeps_the_headers_that_travelled(msg_bytes):
    message = parsed(readable(msg_bytes(texts={SUBJECT: "x", BODY: "hi", HEADERS: TRAVELLED})))

    assert (message["subject"], message[MARK]) == ("note", "parts")
    assert message["received"] == "from a.example.org\tby b.example.org"


def test_msg_gets_no_html_that_was_not_in_it(msg_bytes):
    message = parsed(readable(msg_bytes(texts={BODY: "hi"})))

    assert [part.get_content_type() for part in message.walk()] == ["text/plain"]


def test_msg_keeps_its_html(msg_bytes):
    message = parsed(readable(msg_bytes(texts={BODY: "hi"}, blobs=[(HTML, b"<p>hi</p>")])))

    assert message.get_body(("html",)).get_payload(decode=True) == b"<p>hi</p>"


def test_msg_gives_a_message_inside_it(msg_bytes):
    """Staff forward mail as an attachment; what is inside may be the only copy."""
    deepest = {"texts": {SUBJECT: "deepest", BODY: "third"}}
    inside = {"texts": {SUBJECT: "inside", BODY: "second"}, "attachments": [("deepest", deepest)]}
    raw = msg_bytes(texts={SUBJECT: "FW", BODY: "first"}, attachments=[("inside", inside), ("x.txt", b"x")])

    parts = [part for part in parsed(readable(raw)).walk() if not part.is_multipart()]

    assert [part.get_payload(decode=True) for part in parts] == [b"first", b"second", b"third", b"x"]


def test_msg_follows_messages_inside_only_so_far(msg_bytes):
    message = {"texts": {BODY: "last"}}
    for _ in range(outlook.DEEPEST + 2):
        message = {"texts": {BODY: "more"}, "attachments": [("inner", message)]}

    bodies = [
        p.get_payload(decode=True)
        for p in parsed(msg_to_eml(msg_bytes(**message))).walk()
        if not p.is_multipart()
    ]

    assert bodies.count(b"more") == outlook.DEEPEST + 1
    assert b"last" not in bodies


def test_msg_gives_the_same_bytes_again(msg_bytes):
    raw = msg_bytes(texts={SUBJECT: "x", BODY: "hi"}, sent_at=SENT, attachments=[("a", b"b")])

    assert msg_to_eml(raw) == msg_to_eml(raw)


@pytest.mark.parametrize("keep", [8, 100, 512, 1500])
def test_msg_that_breaks_off_is_a_plain_error(msg_bytes, keep):
    raw = msg_bytes(texts={SUBJECT: "x", BODY: "hi"})[:keep]

    with pytest.raises(SourceError, match="cannot be read") as caught:
        readable(raw)

    assert "save it again" in caught.value.remedy


def test_msg_that_holds_no_message_is_a_plain_error():
    """An old Word file under a wrong name is an OLE file too; an empty mail would hide it."""
    extract_msg = pytest.importorskip("extract_msg", reason="needs the extra 'outlook'")
    writer, file = extract_msg.OleWriter(), io.BytesIO()
    writer.addEntry(["WordDocument"], b"x" * 5000)
    writer.write(file)

    with pytest.raises(SourceError, match="cannot be read"):
        readable(file.getvalue())


def test_msg_with_damage_anywhere_never_escapes(msg_bytes):
    """Whatever byte is wrong: a message, or an error that a person can read."""
    raw = msg_bytes(texts={SUBJECT: "x", BODY: "hi"}, attachments=[("a", b"b")])

    for at in range(24, len(raw), len(raw) // 60):
        damaged = bytearray(raw)
        damaged[at] ^= 0xFF
        with suppress(SourceError):
            assert MARK.encode() in readable(bytes(damaged))


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("x.msg", outlook.OLE_MAGIC, True),
        ("X.MSG", outlook.OLE_MAGIC, True),
        ("x.doc", outlook.OLE_MAGIC, False),
        ("de.msg", b"# translations", False),
    ],
)
def test_msg_recognises(name, head, known):
    assert recognises(name, head) is known


def test_outlook_without_the_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "extract_msg", None)

    with pytest.raises(ExtraMissing, match="not installed") as caught:
        readable(outlook.OLE_MAGIC + bytes(600))

    assert ".[outlook]" in caught.value.remedy


def test_pst_without_the_extra_says_what_to_install(tmp_path, monkeypatch, read):
    monkeypatch.setitem(sys.modules, "pypff", None)
    (tmp_path / "x.pst").write_bytes(b"!BDN" + bytes(600))

    with pytest.raises(ExtraMissing):
        read(tmp_path / "x.pst")


def test_folder_goes_on_where_the_extra_is_missing(tmp_path, monkeypatch, mail, read):
    monkeypatch.setitem(sys.modules, "pypff", None)
    (tmp_path / "a.pst").write_bytes(b"!BDN" + bytes(600))
    (tmp_path / "b.eml").write_bytes(mail(1))

    items, told = read(tmp_path)

    assert [item.provenance.member for item in items] == ["b.eml"]
    assert "not installed" in told[0]


# --- .pst -----------------------------------------------------------------------------------------


@pytest.fixture
def read_pst(tmp_path, read):
    """Return a reader of what a writer wrote."""

    def take(writer):
        (tmp_path / "x.pst").write_bytes(writer.bytes())
        return read(tmp_path / "x.pst")

    return take


@pytest.fixture
def read_fake(tmp_path, fake_pst, read):
    """Return a reader of an archive that libpff would show with this root folder."""

    def take(root):
        fake_pst(root)
        (tmp_path / "x.pst").write_bytes(b"!BDN" + bytes(600))
        return read(tmp_path / "x.pst")

    return take


@pytest.mark.outlook
def test_pst_gives_messages_with_their_folders(pst_writer, read_pst):
    top = pst_writer.folder("Top of Outlook data file")
    inbox, sent = pst_writer.folder("Inbox", top), pst_writer.folder("Sent/2024", top)
    pst_writer.message(sent, {SUBJECT: "to", BODY: "two"})
    pst_writer.message(inbox, {BODY: "one", HEADERS: TRAVELLED})

    items, told = read_pst(pst_writer)

    assert [(i.provenance.folder, i.provenance.uid, i.provenance.message_id) for i in items] == [
        ("Top of Outlook data file/Inbox", 1, "m1@example.org"),
        ("Top of Outlook data file/Sent/2024", 2, ""),
    ]
    assert parsed(items[0].raw)[MARK] == "parts"
    assert told == []


@pytest.mark.outlook
def test_pst_makes_headers_from_properties(pst_writer, read_pst):
    pst_writer.message(
        pst_writer.folder("Inbox"),
        {
            SUBJECT: "\x01\x05RE: aide – hours", BODY: "No aide.\r\n", SENDER_NAME: "Jo Tarvo",
            SENDER_SMTP: "jo@example.org", MESSAGE_ID: "<m2@example.org>", 0x0039: SENT,
        },
        recipients=[
            {0x0C15: 1, 0x3001: "Dana R", 0x39FE: "dana@example.org"},
            {0x0C15: 2, 0x3001: "Zoë", 0x3003: "zoe@example.org"},
            {0x0C15: 3, 0x3001: "Hidden", 0x39FE: "hidden@example.org"},
        ],
    )  # fmt: skip

    [item], told = read_pst(pst_writer)

    message = parsed(item.raw)
    assert message[MARK] == "headers and parts"
    assert (message["subject"], message["from"]) == ("RE: aide – hours", "Jo Tarvo <jo@example.org>")
    assert message["to"] == "Dana R <dana@example.org>"
    assert message["cc"].addresses[0].display_name == "Zoë"
    assert "hidden" not in str(message)
    assert (message["date"].datetime, item.provenance.internal_date) == (SENT, SENT)
    assert item.provenance.message_id == "m2@example.org"
    assert message.get_content().splitlines() == ["No aide."]
    assert told == []


@pytest.mark.outlook
def test_pst_names_recipients_from_the_list_on_show(pst_writer, read_pst):
    """Drafts and old items have no table of recipients."""
    pst_writer.message(pst_writer.folder("Inbox"), {BODY: "x", 0x0E04: "Dana R; Jo Tarvo"})

    [item], _ = read_pst(pst_writer)

    assert b'To: "Dana R", "Jo Tarvo"\r\n' in item.raw


@pytest.mark.outlook
def test_pst_gives_bodies_and_attachments(pst_writer, read_pst):
    pst_writer.message(
        pst_writer.folder("Inbox"),
        {BODY: "see", HTML: b"<p>see</p>"},
        attachments=[{0x3701: b"%PDF-1.4", 0x3707: "plan é.pdf", 0x370E: "application/pdf", 0x3705: 1}],
    )

    [item], told = read_pst(pst_writer)

    parts = [part for part in parsed(item.raw).walk() if not part.is_multipart()]
    assert [(part.get_content_type(), part.get_payload(decode=True)) for part in parts] == [
        ("text/plain", b"see"),
        ("text/html", b"<p>see</p>"),
        ("application/pdf", b"%PDF-1.4"),
    ]
    assert parts[2].get_filename() == "plan é.pdf"
    assert told == []


@pytest.mark.outlook
def test_pst_tells_of_a_message_inside_a_message(pst_writer, read_pst):
    """libpff gives such a message in the archive's inner form, which nobody could read."""
    inside = {0x3707: "note", 0x3701: {SUBJECT: "inside", BODY: "deep"}}
    pst_writer.message(pst_writer.folder("Inbox"), {BODY: "see"}, attachments=[inside])

    [item], told = read_pst(pst_writer)

    [attachment] = parsed(item.raw).iter_attachments()
    assert (attachment.get_filename(), attachment.get_payload(decode=True)) == ("note", b"")
    assert "attachment 1 is a message" in told[0]


@pytest.mark.outlook
def test_pst_gives_the_same_bytes_again(pst_writer, read_pst):
    pst_writer.message(pst_writer.folder("Inbox"), {BODY: "see"}, attachments=[{0x3701: b"x", 0x3707: "a"}])

    assert read_pst(pst_writer) == read_pst(pst_writer)


@pytest.mark.outlook
def test_pst_inside_a_zip_is_read(pst_writer, zipped, read):
    pst_writer.message(pst_writer.folder("Inbox"), {BODY: "see"})

    [item], told = read(zipped({"mail/old.pst": pst_writer.bytes()}))

    assert (item.provenance.source_kind, item.provenance.member) == ("pst", "mail/old.pst")
    assert (item.provenance.folder, item.provenance.uid, told) == ("Inbox", 1, [])


@pytest.mark.outlook
def test_pst_with_damage_anywhere_never_escapes(pst_writer, read_pst, tmp_path, read):
    """Whatever byte is wrong: messages, sentences, or an error that a person can read."""
    inbox = pst_writer.folder("Inbox")
    for number in range(5):
        pst_writer.message(
            inbox, {SUBJECT: f"{number}", BODY: "x"}, recipients=[{0x0C15: 1, 0x3001: "D"}],
            attachments=[{0x3701: b"x", 0x3707: "a"}],
        )  # fmt: skip
    whole = pst_writer.bytes()
    path = tmp_path / "x.pst"

    for at in range(0x4600, len(whole), 97):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        with suppress(SourceError):
            items, _ = read(path)
            assert all(MARK.encode() in item.raw for item in items)


def test_pst_keeps_the_name_of_an_attachment_that_is_damaged(read_fake, pst_folder, pst_item):
    attachment = pst_item(read_buffer=OSError("unable to read"), size=5)
    message = pst_item(plain_text_body=b"see", number_of_attachments=1, attachment=attachment)

    [item], told = read_fake(pst_folder("Inbox", [message]))

    [attached] = parsed(item.raw).iter_attachments()
    assert (attached.get_filename(), attached.get_payload(decode=True)) == ("attachment 1", b"")
    assert "attachment 1 are damaged" in told[0]


def test_pst_goes_on_after_a_damaged_message(read_fake, pst_folder, pst_item):
    good = pst_item(plain_text_body=b"good")

    items, told = read_fake(pst_folder("", [OSError("unable to read"), good]))

    assert [item.provenance.uid for item in items] == [2]
    assert "message 1: damaged (OSError)" in told[0]


def test_pst_goes_on_after_a_folder_whose_lists_are_damaged(read_fake, pst_folder, pst_item):
    damaged = pst_item(
        name="Broken",
        number_of_sub_messages=OSError("unable to read"),
        number_of_sub_folders=OSError("unable to read"),
    )
    good = pst_folder("Inbox", [pst_item(plain_text_body=b"good")])

    items, told = read_fake(pst_folder("", folders=[damaged, good]))

    assert [item.provenance.folder for item in items] == ["Inbox"]
    assert [
        "folder Broken: its list of messages" in told[0],
        "folder Broken: its list of folders" in told[1],
    ] == [
        True,
        True,
    ]


def test_pst_tells_of_a_damaged_body(read_fake, pst_folder, pst_item):
    message = pst_item(plain_text_body=OSError("unable to read"), html_body=b"<p>x</p>", subject="x")

    [item], told = read_fake(pst_folder("", [message]))

    assert parsed(item.raw).get_content_type() == "text/html"
    assert "its plain body is damaged" in told[0]


@pytest.mark.outlook
def test_pst_without_messages_is_told(pst_writer, read_pst):
    pst_writer.folder("Inbox")

    items, told = read_pst(pst_writer)

    assert items == []
    assert "holds no messages" in told[0]


def test_pst_with_a_circle_of_folders_ends(read_fake, pst_folder, pst_item):
    root = pst_folder("", [pst_item(plain_text_body=b"x")])
    root.folders = [root]

    items, _ = read_fake(root)

    assert len(items) == 101


@pytest.mark.outlook
@pytest.mark.parametrize("raw", [b"!BDN" + bytes(600), b"!BDN" + bytes(range(256)) * 40, b"junk"])
def test_pst_that_is_none_is_a_plain_error(tmp_path, read, raw):
    """By the real library."""
    pytest.importorskip("pypff", reason="needs the extra 'outlook'")
    (tmp_path / "x.pst").write_bytes(raw)

    with pytest.raises(SourceError, match="not a whole Outlook archive") as caught:
        read(tmp_path / "x.pst")

    assert "scanpst" in caught.value.remedy


def test_outlook_tells_its_log_nothing(msg_bytes, tmp_path):
    """extract-msg logs subjects and names of files; run apart, since it sets up logging once."""
    path = tmp_path / "x.msg"
    path.write_bytes(
        msg_bytes(texts={SUBJECT: "Suspension", BODY: "hi"}, attachments=[("Suspension.pdf", b"x")])
    )
    code = (
        "import logging, sys; logging.basicConfig(level=0);"
        "from ingest.outlook import readable; readable(open(sys.argv[1], 'rb').read())"
    )

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)

    assert "Suspension" not in done.stderr + done.stdout
