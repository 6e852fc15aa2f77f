"""Reads the headers that tie messages together and tell people from machines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.charset import decode_octets
from ingest.encoded_words import header_text

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_IDS = 1_000
LONGEST_ID = 998
"""A line of mail can hold no more (RFC 5322, 2.1.1)."""
IN_BRACKETS = re.compile(r"<([^<>]{1,2000})>")
COMMENT = re.compile(r"\([^()]*\)")
LIST_ID = re.compile(r"<([^<>]{1,300})>")
BULK = frozenset({"bulk", "list", "junk", "auto_reply", "auto-reply"})
AUTOMATIC_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-ms-exchange-inbox-rules-loop",
    "x-failed-recipients",
    "feedback-id",
)
"""Headers whose mere presence says that a program wrote the message.

X-Auto-Response-Suppress is not here: Outlook puts it on people's mail too; only with "All" it counts.
"""


def message_ids(value: str, *, bare: bool = False) -> tuple[str, ...]:
    """Return the Message-IDs in a header, in order, each once, without angle brackets.

    Args:
        value: Raw value of Message-ID, In-Reply-To or References.
        bare: Take a word without brackets and without "@" as well, as for Message-ID itself.

    Returns:
        At most a thousand: the first and the last ones, which hold the thread's start and parent.
    """
    if not value:
        return ()
    value = decode_octets(value)
    found = ["".join(one.split()) for one in IN_BRACKETS.findall(value)]
    if not found:
        words = COMMENT.sub(" ", value).replace(",", " ").split()
        found = [word.strip("<>;\"'") for word in words if bare or "@" in word][: 1 if bare else None]
    ids = list(dict.fromkeys(one for one in found if one and len(one) <= LONGEST_ID))
    return tuple(ids if len(ids) <= MAX_IDS else [ids[0], *ids[1 - MAX_IDS :]])


def list_id(headers: Mapping[str, list[str]]) -> str:
    """Return the identity of the mailing list, lower case, or "" (RFC 2919; else its post address)."""
    value = header_text((headers.get("list-id") or [""])[0])
    match = LIST_ID.search(value)
    if value:
        return (match[1] if match else value).strip().lower()
    post = header_text((headers.get("list-post") or headers.get("x-mailing-list") or [""])[0])
    match = LIST_ID.search(post)
    return (match[1] if match else post).removeprefix("mailto:").strip().lower()


def is_automatic(headers: Mapping[str, list[str]]) -> bool:
    """Say whether a program sent the message by itself (RFC 3834 and what came before it)."""
    submitted = _word(headers, "auto-submitted")
    if submitted and submitted != "no":
        return True
    if _word(headers, "precedence") in BULK or any(name in headers for name in AUTOMATIC_HEADERS):
        return True
    if "all" in _word(headers, "x-auto-response-suppress").split(","):
        return True
    return _word(headers, "return-path") == "<>" or _word(headers, "content-type").startswith(
        "multipart/report"
    )


def _word(headers: Mapping[str, list[str]], name: str) -> str:
    values = headers.get(name)
    return values[0][:200].partition(";")[0].strip().lower().replace(" ", "") if values else ""
