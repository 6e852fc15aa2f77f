"""Serves the pages on loopback until it is told to stop."""

from __future__ import annotations

import errno
import secrets
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from models.errors import SchooltrailError

if TYPE_CHECKING:
    from collections.abc import Callable

    from schooltrail.workspace import Workspace


def serve(workspace: Workspace, *, port: int, browser: bool, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or a signal to end.

    Args:
        port: 0 takes a free one.
        browser: Open the page in the user's browser too.
        say: Told the opening address, which holds the key.

    Raises:
        SchooltrailError: If the port is taken.
    """
    import uvicorn

    from schooltrail.web.app import create_app

    token = secrets.token_urlsafe(24)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise SchooltrailError(
            f"port {port} cannot be used: {error.strerror}", "Choose another with --port, or 0."
        ) from error
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/open?key={token}"
    say(f"The timeline is at {address}\nOnly this computer can open it. Press Ctrl-C to stop.")
    if browser:
        import webbrowser

        webbrowser.open(address)
    config = uvicorn.Config(
        create_app(workspace, token=token), log_level="error", access_log=False, server_header=False
    )
    # Ctrl-C is how a person ends this; uvicorn shuts down in order and then raises it again.
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
