"""Invented mail and one small sample of every kind of source."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

FETCHED = datetime(2025, 3, 1, 12, tzinfo=UTC)
UNICODE, BINARY, LONG, TIME, FLAG = 0x001F, 0x0102, 0x0003, 0x0040, 0x000B


def _mail(number=1, *, body="No aide came today.\n", extra="", end="\n"):
    text = (
        f"From: Jo Tarvo <jo@example.org>\nTo: dana@example.org\nSubject: note {number}\n"
        f"Date: Wed, 4 Sep 2024 15:00:00 -0400\nMessage-ID: <m{number}@example.org>\n{extra}\n{body}"
    )
    return text.replace("\n", end).encode()


@pytest.fixture
def mail():
    """Return a maker of messages as bytes."""
    return _mail


@pytest.fixture
def read(tmp_path):
    """Return a reader of a path through the source that knows it: (items, what was reported)."""
    from ingest.discover import find_source

    def take(path, **options):
        told = []
        items = list(find_source(path).items(path, fetched_at=FETCHED, report=told.append, **options))
        return items, told

    return take


@pytest.fixture
def zipped(tmp_path):
    """Return a maker of zips from name -> bytes."""

    def make(members, name="handed-over.zip", compression=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", compression) as archive:
            for member, raw in members.items():
                archive.writestr(member, raw)
        return path

    return make


@pytest.fixture
def mbox_bytes():
    """Return a maker of mbox files: each message after a separator line and before an empty one."""

    def make(messages, *, end=b"\n", separator=b"From jo@example.org Wed Sep  4 15:00:00 2024"):
        return b"".join(separator + end + raw + end for raw in messages)

    return make


@pytest.fixture
def msg_bytes():
    """Return a writer of Outlook messages; texts are keyed by MAPI property, see its arguments."""
    pytest.importorskip("extract_msg", reason="needs the extra 'outlook'")
    return _msg_bytes


@pytest.fixture
def fake_pst(monkeypatch):
    """Put a stand-in in the place of libpff: no tool at hand writes a .pst. Takes the root folder."""

    def put(root):
        archive = SimpleNamespace(
            open_file_object=lambda _: None, get_root_folder=lambda: root, close=lambda: None
        )
        monkeypatch.setattr(
            "ingest.sources.pst.outlook_library", lambda _: SimpleNamespace(file=lambda: archive)
        )

    return put


class PstFolder:
    """What libpff offers of a folder."""

    def __init__(self, name, messages=(), folders=()):
        self.name, self.messages, self.folders = name, messages, folders

    def get_name(self):
        return self.name

    def get_number_of_sub_folders(self):
        return len(self.folders)

    def get_sub_folder(self, number):
        return self.folders[number]

    def get_number_of_sub_messages(self):
        return len(self.messages)

    def get_sub_message(self, number):
        found = self.messages[number]
        if isinstance(found, Exception):
            raise found
        return found


class PstItem:
    """What libpff offers of a message or attachment; `values` are MAPI properties, `given` its getters."""

    def __init__(self, values=None, *, attachments=(), recipients=(), inner=None, data=b"", **given):
        self._values, self._attachments, self._inner, self._data = values or {}, attachments, inner, data
        self._given = given
        self.recipients = PstRecords(recipients)

    def __getattr__(self, name):
        given = self._given.get(name.removeprefix("get_"))
        if isinstance(given, Exception):
            raise given
        return lambda: given

    def get_number_of_record_sets(self):
        return 1

    def get_record_set(self, _):
        return PstRecord(self._values)

    def get_number_of_attachments(self):
        return len(self._attachments)

    def get_attachment(self, number):
        return self._attachments[number]

    def get_number_of_sub_items(self):
        return int(self._inner is not None)

    def get_sub_item(self, _):
        return self._inner

    def get_size(self):
        return len(self._data)

    def read_buffer(self, size):
        if size == 0:
            raise OSError("unable to read")
        return self._data[:size]


class PstRecords:
    def __init__(self, sets):
        self.sets = sets

    def get_number_of_record_sets(self):
        return len(self.sets)

    def get_record_set(self, number):
        return PstRecord(self.sets[number])


class PstRecord:
    def __init__(self, values):
        self.values = list(values.items())

    def get_number_of_entries(self):
        return len(self.values)

    def get_entry(self, number):
        name, value = self.values[number]
        return SimpleNamespace(
            get_value_type=lambda: LONG if isinstance(value, int) else UNICODE,
            get_entry_type=lambda: name,
            get_data_as_string=lambda: value,
            get_data_as_integer=lambda: value,
        )


@pytest.fixture
def pst_folder():
    return PstFolder


@pytest.fixture
def pst_item():
    return PstItem


def _msg_bytes(*, texts, blobs=(), sent_at=None, recipients=(), attachments=()):
    """Return a .msg file, by the writer that extract-msg brings along.

    Args:
        texts: Property number -> text.
        blobs: (property number, bytes) pairs.
        sent_at: Aware, or None.
        recipients: (kind 1 To or 2 Cc, name, address) each.
        attachments: (name, bytes) each.
    """
    from extract_msg import OleWriter

    writer = OleWriter()
    for stream in ("00020102", "00030102", "00040102"):
        writer.addEntry(["__nameid_version1.0", f"__substg1.0_{stream}"], b"")
    entries = _streams(writer, [], {0x001A: "IPM.Note", **texts}, blobs)
    entries += [_fixed(0x340D, LONG, 0x00040000), _fixed(0x0E07, LONG, 1)]
    if sent_at is not None:
        ticks = int((sent_at - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        entries.append(_fixed(0x0039, TIME, ticks))
    head = struct.pack("<8xLLLL8x", len(recipients), len(attachments), len(recipients), len(attachments))
    writer.addEntry(["__properties_version1.0"], head + b"".join(entries))
    for number, (kind, name, address) in enumerate(recipients):
        place = [f"__recip_version1.0_#{number:08X}"]
        found = _streams(writer, place, {0x3001: name, 0x39FE: address, 0x3003: address}, ())
        found.append(_fixed(0x0C15, LONG, kind))
        writer.addEntry([*place, "__properties_version1.0"], bytes(8) + b"".join(found))
    for number, (name, data) in enumerate(attachments):
        place = [f"__attach_version1.0_#{number:08X}"]
        found = _streams(writer, place, {0x3707: name, 0x3704: name}, [(0x3701, data)])
        found += [_fixed(0x3705, LONG, 1), _fixed(0x0E21, LONG, number), _fixed(0x7FFE, FLAG, 0)]
        writer.addEntry([*place, "__properties_version1.0"], bytes(8) + b"".join(found))
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _streams(writer, place, texts, blobs):
    entries = []
    for number, text in texts.items():
        data = text.encode("utf-16-le")
        writer.addEntry([*place, f"__substg1.0_{number:04X}{UNICODE:04X}"], data)
        entries.append(struct.pack("<HHLLL", UNICODE, number, 6, len(data) + 2, 0))
    for number, data in blobs:
        writer.addEntry([*place, f"__substg1.0_{number:04X}{BINARY:04X}"], data)
        entries.append(struct.pack("<HHLLL", BINARY, number, 6, len(data), 0))
    return entries


def _fixed(number, kind, value):
    return struct.pack("<HHLQ", kind, number, 6, value)


def _maildir(path, mail):
    for name in ("cur", "new", "tmp", ".Sent.2024/cur", ".Sent.2024/new", ".Sent.2024/tmp"):
        (path / name).mkdir(parents=True)
    (path / "cur" / "1.M1.host:2,FS").write_bytes(mail(1))
    (path / "new" / "2.M2.host").write_bytes(mail(2))
    (path / "tmp" / "3.M3.host").write_bytes(mail(3))
    (path / ".Sent.2024" / "cur" / "4.M4.host:2,R").write_bytes(mail(4))
    (path / "dovecot-uidlist").write_bytes(b"3 V1 N5\n")
    return path


@pytest.fixture
def maildir(tmp_path, mail):
    """A Maildir with an inbox, a folder Sent/2024 and a message that was never delivered."""
    return _maildir(tmp_path / "Maildir", mail)


@pytest.fixture
def samples(tmp_path, mail, mbox_bytes, zipped, fake_pst):
    """Return a maker: name of a source -> (path, the exact bytes that it must give, in order)."""

    def put(name, raw):
        path = tmp_path / name
        path.write_bytes(raw)
        return path, [raw]

    def folder():
        path = tmp_path / "papers"
        (path / "deep" / "er").mkdir(parents=True)
        (path / "b.eml").write_bytes(mail(1))
        (path / "deep" / "er" / "a.pdf").write_bytes(b"%PDF-1.4\n")
        return path, [mail(1), b"%PDF-1.4\n"]

    def pst():
        message = PstItem(transport_headers=_mail(1).decode().split("\n\n")[0], plain_text_body=b"hello")
        fake_pst(PstFolder("", folders=[PstFolder("Inbox", [message])]))
        return put("mail.pst", b"!BDN" + bytes(600))[0], None

    call_rows = (
        b"started_at,direction,number,name,duration_s\n2024-09-04T15:20,in,+1 717 555 0199,Office,63\n"
    )
    makers = {
        "eml": lambda: put("one.eml", mail(1, end="\r\n")),
        "mbox": lambda: (put("all.mbox", mbox_bytes([mail(1), mail(2)]))[0], [mail(1), mail(2)]),
        "maildir": lambda: (_maildir(tmp_path / "Maildir", mail), [mail(4), mail(1), mail(2)]),
        "folder": folder,
        "zip": lambda: (zipped({"x/1.eml": mail(1), "2.txt": b"notes"}), [mail(1), b"notes"]),
        "msg": lambda: put("one.msg", _msg_bytes(texts={0x0037: "note", 0x1000: "hello"})),
        "pst": pst,
        "call_log": lambda: put("calls.csv", call_rows),
        "sms_backup": lambda: put("calls-1.xml", b'<?xml version="1.0"?><calls count="0"></calls>'),
        "calendar": lambda: put("district.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        "document": lambda: put("plan.pdf", b"%PDF-1.4\n%%EOF\n"),
    }
    return lambda name: makers[name]()
