"""Every row of the lexicons matches its own examples, and leaves its counter-examples alone."""

from __future__ import annotations

import pytest

from extract.lexicon import ACT_FILES, Lexicon, Row, load_lexicon, read_toml
from extract.phrases import plain
from models.codes import KIND_OF
from models.errors import ConfigError
from models.roles import ROLE_SIDES

LEXICON = load_lexicon({"kid": ("Leo", "Ana", "Ben"), "family": ("Dana",)})
ROWS = [pytest.param(row, id=f"{row.category}/{row.name}") for row in LEXICON.rows]


def _hits(row: Row, text: str) -> bool:
    return any(True for _ in Lexicon([row]).matches(plain(text)))


@pytest.mark.parametrize("row", ROWS)
def test_row_matches_its_examples(row: Row) -> None:
    assert [text for text in row.yes if not _hits(row, text)] == []


@pytest.mark.parametrize("row", ROWS)
def test_row_leaves_its_counter_examples(row: Row) -> None:
    assert [text for text in row.no if _hits(row, text)] == []


@pytest.mark.parametrize("row", ROWS)
def test_row_has_source_and_examples_of_both_sorts(row: Row) -> None:
    assert row.source
    assert row.yes
    assert row.no


@pytest.mark.parametrize("row", ROWS)
def test_row_is_for_known_sides(row: Row) -> None:
    assert row.who
    assert row.who <= {"family", "school", "neutral"}


def test_rows_have_names_of_their_own() -> None:
    names = [(row.category, row.name) for row in LEXICON.rows]

    assert len(names) == len(set(names))


def test_every_category_has_a_row() -> None:
    assert set(KIND_OF) - {row.category for row in LEXICON.rows} == set()


def test_roles_are_known_codes() -> None:
    assert set(read_toml("roles")) - set(ROLE_SIDES) == set()


@pytest.mark.parametrize("name", [*ACT_FILES, "services", "roles", "lists", "holidays"])
def test_lexicon_file_says_its_source(name: str) -> None:
    from importlib.resources import files

    head = files("extract").joinpath("lexicons", f"{name}.toml").read_text(encoding="utf-8")[:700]

    assert "Source" in head


def _load(monkeypatch: pytest.MonkeyPatch, row: dict[str, object], category: str = "suspension") -> None:
    given = {"protected": {category: [row]}, "adverse": {}, "events": {}, "lists": {"kid": ["he"]}}
    monkeypatch.setattr("extract.lexicon.read_toml", lambda name: given[name])
    load_lexicon({})


GOOD = {
    "name": "x",
    "source": "s",
    "who": ["school"],
    "phrases": ["he left"],
    "yes": ["he left"],
    "no": ["we left"],
}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"phrase": ["typo"]}, "phrase"),
        ({"timing": "soon"}, "timing"),
        ({"modality": "perhaps"}, "modality"),
        ({"phrases": ["{nobody} left"]}, "nobody"),
        ({"phrases": ["(a (b) c)"]}, "brackets"),
        ({"phrases": ["..."]}, "no word"),
    ],
)
def test_load_lexicon_names_what_is_wrong_in_a_row(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, object], names: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        _load(monkeypatch, GOOD | change)

    assert "protected.toml: row 'x'" in caught.value.problem
    assert names in caught.value.problem
    assert caught.value.remedy


def test_load_lexicon_names_a_missing_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="lacks 'no'"):
        _load(monkeypatch, {key: value for key, value in GOOD.items() if key != "no"})


def test_load_lexicon_refuses_an_unknown_category(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="unknown category 'party'"):
        _load(monkeypatch, GOOD, "party")
