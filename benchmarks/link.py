"""A line between a mail client and a server that can be slow, narrow, cut, or tell lies. Loopback only."""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 64 * 1024


@dataclass(slots=True)
class Link:
    """What the line does to what passes. All may be changed while it runs.

    Args:
        server: Port of the real server on 127.0.0.1.
        delay_seconds: Time that bytes take each way.
        bytes_per_second: How wide the line is towards the client; 0 is as wide as it goes.
        cut_after: Bytes towards the client after which the line breaks, once; None never.
        cut_every: As `cut_after`, but again and again.
        rewrite: Changes what the server says, chunk by chunk.
        commands: Every line that a client sent.
        carried: Bytes that passed towards the client.
    """

    server: int
    delay_seconds: float = 0.0
    bytes_per_second: float = 0.0
    cut_after: int | None = None
    cut_every: int = 0
    rewrite: Callable[[bytes], bytes] | None = None
    commands: list[bytes] = field(default_factory=list)
    carried: int = 0
    cuts: int = 0
    connections: int = 0
    _listener: socket.socket | None = None

    @property
    def port(self) -> int:
        """The port to connect to."""
        if self._listener is None:
            raise RuntimeError("the link is not open")
        return int(self._listener.getsockname()[1])

    def open(self) -> Link:
        """Begin to listen."""
        if self.cut_every:
            self.cut_after = self.cut_every
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def close(self) -> None:
        """Stop listening; open connections end with their clients."""
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while self._listener is not None:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.server))
            except OSError:
                return
            self.connections += 1
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pump(client, server, up=True)
            self._pump(server, client, up=False)

    def _pump(self, source: socket.socket, target: socket.socket, *, up: bool) -> None:
        """Move bytes in two threads, so that a delay does not make the line narrow."""
        waiting: queue.Queue[tuple[float, bytes]] = queue.Queue()
        threading.Thread(target=self._read, args=(source, waiting, up), daemon=True).start()
        threading.Thread(target=self._write, args=(source, target, waiting, up), daemon=True).start()

    def _read(self, source: socket.socket, waiting: queue.Queue[tuple[float, bytes]], up: bool) -> None:
        data = b"-"
        while data:
            try:
                data = source.recv(CHUNK)
            except OSError:
                data = b""
            if up:
                self.commands += [line for line in data.split(b"\r\n") if line]
            elif self.rewrite and data:
                data = self.rewrite(data) or b"\0"
            waiting.put((time.monotonic() + self.delay_seconds, data))

    def _write(
        self,
        source: socket.socket,
        target: socket.socket,
        waiting: queue.Queue[tuple[float, bytes]],
        up: bool,
    ) -> None:
        free_at = 0.0
        with closing(target), suppress(OSError):
            while True:
                due, data = waiting.get()
                if not up and self.bytes_per_second:
                    free_at = max(free_at, due) + len(data) / self.bytes_per_second
                    due = free_at
                pause = due - time.monotonic()
                if pause > 0:
                    time.sleep(pause)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                if not up and self.cut_after is not None and self.carried + len(data) > self.cut_after:
                    target.sendall(data[: max(0, self.cut_after - self.carried)])
                    self.cut_after = self.carried + self.cut_every if self.cut_every else None
                    self.cuts += 1
                    for one in (source, target):
                        with suppress(OSError):
                            one.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
                if not up:
                    self.carried += len(data)
