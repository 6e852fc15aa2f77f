"""How often the zones of the written corpus are right: docs/zones.md gives the figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.score_zones import score_folder, share

CORPUS = Path(__file__).parents[2] / "corpus" / "zones"


@pytest.mark.parametrize("folder", ["dev", "heldout"])
def test_own_words_are_exact_in_at_least_95_of_100_messages(folder):
    scores = score_folder(CORPUS / folder)

    assert len(scores) >= 50
    assert share(scores, "own") >= 0.95


@pytest.mark.parametrize("folder", ["dev", "heldout"])
def test_chains_have_author_and_day_in_at_least_90_of_100_messages(folder):
    assert share(score_folder(CORPUS / folder), "chain") >= 0.90
