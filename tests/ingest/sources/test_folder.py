"""Folders of anything, and Maildirs."""

from __future__ import annotations

import logging
import os
import socket

import pytest

from ingest.file_source import safe_name
from ingest.maildir_layout import folder_name, maildir_flags


def members(items):
    return [item.provenance.member for item in items]


def test_folder_reads_each_file_by_its_kind(tmp_path, mail, mbox_bytes, maildir, zipped, read):
    top = tmp_path / "all"
    top.mkdir()
    maildir.rename(top / "Maildir")
    (top / "a.mbox").write_bytes(mbox_bytes([mail(7)]))
    (top / "calls.csv").write_bytes(b"started_at,direction,number\n")
    (top / "district.ics").write_bytes(b"BEGIN:VCALENDAR\n")
    (top / "scan.jpg").write_bytes(b"\xff\xd8\xff")
    zipped({"z.eml": mail(8)}).rename(top / "z.zip")

    items, told = read(top)

    assert [(i.kind, i.provenance.source_kind, i.provenance.member) for i in items] == [
        ("mail", "maildir", "Maildir/.Sent.2024/cur/4.M4.host:2,R"),
        ("mail", "maildir", "Maildir/cur/1.M1.host:2,FS"),
        ("mail", "maildir", "Maildir/new/2.M2.host"),
        ("mail", "mbox", "a.mbox"),
        ("call_log", "call_log", "calls.csv"),
        ("calendar", "calendar", "district.ics"),
        ("document", "document", "scan.jpg"),
        ("mail", "eml", "z.zip/z.eml"),
    ]
    assert told == []


def test_folder_order_does_not_depend_on_how_files_were_made(tmp_path, mail, read):
    for name in ("b.eml", "É.eml", "a.eml", "B.eml"):
        (tmp_path / name).write_bytes(mail(1, extra=f"X: {name}\n"))

    items, _ = read(tmp_path)

    assert members(items) == ["B.eml", "a.eml", "b.eml", "É.eml"]


@pytest.mark.parametrize(
    "name",
    [".hidden.eml", "Thumbs.db", "desktop.ini", "~$plan.docx", "INBOX.msf", ".git/x.eml", "__MACOSX/x.eml"],
)
def test_folder_passes_over_what_systems_leave(tmp_path, mail, read, name):
    (tmp_path / "x.eml").write_bytes(mail(1))
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(mail(2))

    items, told = read(tmp_path)

    assert members(items) == ["x.eml"]
    assert told == []


def test_folder_does_not_follow_links(tmp_path, mail, read):
    (tmp_path / "in").mkdir()
    (tmp_path / "out.eml").write_bytes(mail(1))
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "in" / "one.eml").symlink_to(tmp_path / "out.eml")

    items, told = read(tmp_path / "in")

    assert items == []
    assert [line.rpartition(": ")[2] for line in told] == [
        "a link, not followed; add what it points at by itself"
    ] * 2


def test_folder_that_is_itself_a_link_is_read(tmp_path, mail, read):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "x.eml").write_bytes(mail(1))
    (tmp_path / "named").symlink_to(tmp_path / "real")

    items, _ = read(tmp_path / "named")

    assert members(items) == ["x.eml"]


def test_folder_reports_what_it_cannot_take_in(tmp_path, mail, read):
    (tmp_path / "a.bin").write_bytes(b"\0\1\2")
    (tmp_path / "b.eml").touch()
    (tmp_path / "c.zip").write_bytes(b"PK\3\4 no zip")
    (tmp_path / "d.eml").write_bytes(mail(1))

    items, told = read(tmp_path)

    assert members(items) == ["d.eml"]
    assert "a.bin: not a kind of file" in told[0]
    assert "b.eml: the file is empty" in told[1]
    assert told[2] == (f"{tmp_path} > c.zip: not a whole zip. Download or copy it again, then add it again.")
    assert len(told) == 3


def test_folder_goes_on_after_a_file_that_cannot_be_opened(tmp_path, mail, read, monkeypatch):
    from pathlib import Path

    real = Path.open

    def refuse(self, *args, **options):
        if self.name == "a.eml":
            raise PermissionError(13, "Permission denied")
        return real(self, *args, **options)

    (tmp_path / "a.eml").write_bytes(mail(1))
    (tmp_path / "b.eml").write_bytes(mail(2))
    monkeypatch.setattr(Path, "open", refuse)

    items, told = read(tmp_path)

    assert members(items) == ["b.eml"]
    assert told == [f"{tmp_path} > a.eml: cannot be read: Permission denied"]


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs a file that is no file")
def test_folder_passes_over_sockets_and_pipes(tmp_path, mail, read):
    """Reading a pipe would wait for ever."""
    os.mkfifo(tmp_path / "a.eml")
    (tmp_path / "b.eml").write_bytes(mail(1))

    items, told = read(tmp_path)

    assert members(items) == ["b.eml"]
    assert "neither a file nor a folder" in told[0]


def test_folder_that_is_empty_gives_nothing(tmp_path, read):
    assert read(tmp_path) == ([], [])


def test_folder_deeper_than_the_stack_is_read(tmp_path, mail, read):
    path = tmp_path
    for _ in range(300):
        path = path / "d"
        path.mkdir()
    (path / "x.eml").write_bytes(mail(1))

    items, _ = read(tmp_path)

    assert members(items) == ["d/" * 300 + "x.eml"]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_folder_takes_names_that_are_no_text(tmp_path, mail, read):
    """Such a name must not break the store, nor steer the terminal that shows it."""
    for raw in (b"caf\xe9.eml", b"a\x1b[2J\n.eml"):
        with open(os.path.join(os.fsencode(tmp_path), raw), "wb") as file:
            file.write(mail(1))

    items, _ = read(tmp_path)

    assert members(items) == ["a\\x1b[2J\\n.eml", "caf\\xe9.eml"]
    assert all(name.encode() for name in members(items))


@pytest.mark.parametrize(
    ("name", "shown"), [("a b é.eml", "a b é.eml"), ("a\tb", "a\\tb"), ("\u202ex", "\\u202ex")]
)
def test_safe_name_shows_what_steers(name, shown):
    assert safe_name(name) == shown


def test_folder_logs_no_names(tmp_path, caplog, read):
    """Mail is saved under its subject."""
    (tmp_path / "Suspension of Leo.bin").write_bytes(b"\0")
    (tmp_path / "Suspension.zip").write_bytes(b"no zip")

    with caplog.at_level(logging.DEBUG):
        _, told = read(tmp_path)

    assert "Suspension" in told[0]
    assert "Suspension" not in caplog.text
    assert "source_kind=folder" in caplog.text


def test_maildir_gives_flags_and_folders(maildir, read):
    items, told = read(maildir)

    assert [(i.provenance.folder, i.provenance.flags, i.provenance.message_id) for i in items] == [
        ("Sent/2024", (r"\Answered",), "m4@example.org"),
        ("", (r"\Flagged", r"\Seen"), "m1@example.org"),
        ("", (), "m2@example.org"),
    ]
    assert told == []


def test_maildir_keeps_a_message_that_looks_like_nothing(maildir, read):
    (maildir / "cur" / "9").write_bytes(b"\0\1\2")

    items, _ = read(maildir)

    assert b"\0\1\2" in [item.raw for item in items]


def test_maildir_that_is_empty_gives_nothing(tmp_path, read):
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()

    assert read(tmp_path) == ([], [])


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("1.M1.host:2,", ()),
        ("1.M1.host:2,S", (r"\Seen",)),
        ("1.M1.host;2,SF", (r"\Flagged", r"\Seen")),  # Windows allows no colon
        ("1.M1.host!2,P", ("$Forwarded",)),
        ("1.M1.host:2,Sab9", (r"\Seen",)),  # letters of one program only
        ("1.M1.host:1,S", ()),
        ("1.M1.host", ()),
    ],
)
def test_maildir_flags_from_the_name(name, flags):
    assert maildir_flags(name) == flags


@pytest.mark.parametrize(
    ("folders", "name"),
    [
        ([], ""),
        ([".Sent"], "Sent"),
        ([".A.B"], "A/B"),
        (["A", "B"], "A/B"),
        (["x", ".A.B"], "x/A/B"),
        (["."], ""),
    ],
)
def test_folder_name_of_both_layouts(folders, name):
    assert folder_name(folders) == name
