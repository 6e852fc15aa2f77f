"""FETCH, LIST and STATUS answers in the shapes that servers send, right and wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetching import parse_fetch, parse_internal_date, parse_uid_set, uid_set, uid_sets
from ingest.folders import choose_folders, decode_name, parse_folders
from ingest.wire import Answer

BODY = b"From: a\r\n\r\n)\r\n* 1 FETCH"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"* 1 FETCH (UID 5 FLAGS (\\Seen) RFC822.SIZE 9 BODY[] {22}\r\n", (BODY,), (b")\r\n",)),
        Answer(b"* 1 FETCH (BODY[] {22}\r\n", (BODY,), (b" UID 5 FLAGS (\\Seen) RFC822.SIZE 9)\r\n",)),
        Answer(b"* 1 fetch (uid 5 flags (\\Seen) rfc822.size 9 body[] {22}\r\n", (BODY,), (b")\r\n",)),
        Answer(b"* 1 FETCH (UID 5 FLAGS (\\Seen) RFC822.SIZE 9 BODY[] ~{22}\r\n", (BODY,), (b")\r\n",)),
        Answer(
            b"* 1 FETCH (UID 5 FLAGS (\\Seen) MODSEQ (8) RFC822.SIZE 9 BODY[] {22}\r\n", (BODY,), (b")\r\n",)
        ),
    ],
    ids=["usual", "items behind", "small letters", "literal8", "modseq"],
)
def test_parse_fetch_reads_items_in_any_order(answer):
    found = parse_fetch(answer)

    assert found is not None
    assert (found.uid, found.flags, found.size, found.body, found.origin) == (5, ("\\Seen",), 9, BODY, None)


@pytest.mark.parametrize(
    "line",
    [
        b"* 4 EXISTS\r\n",
        b"* 4 EXPUNGE\r\n",
        b"* VANISHED 3:9\r\n",
        b"* 4 FETCH (FLAGS (\\Seen))\r\n",  # no UID: the 4 is a sequence number
        b"* OK [ALERT] the disk is full\r\n",
        b"* 4 FETCH (UID 5 BODY[] \r\n",
        b"* 4 FETCH nonsense\r\n",
        b"\xff\xfe\r\n",
        b"\r\n",
    ],
)
def test_parse_fetch_gives_nothing_for_other_lines(line):
    assert parse_fetch(Answer(line)) is None


def test_parse_fetch_keeps_nil_apart_from_empty():
    nil = parse_fetch(Answer(b"* 1 FETCH (UID 5 BODY[] NIL)\r\n"))
    empty = parse_fetch(Answer(b"* 1 FETCH (UID 5 BODY[] {0}\r\n", (b"",), (b")\r\n",)))

    assert (nil.body, empty.body) == (None, b"")


def test_parse_fetch_reads_a_piece_with_its_place():
    found = parse_fetch(Answer(b"* 1 FETCH (UID 5 BODY[]<1024> {3}\r\n", (b"abc",), (b")\r\n",)))

    assert (found.body, found.origin) == (b"abc", 1024)


def test_parse_fetch_hands_on_a_body_that_is_a_file():
    path = Path("incoming/1.whole")

    found = parse_fetch(Answer(b"* 1 FETCH (BODY[] {9000000}\r\n", (path,), (b" UID 5)\r\n",)))

    assert found.body == path


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("17-Jul-2024 02:44:25 -0700", datetime(2024, 7, 17, 9, 44, 25, tzinfo=UTC)),
        (" 7-jul-2024 02:44:25 +0000", datetime(2024, 7, 7, 2, 44, 25, tzinfo=UTC)),
        ("31-Feb-2024 02:44:25 +0000", None),
        ("01-Jan-0001 00:00:00 +1400", None),  # would lie before year 1 in UTC
        ("17-Foo-2024 02:44:25 +0000", None),
        ("17-Jul-2024 02:44:25 +9900", None),
        ("", None),
    ],
)
def test_parse_internal_date_is_aware_or_nothing(text, moment):
    assert parse_internal_date(text) == moment


def test_parse_internal_date_keeps_the_zone_of_the_server():
    assert parse_internal_date("17-Jul-2024 02:44:25 -0730").utcoffset() == timedelta(hours=-7, minutes=-30)


@given(st.sets(st.integers(1, 2**32 - 1), max_size=300))
def test_uid_set_and_back_is_the_same(uids):
    text = uid_set(sorted(uids))

    assert {uid for a, b in parse_uid_set(text) for uid in range(a, b + 1)} == uids


@given(st.sets(st.integers(2**31, 2**32 - 1), max_size=2_000))
def test_uid_sets_are_short_enough_for_a_command(uids):
    groups = list(uid_sets(sorted(uids), most=1_000))

    assert [uid for group, _ in groups for uid in group] == sorted(uids)
    assert all(len(text) < 8_000 for _, text in groups)


@pytest.mark.parametrize(
    ("line", "literals", "name", "delimiter"),
    [
        (b'* LIST (\\HasNoChildren) "/" INBOX\r\n', (), "INBOX", "/"),
        (b'* LIST () "." inbox\r\n', (), "INBOX", "."),
        (b'* LIST () "/" "a \\"b\\" \\\\c"\r\n', (), 'a "b" \\c', "/"),
        (b'* LIST () "/" 007\r\n', (), "007", "/"),  # a parser that sees a number here loses the noughts
        (b'* LIST () NIL "Entw&APw-rfe"\r\n', (), "Entwürfe", ""),
        (b'* LIST () "\\\\" "A\\\\B"\r\n', (), "A\\B", "\\"),
        (b'* LIST () "/" {6}\r\n', (b"(odd) ",), "(odd) ", "/"),
        (b'* LIST () "/" "M\xc3\xbcll"\r\n', (), "Müll", "/"),
        (b'* LIST () "/" "M\xfcll"\r\n', (), "Müll", "/"),
        (b'* LIST () "/" "R&D"\r\n', (), "R&D", "/"),  # not modified UTF-7 at all
        (b'* LIST (\\HasChildren) "/" "School" ("CHILDINFO" ("SUBSCRIBED"))\r\n', (), "School", "/"),
    ],
)
def test_parse_folders_reads_names_as_servers_write_them(line, literals, name, delimiter):
    answer = Answer(line, literals, (b"\r\n",) * len(literals))

    (folder,) = parse_folders([answer])

    assert (folder.name, folder.delimiter) == (name, delimiter)


def test_parse_folders_leaves_out_what_cannot_be_opened():
    answers = [
        Answer(b'* LIST (\\Noselect \\HasChildren) "/" "[Gmail]"\r\n'),
        Answer(b'* LIST (\\NonExistent) "/" "Ghost"\r\n'),
        Answer(b'* LIST () "/" "Real"\r\n'),
        Answer(b"* LIST garbage\r\n"),
    ]

    assert [folder.name for folder in parse_folders(answers)] == ["Real"]


def test_parse_folders_joins_the_status_that_came_along():
    answers = [
        Answer(b'* LIST () "/" "A b"\r\n'),
        Answer(b'* STATUS "A b" (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 4 HIGHESTMODSEQ 77)\r\n'),
        Answer(b'* LIST () "/" {1}\r\n', (b"C",), (b"\r\n",)),
        Answer(b"* STATUS {1}\r\n", (b"C",), (b" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 5)\r\n",)),
    ]

    first, second = (folder.status for folder in parse_folders(answers))

    assert (first.uidvalidity, first.uidnext, first.messages, first.highestmodseq) == (4, 9, 3, 77)
    assert (second.uidvalidity, second.messages, second.highestmodseq) == (5, 0, None)


def test_parse_folders_gives_two_names_that_read_alike_one_each():
    answers = [Answer(b'* LIST () "/" "M&APw-ll"\r\n'), Answer(b'* LIST () "/" "M\xc3\xbcll"\r\n')]

    names = [folder.name for folder in parse_folders(answers)]

    assert len(set(names)) == 2
    assert "Müll" in names


def test_wire_name_gives_back_the_bytes_of_the_server():
    (folder,) = parse_folders([Answer(b'* LIST () "/" "a \\"M\xfcll\\" \\\\"\r\n')])

    assert folder.wire_name == b'"a \\"M\xfcll\\" \\\\"'


@pytest.mark.parametrize(
    ("name", "flags", "may"),
    [
        ("Trash", "", True),
        ("INBOX/Deleted Items", "", True),
        ("Papierkorb", "", True),
        ("Weg", "\\Trash", True),
        ("Entwurf", "\\Drafts", True),
        ("INBOX", "", False),
        ("Sent", "\\Sent", False),
        ("Trash/School", "", False),
    ],
)
def test_folder_may_be_emptied_without_a_question_only_if_people_do_that(name, flags, may):
    (folder,) = parse_folders([Answer(b'* LIST (%b) "/" "%b"\r\n' % (flags.encode(), name.encode()))])

    assert folder.may_empty is may


def test_choose_folders_leaves_out_views_of_other_folders(scripted):
    lines = [b'(\\All) "/" "All"', b'(\\Flagged) "/" "Starred"', b'(\\Sent) "/" "Sent"', b'() "/" INBOX']
    folders = parse_folders([Answer(b"* LIST %b\r\n" % line) for line in lines])

    chosen = choose_folders(folders, scripted.account(), gmail=False)

    assert [folder.name for folder in chosen] == ["INBOX", "Sent"]


@pytest.mark.parametrize(
    ("raw", "name"), [(b"&Jjo-!", "☺!"), (b"&-", "&"), (b"&zzz", "&zzz"), (b"plain", "plain")]
)
def test_decode_name_never_fails(raw, name):
    assert decode_name(raw) == name
