"""Gets text out of PDF and Word files, within bounds of pages, size and time."""

from __future__ import annotations

import io
import threading
import time
import zipfile
from typing import Any

MAX_PAGES = 500
MAX_SECONDS = 20.0
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PACKED_RATIO = 200
"""Word files shrink 5 to 20 times; only bombs shrink more than this."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CELL_GAP = " | "

_ONE_AT_A_TIME = threading.Lock()
"""PDFium is not safe for threads."""


def pdf_text(data: bytes, *, max_characters: int) -> tuple[str, str]:
    """Return (text, note) of a PDF, page by page, a blank line between pages."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = "password" in str(error).lower()
            return "", "no text: the PDF is locked by a password" if locked else "no text: the PDF is broken"
        try:
            return _pages(document, max_characters)
        finally:
            document.close()


def _pages(document: Any, max_characters: int) -> tuple[str, str]:
    import pypdfium2

    pages: list[str] = []
    note, size, began = "", 0, time.monotonic()
    for number in range(len(document)):
        if number >= MAX_PAGES or size > max_characters or time.monotonic() - began > MAX_SECONDS:
            note = f"only the first {number} of {len(document)} pages were read"
            break
        try:
            page = document[number]
            text_page = page.get_textpage()
            pages.append(text_page.get_text_range())
            text_page.close()
            page.close()
        except pypdfium2.PdfiumError:
            note = note or f"page {number + 1} cannot be read"
            continue
        size += len(pages[-1])
    text = "\n\n".join(pages)
    return text, note or ("" if text.strip() else "no text: the PDF holds pictures of pages (a scan)")


def pdf_created(data: bytes) -> str:
    """Return the PDF's own date of creation as ISO 8601 text, or "" if it names none."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            return ""
        try:
            stamp = document.get_metadata_value("CreationDate")
        except pypdfium2.PdfiumError:
            return ""
        finally:
            document.close()
    digits = stamp.removeprefix("D:")
    if not digits[:8].isdigit():
        return ""
    clock = digits[8:14] if digits[8:14].isdigit() and len(digits) >= 14 else "000000"
    zone = digits[14:20].replace("'", ":").rstrip(":") if digits[14:15] in {"+", "-"} else ""
    zone = "+00:00" if digits[14:15] == "Z" else zone
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{clock[:2]}:{clock[2:4]}:{clock[4:6]}{zone}"


def docx_text(data: bytes, *, max_characters: int) -> tuple[str, str]:
    """Return (text, note) of a Word file: paragraphs and table rows in their order."""
    refusal = _refuse_bomb(data)
    if refusal:
        return "", refusal
    document = _open_word(data)
    if document is None:
        return "", "no text: the Word file is broken or locked"
    lines: list[str] = []
    size = 0
    for element in document.element.body.iterchildren():
        found = _block(element)
        size += sum(len(line) + 1 for line in found)
        lines += found
        if size > max_characters:
            return "\n".join(lines), f"only the first {max_characters} characters were read"
    return "\n".join(lines), "" if size else "no text: the Word file is empty"


def docx_created(data: bytes) -> str:
    """Return the Word file's own date of creation as ISO 8601 text, or ""."""
    document = None if _refuse_bomb(data) else _open_word(data)
    created = document.core_properties.created if document is not None else None
    return created.isoformat() if created is not None else ""


def _open_word(data: bytes) -> Any:
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception:  # the package raises whatever zipfile, lxml and its own lookups raise
        return None


def _block(element: Any) -> list[str]:
    """Return the lines of one paragraph or table."""
    if element.tag == f"{WORD}tbl":
        return [
            CELL_GAP.join(" ".join(_words(cell).split()) for cell in row.iterchildren(f"{WORD}tc"))
            for row in element.iter(f"{WORD}tr")
        ]
    if element.tag in {f"{WORD}p", f"{WORD}sdt"}:
        return [_words(element)]
    return []


def _words(element: Any) -> str:
    pieces: list[str] = []
    for node in element.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}cr", f"{WORD}p"):
        if node.tag == f"{WORD}t":
            pieces.append(node.text or "")
        elif node.tag == f"{WORD}tab":
            pieces.append("\t")
        elif pieces:
            pieces.append("\n")
    return "".join(pieces)


def _refuse_bomb(data: bytes) -> str:
    """Say why a zip should not be opened, or "": sizes are those its own table gives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "no text: the Word file is broken or locked"
    unpacked = sum(entry.file_size for entry in entries)
    text = sum(entry.file_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    packed = sum(entry.compress_size for entry in entries if entry.filename.endswith((".xml", ".rels")))
    if unpacked > MAX_UNPACKED or text > max(packed, 10_000) * MAX_PACKED_RATIO or len(entries) > 5_000:
        return "no text: the file would unpack to a size that no letter has"
    return ""
