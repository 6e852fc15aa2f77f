"""Finds the folders of a mailbox, how full they are, and which of them to take mail from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imapclient.imap_utf7 import decode as decode_utf7

from ingest.gmail import choose_gmail
from ingest.refusals import Refused
from models.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.account import Account
    from ingest.wire import Answer, Wire

_STRING = rb'"(?:\\.|[^"\\])*"'
_LIST = re.compile(rb"\* (?:LIST|LSUB) \(([^)]*)\) (NIL|" + _STRING + rb") (.*)", re.I | re.S)
_NAME = re.compile(rb"(" + _STRING + rb"|[^ \r\n]+)")
_STATUS = re.compile(rb"\* STATUS (.*) \(([^()]*)\)\s*\r\n$", re.I | re.S)

_UNSELECTABLE = {"\\noselect", "\\nonexistent"}
_VIRTUAL = {"\\all", "\\flagged", "\\important"}
"""RFC 6154: these show messages that lie in other folders."""
_MAY_EMPTY = {"\\trash", "\\junk", "\\drafts"}
_MAY_EMPTY_NAMES = {
    "trash", "deleted items", "deleted messages", "deleted", "bin", "papierkorb", "corbeille",
    "junk", "junk email", "junk e-mail", "spam", "bulk mail", "drafts", "outbox",
}  # fmt: skip
"""For servers without special-use flags: folders that people empty as a matter of course."""


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """What a server says of a folder. 0 stands for what it left out, None for no mod-sequences."""

    uidvalidity: int
    uidnext: int
    messages: int
    highestmodseq: int | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder. `name` is for people and our records, `raw` is the server's own bytes for it."""

    name: str
    raw: bytes
    flags: frozenset[str] = frozenset()
    delimiter: str = ""
    status: FolderStatus | None = None

    @property
    def wire_name(self) -> bytes:
        """The name as it stands in a command."""
        return b'"' + self.raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'

    @property
    def may_empty(self) -> bool:
        """Whether people empty this folder as a matter of course: Trash, Junk, Drafts."""
        last = self.name.rsplit(self.delimiter, 1)[-1] if self.delimiter else self.name
        return bool(self.flags & _MAY_EMPTY) or last.lower() in _MAY_EMPTY_NAMES


def list_folders(wire: Wire) -> tuple[Folder, ...]:
    """Return every folder that can be opened, by name, with its status if the server sends it along.

    Raises:
        SourceError: If the server refuses to list them.
    """
    if wire.has("LIST-STATUS"):
        special = b" SPECIAL-USE" if wire.has("SPECIAL-USE") else b""
        command = b'LIST "" "*" RETURN (STATUS (%b)%b)' % (_status_items(wire), special)
        try:
            return parse_folders(wire.ask(command))
        except Refused:
            pass  # offered, but not meant: plain LIST then
    return parse_folders(wire.ask(b'LIST "" "*"'))


def add_status(wire: Wire, folders: Iterable[Folder]) -> tuple[Folder, ...]:
    """Return the folders with a status each; None where the server refuses to tell.

    All questions are sent before the first answer is read, so a slow line is waited for once.
    """
    folders = tuple(folders)
    items = _status_items(wire)
    tags = [
        wire.send(b"STATUS %b (%b)" % (folder.wire_name, items))
        for folder in folders
        if folder.status is None
    ]
    known: dict[bytes, FolderStatus] = {}
    for tag in tags:
        try:
            for answer in wire.answers(tag):
                if found := _parse_status(answer):
                    known[found[0]] = found[1]
        except Refused:
            continue  # a folder that went away, or that we may not read
    return tuple(replace(folder, status=folder.status or known.get(folder.raw)) for folder in folders)


def parse_folders(answers: Iterable[Answer]) -> tuple[Folder, ...]:
    """Return the folders in LIST answers, joined with STATUS answers among them, by name."""
    folders: dict[bytes, Folder] = {}
    status: dict[bytes, FolderStatus] = {}
    names: set[str] = set()
    for answer in answers:
        if found := _parse_status(answer):
            status[found[0]] = found[1]
        elif (folder := _parse_list(answer)) and not folder.flags & _UNSELECTABLE:
            if folder.name in names:  # two names that decode alike must not share one sync state
                folder = replace(folder, name=folder.raw.decode("latin-1"))
            names.add(folder.name)
            folders.setdefault(folder.raw, folder)
    joined = (replace(folder, status=status.get(raw)) for raw, folder in folders.items())
    return tuple(sorted(joined, key=lambda folder: (folder.name != "INBOX", folder.name)))


def choose_folders(folders: tuple[Folder, ...], account: Account, *, gmail: bool) -> tuple[Folder, ...]:
    """Return the folders to take mail from, in order.

    Named in the configuration: exactly those. Else on Gmail the one folder that holds all mail,
    elsewhere every folder but the virtual ones, which show mail of other folders again.

    Raises:
        SourceError: If the configuration names a folder that does not exist, listing those that do.
    """
    by_name = {folder.name: folder for folder in folders}
    missing = [name for name in account.folders if _canonical(name) not in by_name]
    if missing:
        raise SourceError(
            f"mailbox '{account.name}' has no folder '{missing[0]}'",
            f"Correct folders in config.toml; there are: {', '.join(by_name)}",
        )
    named = tuple(by_name[name] for name in dict.fromkeys(map(_canonical, account.folders)))
    if gmail:
        return choose_gmail(folders, named)
    if named:
        return named
    real = tuple(folder for folder in folders if not folder.flags & _VIRTUAL)
    return real or folders


def _canonical(name: str) -> str:
    return "INBOX" if name.upper() == "INBOX" else name


def _status_items(wire: Wire) -> bytes:
    modseq = b" HIGHESTMODSEQ" if wire.has("CONDSTORE") or wire.has("QRESYNC") else b""
    return b"UIDVALIDITY UIDNEXT MESSAGES" + modseq


def _parse_list(answer: Answer) -> Folder | None:
    match = _LIST.match(answer.line)
    if not match:
        return None
    if answer.literals:
        raw = answer.literals[0]
    else:
        name = _NAME.match(match[3])
        raw = _unquote(name[1]) if name else b""
    if not isinstance(raw, bytes) or not raw or re.search(rb"[\r\n\0]", raw):
        return None
    if raw.upper() == b"INBOX":
        raw = b"INBOX"
    delimiter = "" if match[2].upper() == b"NIL" else _unquote(match[2]).decode("latin-1")
    flags = frozenset(match[1].decode("latin-1").lower().split())
    return Folder(decode_name(raw), raw, flags, delimiter)


def decode_name(raw: bytes) -> str:
    """Return a folder's name for people: modified UTF-7, or what a sloppy server sent in its place."""
    if raw.isascii():
        try:
            return str(decode_utf7(raw))
        except (UnicodeDecodeError, ValueError):
            return raw.decode("ascii")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _parse_status(answer: Answer) -> tuple[bytes, FolderStatus] | None:
    if answer.line[:9].upper() != b"* STATUS ":
        return None
    # A name sent as a literal stands between the first line and the last: put a stand-in there.
    match = _STATUS.match(b"* STATUS -" + answer.tails[-1] if answer.tails else answer.line)
    if not match:
        return None
    name = answer.literals[0] if answer.literals else _unquote(match[1])
    words = match[2].upper().split()
    values = {key: int(value) for key, value in zip(words[::2], words[1::2], strict=False) if value.isdigit()}
    if not isinstance(name, bytes) or b"MESSAGES" not in values:
        return None
    status = FolderStatus(
        values.get(b"UIDVALIDITY", 0),
        values.get(b"UIDNEXT", 0),
        values[b"MESSAGES"],
        values.get(b"HIGHESTMODSEQ") or None,
    )
    return b"INBOX" if name.upper() == b"INBOX" else name, status


def _unquote(word: bytes) -> bytes:
    if word[:1] == b'"':
        return re.sub(rb"\\(.)", rb"\1", word[1:-1], flags=re.S)
    return word
