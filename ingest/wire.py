"""Speaks IMAP on imapclient's own connection where pace matters: commands sent ahead, bodies streamed.

imapclient signs in and knows the capabilities. Its `fetch` waits for one command at a time and takes
each answer apart in Python, six times slower than the server can send, so the long pull reads the
socket here. Nothing is decided here: answers go up as they came.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ingest.connection import hang_up, log_out, lost
from ingest.refusals import Refused, cause_of, refusal
from models.errors import ServerUnreachable, StorageFull, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imapclient import IMAPClient

    from ingest.account import Account

IN_MEMORY_BYTES = 4 * 1024 * 1024
"""Literals above this go to a file, whatever size the server had promised."""
LITERAL_LIMIT = 2**32
CHUNK = 256 * 1024

_LITERAL = re.compile(rb"~?\{(\d+)\+?\}\r\n$")
_PROSE = (b"* OK", b"* NO", b"* BAD", b"* BYE", b"* PREAUTH", b"+")
"""Lines of prose: a `{5}` at their end is text."""


class Answer(NamedTuple):
    """One untagged answer: a line, then for each literal in it the literal and the line that follows.

    Lines keep their end and the `{n}` that announces a literal. A large literal is a file.
    """

    line: bytes
    literals: tuple[bytes | Path, ...] = ()
    tails: tuple[bytes, ...] = ()


@contextmanager
def writing() -> Iterator[None]:
    """Turn a failure to write to our own disk into words, so that it is not taken for a lost connection.

    Raises:
        StorageFull, WorkspaceError: In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(
                "the disk is full: a large message could not be taken in",
                "Free some space and sync again; it goes on where it stopped.",
            ) from error
        raise WorkspaceError(
            f"a large message could not be written to disk ({error.strerror})",
            "Check that the workspace folder can be written to, then sync again.",
        ) from error


class Wire:
    """A signed-in connection, on which commands may be sent ahead.

    A server may work on several commands at once (RFC 9051, 5.5; Dovecot does when its output
    stalls), so between the answers to one there may be answers to another: the caller sorts them
    by what they say. Only the end of a command carries its tag.

    Args:
        client: Signed in, and used by nobody else meanwhile.
        account: For the words of errors.
        spool: Folder for literals too large to hold; made when needed.
    """

    def __init__(self, client: IMAPClient, account: Account, spool: Path) -> None:
        self.capabilities = frozenset(client.capabilities())
        self._client = client
        self._imap = client._imap
        self._account = account
        self._spool = spool
        self._waiting: set[bytes] = set()
        self._ended: dict[bytes, bytes] = {}
        self._numbers = itertools.count(1)
        self.broken = False

    def send(self, command: bytes) -> bytes:
        """Send a command without waiting; returns its tag.

        Raises:
            ServerUnreachable: If the connection is gone.
        """
        tag = b"ST%d" % next(self._numbers)
        try:
            self._imap.send(b"%b %b\r\n" % (tag, command))
        except OSError as error:
            raise self._lost(error) from error
        self._waiting.add(tag)
        return tag

    def answers(self, tag: bytes) -> Iterator[Answer]:
        """Yield the untagged answers that come until a command has ended.

        Raises:
            Refused, Throttled: If the server says no.
            ServerUnreachable: If it hangs up, falls silent, or sends no IMAP.
        """
        while tag not in self._ended:
            answer = self._read()
            first, _, said = answer.line.partition(b" ")
            if first in self._waiting:
                self._waiting.discard(first)
                self._ended[first] = said
            else:
                yield answer
        self._check_end(self._ended.pop(tag))

    def ask(self, command: bytes) -> list[Answer]:
        """Send a command and return all its untagged answers. Errors as in `answers`."""
        return list(self.answers(self.send(command)))

    def has(self, capability: str) -> bool:
        """Say whether the server offers a capability."""
        return capability.encode() in self.capabilities

    @property
    def idle(self) -> bool:
        """Whether no command is under way, so that the connection may be used for something else."""
        return not self.broken and not self._waiting and not self._ended

    def enable(self, capability: str) -> bool:
        """Switch an extension on, before any folder is opened. Returns whether it is on."""
        if not (self.has("ENABLE") and self.has(capability)):
            return False
        try:
            answers = self.ask(b"ENABLE " + capability.encode())
        except Refused:
            return False
        return any(capability.encode() in answer.line.upper() for answer in answers)

    def close(self) -> None:
        """End the session: politely if nothing is under way, else by hanging up."""
        if self.idle:
            log_out(self._client)
        else:
            hang_up(self._client)
        self.broken = True

    def _read(self) -> Answer:
        try:
            line = self._line()
            if line[:5].upper() == b"* BYE":
                raise self._bye(line)
            if not line.endswith(b"}\r\n") or line.startswith(_PROSE):
                return Answer(line)
            literals, tails, last = [], [], line
            while last.endswith(b"}\r\n") and (match := _LITERAL.search(last)):
                literals.append(self._literal(int(match[1])))
                last = self._line()
                tails.append(last)
        except OSError as error:
            raise self._lost(error) from error
        return Answer(line, tuple(literals), tuple(tails))

    def _line(self) -> bytes:
        try:
            line: bytes = self._imap.readline()
        except self._imap.error as error:
            raise self._lost(error) from error
        if not line.endswith(b"\r\n"):
            raise self._lost(EOFError("closed by the server" if not line else "cut inside a line"))
        return line

    def _literal(self, size: int) -> bytes | Path:
        if size > LITERAL_LIMIT:
            raise self._lost(ValueError(f"the server announced a part of {size} bytes"))
        if size > IN_MEMORY_BYTES:
            return self._to_file(size)
        data: bytes = self._imap.read(size)
        if len(data) != size:
            raise self._lost(EOFError("cut inside a message"))
        return data

    def _to_file(self, size: int) -> Path:
        path = self._spool / f"{os.getpid()}-{next(self._numbers)}.whole"
        try:
            with writing():
                self._spool.mkdir(parents=True, exist_ok=True, mode=0o700)
                file = path.open("wb")
            with file:
                while size:
                    data = self._imap.read(min(size, CHUNK))
                    if not data:
                        raise self._lost(EOFError("cut inside a message"))
                    with writing():
                        file.write(data)
                    size -= len(data)
        except BaseException:
            self.broken = True
            path.unlink(missing_ok=True)
            raise
        return path

    def _check_end(self, said: bytes) -> None:
        if said[:2].upper() != b"OK":
            raise refusal(self._account.host, said.decode("utf-8", "replace"))

    def _bye(self, line: bytes) -> Exception:
        self.broken = True
        text = line[5:].decode("utf-8", "replace").strip()
        if cause_of(text) != "other":
            return refusal(self._account.host, text)
        return lost(self._account, EOFError(text or "the server said goodbye"))

    def _lost(self, error: Exception) -> ServerUnreachable:
        self.broken = True
        return lost(self._account, error)
