"""The phrase lists: every row can match, and says where it comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from ingest.zones.footer import is_banner, opens_footer
from ingest.zones.introduction import is_forward_subject, is_fresh_subject
from ingest.zones.phrases import fold, phrases, table
from ingest.zones.signature import is_farewell, is_tagline

FOLDER = Path(__file__).parents[3] / "ingest" / "zones"
FILES = sorted(path.stem for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("name", FILES)
def test_phrase_file_names_its_source(name):
    assert "# Source:" in (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_phrases_are_lower_case(name):
    document = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    rows = [phrase for section in document.values() for row in section.values() for phrase in row]

    assert [phrase for phrase in rows if phrase != phrase.lower()] == []


def test_field_names_mean_one_thing():
    names = [name for row in table("introductions", "fields").values() for name in row]

    assert len(names) == len(set(names))


def test_month_names_mean_one_month():
    names = [name for row in table("dates", "months").values() for name in row]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("phrase", phrases("closings", "taglines"))
def test_every_tagline_is_known(phrase):
    assert is_tagline(phrase.upper())


@pytest.mark.parametrize("stem", phrases("closings", "sent_from"))
def test_every_beginning_of_a_tagline_is_known(stem):
    assert is_tagline(f"{stem} iPhone")


@pytest.mark.parametrize("phrase", phrases("closings", "footers") + phrases("closings", "weak_footers"))
def test_every_footer_is_known(phrase):
    assert opens_footer(phrase.upper() if phrase.upper().casefold() == phrase else phrase)


@pytest.mark.parametrize("phrase", phrases("closings", "banners"))
def test_every_banner_is_known(phrase):
    assert is_banner(f"{phrase}, from an external sender")


@pytest.mark.parametrize("phrase", phrases("closings", "farewells"))
def test_every_farewell_is_known(phrase):
    assert is_farewell(phrase + ",")


@pytest.mark.parametrize(
    "text",
    ["He was moved to band.", "The office will call.", "Leo has a new coat.", "We sent it from the office."],
)
def test_prose_is_none_of_them(text):
    assert not (is_tagline(text) or opens_footer(text) or is_banner(text) or is_farewell(text))


def test_fold_evens_out_what_programs_vary():
    assert fold(" *Don’t  reply*\xa0– now ") == "don't reply - now"


@pytest.mark.parametrize(
    ("subject", "forward", "fresh"),
    [
        ("Fwd: Bus", True, False),
        ("[EXTERNAL] FW: Bus", True, False),
        ("RE: FW: Bus", False, False),
        ("Re[2]: Bus", False, False),
        ("RV: Autobús", True, False),
        ("Bus", False, True),
        ("Reminder: picture day", False, True),
        ("", False, False),
    ],
)
def test_subject_says_what_a_message_is(subject, forward, fresh):
    assert (is_forward_subject(subject), is_fresh_subject(subject)) == (forward, fresh)
