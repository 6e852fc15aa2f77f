"""Gives a part's payload as the parser stored it: raw octets as surrogates, nothing decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message


def raw_payload(part: Message) -> str:
    """Return the stored text of a part, "" for one that holds other parts.

    `Message.get_payload()` decodes 8-bit text by the declared charset and loses what does not fit,
    and there is no other public way to the octets; mail-parser reads the same attribute.
    """
    payload = part._payload  # type: ignore[attr-defined]
    return payload if isinstance(payload, str) else ""
