"""Knows the states of the USA, and which time zone most of each keeps. Reads states.toml once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

# How people say a zone. "EST" must not reach ZoneInfo: there it is a zone that never has summer time.
SPOKEN_ZONES = {
    name: zone
    for names, zone in {
        "eastern et est edt": "America/New_York",
        "central ct cst cdt": "America/Chicago",
        "mountain mt mst mdt": "America/Denver",
        "pacific pt pst pdt": "America/Los_Angeles",
        "alaska akst akdt": "America/Anchorage",
        "hawaii hst": "Pacific/Honolulu",
    }.items()
    for name in names.split()
}


def state_code(text: str) -> str | None:
    """Return the two letters of a state, DC or territory given by code or name; None if it is none."""
    wanted = " ".join(text.split()).casefold()
    found = (code for code, row in _states().items() if wanted in {code.casefold(), row["name"].casefold()})
    return next(found, None)


def zone_of_state(code: str) -> str | None:
    """Return the IANA zone that most of a state keeps; None if it is evenly split or no state."""
    return _states().get(code, {}).get("zone")


def zone_name(text: str) -> str | None:
    """Return the IANA name of a zone given by that name or as people say it ("Eastern"); None if it is none.

    Example: zone_name("america/new york") == zone_name("eastern time") == "America/New_York"
    """
    wanted = text.strip().casefold().replace(" ", "_")
    if spoken := SPOKEN_ZONES.get(wanted.removesuffix("_time")):
        return spoken
    known = (name for name in available_timezones() if "/" in name)
    return next((name for name in known if name.casefold() == wanted), None)


def is_zone(name: str) -> bool:
    """Say whether a name is a zone that this computer knows."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


@cache
def _states() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "states.toml").read_text(encoding="utf-8"))
