"""Who is in the mail."""

from __future__ import annotations

import pytest

from models.people import Directory, fold_name
from models.records import Case, Person, School
from models.roles import ROLE_SIDES
from timeline.people import build_parties, role_of
from timeline.rulebook import load_rules

CASE = Case(
    people=(
        Person("Dana Rivera", ("Dana@Example.org", "dana@work.example.com"), (), "parent"),
        Person("Leo Rivera", ("leo@stu.maple.example.us",), (), "student"),
        Person("Kit Hale", ("kit@maple.example.us",), (), "advocate", side="neutral"),
    ),
    schools=(School("Maple", ("maple.example.us",)),),
)
SEEN = [
    ("pmoss@maple.example.us", "Moss, Pat", 4),
    ("pmoss@maple.example.us", "pmoss@maple.example.us", 9),
    ("nurse@mail.maple.example.us", "", 1),
    ("aunt@example.net", "Jo", 2),
    ("dana@example.org", "D", 3),
    ("dana@work.example.com", "D", 2),
]


def _directory() -> Directory:
    return Directory.of(build_parties(CASE, SEEN), CASE)


def test_build_parties_keeps_one_person_over_all_addresses() -> None:
    party = _directory().party("dana@work.example.com")

    assert party is not None
    assert (party.name, party.messages, party.side) == ("Dana Rivera", 5, "family")


@pytest.mark.parametrize(
    ("address", "side"),
    [
        ("pmoss@maple.example.us", "school"),
        ("nurse@mail.maple.example.us", "school"),  # below the district's domain
        ("x@notmaple.example.us", "neutral"),  # ends alike, lies elsewhere
        ("leo@stu.maple.example.us", "family"),  # the child's own address at school
        ("kit@maple.example.us", "neutral"),  # config says so
        ("aunt@example.net", "neutral"),
        ("DANA@example.org", "family"),
        ("", "neutral"),
    ],
)
def test_directory_tells_sides(address: str, side: str) -> None:
    assert _directory().side(address) == side


def test_build_parties_takes_the_name_that_is_one() -> None:
    assert _directory().party("pmoss@maple.example.us").name == "Moss, Pat"  # type: ignore[union-attr]


def test_build_parties_takes_a_role_from_a_school_mailbox() -> None:
    assert _directory().party("nurse@mail.maple.example.us").role == "nurse"  # type: ignore[union-attr]


def test_build_parties_does_not_depend_on_order() -> None:
    assert build_parties(CASE, SEEN) == build_parties(CASE, list(reversed(SEEN)))


def test_party_id_survives_new_mail() -> None:
    before = {p.name: p.id for p in build_parties(CASE, SEEN)}
    after = {p.name: p.id for p in build_parties(CASE, [*SEEN, ("new@example.net", "New", 1)])}

    assert before.items() <= after.items()


def test_directory_finds_by_name_without_an_address() -> None:
    assert _directory().party("", "Rivera, Dana") == _directory().party("dana@example.org")


def test_directory_guesses_between_no_two_of_one_name() -> None:
    twins = build_parties(Case(), [("a@example.org", "Sam Lee", 1), ("b@example.org", "Sam Lee", 1)])

    assert Directory(twins).party("", "Sam Lee") is None


@pytest.mark.parametrize(
    ("name", "folded"), [("Moss, Pat", "pat moss"), (" Dr.  Pat Moss", "dr pat moss"), ("", "")]
)
def test_fold_name(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("mother", "parent"),
        ("Vice Principal", "assistant_principal"),
        ("504 coordinator", "504_coordinator"),
        ("assistant_principal", "assistant_principal"),  # a code is its own title
        ("dance coach", "classroom_teacher"),
        ("astronaut", ""),
    ],
)
def test_role_of_title(title: str, role: str) -> None:
    assert role_of(title) == role


def test_role_titles_name_known_codes() -> None:
    assert set(load_rules("roles")["titles"]) <= set(ROLE_SIDES)


def test_who_decides_follows_from_the_role_or_the_config() -> None:
    case = Case(
        people=(
            Person("A", ("a@x.example",), role="principal"),
            Person("B", ("b@x.example",), role="aide", decides=True),
            Person("C", ("c@x.example",), role="aide"),
        )
    )

    assert [party.decides for party in build_parties(case, [])] == [True, True, False]
