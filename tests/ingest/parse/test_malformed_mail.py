from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.parse import read_message
from ingest.plain_text import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.records import Message

SLOW_SECONDS = 1.0


@dataclass(frozen=True)
class Reading:
    message: Message
    again: Message
    seconds: float


@cache
def read(make: Callable[[], bytes]) -> Reading:
    """Read one kind twice, once for all tests; the better time counts, since the machine is shared."""
    raw = make()
    messages, seconds = [], []
    for _ in range(2):
        began = time.process_time()
        messages.append(read_message(raw))
        seconds.append(time.process_time() - began)
    return Reading(messages[0], messages[1], min(seconds))


def test_malformed_mail_keeps_its_words(malformed_kind: Any) -> None:
    message = read(malformed_kind.make).message

    assert set(malformed_kind.subject.split()) <= set(message.subject.split())
    assert all(word in message.body for word in malformed_kind.body.split())


def test_malformed_mail_keeps_its_files(malformed_kind: Any) -> None:
    message = read(malformed_kind.make).message

    assert {f"attachment:{name}" for name in malformed_kind.files} <= {
        part.name for part in message.parts[1:]
    }


def test_malformed_mail_is_read_in_a_second(malformed_kind: Any) -> None:
    assert read(malformed_kind.make).seconds < SLOW_SECONDS


def test_malformed_mail_is_never_given_up(malformed_kind: Any) -> None:
    message = read(malformed_kind.make).message

    assert not [defect for defect in message.defects if defect.startswith("unread")]


def test_malformed_mail_reads_the_same_twice(malformed_kind: Any) -> None:
    reading = read(malformed_kind.make)

    assert reading.message == reading.again


def test_malformed_mail_gives_text_that_files_can_hold(malformed_kind: Any) -> None:
    message = read(malformed_kind.make).message

    for text in (message.subject, message.message_id, *(part.text for part in message.parts)):
        assert "\x00" not in text
        assert text.encode("utf-8").decode("utf-8") == text


PIECES = st.sampled_from(
    [
        b"From: a@example.org\r\n",
        b"Subject: =?utf-8?q?x",
        b"Date: 1 Jan 2025 1:1 x\r\n",
        b'Content-Type: multipart/mixed; boundary="b"\r\n',
        b"Content-Type: text/html\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%C3\r\n",
        b"\r\n",
        b"\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"<div><blockquote>",
        b"begin 644 x\r\n#0V%T\r\nend\r\n",
        b"\xff\xfe\x00\x80",
    ]
)
SOME_BYTES = st.lists(st.one_of(PIECES, st.binary(max_size=30)), max_size=25).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(raw=SOME_BYTES)
@example(raw=b"\x00")
def test_read_message_takes_any_bytes(raw: bytes) -> None:
    message = read_message(raw)

    assert message.parts[0].name == "body"
    assert not [defect for defect in message.defects if defect.startswith("unread")]
    assert message == read_message(raw)


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200))
def test_canonical_changes_nothing_the_second_time(text: str) -> None:
    once = canonical(text)

    assert canonical(once) == once
