"""The small language of phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.phrases import compile_phrase, plain, stems_of

LISTS = {"kid": ("he", "my son")}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("nobody called", "nobody\ncalled me", "nobody\ncalled"),  # wrapped lines
        ("nobody called", "nobody. called", None),  # a full stop parts
        ("suspend*", "he was suspended", "suspended"),
        ("suspend", "he was suspended", None),  # whole words only
        ("(a|the) log", "send the log, please", "the log"),  # no comma at the end
        ("sent {kid} [back] home", "they sent my son home", "sent my son home"),
        ("sent {kid} [back] home", "they sent him home", None),
        ("sent {kid} [back] home", "sent he back home", "sent he back home"),
        ("not .. call", "did not even once call", "not even once call"),
        ("not .. call", "not in a long time call", None),  # more than two words between
        ("didn't call", "didn’t call", "didn't call"),  # typographic apostrophe
        ("1:1 aide", "a 1:1 aide", "1:1 aide"),
    ],
)
def test_phrase_finds(phrase: str, text: str, found: str | None) -> None:
    place = compile_phrase(phrase, LISTS).find(plain(text))

    assert (plain(text)[place[0] : place[1]] if place else None) == found


@pytest.mark.parametrize("phrase", ["", "...", "[perhaps]", "((a) b)", "{unknown} b"])
def test_compile_phrase_refuses_what_cannot_be_looked_up(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"phrase|list"):
        compile_phrase(phrase, LISTS)


@given(st.text())
def test_plain_keeps_every_character_in_its_place(text: str) -> None:
    assert len(plain(text)) == len(text)


def test_phrase_is_found_only_where_a_stem_stands() -> None:
    phrase = compile_phrase("(suspended|expelled) .. days", {})

    assert phrase.stems & stems_of("he was expelled for ten days")
    assert not phrase.stems & stems_of("a lovely morning")


def test_phrase_is_quick_on_hostile_text() -> None:
    phrase = compile_phrase("not ... call ... me ... back", {})

    assert phrase.find("not call " * 20_000) is None


@pytest.mark.parametrize(
    ("phrase", "negative"), [("did not call", True), ("nobody called", True), ("note home", False)]
)
def test_phrase_knows_whether_it_denies(phrase: str, negative: bool) -> None:
    assert compile_phrase(phrase, {}).negative is negative
