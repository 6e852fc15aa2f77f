"""Loads the phrase lists of extract/lexicons, checks them, and finds the rows worth trying on a text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from extract.phrases import Phrase, compile_phrase, stems_of
from models.codes import KIND_OF
from models.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ACT_FILES = ("protected", "adverse", "events")
KEYS = frozenset(
    (
        "name",
        "source",
        "who",
        "phrases",
        "unless",
        "needs",
        "modality",
        "timing",
        "target",
        "score",
        "notice",
        "yes",
        "no",
    )
)
TIMINGS = ("now", "told", "fact")
CUES = ("read", "done", "planned", "offered", "threatened", "denied_happening")


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: phrases that say one kind of act in one voice.

    `who` are the sides in whose words it counts. `modality` is "read" where verbs decide (negation,
    condition, future), else fixed. `timing`: "now" is as old as the message, "told" lies in the past
    and takes a past date of its sentence, "fact" takes a date of its sentence if there is one.
    `unless` and `needs` look at the whole sentence. `notice` rows hold in automatic mail too.
    """

    name: str
    category: str
    source: str
    who: frozenset[str]
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    needs: tuple[Phrase, ...] = ()
    modality: str = "read"
    timing: str = "fact"
    target: str = "student"
    score: float = 0.6
    notice: bool = False
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()


class Lexicon:
    """Rows, indexed by the first characters of the words that a text must have to match."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._index: dict[str, list[tuple[int, Row, Phrase]]] = {}
        for number, row in enumerate(self.rows):
            for phrase in row.phrases:
                for stem in phrase.stems:
                    self._index.setdefault(stem, []).append((number, row, phrase))

    def matches(self, text: str) -> Iterator[tuple[Row, Phrase, int, int]]:
        """Yield (row, phrase, start, end) of each row's first match in a plain text, in the order of the rows."""
        tried: dict[tuple[int, str], tuple[int, Row, Phrase]] = {}
        for stem in stems_of(text):
            for number, row, phrase in self._index.get(stem, ()):
                tried[number, phrase.source] = (number, row, phrase)
        done: set[int] = set()
        for key in sorted(tried):
            number, row, phrase = tried[key]
            if number in done:
                continue
            place = phrase.find(text)
            if place is None:
                continue
            done.add(number)
            if _allowed(row, text):
                yield row, phrase, *place


def load_lexicon(lists: Mapping[str, tuple[str, ...]]) -> Lexicon:
    """Return all act rows, with the case's own names put into the lexicon's lists.

    Raises:
        ConfigError: If a row has an unknown key or value, naming file and row.
    """
    shared = {name: tuple(words) for name, words in read_toml("lists").items()}
    for name, words in lists.items():
        shared[name] = tuple(dict.fromkeys((*shared.get(name, ()), *(w.lower() for w in words if w))))
    return Lexicon(
        _row(raw, category, f"{file}.toml", shared)
        for file in ACT_FILES
        for category, rows in read_toml(file).items()
        for raw in rows
    )


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return the parsed `extract/lexicons/<name>.toml`. Treat it as read-only."""
    return tomllib.loads(files("extract").joinpath("lexicons", f"{name}.toml").read_text(encoding="utf-8"))


def _allowed(row: Row, text: str) -> bool:
    if any(phrase.find(text) for phrase in row.unless):
        return False
    return not row.needs or any(phrase.find(text) for phrase in row.needs)


def _row(raw: dict[str, Any], category: str, where: str, lists: Mapping[str, tuple[str, ...]]) -> Row:
    name = raw.get("name", "?")
    if category not in KIND_OF:
        raise ConfigError(f"{where}: unknown category '{category}'", "Use a category of models/codes.py.")
    if unknown := set(raw) - KEYS:
        raise ConfigError(
            f"{where}: row '{name}' has unknown key '{min(unknown)}'", f"Use: {', '.join(sorted(KEYS))}."
        )
    if missing := {"name", "source", "who", "phrases", "yes", "no"} - set(raw):
        raise ConfigError(f"{where}: row '{name}' of {category} lacks '{min(missing)}'", "Add it.")
    if raw.get("timing", "fact") not in TIMINGS or raw.get("modality", "read") not in CUES:
        raise ConfigError(
            f"{where}: row '{name}' has an unknown timing or modality",
            f"Timings: {', '.join(TIMINGS)}. Modalities: {', '.join(CUES)}.",
        )

    def phrases(key: str) -> tuple[Phrase, ...]:
        return tuple(compile_phrase(phrase, lists) for phrase in raw.get(key, ()))

    plain_values: dict[str, Any] = {
        key: raw[key] for key in ("modality", "timing", "target", "score", "notice") if key in raw
    }
    try:
        return Row(
            name=name,
            category=category,
            source=raw["source"],
            who=frozenset(raw["who"]),
            phrases=phrases("phrases"),
            unless=phrases("unless"),
            needs=phrases("needs"),
            yes=tuple(raw["yes"]),
            no=tuple(raw["no"]),
            **plain_values,
        )
    except ValueError as error:
        raise ConfigError(f"{where}: row '{name}': {error}", "Mend the phrase.") from error
