"""What looks like a date and is none: a name, a verb, a fraction, a habit, a number of something."""

from __future__ import annotations

import re

_FRACTION_AFTER = re.compile(
    r"\s*(?:%|percent|trials|opportunit|correct|accura|attempts|items|questions|times"
    r"|points|prompts|words|problems|letters|sounds|steps|checks|goals|met\b|done\b"
    r"|complete|with\s+no\s+more|of\s+the\s+time|students|sessions|days|cup|inch|mile"
    r"|hours)",
    re.IGNORECASE,
)
_FRACTION_BEFORE = re.compile(
    r"(?:\b(?:version|page|pages|p\.|ratio|section|§|grade|room|rm|score[ds]?|goal(?: is)?"
    r"|rated|got(?: an?)?|rating(?: of)?|item|step|part|draft|pain(?: level)?|level"
    r"|averag\w+|bus|unit|chapter|about|only|another)\s*(?:of|is|was|a|at)?\s*)$",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(
    r"(?:[#$§]|\b(?:room|rm|policy|section|form|grade|box|ext|apt|no|number|unit|suite"
    r"|code|model|bus|id|pin|chapter)\.?)\s*$",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"\b(?:mr|mrs|ms|miss|dr|aunt|uncle|coach|principal|officer|judge|prof)\.?\s+$", re.IGNORECASE
)
_SET_BEFORE = re.compile(
    r"\b(?:every|each|any|most|some|all|on\s+alternate|alternate|other|per|a|an|no|first"
    r"|second|third|fourth|good|bad|typical|happy)\s+$",
    re.IGNORECASE,
)
_MONTH_LEAD = re.compile(
    r"\b(?:in|by|since|until|till|from|before|after|during|of|last|next|this|for|through"
    r"|to|and|or|early|mid|late|back\s+in|around|between|every|all|the)\s+$",
    re.IGNORECASE,
)
_LOOSE_MONTHS = frozenset(
    ("may", "mar", "march", "april", "june", "august", "jan", "apr", "jun", "aug", "dec", "sep")
)
_LOOSE_WEEKDAYS = frozenset(("sat", "sun", "wed", "mon", "fri", "thu", "tue", "tues", "thur", "thurs"))
_ORDINAL_AFTER = re.compile(
    r"\s+(?:grade|percentile|period|hour|day\s+of|floor|street|st\b|ave|avenue|time|one"
    r"|page|place|birthday|graders?|circuit|amendment|edition|attempt|item|row|week|of\s+"
    r"(?!this|last|next))",
    re.IGNORECASE,
)


def is_no_date(text: str, match: re.Match[str], form: str) -> bool:
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
