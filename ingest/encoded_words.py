"""Decodes header text: RFC 2047 encoded words, also broken ones, beside raw 8-bit text.

The stdlib raises on bad base64 and garbles raw text beside an encoded word; mail-parser drops the
octets that do not fit the named charset. A name or subject is evidence, so here nothing is dropped:
what cannot be decoded stays as it was written.
"""

from __future__ import annotations

import base64
import binascii
import re

from ingest.charset import SURROGATE, decode_octets, decode_text

WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
RUN = re.compile(r"=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=(?:\s*=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?=)*")
HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def header_text(value: str, *, limit: int = 20_000) -> str:
    """Return one header's value as a person reads it: unfolded, decoded, one line.

    Args:
        value: As the stdlib keeps it, raw octets as surrogates.
        limit: Characters of `value` that are looked at.
    """
    value = decode_octets(value[:limit])
    return " ".join(CONTROLS.sub(" ", decode_words(value)).split())


def decode_words(value: str) -> str:
    """Replace the encoded words in `value` by what they say; anything else stays."""
    return RUN.sub(_decode_run, value) if "=?" in value else value


def _decode_run(run: re.Match[str]) -> str:
    """Decode neighbours together, since senders split characters of several bytes between them."""
    texts: list[str] = []
    pending, pending_charset = b"", ""
    for match in WORD.finditer(run[0]):
        charset, encoding, coded = match.groups()
        octets = _octets(coded, encoding)
        if octets is None:
            texts += [decode_text(pending, pending_charset).text, match[0]]
            pending, pending_charset = b"", ""
        elif charset.lower() == pending_charset.lower():
            pending += octets
        else:
            texts.append(decode_text(pending, pending_charset).text)
            pending, pending_charset = octets, charset
    texts.append(decode_text(pending, pending_charset).text)
    return SURROGATE.sub("\ufffd", "".join(texts))


def _octets(coded: str, encoding: str) -> bytes | None:
    data = coded.encode("utf-8", "surrogateescape" if not SURROGATE.search(coded) else "replace")
    if encoding in "qQ":
        return HEX.sub(lambda found: bytes([int(found[1], 16)]), data.replace(b"_", b" "))
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]  # a cut word: the last letter holds no whole byte
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return None
