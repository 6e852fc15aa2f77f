"""mbox: where a message begins and ends, and what the archive says of it."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, datetime

import pytest

from ingest import mbox_split
from ingest.mbox_split import separator_date, split_mbox, starts_mbox
from ingest.sources.mbox import gmail_labels

MOST = 1 << 20


def messages(raw, *, most_bytes=MOST):
    return [message for _, message in split_mbox(io.BytesIO(raw), most_bytes=most_bytes)]


@pytest.mark.parametrize(
    "line",
    [
        "From jo@example.org Wed Sep  4 15:00:00 2024",
        "From jo@example.org Wed Sep 04 15:00 2024",  # no seconds
        "From 1809@xxx Wed Sep 04 15:00:00 +0000 2024",  # Google Takeout
        "From - Wed Sep 04 15:00:00 2024",  # Thunderbird
        "From MAILER-DAEMON Wed Sep  4 15:00:00 EDT 2024",
        "From jo at example.org  Wed Sep  4 15:00:00 2024",  # list archives
        "From jo@example.org Wed, 4 Sep 2024 15:00:00 -0400",
        "From jo@example.org Wed Sep  4 15:00:00 2024 remote from host",
    ],
)
def test_starts_mbox_knows_the_separators_of_many_writers(line):
    assert starts_mbox(f"{line}\nFrom: jo@example.org\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        "From jo@example.org\nFrom: x\n",  # no date
        "From the office, Wed Sep 4 we write\nFrom: x\n",  # no time
        "From jo@example.org Wed Sep  4 15:00:00\nFrom: x\n",  # no year
        "From: jo@example.org\n",
        ">From jo@example.org Wed Sep  4 15:00:00 2024\nFrom: x\n",
        "From jo@example.org Wed Sep  4 15:00:00 2024\nDear all\n",  # no header follows
        "",
    ],
)
def test_starts_mbox_is_not_taken_in(text):
    assert not starts_mbox(text.encode())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_split_gives_the_bytes_between_separators(mail, mbox_bytes, end):
    wanted = [mail(1, end=end), mail(2, body="", end=end), mail(3, body="x\n\n\n", end=end)]

    assert messages(mbox_bytes(wanted, end=end.encode())) == wanted


def test_split_agrees_with_the_standard_library(tmp_path, mail):
    """An archive written by another program gives back what was put in, byte for byte."""
    import mailbox

    box = mailbox.mbox(tmp_path / "x.mbox")
    wanted = [mail(1), mail(2, body="a\n\n>From here on\n")]
    for raw in wanted:
        box.add(raw)
    box.close()

    assert messages((tmp_path / "x.mbox").read_bytes()) == wanted


@pytest.mark.parametrize(
    "line",
    [
        "From now on, no aide.\n",
        "\nFrom now on, no aide.\n",
        "\nFrom Jo Wed Sep 4 15:00:00 2024\nwas what she wrote\n",  # a date, but no header follows
        "x\nFrom jo@example.org Wed Sep  4 15:00:00 2024\nTo: all\n",  # no empty line before
        "\n>From jo@example.org Wed Sep  4 15:00:00 2024\nTo: all\n",
    ],
)
def test_split_leaves_false_separators_in_the_body(mail, mbox_bytes, line):
    wanted = [mail(1, body=f"hello\n{line}bye\n"), mail(2)]

    assert messages(mbox_bytes(wanted)) == wanted


def test_split_keeps_escaped_lines_as_they_stand(mail, mbox_bytes):
    raw = mail(1, body=">From one\n>>From two\n")

    assert messages(mbox_bytes([raw])) == [raw]


def test_split_keeps_what_stands_before_the_first_separator(mail, mbox_bytes):
    raw = b"lost words\n\n" + mbox_bytes([mail(1)])

    assert messages(raw) == [b"lost words\n", mail(1)]


def test_split_takes_a_last_message_without_line_end():
    raw = b"From - Wed Sep  4 15:00:00 2024\nSubject: x\n\nend"

    assert messages(raw) == [b"Subject: x\n\nend"]


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 511])
def test_split_does_not_depend_on_how_the_file_is_read(monkeypatch, mail, mbox_bytes, chunk):
    """A separator may be cut in two by any reading."""
    wanted = [mail(n, body="word\n" * n, end="\r\n") for n in range(12)]
    raw = mbox_bytes(wanted, end=b"\r\n")
    monkeypatch.setattr(mbox_split, "CHUNK", chunk)
    if chunk < 64:  # the first line is looked at in the first reading
        raw = b"\r\n\r\n" + raw

    found = [message for message in messages(raw) if message.strip()]

    assert found == wanted


def test_split_cuts_a_message_beyond_the_limit(monkeypatch, mail, mbox_bytes):
    monkeypatch.setattr(mbox_split, "CHUNK", 4096)
    wanted = [mail(1), mail(2, body="a" * 70 + "\n" + "b" * 200_000 + "\n"), mail(3)]

    found = messages(mbox_bytes(wanted), most_bytes=20_000)

    assert [found[0], found[2]] == [mail(1), mail(3)]
    assert 20_000 < len(found[1]) < 40_000


def test_split_of_nothing():
    assert messages(b"") == []


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        (b"From x Wed Sep 04 15:00:01 +0000 2024\n", datetime(2024, 9, 4, 15, 0, 1, tzinfo=UTC)),
        (b"From x Wed Sep 04 15:00:00 2024 -0430\n", datetime(2024, 9, 4, 19, 30, tzinfo=UTC)),
        (b"From x Wed, 4 Sep 2024 15:00:00 GMT\n", datetime(2024, 9, 4, 15, tzinfo=UTC)),
        (b"From x Wed Sep 04 15:00:00 2024\n", None),  # local time or UTC: not said
        (b"From x Wed Sep 04 15:00:00 EDT 2024\n", None),  # a name of a zone is not an offset
        (b"From x Wed Feb 31 15:00:00 +0000 2024\n", None),
        (b"From x Wed Feb 03 15:00:00 +9999 2024\n", None),
        (b"", None),
    ],
)
def test_separator_date_only_with_an_offset(line, moment):
    assert separator_date(line) == moment


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("Inbox,Important", ("Inbox", "Important")),
        ('Inbox,"School, 2024",Inbox', ("Inbox", "School, 2024")),
        ("=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet?=", ("Posteingang", "Geöffnet")),
        ("=?x-unknown?Q?a?=", ("=?x-unknown?Q?a?=",)),
        ("", ()),
    ],
)
def test_gmail_labels_are_read(value, labels):
    assert gmail_labels(value) == labels


def test_mbox_takes_provenance_from_takeout(tmp_path, mail, read):
    extra = 'X-GM-THRID: 1809\nX-Gmail-Labels: Inbox,\n "School, 2024"\n'
    path = tmp_path / "All mail.mbox"
    path.write_bytes(b"From 1809@xxx Wed Sep 04 19:00:05 +0000 2024\n" + mail(1, extra=extra) + b"\n")

    [item], told = read(path)

    assert item.provenance.gmail_thread_id == 1809
    assert item.provenance.labels == ("Inbox", "School, 2024")
    assert item.provenance.internal_date == datetime(2024, 9, 4, 19, 0, 5, tzinfo=UTC)
    assert (item.provenance.uid, item.provenance.message_id) == (1, "m1@example.org")
    assert told == []


@pytest.mark.parametrize(
    ("extra", "flags"),
    [
        ("Status: RO\nX-Status: AF\n", {r"\Seen", r"\Answered", r"\Flagged"}),
        ("X-Mozilla-Status: 0009\n", {r"\Seen", r"\Deleted"}),  # deleted, but still in the file
        ("X-Mozilla-Status: zz\n", set()),
        ("", set()),
    ],
)
def test_mbox_reads_flags_of_mail_programs(tmp_path, mail, mbox_bytes, read, extra, flags):
    path = tmp_path / "x.mbox"
    path.write_bytes(mbox_bytes([mail(1, extra=extra)]))

    [item], _ = read(path)

    assert set(item.provenance.flags) == flags


@pytest.mark.parametrize("thread", ["abc", "-1", "9" * 40, "١٢"])
def test_mbox_ignores_a_thread_that_is_no_number(tmp_path, mail, mbox_bytes, read, thread):
    path = tmp_path / "x.mbox"
    path.write_bytes(mbox_bytes([mail(1, extra=f"X-GM-THRID: {thread}\n")]))

    [item], _ = read(path)

    assert item.provenance.gmail_thread_id is None


def test_mbox_without_any_separator_is_kept_as_one_message(tmp_path, mail, read):
    path = tmp_path / "renamed.mbox"
    path.write_bytes(mail(1))

    items, told = read(path)

    assert [item.raw for item in items] == [mail(1)]
    assert "does not begin with a separator line" in told[0]


def test_mbox_reports_a_message_that_is_too_large(tmp_path, monkeypatch, mail, mbox_bytes, read):
    monkeypatch.setattr("ingest.sources.mbox.MOST_BYTES", 5000)
    path = tmp_path / "x.mbox"
    path.write_bytes(mbox_bytes([mail(1), mail(2, body="x" * 6000 + "\n"), mail(3)]))

    items, told = read(path)

    assert [item.provenance.uid for item in items] == [1, 3]
    assert "message 2: over" in told[0]


def test_mbox_of_empty_lines_holds_nothing(tmp_path, read):
    path = tmp_path / "x.mbox"
    path.write_bytes(b"\n\n\n")

    items, told = read(path)

    assert items == []
    assert "the file is empty" in told[0]


def test_mbox_is_known_by_its_first_line_whatever_its_name(tmp_path, mail, mbox_bytes, read):
    path = tmp_path / "2024-09.txt"
    path.write_bytes(mbox_bytes([mail(1), mail(2)]))

    items, _ = read(path)

    assert [item.provenance.source_kind for item in items] == ["mbox", "mbox"]


@pytest.mark.slow
def test_mbox_of_300_mb_is_read_in_little_memory(tmp_path, mail, mbox_bytes):
    """Takeout archives are larger than memory."""
    from ingest.sources.mbox import SOURCE

    path = tmp_path / "big.mbox"
    block = mbox_bytes([mail(n, body="word " * 14 + "\n" + "line of text\n" * 400) for n in range(190)])
    with path.open("wb") as file:
        while file.tell() < 300 * 1024 * 1024:
            file.write(block)

    tracemalloc.start()
    count = sum(1 for _ in SOURCE.items(path, fetched_at=datetime(2025, 3, 1, tzinfo=UTC)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count % 190 == 0
    assert count > 50_000
    assert peak < 16 * 1024 * 1024
