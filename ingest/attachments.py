"""Gets the text out of attachments and documents."""

from __future__ import annotations

from ingest.charset import decode_text


def text_of(data: bytes, *, media_type: str, name: str) -> tuple[str, str]:
    """Return (text, note): the text of a file, or "" and a sentence why there is none. Never raises."""
    if media_type.startswith("text/"):
        return decode_text(data).text.replace("\r\n", "\n"), ""
    return "", f"no text: '{name}' is {media_type}"
