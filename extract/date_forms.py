"""What dates look like in mail: one expression that finds every candidate, by its form.

The order matters: where two forms begin at one place, the first in the table is taken.
"""

from __future__ import annotations

import re

from extract.date_values import holidays

MONTH = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?)"
_YEAR = r"(?:(?:19|20)\d\d|['’]\d\d)\b"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b"
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

FORMS = (
    ("iso", r"(?P<iso>(?:19|20)\d\d-[01]\d-[0-3]\d)(?:[T ]\d\d:\d\d(?::\d\d)?)?"),
    ("md_range", rf"(?P<md_a>{_MD}){_TO}(?P<md_b>{_MD})"),
    ("md_days",
        r"(?P<mdd>(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9]))\s*[-–]\s*(?P<mdd_b>3[01]|[12]\d"
        r"|0?[1-9])\b(?![/:\d])"
    ),
    ("md", rf"{_WD_PREFIX}(?P<md>{_MD})(?P<md_t>{_CLOCK})?"),
    ("dashed", r"(?P<dash>(?:1[0-2]|0?[1-9])[-.](?:3[01]|[12]\d|0?[1-9])[-.](?:20)?\d\d)\b(?![-.]\d)"),
    (
        "month_range",
        rf"{_WD_PREFIX}(?P<mr_m>{MONTH})\s*(?P<mr_a>{DAY})(?:,?\s+(?P<mr_ya>{_YEAR}))?{_TO}"
        rf"(?:{_WD_PREFIX}(?P<mr_n>{MONTH})\s*)?(?P<mr_b>{DAY})(?!\s*(?::\d|[ap]\.?m))(?:,?\s+(?P<mr_y>{_YEAR}))?",
    ),
    ("month_to_month", rf"(?P<mm_a>{MONTH}){_TO}(?P<mm_b>{MONTH})\s*(?P<mm_d>{DAY})?(?:,?\s+(?P<mm_y>{_YEAR}))?"),
    (
        "month_day",
        rf"{_WD_PREFIX}(?P<m>{MONTH})\s*(?P<d>{DAY})(?!:\d)(?:,?\s+(?P<y>{_YEAR}))?(?P<m_t>{_CLOCK})?",
    ),
    (
        "day_month",
        rf"{_WD_PREFIX}(?:the\s+)?(?P<dm_d>{DAY})\s+(?:of\s+)?(?P<dm_m>{MONTH})(?:,?\s+"
        rf"(?P<dm_y>{_YEAR}))?(?P<dm_t>{_CLOCK})?",
    ),
    ("day_rel_month", rf"the\s+(?P<drm_d>{DAY})\s+of\s+(?P<drm>(?:this|last|next)\s+month)"),
    ("week_in_month",
        rf"(?:the\s+)?(?P<wim>first|second|third|last)\s+week\s+(?:of|in)\s+(?P<wim_m>{MONTH})"
        rf"(?:\s+(?P<wim_y>{_YEAR}))?"
    ),
    ("week_of_day",
        rf"(?:the\s+)?week\s+of\s+(?:(?P<wod_m>{MONTH})\s*(?P<wod_d>{DAY})|(?P<wod>{_MD})"
        rf"|the\s+(?P<wod_n>{DAY}))"
    ),
    (
        "month_part",
        rf"(?:(?:the\s+)?(?:early|mid|late|beginning\s+of|middle\s+of|end\s+of"
        rf"|start\s+of)[\s-]+(?:in\s+)?)(?P<mp>{MONTH})(?!\s*\d)(?:,?\s+(?P<mp_y>{_YEAR}))?",
    ),
    ("month_year", rf"(?P<my>{MONTH}),?\s+(?:of\s+)?(?P<my_y>{_YEAR})"),
    ("rel_month", rf"(?P<rm>last|this|next|this\s+past|this\s+coming)\s+(?P<rm_m>{MONTH})(?!\s*\d)"),
    ("school_year",
        r"(?:SY\s*)?(?P<sy>20\d\d)\s*[-–/]\s*(?P<sy_b>(?:20)?\d\d)\b(?![-/])(?:\s+(?:school"
        r"|academic)\s+year)?"
    ),
    ("school_year_short", r"['’](?P<sys_q>\d\d)\s*[-–]\s*['’]\d\d"),
    ("the_season",
        rf"the\s+(?P<ts>{_SEASON})(?!\s+(?:break|semester|term|concert|program|play|fair"
        rf"|festival|show|coat|of))"
    ),
    ("semester", rf"(?P<sem>fall|spring)\s+semester(?:\s+(?:of\s+)?(?P<sem_y>{_YEAR}))?"),
    ("season_year", rf"(?P<se>{_SEASON})\s+(?:of\s+)?(?P<se_y>{_YEAR})"),
    ("rel_season", rf"(?P<rs>last|this|next|this\s+past|this\s+coming)\s+(?P<rs_s>{_SEASON})(?!\s+break)"),
    ("day_before", r"the\s+day\s+(?P<db>before\s+yesterday|after\s+tomorrow)"),
    ("ago",
        rf"(?:about\s+|almost\s+|over\s+)?(?P<ago_n>{_COUNT})\s+(?P<ago_u>{_UNIT})\s+ago(?:\s+"
        rf"(?P<ago_on>today|yesterday|{_WEEKDAY}))?"
    ),
    ("from_now",
        rf"(?P<fn_n>{_COUNT})\s+(?P<fn_u>{_UNIT})\s+from\s+(?P<fn_on>now|today|yesterday"
        rf"|tomorrow|{_WEEKDAY})"
    ),
    ("weekday_after_next", rf"(?P<wan>{_WEEKDAY})\s+after\s+next"),
    ("weekday_rel_week", rf"(?P<wrw>{_WEEKDAY}){_PART}?\s+(?:of\s+)?(?P<wrw_w>last|this|next)\s+week"),
    ("weekday_last", rf"a\s+week\s+from\s+(?P<wlf>{_WEEKDAY})"),
    ("rel_weekday",
        rf"(?P<rw>last|this|next|this\s+past|this\s+coming|this\s+last|past|coming"
        rf"|following)\s+(?P<rw_d>{_WEEKDAY})(?P<rw_p>{_PART})?(?P<rw_t>{_CLOCK})?"
    ),
    ("weekday_ordinal", rf"(?P<wo>{_WEEKDAY}),?\s+the\s+(?P<wo_d>(?:3[01]|[12]?\d)(?:st|nd|rd|th))\b"),
    ("rel_period",
        r"(?:(?P<rp_q>later|earlier|end\s+of|beginning\s+of|early|late|the\s+end\s+of)\s+)?"
        r"(?P<rp>last|this|next|this\s+past)\s+(?P<rp_u>week(?:end)?|month|year"
        r"|school\s+year)\b"
    ),
    ("this_part",
        r"(?P<tp>this)\s+(?:morning|afternoon|evening)\b|(?P<tp_l>last)\s+(?:night|evening)\b|"
        r"(?P<tp_t>tonight)\b"
    ),
    ("word", rf"(?P<w>today|yesterday|tomorrow|tmrw|tmr|yday)(?:['’]s\b)?(?P<w_p>{_PART})?(?P<w_t>{_CLOCK})?"),
    ("holiday",
        rf"(?P<hol>{_HOLIDAYS})\b(?!\s+(?:break|recess|dinner|party|card|concert|tree|parade"
        rf"|lunch|feast|program|vacation|costume))(?:,?\s+(?P<hol_y>{_YEAR}))?"
    ),
    ("weekday", rf"(?P<wd>{_WEEKDAY})(?P<wd_p>{_PART})?(?P<wd_t>{_CLOCK})?"),
    ("ordinal", r"the\s+(?P<od>(?:3[01]|[12]?\d)(?:st|nd|rd|th))\b"),
    ("month", rf"(?P<mo>{MONTH})(?!\s*\d)"),
    ("year",
        r"(?P<yr>20[0-3]\d)\b(?![-/:%\d]|\s+(?:students|words|pages|steps|cal|min|feet|miles"
        r"|[A-Z][a-z]+\s+(?:St|Ave|Rd|Street|Road|Avenue|Lane|Dr)))"
    ),
)  # fmt: skip
ANY = re.compile(
    r"(?<![\w/$.:#-])(?:" + "|".join(f"(?P<_{name}>{form})" for name, form in FORMS) + r")(?![\w])",
    re.IGNORECASE,
)
LIST = re.compile(
    rf"(?:\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+|\s*&\s*)(?:the\s+)?(?P<next>{DAY})"
    rf"(?!\s*(?:[:/%-]|[ap]\.?m\b|{MONTH}|(?:days?|weeks?|students|kids|people|of|hours?"
    rf"|min|minutes|times|pages|years?|months|more|other)\b))",
    re.IGNORECASE,
)
HEADER = re.compile(
    r"^[>\s]*(?:\*?(?:sent|date):\*?\s|on\s.*\bwrote:|on\s(?:mon|tue|wed|thu|fri|sat|sun)\w*,)", re.IGNORECASE
)
