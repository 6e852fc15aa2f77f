"""Finds dates in mail and resolves them against the day on which the words were written.

One expression finds candidates cheaply; what it finds is typed, so that a fraction, a name or a clock
time never reaches the arithmetic in `extract.date_values`. What cannot be fixed to a day stays out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from extract.date_values import (
    SEASONS,
    Stretch,
    Tense,
    count_of,
    day_of,
    full_year,
    holiday,
    holidays,
    month_number,
    near_day,
    near_month,
    near_month_day,
    near_weekday,
    shift_month,
    week_of,
    weekday_number,
    whole_month,
    whole_season,
    written_out,
)
from extract.passage import Extractor, FoundDate, Notes, Passage
from extract.tense import read_tense

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.tokens import Doc

NIGHT_ENDS = 4
"""Before this hour "today" still means the day before (taxonomy 5.7)."""

_MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?)"
_YEAR = r"(?:(?:19|20)\d\d|['’]\d\d)\b"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
_MD = r"(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])(?:/(?:19|20)?\d\d)?(?![\d/])"
_CLOCK = (
    r"(?:,?\s*(?:at|@|around|by|from)?\s*\d{1,2}(?::\d\d)?\s?[ap]\.?m\b\.?|,?\s*(?:at|@|around)?\s*\d{1,2}:\d\d\b"
    r"|,?\s*(?:at|@)\s*\d{1,2}\b(?!/))"
)
_TO = r"\s*(?:-|–|—|to|through|thru|until|till)\s*"
_PART = r"(?:\s(?:morning|afternoon|evening|night|a\.?m\.?|p\.?m\.?)\b)"
_UNIT = r"(?:day|week|month|year)s?"
_COUNT = r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_SEASON = r"(?:spring|summer|fall|autumn|winter)"
_WD_PREFIX = rf"(?:{_WEEKDAY},?\s+(?:the\s+)?)?"
_HOLIDAYS = "|".join(re.escape(w).replace("'", "['’]") for w in sorted(holidays(), key=len, reverse=True))

_FORMS = (
    ("iso", r"(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)(?:[T ]\d\d:\d\d(?::\d\d)?)?"),
    ("md_range", rf"(?P<md_a>{_MD}){_TO}(?P<md_b>{_MD})"),
    ("md_days", r"(?P<mdd>(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9]))\s*[-–]\s*(?P<mdd_b>3[01]|[12]\d|0?[1-9])\b(?![/:\d])"),
    ("md", rf"{_WD_PREFIX}(?P<md>{_MD})(?P<md_t>{_CLOCK})?"),
    ("dashed", r"(?P<dash>(?:1[0-2]|0?[1-9])[-.](?:3[01]|[12]\d|0?[1-9])[-.](?:20)?\d\d)\b(?![-.]\d)"),
    (
        "month_range",
        rf"{_WD_PREFIX}(?P<mr_m>{_MONTH})\s*(?P<mr_a>{_DAY})(?:,?\s+(?P<mr_ya>{_YEAR}))?{_TO}"
        rf"(?:{_WD_PREFIX}(?P<mr_n>{_MONTH})\s*)?(?P<mr_b>{_DAY})(?!\s*(?::\d|[ap]\.?m))(?:,?\s+(?P<mr_y>{_YEAR}))?",
    ),
    ("month_to_month", rf"(?P<mm_a>{_MONTH}){_TO}(?P<mm_b>{_MONTH})\s*(?P<mm_d>{_DAY})?(?:,?\s+(?P<mm_y>{_YEAR}))?"),
    (
        "month_day",
        rf"{_WD_PREFIX}(?P<m>{_MONTH})\s*(?P<d>{_DAY})(?!:\d)(?:,?\s+(?P<y>{_YEAR}))?(?P<m_t>{_CLOCK})?",
    ),
    (
        "day_month",
        rf"{_WD_PREFIX}(?:the\s+)?(?P<dm_d>{_DAY})\s+(?:of\s+)?(?P<dm_m>{_MONTH})(?:,?\s+(?P<dm_y>{_YEAR}))?(?P<dm_t>{_CLOCK})?",
    ),
    ("day_rel_month", rf"the\s+(?P<drm_d>{_DAY})\s+of\s+(?P<drm>(?:this|last|next)\s+month)"),
    ("week_in_month", rf"(?:the\s+)?(?P<wim>first|second|third|last)\s+week\s+(?:of|in)\s+(?P<wim_m>{_MONTH})(?:\s+(?P<wim_y>{_YEAR}))?"),
    ("week_of_day", rf"(?:the\s+)?week\s+of\s+(?:(?P<wod_m>{_MONTH})\s*(?P<wod_d>{_DAY})|(?P<wod>{_MD})|the\s+(?P<wod_n>{_DAY}))"),
    (
        "month_part",
        rf"(?:(?:the\s+)?(?:early|mid|late|beginning\s+of|middle\s+of|end\s+of|start\s+of)[\s-]+(?:in\s+)?)(?P<mp>{_MONTH})(?!\s*\d)(?:,?\s+(?P<mp_y>{_YEAR}))?",
    ),
    ("month_year", rf"(?P<my>{_MONTH}),?\s+(?:of\s+)?(?P<my_y>{_YEAR})"),
    ("rel_month", rf"(?P<rm>last|this|next|this\s+past|this\s+coming)\s+(?P<rm_m>{_MONTH})(?!\s*\d)"),
    ("school_year", r"(?:SY\s*)?(?P<sy>20\d\d)\s*[-–/]\s*(?P<sy_b>(?:20)?\d\d)\b(?![-/])(?:\s+(?:school|academic)\s+year)?"),
    ("school_year_short", r"['’](?P<sys_q>\d\d)\s*[-–]\s*['’]\d\d"),
    ("the_season", rf"the\s+(?P<ts>{_SEASON})(?!\s+(?:break|semester|term|concert|program|play|fair|festival|show|coat|of))"),
    ("semester", rf"(?P<sem>fall|spring)\s+semester(?:\s+(?:of\s+)?(?P<sem_y>{_YEAR}))?"),
    ("season_year", rf"(?P<se>{_SEASON})\s+(?:of\s+)?(?P<se_y>{_YEAR})"),
    ("rel_season", rf"(?P<rs>last|this|next|this\s+past|this\s+coming)\s+(?P<rs_s>{_SEASON})(?!\s+break)"),
    ("day_before", r"the\s+day\s+(?P<db>before\s+yesterday|after\s+tomorrow)"),
    ("ago", rf"(?:about\s+|almost\s+|over\s+)?(?P<ago_n>{_COUNT})\s+(?P<ago_u>{_UNIT})\s+ago(?:\s+(?P<ago_on>today|yesterday|{_WEEKDAY}))?"),
    ("from_now", rf"(?P<fn_n>{_COUNT})\s+(?P<fn_u>{_UNIT})\s+from\s+(?P<fn_on>now|today|yesterday|tomorrow|{_WEEKDAY})"),
    ("weekday_after_next", rf"(?P<wan>{_WEEKDAY})\s+after\s+next"),
    ("weekday_rel_week", rf"(?P<wrw>{_WEEKDAY}){_PART}?\s+(?:of\s+)?(?P<wrw_w>last|this|next)\s+week"),
    ("weekday_last", rf"a\s+week\s+from\s+(?P<wlf>{_WEEKDAY})"),
    ("rel_weekday", rf"(?P<rw>last|this|next|this\s+past|this\s+coming|this\s+last|past|coming|following)\s+(?P<rw_d>{_WEEKDAY})(?P<rw_p>{_PART})?(?P<rw_t>{_CLOCK})?"),
    ("weekday_ordinal", rf"(?P<wo>{_WEEKDAY}),?\s+the\s+(?P<wo_d>(?:3[01]|[12]?\d)(?:st|nd|rd|th))\b"),
    ("rel_period", r"(?:(?P<rp_q>later|earlier|end\s+of|beginning\s+of|early|late|the\s+end\s+of)\s+)?(?P<rp>last|this|next|this\s+past)\s+(?P<rp_u>week(?:end)?|month|year|school\s+year)\b"),
    ("this_part", r"(?P<tp>this)\s+(?:morning|afternoon|evening)\b|(?P<tp_l>last)\s+(?:night|evening)\b|(?P<tp_t>tonight)\b"),
    ("word", rf"(?P<w>today|yesterday|tomorrow|tmrw|tmr|yday)(?:['’]s\b)?(?P<w_p>{_PART})?(?P<w_t>{_CLOCK})?"),
    ("holiday", rf"(?P<hol>{_HOLIDAYS})\b(?!\s+(?:break|recess|dinner|party|card|concert|tree|parade|lunch|feast|program|vacation|costume))(?:,?\s+(?P<hol_y>{_YEAR}))?"),
    ("weekday", rf"(?P<wd>{_WEEKDAY})(?P<wd_p>{_PART})?(?P<wd_t>{_CLOCK})?"),
    ("ordinal", r"the\s+(?P<od>(?:3[01]|[12]?\d)(?:st|nd|rd|th))\b"),
    ("month", rf"(?P<mo>{_MONTH})(?!\s*\d)"),
    ("year", r"(?P<yr>20[0-3]\d)\b(?![-/:%\d]|\s+(?:students|words|pages|steps|cal|min|feet|miles|[A-Z][a-z]+\s+(?:St|Ave|Rd|Street|Road|Avenue|Lane|Dr)))"),
)  # fmt: skip
_ANY = re.compile(
    r"(?<![\w/$.:#-])(?:" + "|".join(f"(?P<_{name}>{form})" for name, form in _FORMS) + r")(?![\w])",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"(?:\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+|\s*&\s*)(?:the\s+)?(?P<next>{_DAY})"
    rf"(?!\s*(?:[:/%-]|[ap]\.?m\b|{_MONTH}|(?:days?|weeks?|students|kids|people|of|hours?|min|minutes|times|pages|years?|months|more|other)\b))",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^[>\s]*(?:\*?(?:sent|date):\*?\s|on\s.*\bwrote:|on\s(?:mon|tue|wed|thu|fri|sat|sun)\w*,)", re.IGNORECASE
)

_FRACTION_AFTER = re.compile(
    r"\s*(?:%|percent|trials|opportunit|correct|accura|attempts|items|questions|times|points|prompts|words|problems|letters|sounds|steps|checks|goals|met\b|done\b|complete|with\s+no\s+more|of\s+the\s+time|students|sessions|days|cup|inch|mile|hours)",
    re.IGNORECASE,
)
_FRACTION_BEFORE = re.compile(
    r"(?:\b(?:version|page|pages|p\.|ratio|section|§|grade|room|rm|score[ds]?|goal(?: is)?|rated|got(?: an?)?|rating(?: of)?|item|step|part|draft|pain(?: level)?|level|averag\w+|bus|unit|chapter|about|only|another)\s*(?:of|is|was|a|at)?\s*)$",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(
    r"(?:[#$§]|\b(?:room|rm|policy|section|form|grade|box|ext|apt|no|number|unit|suite|code|model|bus|id|pin|chapter)\.?)\s*$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|aunt|uncle|coach|principal|officer|judge|prof)\.?\s+$", re.IGNORECASE
)
_SET_BEFORE = re.compile(
    r"\b(?:every|each|any|most|some|all|on\s+alternate|alternate|other|per|a|an|no|first|second|third|fourth|good|bad|typical|happy)\s+$",
    re.IGNORECASE,
)
_MONTH_LEAD = re.compile(
    r"\b(?:in|by|since|until|till|from|before|after|during|of|last|next|this|for|through|to|and|or|early|mid|late|back\s+in|around|between|every|all|the)\s+$",
    re.IGNORECASE,
)
_LOOSE_MONTHS = frozenset(
    ("may", "mar", "march", "april", "june", "august", "jan", "apr", "jun", "aug", "dec", "sep")
)
_LOOSE_WEEKDAYS = frozenset(("sat", "sun", "wed", "mon", "fri", "thu", "tue", "tues", "thur", "thurs"))
_ORDINAL_AFTER = re.compile(
    r"\s+(?:grade|percentile|period|hour|day\s+of|floor|street|st\b|ave|avenue|time|one|page|place|birthday|graders?|circuit|amendment|edition|attempt|item|row|week|of\s+(?!this|last|next))",
    re.IGNORECASE,
)


def _find(passage: Passage, doc: Doc, notes: Notes) -> tuple[FoundDate, ...]:
    return tuple(find_dates(passage.text, passage.written, [s.start_char for s in doc.sents]))


EXTRACTOR: Extractor[FoundDate] = Extractor("dates", _find)


def find_dates(text: str, written: datetime | None, sentences: list[int]) -> Iterator[FoundDate]:
    """Yield the dates of a text in order.

    Args:
        text: What one person wrote, or a chain of quotes with "On ... wrote:" lines.
        written: When; without it only dates with a year can be resolved, and only those are given.
        sentences: Where sentences begin, ascending; tense is read within one.
    """
    base = written
    for match in _ANY.finditer(text):
        form = (match.lastgroup or "_")[1:] if (match.lastgroup or "").startswith("_") else _form(match)
        if _vetoed(text, match, form):
            continue
        at = bisect_right(sentences, match.start()) - 1
        left = sentences[at] if at >= 0 else 0
        right = sentences[at + 1] if at + 1 < len(sentences) else len(text)
        tense = read_tense(text[left:right], match.start() - left, match.end() - left)
        resolved = _resolve(form, match, base, tense)
        if resolved is None:
            continue
        (first, last), precision, basis = resolved
        yield FoundDate(match.start(), match.end(), match[0], first, last, precision, basis)
        yield from _listed(text, match, first, form, base)
        line = text.rfind("\n", 0, match.start()) + 1
        end_of_line = text.find("\n", match.end())
        header = text[line : end_of_line if end_of_line >= 0 else len(text)]
        if _HEADER.match(header) and form in ("month_day", "day_month", "md", "iso") and basis == "explicit":
            base = datetime.combine(first, datetime.min.time()) + timedelta(hours=12)


def _form(match: re.Match[str]) -> str:
    return next(name for name, _ in _FORMS if match[f"_{name}"] is not None)


def _listed(
    text: str, match: re.Match[str], first: date, form: str, base: datetime | None
) -> Iterator[FoundDate]:
    """Yield the further days of "October 3, 4 and 5": each is a date of its own."""
    if form == "ordinal" or (form == "month_day" and not match["y"] and not match["m_t"]):
        yield from _days_after(text, match.end(), first, ordinals_only=form == "ordinal")


def _days_after(text: str, at: int, last: date, *, ordinals_only: bool) -> Iterator[FoundDate]:
    while found := _LIST.match(text, at):
        if ordinals_only and found["next"].isdigit():
            return
        day = day_of(last.year, last.month, int(re.sub(r"\D", "", found["next"])))
        if day is None or day <= last:
            return
        yield FoundDate(found.start("next"), found.end("next"), found["next"], day, None, "day", "explicit")
        at, last = found.end(), day


def _vetoed(text: str, match: re.Match[str], form: str) -> bool:
    """Say whether what looks like a date is a name, a verb, a fraction, a habit or a number of something."""
    before, after, words = (
        text[max(0, match.start() - 24) : match.start()],
        text[match.end() :][:24],
        match[0],
    )
    if form in ("md", "md_range", "md_days") and "/" in words:
        if words.count("/") == 1 and (_FRACTION_AFTER.match(after) or _FRACTION_BEFORE.search(before)):
            return True
        return bool(re.match(r"\s*(?:x\b|-\s?\d)", after)) and form == "md"
    if form in ("month", "weekday", "month_part", "rel_weekday") and _NAME_BEFORE.search(before):
        return True
    if form == "weekday":
        if (
            _SET_BEFORE.search(before)
            or re.match(r"(?:evening|morning|afternoon|night)?s\b|\s*/", after)
            or before.endswith("/")
        ):
            return True
        bare = match["wd"].rstrip(".").lower()
        if bare in _LOOSE_WEEKDAYS and not _short_weekday(text, match, before):
            return True
        return bool(
            re.match(
                r"s\b|['’]s\s+(?:class|group|name|mom|dad)|\s+(?:school|folder|notes?\b|night\s+football|club)",
                after,
            )
        )
    if form == "month":
        return not _is_month(match["mo"], before, after)
    if form == "ordinal":
        return bool(_ORDINAL_AFTER.match(after))
    if form == "year":
        return bool(_NUMBER_BEFORE.search(before))
    if form == "the_season":
        return not re.search(
            r"\b(?:in|over|during|since|by|for|until|till|before|after|of|through|from)\s+$",
            before,
            re.IGNORECASE,
        )
    if form == "month_day" and match["m"].lower().rstrip(".") in ("may", "march", "mar"):
        return not match["m"][0].isupper() and not re.search(
            r"(?:on|by|since|before|after|until|from|of)\s+$", before, re.IGNORECASE
        )
    if form in ("season_year", "rel_season", "semester"):
        return False
    return bool(form == "holiday" and re.match(r"\s+(?:themed|song|book)", after))


def _short_weekday(text: str, match: re.Match[str], before: str) -> bool:
    """Say whether "sat", "sun" or "Wed" is a day: capital letter in running text, a clock time, or a lead-in."""
    word = match["wd"].rstrip(".").lower()
    if match["wd_t"] or match["wd_p"] or (match["wd"].endswith(".") and word not in ("sat", "sun")):
        return True
    if re.search(
        r"\b(?:on|by|next|last|this|until|before|after|since|or|and|thru|through|to)\s+$|[-/,(]\s?$",
        before,
        re.IGNORECASE,
    ):
        return (
            word not in ("sat", "sun")
            or match["wd"][0].isupper()
            or bool(re.search(r"\b(?:on|by|or|until)\s+$", before))
        )
    if word in ("tue", "tues", "thu", "thur", "thurs", "fri", "mon") or match["wd"].startswith("Wed"):
        return True
    return (
        match["wd"][0].isupper()
        and match["wd"][1:].islower()
        and bool(before.strip())
        and not re.search(r"[.!?]\s*$", before)
    )


def _is_month(word: str, before: str, after: str) -> bool:
    bare = word.rstrip(".").lower()
    if re.match(r"\s+[A-Z][a-z]+", after) and bare in ("april", "june", "august", "may"):
        return False  # a first name before a surname
    if bare not in _LOOSE_MONTHS:
        return word[0].isupper() or bool(_MONTH_LEAD.search(before))
    if bare in ("may", "march", "mar"):
        return (
            bool(_MONTH_LEAD.search(before))
            and word[0].isupper()
            and not re.match(r"\s+(?:be|have|i\b|we\b|not)", after)
        )
    lead = re.search(
        r"\b(?:in|by|since|until|till|of|during|last|next|this|through|before|after|from|early|late|mid|for)\s+$",
        before,
        re.IGNORECASE,
    )
    if bare in ("april", "june", "august"):
        return bool(lead) and not re.match(r"['’]s\b|\s+(?:said|says|told|is|was|will|has)", after)
    return bool(lead) and word[0].isupper()


Resolved = tuple[Stretch, str, str]


def _resolve(form: str, match: re.Match[str], written: datetime | None, tense: Tense) -> Resolved | None:
    g = match.groupdict()
    explicit = _explicit(form, g, written.date() if written else None, tense)
    if explicit is not None or written is None:
        return explicit if explicit and explicit[0][0] else None
    base = written.date()
    felt = base - timedelta(days=1) if written.hour < NIGHT_ENDS else base
    stretch, precision = _relative(form, g, base, felt, tense)
    if stretch is None:
        return None
    return (
        stretch,
        precision,
        "today_word" if form == "this_part" or (g.get("w") or "").lower() == "today" else "relative",
    )


def _explicit(form: str, g: dict[str, str | None], base: date | None, tense: Tense) -> Resolved | None:
    """Resolve forms that name a month or a year."""
    day: date | None = None
    if form == "iso":
        day = written_out(g["iso"] or "")
    elif form == "dashed":
        day = written_out((g["dash"] or "").replace(".", "/").replace("-", "/"))
    elif form == "md":
        day = _numeric(g["md"] or "", base, tense)
    elif form == "md_range":
        return _range(
            _numeric(g["md_a"] or "", base, tense),
            _numeric(g["md_b"] or "", base, tense),
            g["md_b"] or "",
            g["md_a"] or "",
        )
    elif form == "md_days":
        day = _numeric(g["mdd"] or "", base, tense)
        end = day_of(day.year, day.month, int(g["mdd_b"] or 0)) if day else None
        return ((day, end), "day", "explicit") if day and end and end > day else None
    elif form == "month_day":
        day = _named(g["m"], g["d"], g["y"], base, tense)
    elif form == "day_month":
        day = _named(g["dm_m"], g["dm_d"], g["dm_y"], base, tense)
    elif form == "month_range":
        return _month_range(g, base, tense)
    elif form == "month_to_month":
        return _month_to_month(g, base, tense)
    elif form in ("month_year", "month_part", "week_in_month", "month"):
        return _month_form(form, g, base, tense)
    elif form in ("season_year", "semester", "school_year", "school_year_short", "year"):
        return _long_form(form, g, base, tense)
    if day is None:
        return None
    timed = g.get("md_t") or g.get("m_t") or g.get("dm_t")
    return (day, None), "time" if timed else "day", "explicit"


def _numeric(text: str, base: date | None, tense: Tense) -> date | None:
    parts = [int(p) for p in text.split("/")]
    if len(parts) == 3:
        return written_out(text) or day_of(full_year(str(parts[2])), parts[0], parts[1])
    return near_month_day(parts[0], parts[1], base, tense) if base else None


def _named(
    month: str | None, day: str | None, year: str | None, base: date | None, tense: Tense
) -> date | None:
    number = int(re.sub(r"\D", "", day or "0"))
    if year:
        return written_out(f"{(month or '').rstrip('.')} {number}, {full_year(year.lstrip(chr(39) + '’'))}")
    return near_month_day(month_number(month or ""), number, base, tense) if base else None


def _range(first: date | None, last: date | None, last_text: str, first_text: str) -> Resolved | None:
    if first is None or last is None:
        return None
    if first_text.count("/") == 1 and last_text.count("/") == 2:
        first = day_of(last.year, first.month, first.day) or first
    if last < first:
        last = day_of(first.year + (last.month < first.month), last.month, last.day) or first
    return (first, last), "day", "explicit"


def _month_range(g: dict[str, str | None], base: date | None, tense: Tense) -> Resolved | None:
    first = _named(g["mr_m"], g["mr_a"], g["mr_ya"] or g["mr_y"], base, tense)
    if first is None:
        return None
    month = month_number(g["mr_n"]) if g["mr_n"] else first.month
    last = day_of(first.year + (month < first.month), month, int(re.sub(r"\D", "", g["mr_b"] or "0")))
    return ((first, last), "day", "explicit") if last and last > first else None


def _month_to_month(g: dict[str, str | None], base: date | None, tense: Tense) -> Resolved | None:
    b = month_number(g["mm_b"] or "")
    if g["mm_y"]:
        end_year = full_year(g["mm_y"].lstrip("'’"))
    elif base:
        end_year = near_month(b, base, tense)[0].year
    else:
        return None
    a = month_number(g["mm_a"] or "")
    first = date(end_year - (a > b), a, 1)
    if g["mm_d"]:
        last = day_of(end_year, b, int(re.sub(r"\D", "", g["mm_d"])))
        return ((first, last), "day", "explicit") if last else None
    return (first, whole_month(end_year, b)[1]), "month", "explicit"


def _month_form(form: str, g: dict[str, str | None], base: date | None, tense: Tense) -> Resolved | None:
    word = g["my"] or g["mp"] or g["wim_m"] or g["mo"] or ""
    year = g["my_y"] or g["mp_y"] or g["wim_y"]
    if year:
        stretch = whole_month(full_year(year.lstrip("'’")), month_number(word))
    elif base:
        stretch = near_month(month_number(word), base, tense)
    else:
        return None
    if form != "week_in_month":
        return stretch, "month", "explicit"
    first, last = stretch
    if g["wim"] == "last" and last:
        monday = week_of(last)[0]
        # The last week that lies wholly in the month, if one ends before its last days.
        monday -= timedelta(weeks=1) if monday + timedelta(days=6) > last else timedelta()
    else:
        order = {"first": 0, "second": 1, "third": 2}[(g["wim"] or "first").lower()]
        monday = week_of(first, order)[0]
    return (monday, monday + timedelta(days=6)), "week", "explicit"


def _long_form(form: str, g: dict[str, str | None], base: date | None, tense: Tense) -> Resolved | None:
    if form == "year":
        year = int(g["yr"] or 0)
        return (date(year, 1, 1), date(year, 12, 31)), "year", "explicit"
    if form in ("school_year", "school_year_short"):
        year = full_year(g["sy"] or g["sys_q"] or "0")
        if g["sy_b"] and int(g["sy_b"]) % 100 != (year + 1) % 100:
            return None
        return (date(year, 7, 1), date(year + 1, 6, 30)), "year", "explicit"
    if form == "season_year":
        return (
            whole_season((g["se"] or "").lower(), full_year((g["se_y"] or "").lstrip("'’"))),
            "season",
            "explicit",
        )
    year_word, name = g["sem_y"], (g["sem"] or "").lower()
    if year_word:
        year = full_year(year_word.lstrip("'’"))
    elif base:
        start = 8 if name == "fall" else 1
        year = near_month(start, base, tense)[0].year
    else:
        return None
    if name == "fall":
        return (date(year, 8, 1), date(year, 12, 31)), "season", "explicit"
    return (date(year, 1, 1), date(year, 6, 30)), "season", "explicit"


def _relative(
    form: str, g: dict[str, str | None], base: date, felt: date, tense: Tense
) -> tuple[Stretch | None, str]:
    """Resolve forms that only mean something on the day they were written."""
    if form == "word":
        word = (g["w"] or "").lower()
        shift = {"yesterday": -1, "yday": -1, "tomorrow": 1, "tmrw": 1, "tmr": 1}.get(word, 0)
        return (felt + timedelta(days=shift), None), "time" if g["w_t"] else "day"
    if form == "this_part":
        return (felt - timedelta(days=1) if g["tp_l"] else felt, None), "day"
    if form == "day_before":
        return (felt + timedelta(days=-2 if (g["db"] or "").startswith("b") else 2), None), "day"
    if form in ("ago", "from_now"):
        return _counted(form, g, felt)
    if form in (
        "weekday",
        "rel_weekday",
        "weekday_rel_week",
        "weekday_after_next",
        "weekday_last",
        "weekday_ordinal",
    ):
        return _weekday_form(form, g, base, tense)
    if form in ("rel_period", "week_of_day"):
        return _period(form, g, base, tense)
    if form == "rel_month":
        return _rel_month(g, base), "month"
    if form == "rel_season":
        return _rel_season(g, base), "season"
    if form == "the_season":
        name = (g["ts"] or "").lower()
        return whole_season(name, near_month(SEASONS[name], base, tense)[0].year), "season"
    if form == "holiday":
        return _holiday(g, base, tense), "day"
    if form == "ordinal":
        day = near_day(int(re.sub(r"\D", "", g["od"] or "0")), base, tense)
        return ((day, None) if day else None), "day"
    if form == "day_rel_month":
        first = shift_month(
            base.replace(day=1), {"last": -1, "this": 0, "next": 1}[(g["drm"] or "").lower().split()[0]]
        )
        day = day_of(first.year, first.month, int(re.sub(r"\D", "", g["drm_d"] or "0")))
        return ((day, None) if day else None), "day"
    return None, "day"


def _counted(form: str, g: dict[str, str | None], base: date) -> tuple[Stretch | None, str]:
    prefix, sign = ("ago", -1) if form == "ago" else ("fn", 1)
    count, unit, anchor = (
        count_of(g[f"{prefix}_n"] or ""),
        (g[f"{prefix}_u"] or "").lower().rstrip("s"),
        (g[f"{prefix}_on"] or "").lower(),
    )
    if anchor in ("yesterday", "tomorrow"):
        base += timedelta(days=-1 if anchor == "yesterday" else 1)
    elif anchor and anchor not in ("now", "today"):
        base = near_weekday(weekday_number(anchor), base, "past" if sign < 0 else "future")
        if sign < 0:  # "a week ago Tuesday": the Tuesday of that week
            base = near_weekday(base.weekday(), base + timedelta(days=1), "past")
    if unit == "day":
        return (base + timedelta(days=sign * count), None), "day"
    if unit == "week":
        return (base + timedelta(weeks=sign * count), None), "day"
    try:
        return (shift_month(base, sign * count * (12 if unit == "year" else 1)), None), "day"
    except ValueError:
        return None, "day"


def _weekday_form(
    form: str, g: dict[str, str | None], base: date, tense: Tense
) -> tuple[Stretch | None, str]:
    if form == "weekday":
        return (near_weekday(weekday_number(g["wd"] or ""), base, tense), None), "time" if g[
            "wd_t"
        ] else "day"
    if form == "weekday_ordinal":
        day = near_day(int(re.sub(r"\D", "", g["wo_d"] or "0")), base, tense)
        return ((day, None) if day else None), "day"
    if form == "weekday_rel_week":
        monday = week_of(base, {"last": -1, "this": 0, "next": 1}[(g["wrw_w"] or "").lower()])[0]
        return (monday + timedelta(days=weekday_number(g["wrw"] or "")), None), "day"
    if form == "weekday_after_next":
        return (
            near_weekday(weekday_number(g["wan"] or ""), base, "future") + timedelta(weeks=1),
            None,
        ), "day"
    if form == "weekday_last":
        return (
            near_weekday(weekday_number(g["wlf"] or ""), base, "future") + timedelta(weeks=1),
            None,
        ), "day"
    word, number = " ".join((g["rw"] or "").lower().split()), weekday_number(g["rw_d"] or "")
    precision = "time" if g["rw_t"] else "day"
    if word in ("last", "this past", "this last", "past"):
        return (near_weekday(number, base, "past"), None), precision
    if word in ("this coming", "coming", "following"):
        return (near_weekday(number, base, "future"), None), precision
    monday = week_of(base, 1 if word == "next" else 0)[0]
    return (monday + timedelta(days=number), None), precision


def _period(form: str, g: dict[str, str | None], base: date, tense: Tense) -> tuple[Stretch | None, str]:
    if form == "week_of_day":
        if g["wod_m"]:
            day = near_month_day(
                month_number(g["wod_m"]), int(re.sub(r"\D", "", g["wod_d"] or "0")), base, tense
            )
        elif g["wod"]:
            day = _numeric(g["wod"], base, tense)
        else:
            day = near_day(int(re.sub(r"\D", "", g["wod_n"] or "0")), base, tense)
        return ((day, day + timedelta(days=6)) if day else None), "week"
    shift = {"last": -1, "this": 0, "next": 1, "this past": -1}[" ".join((g["rp"] or "").lower().split())]
    unit, early = (g["rp_u"] or "").lower(), (g["rp_q"] or "").lower()
    if unit == "week":
        monday, sunday = week_of(base, shift)
        return (monday, base if early == "earlier" and shift == 0 else sunday), "week"
    if unit == "weekend":
        monday = week_of(base, shift)[0]
        return (monday + timedelta(days=5), monday + timedelta(days=6)), "day"
    if unit == "month":
        first = shift_month(base.replace(day=1), shift)
        return whole_month(first.year, first.month), "month"
    if unit == "year":
        return (date(base.year + shift, 1, 1), date(base.year + shift, 12, 31)), "year"
    start = base.year - (base.month < 7) + shift
    return (date(start, 7, 1), date(start + 1, 6, 30)), "year"


def _rel_month(g: dict[str, str | None], base: date) -> Stretch:
    word, month = " ".join((g["rm"] or "").lower().split()), month_number(g["rm_m"] or "")
    if word in ("last", "this past"):
        return whole_month(base.year - (month >= base.month), month)
    if word == "this":
        return whole_month(base.year, month)
    return whole_month(base.year + (month <= base.month), month)


def _rel_season(g: dict[str, str | None], base: date) -> Stretch:
    word, name = " ".join((g["rs"] or "").lower().split()), (g["rs_s"] or "").lower()
    start = SEASONS[name]
    if word == "this":
        return whole_season(name, base.year)
    if word in ("last", "this past"):
        ended = shift_month(date(base.year, start, 1), 3) <= base
        return whole_season(name, base.year if ended else base.year - 1)
    return whole_season(name, base.year if date(base.year, start, 1) > base else base.year + 1)


def _holiday(g: dict[str, str | None], base: date, tense: Tense) -> Stretch:
    word = (g["hol"] or "").lower().replace("’", "'")
    if g["hol_y"]:
        return holiday(word, full_year(g["hol_y"].lstrip("'’"))), None
    around = [holiday(word, base.year + shift) for shift in (-1, 0, 1)]
    if tense == "past":
        return max(d for d in around if d <= base), None
    if tense == "future":
        return min(d for d in around if d >= base), None
    return min(around, key=lambda d: abs((d - base).days)), None
