"""Asks mail-parser for the text of a message in which the walk over the parts found none."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from mailparser import MailParser

from ingest.html_text import html_to_text
from ingest.plain_text import canonical

if TYPE_CHECKING:
    from email.message import Message

MAX_BYTES = 1_000_000
"""mail-parser reads every header and part in several ways: its time grows with each of them."""
MAX_HEADERS = 500

log = logging.getLogger(__name__)


def read_again(mail: Message, *, size: int) -> str:
    """Return the text that mail-parser, or else the space around the parts, holds; "" if none does.

    Args:
        mail: As the stdlib parsed it.
        size: Bytes of the whole message; large ones are not read twice.
    """
    if size > MAX_BYTES or len(mail) > MAX_HEADERS:
        return ""
    texts = _by_mail_parser(mail) or [
        part for part in (mail.preamble, mail.epilogue) if isinstance(part, str)
    ]
    return canonical("\n\n".join(texts).encode("utf-8", "replace").decode("utf-8"))


def _by_mail_parser(mail: Message) -> list[str]:
    try:
        read = MailParser(mail)
        plain, html = list(read.text_plain), list(read.text_html)
    except Exception as error:  # it raises AttributeError and others on broken containers
        log.info("second reader failed reason=%s", type(error).__name__)
        return []
    return [text for text in plain if text.strip()] or [html_to_text(page) for page in html]
