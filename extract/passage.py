"""What an extractor sees: one author's words in one place, and what was found in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from spacy.tokens import Doc

    from models.records import Precision, Side

Finding = TypeVar("Finding")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a part's text that one person wrote at one time.

    `start` is the offset of `text` in the part. `written` is local time at the place of the case,
    naive; None if nobody knows. `told_on` is the day on which the family could first read it.
    `speaker` is a party id or empty. `broadcast` is true for notices and newsletters, in which
    nothing is said of this child alone.
    """

    message_key: str
    part: str
    start: int
    text: str
    side: Side
    speaker: str = ""
    written: datetime | None = None
    told_on: date | None = None
    broadcast: bool = False


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date expression. `first` is None where the words fix no day ("after spring break").

    `last` is inclusive and set for periods and ranges. `precision` is as in `export json`, but for
    the finer words "time" (a day with a clock time) and "season".
    """

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    precision: str
    basis: str

    @property
    def event_precision(self) -> Precision:
        """The precision in the words of the timeline."""
        known: dict[str, Precision] = {"week": "week", "month": "month", "season": "term", "year": "year"}
        return known.get(self.precision, "day")


@dataclass(frozen=True, slots=True)
class Found:
    """Words that name a service or a person's role, with its code."""

    start: int
    end: int
    text: str
    code: str


@dataclass(frozen=True, slots=True)
class Act:
    """What one place says was done, asked or said. Offsets are in the passage's text.

    `on` is None where the act is as old as the passage itself. `score` is between 0 and 1.
    """

    start: int
    end: int
    category: str
    modality: str
    score: float
    rule: str
    on: FoundDate | None = None
    target: str = "student"
    by: str = ""
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """What the first extractors found in a passage, for those that come after them."""

    dates: tuple[FoundDate, ...] = ()
    services: tuple[Found, ...] = ()
    parties: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Extractor(Generic[Finding]):
    """One kind of finding: `find` reads a passage and gives findings in the order of the text."""

    name: str
    find: Callable[[Passage, Doc, Notes], tuple[Finding, ...]] = field(repr=False)
