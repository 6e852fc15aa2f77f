from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from ingest.addresses import read_addresses
from ingest.charset import decode_text
from ingest.dates import choose_date, read_date
from ingest.encoded_words import header_text
from ingest.headers import is_automatic, list_id, message_ids
from models.records import Address

WHEN = datetime(2025, 3, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Dana Rivera <Dana@Example.org>", [("Dana Rivera", "dana@example.org")]),
        ("Rivera, Dana <d@example.org>", [("Rivera, Dana", "d@example.org")]),
        (
            '"Rivera, Dana" <d@example.org>, b@example.org',
            [("Rivera, Dana", "d@example.org"), ("", "b@example.org")],
        ),
        ("b@example.org (Bo Lee)", [("Bo Lee", "b@example.org")]),
        ("Team: a@example.org, C D <c@example.org>;", [("", "a@example.org"), ("C D", "c@example.org")]),
        ("undisclosed-recipients:;", []),
        ("", []),
        ("<>", []),
        ("=?utf-8?Q?Rivera=2C_Ren=C3=A9e?= <r@example.org>", [("Rivera, Renée", "r@example.org")]),
        (
            '"=?utf-8?B?UmVuw6ll?=" <r@example.org>',
            [("Renée", "r@example.org")],
        ),  # RFC 2047 forbids it; it is sent
        ("=?utf-8?q?Dana_<d@example.org>?=", [("Dana", "d@example.org")]),
        ("'d@example.org' <d@example.org>", [("", "d@example.org")]),  # Outlook
        ("Dana [mailto:d@example.org]", [("", "d@example.org")]),
        ("Dana Rivera d@example.org", [("Dana Rivera", "d@example.org")]),
        ("d @ example . org", [("", "d@example.org")]),
        ("<@a.example,@b.example:d@example.org>", [("", "d@example.org")]),  # a route
        ('"unterminated <d@example.org>', [("unterminated", "d@example.org")]),
        ("office", [("office", "")]),  # no @ at all
        ('"john doe"@example.org', [("", '"john doe"@example.org')]),
        ('"Doe \\"JD\\" Jane" <j@example.org>', [('Doe "JD" Jane', "j@example.org")]),
        ("a@example.org; b@example.org", [("", "a@example.org"), ("", "b@example.org")]),
    ],
)
def test_read_addresses_takes_what_programs_write(value: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in read_addresses(value)] == expected


def test_read_addresses_is_quick_with_many_people() -> None:
    value = ", ".join(f'"Last{n}, First" <p{n}@example.org>' for n in range(5_000))

    began = time.process_time()
    found = read_addresses(value)

    assert (len(found), found[-1]) == (5_000, Address("Last4999, First", "p4999@example.org"))
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize(
    ("value", "offset"),
    [
        ("Mon, 03 Mar 2025 09:05:00 -0500", -300),
        ("Mon, 3 Mar 2025 9:05:00 -0500", -300),
        ("Mon, 03 Mar 2025 14:05:00 (GMT)", 0),
        ("Mon, 03 Mar 2025 14:05:00", None),
        ("Mon, 03 Mar 2025 14:05:00 -0000", None),  # RFC 5322: the zone is not known
        ("Mon, 03 Mar 2025 14:05:00 XYZ", None),
        ("Mon, 03 Mar 25 09:05:00 EST", -300),
        ("Mon, 03 Mar 125 14:05:00 GMT", 0),
        ("Mon, 03 Mar 0125 14:05:00 GMT", 0),
        ("Mon, 03 Mar 2025 15:05:00 GMT+1", 60),
        ("Mon, 03 Mar 2025 15:05:00 CET", 60),  # mail-parser alone reads it as +0000
        ("Tue, 03 Mar 2025 14:05:00 +0000", 0),  # the weekday is wrong
        ("Mon Mar  3 14:05:00 2025", None),
        ("Mon Mar  3 09:05:00 EST 2025", -300),
        ("2025-03-03T14:05:00Z", 0),
        ("2025-03-03 09:05:00.123 -05:00", -300),
        ("March 3, 2025 9:05 AM EST", -300),
        ("3/3/2025 2:05 PM", None),
        ("Mon, 03 Mar 2025 14.05.00 +0000", 0),
        ("Mon, 03 Mar 2025 14:05:00 +9900", None),
    ],
)
def test_read_date_is_tolerant(value: str, offset: int | None) -> None:
    moment = read_date(value)

    assert moment is not None
    assert (moment.at, moment.offset_minutes) == (WHEN, offset)


@pytest.mark.parametrize(
    "value", ["", "garbage", "Mon, 31 Feb 2025 09:05:00 -0500", "99 Mar 2025", "(" * 2_000]
)
def test_read_date_does_not_guess(value: str) -> None:
    assert read_date(value) is None


RECEIVED = "from a by b; Mon, 3 Mar 2025 09:05:00 -0500"


@pytest.mark.parametrize(
    ("dates", "received", "internal", "source"),
    [
        (["Mon, 03 Mar 2025 09:05:00 -0500"], [], None, "date"),
        ([], [RECEIVED], None, "received"),
        (["garbage"], ["from x", RECEIVED], None, "received"),  # the first Received that can be used
        ([], [], WHEN, "internaldate"),
        ([], [], None, "none"),
        (["Thu, 1 Jan 1970 00:00:00 +0000"], [RECEIVED], None, "received"),  # before 1990
        (["Fri, 07 Mar 2025 09:05:00 -0500"], [RECEIVED], None, "received"),  # four days after it arrived
        (["Wed, 05 Mar 2025 09:04:00 -0500"], [RECEIVED], None, "date"),  # a clock may be two days ahead
        (["Fri, 07 Mar 2025 09:05:00 -0500"], [], WHEN, "internaldate"),
        (["Fri, 07 Mar 2025 09:05:00 -0500"], [], None, "date"),  # nothing known speaks against it
        ([], ["from a by b; Mon, 3 Mar 2031 09:05:00 -0500"], WHEN, "internaldate"),
        ([], ["from a by b; Mon, 3 Mar 2025 09:05:00 -0500 (note; of a server)"], None, "received"),
    ],
)
def test_choose_date_says_which_source(
    dates: list[str], received: list[str], internal: datetime | None, source: str
) -> None:
    assert choose_date(dates, received, internal).source == source


def test_choose_date_notes_why_a_date_was_not_taken() -> None:
    sent = choose_date(["Thu, 1 Jan 1970 00:00:00 +0000"], [RECEIVED], None)

    assert "cannot be true" in sent.defects[0]


def test_choose_date_takes_internal_date_without_zone_as_utc() -> None:
    sent = choose_date([], [], WHEN.replace(tzinfo=None))

    assert sent.at == WHEN


def test_choose_date_keeps_no_offset_of_a_server() -> None:
    assert choose_date([], [RECEIVED], WHEN + timedelta(days=1)).offset_minutes is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain words", "plain words"),
        ("folded\r\n\t words", "folded words"),
        ("=?utf-8?b?w6k=?= =?utf-8?b?w6k=?=", "éé"),  # the blank between encoded words is none
        ("=?utf-8?b?w?= =?utf-8?q?x=C3?= =?utf-8?q?=A9?=", "xé"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("raw \udcc3\udca9 =?utf-8?q?=C3=A9?=", "raw é é"),
        ("=?iso-8859-1?q?caf=E9?=", "café"),
        ("=?unknown-8bit?q?caf=E9?=", "café"),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("a\x00b\x07", "a b"),
        ("", ""),
    ],
)
def test_header_text_loses_nothing(value: str, expected: str) -> None:
    assert header_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@example.org>", ("a@example.org",)),
        ("<a@example.org>\r\n <b@example.org> <a@example.org>", ("a@example.org", "b@example.org")),
        ("a@example.org (comment)", ("a@example.org",)),
        ("<[0a1b]@[example.org]>", ("[0a1b]@[example.org]",)),  # Outlook
        ("<long\r\n er@example.org>", ("longer@example.org",)),
        ('Your message of "Monday" <a@example.org>', ("a@example.org",)),
        ("no id here", ()),
        ("<" + "x" * 2_000 + ">", ()),
        ("", ()),
    ],
)
def test_message_ids_are_without_brackets(value: str, expected: tuple[str, ...]) -> None:
    assert message_ids(value) == expected


def test_message_ids_keeps_first_and_last_of_many() -> None:
    found = message_ids(" ".join(f"<{n}@example.org>" for n in range(5_000)))

    assert (len(found), found[0], found[-1]) == (1_000, "0@example.org", "4999@example.org")


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({}, False),
        ({"auto-submitted": ["no"]}, False),
        ({"auto-submitted": ["auto-replied; x"]}, True),
        ({"precedence": ["Bulk"]}, True),
        ({"x-autoreply": ["yes"]}, True),
        ({"x-auto-response-suppress": ["All"]}, True),
        ({"x-auto-response-suppress": ["OOF"]}, False),  # Outlook sets it on people's mail
        ({"return-path": ["<>"]}, True),
        ({"content-type": ["multipart/report; report-type=delivery-status"]}, True),
    ],
)
def test_is_automatic_tells_people_from_programs(headers: dict[str, list[str]], automatic: bool) -> None:
    assert is_automatic(headers) is automatic


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"list-id": ["School news <News.example.org>"]}, "news.example.org"),
        ({"list-id": ["news.example.org"]}, "news.example.org"),
        ({"list-post": ["<mailto:news@example.org>"]}, "news@example.org"),
        ({}, ""),
    ],
)
def test_list_id_names_the_list(headers: dict[str, list[str]], expected: str) -> None:
    assert list_id(headers) == expected


@pytest.mark.parametrize(
    ("data", "declared", "charset"),
    [
        (b"plain", None, "utf-8"),
        ("é".encode(), "utf-8", "utf-8"),
        (b"\xe9", "iso-8859-1", "cp1252"),
        (b"\xe9", None, "cp1252"),
        ("é".encode(), "iso-8859-1", "utf-8"),
        ("é".encode("utf-16"), "us-ascii", "utf-16-le"),
        ("собрание".encode("koi8-r"), "koi8-r", "koi8-r"),
        ("会议".encode("gb18030"), "gb2312", "gb18030"),
    ],
)
def test_decode_text_says_which_charset_it_took(data: bytes, declared: str | None, charset: str) -> None:
    assert decode_text(data, declared).charset == charset


def test_decode_text_notes_a_charset_that_did_not_fit() -> None:
    assert decode_text(b"caf\xe9", "utf-8").problem == "charset 'utf-8': read as windows-1252"


def test_decode_text_keeps_octets_that_windows_1252_does_not_define() -> None:
    assert decode_text(b"caf\xe9 \x81\x8d").text == "café \x81\x8d"
