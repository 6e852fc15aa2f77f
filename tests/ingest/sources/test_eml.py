"""Single messages: recognised by name or by headers, kept exactly."""

from __future__ import annotations

import plistlib

import pytest

from ingest.peek import header_names
from ingest.sources.eml import recognises


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("x.eml", b"", True),
        ("X.EML", b"no headers at all", True),
        ("x.emlx", b"12\n", True),
        (
            "1.",
            b"Message-ID: <1@example.org>\nDate: x\nFrom: a@example.org\n\nhi\n",
            True,
        ),  # saved under a number
        ("mail", b"Received: from a\r\n\tby b\r\nFrom: a@example.org\r\n\r\nhi", True),
        ("note.txt", b"From: Jo\nDate: Monday\nTo: Dana\n\nhi\n", False),  # typed, or printed to a file
        ("note.txt", b"Message-ID: <1@example.org>\nFrom: Jo\n\nhi\n", True),
        ("code.py", b"import re\n", False),
        ("notes", b"Dear Jo: thanks\nFrom: here\n\n", False),  # a name of a header holds no space
        ("page.html", b"<html><body>From: a</body></html>", False),
        ("page.mht", b"From: <Saved by a browser>\nDate: x\nMIME-Version: 1.0\n\n", False),
        ("picture", b"\x89PNG\r\n\x1a\n", False),
    ],
)
def test_eml_recognises(name, head, known):
    assert recognises(name, head) is known


def test_header_names_ignores_a_last_line_that_is_cut_off():
    head = b"From: a@example.org\n" * 60 + b"half of a na"

    assert header_names(head) == {"from"}


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00garbage", b"Subject: x", b"\r\n\r\n\r\n", b"From: a\0b\n\n"])
def test_eml_keeps_what_is_no_mail_at_all(tmp_path, read, raw):
    """Bytes come before reading."""
    (tmp_path / "x.eml").write_bytes(raw)

    items, told = read(tmp_path / "x.eml")

    assert [(item.kind, item.raw) for item in items] == [("mail", raw)]
    assert told == []


def test_eml_larger_than_is_held_goes_by_its_path(tmp_path, mail, read, monkeypatch):
    monkeypatch.setattr("ingest.file_source.HELD_BYTES", 100)
    path = tmp_path / "x.eml"
    path.write_bytes(mail(1, extra="A: b\n", body="x" * 500))

    [item], _ = read(path)

    assert (item.raw, item.path) == (None, path)


def emlx(raw, plist=b"", *, size=None):
    return b"%d   \n" % (len(raw) if size is None else size) + raw + plist


def test_emlx_gives_the_message_alone(tmp_path, mail, read):
    plist = plistlib.dumps({"flags": 1 | 16, "subject": "note 1"})
    (tmp_path / "5.emlx").write_bytes(emlx(mail(1), plist))

    [item], told = read(tmp_path / "5.emlx")

    assert item.raw == mail(1)
    assert item.provenance.flags == (r"\Seen", r"\Flagged")
    assert item.provenance.message_id == "m1@example.org"
    assert told == []


@pytest.mark.parametrize(
    "plist", [b"", b"<plist", plistlib.dumps({}), plistlib.dumps({"flags": "x"}), b"\0" * 50]
)
def test_emlx_with_broken_notes_is_as_good(tmp_path, mail, read, plist):
    (tmp_path / "5.emlx").write_bytes(emlx(mail(1), plist))

    [item], told = read(tmp_path / "5.emlx")

    assert (item.raw, item.provenance.flags, told) == (mail(1), (), [])


def test_emlx_that_breaks_off_is_kept_as_far_as_it_goes(tmp_path, mail, read):
    (tmp_path / "5.emlx").write_bytes(emlx(mail(1), size=len(mail(1)) + 7))

    [item], told = read(tmp_path / "5.emlx")

    assert item.raw == mail(1)
    assert "7 bytes are missing" in told[0]


def test_emlx_without_a_count_is_kept_as_a_document(tmp_path, mail, read):
    (tmp_path / "5.emlx").write_bytes(mail(1))

    [item], told = read(tmp_path / "5.emlx")

    assert (item.kind, item.provenance.source_kind, item.raw) == ("document", "document", mail(1))
    assert "no byte count" in told[0]


def test_emlx_with_an_absurd_count_is_told(tmp_path, read):
    (tmp_path / "5.emlx").write_bytes(b"99999999999999\nSubject: x\n\n")

    items, told = read(tmp_path / "5.emlx")

    assert items == []
    assert "over 512 MB" in told[0]


def test_emlx_that_is_partial_says_what_is_missing(tmp_path, mail, read):
    (tmp_path / "5.partial.emlx").write_bytes(emlx(mail(1)))

    items, told = read(tmp_path / "5.partial.emlx")

    assert len(items) == 1
    assert "attachments" in told[0]
