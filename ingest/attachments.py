"""Gets the text out of attachments and documents, by what they are and not only by what they say."""

from __future__ import annotations

import re

from ingest.charset import decode_text
from ingest.html_text import html_to_text
from ingest.invitations import invitation_text
from ingest.office import docx_text, pdf_text
from ingest.plain_text import canonical

MAX_BYTES = 25 * 1024 * 1024
MAX_CHARACTERS = 5_000_000

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BY_ENDING = {
    "pdf": "application/pdf",
    "docx": WORD,
    "txt": "text/plain",
    "text": "text/plain",
    "log": "text/plain",
    "md": "text/plain",
    "csv": "text/csv",
    "htm": "text/html",
    "html": "text/html",
    "ics": "text/calendar",
    "vcs": "text/calendar",
    "rtf": "text/rtf",
    "doc": "application/msword",
    "eml": "message/rfc822",
    "dat": "application/ms-tnef",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "heic": "image/heic",
}
"""What a file's ending means where the sender gave no usable media type."""

VAGUE = frozenset(
    {"application/octet-stream", "application/binary", "application/x-download", "application/unknown", ""}
)
NO_TEXT = (
    ("image/", "picture: no text was read"),
    ("audio/", "sound: no text was read"),
    ("video/", "film: no text was read"),
    ("application/pkcs7-signature", "signature"),
    ("application/x-pkcs7-signature", "signature"),
    ("application/pgp-signature", "signature"),
    ("application/pgp-encrypted", "encrypted: no text could be read"),
    ("application/pkcs7-mime", "encrypted or signed as a whole (S/MIME): no text could be read"),
    ("application/x-pkcs7-mime", "encrypted or signed as a whole (S/MIME): no text could be read"),
    ("text/rtf", "no text: RTF is not read"),
    ("application/rtf", "no text: RTF is not read"),
    ("application/msword", "no text: old Word files (.doc) are not read"),
    ("application/zip", "no text: archives inside mail are not opened"),
)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,3}=\s{0,3}[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def text_of(data: bytes, *, media_type: str, name: str, charset: str | None = None) -> tuple[str, str]:
    """Return (text, note): the canonical text of a file, and what kept it from being whole.

    Args:
        data: The file's bytes.
        media_type: As the sender gave it; the name's ending and the first bytes help where it is vague.
        name: The file's name.
        charset: As the sender gave it, for text.

    Returns:
        At most five million characters, "" with a note where there is no text. Never raises.
    """
    kind = kind_of(data, media_type=media_type, name=name)
    no_text = next((note for prefix, note in NO_TEXT if kind.startswith(prefix)), None)
    if no_text is not None:
        return "", no_text
    if len(data) > MAX_BYTES:
        return "", f"no text: larger than {MAX_BYTES // 1024**2} MB"
    if not data:
        return "", "no text: the file is empty"
    text, note = _read(data, kind, charset)
    text = canonical(text)
    if len(text) > MAX_CHARACTERS:
        text = canonical(text[:MAX_CHARACTERS])
        note = f"only the first {MAX_CHARACTERS} characters were read"
    return text, note


def kind_of(data: bytes, *, media_type: str, name: str) -> str:
    """Return the media type to go by: what the bytes show, what the sender said, what the name ends in."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    media_type = media_type.lower()
    ending = BY_ENDING.get(name.rpartition(".")[2].lower(), "") if "." in name else ""
    if data.startswith(b"{\\rtf"):
        return "text/rtf"
    if media_type in VAGUE or (media_type == "text/plain" and ending and not ending.startswith("text/")):
        return ending or ("application/octet-stream" if media_type in VAGUE else media_type)
    return WORD if ending == WORD and data.startswith(b"PK") else media_type


def html_charset(data: bytes) -> str | None:
    """Return the charset that a page itself names in its first kilobyte."""
    match = META_CHARSET.search(data, 0, 1_024)
    return match[1].decode("ascii", "replace") if match else None


def _read(data: bytes, kind: str, charset: str | None) -> tuple[str, str]:
    if kind == "application/pdf":
        return pdf_text(data, max_characters=MAX_CHARACTERS)
    if kind == WORD:
        return docx_text(data, max_characters=MAX_CHARACTERS)
    if kind in {"text/html", "application/xhtml+xml"}:
        decoded = decode_text(data, charset or html_charset(data))
        return html_to_text(decoded.text), decoded.problem
    if kind in {"text/calendar", "application/ics"}:
        return invitation_text(decode_text(data, charset).text)
    if kind.startswith(("text/", "message/")) or kind in {"application/json", "application/xml"}:
        decoded = decode_text(data, charset)
        return decoded.text, decoded.problem
    return "", f"no text: files of type {kind} are not read"
