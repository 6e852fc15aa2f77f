"""Invented mail and one small sample of every kind of source."""

from __future__ import annotations

import importlib.util
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

FETCHED = datetime(2025, 3, 1, 12, tzinfo=UTC)


def _load(name):
    """Load a module beside this one; tests are no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


outlook_writers = _load("outlook_writers")


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
    return outlook_writers.msg_bytes


@pytest.fixture
def pst_writer():
    """Return a fresh writer of an Outlook archive."""
    pytest.importorskip("pypff", reason="needs the extra 'outlook'")
    return outlook_writers.PstWriter()


@pytest.fixture
def fake_pst(monkeypatch):
    """Put a stand-in in the place of libpff, for damage that it would meet. Takes the root folder."""

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
    """What libpff offers of a message or attachment; `given` is what its getters give or raise."""

    def __init__(self, **given):
        self._given = given

    def __getattr__(self, name):
        given = self._given.get(name.removeprefix("get_"))

        def get(*_):
            if isinstance(given, Exception):
                raise given
            return given

        return get


@pytest.fixture
def pst_folder():
    return PstFolder


@pytest.fixture
def pst_item():
    return PstItem


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
def samples(tmp_path, mail, mbox_bytes, zipped):
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
        writer = outlook_writers.PstWriter()
        writer.message(writer.folder("Inbox"), {0x0037: "note", 0x1000: "hello"})
        return put("mail.pst", writer.bytes())[0], None

    call_rows = (
        b"started_at,direction,number,name,duration_s\n2024-09-04T15:20,in,+1 717 555 0199,Office,63\n"
    )
    makers = {
        "eml": lambda: put("one.eml", mail(1, end="\r\n")),
        "mbox": lambda: (put("all.mbox", mbox_bytes([mail(1), mail(2)]))[0], [mail(1), mail(2)]),
        "maildir": lambda: (_maildir(tmp_path / "Maildir", mail), [mail(4), mail(1), mail(2)]),
        "folder": folder,
        "zip": lambda: (zipped({"x/1.eml": mail(1), "2.txt": b"notes"}), [mail(1), b"notes"]),
        "msg": lambda: put("one.msg", outlook_writers.msg_bytes(texts={0x0037: "note", 0x1000: "hello"})),
        "pst": pst,
        "call_log": lambda: put("calls.csv", call_rows),
        "sms_backup": lambda: put("calls-1.xml", b'<?xml version="1.0"?><calls count="0"></calls>'),
        "calendar": lambda: put("district.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
        "document": lambda: put("plan.pdf", b"%PDF-1.4\n%%EOF\n"),
    }
    return lambda name: makers[name]()
