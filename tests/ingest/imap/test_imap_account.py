"""Accounts, refusals, recognising, and who is the school: the small parts without a server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.account import Account
from ingest.connection import connect
from ingest.only_school import concerns_school
from ingest.recognise import Recogniser, message_id_of
from ingest.refusals import Refused, cause_of, refusal, shorten, wait_of
from models.errors import ConfigError, ServerUnreachable, Throttled
from models.records import KnownCopy

WHEN = datetime(2024, 3, 4, tzinfo=UTC)


@pytest.fixture
def make_account():
    """Make an account, changed as wanted."""

    def make(**changes):
        values = {"name": "home", "host": "imap.example.org", "user": "dana@example.org"}
        return Account(**{**values, **changes})

    return make


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"security": "none"}, "readable"),
        ({"security": "ssl"}, '"ssl" is not known'),
        ({"auth": "oauth"}, '"oauth" is not known'),
        ({"host": " "}, "must not be empty"),
        ({"user": ""}, "must not be empty"),
        ({"port": 0}, "not a port"),
        ({"port": 70000}, "not a port"),
        ({"timeout_seconds": 0}, "not above 0"),
        ({"only_school": True}, "no address or domain"),
    ],
)
def test_account_refuses_what_cannot_work(make_account, changes, words):
    with pytest.raises(ConfigError, match=words) as caught:
        make_account(**changes)

    assert caught.value.remedy


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_account_may_go_without_encryption_on_this_computer(make_account, host):
    assert make_account(host=host, security="none").host == host


def test_connect_tells_a_name_that_does_not_resolve(make_account):
    with pytest.raises(ServerUnreachable, match="not known on the network"):
        connect(make_account(host="imap.invalid"), lambda: "unused")


def test_connect_tells_a_refused_connection(make_account):
    with pytest.raises(ServerUnreachable, match="refused the connection"):
        connect(make_account(host="127.0.0.1", port=1, security="none"), lambda: "unused")


def test_connect_tells_a_server_that_never_answers(make_account, scripted):
    scripted.greeting = b""

    with pytest.raises(ServerUnreachable, match=r"did not answer within 0\.2 seconds"):
        connect(make_account(host="127.0.0.1", port=scripted.port, security="none", timeout_seconds=0.2), str)


def test_connect_tells_something_that_is_no_mail_server(make_account, scripted):
    scripted.greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"

    with pytest.raises(ServerUnreachable, match="cannot be used"):
        connect(make_account(host="127.0.0.1", port=scripted.port, security="none"), str)


def test_connect_sends_no_password_where_encryption_is_missing(make_account, scripted):
    from models.errors import ServerNotTrusted

    with pytest.raises(ServerNotTrusted, match="offers no encryption"):
        connect(make_account(host="127.0.0.1", port=scripted.port, security="starttls"), lambda: "word")

    assert not any(b"word" in command for command in scripted.commands)


@pytest.mark.parametrize(
    ("text", "cause", "seconds"),
    [
        ("BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds", "throttled", 1.5),
        ("NO Suggested Backoff Time: 3 seconds, throttled", "throttled", 3),
        ("BYE [OVERQUOTA] Account exceeded bandwidth", "quota", 3600),
        ("NO [LIMIT] Too many simultaneous connections", "throttled", 10),
        ("NO [UNAVAILABLE] Backend down", "unavailable", 10),
        ("NO [AUTHENTICATIONFAILED] Invalid", "sign-in", 10),
        ("NO never heard of it", "other", 10),
    ],
)
def test_cause_of_and_wait_of_read_what_servers_say(text, cause, seconds):
    assert (cause_of(text), wait_of(text)) == (cause, seconds)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("NO throttled", Throttled), ("NO [UNAVAILABLE]", ServerUnreachable), ("NO no such folder", Refused)],
)
def test_refusal_becomes_the_error_that_callers_tell_apart(text, kind):
    assert type(refusal("imap.example.org", text)) is kind


def test_shorten_leaves_one_clean_line():
    assert shorten("a\x1b[31m\r\n b" + "c" * 300, limit=12) == "a [31m bccc…"


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"Message-ID: <a@b>\r\n\r\nMessage-ID: <body@b>", "a@b"),
        (b"Subject: x\r\nmessage-id:<a@b>\r\n\r\n", "a@b"),
        (b"Message-Id:\r\n <folded@b>\r\n\r\n", "folded@b"),
        (b"Message-ID: bare@b \r\n\r\n", "bare@b"),
        (b"Message-ID: <a@b>\nSubject: x\n\nbody", "a@b"),
        (b"Subject: x\r\n\r\nMessage-ID: <body@b>\r\n", ""),
        (b"\r\nMessage-ID: <body@b>\r\n", ""),
        (b"Message-ID:\r\nSubject: x\r\n\r\n", ""),
        (b"", ""),
    ],
)
def test_message_id_of_looks_in_the_header_only(raw, found):
    assert message_id_of(raw) == found


def copy(key="k", *, size=5, message_id="a@b", when=WHEN) -> KnownCopy:
    return KnownCopy(1, key, size, when, message_id)


@pytest.mark.parametrize(
    ("copies", "found"),
    [
        ([copy()], "k"),
        ([copy(), copy()], "k"),
        ([copy(), copy("other")], ""),  # two candidates: fetch and see
        ([copy(size=6)], ""),
        ([copy(message_id="c@d")], ""),
        ([copy(when=None)], ""),
        ([copy(when=datetime(2024, 3, 5, tzinfo=UTC))], ""),
        ([], ""),
    ],
)
def test_recogniser_is_sure_or_says_nothing(copies, found):
    assert Recogniser(copies).key(5, "a@b", WHEN) == found


def test_recogniser_never_goes_by_a_missing_message_id():
    assert Recogniser([copy(message_id="")]).key(5, "", WHEN) == ""


@pytest.mark.parametrize(
    ("header", "concerned"),
    [
        (b"From: Kim <KOkafor@MapleGrove.example>\r\n", True),
        (b"Cc: x@example.net,\r\n office@mail.maplegrove.example\r\n", True),
        (b"From: coach@club.example\r\n", True),  # named by address
        (b"From: a@notmaplegrove.example\r\n", False),
        (b"From: maplegrove.example@example.net\r\n", False),
        (b'From: "office@maplegrove.example" <x@example.net>\r\n', True),  # better one too many
        (b"From: \xff\xfe\r\n", False),
        (b"", False),
    ],
)
def test_concerns_school_goes_by_addresses(make_account, header, concerned):
    account = make_account(
        only_school=True, school_domains=("maplegrove.example",), school_addresses=("Coach@club.example",)
    )

    assert concerns_school(header, account) is concerned
