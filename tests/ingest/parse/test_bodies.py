from __future__ import annotations

import base64
import random
from datetime import UTC, datetime
from email.message import EmailMessage

import mailparser
import pytest

from ingest.html_text import html_to_text
from ingest.parse import read_message
from ingest.plain_text import canonical, unflow

HEAD = b"From: Dana Rivera <dana@example.org>\r\nDate: Mon, 03 Mar 2025 09:05:00 -0500\r\nSubject: plan\r\n"


def part(kind: str, body: str, *more: str) -> bytes:
    return "\r\n".join([f"Content-Type: {kind}; charset=utf-8", *more, "", body]).encode()


def multipart(subtype: str, *parts: bytes) -> bytes:
    inside = b"".join(b"--b1\r\n" + one + b"\r\n" for one in parts)
    return (
        HEAD + f'Content-Type: multipart/{subtype}; boundary="b1"\r\n\r\n'.encode() + inside + b"--b1--\r\n"
    )


def test_read_message_fills_every_field() -> None:
    raw = (
        b"From: Dana Rivera <Dana@example.org>\r\nTo: office@maplegrove.example\r\nCc: Bo <bo@example.org>\r\n"
        b"Date: Mon, 03 Mar 2025 09:05:00 -0500\r\nMessage-ID: <m2@example.org>\r\nIn-Reply-To: <m1@example.org>\r\n"
        b"References: <m0@example.org> <m1@example.org>\r\nList-Id: News <news.example.org>\r\n"
        b"Auto-Submitted: auto-generated\r\nSubject: plan\r\n\r\nthe meeting\r\n"
    )

    message = read_message(raw)

    assert (message.sender.name, message.sender.address) == ("Dana Rivera", "dana@example.org")
    assert [one.address for one in message.to + message.cc] == ["office@maplegrove.example", "bo@example.org"]
    assert (message.sent_at, message.utc_offset_minutes) == (datetime(2025, 3, 3, 14, 5, tzinfo=UTC), -300)
    assert (message.message_id, message.in_reply_to) == ("m2@example.org", ("m1@example.org",))
    assert message.references == ("m0@example.org", "m1@example.org")
    assert (message.list_id, message.automatic, message.subject) == ("news.example.org", True, "plan")
    assert (message.body, message.defects) == ("the meeting", ())


def test_read_message_takes_the_key_that_it_is_given() -> None:
    assert read_message(HEAD, key="k").key == "k"


@pytest.mark.parametrize(
    ("plain", "html", "expected"),
    [
        ("plain words", "<p>rich words</p>", "plain words"),
        ("", "<p>rich words</p>", "rich words"),
        ("This message requires HTML.", "<p>" + "rich words " * 10 + "</p>", ("rich words " * 10).strip()),
        ("View this email in your browser", "<p>short</p>", "View this email in your browser"),
        ("plain words", "", "plain words"),
    ],
)
def test_read_message_chooses_among_alternatives(plain: str, html: str, expected: str) -> None:
    raw = multipart("alternative", part("text/plain", plain), part("text/html", html))

    assert read_message(raw).body == expected


def test_read_message_joins_inline_texts_in_order() -> None:
    raw = multipart(
        "mixed", part("text/plain", "one"), part("text/html", "<p>two</p>"), part("text/plain", "three")
    )

    assert read_message(raw).body == "one\n\ntwo\n\nthree"


def test_read_message_keeps_attached_text_out_of_the_body() -> None:
    file = part("text/plain", "notes", 'Content-Disposition: attachment; filename="notes.txt"')

    message = read_message(multipart("mixed", part("text/plain", "body"), file))

    assert message.body == "body"
    assert [(one.name, one.text, one.size) for one in message.parts[1:]] == [
        ("attachment:notes.txt", "notes", 5)
    ]


def test_read_message_takes_a_named_inline_text_as_body_if_there_is_no_other() -> None:
    raw = multipart("mixed", part("text/plain", "words", 'Content-Disposition: inline; filename="body.txt"'))

    assert read_message(raw).body == "words"


def test_read_message_gives_the_root_of_related_parts() -> None:
    picture = b"Content-Type: image/png\r\nContent-ID: <x>\r\n\r\npng"

    message = read_message(multipart("related", part("text/html", "<p>words</p>"), picture))

    assert (message.body, message.parts[1].note) == ("words", "picture: no text was read")


def test_read_message_opens_a_message_inside() -> None:
    inner = multipart(
        "mixed",
        part("text/plain", "inner words"),
        part("text/plain", "f", 'Content-Disposition: attachment; filename="f.txt"'),
    ).replace(b"b1", b"b2")

    message = read_message(
        multipart("mixed", part("text/plain", "outer"), b"Content-Type: message/rfc822\r\n\r\n" + inner)
    )

    assert [one.name for one in message.parts] == ["body", "attachment:plan.eml", "attachment:f.txt"]
    assert message.parts[1].text == (
        "From: Dana Rivera <dana@example.org>\nDate: Mon, 03 Mar 2025 09:05:00 -0500\nSubject: plan\n\ninner words"
    )


def test_read_message_reads_delivery_status_as_an_attachment() -> None:
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\nAction: failed\r\n"

    message = read_message(multipart("report", part("text/plain", "could not deliver"), status))

    assert "Action: failed" in message.parts[1].text


def test_read_message_hashes_the_decoded_attachment() -> None:
    file = (
        b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode(b"abc")
    )

    message = read_message(multipart("mixed", part("text/plain", "x"), file))

    assert message.parts[1].sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_read_message_limits_the_number_of_parts() -> None:
    message = read_message(multipart("mixed", *[b"Content-Type: image/png\r\n\r\nx"] * 300))

    assert len(message.parts) == 201
    assert any("200 attachments" in defect for defect in message.defects)


def test_read_message_says_that_there_is_no_sender() -> None:
    message = read_message(b"Subject: x\r\n\r\ny")

    assert "from: there is no sender" in message.defects


def test_read_message_falls_back_to_the_sender_header() -> None:
    message = read_message(b"Sender: a@example.org\r\nFrom:\r\n\r\ny")

    assert message.sender.address == "a@example.org"


@pytest.mark.parametrize("seed", range(20))
def test_read_message_agrees_with_mail_parser_on_sound_mail(seed: int) -> None:
    source = random.Random(seed)
    mail = EmailMessage()
    mail["From"] = f"Dana Rivera <d{seed}@example.org>"
    mail["To"] = '"Lee, Alex" <alex@maplegrove.example>, bo@example.org'
    mail["Subject"] = source.choice(["plan", "Evaluación de habla", "会議について", "x" * 200])
    mail["Date"] = "Mon, 03 Mar 2025 09:05:00 -0500"
    mail["Message-ID"] = f"<m{seed}@example.org>"
    mail.set_content("\n".join(source.choices(["Hello", "résumé", "> quoted", "words of many kinds"], k=8)))
    raw = mail.as_bytes()

    ours, theirs = read_message(raw), mailparser.parse_from_bytes(raw)

    assert (ours.subject, ours.body) == (theirs.subject, canonical(theirs.text_plain[0]))
    assert [(one.name, one.address) for one in (ours.sender, *ours.to)] == [*theirs.from_, *theirs.to]
    assert ours.sent_at is not None
    assert ours.sent_at.replace(tzinfo=None) == theirs.date.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("flowed", "expected"),
    [
        ("one \ntwo", "one two"),
        ("one\ntwo", "one\ntwo"),
        ("> one \n> two", "> one two"),
        ("> one \n>> two", "> one \n>> two"),  # another depth is another paragraph
        (" >stuffed", ">stuffed"),
        ("text \n-- \nDana", "text \n-- \nDana"),  # a signature is never joined to
        ("", ""),
    ],
)
def test_unflow_joins_only_what_a_program_broke(flowed: str, expected: str) -> None:
    assert unflow(flowed) == expected


def test_unflow_deletes_the_space_where_told() -> None:
    assert unflow("会 \n議", delete_space=True) == "会議"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a  \nb\t\n", "a\nb"),
        ("a\n-- \nDana", "a\n-- \nDana"),  # the mark of a signature keeps its blank
        ("a\x00b\u2028c\xa0d\ufeff", "ab\nc d"),
        ("\n\na\n\n\nb\n\n", "a\n\n\nb"),
        ("", ""),
    ],
)
def test_canonical_tidies_lines_only(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div>a<div><br></div>b</div>", "a\n\nb"),
        ("a<br>b", "a\nb"),
        ("a\n  b&nbsp;c", "a b c"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n>\n> > b\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li><p>a</p><li>b</ol>", "1. a\n\n2. b"),
        ("<style>x</style><script>y</script><title>z</title>a", "a"),
        ('<div style="display: none">x</div>a', "a"),
        ('<div style="display:none">a</div>', "a"),  # all of it hidden: better shown than lost
        ('<a href="https://example.org/x">a</a>', "a"),
        ('<img src="https://example.org/x.png" alt="Logo">', "[Logo]"),
        ('<img alt="track" width="1" height="1">a', "a"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("a<hr>b", "a\n" + "_" * 32 + "\nb"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("", ""),
    ],
)
def test_html_to_text_gives_lines(html: str, expected: str) -> None:
    assert html_to_text(html) == expected


def test_html_to_text_keeps_webmail_quotes_recognisable() -> None:
    html = (
        '<div>Yes.</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Mar 3, 2025, Alex wrote:<br></div>'
        '<blockquote class="gmail_quote"><div>Can you come?</div></blockquote></div>'
    )

    assert html_to_text(html) == "Yes.\nOn Mon, Mar 3, 2025, Alex wrote:\n\n> Can you come?"
