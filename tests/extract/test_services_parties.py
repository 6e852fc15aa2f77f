"""Services and people by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from extract.passage import Passage

if TYPE_CHECKING:
    from extract.reader import Reader


def _codes(reader: Reader, text: str, kind: str) -> list[str]:
    notes, _ = reader.notes(Passage("k", "body", 0, text, "family"))
    return [found.code for found in getattr(notes, kind)]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("He gets speech and OT.", ["slp", "ot"]),
        ("I got it at the pt cruiser meet", []),  # lower case is another word
        ("a one-to-one aide", ["one_to_one_aide"]),  # the longest words win
        ("the FBA and the behavior plan", ["fba", "bip"]),
        ("the speech contest", []),
        ("Extended School Year (ESY)", ["esy", "esy"]),
    ],
)
def test_services_are_found(reader: Reader, text: str, codes: list[str]) -> None:
    assert _codes(reader, text, "services") == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("the assistant principal called", ["assistant_principal"]),
        ("Mom and the nurse spoke", ["parent", "nurse"]),
        ("our advocate came", ["advocate"]),
        ("a principled stand", []),
    ],
)
def test_parties_are_found(reader: Reader, text: str, codes: list[str]) -> None:
    assert _codes(reader, text, "parties") == codes
