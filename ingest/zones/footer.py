"""Recognises disclaimers, list footers and the banners of mail gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.zones.phrases import fold, phrases

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = 80
_PARAGRAPH = 3_000
_MIN_LEGAL = 2
_SHORT = 64


def is_banner(text: str) -> bool:
    """Say whether a line opens a banner, as "[EXTERNAL] This email originated outside"."""
    return fold(text[:_HEAD]).startswith(phrases("closings", "banners"))


def is_rule(text: str) -> bool:
    """Say whether a line is only drawn: underscores, dashes, stars."""
    return len(text) > 3 and set(text) <= set("_-=*~ ")


def is_footer_paragraph(paragraph: Sequence[str]) -> bool:
    """Say whether the lines of one paragraph are a disclaimer or a list footer."""
    lines = [text for text in paragraph if not is_rule(text)]
    if not lines:
        return False
    if opens_footer(lines[0]):
        return True
    whole = fold(" ".join(lines)[:_PARAGRAPH])
    if (
        len(lines) < len(paragraph)
        and len(whole) < 400
        and any(word in whole for word in phrases("closings", "lists"))
    ):
        return True
    return len(whole) > 120 and sum(word in whole for word in phrases("closings", "legal")) > _MIN_LEGAL


def opens_footer(text: str) -> bool:
    """Say whether a line begins as a disclaimer or a list footer does."""
    return fold(text[:_HEAD]).lstrip("*_[(<#>- ").startswith(phrases("closings", "footers"))


def may_precede_footer(text: str) -> bool:
    """Say whether a line is one that a footer may follow without a blank line between."""
    return len(text) <= _SHORT and text[-1] not in ",;"
