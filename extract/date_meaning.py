"""Resolves what was found: the pieces of an expression, the day of writing and the tense give days."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from extract.date_values import (
    SEASONS,
    Stretch,
    Tense,
    count_of,
    day_of,
    full_year,
    holiday,
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

NIGHT_ENDS = 4
"""Before this hour "today" still means the day before (taxonomy 5.7)."""

Resolved = tuple[Stretch, str, str]
"""First and last day, precision, and what the date rests on."""


def resolve(form: str, match: re.Match[str], written: datetime | None, tense: Tense) -> Resolved | None:
    """Return ((first, last), precision, basis) of a candidate, or None if it fixes no day.

    Args:
        form: The name of its form in `extract.date_forms`.
        match: Its pieces.
        written: When it was written; without it only what names a year is resolved.
        tense: Where its clause looks, which decides between last and next.
    """
    g = match.groupdict()
    explicit = _explicit(form, g, written.date() if written else None, tense)
    if explicit is not None or written is None:
        return explicit if explicit and explicit[0][0] else None
    base = written.date()
    felt = base - timedelta(days=1) if written.hour < NIGHT_ENDS else base
    stretch, precision = _relative(form, g, base, felt, tense)
    if stretch is None:
        return None
    today = form == "this_part" or (g["w"] or "").lower() == "today"
    return stretch, precision, "today_word" if today else "relative"


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
