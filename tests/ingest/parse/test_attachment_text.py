from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import docx
import pypdfium2
import pytest
from pypdfium2 import raw as pdfium

from ingest.attachments import WORD, text_of
from ingest.documents import read_document
from ingest.tnef import open_tnef

ADDED = datetime(2025, 3, 3, tzinfo=UTC)

ICS = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//example//EN\r
METHOD:REQUEST\r
BEGIN:VEVENT\r
UID:1@example.org\r
SUMMARY:IEP meeting\r
LOCATION:Room 4\r
DTSTART:20250303T140500Z\r
DTEND:20250303T150000Z\r
ORGANIZER;CN=Alex Lee:mailto:alex@maplegrove.example\r
DESCRIPTION:Annual review\r
END:VEVENT\r
END:VCALENDAR\r
"""


def make_pdf(*pages: str) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for words in pages:
        page = document.new_page(300, 300)
        text = pdfium.FPDFPageObj_NewTextObj(document, b"Helvetica", 12.0)
        coded = (words + "\x00").encode("utf-16-le")
        pdfium.FPDFText_SetText(text, (pdfium.c_ushort * (len(coded) // 2)).from_buffer_copy(coded))
        pdfium.FPDFPage_InsertObject(page, text)
        page.gen_content()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_docx() -> bytes:
    document = docx.Document()
    document.add_paragraph("The meeting notes")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "speech"
    table.rows[0].cells[1].text = "30 minutes"
    document.core_properties.created = datetime(2024, 5, 6, 7, 8, 9)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def make_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 50_000_000)
    return out.getvalue()


def test_text_of_word_file_gives_paragraphs_and_rows() -> None:
    text, note = text_of(make_docx(), media_type=WORD, name="notes.docx")

    assert text.split("\n") == ["The meeting notes", "speech | 30 minutes"]
    assert note == ""


def test_text_of_word_file_refuses_a_zip_bomb() -> None:
    text, note = text_of(make_bomb(), media_type=WORD, name="notes.docx")

    assert text == ""
    assert "unpack" in note


def test_text_of_word_file_does_not_follow_entities(tmp_path) -> None:  # type: ignore[no-untyped-def]
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    source, out = zipfile.ZipFile(io.BytesIO(make_docx())), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry == "word/document.xml":
                data = data.replace(b"The meeting notes", b"&x;").replace(
                    b"<w:document",
                    b'<!DOCTYPE a [<!ENTITY x SYSTEM "%s">]><w:document' % secret.as_uri().encode(),
                    1,
                )
            target.writestr(entry, data)

    text, _ = text_of(out.getvalue(), media_type=WORD, name="notes.docx")

    assert "secret" not in text


def test_text_of_pdf_gives_all_pages() -> None:
    text, note = text_of(make_pdf("first page", "second page"), media_type="application/pdf", name="a.pdf")

    assert text == "first page\n\nsecond page"
    assert note == ""


def test_text_of_pdf_without_text_says_that_it_is_a_scan() -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    out = io.BytesIO()
    document.save(out)

    text, note = text_of(out.getvalue(), media_type="application/pdf", name="a.pdf")

    assert text == ""
    assert "scan" in note


def test_text_of_calendar_gives_what_when_where_and_who() -> None:
    text, note = text_of(ICS, media_type="text/calendar", name="invite.ics")

    assert text.split("\n") == [
        "Method: request",
        "Summary: IEP meeting",
        "When: 2025-03-03 14:05 UTC to 2025-03-03 15:00 UTC",
        "Where: Room 4",
        "Organizer: Alex Lee <alex@maplegrove.example>",
        "Description: Annual review",
    ]
    assert note == ""


@pytest.mark.parametrize(
    ("data", "media_type", "name", "note"),
    [
        (b"\xff\xd8\xff", "image/jpeg", "a.jpg", "picture"),
        (b"{\\rtf1 hi}", "application/octet-stream", "a.bin", "RTF"),
        (b"%PDF-1.4 broken", "application/pdf", "a.pdf", "broken"),
        (b"PK\x03\x04broken", WORD, "a.docx", "broken"),
        (b"", "text/plain", "a.txt", "empty"),
        (b"\x00\x01", "application/x-thing", "a.xyz", "application/x-thing"),
        (b"x" * (25 * 1024 * 1024 + 1), "text/plain", "a.txt", "larger"),
    ],
)
def test_text_of_says_why_there_is_none(data: bytes, media_type: str, name: str, note: str) -> None:
    text, found = text_of(data, media_type=media_type, name=name)

    assert text == ""
    assert note in found


def test_text_of_cuts_endless_text_and_says_so() -> None:
    text, note = text_of(b"a" * 6_000_000, media_type="text/plain", name="a.txt")

    assert len(text) == 5_000_000
    assert "first 5000000" in note


def test_text_of_goes_by_bytes_when_the_type_is_vague() -> None:
    text, _ = text_of(make_pdf("hello"), media_type="application/octet-stream", name="file")

    assert text == "hello"


def test_read_document_is_named_and_has_no_date() -> None:
    message = read_document(make_docx(), name="notes.docx", added_at=ADDED)

    assert (message.medium, message.subject, message.sent_at) == ("document", "notes.docx", None)
    assert message.body.startswith("The meeting notes")
    assert "2024-05-06" in message.defects[0]


def test_read_document_notes_a_file_from_the_future() -> None:
    early = datetime(2020, 1, 1, tzinfo=UTC)

    message = read_document(make_docx(), name="notes.docx", added_at=early)

    assert "after it was added" in message.defects[1]


@pytest.mark.parametrize("raw", [b"", b"\x00", b"%PDF-", b"PK\x03\x04", b"\xff" * 100])
def test_read_document_takes_any_bytes(raw: bytes) -> None:
    for name in ("a.pdf", "b.docx", "c.txt", "d", ""):
        assert read_document(raw, name=name, added_at=ADDED).parts[0].name == "body"


def test_open_tnef_never_raises_on_broken_envelopes() -> None:
    signature = b"\x78\x9f\x3e\x22"

    for rest in (
        b"",
        b"\x00" * 40,
        b"\x01\x00\x80" + b"\xff" * 40,
        b"\x02\x05\x90\x06\x00" + b"\x00" * 400_000,
    ):
        assert open_tnef(signature + rest).text == ""
