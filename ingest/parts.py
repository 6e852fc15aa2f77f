"""Makes the `Part` records of one message: its body, and its attachments under names of their own."""

from __future__ import annotations

import hashlib
from email import message_from_string
from typing import TYPE_CHECKING

from ingest.attachments import kind_of, text_of
from ingest.body_parts import TooDeep, gather, mend_container
from ingest.charset import decode_octets
from ingest.encoded_words import header_text
from ingest.inline_files import take_files
from ingest.mime import clean_name, payload_of
from ingest.plain_text import canonical
from ingest.tnef import open_tnef
from models.records import Part

if TYPE_CHECKING:
    from email.message import Message

    from ingest.body_parts import Gathered, TextReader
    from ingest.mime import Leaf

MAX_PARTS = 200
MAX_NESTED = 20
"""Messages inside messages inside messages: further in, no person reads either."""
INNER_HEADERS = ("From", "Date", "To", "Cc", "Subject")
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
}


class PartList:
    """Gathers attachments; `attached` is in the order of the message."""

    def __init__(self, reader: TextReader, defects: list[str]) -> None:
        self.attached: list[Part] = []
        self._reader = reader
        self._defects = defects
        self._names: dict[str, int] = {}
        self._nested = 0
        self._envelope = ""  # the text of winmail.dat, for messages that hold nothing else

    def body(self, gathered: Gathered) -> Part:
        """Return the body and take in all attachments."""
        texts = self._mended(gathered)
        kind = "text/html" if texts and all(leaf.is_html for leaf in texts) else "text/plain"
        text = self._text(texts)
        self._attach(gathered.attached)
        if not text and self._envelope:
            text = self._envelope
        if not text:
            text = self._promoted(gathered.attached)
        return Part("body", kind, text, size=len(text.encode("utf-8")))

    def _mended(self, gathered: Gathered) -> list[Leaf]:
        """Open containers whose boundary was lost."""
        texts: list[Leaf] = []
        for leaf in gathered.texts:
            whole = mend_container(leaf) if leaf.media_type.startswith("multipart/") else ""
            if not whole:
                texts.append(leaf)
                continue
            self._defects.append("structure: a boundary is missing; the first one found was taken")
            try:
                inner = gather(message_from_string(whole), self._reader)
            except (TooDeep, RecursionError):
                texts.append(leaf)
                continue
            texts += inner.texts
            gathered.attached += inner.attached
        return texts

    def _text(self, leaves: list[Leaf]) -> str:
        text, files = take_files(self._reader.texts(leaves))
        for file in files:
            self._add(file.name, "application/octet-stream", file.data, note=file.note)
        return canonical(text) if files else text

    def _promoted(self, attached: list[Leaf]) -> str:
        """Take a named inline text as the body of a message that has no other."""
        for leaf in attached:
            if leaf.media_type in {"text/plain", "text/html"} and leaf.disposition != "attachment":
                return self._reader.text(leaf)
        return ""

    def _attach(self, leaves: list[Leaf]) -> None:
        for leaf in leaves:
            if len(self.attached) >= MAX_PARTS:
                self._defects.append(f"structure: only the first {MAX_PARTS} attachments were read")
                return
            if leaf.part.is_multipart():
                self._attach_message(leaf)
            else:
                data, problem = payload_of(leaf)
                self._add(leaf.name, leaf.media_type, data, charset=leaf.charset, note=problem)

    def _attach_message(self, leaf: Leaf) -> None:
        """Add a message inside the message, then its own attachments."""
        payload = leaf.part.get_payload()
        inner = [one for one in payload if not isinstance(one, str)] if isinstance(payload, list) else []
        kind = leaf.media_type
        if kind != "message/rfc822" and kind != "message/global":
            fields = (
                f"{name}: {header_text(str(value))}" for one in inner for name, value in one.raw_items()
            )
            text = canonical("\n".join(fields))
            self._append(leaf.name or kind.replace("/", "-"), kind, text, text.encode("utf-8"), "")
            return
        for one in inner:
            self._nested += 1
            if self._nested > MAX_NESTED:
                self._defects.append(f"structure: only the first {MAX_NESTED} messages inside it were read")
                return
            self._attach_inner(leaf.name, one)

    def _attach_inner(self, name: str, mail: Message) -> None:
        try:
            gathered = gather(mail, self._reader)
        except TooDeep:
            self._defects.append("structure: a message inside it nests too deep")
            return
        subject = header_text(str(next((v for k, v in mail.raw_items() if k.lower() == "subject"), "")))
        name = name or f"{clean_name(subject.replace('/', '-'))[:80] or 'message'}.eml"
        found = {key.lower(): value for key, value in reversed(list(mail.raw_items()))}
        head = [
            f"{field}: {header_text(str(found[field.lower()]))}"
            for field in INNER_HEADERS
            if field.lower() in found
        ]
        place = len(self.attached)
        self._append(name, "message/rfc822", "", b"", "")
        text = canonical("\n".join([*head, "", self._text(self._mended(gathered))]))
        data = _flat_bytes(mail)
        taken = self.attached[place]
        self.attached[place] = Part(
            taken.name,
            taken.media_type,
            text,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest() if data else "",
        )
        self._attach(gathered.attached)

    def _add(self, name: str, kind: str, data: bytes, *, charset: str | None = None, note: str = "") -> None:
        name = clean_name(name) or f"unnamed.{ENDINGS.get(kind, 'bin')}"
        if kind in TNEF or (
            name.lower() == "winmail.dat" and kind_of(data, media_type=kind, name=name) in TNEF
        ):
            self._add_envelope(name, data)
            return
        text, why = text_of(data, media_type=kind, name=name, charset=charset)
        self._append(name, kind, text, data, "; ".join(one for one in (note, why) if one))

    def _add_envelope(self, name: str, data: bytes) -> None:
        opened = open_tnef(data)
        text = canonical(opened.text)
        if not text and opened.html:
            text, _ = text_of(opened.html.encode("utf-8"), media_type="text/html", name="", charset="utf-8")
        note = opened.note or ("" if text else "Outlook envelope: its files follow")
        self._append(name, "application/ms-tnef", text, data, note)
        self._envelope = self._envelope or text
        for inner, content in opened.files[:MAX_PARTS]:
            self._add(inner if inner.lower() != "winmail.dat" else "", "application/octet-stream", content)

    def _append(self, name: str, kind: str, text: str, data: bytes, note: str) -> None:
        name = decode_octets(name)
        count = self._names[name.lower()] = self._names.get(name.lower(), 0) + 1
        unique = f"attachment:{name}" if count == 1 else f"attachment:{name} ({count})"
        digest = hashlib.sha256(data).hexdigest() if data else ""
        self.attached.append(Part(unique, kind, text, size=len(data), sha256=digest, note=note))


def _flat_bytes(mail: Message) -> bytes:
    """Return the bytes of an inner message, as near as the parser kept them; b"" if it cannot."""
    try:
        return mail.as_bytes()
    except Exception:  # the stdlib's generator raises many things on malformed mail
        return b""
