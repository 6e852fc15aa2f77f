"""Makes malformed mail, one function a kind, all of it invented.

`KINDS` maps a kind's name to how it is made and to what must survive of it: words of the subject
and of the body, names of attachments. A word is only listed if a careful person could find it.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = (
    b"From: Dana Rivera <dana@example.org>\r\nTo: office@maplegrove.example\r\n"
    b"Date: Mon, 03 Mar 2025 09:05:00 -0500\r\nMessage-ID: <m1@example.org>\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of malformed mail and what a reader must save of it."""

    make: Callable[[], bytes]
    subject: str = ""
    body: str = ""
    files: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}


def kind(
    subject: str = "plan", body: str = "meeting", files: tuple[str, ...] = ()
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a maker into KINDS under its own name."""

    def enter(make: Callable[[], bytes]) -> Callable[[], bytes]:
        KINDS[make.__name__] = Kind(make, subject, body, files)
        return make

    return enter


def mail(*fields: bytes, body: bytes = b"the meeting", subject: bytes = b"plan") -> bytes:
    """Return a message with extra header lines."""
    return (
        HEAD
        + b"Subject: "
        + subject
        + b"\r\n"
        + b"".join(field + b"\r\n" for field in fields)
        + b"\r\n"
        + body
    )


def multipart(
    *parts: bytes, subtype: bytes = b"mixed", boundary: bytes = b"b1", end: bytes = b"--b1--\r\n"
) -> bytes:
    """Return a message of several parts; each part brings its own headers."""
    inside = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return mail(b'Content-Type: multipart/%s; boundary="%s"' % (subtype, boundary), body=inside + end)


def typed(charset: bytes, body: bytes) -> bytes:
    """Return a plain message that names a charset."""
    return mail(b"Content-Type: text/plain; charset=" + charset, body=body)


def dated(value: bytes) -> bytes:
    """Return a message with another Date."""
    return mail().replace(b"Mon, 03 Mar 2025 09:05:00 -0500", value)


# --- charsets -----------------------------------------------------------------------------------


@kind(body="Renée meeting")
def latin_1_without_charset() -> bytes:
    return mail(body="Renée meeting".encode("latin-1"))


@kind(body="Renée meeting")
def latin_1_called_ascii() -> bytes:
    return typed(b"us-ascii", "Renée meeting".encode("latin-1"))


@kind(body="Renée meeting")
def utf_8_called_ascii() -> bytes:
    return typed(b"us-ascii", "Renée meeting".encode())


@kind(body="Renée meeting")
def utf_8_called_latin_1() -> bytes:
    return typed(b"iso-8859-1", "Renée meeting".encode())


@kind(body="Renée meeting")
def latin_1_called_utf_8() -> bytes:
    return typed(b"utf-8", "Renée meeting".encode("latin-1"))


@kind(body="“Renée” meeting")
def windows_1252_called_latin_1() -> bytes:
    return typed(b"iso-8859-1", "“Renée” meeting".encode("cp1252"))


@kind(body="Renée meeting")
def charset_default() -> bytes:
    return typed(b"DEFAULT", "Renée meeting".encode())


@kind(body="Renée meeting")
def charset_unknown_8bit() -> bytes:
    return typed(b"unknown-8bit", "Renée meeting".encode("latin-1"))


@kind(body="Renée meeting")
def charset_nobody_knows() -> bytes:
    return typed(b"x-klingon-42", "Renée meeting".encode())


@kind()
def charset_that_is_a_codec_for_bytes() -> bytes:
    return typed(b"base64", b"the meeting")


@kind()
def charset_that_is_empty() -> bytes:
    return typed(b'""', b"the meeting")


@kind()
def charset_with_a_nul() -> bytes:
    return typed(b"utf\x008", b"the meeting")


@kind(body="meeting")
def charset_idna_of_a_megabyte() -> bytes:
    return typed(b"idna", b"meeting " + b"xn--a" * 100_000)


@kind(body="Renée meeting ñandú")
def two_charsets_in_one_body() -> bytes:
    return typed(b"utf-8", "Renée meeting ñ".encode() + "andú".encode("latin-1"))


@kind(body="meeting 会议 时间")
def gb18030_called_gb2312() -> bytes:
    return typed(b"gb2312", "meeting 会议 时间 㐀".encode("gb18030"))


@kind(body="meeting 会議")
def iso_2022_jp() -> bytes:
    return typed(b"iso-2022-jp", "meeting 会議".encode("iso2022_jp"))


@kind(body="meeting 会議")
def iso_2022_jp_without_charset() -> bytes:
    return mail(body="meeting 会議".encode("iso2022_jp"))


@kind(body="meeting собрание")
def koi8_r() -> bytes:
    return typed(b"koi8-r", "meeting собрание".encode("koi8-r"))


@kind(body="meeting Renée")
def utf_7() -> bytes:
    return typed(b"utf-7", "meeting Renée".encode("utf-7"))


@kind(body="meeting")
def utf_7_with_lone_surrogates() -> bytes:
    return typed(b"utf-7", b"meeting +2AA- +3AA-")


@kind(body="meeting Renée")
def utf_16_with_mark() -> bytes:
    coded = base64.encodebytes("meeting Renée".encode("utf-16"))
    return mail(b"Content-Type: text/plain; charset=utf-16", b"Content-Transfer-Encoding: base64", body=coded)


@kind(body="meeting Renée")
def utf_16_without_mark_or_name() -> bytes:
    coded = base64.encodebytes("the meeting Renée".encode("utf-16-le"))
    return mail(b"Content-Transfer-Encoding: base64", body=coded)


@kind(body="meeting")
def body_begins_with_a_mark() -> bytes:
    return typed(b"utf-8", b"\xef\xbb\xbfmeeting")


@kind(body="meeting 😀 שלום")
def right_to_left_and_emoji() -> bytes:
    return typed(b"utf-8", "meeting 😀 שלום \u202e gnitaem".encode())


@kind(body="the meeting")
def nul_bytes_in_the_body() -> bytes:
    return typed(b"utf-8", b"the \x00meet\x00ing")


@kind(body="meeting Привет")
def html_that_names_its_own_charset() -> bytes:
    page = '<html><head><meta charset="windows-1251"></head><p>meeting Привет</p></html>'.encode("cp1251")
    return mail(b"Content-Type: text/html", body=page)


# --- dates --------------------------------------------------------------------------------------


@kind()
def date_with_one_digit_hour() -> bytes:
    return dated(b"Mon, 3 Mar 2025 9:05:00 -0500")


@kind()
def date_with_zone_in_brackets() -> bytes:
    return dated(b"Mon, 03 Mar 2025 14:05:00 (GMT)")


@kind()
def date_without_zone() -> bytes:
    return dated(b"Mon, 03 Mar 2025 14:05:00")


@kind()
def date_with_gmt_plus_one() -> bytes:
    return dated(b"Mon, 03 Mar 2025 15:05:00 GMT+1")


@kind()
def date_with_year_of_three_digits() -> bytes:
    return dated(b"Mon, 03 Mar 125 14:05:00 GMT")


@kind()
def date_with_year_0125() -> bytes:
    return dated(b"Mon, 03 Mar 0125 14:05:00 GMT")


@kind()
def date_as_asctime() -> bytes:
    return dated(b"Mon Mar  3 14:05:00 2025")


@kind()
def date_in_iso_8601() -> bytes:
    return dated(b"2025-03-03T14:05:00Z")


@kind()
def date_in_prose() -> bytes:
    return dated(b"March 3, 2025 2:05 PM GMT")


# --- headers ------------------------------------------------------------------------------------


@kind(subject="plan Renée")
def subject_in_raw_latin_1() -> bytes:
    return mail(subject="plan Renée".encode("latin-1"))


@kind(subject="plan Renée")
def subject_in_raw_utf_8() -> bytes:
    return mail(subject="plan Renée".encode())


@kind(subject="plan Renée é")
def raw_text_beside_an_encoded_word() -> bytes:
    return mail(subject="plan Renée".encode() + b" =?utf-8?q?=C3=A9?=")


@kind(subject="plan meeting room")
def encoded_word_with_a_newline_inside() -> bytes:
    return mail(subject=b"=?utf-8?q?plan meeting\r\n room?=")


@kind(subject="plan é")
def character_split_between_encoded_words() -> bytes:
    return mail(subject=b"=?utf-8?b?cGxhbiDD?= =?utf-8?b?qQ==?=")


@kind(subject="plan")
def encoded_word_with_broken_base64() -> bytes:
    return mail(subject=b"plan =?utf-8?b?!!!=?= =?utf-8?b?A?=")


@kind(subject="plan café")
def encoded_word_of_unknown_charset() -> bytes:
    return mail(subject=b"=?x-none?q?plan_caf=E9?=")


@kind(subject="plan")
def encoded_word_never_closed() -> bytes:
    return mail(subject=b"plan =?utf-8?q?abc")


@kind(subject="plan")
def subject_of_ten_megabytes() -> bytes:
    return mail(subject=b"plan " + b"x" * 10_000_000)


@kind(subject="plan")
def subject_of_a_hundred_thousand_encoded_words() -> bytes:
    return mail(subject=b"plan " + b"=?utf-8?q?a?=\r\n " * 100_000)


@kind()
def hundred_thousand_headers() -> bytes:
    return mail(*(b"X-%d: y" % number for number in range(100_000)))


@kind()
def hundred_thousand_received_headers() -> bytes:
    return mail(*[b"Received: from a by b; never"] * 100_000).replace(b"Date:", b"X-Date:")


@kind()
def fifty_thousand_recipients() -> bytes:
    people = b",\r\n ".join(b'"Last%d, First" <p%d@example.org>' % (n, n) for n in range(50_000))
    return mail(b"Cc: " + people)


@kind()
def quotes_without_end_in_recipients() -> bytes:
    return mail(b"Cc: " + b'"\\"' * 300_000)


@kind()
def brackets_without_end_in_recipients() -> bytes:
    return mail(b"Cc: " + b"((((<<<<" * 50_000)


@kind()
def fifty_thousand_references() -> bytes:
    return mail(b"References: " + b"\r\n ".join(b"<r%d@example.org>" % n for n in range(50_000)))


@kind()
def header_named_headers() -> bytes:
    return mail(b"Headers: x", b"defects: y", b"Parse: z", b"Headers_json: {}", b"mail: a")


@kind()
def duplicate_headers() -> bytes:
    return mail(b"From: other@example.org", b"Date: Tue, 04 Mar 2025 09:05:00 -0500", b"Subject: second")


@kind()
def header_line_without_colon() -> bytes:
    return HEAD + b"Subject: plan\r\nthis is no header\r\n\r\nthe meeting"


@kind()
def header_names_with_blanks() -> bytes:
    return mail(b"Bad Name : x", b" : y", b":", b"X-\xff: z")


@kind()
def nul_bytes_in_headers() -> bytes:
    return mail(b"X-A: \x00\x00", subject=b"pl\x00an".replace(b"\x00", b"") + b"\x00")


@kind()
def microsoft_message_id() -> bytes:
    return mail().replace(b"<m1@example.org>", b"<[0a1b2c]@[example.org]>")


@kind(subject="", body="")
def empty_message() -> bytes:
    return b""


@kind(body="")
def only_headers() -> bytes:
    return mail().partition(b"\r\n\r\n")[0]


@kind(subject="", body="meeting")
def only_a_body() -> bytes:
    return b"\r\nthe meeting\r\n"


@kind()
def begins_with_a_byte_order_mark() -> bytes:
    return b"\xef\xbb\xbfX-First: y\r\n" + mail()


@kind()
def begins_with_an_mbox_line() -> bytes:
    return b"From dana@example.org Mon Mar  3 09:05:00 2025\r\n" + mail()


@kind()
def bare_line_feeds() -> bytes:
    return mail().replace(b"\r\n", b"\n")


@kind()
def bare_carriage_returns() -> bytes:
    return mail().replace(b"\r\n", b"\r")


@kind()
def mixed_line_ends() -> bytes:
    return mail(b"X-A: b").replace(b"\r\n", b"\n", 3)


# --- structure ----------------------------------------------------------------------------------


def _nested(depth: int) -> bytes:
    lines = [HEAD + b'Subject: plan\r\nContent-Type: multipart/mixed; boundary="b0"\r\n\r\n']
    for level in range(depth):
        lines.append(b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (level, level + 1))
    lines.append(b"--b%d\r\n" % depth + PLAIN + b"the meeting\r\n--b%d--\r\n" % depth)
    return b"".join(lines)


@kind()
def multiparts_40_deep() -> bytes:
    return _nested(40)


@kind()
def multiparts_100_deep() -> bytes:
    return _nested(100)


@kind()
def multiparts_1000_deep() -> bytes:
    return _nested(1_000)


@kind()
def multiparts_1000_deep_in_odd_spelling() -> bytes:
    return _nested(1_000).replace(b"multipart", b"mULTIPART")


@kind()
def multiparts_5000_deep() -> bytes:
    return _nested(5_000)


@kind(body="")
def messages_200_deep() -> bytes:
    return (HEAD + b"Subject: plan\r\nContent-Type: message/rfc822\r\n\r\n") * 200 + mail()


@kind()
def boundary_never_closed() -> bytes:
    return multipart(PLAIN + b"the meeting", end=b"")


@kind()
def boundary_parameter_missing() -> bytes:
    return multipart(PLAIN + b"the meeting").replace(b'; boundary="b1"', b"")


@kind()
def boundary_parameter_wrong() -> bytes:
    return multipart(PLAIN + b"the meeting").replace(b'boundary="b1"', b'boundary="other"')


@kind()
def boundary_of_regex_characters() -> bytes:
    return multipart(PLAIN + b"the meeting", boundary=b".*+?[](){}|^$\\", end=b"--.*+?[](){}|^$\\--\r\n")


@kind()
def boundary_is_empty() -> bytes:
    return mail(
        b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n" + PLAIN + b"the meeting\r\n----\r\n"
    )


@kind()
def parts_without_headers() -> bytes:
    return multipart(b"\r\nthe meeting", b"\r\nsecond")


@kind()
def text_only_in_the_preamble() -> bytes:
    return mail(b'Content-Type: multipart/mixed; boundary="b1"', body=b"the meeting\r\n--b1--\r\n")


@kind()
def thousand_empty_parts() -> bytes:
    return multipart(PLAIN + b"the meeting", *[b"Content-Type: image/png\r\n\r\n"] * 1_000)


@kind()
def content_type_is_garbage() -> bytes:
    return mail(b"Content-Type: ;;;=/===\"\"'';;charset")


@kind()
def content_type_of_a_megabyte() -> bytes:
    return mail(b"Content-Type: text/plain" + b"; a=b" * 200_000)


@kind()
def content_type_of_semicolons_on_a_multipart() -> bytes:
    return multipart(PLAIN + b"the meeting").replace(b'boundary="b1"', b'boundary="b1"' + b";" * 500_000)


@kind()
def content_type_in_raw_8bit() -> bytes:
    return mail(b"Content-Type: text/plain; name=\xe9\xff; charset=\xe9")


@kind(files=("Bericht é.txt",))
def rfc_2231_continuations_out_of_order() -> bytes:
    part = b"Content-Disposition: attachment; filename*1*=t%20%C3%A9.txt; filename*0*=utf-8''Berich\r\n\r\nx"
    return multipart(PLAIN + b"the meeting", part)


@kind()
def rfc_2231_chaos() -> bytes:
    chaos = b"filename*0*=x'; filename*=''; filename*99*=%; filename*a=b; filename"
    part = b"Content-Disposition: attachment; " + chaos + b"\r\n\r\nx"
    return multipart(PLAIN + b"the meeting", part)


@kind(files=("secret.txt",))
def file_name_with_folders() -> bytes:
    return multipart(
        PLAIN + b"the meeting", b'Content-Disposition: attachment; filename="../../etc\\secret.txt"\r\n\r\nx'
    )


@kind(files=("a.txt", "a.txt (2)"))
def two_files_of_one_name() -> bytes:
    part = b'Content-Disposition: attachment; filename="a.txt"\r\n\r\nx'
    return multipart(PLAIN + b"the meeting", part, part)


@kind(files=("notes.txt",))
def uuencoded_file_in_the_text() -> bytes:
    return mail(body=b"the meeting\r\nbegin 644 notes.txt\r\n#0V%T\r\n`\r\nend\r\nbye")


@kind()
def uuencode_never_ends() -> bytes:
    return mail(body=b"the meeting\r\nbegin 644 notes.txt\r\n#0V%T\r\n" * 1_000)


@kind(files=("film.bin",))
def yenc_file_in_the_text() -> bytes:
    return mail(
        body=b"the meeting\r\n=ybegin line=128 size=3 name=film.bin\r\n\x8b\x8c\x8d\r\n=yend size=3\r\n"
    )


# --- transfer encodings -------------------------------------------------------------------------


def _encoded(encoding: bytes, body: bytes) -> bytes:
    return mail(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: " + encoding, body=body
    )


@kind()
def base64_cut_short() -> bytes:
    return _encoded(b"base64", base64.b64encode(b"the meeting is on Monday")[:-3])


@kind()
def base64_with_strange_characters() -> bytes:
    return _encoded(
        b"base64", b"!" + base64.b64encode(b"the meeting is on Monday at noon, room four") + b"\r\n"
    )


@kind()
def base64_that_is_plain_text() -> bytes:
    return _encoded(b"base64", b"Dear all, the meeting is on Monday, at nine; please come. Dana")


@kind()
def base64_with_a_footer_behind() -> bytes:
    return _encoded(b"base64", base64.b64encode(b"the meeting is on Monday!") + b"\r\n_____\r\nlist footer")


@kind()
def quoted_printable_that_is_broken() -> bytes:
    return _encoded(b"quoted-printable", b"the =ZZ meeting = =\r\n=4 =")


@kind()
def transfer_encoding_nobody_knows() -> bytes:
    return _encoded(b"x-zip", b"the meeting")


@kind()
def line_of_a_megabyte() -> bytes:
    return mail(body=b"the meeting " + b"x" * 1_000_000)


@kind()
def million_empty_lines() -> bytes:
    return mail(body=b"the meeting" + b"\r\n" * 1_000_000)


@kind()
def megabytes_of_blanks() -> bytes:
    return mail(b"Content-Type: text/plain; format=flowed", body=b"the meeting" + b" " * 2_000_000 + b"x")


# --- HTML ---------------------------------------------------------------------------------------


def _page(html: bytes) -> bytes:
    return mail(b"Content-Type: text/html; charset=utf-8", body=html)


@kind()
def html_of_nested_divs() -> bytes:
    return _page(b"the meeting" + b"<div>" * 100_000)


@kind()
def html_of_nested_tables() -> bytes:
    return _page(b"the meeting" + b"<table><tr><td>" * 20_000)


@kind()
def html_of_nested_quotes() -> bytes:
    return _page(b"the meeting" + b"<blockquote>x" * 3_000)


@kind()
def html_that_reopens_formatting() -> bytes:
    return _page(b"the meeting" + b"".join(b"<font color=%d><p>" % n for n in range(20_000)))


@kind()
def html_of_a_row_of_cells() -> bytes:
    return _page(b"the meeting<table><tr>" + b"<td>x" * 100_000)


@kind()
def html_tag_of_many_attributes() -> bytes:
    return _page(b"the meeting<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">")


@kind()
def html_of_open_brackets() -> bytes:
    return _page(b"the meeting " + b"<" * 2_000_000)


@kind()
def html_all_hidden() -> bytes:
    return _page(b'<div style="display:none">the meeting</div>')


@kind()
def html_never_closed() -> bytes:
    return _page(b"<html><body><p>the meeting<b><!-- ")


@kind()
def html_in_plain_text() -> bytes:
    return mail(b"Content-Type: text/plain", body=b"<html><body><p>the meeting</p></body></html>")


@kind()
def stub_beside_html() -> bytes:
    page = (
        b"Content-Type: text/html\r\n\r\n<p>the meeting is on Monday at nine in room four, please come in</p>"
    )
    stub = PLAIN + b"This message requires HTML."
    return multipart(stub, page, subtype=b"alternative")


@kind(files=("winmail.dat",))
def outlook_envelope_that_is_broken() -> bytes:
    part = b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n\x78\x9f\x3e\x22\x00\x00'
    return multipart(PLAIN + b"the meeting", part)


@kind(files=("a.pdf", "b.docx", "c.ics"))
def files_that_are_not_what_they_say() -> bytes:
    return multipart(
        PLAIN + b"the meeting",
        b'Content-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF-1.4 broken',
        b'Content-Type: application/octet-stream; name="b.docx"\r\n\r\nPK\x03\x04broken',
        b'Content-Type: text/calendar; name="c.ics"\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x',
    )


@kind()
def uuencode_begun_very_often() -> bytes:
    return mail(body=b"the meeting\r\n" + b"begin 644 x\r\n" * 20_000 + b"\xe9\r\nend\r\n")


@kind()
def yenc_begun_very_often() -> bytes:
    return mail(body=b"the meeting\r\n" + b"=ybegin line=1 size=1 name=x\r\n" * 20_000 + b"x =yend")


@kind(body="")
def noise_sent_as_text() -> bytes:
    noise = bytes(number * 7919 % 256 for number in range(4_000_000))
    return _encoded(b"base64", base64.encodebytes(noise))
