"""Extraction alone, line by line."""

from __future__ import annotations

import json

import pytest

from extract.tag import tag_lines

LINE = {
    "id": 7,
    "text": "Our nurse left you a voicemail on Monday about speech therapy.",
    "sender_side": "school",
    "sent": "2024-03-06T21:14:00",
}


def test_tag_lines_gives_what_the_contract_lists() -> None:
    (result,) = tag_lines([json.dumps(LINE)])

    assert list(result) == ["id", "dates", "parties", "services", "labels"]
    assert result["dates"] == [
        {
            "start": 34,
            "end": 40,
            "text": "Monday",
            "start_date": "2024-03-04",
            "end_date": None,
            "precision": "day",
        }
    ]
    assert result["services"] == [{"start": 47, "end": 61, "text": "speech therapy", "code": "slp"}]
    assert [party["role"] for party in result["parties"]] == ["nurse"]
    assert {label["category"] for label in result["labels"]} == {"parent_notified"}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"x"',
        "{}",
        '{"text": 3}',
        '{"text": "a", "sent": "soon"}',
        '{"text": "a", "sent": 5}',
        "[" * 100_000,
    ],
)
def test_tag_lines_reports_a_bad_line_and_goes_on(line: str) -> None:
    bad, good = tag_lines([line, json.dumps(LINE)])

    assert "line 1" in bad["error"]
    assert good["id"] == 7


def test_tag_lines_keeps_the_id_of_a_bad_line() -> None:
    (bad,) = tag_lines(['{"id": "x-1"}'])

    assert bad["id"] == "x-1"


def test_tag_lines_skips_blank_lines() -> None:
    assert list(tag_lines(["", "  \n"])) == []


def test_tag_lines_offsets_point_at_their_words() -> None:
    (result,) = tag_lines([json.dumps(LINE)])

    for kind in ("dates", "parties", "services"):
        assert all(LINE["text"][row["start"] : row["end"]] == row["text"] for row in result[kind])
    assert all(LINE["text"][row["start"] : row["end"]] == row["quote"] for row in result["labels"])


def test_tag_lines_reads_one_line_at_a_time() -> None:
    taken: list[int] = []

    def lines():  # type: ignore[no-untyped-def]
        for number in range(3):
            taken.append(number)
            yield json.dumps(LINE)

    next(tag_lines(lines()))

    assert taken == [0]


@pytest.mark.parametrize("side", ["teacher", "School", 3, ["family"]])
def test_tag_lines_refuses_an_unknown_side(side: object) -> None:
    (bad,) = tag_lines([json.dumps(LINE | {"sender_side": side})])

    assert bad == {"id": 7, "error": "line 1: 'sender_side' must be family, school or neutral"}


def test_tag_lines_takes_a_line_without_a_side() -> None:
    (result,) = tag_lines([json.dumps({key: LINE[key] for key in ("id", "text")})])

    assert "error" not in result
