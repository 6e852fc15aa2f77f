"""Zips: of anything, from anybody."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from ingest.sources.zip_archive import member_parts, recognises
from ingest.zip_guard import Limits
from models.errors import SourceError


def packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return file.getvalue()


def members(items):
    return [item.provenance.member for item in items]


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr(Limits, "FREE", 100_000)
    monkeypatch.setattr(Limits, "RATIO", 20)


def test_zip_reads_each_member_by_its_kind(mail, mbox_bytes, zipped, read):
    path = zipped(
        {
            "Takeout/Mail/All mail.mbox": mbox_bytes([mail(1), mail(2)]),
            "Maildir/.Sent/cur/1.host:2,S": mail(3),
            "calls.csv": b"started_at,direction,number\n",
            "note.docx": packed({"word/document.xml": b"<x/>"}),
            "dir/": b"",
        }
    )

    items, told = read(path)

    assert [(i.kind, i.provenance.source_kind, i.provenance.member, i.provenance.uid) for i in items] == [
        ("mail", "mbox", "Takeout/Mail/All mail.mbox", 1),
        ("mail", "mbox", "Takeout/Mail/All mail.mbox", 2),
        ("mail", "maildir", "Maildir/.Sent/cur/1.host:2,S", 0),
        ("call_log", "call_log", "calls.csv", 0),
        ("document", "document", "note.docx", 0),
    ]
    assert (items[2].provenance.folder, items[2].provenance.flags) == ("Maildir/Sent", (r"\Seen",))
    assert told == []


def test_zip_reads_an_apple_message(mail, zipped, read):
    items, _ = read(zipped({"1.emlx": b"%d\n" % len(mail(1)) + mail(1) + b"<plist/>"}))

    assert [item.raw for item in items] == [mail(1)]


def test_zip_in_a_zip_is_opened_once(mail, zipped, read):
    deepest = packed({"c.eml": mail(3)})
    inner = packed({"b.eml": mail(2), "deeper.zip": deepest})
    path = zipped({"a.eml": mail(1), "inner.zip": inner})

    items, told = read(path)

    assert members(items) == ["a.eml", "inner.zip/b.eml"]
    assert "inner.zip/deeper.zip: a zip inside a zip inside a zip" in told[0]


@pytest.mark.parametrize(
    ("name", "parts", "escapes"),
    [
        ("a/b.eml", ("a", "b.eml"), False),
        ("a\\b.eml", ("a", "b.eml"), False),
        ("../../etc/x.eml", ("etc", "x.eml"), True),
        ("..\\x.eml", ("x.eml",), True),
        ("/etc/x.eml", ("etc", "x.eml"), True),
        ("C:\\mail\\x.eml", ("mail", "x.eml"), True),
        ("C:x.eml", ("C:x.eml",), True),
        ("\\\\host\\share\\x.eml", ("host", "share", "x.eml"), True),
        ("a/./b.eml", ("a", "b.eml"), False),
        ("", (), False),
    ],
)
def test_member_parts_stay_below_the_zip(name, parts, escapes):
    assert member_parts(name) == (parts, escapes)


def test_zip_takes_in_a_member_whose_name_leads_out(mail, zipped, read, tmp_path):
    items, told = read(zipped({"../../evil.eml": mail(1)}))

    assert members(items) == ["evil.eml"]
    assert "points outside the zip" in told[0]
    assert [path.name for path in tmp_path.iterdir()] == ["handed-over.zip"]


def test_zip_bomb_in_one_member_is_left(small_limits, mail, zipped, read):
    path = zipped({"a.eml": mail(1), "bomb.txt": b"x" * 3_000_000, "c.eml": mail(3)})
    with open(path, "ab") as file:  # a large zip, so that the whole is within its limit
        file.write(b"\0" * 40_000)

    items, told = read(path)

    assert members(items) == ["a.eml", "c.eml"]
    assert "bomb.txt: unpacks to over 20 times its size" in told[0]


def test_zip_bomb_of_many_members_stops_the_zip(small_limits, zipped, read):
    path = zipped({f"{n}.txt": b"x" * 90_000 for n in range(40)})

    with pytest.raises(SourceError, match="unpacks to over 20 times") as caught:
        read(path)

    assert "unpack it yourself" in caught.value.remedy


def test_zip_bomb_inside_a_zip_counts_for_both(small_limits, mail, zipped, read):
    bombs = {f"{n}.zip": packed({f"{m}.txt": b"y" * 90_000 for m in range(4)}) for n in range(40)}

    with pytest.raises(SourceError, match="unpacks to over 20 times"):
        read(zipped(bombs))


def test_zip_with_a_password_is_told(mail, zipped, read):
    path = zipped({"a.eml": mail(1), "b.eml": mail(2)}, compression=zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    raw[at + 8] |= 1  # the flag of encryption in the directory
    path.write_bytes(raw)

    items, told = read(path)

    assert members(items) == ["b.eml"]
    assert "a.eml: protected by a password" in told[0]


def test_zip_with_a_damaged_member_gives_the_others(mail, zipped, read):
    path = zipped({"a.eml": mail(1), "b.eml": mail(2)}, compression=zipfile.ZIP_STORED)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"note 1", b"NOTE 1"))

    items, told = read(path)

    assert members(items) == ["b.eml"]
    assert "a.eml: damaged in the zip (BadZipFile)" in told[0]


def test_zip_packed_in_an_unknown_way_is_told(mail, zipped, read):
    path = zipped({"a.eml": mail(1)}, compression=zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", raw, raw.index(mark) + offset, 97)
    path.write_bytes(raw)

    items, told = read(path)

    assert items == []
    assert "a.eml: damaged in the zip (NotImplementedError)" in told[0]


@pytest.mark.parametrize("cut", [30, 200, -10])
def test_zip_that_breaks_off_is_a_plain_error(mail, zipped, read, cut):
    path = zipped({"a.eml": mail(1), "b.eml": mail(2)})
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(SourceError, match="not a whole zip"):
        read(path)


def test_zip_without_members_is_told(zipped, read):
    items, told = read(zipped({}))

    assert items == []
    assert "the zip is empty" in told[0]


def test_zip_names_in_utf8_that_do_not_say_so(mail, tmp_path, read):
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"caf__.eml": mail(1)}).replace(b"caf__.eml", "café.eml".encode()))

    items, _ = read(path)

    assert members(items) == ["café.eml"]


def test_zip_names_in_the_old_charset(mail, tmp_path, read):
    path = tmp_path / "x.zip"
    path.write_bytes(packed({"caf_.eml": mail(1)}).replace(b"caf_.eml", b"caf\x82.eml"))

    items, _ = read(path)

    assert members(items) == ["café.eml"]


def test_zip_passes_over_what_systems_leave(mail, zipped, read):
    items, told = read(zipped({"__MACOSX/._a.eml": b"x", ".DS_Store": b"x", "a.eml": mail(1)}))

    assert members(items) == ["a.eml"]
    assert told == []


def test_zip_member_that_nobody_knows_is_told(mail, zipped, read):
    items, told = read(zipped({"x.bin": b"\0\1", "empty.eml": b"", "a.eml": mail(1)}))

    assert members(items) == ["a.eml"]
    assert ["x.bin: not a kind" in told[0], "empty.eml: the file is empty" in told[1]] == [True, True]


@pytest.mark.parametrize(
    ("name", "known"), [("x.zip", True), ("x", True), ("x.docx", False), ("x.XLSX", False), ("x.odt", False)]
)
def test_zip_is_told_from_documents_that_are_zips_inside(name, known):
    assert recognises(name, b"PK\x03\x04rest") is known
